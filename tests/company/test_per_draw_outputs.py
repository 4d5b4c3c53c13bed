"""Beside the books: other cases of the runway, the growth that a price implies, the worth of an extension, taxes by draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace as NS

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.analysis.per_draw_outputs import post_money_on, priced_path, runway_if
from gigacampus.company.analysis.terminal_states import CLASSES, shares
from gigacampus.company.financing.related_parties import Flow, circularity, concentration
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import simulate
from gigacampus.company.valuation.price_implied import enterprise_value, value_of_stopping, worth_of_phase
from gigacampus.foundation.calendar import Months
from gigacampus.schema.buildout import HallBlock

from . import synthetic

SIBLINGS = {
    "party": "lab",
    "siblings": {"giver": {"free_cash_usd_per_year": 1e9, "cash_usd": 1e9}, "stranger": {}},
    "flows": [{"day": "2025-03-01", "from_party": "giver", "to_party": "lab", "kind": "equity", "usd": 2e9}],
    "events": {"vote": {"day": "2026-03-01", "usd": 1e12}, "gift": {"day": "2025-03-01", "usd": 2e9, "happened": True}},
}


@pytest.fixture(scope="module")
def run():
    i, up = synthetic.inputs({**synthetic.RICH, **SIBLINGS}), synthetic.tables()
    world = np.zeros(4, dtype=int)
    bound, drivers = stage.prepare(i, up, stack(up), stock_cost(i, up), world, {}, slice(0, 4))
    return i, up, bound, drivers, stage.run_chunk(i, up, stack(up), stock_cost(i, up), world, {}, slice(0, 4))


def test_other_cases_of_the_runway_move_it_the_way_their_money_goes(run):
    i, _, bound, drivers, out = run
    case = dict(zip(i.at.counterfactual, out["runway_if_month"].T, strict=True))
    assert list(case) == ["without_giver", "without_stranger", "with_vote", "without_gift"]
    assert np.array_equal(case["without_stranger"], out["runway_month"], equal_nan=True)
    assert np.isfinite(out["runway_month"]).all() and np.all(case["without_giver"] < out["runway_month"])
    assert np.array_equal(case["without_gift"], case["without_giver"])
    assert np.isnan(case["with_vote"]).all()
    alone, _ = simulate(bound, drivers, may_raise=False, lean=True)
    assert runway_if(bound, drivers, alone)[:, 1] == pytest.approx(out["runway_month"])


@pytest.mark.parametrize(("as_of", "wanted"), [(0, 5.0), (2, 7.0), (6, 9.0), (11, 9.0)])
def test_the_last_price_of_the_lab_is_that_of_its_merger_and_of_no_later_round(as_of, wanted):
    rounds = {"own": NS(day=date(2026, 3, 1), post_money_usd=7.0), "of_the_group": NS(day=date(2026, 10, 1), post_money_usd=50.0)}
    company = NS(rounds=rounds, mergers={"m": NS(day=date(2026, 6, 1), price_usd=9.0)}, equity=NS(last_post_money_usd=5.0))
    drivers = NS(months=Months(date(2026, 1, 1), 24), as_of=as_of)
    assert post_money_on(NS(company=company, n=2), drivers).tolist() == [wanted, wanted]


def test_the_path_that_the_price_implies_is_worth_the_price(run):
    _, _, bound, drivers, out = run
    path, value = priced_path(bound, drivers, out)
    now = drivers.as_of
    assert value + out["cash_usd"][:, now] - out["debt_usd"][:, now] == pytest.approx(np.full(bound.n, post_money_on(bound, drivers)[0]))
    growth = out["implied_growth_per_year"]
    assert np.isfinite(growth).all()
    assert enterprise_value(replace(path, growth=growth)) == pytest.approx(value, rel=1e-6)
    assert enterprise_value(replace(path, growth=growth + 0.01)) != pytest.approx(value, rel=1e-3)


def test_every_future_has_one_outcome_and_the_shares_sum_to_one(run):
    *_, out = run
    assert set(out["outcome_class"]) <= set(range(len(CLASSES)))
    assert sum(shares(out["outcome_class"]).values()) == pytest.approx(1.0)


def test_an_extension_that_never_serves_has_no_worth_and_one_that_does_has_both_numbers(run):
    _, up, *_, out = run
    assert np.isnan(out["phase_value_before_cost_usd"][:, :, 0]).all() and np.isnan(out["phase_value_before_cost_usd"][:, 0]).all()
    served = np.isfinite(out["phase_value_before_cost_usd"][:, 1, 1])
    assert np.array_equal(served, (out["realised_phase"][:, 1] >= 1).any(axis=1)) and served.any()
    assert np.array_equal(served, np.isfinite(out["phase_left_usd"][:, 1, 1]))
    never = stage.run(synthetic.inputs(synthetic.RICH, phase={"needs_cash_usd": 1e14}), up, np.zeros(2, dtype=int), {})
    assert np.isnan(never["phase_value_before_cost_usd"]).all()


def test_worth_of_a_phase_is_discounted_to_its_order_and_goes_on_beyond_the_horizon():
    one = np.ones((24, 1))
    args = {"service": np.array([12.0]), "lag": np.array([6]), "life_years": 2.0}
    worth = worth_of_phase(0.1 * one, np.array([10.0]), wacc=0.1, **args)
    by_hand = sum(1.1 ** (-(6 + m) / 12) for m in range(24))
    assert float(worth[0]) == pytest.approx(by_hand)
    assert np.isnan(worth_of_phase(one, np.array([1.0]), wacc=0.1, **{**args, "service": np.array([np.nan])}))[0]


def test_the_right_to_stop_is_worth_what_it_saves():
    found = value_of_stopping(np.array([0.0, 10.0]), sunk_usd=np.array([1.0, 3.0]), left_usd=np.array([4.0, 4.0]))
    assert found["option"] == pytest.approx(2.0) and found["commit"] == pytest.approx(-1.0)


def test_each_draw_is_taxed_on_its_own_terms_and_phase():
    i, up = synthetic.inputs(synthetic.RICH), synthetic.tables()
    path = "campuses.north.county.assessed_frac"
    out = stage.run(i, up, np.zeros(2, dtype=int), {path: np.array([0.25, 1.0])})
    north = [n for n, label in enumerate(i.at.payee) if label == "north/county/all"]
    paid = out["payee_paid_usd"][:, north[0]]
    assert np.all(paid[0] > 0.0) and paid[1] == pytest.approx(4.0 * paid[0])
    assert out["county_paid_usd"][:, 1][0] == pytest.approx(out["county_paid_usd"][:, 1][1])
    total = sum(out["payee_paid_usd"][:, n] for n, label in enumerate(i.at.payee) if label.startswith("south/"))
    assert total == pytest.approx(out["county_paid_usd"][:, 1])


def test_an_extension_raises_the_levy_only_once_it_stands():
    """By the cost of the hall that it brings, twice as much for a hall at twice the cost, and by nothing before."""
    out = stage.run(*_with_hall_of_phase(1), np.zeros(1, dtype=int), {})
    without = stage.run(*_with_hall_of_phase(1, needs_cash_usd=1e14), np.zeros(1, dtype=int), {})
    more = out["county_paid_usd"][0, 1] - without["county_paid_usd"][0, 1]
    there = out["realised_phase"][0, 1] >= 1
    assert there.any() and not there.all() and not (without["realised_phase"][0, 1] >= 1).any()
    assert np.allclose(more[~there], 0.0) and more[there].sum() > 0.0
    dear = stage.run(*_with_hall_of_phase(1, cost_usd=2 * HALL_USD), np.zeros(1, dtype=int), {})
    assert dear["county_paid_usd"][0, 1] - without["county_paid_usd"][0, 1] == pytest.approx(2.0 * more)


HALL_USD = 3e9


def _with_hall_of_phase(phase, cost_usd=HALL_USD, **extension):
    """The synthetic firm, whose extension at south brings a hall that stands where its phase does."""
    i, up = synthetic.inputs(synthetic.RICH, phase=extension), synthetic.tables()
    i.tree.campuses["south"].blocks["more"] = HallBlock(kind="hall", it_mw=300.0, phase=phase, cost_usd=cost_usd)
    at = replace(i.at, block=(*i.at.block, "south/more"))
    present = up["block_present_frac"]
    stands = np.zeros_like(present[:, :1])
    stands[:, :, phase:] = 1.0
    bought = {name: np.pad(up[name], ((0, 0), (0, 1), (0, 0))) for name in ("block_ordered_frac", "block_delivered_frac")}
    return replace(i, at=at), up | bought | {"block_present_frac": np.concatenate([present, stands], axis=1)}


def test_concentration_and_circular_money_in_both_directions():
    day = date(2025, 1, 1)
    swap = [Flow(day, "a", "b", "equity", 5.0), Flow(day, "b", "a", "goods", 5.0)]
    swap += [Flow(day, "b", "a", "equity", 5.0), Flow(day, "a", "b", "goods", 5.0)]
    assert circularity(swap, company="a") == 1.0 == circularity(swap, company="b")
    assert concentration([1.0, 1.0, 1.0, 1.0]) == 0.25 and np.isnan(concentration([]))
