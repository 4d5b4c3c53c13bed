"""Owners: shares conserve, pools are paid by those before, and a sale pays everyone what he would choose."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.finance.contracts import exit_payouts, shares_with_pool
from gigacampus.company.financing import owners
from gigacampus.company.financing.captable import Issue, by_holder, exit_waterfall, ownership, pool_top_up
from tests.company.synthetic import RICH, inputs, tables

RNG = np.random.default_rng(3)
DRAWS = 50
OPENING = {"founder": 0.5, "staff": 0.05, "option_pool": 0.05, "opening_investors": 0.4}


def issues(n=6, **options):
    return [Issue(4 * i + 1, f"rounds.r{i}", RNG.uniform(0.0, 0.3, DRAWS), RNG.uniform(1e9, 2e10, DRAWS), **options) for i in range(n)]


def owned(given, **options):
    rules = {"months": 36, "now": 10, "grants_per_year": 0.03, "pool_frac": 0.08, "paid_in": 12e9, **options}
    return ownership(OPENING, given, **rules)


def test_owners_sum_to_one_in_every_month_of_every_future():
    got = owned(issues())
    assert np.abs(got.frac.sum(axis=0) - 1.0).max() < 1e-12
    assert got.frac.min() >= 0.0


def test_shares_conserve():
    """A founder who neither sells nor is granted anything holds the same number of shares all the time."""
    got = owned(issues())
    held = got.frac[got.classes.index("founder")] * got.shares
    assert np.allclose(held, 0.5, rtol=1e-12)
    assert np.all(np.diff(got.shares, axis=0) >= -1e-12)


def test_a_round_gives_its_investors_what_they_paid_for_and_the_pool_its_target():
    sold = np.array([0.2])
    got = ownership(
        {"founder": 1.0}, [Issue(0, "rounds.a", sold, np.array([20e9]))], months=1, now=0, grants_per_year=0.0, pool_frac=0.1, paid_in=0.0
    )
    expected = shares_with_pool(pre_money=80e9, raised=20e9, pool_post_frac=0.1)
    at = {name: got.frac[i, 0, 0] for i, name in enumerate(got.classes)}
    assert at["rounds.a"] == pytest.approx(expected["investor"], abs=1e-12)
    assert at["option_pool"] == pytest.approx(expected["pool"], abs=1e-12)
    assert at["founder"] == pytest.approx(expected["existing"], abs=1e-12)


def test_grants_come_out_of_the_pool_first_and_then_dilute_everyone():
    got = ownership(OPENING, [], months=36, now=0, grants_per_year=0.06, pool_frac=0.0, paid_in=0.0)
    founder = got.frac[got.classes.index("founder"), :, 0]
    pool = got.frac[got.classes.index("option_pool"), :, 0]
    assert founder[9] == pytest.approx(0.5) and pool[9] == pytest.approx(0.0, abs=1e-12)
    assert founder[10] == pytest.approx(0.5 * (1.0 - 0.005))


def test_two_rounds_in_a_month_dilute_one_after_the_other():
    two = [Issue(0, f"rounds.{k}", np.array([0.1]), np.array([1e9])) for k in "ab"]
    got = ownership({"founder": 1.0}, two, months=1, now=0, grants_per_year=0.0, pool_frac=0.0, paid_in=0.0)
    assert got.frac[:, 0, 0].tolist() == pytest.approx([0.81, 0.0, 0.0, 0.09, 0.1])


def test_what_is_kept_counts_from_the_day_of_the_scenario():
    got = owned(issues(), now=10)
    assert np.all(got.kept_frac[:11] == 1.0)
    founder = got.frac[got.classes.index("founder")]
    assert np.allclose(got.kept_frac[-1], founder[-1] / founder[10])


def test_a_merger_turns_preferred_stock_into_common():
    merger = Issue(20, "mergers.m", np.full(DRAWS, 0.8), np.zeros(DRAWS), tops_up=False, converts=True)
    got = owned([*issues(3), merger])
    assert got.preference_usd[:, 19].sum() > 0.0
    assert got.preference_usd[:, 20:].sum() == 0.0
    assert np.allclose(got.frac[got.classes.index("mergers.m"), 20], 0.8 * (1.0 - 0.03 / 12.0 * (got.frac[2, 20] == 0)), rtol=3e-3)


def test_no_round_no_new_pool():
    assert pool_top_up(pool=np.array(0.0), sold=np.array(0.0), target_frac=0.1) == 0.0


def payouts_if(converted, value, preference, share, common, stacked):
    """Payouts of three classes if just those in ``converted`` take common; by hand, one class after the other."""
    left, paid = value, np.zeros(3)
    rest = [i for i in range(3) if i not in converted]
    if stacked:
        for i in reversed(rest):
            paid[i] = min(preference[i], left)
            left -= paid[i]
    else:
        due = sum(preference[i] for i in rest)
        for i in rest:
            paid[i] = preference[i] * min(1.0, value / due)
        left = value - sum(paid)
    weight = common + sum(share[i] for i in converted)
    for i in converted:
        paid[i] = left * share[i] / weight
    return paid, left * common / weight


@pytest.mark.parametrize("stacked", [True, False])
def test_a_sale_is_an_equilibrium_nobody_gains_by_changing_his_choice(stacked):
    n = 200
    preference, share = RNG.uniform(1.0, 50.0, (3, n)), RNG.uniform(0.02, 0.3, (3, n))
    common = RNG.uniform(0.1, 0.6, n)
    value = RNG.uniform(1.0, 400.0, n)
    paid, rest = exit_waterfall(value, preference=preference, share=share, common=common, stacked=stacked)
    assert np.allclose(paid.sum(axis=0) + rest, value, rtol=1e-12)
    sets = [set(s) for k in range(4) for s in combinations(range(3), k)]
    for d in range(n):
        stable = []
        for chosen in sets:
            args = (value[d], preference[:, d], share[:, d], common[d], stacked)
            mine, common_pay = payouts_if(chosen, *args)
            other = [payouts_if(chosen ^ {i}, *args)[0][i] for i in range(3)]
            if np.all(mine >= np.array(other) - 1e-9):
                stable.append(np.append(mine, common_pay))
        assert any(np.allclose(np.append(paid[:, d], rest[d]), x, rtol=1e-9, atol=1e-9) for x in stable), d


def test_ranks_alike_agree_with_the_payouts_of_one_sale():
    preference, share = np.array([[40.0], [10.0], [25.0]]), np.array([[0.2], [0.1], [0.05]])
    for value in (5.0, 60.0, 110.0, 300.0, 900.0):
        expected = exit_payouts(value, preferred=list(zip(preference[:, 0], share[:, 0], strict=True)), common_frac=0.65)
        paid, rest = exit_waterfall(value, preference=preference, share=share, common=0.65, stacked=False)
        assert [*paid[:, 0], rest[0]] == pytest.approx(expected)


def test_the_last_money_in_is_paid_first():
    preference, share = np.array([[40.0], [40.0]]), np.array([[0.2], [0.2]])
    paid, rest = exit_waterfall(30.0, preference=preference, share=share, common=0.6, stacked=True)
    assert paid[:, 0].tolist() == [0.0, 30.0] and rest.tolist() == [0.0]


def test_named_investors_get_their_part_of_a_round_and_nothing_is_lost():
    split = {"rounds.a": {"siblings.s": 0.25, "siblings.t": 0.1}, "rounds.b": {"siblings.s": 0.5}}
    of_class = {"founder": np.array([0.5]), "rounds.a": np.array([0.3]), "rounds.b": np.array([0.2])}
    got = by_holder(of_class, split)
    assert sum(v[0] for v in got.values()) == pytest.approx(1.0)
    assert got["siblings.s"][0] == pytest.approx(0.3 * 0.25 + 0.1)


DRAWN = {"company.raise_policy.raise_luck_quantile": RNG.uniform(0, 1, 16)}
SHARED = {
    **RICH,
    "equity": {
        "last_post_money_usd": 45e9,
        "founder_frac": 0.5,
        "staff_frac": 0.06,
        "pool_frac": 0.04,
        "pool_refresh_per_year": 0.02,
        "pool_post_money_frac": 0.05,
        "opening_paid_in_usd": 12e9,
    },
    "flows": [{"day": "2025-07-15", "from_party": "spacex", "to_party": "lab", "kind": "equity", "usd": 2e9, "round": "june"}],
    "siblings": {"big": {"cash_usd": 1e9}},
    "mergers": {"m": {"day": "2027-02-02", "partner": "big", "exchange_ratio": 0.25}},
}


@pytest.fixture(scope="module")
def run():
    i, up = inputs(SHARED), tables()
    return i, stage.run(i, up, np.arange(16) % 2, DRAWN)


def at(run, label):
    return run[0].at.holder.index(label)


def test_owners_of_a_run_sum_to_one_and_rounds_own_what_they_paid_for(run):
    _, out = run
    assert np.abs(out["ownership_frac"].sum(axis=1) - 1.0).max() < 1e-9
    june = out["ownership_frac"][:, at(run, "rounds.june"), 5] + out["ownership_frac"][:, at(run, "parties.spacex"), 5]
    assert np.allclose(june, 5e9 / 120e9, rtol=1e-9)
    assert np.allclose(out["ownership_frac"][:, at(run, "parties.spacex"), 5] / june, 2e9 / 5e9)


def test_a_merger_leaves_the_lab_its_share_of_the_group(run):
    _, out = run
    month = 25
    mine = out["ownership_frac"][:, at(run, "mergers.m"), month]
    assert np.allclose(mine, 0.8, atol=2e-3)
    assert out["preference_usd"][:, month].max() <= out["equity_raised_usd"][:, month].max() + 1.0


def test_payouts_of_a_sale_sum_to_the_price_of_the_company(run):
    _, out = run
    assert np.allclose(out["exit_payout_usd"].sum(axis=1), out["valuation_usd"][:, -1], rtol=1e-9)
    assert np.all(out["exit_payout_usd"][:, at(run, "option_pool")] == 0.0)


def test_a_sale_below_the_preferences_pays_the_last_money_first():
    i, up = inputs({**SHARED, "mergers": {}, "equity": {**SHARED["equity"], "exit_usd": 10e9}}), tables()
    out = stage.run(i, up, np.arange(16) % 2, DRAWN)
    later = np.minimum(out["equity_raised_usd"][:, 13:].sum(axis=1), 10e9)
    assert np.allclose(out["exit_payout_usd"][:, i.at.holder.index("later_rounds")], later, rtol=1e-9)
    assert np.all(out["exit_payout_usd"][:, i.at.holder.index("founder")] == 0.0)
    assert np.allclose(out["exit_payout_usd"].sum(axis=1), 10e9)


def test_every_round_fills_a_pool_that_is_partly_used_up_to_its_target():
    got = owned(issues(), grants_per_year=0.0)
    pool = got.frac[got.classes.index("option_pool")]
    assert np.allclose(pool[[1, 5, 9, 13, 17, 21]], 0.08)


def test_rounds_of_one_month_share_what_they_sell_by_money():
    rounds = {"one": {"day": "2025-06-10", "raised_usd": 1e9}, "two": {"day": "2025-06-20", "raised_usd": 3e9}}
    i, up = inputs({"rounds": rounds, "equity": {"last_post_money_usd": 10e9, "pool_refresh_per_year": 0.0}}), tables()
    out = stage.run(i, up, np.arange(16) % 2, DRAWN)
    one, two = (out["ownership_frac"][:, i.at.holder.index(f"rounds.{k}"), 5] for k in ("one", "two"))
    assert np.allclose(two, 3.0 * one) and np.allclose(one + two, 1.0 - 10.0 / 11.0 * 11.0 / 14.0)


def test_a_listing_makes_all_stock_common_and_later_rounds_too():
    rounds = {"a": {"day": "2025-06-30", "raised_usd": 5e9, "post_money_usd": 118e9}, "b": {"day": "2026-06-12", "raised_usd": 5e9}}
    owed = {}
    for listing in (False, True):
        company = {**RICH, "rounds": {**rounds, "b": {**rounds["b"], "listing": listing}}}
        i, up = inputs(company, phases=2), tables(phases=2)
        given = (i, up, np.zeros(2, dtype=int), {"company.raise_policy.raise_luck_quantile": np.array([0.1, 0.6])})
        owed[listing] = stage.run(*given)
    plain, public = (owed[k]["preference_usd"] for k in (False, True))
    assert np.array_equal(plain[:, :17], public[:, :17]) and public[:, 16].min() > 0.0
    assert plain[:, 17].min() > 0.0 and not public[:, 17:].any()
    assert np.array_equal(owed[False]["ownership_frac"], owed[True]["ownership_frac"])
    common = owed[True]["exit_payout_usd"] / owed[True]["valuation_usd"][:, -1:]
    held = owed[True]["ownership_frac"][:, :, -1]
    out = np.array([0.0 if name == "option_pool" else 1.0 for name in owners.holder_labels(i.tree.company)])
    np.testing.assert_allclose(common, held * out / (held * out).sum(axis=1, keepdims=True), atol=1e-12)
