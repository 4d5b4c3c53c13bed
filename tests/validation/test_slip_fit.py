"""The slip fit: censoring, scores, and the constants that scenarios use."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from ruamel.yaml import YAML

from gigacampus.scenario.library import load_entry
from gigacampus.validation.buildout import BACKTEST, OWN_CAMPUSES
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.slip_fit import (
    GRID_DAYS,
    Gumbel,
    Milestone,
    binomial_band,
    crps_days,
    fit,
    kaplan_meier_median,
    leave_one_campus_out,
    milestones_of,
)
from tests.buildout.cases import LIBRARY, ROOT


def milestones() -> list[Milestone]:
    return milestones_of(CaseFolder().inputs(BACKTEST))


def drawn(n: int, censored_at: float) -> list[Milestone]:
    rng = np.random.default_rng(7)
    slips = 100.0 - 60.0 * np.log(-np.log(rng.random(n)))
    return [Milestone(f"c{i % 20}", 1.0, 100.0, min(float(s), censored_at), bool(s <= censored_at)) for i, s in enumerate(slips)]


@pytest.mark.parametrize("censored_at", [1e9, 120.0])
def test_fit_finds_the_constants_it_was_drawn_from(censored_at: float) -> None:
    fitted = fit(drawn(4000, censored_at))
    assert fitted.location_days == pytest.approx(100.0, abs=4.0)
    assert fitted.scale_days == pytest.approx(60.0, abs=4.0)


def test_ignoring_censoring_would_bias_the_fit() -> None:
    cut = [Milestone(m.campus, m.mw, m.lead_days, m.slip_days, True) for m in drawn(4000, 120.0)]
    assert fit(cut).location_days < 92.0


def test_crps_of_a_gumbel_matches_its_closed_form() -> None:
    shape = Gumbel(80.0, 50.0)
    expected = -50.0 * (np.euler_gamma - math.log(2.0))
    rng = np.random.default_rng(3)
    mean_self = np.mean([crps_days(shape.cdf(GRID_DAYS), float(x), reached=True) for x in 80.0 - 50.0 * np.log(-np.log(rng.random(400)))])
    assert mean_self == pytest.approx(50.0 * math.log(2.0), rel=0.1)
    assert expected < mean_self


def test_a_censored_slip_is_judged_only_below_itself() -> None:
    point = (GRID_DAYS >= 60.0).astype(float)
    assert crps_days(point, 40.0, reached=False) == 0.0
    assert crps_days(point, 100.0, reached=False) == pytest.approx(40.0)


def test_kaplan_meier_median_by_hand() -> None:
    rows = [Milestone("a", 1, 1, s, r) for s, r in ((10, True), (20, False), (30, True), (40, True), (50, False))]
    assert kaplan_meier_median(rows) == 40.0


def test_binomial_band_holds_its_level() -> None:
    low, high = binomial_band(30, 0.8)
    inside = sum(math.comb(30, k) * 0.8**k * 0.2 ** (30 - k) for k in range(low, high + 1))
    assert inside >= 0.95


def test_own_campuses_do_not_move_the_fit_that_judges_them() -> None:
    rows = milestones()
    known = [m for m in rows if m.campus not in OWN_CAMPUSES]
    moved = [m if m.campus not in OWN_CAMPUSES else Milestone(m.campus, m.mw, m.lead_days, 900.0, True) for m in rows]
    assert fit(known) == fit([m for m in moved if m.campus not in OWN_CAMPUSES])
    assert fit(known) != fit(moved)


def test_scores_leave_the_campus_out() -> None:
    known = [m for m in milestones() if m.campus not in OWN_CAMPUSES]
    scores = leave_one_campus_out(known, known)
    assert scores.n == sum(m.tells for m in known)
    assert scores.model < scores.no_slip


def test_library_and_scenario_hold_the_fitted_constants() -> None:
    fitted = fit([m for m in milestones() if m.campus not in OWN_CAMPUSES])
    entry = load_entry("schedule", "slip_epoch_2026", date(2026, 12, 31))[0]
    assert entry["location_days"] == pytest.approx(fitted.location_days, abs=0.051)
    assert entry["scale_days"] == pytest.approx(fitted.scale_days, abs=0.051)
    part = YAML(typ="safe").load(ROOT / "scenarios" / "parts" / "campuses_xai_2026_01.yaml")
    inline = part["library"]["schedule"]["slip_hindsight_2026"]
    assert {k: inline[k] for k in ("location_days", "scale_days")} == {k: entry[k] for k in ("location_days", "scale_days")}
    assert inline["calibrated_on"].isoformat() == entry["calibrated_on"]
    assert "hindsight" in inline["title"]
    assert not (LIBRARY / "schedule" / "slip_hindsight_2026.yaml").exists()
