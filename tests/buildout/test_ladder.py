"""Dates of a rung: steps inside a month, order statistics, and worlds that never get there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gigacampus.buildout.ladder import along_phase, day_at, ladder, reach_band, reached_position
from gigacampus.buildout.stage import run
from gigacampus.foundation.calendar import Months

from .cases import small

MONTHS = Months(date(2026, 1, 1), 24)


def test_a_step_is_found_on_its_day() -> None:
    chips = {"kind": "accelerators", "model": "lib:accelerators/a", "count": 500_000, "in_service": date(2026, 8, 11)}
    series = run(small({"chips": chips}), {})["it_in_service_mw"][:, 0]
    assert reached_position(series, 900.0) == pytest.approx([7 + 10 / 31])
    assert day_at(MONTHS, float(reached_position(series, 900.0)[0])) == date(2026, 8, 11)


def test_a_rung_held_from_the_start_and_one_never_held() -> None:
    series = np.array([[5.0, 5.0, 5.0], [0.0, 0.0, 1.0]])
    assert reached_position(series, 2.0).tolist() == [0.0, np.inf]


def test_bands_count_censored_worlds_and_say_so() -> None:
    series = np.zeros((10, 24))
    for world in range(7):
        series[world, 2 + world :] = 1000.0
    band = reach_band(series, 1000.0, months=MONTHS)
    assert (band.p10, band.p50, band.p90) == (date(2026, 3, 1), date(2026, 7, 1), None)
    assert band.reached_frac == pytest.approx(0.7)
    assert band.words()[2] == "not by 2027-12-31"


def test_along_phase_picks_the_phase_in_service() -> None:
    table = np.array([[[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]])
    assert along_phase(table, np.array([[0.0, 1.0, 1.0]])).tolist() == [[1.0, 20.0, 30.0]]


def test_ladder_sums_campuses_and_leaves_out_what_is_missing() -> None:
    chips = {"kind": "accelerators", "model": "lib:accelerators/a", "count": 10_000, "in_service": date(2026, 1, 1)}
    grid = {"kind": "grid_tranche", "mw": 100, "in_service": date(2026, 1, 1)}
    out = {k: v[None] for k, v in run(small({"chips": chips, "grid": grid}), {}).items()}
    rungs = ladder(out)
    assert list(rungs) == ["announced", "nameplate", "firm", "facility", "it"]
    assert rungs["facility"][0, 0] == pytest.approx(25.0)
    assert rungs["nameplate"].shape == (1, 24)
