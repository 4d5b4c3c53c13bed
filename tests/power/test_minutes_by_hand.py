"""Minutes inside an hour: pauses of jobs second by second, who follows the wave, and the minutes after the loss of a unit."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.power.battery import Battery
from gigacampus.power.dispatch.supply_hours import SupplyHours
from gigacampus.power.swings import minutes


def hours(count=2, **changes):
    """Hours of a campus with two blocks of units: 60 MW of load, 20 from the grid, 36 and 4 from three units of 12 and one of 8."""
    one = np.ones(count)
    base = dict(facility_load_mw=60.0 * one, grid_mw=20.0 * one, onsite_mw=40.0 * one, battery_mw=0.0 * one, unserved_mw=0.0 * one)
    base |= dict(unit_running=np.array([3.0 * one, one]), unit_mw=np.array([36.0 * one, 4.0 * one]), grid_limit_mw=25.0 * one)
    base |= dict(unit_fuel_mmbtu=np.array([360.0 * one, 50.0 * one]), unit_limit_mw=np.array([12.0 * one, 8.0 * one]))
    base |= dict(battery_charge_state_mwh=5.0 * one, battery=Battery(10.0, 9.0, 0.8, 0.0))
    names = {name for name in SupplyHours.__dataclass_fields__}
    filled = {name: 0.0 * one for name in names - base.keys()} | {k: v for k, v in base.items() if k in names}
    return SupplyHours(**{**filled, **{k: v if k == "battery" else np.asarray(v, dtype=float) for k, v in changes.items()}})


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ((5.0, 700.0, 400.0), [4.0, 3.0]),
        ((5.0, 800.0, 400.0), [5.0 / 2**0.5] * 2),
        ((5.0, 300.0, 400.0), [5.0]),
        ((5.0, 300.0, 0.0), [5.0]),
        ((5.0, 0.0, 400.0), []),
    ],
)
def test_steps_of_jobs_add_by_their_squares(given, steps):
    assert minutes.job_steps_mw(*given) == pytest.approx(steps)


@pytest.mark.parametrize(("interval", "pause", "offset"), [(100.0, 30.0, 20.0), (3600.0, 45.0, 0.0), (90.0, 89.0, 7.0), (20.0, 50.0, 3.0)])
def test_pauses_second_by_second(interval, pause, offset):
    second = np.arange(120 * 60) + offset
    paused = (second % max(interval, pause) < pause).reshape(120, 60).sum(axis=1)
    assert minutes.paused_s(interval, pause, offset_s=offset, minutes=120) == pytest.approx(paused)
    assert (
        not minutes.paused_s(np.inf, pause, offset_s=0.0, minutes=3).any()
        and not minutes.paused_s(interval, 0.0, offset_s=0.0, minutes=3).any()
    )


def test_a_wave_of_two_jobs_has_no_mean_in_any_hour():
    wave, pauses = minutes.checkpoint_wave_mw([4.0, 3.0], interval_s=2400.0, pause_s=30.0, minutes=120)
    second = np.arange(7200)
    load = -4.0 * (second % 2400 < 30) - 3.0 * ((second + 1200) % 2400 < 30)
    plain = load.reshape(120, 60).mean(axis=1)
    assert wave == pytest.approx(plain - np.repeat(plain.reshape(2, 60).mean(axis=1), 60)) and np.array_equal(pauses, plain < 0.0)


def test_one_source_follows_the_wave_for_a_whole_hour():
    """Ten MW of battery carry it while they are free, else the grid where there is any, else the units."""
    wave = np.tile([4.0, -4.0], 120)
    day = hours(4, battery_mw=[6.0, 6.1, -6.1, 7.0], grid_mw=[20.0, 4.0, 3.9, 0.0])
    found = minutes.minutes_of(day, None, wave)
    hour = np.repeat(np.arange(4), 60)
    assert found.facility_load_mw == pytest.approx(60.0 + wave)
    assert found.battery_mw == pytest.approx(day.battery_mw[hour] + wave * (hour == 0))
    assert found.grid_mw == pytest.approx(day.grid_mw[hour] + wave * (hour == 1))
    assert found.onsite_mw == pytest.approx(40.0 + wave * (hour >= 2))
    assert found.unit_fuel_mmbtu_per_h[0].tolist() == [360.0] * 240 and not found.unit_starts.any()
    up = hours(2, unit_running=[[1.0, 3.0], [2.0, 1.0]])
    starts = minutes.minutes_of(up, np.array([0.0, 2.0]), np.zeros(120)).unit_starts
    assert (starts[0, 0], starts[0, 60], starts[1].sum(), starts.sum()) == (1.0, 2.0, 0.0, 3.0)
    assert minutes.minutes_of(up, None, np.zeros(120)).unit_starts.sum() == 2.0


def test_charge_minute_by_minute_begins_before_the_first_hour():
    """Four MW taken for an hour put 3.2 MWh in: the day began at 1.8. Then ten given empty it, and ten taken fill it."""
    day = hours(1, battery_mw=[-4.0])
    flow = np.array([-4.0] * 3 + [10.0] * 10 + [-10.0] * 80)
    charge, want = 5.0 - 3.2, []
    for mw in flow:
        charge += -mw / 0.8 / 60.0 if mw > 0 else -mw * 0.8 / 60.0
        want.append(charge)
    assert minutes.charge_state_mwh(day, flow) == pytest.approx(np.clip(want, 0.0, 9.0)) and min(want) < 0.0 and max(want) > 9.0
    assert minutes._charge_at_start_mwh(hours(1, battery_mw=[4.0])) == pytest.approx(5.0 + 5.0)


def bridge(stored=1.0, unit=0, **changes):
    planned = hours(1, **changes)
    base = minutes.minutes_of(planned, None, np.zeros(60))
    found = minutes._bridge(base, planned, unit, 5, stored)
    return {name: np.asarray(found[name]).tolist() for name in found}


@pytest.mark.parametrize(
    ("changes", "onsite", "grid", "battery", "unserved"),
    [
        ({}, 32.0, 25.0, 3.0, 0.0),  # two of 12 and one of 8 are left of 40: five from the grid, three from the battery
        ({"stored": 0.01}, 32.0, 25.0, 0.48, 2.52),  # what a hundredth of a MWh gives in a minute
        ({"stored": -1.0}, 32.0, 25.0, 0.0, 3.0),
        ({"battery_mw": [-2.0]}, 32.0, 25.0, 1.0, 0.0),
        ({"battery_mw": [-9.0]}, 32.0, 20.0, -1.0, 0.0),
        ({"battery_mw": [8.0]}, 32.0, 25.0, 10.0, 1.0),
        ({"battery_mw": [2.0], "stored": 0.05}, 32.0, 25.0, 2.4, 2.6),  # 0.05 MWh give 2.4 MW for the minute, two of them planned
        ({"grid_limit_mw": [20.0]}, 32.0, 20.0, 8.0, 0.0),
        ({"unit": 1}, 36.0, 24.0, 0.0, 0.0),
        ({"unit_running": [[0.0], [1.0]]}, 8.0, 25.0, 10.0, 17.0),
    ],
)
def test_a_minute_without_a_unit(changes, onsite, grid, battery, unserved):
    found = bridge(**changes)
    assert [found[f"{x}_mw"] for x in ("onsite", "grid", "battery", "unserved")] == pytest.approx([onsite, grid, battery, unserved])
    assert sum(found["unit_mw"]) == pytest.approx(onsite)
    rates = np.array([10.0, 12.5])
    assert found["unit_fuel_mmbtu_per_h"] == pytest.approx((np.array(found["unit_mw"]) * rates).tolist())


def test_a_trip_is_bridged_until_the_next_unit_gives_and_then_settles():
    planned, settled = hours(2), hours(2, unit_running=[[3.0, 3.0], [1.0, 1.0]], grid_mw=[22.0, 22.0], onsite_mw=[38.0, 38.0])
    base = minutes.minutes_of(planned, None, np.zeros(120))
    found, lasts = minutes.tripped(base, planned, settled, minutes.Trip(0, 70, 9.5))
    assert lasts == 10
    at = np.arange(120)
    assert found.grid_mw == pytest.approx(np.where(at < 70, 20.0, np.where(at < 80, 25.0, 22.0)))
    assert found.onsite_mw == pytest.approx(np.where(at < 70, 40.0, np.where(at < 80, 32.0, 38.0)))
    assert found.battery_mw == pytest.approx(np.where((at >= 70) & (at < 80), 3.0, 0.0)) and found.unserved_mw == pytest.approx(0.0 * at)
    assert found.unit_starts[0, 70] == 1.0 and found.unit_starts.sum() == 1.0
    late = minutes.tripped(base, planned, settled, minutes.Trip(0, 115, 9.5))
    none = minutes.tripped(base, planned, hours(2, unit_running=[[2.0, 2.0], [1.0, 1.0]]), minutes.Trip(0, 70, 9.5))
    assert (late[1], none[1]) == (5, 0)
    empty = hours(2, battery_charge_state_mwh=[0.1, 0.1])
    short, _ = minutes.tripped(minutes.minutes_of(empty, None, np.zeros(120)), empty, settled, minutes.Trip(0, 0, 9.5))
    want, stored = [], 0.1
    for _ in range(10):
        given = min(3.0, stored * 0.8 * 60.0)
        stored -= given / 0.8 / 60.0
        want.append(3.0 - given)
    assert short.unserved_mw[:10] == pytest.approx(want) and want[0] == 0.0 and want[-1] == pytest.approx(3.0)


def test_starts_are_spread_over_their_minutes():
    out = minutes.spread_starts(np.array([[0.0, 2.0] + [0.0] * 4, [3.0] + [0.0] * 5, [0.0] * 5 + [4.0]]), np.array([3.4, 0.2, 90.0]))
    assert out.tolist() == [
        [0.0, pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3), 0.0, 0.0],
        [3.0] + [0.0] * 5,
        [0.0] * 5 + [4.0],
    ]
    assert minutes.spread_starts(np.eye(1, 200), np.array([90.0]))[0].tolist() == [1.0 / 60.0] * 60 + [0.0] * 140
    assert (minutes.pause_interval_s(0.0), minutes.pause_interval_s(2.0), minutes.pause_interval_s(np.inf)) == (np.inf, 7200.0, np.inf)
