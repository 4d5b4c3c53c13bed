"""The band of early deaths joins that of the air with that of the study."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from gigacampus.answers import runner
from gigacampus.answers.questions.health import deaths_10_90


def test_the_band_is_what_a_hand_works_out():
    """60,000 people, 61 % of them over 30, 0.0139 deaths a year, 0.1 ug/m3 within a factor of 1.4; 1.06 (1.04 to 1.08) for 10 ug/m3."""
    level = np.array([0.1])
    low, middle, high = deaths_10_90(np.array([60000.0]), (level / 1.4, level, level * 1.4), date(2026, 1, 16))
    assert middle == pytest.approx(60000 * 0.61 * 0.0139 * 0.1 * math.log(1.06) / 10.0, rel=5e-4)
    half = 0.5 * math.log(1.08 / 1.04) * 1.2815516 / 1.9599640
    down, up = ((math.log(1.06) + sign * half) / math.log(1.06) for sign in (-1.0, 1.0))
    assert low / middle == pytest.approx(math.exp(-math.hypot(math.log(1.4), math.log(down))), rel=1e-3)
    assert high / middle == pytest.approx(math.exp(math.hypot(math.log(1.4), math.log(up))), rel=1e-3)
    assert (low / middle, high / middle) == pytest.approx((0.6623, 1.4732), abs=5e-4)


def test_no_increment_kills_nobody_and_has_no_band():
    nothing = np.zeros(2)
    assert deaths_10_90(np.array([10.0, 20.0]), (nothing, nothing, nothing), date(2026, 1, 16)) == (0.0, 0.0, 0.0)


def test_the_answer_and_every_county_carry_the_band(result):
    row = runner.ask(result, ("Q12",))[0]
    told = next(f for f in row["figures"] if f["id"] == "Q12_deaths")
    assert told["low"] < 0.75 * told["value"] < told["value"] < 1.3 * told["value"] < told["high"]
    assert told["value"] == pytest.approx(sum(r["deaths_per_year"] for r in row["table"]), abs=1e-3)
    for county in row["table"]:
        assert county["deaths_per_year_p10"] < county["deaths_per_year"] < county["deaths_per_year_p90"]
