"""Judges the worked example: each reported figure from the other seven, and January's frozen forecast on what came. Nothing gates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.company.finance.scores import binomial_band, crps_ensemble
from gigacampus.validation import reported_quarters
from gigacampus.validation.company_rows import case, number_or_none, read

REPORTS = "press reports of January 2026; priors assumed"
LATER = {
    "F17": ("2025", "ai_segment_capex"),
    "F18": ("2026Q1", "capex"),
    "F19": ("2026Q2", "capex"),
    "F20": ("2026Q1", "ai_solutions_infra"),
    "F21": ("2026Q2", "ai_solutions_infra"),
    "F22": ("2026Q1", "adj_ebitda"),
    "F23": ("2026Q2", "adj_ebitda"),
}
"""Lines of the January forecast that a later report speaks of, by period and metric of its table."""
Rows = list[dict[str, Any]]


def article(folder: Path, bundled: Path) -> Rows:
    """All rows on the worked example."""
    return [*_left_out(), *_in_sample(), *_january(folder, bundled)]


def _left_out() -> Rows:
    found, title = reported_quarters.scored(), "article, leave one out"
    rows = []
    for r in found:
        low, high = r.band()
        words = f"{r.name} from the other seven: {low:.0f} to {high:.0f}, came"
        rows.append(case(title, words, r.truth, unit="USD m", n=1, source=REPORTS, passed=r.inside))
        words = f"{r.name}: width of the 80 % band over that of the priors alone"
        rows.append(case(title, words, r.narrowing(), limit=1.0, unit="1", n=1, source=REPORTS, passed=r.narrowing() < 1.0))
    n, inside = len(found), sum(r.inside for r in found)
    low, high = binomial_band(n, 0.8)
    words = f"figures inside their 80 % band, {reported_quarters.INPUTS} free inputs; an honest band holds {n * low:.0f} to {n * high:.0f}"
    rows.append(case(title, words, float(inside), limit=6.0, unit=f"of {n}", n=n, source=REPORTS, passed=inside >= 6))
    ours = _relative([crps_ensemble(r.ensemble, r.truth) for r in found], found)
    for words, theirs in (
        ("the priors alone", _relative([crps_ensemble(r.prior, r.truth) for r in found], found)),
        ("a naive reader", _relative([abs(r.naive - r.truth) for r in found], found)),
    ):
        metric = f"CRPS over truth against {words}"
        rows.append(case(title, metric, ours, limit=theirs, unit="1", n=n, source=REPORTS, passed=ours < theirs))
    width = _relative([float(np.subtract(*r.band()[::-1])) for r in found], found)
    rows.append(case(title, "sharpness: width of the 80 % band over truth", width, unit="1", n=n, source=REPORTS))
    return rows


def _relative(scores: list[float], found: list[reported_quarters.Scored]) -> float:
    return float(np.mean([s / abs(r.truth) for s, r in zip(scores, found, strict=True)]))


def _in_sample() -> Rows:
    gaps = reported_quarters.in_sample()
    words = "largest relative gap when all eight are used (a fit, no forecast)"
    worst = max(abs(g) for g in gaps.values())
    return [case("article, in sample", words, worst, unit="1", n=len(gaps), source=REPORTS)]


def _january(folder: Path, bundled: Path) -> Rows:
    """The forecast written in January against later reports of the segment, which also holds X: shown, never gating."""
    written = bundled.parents[1] / "grading" / "january_forecast.json"
    if not written.is_file():
        return []
    made = {line["id"]: line for line in json.loads(written.read_text(encoding="utf-8"))["lines"]}
    later = read(folder / "xai_after_article.csv") or read(bundled / "xai_after_article.csv")
    truth = {(r.get("period"), r.get("metric")): number_or_none(r.get("value")) for r in later}
    rows = []
    for name, key in LATER.items():
        value = truth.get(key)
        if value is None or name not in made:
            continue
        q = made[name]["quantiles"]
        words = f"{made[name]['what']}: said {q['0.5']:.0f} ({q['0.1']:.0f} to {q['0.9']:.0f}), segment with X came"
        source = "frozen forecast of January 2026; later filings of the segment"
        rows.append(case("January graded", words, value, unit="USD m", n=1, source=source, passed=q["0.1"] <= value <= q["0.9"]))
    return rows
