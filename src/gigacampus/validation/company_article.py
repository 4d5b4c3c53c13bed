"""Judges the worked example: each reported figure from the other seven, and January's frozen forecast on what came. Nothing gates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from gigacampus.company.finance.scores import binomial_band, crps_ensemble
from gigacampus.validation import reported_quarters
from gigacampus.validation.case_folder import BUNDLED, CaseFolder, leave_out, score
from gigacampus.validation.case_rows import CaseRow, case, inside, missing, number_or_none

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
Rows = list[CaseRow]


def article(folder: CaseFolder) -> Rows:
    """All rows on the worked example."""
    return [*_reported(folder), *_january(folder)]


def _reported(folder: CaseFolder) -> Rows:
    """Figures that the press reported by January 2026, each from the other seven; only where the folder holds them."""
    table = folder.rows("company/xai_reported.csv")
    if table is None:
        return [missing("company", "article, leave one out", "xai_reported.csv")]
    found = reported_quarters.scored()
    used = [r for r in table if r.get("confidence") == "seen" and reported_quarters.figure_of(r) is not None]
    score(used)
    leave_out(table, "a plan, a bound or a figure that the eight do not hold")
    return [*_told(used), *_left_out(found), *_in_sample()]


def _told(used: Sequence[Mapping[str, str]]) -> Rows:
    """The figures that the model is given against those of the table."""
    gaps = [
        abs(float(r["value"]) - float(reported_quarters.OBSERVED[k])) for r in used if (k := reported_quarters.figure_of(r)) is not None
    ]
    if not gaps:
        return []
    return [
        case("company", "article, figures as given", "largest gap to the table", max(gaps), 0.0, unit="USD m", n=len(gaps), source=REPORTS)
    ]


def _left_out(found: list[reported_quarters.Scored]) -> Rows:
    title = "article, leave one out"
    rows = []
    for r in found:
        low, high = r.band()
        words = f"{r.name} from the other seven: {low:.0f} to {high:.0f}, came"
        rows.append(inside("company", title, words, r.truth, low, high, unit="USD m", source=REPORTS))
        words = f"{r.name}: width of the 80 % band over that of the priors alone"
        rows.append(case("company", title, words, r.narrowing(), 1.0, source=REPORTS))
    n, held = len(found), sum(r.inside for r in found)
    low, high = binomial_band(n, 0.8)
    words = f"figures inside their 80 % band, {reported_quarters.INPUTS} free inputs; an honest band holds {n * low:.0f} to {n * high:.0f}"
    rows.append(case("company", title, words, float(held), 6.0, unit=f"of {n}", n=n, source=REPORTS, at_least=True))
    ours = _relative([crps_ensemble(r.ensemble, r.truth) for r in found], found)
    for words, theirs in (
        ("the priors alone", _relative([crps_ensemble(r.prior, r.truth) for r in found], found)),
        ("a naive reader", _relative([abs(r.naive - r.truth) for r in found], found)),
    ):
        rows.append(case("company", title, f"CRPS over truth against {words}", ours, theirs, n=n, source=REPORTS, passed=ours < theirs))
    width = _relative([float(np.subtract(*r.band()[::-1])) for r in found], found)
    return [*rows, case("company", title, "sharpness: width of the 80 % band over truth", width, n=n, source=REPORTS)]


def _relative(scores: list[float], found: list[reported_quarters.Scored]) -> float:
    return float(np.mean([s / abs(r.truth) for s, r in zip(scores, found, strict=True)]))


def _in_sample() -> Rows:
    gaps = reported_quarters.in_sample()
    words = "largest relative gap when all eight are used (a fit, no forecast)"
    worst = max(abs(g) for g in gaps.values())
    return [case("company", "article, in sample", words, worst, unit="1", n=len(gaps), source=REPORTS)]


def _january(folder: CaseFolder) -> Rows:
    """The forecast written in January against later reports of the segment, which also holds X: shown, never gating."""
    written = BUNDLED / "grading" / "january_forecast.json"
    table = folder.rows("company/xai_after_article.csv")
    if table is None or not written.is_file():
        return [missing("company", "January graded", "xai_after_article.csv")]
    made = {line["id"]: line for line in json.loads(written.read_text(encoding="utf-8"))["lines"]}
    truth = {(r.get("period"), r.get("metric")): r for r in table}
    rows = []
    for name, key in LATER.items():
        value = number_or_none(truth[key].get("value")) if key in truth else None
        if value is None or name not in made:
            continue
        score([truth[key]])
        q = made[name]["quantiles"]
        words = f"{made[name]['what']}: said {q['0.5']:.0f} ({q['0.1']:.0f} to {q['0.9']:.0f}), segment with X came"
        source = "frozen forecast of January 2026; later filings of the segment"
        rows.append(inside("company", "January graded", words, value, q["0.1"], q["0.9"], unit="USD m", source=source))
    leave_out(table, "no line of the January forecast speaks of it")
    return rows
