"""The registers that a run carries along, as tables: rows of one shape together, bands beside their medians."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from gigacampus.report import words
from gigacampus.report.markup import details, esc, table

BAND = ("p10", "p50", "p90")
PLAIN = ("what", "unit", "value", *BAND)
LABELS = {"what": "What", "share_within_horizon": "Share of futures", "median_change_months": "Months gained or lost",
          "share_tested": "Share of futures tested"}


def section(result: Any) -> str:
    """Each register under its question, closed but for its first lines."""
    found = result.manifest.get("registers", [])
    if not found:
        return "<p>This run holds no registers; <code>gigacampus answer RUN books owners worth county</code> makes them.</p>"
    return "".join(_register(r) for r in found)


def _register(register: dict[str, Any]) -> str:
    value, unit = register.get("value"), register.get("unit", "1")
    low, high = register.get("low"), register.get("high")
    band = words.band(low, high, unit) if words.number(low, unit) != words.number(high, unit) else ""
    shown = f"{words.number(value, unit)}{f' ({band})' if band else ''}" if isinstance(value, int | float) else "–"
    parts = [list(rows) for _, rows in groupby(register["rows"], key=_shape)]
    names = [register["question"] if len(parts) == 1 else f"{register['question']} Part {i + 1} of {len(parts)}" for i in range(len(parts))]
    tables = "".join(map(_table, parts, names))
    return (
        f'<article class="answer"><h3>{esc(register["question"])}</h3>'
        f'<p class="value"><small>{esc(words.with_month_names(register["title"]))}</small> {esc(shown)}</p><p>{esc(register["text"])}</p>'
        f"{details('All rows', tables)}</article>"
    )


def _shape(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(k for k in row if k not in PLAIN)) + (("band",) if "p50" in row else ())


def _table(rows: list[dict[str, Any]], caption: str) -> str:
    extra = [k for k in rows[0] if k not in PLAIN]
    first = [k for k in ("campus", "extension", "year", "month", "case", "path") if k in extra]
    rest = [k for k in extra if k not in first]
    valued = "p50" in rows[0] or "value" in rows[0]
    heads = ["what", *first]
    columns = [_label(k) for k in heads] + (["Value", "10–90 % band"] if valued else []) + [_label(k) for k in rest]
    body = [[str(_shown(r.get(k), "")) for k in heads] + (_value(r) if valued else []) + [_shown(r.get(k), k) for k in rest] for r in rows]
    return table(columns, body, caption)


def _label(key: str) -> str:
    return LABELS.get(key, key.replace("_usd", " (USD)").replace("_", " ").capitalize())


def _shown(value: Any, key: str) -> Any:
    if isinstance(value, float) and key.startswith("share_"):
        return words.percent(value)
    if isinstance(value, str):
        return words.with_month_names(value)
    return "–" if value is None else value


def _value(row: dict[str, Any]) -> list[str]:
    """The value as text and its band; a date or a sentence as it stands."""
    unit = str(row.get("unit", "1"))
    if "p50" not in row:
        return [_number(row.get("value"), unit), "–"]
    low, mid, high = (row[k] for k in BAND)
    if isinstance(mid, str):
        return [words.with_month_names(mid), "no spread" if low == high else words.with_month_names(f"{low} to {high}")]
    return [_number(mid, unit), "no spread" if low == high else f"{_number(low, unit)} to {_number(high, unit)}"]


def _number(value: Any, unit: str) -> str:
    if value is None:
        return "not within the horizon"
    return words.with_month_names(value) if isinstance(value, str) else words.number(float(value), unit)
