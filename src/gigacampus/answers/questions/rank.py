"""Rank by power and by H100 equivalents among tracked campuses at the scenario's day, each campus alone and all together."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np

from gigacampus.answers.answer import Missing
from gigacampus.answers.reductions import band_row, needed, worlds
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result
from gigacampus.scenario import library

MEASURES = {"facility_design_mw": ("facility_mw", "MW"), "h100e_in_service": ("h100e", "H100 equivalents")}
SHOWN = 8


def tracked(as_of: str, column: str, own: tuple[str, ...]) -> dict[str, float]:
    """Tracked campuses but for ``own``: the newest value dated by ``as_of`` in the newest table that was public by then."""
    with (library.ROOT / "sites" / "campuses_by_date.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["known_from"] <= as_of]
    if not rows:
        raise Missing(f"no table of campuses was public by {as_of}")
    newest = max(r["known_from"] for r in rows)
    seen = [r for r in rows if r["known_from"] == newest and r["date"] <= as_of and r["forecast_frac"] == "0" and r[column]]
    return {r["site"]: float(r[column]) for r in sorted(seen, key=lambda r: r["date"]) if not any(o in r["site"].lower() for o in own)}


def own_names(result: Result) -> tuple[str, ...]:
    """Words by which the tracker calls the run's own campuses: the keys, without their last mark."""
    return tuple(key.replace("_", " ").removesuffix(" wi") for key in result.coords["campus"])


def answer(result: Result) -> dict[str, Any]:
    """One row for each campus of the run, for all together, and for the largest others, by both measures."""
    needed(result, *MEASURES)
    as_of, month, out = str(result.manifest["as_of"]), as_of_month(result), []
    for name, (column, unit) in MEASURES.items():
        others = tracked(as_of, column, own_names(result))
        values = worlds(result, name)[:, :, month]
        groups = {key: values[:, c] for c, key in enumerate(result.coords["campus"])} | {"all campuses of the run": values.sum(axis=1)}
        for title, samples in groups.items():
            rank = 1 + int(np.median([sum(v > s for v in others.values()) for s in samples]))
            out.append({"rank": rank, "campus": title, "unit": unit, **band_row(samples)})
        best = sorted(others.items(), key=lambda kv: -kv[1])[:SHOWN]
        out += [{"rank": "", "campus": site, "unit": unit, "p10": None, "p50": round(value, 1), "p90": None} for site, value in best]
    place = out[len(result.coords["campus"])]["rank"]
    return {
        "id": "rank",
        "question": f"How does it rank among tracked campuses on {as_of}?",
        "title": "rank of all its campuses together by facility power",
        "text": f"rank {place}, all campuses together, among one tracker's campuses; the rows show each alone and by H100 equivalents",
        "value": float(place),
        "period": month_period(result, month),
        "low": None,
        "high": None,
        "unit": "rank",
        "drivers": [],
        "figures": [],
        "sources": ["Epoch AI, Frontier Data Centers (CC BY 4.0)"],
        "rows": out,
    }
