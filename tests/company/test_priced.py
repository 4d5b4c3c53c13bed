"""Uncertain prices, ratings and counts that physics and the books both read: the books take them draw by draw."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.ledger.accounts import INDEX
from gigacampus.company.ledger.committed_assets import cost_by_case, stock_cost
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import opening, simulate
from tests.company.synthetic import RICH, inputs, tables

N = 6
WORLD = np.arange(N) % 2
PRICE = "library.accelerators.chip.price_usd"


def opening_fleet(draws):
    i, up = inputs(RICH), tables()
    bound, drivers = stage.prepare(i, up, stack(up), stock_cost(i, up), WORLD, draws, slice(0, N))
    return simulate(bound, drivers)[1], drivers


def test_a_dearer_accelerator_makes_a_dearer_fleet_draw_by_draw():
    price = np.array([30e3, 30e3, 60e3, 30e3, 45e3, 15e3])
    _, drivers = opening_fleet({PRICE: price})
    _, plain = opening_fleet({})
    dear, base = opening(drivers), opening(plain)
    assert base[INDEX["lab_gpu"]].min() > 1e9
    assert np.allclose(dear[INDEX["lab_gpu"]], base[INDEX["lab_gpu"]] * price / 30e3)
    assert np.allclose(dear[INDEX["lab_building"]], base[INDEX["lab_building"]])


def test_inputs_at_their_stated_values_change_nothing():
    i, up = inputs(RICH), tables()
    reference = stock_cost(i, up)
    same = {PRICE: np.full(N, 30e3), "campuses.north.blocks.turbines.count": np.full(N, 10.0)}
    cost, case = cost_by_case(i, up, reference, WORLD, same)
    assert np.array_equal(cost[case], reference[WORLD])
    assert cost.shape[0] == 2


def test_rating_of_a_turbine_moves_what_it_cost():
    i, up = inputs(RICH), tables()
    reference = stock_cost(i, up)
    cost, case = cost_by_case(i, up, reference, WORLD, {"library.generators.gt.iso_mw": np.full(N, 33.0)})
    grown = cost[case][:, 1, 3] / reference[WORLD][:, 1, 3]
    assert np.allclose(grown, 2.0)


def test_all_cases_at_once_are_priced_as_each_alone():
    i, up = inputs(RICH), tables()
    reference, draws = (
        stock_cost(i, up),
        {
            PRICE: np.array([30e3, 30e3, 60e3, 30e3, 45e3, 15e3]),
            "campuses.north.blocks.fleet.count": np.array([1e5, 0.0, 1e5, 5e4, 1e5, 2e5]),
            "campuses.north.blocks.fleet.cost_usd": np.array([0.0, 1e9, 2e9, 0.0, 0.0, 3e9]),
            "campuses.north.blocks.fleet.phase": np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
        },
    )
    cost, case = cost_by_case(i, up, reference, WORLD, draws)
    for n in range(N):
        one, _ = cost_by_case(i, up, reference, WORLD[n : n + 1], {path: values[n : n + 1] for path, values in draws.items()})
        if draws["campuses.north.blocks.fleet.phase"][n] == 0.0:
            assert np.array_equal(cost[case[n]], one[0]), n
    whole = cost[case][:, 1, 0, 0] + cost[case][:, 1, 1, 0]
    assert whole[3] / whole[0] == pytest.approx(0.5) and whole[5] / whole[0] == pytest.approx(3e9 / 1e5 / 30e3)


def test_a_price_of_one_block_moves_no_other_block():
    i, up = inputs(RICH), tables()
    dear = {"campuses.south.blocks.fleet.cost_usd": np.full(N, 9e9), "campuses.south.blocks.hall.cost_usd": np.full(N, 7e9)}
    (plain, a), (moved, b) = (cost_by_case(i, up, stock_cost(i, up), WORLD, draws) for draws in ({}, dear))
    before = slice(0, 9)
    assert np.array_equal(plain[a][:, 1, :, before], moved[b][:, 1, :, before])
    assert moved[b][0, 1, 2, -1] - moved[b][0, 1, 2, 0] == pytest.approx(7e9)


def test_capital_of_a_phase_moves_the_books_draw_by_draw():
    capex = np.array([1e9, 2e9, 3e9, 1e9, 2e9, 3e9])
    books, _ = opening_fleet({"campuses.south.phases.p0.capex_usd": capex})
    plain, _ = opening_fleet({"campuses.south.phases.p0.capex_usd": np.full(N, 1e9)})
    extra = books.balance[INDEX["lab_power"]] - plain.balance[INDEX["lab_power"]]
    assert extra == pytest.approx((capex - 1e9) * 0.08, rel=1e-9, abs=1.0)
