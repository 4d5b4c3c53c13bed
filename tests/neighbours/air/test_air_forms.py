"""The forms that standards define, against values counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.foundation.calendar import HOURS_IN_MONTH, MONTH_START_HOUR
from gigacampus.neighbours.air import stage
from gigacampus.neighbours.air.forms import daily_highest, daily_means, of_the_year, percentile_98


@pytest.mark.parametrize(("days", "rank"), [(1, 1), (50, 1), (51, 2), (350, 7), (351, 8), (365, 8)])
def test_the_rank_is_that_of_the_federal_tables(days, rank):
    shuffled = np.random.default_rng(7).permutation(np.arange(1.0, days + 1.0))
    assert percentile_98(shuffled[None, :])[0] == days + 1 - rank


def test_seven_bad_hours_on_seven_days_do_not_move_the_form_but_an_eighth_day_does():
    hourly = np.full((1, 8760), 10.0)
    hourly[0, 5 : 7 * 24 : 24] = 500.0
    hourly[0, 6] = 900.0
    assert percentile_98(daily_highest(hourly))[0] == 10.0
    hourly[0, 7 * 24 + 3] = 200.0
    assert percentile_98(daily_highest(hourly))[0] == 200.0


def test_a_day_of_few_valid_hours_makes_no_high_mean():
    valid = np.zeros(48, dtype=bool)
    valid[:3], valid[24:] = True, True
    hourly = np.where(valid, 6.0, 0.0)
    assert daily_means(hourly, valid).tolist() == [1.0, 6.0]


def test_the_window_is_of_twelve_months_and_forgets_the_thirteenth():
    daily = np.full((1, 14, 31), np.nan)
    daily[:, :, :30] = 1.0
    daily[0, 0, :30] = 7.0
    assert of_the_year(daily)[0].tolist() == [7.0] * 12 + [1.0, 1.0]
    assert of_the_year(np.zeros((0, 14, 31))).shape == (0, 14)


def test_the_stage_ranks_the_days_of_its_own_hours(synthetic):
    """In-stack conversion is linear, so the days can be counted from the transfers alone."""
    inputs, up = synthetic.inputs(air={"no2_method": "in_stack", "in_stack_no2_frac": 0.5}), synthetic.upstream()
    out = stage.run(inputs, up)
    groups, member = stage.group_units(inputs.tree, inputs.at.unit)
    transfers = stage.stack_transfers(inputs, up, groups)
    valid = up["wind_speed_m_s"][0] >= stage.CALM_M_S
    rates = {
        name: stage.group_rates(up[key], up["planned_phase"], member, len(groups), inputs.at) for name, key in stage.POLLUTANTS.items()
    }
    nox, fine = (
        sum(
            np.concatenate(
                [rates[name][g, c] * t.hourly[0, MONTH_START_HOUR[c] : MONTH_START_HOUR[c] + HOURS_IN_MONTH[c]] for c in range(12)]
            )
            for g, t in enumerate(transfers)
        )
        for name in ("nox", "pm25")
    )
    assert inputs.at.months.calendar_month()[:12].tolist() == list(range(12))
    peaks = sorted(0.5 * max(nox[24 * d : 24 * d + 24]) for d in range(365))
    means = sorted(sum(fine[24 * d : 24 * d + 24]) / max(sum(valid[24 * d : 24 * d + 24]), 18) for d in range(365))
    assert out["no2_98th_1h_ugm3"][0, 11] == pytest.approx(peaks[-8], rel=1e-12)
    assert out["no2_max_1h_ugm3"][0, :12].max() == pytest.approx(peaks[-1], rel=1e-12)
    assert out["pm25_98th_24h_ugm3"][0, 11] == pytest.approx(means[-8], rel=1e-12)
    assert out["pm25_max_24h_ugm3"][0, :12].max() == pytest.approx(means[-1], rel=1e-12)
    assert peaks[-8] < peaks[-1]
