"""One source of the rules: compiled draw by draw and interpreted on all draws, byte for byte; a changed rule makes a new kernel."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.ledger import kernels, scalar_ops, simulate
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.journal import FLOW_INDEX, FLOWS, Flows
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.records import Record, blank, dtype_of, hints_of
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
    "company.revenue.rental.tenants.asks.draw_quantile": RNG.uniform(0, 1, N),
    "company.revenue.rental.tenants.fails.draw_quantile": RNG.uniform(0, 1, N),
    "company.revenue.rental.decision.own_use_usd_per_mw_month": RNG.uniform(3e5, 3e6, N),
    "company.revenue.token_price_path.draw_quantile": RNG.uniform(0, 1, N),
    "company.revenue.government_awards.draw_quantile": RNG.uniform(0, 1, N),
    "market.valuation_drift_per_year": RNG.uniform(-0.5, 0.6, N),
}
WILD = {"volatility_per_sqrt_year": 0.4, "reversion_per_year": 0.5, "other_regime_log": -0.7, "to_other_per_year": 0.5}
TENANTS = {
    "signed": {"share_frac": 0.3, "start": "2026-03-01", "start_delay_days": 40, "prepaid_months": 5},
    "asks": {"it_mw": 40, "start": "2026-02-01", "asks_per_year": 1.0, "term_months": 12, "renewal_frac": 0.5, "leaves_per_year": 0.2},
    "fails": {
        "it_mw": 20,
        "start": "2026-06-01",
        "usd_per_mw_month": 5e5,
        "default_per_year": 0.6,
        "prepaid_months": 9,
        "term_months": 18,
        "renewal_frac": 0.6,
    },
}
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
        "rental": {"tenants": TENANTS, "price_path": WILD},
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
    "renewed": ({"assets": {"refresh_frac": 0.5, "network_life_years": 2.5}, "tax": {"opening_nol_usd": 1e9}}, False),
}


def chunk(**company):
    i, up = inputs({**RICH, **company}, phases=2), tables(phases=2)
    return stage.prepare(i, up, stack(up), stock_cost(i, up), np.arange(N) % 2, DRAWS, slice(0, N))


@pytest.mark.parametrize("name", VARIANTS)
def test_compiled_and_interpreted_rules_give_the_same_bytes(name):
    company, may_raise = VARIANTS[name]
    made = chunk(**company)
    ways = [simulate.simulate(*made, may_raise=may_raise, keep_flows=True, interpreted=how) for how in (True, False)]
    (one, books), (two, others) = ways
    assert one["realised_phase"].max() == 2.0 and one["cash_usd"].max() > 1e9
    for key in one:
        assert np.array_equal(one[key], two[key]), key
    assert np.array_equal(books.balance, others.balance)
    assert books.state.tobytes() == others.state.tobytes() and books.phases.tobytes() == others.phases.tobytes()
    if company is ALL_AT_ONCE:
        assert [name for name in ACTED if not one["flows"][:, FLOW_INDEX[name]].any()] == []
        assert one["covenant_breach"].any() and one["vehicle_default"].any() and one["impairment_usd"].any()
        classes = books.terms["vehicle"]["is_finance_lease"]
        assert 0.0 < classes.mean() < 1.0 and np.unique(one["rent_usd"][-1] / one["it_mw_used"][-1]).size > N // 2


def test_a_simulation_leaves_its_inputs_as_they_were():
    bound, given = chunk(**ALL_AT_ONCE)
    before = [x.tobytes() for x in (given.terms, given.state, given.dates, *given.lists)]
    for how in (True, False):
        simulate.simulate(bound, given, interpreted=how)
        assert [x.tobytes() for x in (given.terms, given.state, given.dates, *given.lists)] == before


def test_twins_of_the_arithmetic_agree():
    some = [-2.0, 0.0, 0.5, 3.0]
    for a in some:
        for b in some:
            assert scalar_ops.one_least(a, b) == scalar_ops.least(a, b) and scalar_ops.one_most(a, b) == scalar_ops.most(a, b)
            assert scalar_ops.one_where(a < b, a, b) == scalar_ops.where(a < b, a, b)
            assert scalar_ops.one_between(a, b, 1.0) == scalar_ops.between(a, b, 1.0)
            assert scalar_ops.one_ratio(a, b, 7.0) == scalar_ops.ratio(a, b, 7.0)


def test_every_field_of_every_record_has_a_unit():
    def kinds(kind):
        return [kind, *(x for sub in kind.__subclasses__() for x in kinds(sub))]

    bare = [
        f"{kind.__name__}.{name}"
        for kind in kinds(Record)
        for name, hint in hints_of(kind).items()
        if not (isinstance(hint, type) and issubclass(hint, Record)) and not getattr(hint, "__metadata__", ("",))[0]
    ]
    assert bare == [] and len(dtype_of(Flows)) == len(FLOWS)


def test_no_rule_takes_more_than_six_things():
    many = [f.__name__ for f in scalar_ops.RULES if f.__code__.co_argcount > 6]
    assert many == [] and len(scalar_ops.RULES) > 100


def test_a_name_that_is_no_field_is_refused():
    flows, _ = blank(Flows, 2)
    with pytest.raises(AttributeError, match="lab_bill_apples"):
        flows.lab_bill_apples = 1.0


def imported(file: Path) -> set[Path]:
    """Files of the ledger, its formulas and the foundation that a module imports."""
    out = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gigacampus."):
            names = [node.module, *(f"{node.module}.{x.name}" for x in node.names)]
            out |= {Path(sys.modules[x].__file__) for x in names if x in sys.modules and not x.endswith(".ledger")}
    return {x for x in out if x.parent.name in ("ledger", "finance", "foundation")}


def test_the_hash_covers_every_file_that_a_compiled_rule_reads():
    covered = set(kernels.sources())
    rules = {Path(sys.modules[f.__module__].__file__) for f in scalar_ops.RULES}
    assert rules <= covered and len(rules) > 15
    unread = {"draw_binding.py", "types.py", "stage_inputs.py", "references.py"}
    assert {x.name for file in rules for x in imported(file) if x not in covered} <= unread


def test_a_rule_that_is_edited_gets_another_folder(tmp_path, monkeypatch):
    files = []
    for source in kernels.sources():
        files.append(tmp_path / source.parent.name / source.name)
        files[-1].parent.mkdir(exist_ok=True)
        files[-1].write_bytes(source.read_bytes())
    assert kernels.source_hash(files) == kernels.source_hash(kernels.sources())
    rule = next(x for x in files if x.name == "income_tax.py")
    rule.write_text(rule.read_text(encoding="utf-8").replace("BUILDING_YEARS = 39.0", "BUILDING_YEARS = 40.0"), encoding="utf-8")
    before = kernels.folder()
    monkeypatch.setattr(kernels, "sources", lambda: files)
    assert kernels.folder() != before


def test_the_machine_code_lies_in_the_folder_of_todays_rules():
    simulate.simulate(*chunk(), interpreted=False)
    assert list(kernels.folder().rglob("*.nbi")) and list(kernels.folder().rglob("*.nbc"))
