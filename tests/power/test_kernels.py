"""The compiled loops against their plain twins, on random plant, fleets and weather."""

import numpy as np
import pytest

from gigacampus.foundation.psychrometrics import wet_bulb_c, wet_bulb_stull_c
from gigacampus.power.kernels import LOAD_ROWS, dispatch_months, load_hours, wet_bulb_hours
from gigacampus.power.load import Plant
from tests.power import twin

HOURS = 744


def random_plant(rng, kinds):
    """Installed heat and plant of any number of kinds, whose traits lie in any order."""
    hourly = rng.uniform(0.3, 1.1, (kinds, HOURS)), rng.uniform(0, 0.3, (kinds, HOURS)), rng.uniform(0.5, 1.0, (kinds, HOURS))
    shares = rng.uniform(0.01, 0.04, kinds), rng.uniform(0.005, 0.02, kinds)
    return rng.uniform(0, 300, kinds) * (rng.random(kinds) < 0.7), Plant(*shares, *hourly, *(rng.random((2, kinds)) < 0.5))


@pytest.mark.parametrize("seed", range(6))
def test_load_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    installed, plant = random_plant(rng, 3 + seed % 4)
    terms = (0.064, 0.1, 0.7, 0.04, 0.03)
    out = np.empty((LOAD_ROWS, HOURS))
    load_hours(0, HOURS, 350.0, 420.0, terms, installed, plant, out)
    slow = [twin.load_hour(350.0, 420.0, terms, installed, plant, h) for h in range(HOURS)]
    np.testing.assert_allclose(out, np.array(slow).T, rtol=1e-12, atol=1e-9)


def random_supply(rng, groups):
    return dict(
        unit_mw=rng.uniform(10, 45, (groups, 1)) * rng.uniform(0.7, 1.1, HOURS),
        fuel=rng.uniform(9, 11, (groups, HOURS)),
        out_units=rng.integers(0, 3, (groups, 30, HOURS)).astype(float),
        curve=np.column_stack([rng.uniform(1.1, 1.3, groups), rng.uniform(1.02, 1.08, groups)]),
        least=rng.choice([0.3, 0.5, 0.7], groups),
        counts=rng.integers(0, 12, groups).astype(float),
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("grid_first", [True, False])
def test_dispatch_equals_its_twin(seed, grid_first):
    rng = np.random.default_rng(seed)
    s = random_supply(rng, 1 + seed % 4)
    load = rng.uniform(50, 500) + rng.uniform(0, 80, 8760)
    open_frac = np.where(rng.random(8760) < 0.05, 0.25, 1.0)
    grid_mw = float(rng.choice([0.0, 150.0, 400.0]))
    mwh, charge_cap = float(rng.choice([0.0, 200.0, 900.0])), float(rng.choice([np.inf, 0.8 * grid_mw]))
    battery = np.array([[0.3 * mwh, mwh, 0.95, 0.1 * mwh]])
    sunny, sun_first = seed % 3 > 0, seed % 3 == 2
    sun_mw, profile = np.array([[300.0, 150.0]])[:, : 2 * sunny], rng.uniform(0, 1.5, (2, 8760))[: 2 * sunny] ** 3
    through_frac, more_usd = np.where(open_frac < 1.0, 0.5, 0.0), rng.normal(0, 20, 8760)
    sums, group_sums = np.zeros((1, 15)), np.zeros((1, s["counts"].size, 5))
    none = np.zeros((4, 8760))
    dispatch_months(
        np.array([[0, HOURS]]),
        np.zeros(1),
        np.zeros(1),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        np.zeros((1, 4)),
        Plant(np.zeros(4), np.zeros(4), none, none, none, *np.zeros((2, 4), dtype=bool)),
        load,
        np.array([grid_mw]),
        (open_frac, through_frac, more_usd, 900.0),
        (sun_mw, profile),
        s["counts"][None, :],
        (s["unit_mw"], s["fuel"], s["out_units"], s["curve"], s["least"]),
        battery,
        (np.full(8760, grid_first), 0.05, np.array([[np.inf, np.inf, charge_cap, np.inf]]), sun_first),
        np.zeros(8760, dtype=bool),
        sums,
        group_sums,
        np.zeros((0, 0)),
    )
    args = (
        load[:HOURS],
        grid_mw * open_frac[:HOURS],
        s["unit_mw"],
        s["fuel"],
        s["out_units"],
        s["counts"],
        s["curve"],
        s["least"],
        tuple(battery[0]),
        grid_first,
        0.05,
    )
    more = dict(
        charge_cap=charge_cap,
        free=(sun_mw @ profile)[0, :HOURS],
        sun_first=sun_first,
        through=grid_mw * through_frac[:HOURS],
        more_usd=more_usd[:HOURS],
        penalty_usd=900.0,
    )
    slow, stored = twin.dispatch_month(*args, **more)
    if stored < mwh * (1 - 1e-6):
        slow, _ = twin.dispatch_month(*args, charge_mwh=stored, **more)
    fast = dict(
        zip(
            (
                "demand",
                "grid",
                "grid_peak",
                "onsite",
                "discharge",
                "charge",
                "_",
                "unmet",
                "unserved_hours",
                "_",
                "dumped",
                "_",
                "_",
                "beyond",
                "sun",
            ),
            sums[0],
            strict=False,
        )
    ) | {"fuel": group_sums[0, :, 1].sum(), "starts": group_sums[0, :, 4].sum()}
    for name, value in slow.items():
        assert fast[name] == pytest.approx(value, rel=1e-9, abs=1e-6), name


def test_wet_bulb_equals_its_twin_away_from_freezing():
    """Within half a kelvin of freezing a wet and an iced bulb are both solutions."""
    rng = np.random.default_rng(3)
    dry, rh, pressure = rng.uniform(-20, 45, 4000), rng.uniform(0.05, 1.0, 4000), rng.uniform(80, 103, 4000)
    fast = wet_bulb_hours(dry, rh, pressure, wet_bulb_stull_c(dry, rh), 1e-6)
    slow = wet_bulb_c(dry, rh, pressure, tolerance_k=1e-6)
    one_answer = np.abs(slow) > 0.5
    np.testing.assert_allclose(fast[one_answer], slow[one_answer], atol=2e-3)
    assert one_answer.mean() > 0.9 and np.abs(fast - slow).max() < 0.5
    assert np.all(fast <= dry + 1e-6)
