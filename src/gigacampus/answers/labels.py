"""Inputs as a reader names them and says their values."""

from __future__ import annotations

import re
from typing import Any

from gigacampus.answers.figures import number


def title(path: str) -> str:
    """A path as a reader says it.

    >>> title("company.revenue.momentum_per_year"), title("market.gas_usd_per_mmbtu")
    ('revenue momentum', 'gas')
    """
    words = path.split(".", 1)[1] if path.startswith(("company.", "market.")) else path
    return re.sub(r"_(usd(_per_\w+)?|frac|per_year|years|months|days)$", "", words).replace(".", " ").replace("_", " ")


def told(path: str, value: float, unit: str) -> str:
    """A value of an input as a reader says it.

    >>> told("company.loans.notes.rate_frac", 0.125, ""), told("company.orders.terms_days", 60.0, "day"), told("market.x_usd", 2e9, "USD")
    ('12.5 %', '60 days', 'USD 2 bn')
    >>> told("company.revenue.momentum_per_year", 0.938, "1/year")
    '0.938 a year'
    """
    if path.endswith("_frac"):
        return f"{100 * value:.3g} %"
    if re.search(r"[._]usd(_|$)", path):
        return number(value, "USD")
    spelt = unit or next((u for u in ("day", "month", "year") if path.endswith(f"_{u}s")), "")
    spelt = "" if spelt == "1/year" else spelt
    text = number(value, f"{spelt}s" if spelt in ("day", "month", "year") else spelt)
    return f"{text} a year" if path.endswith("_per_year") else text


def unit_of(scenario: Any, path: str) -> str:
    """Unit of a path as the scenario's types declare it; empty for a pure number."""
    from gigacampus.schema.fields import slot_at

    slot = slot_at(type(scenario), path.split("."), scenario.model_dump())
    unit = slot.unit if slot is not None else ""
    return "" if unit == "1" else unit
