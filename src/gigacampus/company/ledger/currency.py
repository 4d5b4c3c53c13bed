"""Money shown in another currency: one dated, cited rate for everything; the books themselves stay in USD."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Currency:
    """A display currency. One rate is used for every month, past and future: it scales, it does not forecast."""

    code: str = "USD"
    per_usd: float = 1.0
    note: str = ""


def display_currency(code: str, as_of: date) -> Currency:
    """The currency called ``code`` at the newest rate known on ``as_of``.

    >>> display_currency("cny", date(2026, 1, 16)).per_usd
    7.0602
    """
    from gigacampus.foundation.errors import refuse
    from gigacampus.scenario import library

    name = code.strip().lower()
    if name == "usd":
        return Currency()
    if name not in library.names("currencies"):
        known = ", ".join(["USD", *(n.upper() for n in library.names("currencies"))])
        raise refuse(f"no rate for the currency {code!r}", fix=f"use one of {known}")
    values, facts = library.load_entry("currencies", name, as_of)
    fact = facts["per_usd"]
    return Currency(name.upper(), float(values["per_usd"]), f"central parity of {fact.date}, source {fact.source}, {fact.confidence}")
