"""Numbers and sentences as people read them."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.report import words
from tests.report.synthetic import SyntheticResult

MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (999.0, "MW", "999 MW"),
        (1000.0, "MW", "1 GW"),
        (0.0, "USD", "$0"),
        (0.0931, "USD", "$0.0931"),
        (-9.5e-7, "USD", "$0"),
        (-2.5e9, "USD", "−$2.5 billion"),
        (1234.5, "USD", "$1,234"),
        (423.4, "t", "423 t"),
        (2.4e6, "t", "2.4 million t"),
        (0.00002, "1", "2×10⁻⁵"),
        (None, "MW", "–"),
        (float("nan"), "MW", "–"),
        (float("nan"), "month", "not within the horizon"),
        (12.34, "ug/m3", "12.3 µg/m³"),
        (5.5e6, "1", "5.5 million"),
    ],
)
def test_number(value, unit, text):
    assert words.number(value, unit) == text


def test_when_counts_never_as_later_than_any_month():
    dates = words.when(np.array([0.0, 1.0, 1.0, 1.0, 1.0, np.nan, np.nan, np.nan, np.nan, np.nan]), MONTHS)
    assert dates == {"p10": "Jan 2026", "p50": "Feb 2026", "p90": "after Apr 2026"}


def test_summary_says_what_the_arrays_hold():
    result = SyntheticResult(worlds=5, draws=8)
    facility = result.array("facility_design_mw").copy()
    facility[:] = 0.0
    facility[:, 1, :, 20:] = 1200.0
    result.put("facility_design_mw", facility)
    result.put("runway_month", np.array([3.0] * 6 + [np.nan] * 2))
    result.put("training_flop_delivered", np.full((8, 72), 1e25))
    text = words.summary(result)
    assert "passes 1 GW in Sep 2026 and stands at 1.2 GW" in text
    assert "falls below its floor in Apr 2025 (Apr 2025 to after Dec 2030)" in text
    assert "in 25 % of draws it never does" in text
    assert "adds up to 7.2×10²⁶ FLOP" in text


def test_summary_of_a_run_without_a_variable_leaves_its_sentence_out():
    text = words.summary(SyntheticResult(leave_out=("runway_month", "noise_night_dba", "training_flop_delivered")))
    assert "cash" not in text
    assert "loudest" not in text
    assert "1 GW" in text
