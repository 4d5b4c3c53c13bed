"""Which figures carry the run, and each figure's title as a finding: a sentence with its computed number, never typed."""

from __future__ import annotations

import re
from typing import Any

from gigacampus.foundation.language import say
from gigacampus.report import first_storey, words
from gigacampus.report.figures.base import Spec

STORIES = (
    "ladder",
    "noise_receptors",
    "cash_fan",
    "county",
    "emissions",
    "compute_delivered",
    "water",
    "token_cost",
    "tenants",
    "must_be_true",
    "power_stack",
    "dispatch_week",
    "noise_people",
    "escape",
)
"""Figures in the order in which they may become a story; the first ``COUNT`` that a run can draw do."""
COUNT = 8
LONGEST = 110
FROM_HEADLINE = {
    "ladder": ("date_1_gw", "Facility power passes 1 GW: {value}"),
    "cash_fan": ("runway", "Without new money cash is below its floor: {value}"),
    "county": ("county_paid", "{value} paid to public bodies in the year ahead"),
    "emissions": ("nox_year", "{value} of NOx in the year ahead"),
    "compute_delivered": ("training_flop_year", "{value} of training in the year ahead"),
    "water": ("water_mgd", "{value} of water in the year ahead"),
    "escape": ("escape", "Path escape, no outside capital needed any more: {value}"),
}
"""Figure -> the row of the headline whose number its finding says, and the sentence."""

PASSED = {"date_1_gw": "Facility power stays below 1 GW to {month}", "runway": "Without new money cash stays above its floor to {month}"}
"""What a finding says of a date that comes in no future, or in fewer than one in ten."""


def chosen(names: list[str]) -> list[str]:
    """The stories among the figures that a run can draw, in the order of importance."""
    return [name for name in STORIES if name in names][:COUNT]


def finding(result: Any, name: str, spec: Spec) -> str:
    """What a figure shows, in one sentence with its number; empty where nothing of it is a number."""
    row_id, text = FROM_HEADLINE.get(name, ("", ""))
    row = next((r for r in result.manifest.get("headline", []) if r["id"] == row_id and r.get("value_text")), None)
    if row is not None and row_id in PASSED and row.get("value") is None and row.get("low") is None:
        return say(PASSED[row_id], month=words.month_name(result.coords["month"][-1]))
    if row is not None:
        return _shown(result, say(text, value=_banded(row)))
    return str(spec["usermeta"].get("finding") or "") or _last_row(spec) or _from_caption(spec)


def _banded(row: dict[str, Any]) -> str:
    band = str(row.get("band_text") or "").partition(";")[0]
    spread = row.get("spread") in ("", None, "10-90 % band")
    return f"{row['value_text']} ({band})" if band and spread and row.get("low") != row.get("high") else str(row["value_text"])


def _shown(result: Any, text: str) -> str:
    return first_storey.told(result, text)


def _last_row(spec: Spec) -> str:
    """The first series of a table by month that is there in the last month, with its band where it has one."""
    table = spec["usermeta"]["table"]
    columns, rows = table["columns"], table["rows"]
    if not rows or columns[0] != say("Month") or len(columns) < 2 or not isinstance(rows[-1][1], int | float):
        return ""
    at = next((k for k in _series(columns) if rows[-1][k]), 1)
    label, _, unit = columns[at].rstrip(")").partition(" (")
    value, ends = rows[-1][at], rows[-1][at + 1 : at + 3]
    if not isinstance(value, int | float):
        return ""
    band = ""
    if at + 1 < len(columns) and columns[at + 1].endswith(" P10") and None not in ends and ends[0] != ends[1]:
        band = f" ({words.significant(float(ends[0]))} {say('to')} {words.significant(float(ends[1]))})"
    return f"{label}: {words.significant(float(value))} {unit}".rstrip() + f"{band}, {words.month_name(str(rows[-1][0]))}"


def _series(columns: list[str]) -> list[int]:
    """Columns that hold a series' own value, not an end of its band."""
    return [k for k, column in enumerate(columns) if k and not column.endswith((" P10", " P90"))]


def _from_caption(spec: Spec) -> str:
    """The first short sentence of the caption that holds a number."""
    parts = re.split(r"(?<=[.;])\s+|(?<=[。；])", spec["usermeta"]["caption"])
    return next((part.rstrip(".;。；") for part in parts if re.search(r"\d", part) and len(part) <= LONGEST), "")
