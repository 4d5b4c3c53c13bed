"""The instant estimate against exact runs of the same moves: near them, and honest about how near."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers.headline import headline
from gigacampus.explore.instant_estimate import QUANTILES, Move, estimate, fitted
from gigacampus.scenario.document import load
from gigacampus.scenario.shifted_band import set_line
from tests.pipeline.conftest import SMALL

SIZE = ("run.worlds=25", "run.draws=192", "horizon.months=24")
ROUNDING_FRAC = 1e-3
"""Error below which an estimate counts as right whatever it states, over the band's width."""


@pytest.fixture(scope="module")
def small_file(tmp_path_factory):
    """A scenario of two small campuses."""
    path = tmp_path_factory.mktemp("estimates") / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def base(small_file):
    """Result, figures and the estimate's data of the small scenario."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIGACAMPUS_CACHE", str(small_file.parent / "cache"))
        result = api.first(small_file, SIZE)
    figures = [f for f in headline(result) if f.axis in ("world", "draw")]
    return result, {f.id: f for f in figures}, fitted(result, figures, list(load(small_file)[0].uncertainty))


@pytest.fixture(autouse=True)
def cache_of_the_scenario(small_file, monkeypatch):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(small_file.parent / "cache"))


def random_moves(scenario, rng):
    """One to three inputs, each held or shifted within its own distribution, as moves and as sets."""
    moves, sets = {}, []
    for path in rng.sample(list(scenario.uncertainty), rng.choice([1, 2, 3])):
        value = float(f"{float(scenario.uncertainty[path].quantile(np.array(rng.uniform(0.05, 0.95)))):.4g}")
        moves[path] = Move(value, rng.random() < 0.5)
        sets.append(f"{path}={value!r}" if moves[path].held else set_line(scenario, path, value))
    return moves, sets


def band(samples, months):
    return np.quantile(np.where(np.isnan(samples), months, samples), QUANTILES)


def errors(small_file, base, count, seed):
    """Error of the median and stated error, both over the band's width, of every figure that an estimate can be given for."""
    _, figures, data = base
    scenario, rng, out = load(small_file, sets=SIZE)[0], random.Random(seed), []
    months = len(data["months"])
    for _ in range(count):
        moves, sets = random_moves(scenario, rng)
        after = {f.id: f for f in headline(api.first(small_file, (*SIZE, *sets)))}
        for outcome in data["outcomes"]:
            found = estimate(data, outcome, moves)
            if found is None:
                continue
            was, true = band(figures[outcome["id"]].samples, months), band(after[outcome["id"]].samples, months)
            if was[2] > was[0]:
                out.append((abs(found[0][1] - (true - was)[1]) / (was[2] - was[0]), found[1] / (was[2] - was[0])))
    return np.array(out)


def judge(found):
    assert np.median(found[:, 0]) <= 0.1
    assert np.mean(found[:, 0] <= found[:, 1] + ROUNDING_FRAC) >= 0.8


@pytest.mark.slow
def test_it_is_near_exact_runs_and_says_how_near(small_file, base):
    found = errors(small_file, base, 8, seed=3)
    assert len(found) > 40
    judge(found)


@pytest.mark.slow
def test_two_hundred_random_moves(small_file, base):
    judge(errors(small_file, base, 200, seed=11))


def test_with_nothing_moved_it_is_the_run(base):
    _, _, data = base
    for outcome in data["outcomes"]:
        found = estimate(data, outcome, {})
        assert found is None or np.all(found[0] == 0.0)


def test_it_says_nothing_of_what_the_run_does_not_show(base):
    data = base[2]
    certain = estimate(data, next(o for o in data["outcomes"] if o["id"] == "burn_month"), {"company.cash_floor_usd": Move(1e9, True)})
    assert certain is None
    same = next(o for o in data["outcomes"] if o["id"] == "it_mw_now")
    assert len(same["samples"]) == 1 and same["reads"]
    assert all(estimate(data, same, {path: Move(1.0, held=True)}) is None for path in same["reads"])


def test_an_input_that_a_stage_does_not_read_moves_nothing(base):
    _, _, data = base
    noise = next(o for o in data["outcomes"] if o["id"] == "noise_night")
    change, error = estimate(data, noise, {"market.gas_usd_per_mmbtu": Move(9.0, True)})
    assert np.all(change == 0.0) and error < 0.01


def test_a_held_input_narrows_the_band_and_a_shifted_one_keeps_it(base):
    _, figures, data = base
    cash = next(o for o in data["outcomes"] if o["id"] == "training_flop_year")
    was = band(figures["training_flop_year"].samples, 0)
    path = "compute.utilisation_frac"
    width = [estimate(data, cash, {path: Move(0.8, held)})[0][[0, 2]] @ [-1.0, 1.0] for held in (True, False)]
    assert width[0] < width[1] and abs(width[1]) < 0.2 * (was[2] - was[0])
