"""The register of promises: who promised what when, the measure, and whether it was kept, by the scenario's day."""

from __future__ import annotations

import csv
from typing import Any

from gigacampus.answers.answer import Missing
from gigacampus.answers.claims.reading import NotHeld, folded
from gigacampus.answers.claims.register import Judge
from gigacampus.answers.figures import number
from gigacampus.results.periods import instant
from gigacampus.results.result import Result, quantiles
from gigacampus.scenario import library

FILE = library.ROOT / "promises" / "memphis.csv"
UNKNOWN = "not measurable yet"


def answer(result: Result) -> dict[str, Any]:
    """Every promise public by the scenario's day with its state as known by then, and the run's own figure where it has one."""
    as_of = str(result.manifest["as_of"])
    with FILE.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    if not {r["campus"] for r in listed} & set(result.coords["campus"]):
        raise Missing("the library lists promises about other campuses only")
    rows = [_row(result, r, as_of) for r in listed if r["promised_on"] <= as_of and _concerns(result, r)]
    kept = sum(r["state"] == "kept" for r in rows)
    broken = sum(r["state"] == "not kept" for r in rows)
    text = f"{len(rows)} promises public by {as_of}: {kept} kept, {broken} not kept, the rest open or not measurable"
    return {
        "id": "promises",
        "question": "Who promised what, when, and was it kept?",
        "title": "promises kept",
        "period": instant(result),
        "text": text,
        "value": float(kept),
        "low": None,
        "high": None,
        "unit": "promises kept",
        "drivers": [],
        "figures": [],
        "sources": sorted({r["source"] for r in rows}),
        "rows": rows,
    }


def _concerns(result: Result, row: dict[str, str]) -> bool:
    return not row["campus"] or row["campus"] in result.coords["campus"]


def _row(result: Result, row: dict[str, str], as_of: str) -> dict[str, Any]:
    """A later state is not shown to an earlier scenario."""
    known = bool(row["state_known_on"]) and row["state_known_on"] <= as_of
    return {
        "id": row["id"],
        "by": row["by"],
        "promised_on": row["promised_on"],
        "promise": row["promise"],
        "measure": row["measure"],
        "due": row["due"],
        "state": row["state"] if known else UNKNOWN if row["measure"] != "none" else "not measurable",
        "evidence": row["evidence"] if known else "",
        "run_says": _run_says(result, row),
        "source": row["source"],
    }


def _run_says(result: Result, row: dict[str, str]) -> str:
    if not row["variable"]:
        return ""
    judge = Judge(variable=row["variable"], months=row["months"], over_months=row["over_months"] or "last", places=row["campus"] or "sum")
    try:
        band = quantiles(folded(result, judge)[0] * float(row["factor"] or 1.0))
    except (NotHeld, KeyError) as reason:
        return f"not in this run: {reason}"
    low, middle, high = (number(float(band[k]), row["unit"]) for k in ("p10", "p50", "p90"))
    return f"{middle} in {row['months']}" + ("" if low == high else f" (10-90 %: {low} to {high})")
