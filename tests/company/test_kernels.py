"""One source of the rules: compiled draw by draw and interpreted on all draws, byte for byte; a changed rule makes a new kernel."""

from __future__ import annotations

from types import FunctionType, ModuleType

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.ledger import journal, kernels, scalar_ops, simulate, sums
from gigacampus.company.ledger.accounts import ACCOUNTS
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.journal import FLOWS, f
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.state_layout import k
from tests.company.synthetic import RICH, inputs, tables

N = 70
RNG = np.random.default_rng(3)
DRAWS = {
    "company.assets.gpu_life_years": RNG.uniform(2, 6, N),
    "company.assets.order_lead_months": RNG.uniform(0, 9, N),
    "company.assets.opening_fleet_age_months": RNG.uniform(0.2, 20, N),
    "company.raise_policy.raise_luck_quantile": RNG.uniform(0, 1, N),
    "company.raise_policy.debt_term_years": RNG.uniform(1.5, 7, N),
    "company.raise_policy.burn_months": RNG.uniform(1, 12, N),
    "company.revenue.momentum_per_year": RNG.uniform(0, 2.5, N),
    "company.vehicle.term_years": RNG.uniform(2, 5, N),
    "company.loans.old.term_years": RNG.uniform(2, 5, N),
    "company.tax.bonus_frac": RNG.uniform(0, 1, N),
    "campuses.south.phases.p0.capex_usd": RNG.uniform(4e9, 6e9, N),
    "company.revenue.rental.price_path.draw_quantile": RNG.uniform(0, 1, N),
    "company.revenue.token_price_path.draw_quantile": RNG.uniform(0, 1, N),
    "company.revenue.government_awards.draw_quantile": RNG.uniform(0, 1, N),
    "market.valuation_drift_per_year": RNG.uniform(-0.5, 0.6, N),
}
WILD = {"volatility_per_sqrt_year": 0.4, "reversion_per_year": 0.5, "other_regime_log": -0.7, "to_other_per_year": 0.5}
ALL_AT_ONCE = {
    "vehicle": {
        "start": "2025-11-01",
        "purchase_usd": 4e9,
        "lease": "by_test",
        "incremental_rate_frac": 0.2,
        "residual_frac": 0.1,
        "collateral_fall_per_year": 0.6,
        "covenants": {"dscr_min": 1.2, "ltv_max_frac": 0.8, "lab_cash_min_usd": 1e9, "cures_max": 1.0, "cure_max_frac": 0.3},
    },
    "siblings": {"big": {"cash_usd": 3e9, "free_cash_usd_per_year": 1e9}},
    "mergers": {"m": {"day": "2027-03-10", "partner": "big", "exchange_ratio": 0.25, "partner_shares_per_share": 1.0}},
    "revenue": {
        "rental": {"share_frac": 0.4, "start": "2026-03-01", "price_path": WILD},
        "token_price_path": WILD,
        "government_awards": {"per_year": 3.0, "mean_usd": 50e6, "parts": 3, "part_months": 4},
    },
    "orders": {"leased_frac": 0.5, "cover_frac": 0.3, "keep_months_of_burn": 2.0, "terms_days": 60.0},
    "revolver": {"limit_usd": 0.5e9, "draw_below_usd": 1e9},
}
ACTED = (
    "vehicle_buy",
    "lab_pay_lease",
    "lab_pay_operating_lease",
    "lab_use_right_serving",
    "lab_support_from_group",
    "lab_bill_rental",
    "lab_sell_machines",
    "lab_draw_revolver",
    "lab_raise_policy",
    "lab_bill_government",
    "vehicle_add_interest",
    "vehicle_repay_loan",
)
"""Flows that some future of ``ALL_AT_ONCE`` has, so that its rules are compared where they act."""
VARIANTS = {
    "all at once": (ALL_AT_ONCE, True),
    "rich": ({}, True),
    "leased": ({"orders": {"leased_frac": 0.5, "cover_frac": 0.3, "keep_months_of_burn": 2.0, "terms_days": 60.0}}, True),
    "let": ({"revenue": {"rental": {"share_frac": 0.4, "start": "2026-03-01", "notice": "2028-03-01", "prepaid_months": 6.0}}}, True),
    "renewed": ({"assets": {"refresh_frac": 0.5, "network_life_years": 2.5}, "tax": {"opening_nol_usd": 1e9}}, False),
}


def chunk(**company):
    i, up = inputs({**RICH, **company}, phases=2), tables(phases=2)
    return stage.prepare(i, up, stack(up), stock_cost(i, up), np.arange(N) % 2, DRAWS, slice(0, N))


@pytest.mark.parametrize("name", VARIANTS)
def test_compiled_and_interpreted_rules_give_the_same_bytes(name):
    company, may_raise = VARIANTS[name]
    made = chunk(**company)
    (one, books), (two, others) = (simulate.simulate(*made, may_raise=may_raise, keep_flows=True, interpreted=how) for how in (True, False))
    assert one["realised_phase"].max() == 2.0 and one["cash_usd"].max() > 1e9
    for key in one:
        assert np.array_equal(one[key], two[key]), key
    assert np.array_equal(books.balance, others.balance) and np.array_equal(books.page, others.page)
    if company is ALL_AT_ONCE:
        assert [name for name in ACTED if not one["flows"][:, getattr(f, name)].any()] == []
        assert one["covenant_breach"].any() and one["vehicle_default"].any() and one["impairment_usd"].any()
        classes = made[1].page[:, k.finance_lease]
        assert 0.0 < classes.mean() < 1.0 and np.unique(one["rent_usd"][-1] / one["it_mw_used"][-1]).size > N // 2


def test_twins_of_the_arithmetic_agree():
    some = [-2.0, 0.0, 0.5, 3.0]
    for a in some:
        for b in some:
            assert scalar_ops.one_least(a, b) == scalar_ops.least(a, b) and scalar_ops.one_most(a, b) == scalar_ops.most(a, b)
            assert scalar_ops.one_where(a < b, a, b) == scalar_ops.where(a < b, a, b)
            assert scalar_ops.one_between(a, b, 1.0) == scalar_ops.between(a, b, 1.0)
            assert scalar_ops.one_ratio(a, b, 7.0) == scalar_ops.ratio(a, b, 7.0)


def test_sums_and_posting_follow_the_tables():
    x = RNG.normal(size=(len(FLOWS), 3))
    plain = np.zeros((len(ACCOUNTS), 3))
    np.add.at(plain, journal.DEBIT, x)
    np.subtract.at(plain, journal.CREDIT, x)
    posted = np.zeros_like(plain)
    sums.post(posted, x)
    assert np.allclose(posted, plain, atol=1e-12)
    profit = plain[[i for i, a in enumerate(ACCOUNTS) if a.entity == "lab" and a.side in ("revenue", "expense") and a.line != "tax"]]
    assert np.allclose(sums.q.lab_before_tax(x), -profit.sum(axis=0))
    assert sums.q.lab_before_tax(x[:, 0]) == sums.q.lab_before_tax(x)[0]


def test_every_sum_is_its_rows_by_their_weights():
    rows = RNG.normal(size=(max(len(FLOWS), len(ACCOUNTS)), 2))
    for name, (held, weights) in sums._terms().items():
        assert np.allclose(getattr(sums.q, name)(rows), np.array(weights) @ rows[held], atol=1e-12), name


def rule(p):
    return p[k.row] + helper(p) + STEP[0]  # noqa: F821


def helper(p):
    return 2.0 * p[0]


def other(p):
    return 3.0 * p[0]


def made(function, **scope):
    """The function as if it stood in the package, with these globals."""
    copy = FunctionType(function.__code__, {"__name__": kernels.PACKAGE, **scope}, function.__name__)
    copy.__module__ = kernels.PACKAGE
    return copy


def test_a_changed_rule_or_table_makes_another_kernel():
    tables_of = [ModuleType("k"), ModuleType("k")]
    tables_of[0].row, tables_of[1].row = 3, 4

    def hashed(**changed):
        return kernels.digest(made(rule, **{"k": tables_of[0], "helper": made(helper), "STEP": np.array([1.0]), **changed}))

    first = hashed()
    assert hashed() == first
    assert len({first, hashed(k=tables_of[1]), hashed(helper=made(other)), hashed(STEP=np.array([2.0]))}) == 4


def test_the_kept_kernel_is_named_after_its_rules_and_how_they_are_compiled(monkeypatch):
    name = kernels.named()
    monkeypatch.setattr(kernels, "INNER", {**kernels.INNER, "fastmath": True})
    other = kernels.named.__wrapped__()
    monkeypatch.undo()
    monkeypatch.setattr(kernels, "digest", lambda function: "of other rules")
    assert len({name, other, kernels.named.__wrapped__()}) == 3
