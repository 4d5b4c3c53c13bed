"""Published cases of the build: dated MW of the Memphis campuses, and slips that a tracker's forecasts really had."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from gigacampus.buildout.presence import daily
from gigacampus.buildout.stage import state
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.shipped import shipped_scenarios
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.validation.case_folder import CaseFolder, opened, score
from gigacampus.validation.case_rows import CaseRow, case, inside, missing, number_or_none
from gigacampus.validation.dated_power import Reading, readings
from gigacampus.validation.slip_fit import (
    GRID_DAYS,
    Milestone,
    binomial_band,
    fit,
    kaplan_meier_median,
    leave_one_campus_out,
    milestones_of,
)

JANUARY = date(2026, 1, 16)
JANUARY_PART = shipped_scenarios() / "parts" / "campuses_xai_2026_01.yaml"
REPLAY = shipped_scenarios() / "xai-2024-04.yaml"
FAMILY = "buildout"
BACKTEST = "sites/epoch/forecast_backtest.csv"
WIDENED_FRAC = 0.05
OWN_CAMPUSES = ("Colossus 1", "Colossus 2")
ECHOED = ("grid", "battery")
"""Kinds that are inputs of the scenario: shown, never counted as a result."""
CALIBRATING = {
    ("colossus_1", date(2024, 9, 2), "facility"): "sets the design PUE",
    ("colossus_2", date(2025, 10, 19), "facility"): "sets the design PUE",
    ("colossus_1", date(2025, 4, 1), "turbines"): "sets the mean rating of the trailers",
    ("colossus_1", date(2025, 4, 30), "turbines"): "sets the mean rating of the trailers",
    ("colossus_2", date(2025, 12, 18), "turbines"): "sets the mean rating of the trailers",
}
"""Readings that an input was derived from; they cannot fail and so do not gate."""


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per case."""
    folder = opened(data)
    return [*dated_mw(folder), *slip(folder)]


def dated_mw(folder: CaseFolder) -> list[CaseRow]:
    """Our MW on every dated day of 2024 and 2025 against the interval that sources of the same kind span.

    The replay gates. The January scenario is set against the sources of its own day beside it, and does not gate: one
    tracker figure of that day is a supply capacity under the name of facility power.
    """
    found = readings(folder, (2024, 2025))
    if not found:
        return [missing(FAMILY, "dated_mw", "dated MW")]
    replay, january = memphis(REPLAY), memphis(REPLAY, f"as_of={JANUARY}", part=JANUARY_PART)
    return [*_dated_rows(found, replay, ""), *_dated_rows(_known(found, JANUARY), january, f", as known on {JANUARY}")]


def _dated_rows(found: list[Reading], inputs: Inputs, suffix: str) -> list[CaseRow]:
    groups: dict[tuple[str, date, str], list[Reading]] = {}
    for reading in found:
        groups.setdefault((reading.campus, reading.day, reading.kind), []).append(reading)
    days = sorted({day for _, day, _ in groups})
    ours = our_mw(inputs, days)
    return [_dated_row(key, group, ours[key[0], key[2]][days.index(key[1])], suffix) for key, group in sorted(groups.items())]


def _known(found: list[Reading], day: date) -> list[Reading]:
    """Readings whose sources were all public on ``day``; a key that is not listed counts as unknown."""
    from gigacampus.scenario.library import sources

    listed = {key: str(row["date"]) for key, row in sources().items()}

    def public(key: str) -> bool:
        return (key.split("@")[1] if "@" in key else listed.get(key.strip(), "9999")) <= day.isoformat()

    return [r for r in found if all(public(key) for key in r.source.split(";"))]


def memphis(path: Path, *sets: str, part: Path | None = None) -> Inputs:
    """Inputs of the bundled replay, or of the January part over the same months."""
    from gigacampus.pipeline.run import coordinates
    from gigacampus.scenario.document import load

    scenario, _ = load(path, sets=sets, patches=[part.relative_to(path.parent).as_posix()] if part else [])
    return Inputs(scenario, coordinates(scenario))  # type: ignore[arg-type]


def our_mw(inputs: Inputs, days: list[date]) -> dict[tuple[str, str], np.ndarray]:
    """Our MW by campus and kind on each of ``days``; committed blocks alone."""
    rows = state(inputs, daily(inputs.at.months, days))
    out: dict[tuple[str, str], np.ndarray] = {}
    for c, campus in enumerate(inputs.at.campus):
        blocks = inputs.tree.campuses[campus].blocks
        permitted = np.zeros(len(days))
        for u, label in enumerate(inputs.at.unit):
            name, key = label.split("/")
            if name == campus and blocks[key].permit:
                entry = entry_of(inputs.tree.library, blocks[key].model)
                permitted += rows["unit_count"][u, 0] * entry.iso_mw
        supply, grid = rows["supply_nameplate_mw"][c, 0], rows["grid_limit_mw"][c, 0]
        out |= {
            (campus, "it"): rows["it_in_service_mw"][c, 0],
            (campus, "facility"): rows["facility_design_mw"][c, 0],
            (campus, "supply"): supply,
            (campus, "turbines"): supply - grid,
            (campus, "permitted"): permitted,
            (campus, "grid"): grid,
            (campus, "battery"): rows["battery_power_mw"][c, 0],
        }
    return out


def _dated_row(key: tuple[str, date, str], group: list[Reading], ours_mw: float, suffix: str) -> CaseRow:
    campus, day, kind = key
    low = min(r.mw for r in group) * (1.0 - WIDENED_FRAC)
    high = max(r.mw for r in group) * (1.0 + WIDENED_FRAC)
    why = CALIBRATING.get(key, "an input, echoed" if kind in ECHOED else "")
    sound = all(r.confidence in ("seen", "derived") for r in group)
    name, metric = f"{campus} {day} {kind}{suffix}", f"MW inside {low:.1f} to {high:.1f}" + (f" ({why})" if why else "")
    source, gating = ";".join(sorted({r.source for r in group})), sound and not why and not suffix
    return inside(FAMILY, name, metric, ours_mw, low, high, unit="MW", gating=gating, n=len(group), source=source)


def slip(folder: CaseFolder) -> list[CaseRow]:
    """Scores of the slip distribution, each campus left out of the fit that judges it. None of them gates."""
    table = folder.rows(BACKTEST)
    if table is None:
        return [missing(FAMILY, "slip", "forecast_backtest.csv")]
    score(table)
    known = [m for m in milestones_of(CaseFolder().inputs(BACKTEST)) if m.campus not in OWN_CAMPUSES]
    tested = milestones_of(table)
    others = [m for m in tested if m.campus not in OWN_CAMPUSES]
    scores = leave_one_campus_out(others, known)
    low, high = binomial_band(scores.counted, 0.8)
    words, held = "mean CRPS, each campus left out, 2 constants", f"inside, binomial 95 % band {low} to {high}"
    rows = [
        _slip_row("slip CRPS against no slip", words, scores.model, scores.no_slip, n=scores.n),
        _slip_row("slip CRPS against median slip", words, scores.model, scores.median_slip, n=scores.n),
        inside(FAMILY, "slip coverage of the 80 % band", held, float(scores.inside), low, high, n=scores.counted, source="E1"),
    ]
    unseen = [_unseen_row(m, known) for m in tested if m.campus in OWN_CAMPUSES and m.reached]
    return [*rows, *unseen, *_median_row(others), *_tracker_median(folder, others)]


def _slip_row(name: str, metric: str, value: float, limit: float, *, n: int) -> CaseRow:
    return case(FAMILY, name, metric, value, limit, unit="day", n=n, source="E1", passed=value < limit)


def _unseen_row(milestone: Milestone, known: list[Milestone]) -> CaseRow:
    fitted = fit(known)
    place = float(fitted.cdf(np.array(milestone.slip_days)))
    low, high = np.interp([0.1, 0.9], fitted.cdf(GRID_DAYS), GRID_DAYS)
    name = f"slip of {milestone.campus} {milestone.mw:.0f} MW, unseen"
    metric = f"slip inside P10 to P90 ({low:.0f} to {high:.0f} d), at probability {place:.2f}"
    limit = float(high if place > 0.5 else low)
    return case(FAMILY, name, metric, milestone.slip_days, limit, unit="day", source="E1", passed=0.1 <= place <= 0.9)


def _fitted_median(milestones: list[Milestone]) -> float:
    return float(np.interp(0.5, fit(milestones).cdf(GRID_DAYS), GRID_DAYS))


def _median_row(milestones: list[Milestone]) -> list[CaseRow]:
    overdue = [m for m in milestones if m.tells]
    if not any(m.reached for m in overdue):
        return []
    median = kaplan_meier_median(overdue)
    metric = f"fitted median against Kaplan-Meier {median:.0f} d, tolerance 30 %"
    ours = _fitted_median(milestones)
    return [inside(FAMILY, "median slip", metric, ours, 0.7 * median, 1.3 * median, unit="day", n=len(overdue), source="E1")]


def _tracker_median(folder: CaseFolder, milestones: list[Milestone]) -> list[CaseRow]:
    """The median slip that the table of anchors states, by quantity; its milestones are those of the fit, so it does not gate."""
    out = []
    for row in folder.rows("sites/validation_anchors.csv") or []:
        value = number_or_none(row["value"])
        if not row["quantity"].startswith("forecast slip") or row["unit"] != "days_median" or value is None:
            continue
        score([row])
        off, limit = abs(_fitted_median(milestones) / value - 1.0), float(row["tolerance_pct"]) / 100.0
        out.append(case(FAMILY, f"{row['id']} {row['quantity']}", "relative error of the fitted median", off, limit, source=row["source"]))
    return out
