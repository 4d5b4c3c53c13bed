"""Dates of a rung: steps inside a month, order statistics, and worlds that never get there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gigacampus.buildout.ladder import along_phase, ladder
from gigacampus.buildout.stage import run
from gigacampus.foundation.calendar import Months

from .cases import small

MONTHS = Months(date(2026, 1, 1), 24)


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
