"""Rows of an answer or a register as tables: rows of one shape together, units in the heads, numbers as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from gigacampus.answers.figures import DATED

Row = dict[str, Any]
Say = Callable[[Any, str], str]
"""A value and its unit as text: the terminal and the report say money and months each in its own way."""
BAND = ("p10", "p50", "p90")
ABSENT = "absent"
"""Key of the words that stand where a row has no value."""
PLAIN = ("what", "unit", "value", ABSENT, *BAND)
NAMES = ("campus", "extension", "path", "block", "receptor", "county", "kind", "giver", "taker", "case", "year", "month")
"""Keys that say what a row is about; they stand before its value."""
MONEY, SHARES = "_usd", ("_frac", "share_")
"""Ending of a key that holds dollars; ending and beginning of keys that hold shares of one."""
SCALES = ((1e10, 1e9, "USD bn"), (1e6, 1e6, "USD M"), (0.0, 1.0, "USD"))
"""Largest amount of a table from which on it is shown in a unit, the unit's size and its name."""
IN_HEAD = {
    "_dba": "dBA",
    "_dbc": "dBC",
    "_db": "dB",
    "_mw": "MW",
    "_hz": "Hz",
    "_short_tons": "short tons",
    "_kg_per_mwh": "kg/MWh",
    "_ugm3": "µg/m³",
    "_min": "min",
}
NAMED = {"nox": "NOx", "no2": "NO2", "co2": "CO2", "pm25": "PM2.5", "voc": "VOC", "it": "IT", "h100e": "H100-equivalent"}
"""Parts of keys that have a spelling of their own."""
LABELS = {
    "receptor": "Place",
    "share_within_horizon": "Share of futures",
    "median_change_months": "Months gained or lost",
    "share_tested": "Share of futures tested",
    "title_v_frac": "Over Title V, 100 short tons",
    "psd_frac": "Over PSD, 250 short tons",
    "one_hap_frac": "Over one HAP, 10 short tons",
    "all_hap_frac": "Formaldehyde alone over all HAP, 25 short tons",
    "hours_above_1_mw": "Hours above 1 MW",
    "downwind_hours": "Hours downwind in a typical year",
    "delay_30_min_frac": "Chance of 30 min on a day",
}
HOME = "county"
"""Place in a payee's label for the county that the campus itself names; other places name themselves."""
BODIES = {"state": "the state", "utility": "the utility", "city": "the city", "county": "the county", "schools": "the schools"}
"""Public bodies that a scenario calls by their kind; any other key is a name."""
_PAID_TO = re.compile(r"to_([a-z0-9]+)_(\w+)_usd")


def body_named(key: str) -> str:
    """A public body or a county as a reader says it.

    >>> body_named("schools"), body_named("de_soto")
    ('the schools', 'De Soto')
    """
    return BODIES.get(key) or key.replace("_", " ").title()


@dataclass(frozen=True)
class Table:
    """Text of one table; ``caption`` is what all of its rows are, empty where they differ."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(rows: list[Row], say: Say) -> Iterator[Table]:
    """Consecutive rows with the same keys as one table each, every cell as text.

    >>> from gigacampus.answers.figures import number
    >>> found = list(tables([{"year": "2026", "paid_usd": 2.5e6, "left_frac": 0.2}], number))
    >>> found[0].columns, found[0].rows
    (('Year', 'Paid (USD M)', 'Left'), (('2026', '2.5', '20 %'),))
    """
    for _, part in groupby(rows, key=_shape):
        yield _table(list(part), say)


def _shape(row: Row) -> tuple[Any, ...]:
    labels = sorted(k for k in row if k not in PLAIN and not k.startswith("share_"))
    return "what" in row, _valued(row), tuple(labels)


def _valued(row: Row) -> bool:
    return "p50" in row or "value" in row


def _table(rows: list[Row], say: Say) -> Table:
    common = rows[0].get("what", "") if len({r.get("what") for r in rows}) == 1 else ""
    keys = list(dict.fromkeys(k for r in rows for k in r if k not in PLAIN))
    before = ([] if common or "what" not in rows[0] else ["what"]) + [k for k in NAMES if k in keys]
    after = [k for k in keys if k not in before]
    valued, banded = _valued(rows[0]), any("p50" in r for r in rows)
    value_heads = (("Value",) if valued else ()) + (("10-90 %",) if banded else ())
    size, dollars = _scale([r.get(k) for r in rows for k in keys if k.endswith(MONEY)])
    columns = (*map(label, before), *value_heads, *(label(k, dollars if k.endswith(MONEY) else "") for k in after))
    body = tuple(
        (
            *(_cell(r.get(k), k, say) for k in before),
            *_value(r, say)[: len(value_heads)],
            *(_cell(r.get(k), k, say, size if k.endswith(MONEY) else 1.0) for k in after),
        )
        for r in rows
    )
    return Table(common, columns, body)


def _scale(amounts: list[Any]) -> tuple[float, str]:
    """Size and name of the unit in which the dollars of a table are shown."""
    largest = max((abs(a) for a in amounts if isinstance(a, int | float)), default=0.0)
    return next((size, name) for least, size, name in SCALES if largest >= least)


def label(key: str, unit: str = "") -> str:
    """Head of a column from its key, with the given unit or that which its ending names.

    >>> label("gain_63_hz_db"), label("to_county_shelby_usd", "USD M"), label("nox_short_tons")
    ('Gain 63 Hz (dB)', 'To Shelby (USD M)', 'NOx (short tons)')
    >>> label("to_harbour_state_usd", "USD M")
    'To the state, Harbour part (USD M)'
    """
    if key in LABELS:
        return LABELS[key]
    if paid := _PAID_TO.fullmatch(key):
        part = "" if paid[1] == HOME else f", {body_named(paid[1])} part"
        return f"To {body_named(paid[2])}{part} ({unit or 'USD'})"
    ending = next((e for e in (MONEY, SHARES[0], *IN_HEAD) if key.endswith(e)), "")
    unit = unit or IN_HEAD.get(ending, "")
    text = key.removesuffix(ending).replace("_hz", " Hz").replace("_p10", " 10 %").replace("_p90", " 90 %").replace("_", " ")
    text = " ".join(NAMED.get(word, word) for word in text.split(" "))
    return text[:1].upper() + text[1:] + (f" ({unit})" if unit else "")


def _cell(value: Any, key: str, say: Say, size: float = 1.0) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return say(value, "month") if key == "month" else str(value)
    return say(value / size, "share" if key.endswith(SHARES[0]) or key.startswith(SHARES[1]) else "1")


def _value(row: Row, say: Say) -> tuple[str, str]:
    """A value and its band as text; a date or a sentence as it stands."""
    unit = str(row.get("unit", "1"))
    if "p50" not in row:
        return _said(row.get("value"), unit, say), "–"
    low, middle, high = (row[k] for k in BAND)
    absent = str(row.get(ABSENT, ""))
    around = f"{_said(low, unit, say, absent)} to {_said(high, unit, say, absent)}"
    return _said(middle, unit, say, absent), around if low != high else "–" if middle is None else "no spread"


def _said(value: Any, unit: str, say: Say, absent: str = "") -> str:
    """A value in words; where there is none, what the row says of that, which for a day is that it never comes."""
    if value is None:
        return absent or ("not within the horizon" if unit in DATED else "–")
    return say(value, unit if not isinstance(value, str) or unit in ("month", "date") else "")
