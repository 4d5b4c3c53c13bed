"""The ledger: balance, cash, orders, history, and the cases in which every number can be worked by hand."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.ledger import journal
from gigacampus.company.ledger.accounts import ACCOUNTS, ENTITIES, INDEX, INTERCOMPANY, Balances, rows_of
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from gigacampus.company.ledger.journal import FLOWS
from gigacampus.company.ledger.monthly_series import imbalance
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.records import Columns
from gigacampus.company.ledger.simulate import Books, simulate
from gigacampus.registry.variables import of_stage
from tests.company.synthetic import HISTORY, RICH, flow_rows, inputs, tables

N = 64
RNG = np.random.default_rng(7)
DRAWS = {
    "company.assets.gpu_life_years": RNG.uniform(3, 6, N),
    "company.raise_policy.raise_luck_quantile": RNG.uniform(0, 1, N),
    "company.history.q2.ebitda_usd": RNG.normal(-8e8, 5e7, N),
    "market.gas_usd_per_mmbtu": RNG.uniform(2, 6, N),
    "company.revenue.momentum_per_year": RNG.uniform(0, 2.5, N),
    "campuses.south.phases.p0.capex_usd": RNG.uniform(4e9, 6e9, N),
    "company.assets.order_lead_months": RNG.uniform(2, 9, N),
    "company.tax.bonus_frac": RNG.uniform(0, 1, N),
}


def books(company=None, *, may_raise=True, draws=None, n=N, table=None, **options):
    i, up = (
        inputs(RICH if company is None else company, **options),
        table or tables(options.get("months", 84), phases=options.get("phases", 1)),
    )
    draws = DRAWS if draws is None else draws
    if not options.get("phases", 1):
        draws = {k: v for k, v in draws.items() if "phases" not in k}
    world = np.arange(n) % 2
    bound, drivers = stage.prepare(i, up, stack(up), stock_cost(i, up), world, draws, slice(0, n))
    return simulate(bound, drivers, may_raise=may_raise, keep_flows=True)


@pytest.fixture(scope="module")
def rich() -> tuple[dict[str, np.ndarray], Books]:
    return books()


def test_balances_in_every_month_of_every_draw(rich):
    series, _ = rich
    assert np.all(series["ledger_residual_usd"] <= 1e-9 * np.maximum(series["assets_usd"], 1.0))


def test_a_one_sided_entry_would_be_seen(rich):
    _, s = rich
    wrong = s.balance.copy()
    wrong[INDEX["lab_cash"], 0] += 1e6
    held = cast(Balances, Columns(dict(zip(INDEX, wrong, strict=True))))
    assert imbalance(held)[0] == pytest.approx(1e6, rel=1e-6)


def balances(company=None, **options):
    """Opening balances and balances after each month, rebuilt from the kept flows and the journal's own columns."""
    series, s = books(company, **options)
    b = s.balance.copy()
    path = [b.copy()]
    for flows in series["flows"][::-1]:
        np.subtract.at(b, journal.DEBIT, flows)
        np.add.at(b, journal.CREDIT, flows)
        path.append(b.copy())
    return series, np.stack(path[::-1])


def test_indirect_cash_flow_statement_ties_to_the_cash_account():
    series, path = balances()
    change = np.diff(path, axis=0)
    for entity in ENTITIES:
        cash = INDEX[f"{entity}_cash"]
        others = [i for i in rows_of(entity) if i != cash]
        assert np.allclose(change[:, cash], -change[:, others].sum(axis=1), atol=1e-3)
    net = series["net_income_usd"]
    equity = [i for i in rows_of("lab", side=("equity",))]
    plain = [i for i in rows_of("lab", side=("asset", "contra_asset", "liability")) if i != INDEX["lab_cash"]]
    indirect = net - change[:, plain].sum(axis=1) - change[:, equity].sum(axis=1)
    assert np.allclose(indirect, change[:, INDEX["lab_cash"]], atol=1e-3)


def test_no_asset_and_no_liability_turns_negative():
    series, path = balances()
    scale = series["assets_usd"].max()
    for i, account in enumerate(ACCOUNTS):
        if account.side == "asset" and account.name != "lab_deferred_tax_asset":
            assert path[:, i].min() > -1e-9 * scale, account.name
        if account.side == "liability":
            assert path[:, i].max() < 1e-9 * scale, account.name
    for name in ("gpu", "network", "building", "power", "storage", "undisclosed"):
        gross = path[:, INDEX["lab_undisclosed_assets" if name == "undisclosed" else f"lab_{name}"]]
        assert np.all(gross + path[:, INDEX[f"lab_{name}_acc"]] > -1e-9 * scale), name


def test_history_takes_the_reported_figures(rich):
    series, _ = rich
    for q, name in enumerate(("q1", "q2", "q3")):
        got = {k: series[k][3 * q : 3 * q + 3].sum(axis=0) for k in ("revenue_usd", "gross_profit_usd", "ebitda_usd", "net_income_usd")}
        for key, values in got.items():
            want = DRAWS["company.history.q2.ebitda_usd"] if (name, key) == ("q2", "ebitda_usd") else HISTORY[name][key]
            assert np.allclose(values, want, rtol=1e-9), (name, key)
        spent = -series["free_cash_flow_usd"][3 * q : 3 * q + 3].sum(axis=0)
        assert np.allclose(spent, HISTORY[name]["cash_spent_usd"], rtol=1e-9)


def test_cash_identity_of_the_history(rich):
    series, _ = rich
    spent = sum(q["cash_spent_usd"] for q in HISTORY.values())
    net_of_discount = 5e9 * 0.02
    repaid = series["flows"][:9, FLOW["lab_repay_term_loan"]].sum(axis=0)
    raised = 5e9 + 5e9 - net_of_discount
    assert np.allclose(series["cash_usd"][8], RICH["opening_cash_usd"] + raised - spent - repaid, rtol=1e-9)


def test_an_order_is_never_unplaced_and_phases_keep_their_order():
    series, _ = books(phases=2)
    assert np.all(np.diff(series["realised_phase"], axis=0) >= 0.0)
    assert series["realised_phase"].max() == 2.0


def test_an_order_waits_for_cash():
    rich_phase, _ = books(phase={"needs_cash_usd": 0.0})
    poor_phase, _ = books(phase={"needs_cash_usd": 1e12})
    assert rich_phase["realised_phase"][-1, 1].max() == 1.0
    assert poor_phase["realised_phase"].max() == 0.0


def test_a_slip_delays_service_and_what_it_sells():
    table = tables()
    for phase in range(2):
        table["serving_capacity_tokens"][:, phase] *= 0.02
    early, _ = books(draws={}, n=2, table=table)
    slipped = {**table, "phase_lead_days": table["phase_lead_days"] * (365.0 + 183.0) / 365.0}
    late, _ = books(draws={}, n=2, table=slipped)
    start = early["realised_phase"][:, 1, 0].argmax()
    assert late["realised_phase"][:, 1, 0].argmax() == start + 6
    assert np.all(late["tokens_served"][start : start + 6] < early["tokens_served"][start : start + 6])
    assert np.all(late["revenue_usd"][start : start + 6] < early["revenue_usd"][start : start + 6])


def test_phase_is_paid_in_full_and_enters_service_at_cost():
    zero_interest = {
        **RICH,
        "loans": {},
        "revolver": {},
        "rounds": {"e": {"day": "2026-01-06", "raised_usd": 20e9, "post_money_usd": 230e9}},
    }
    series, _ = books(zero_interest, draws={}, n=2)
    flows = series["flows"]
    phase_pay = flows[
        17:40, [FLOW["lab_pay_gpu"], FLOW["lab_pay_network"], FLOW["lab_pay_building"], FLOW["lab_pay_power"], FLOW["lab_pay_orders"]]
    ].sum(axis=(0, 1))
    assert np.allclose(phase_pay, 5e9, rtol=1e-9)
    assert flows[17, :, 0][flow_rows("lab_pay_gpu", "lab_pay_network", "lab_pay_building", "lab_pay_power")].sum() == pytest.approx(1.5e9)
    served = flows[18:40, flow_rows("lab_serve_gpu", "lab_serve_network", "lab_serve_building", "lab_serve_power")].sum(axis=(0, 1))
    assert np.allclose(served, 5e9, rtol=1e-9)


def test_every_flow_with_a_cash_account_has_a_class_and_no_other():
    for flow in FLOWS:
        touches = sum(name.endswith("_cash") for name in (flow.debit, flow.credit))
        assert (touches == 1) == bool(flow.cash), flow.name


def test_intercompany_pairs_mirror_each_other():
    _, path = balances()
    assert path[:, INDEX["platform_due_to_lab"]].min() < -1e6
    for one, two in INTERCOMPANY:
        assert np.allclose(path[:, INDEX[one]], -path[:, INDEX[two]], atol=1e-3), one


def test_currency_scale_changes_nothing():
    def scaled(node):
        if isinstance(node, dict):
            return {k: (v * 10 if isinstance(v, (int, float)) and "usd" in k else scaled(v)) for k, v in node.items()}
        return node

    table = tables()
    for key in ("grid_bill_usd", "water_bill_usd", "red_line_exposure_usd"):
        table[key] = table[key] * 10
    base, _ = books(draws={}, n=2, phases=0)
    generic = {
        "costs": {
            k: 10 * v
            for k, v in {
                "site_usd_per_it_mw_year": 3e5,
                "bandwidth_usd_per_million_tokens": 0.01,
                "data_usd_per_year": 50e6,
                "general_usd_per_year": 50e6,
            }.items()
        },
        "assets": {"building_usd_per_it_mw": 7e7, "grid_usd_per_mw": 3e6, "gpu_price_factor": 10.0},
        "raise_policy": {"min_usd": 1e9},
        "revenue": {
            "arpu_usd_per_month": 200.0,
            "api_usd_per_million_tokens": 30.0,
            "agent_usd_per_million_tokens": 30.0,
            "rental": {"usd_per_mw_month": 8.5e6},
        },
        "platform": {**{k: v for k, v in scaled(RICH["platform"]).items()}, "opening_cash_usd": 5e9, "cash_floor_usd": 1e9},
    }
    i = {**scaled(RICH), **generic}
    from tests.company import synthetic

    inp = synthetic.inputs(i, phases=0, market={"gas_usd_per_mmbtu": 35.0})
    entry = inp.tree.library.generators["gt"]
    inp.tree.library.generators["gt"] = entry.model_copy(update={"cost_usd_per_mw": entry.cost_usd_per_mw * 10})
    bound, drivers = stage.prepare(inp, table, stack(table), stock_cost(inp, table), np.array([0, 1]), {}, slice(0, 2))
    more, _ = simulate(bound, drivers)
    for key in ("cash_usd", "revenue_usd", "net_income_usd", "assets_usd", "debt_usd"):
        assert np.allclose(more[key], 10 * base[key], rtol=1e-9, atol=1.0), key
    assert np.allclose(more["sold_dated_frac"], base["sold_dated_frac"], rtol=1e-9)


def test_stage_gives_every_registry_row_with_its_axes():
    i, up = inputs(RICH), tables()
    out = stage.run(i, up, np.arange(N) % 2, DRAWS)
    sizes = {"draw": N, "campus": 2, "month": 84, "phase": 2, "payee": len(i.at.payee), "counterfactual": len(i.at.counterfactual)}
    sizes |= {"holder": len(i.at.holder), "trade": len(i.at.trade), "tenant": len(i.at.tenant)}
    for v in of_stage("company"):
        assert out[v.name].shape == tuple(sizes[d] for d in v.dims), v.name
    assert np.all(out["cash_usd"] >= -1e-3)


def test_chunks_do_not_change_a_draw(monkeypatch):
    i, up = inputs(RICH), tables()
    whole = stage.run(i, up, np.arange(N) % 2, DRAWS)
    monkeypatch.setattr(stage, "CHUNK", 17)
    parts = stage.run(i, up, np.arange(N) % 2, DRAWS)
    for name in ("cash_usd", "runway_month", "tokens_served"):
        assert np.array_equal(whole[name], parts[name], equal_nan=True), name


def test_a_lean_march_keeps_the_same_books():
    i, up = inputs(RICH), tables()
    world = np.arange(N) % 2
    made = [stage.prepare(i, up, stack(up), stock_cost(i, up), world, DRAWS, slice(0, N)) for _ in range(2)]
    (whole, one), (lean, other) = simulate(*made[0], may_raise=False), simulate(*made[1], may_raise=False, lean=True)
    assert np.array_equal(one.balance, other.balance)
    for name in ("cash_usd", "arrears_usd"):
        assert np.array_equal(whole[name], lean[name]), name
