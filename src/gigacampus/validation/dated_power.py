"""Dated MW that sources state about the campuses, sorted by what kind of MW they are. Kinds are never mixed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gigacampus.validation.case_folder import CaseFolder, leave_out, score

SITES = {
    "Colossus 1": "colossus_1",
    "xAI Colossus 1 Memphis Tennessee": "colossus_1",
    "Colossus": "colossus_1",
    "Colossus 2": "colossus_2",
    "xAI Colossus 2 Memphis Tennessee": "colossus_2",
    "Southaven": "colossus_2",
    "colossus_1": "colossus_1",
    "colossus_2": "colossus_2",
    "southaven_plant": "colossus_2",
}
"""Names of the tables -> campus of the scenario."""
KINDS = ("it", "facility", "supply", "turbines", "permitted", "grid", "battery")
"""it: server power; facility: whole site; supply: grid and turbines; turbines: on site; permitted: under a permit."""
NOT_BUILT = re.compile(r"approv|refus|discuss|general service|planned|claimed|supplier|permitted", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """One stated figure."""

    campus: str
    day: date
    kind: str
    mw: float
    source: str
    confidence: str


def readings(folder: CaseFolder, years: tuple[int, ...] = ()) -> list[Reading]:
    """All readings of the tables that the folder has; of the named years alone, where some are named."""
    parsers = {
        "sites/epoch/timelines_2025-12-14.csv": _tracker,
        "sites/epoch/timelines_2026-08-03.csv": _tracker,
        "sites/xai_timeline.csv": _timeline,
        "sites/xai_turbines.csv": _turbines,
        "power/colossus_power_timeline.csv": _power_timeline,
    }
    out: list[Reading] = []
    for path, parser in parsers.items():
        for row in folder.rows(path) or []:
            found = [r for r in parser(row, path) if r.mw >= 1.0]
            kept = [r for r in found if not years or r.day.year in years]
            score([row] if kept else [])
            leave_out([row], "another year" if found else "no dated MW of a campus that is built here")
            out += kept
    return out


def _number(text: str) -> float:
    return float(text) if text else 0.0


def _tracker(row: dict[str, str], path: str) -> Iterator[Reading]:
    if row["site"] not in SITES or row["forecast_at_snapshot"] == "1":
        return
    source = f"E1@{Path(path).stem.split('_')[1]}"
    day = date.fromisoformat(row["date"])
    for kind, column in (("it", "it_mw"), ("facility", "facility_mw")):
        yield Reading(SITES[row["site"]], day, kind, _number(row.get(column, "")), source, "seen")


def _timeline(row: dict[str, str], path: str) -> Iterator[Reading]:
    del path
    kind = {
        ("power", "MW_it"): "it",
        ("power", "MW"): "facility",
        ("grid", "MW"): "grid",
        ("turbines", "MW"): "turbines",
        ("permit", "MW"): "permitted",
        ("storage", "MW"): "battery",
    }.get((row["topic"], row["unit"]))
    planned = kind != "permitted" and NOT_BUILT.search(row["what"])
    if kind and not planned and row["site"] in SITES and "applied" not in row["what"]:
        day = date.fromisoformat(row["date"])
        yield Reading(SITES[row["site"]], day, kind, _number(row["value"]), row["source"], row["confidence"])


def _turbines(row: dict[str, str], path: str) -> Iterator[Reading]:
    del path
    status = row["status"]
    if row["site"] not in SITES or status in ("planned", "under construction") or "PSD" in status or "asked" in status:
        return
    kind = "permitted" if "county permit" in status else "turbines"
    if not row["model"].startswith(("Solar", "GE", "M35")) or kind == "permitted" or row["date"] < "2025-09":
        yield Reading(SITES[row["site"]], date.fromisoformat(row["date"]), kind, _number(row["mw_total"]), row["source"], row["confidence"])


def _power_timeline(row: dict[str, str], path: str) -> Iterator[Reading]:
    del path
    kind = {
        "grid": "grid",
        "recip generators": "turbines",
        "total available": "supply",
        "turbines": "turbines",
        "grid substation 63": "grid",
        "Megapack": "battery",
    }.get(row["quantity"])
    day = _month_end(row["date"])
    if kind and day and row["unit"].startswith("MW") and row["site"] in SITES:
        yield Reading(SITES[row["site"]], day, kind, _number(row["value"]), row["source"], row["confidence"])


def _month_end(text: str) -> date | None:
    """Last day of ``YYYY-MM``; None for anything else (a day is kept, a plan is not)."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        return None
    year, month = int(text[:4]), int(text[5:])
    return date(year, month, monthrange(year, month)[1])
