"""What the books hand on and begin with: series of a month, owners of rounds, terms of the start, quantiles of many draws, by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.company.financing import owners
from gigacampus.company.financing.captable import COMMON, Ownership
from gigacampus.company.ledger import committed_assets, financing, flow_sums, monthly_series, platform, simulation_inputs, statement_sums
from gigacampus.company.ledger.balance_sums import held_machines_net
from gigacampus.company.ledger.quantile_sketch import QuantileSketch
from gigacampus.company.ledger.state_layout import BUILDING, GPU, NETWORK, NEVER, POWER, STORAGE
from gigacampus.foundation.calendar import Months
from tests.company.test_ledger_rules import Sums


def near(*wanted):
    return pytest.approx(list(wanted), nan_ok=True)


def has(record, **want):
    assert {name: float(getattr(record, name)) for name in want} == pytest.approx(want)


def numbered(*names):
    """Flows or balances of powers of two: a sum tells which went in, and with which sign."""
    out = Sums(float)
    for k, name in enumerate(names):
        out[name] = 2.0**k
    return out


LINES = {"lab_revenue": 100.0, "lab_cost_of_revenue": -30.0, "lab_opex": -20.0, "lab_depreciation": -15.0, "lab_other": 4.0}
LINES |= {"lab_interest": -6.0, "lab_tax": -3.0, "platform_revenue": 40.0, "platform_cost_of_revenue": -7.0, "platform_opex": -9.0}


def test_the_lab_s_and_the_group_s_lines_of_a_month(monkeypatch):
    for name, value in LINES.items():
        monkeypatch.setattr(statement_sums, name, lambda flows, value=value: value)
    monkeypatch.setattr(flow_sums, "capex", lambda flows: 55.0)
    monkeypatch.setattr(monthly_series, "free_cash", lambda flows: 66.0)
    monkeypatch.setattr(monthly_series, "outside_sales", lambda draw, mergers, t: 5.0)
    flows = numbered(
        "lab_earn_interest", "lab_grant_stock", "lab_raise_dated", "lab_raise_policy", "lab_bill_rental", "lab_site_serving",
        "lab_site_training", "lab_serve_gpu", "lab_serve_network", "lab_depreciate_gpu", "lab_depreciate_network",
        "platform_bill_lab", "platform_depreciate",
        "platform_buy_plant",
    )  # fmt: skip
    draw = Fields(flows=flows, state=Fields(raising=Fields(raised_usd=77.0), operations=Fields(energy_usd=0.5)))
    series = Fields()
    monthly_series._results(series, draw)
    has(series, revenue_usd=100.0, cost_of_revenue_usd=30.0, gross_profit_usd=70.0, opex_usd=20.0, ebitda_usd=50.0, depreciation_usd=15.0)
    has(series, ebit_usd=35.0, net_income_usd=30.0, interest_usd=6.0, interest_income_usd=1.0, cash_margin_usd=52.0, capex_usd=55.0)
    has(series, free_cash_flow_usd=66.0, equity_raised_usd=12.0, outside_capital_usd=77.0, rent_usd=16.0, site_cost_usd=96.5)
    has(series, machines_served_usd=384.0, machines_charge_usd=1536.0)
    monthly_series._group(series, draw, (), 0)
    has(
        series,
        group_revenue_usd=100.0 + 40.0 - 2048.0 + 5.0,
        group_ebitda_usd=76.0,
        group_ebit_usd=59.0 - 4096.0,
        group_capex_usd=55.0 + 8192.0,
    )


def test_rents_rounds_and_parts_of_what_machines_cost():
    flows = numbered("lab_pay_lease", "lab_pay_operating_lease", "lab_raise_policy", "lab_support_from_group", "lab_site_serving",
        "lab_site_training",
        "lab_staff_operations", "lab_insure", "lab_local_taxes", "lab_bandwidth", "lab_payment_fees")  # fmt: skip
    lease = Fields(net_rent_usd=3.0, debt_service_usd=5.0, machines_value_usd=7.0, in_breach=1.0, in_default=0.0)
    raising = Fields(kept_dated_frac=0.9, kept_policy_frac=0.75, affiliate_cash_usd=13.0)
    state = Fields(lease=lease, raising=raising, levels=Fields(pre_money_usd=17.0), operations=Fields(rented_frac=0.3))
    draw = Fields(flows=flows, state=state, balances=Fields(vehicle_loan=-40.0), physics=Fields(accelerators=9.0, accelerator_hours=700.0))
    series = Fields(ebitda_usd=50.0)
    monthly_series._lease(series, draw)
    monthly_series._ownership(series, draw)
    monthly_series._machine_costs(series, draw)
    has(series, rents_paid_usd=3.0, ebitda_after_rent_usd=49.0, vehicle_loan_usd=40.0, vehicle_value_usd=7.0, sold_dated_frac=0.1)
    has(series, sold_policy_frac=0.25, policy_equity_usd=4.0, valuation_usd=17.0, group_support_usd=8.0, partner_cash_usd=13.0)
    has(series, site_upkeep_usd=48.0, operations_staff_usd=64.0, plant_insurance_tax_usd=384.0, traffic_usd=512.0, payment_fees_usd=1024.0)
    books = numbered("lab_gpu", "lab_network", "lab_gpu_acc", "lab_network_acc", "lab_undisclosed_assets", "lab_undisclosed_acc")
    assert float(held_machines_net(books)) == 63.0


@pytest.mark.parametrize(
    ("cash", "supported", "lent", "back"),
    [(4.0, 1, 6.0, 0.0), (-3.0, 0, 3.0, 0.0), (4.0, 0, 0.0, 0.0), (26.0, 1, 0.0, 6.0), (50.0, 1, 0.0, 8.0), (10.0, 1, 0.0, 0.0)],
)
def test_the_lab_lends_to_the_floor_and_is_paid_back_from_twice_of_it(monkeypatch, cash, supported, lent, back):
    monkeypatch.setattr(statement_sums, "platform_cash", lambda flows: 3.0)
    flows, balances = Sums(float), Fields(platform_cash=cash - 3.0, platform_due_to_lab=-8.0)
    terms = Fields(platform=Fields(cash_floor_usd=10.0))
    platform._lend(Fields(flows=flows, balances=balances, terms=terms, dates=Fields(supported_by_lab=supported)))
    assert (flows["lab_lend_platform"], flows["platform_repay_lab"]) == (lent, back)


@pytest.mark.parametrize(
    ("equity", "stated", "kept", "price"),
    [(20.0, 0.0, 1 - 20 / 100, 100.0), (20.0, 50.0, 0.6, 50.0), (0.0, 50.0, 1.0, 80.0), (0.5, 0.6, 1 - 0.5, 0.6), (90.0, 60.0, 0.0, 60.0)],
)
def test_a_round_leaves_what_its_price_says(equity, stated, kept, price):
    levels = Fields(pre_money_usd=80.0)
    found = financing._price_round(Fields(state=Fields(levels=levels)), equity, stated)
    assert float(found) == pytest.approx(kept) and float(levels.pre_money_usd) == pytest.approx(price)


@pytest.mark.parametrize(
    ("cash", "drawn", "more", "repaid", "behind", "caught_up"),
    [
        (4.0, 2.0, 6.0, 0.0, 0.0, 7.0),
        (-20.0, 2.0, 13.0, 0.0, 7.0, 0.0),
        (23.0, 2.0, 0.0, 2.0, 0.0, 7.0),
        (21.0, 2.0, 0.0, 1.0, 0.0, 7.0),
        (12.0, 15.0, 0.0, 0.0, 0.0, 7.0),
        (-3.0, 15.0, 0.0, 0.0, 3.0, 0.0),
    ],
)
def test_the_revolver_then_arrears_and_the_rent_last(monkeypatch, cash, drawn, more, repaid, behind, caught_up):
    """The revolver of 15 keeps cash at 10; bills of 9, of which rents of 3 and 2 go unpaid last."""
    monkeypatch.setattr(financing, "support", lambda draw, mergers, cash, t: None)
    monkeypatch.setattr(statement_sums, "lab_cash", lambda flows: 1.0)
    monkeypatch.setattr(flow_sums, "bills", lambda flows: 9.0)
    flows = Sums(float, lab_pay_lease=3.0, lab_pay_operating_lease=2.0)
    balances = Fields(lab_cash=cash - 1.0, lab_revolver=-drawn, lab_arrears=-7.0)
    state = Fields(lease=Fields())
    financing.plug(Fields(flows=flows, balances=balances, state=state, terms=Fields(draw_below_usd=10.0, revolver_limit_usd=15.0)), (), 0)
    assert [float(flows[f"lab_{n}"]) for n in ("draw_revolver", "repay_revolver", "fall_behind", "catch_up")] == near(
        more, repaid, behind, caught_up
    )
    assert float(state.lease.unpaid_rent_usd) == pytest.approx(min(max(5.0 - (9.0 - behind), 0.0), 5.0))


def test_terms_of_the_start():
    terms = np.zeros(2, [(n, float) for n in ("refresh_frac", "gpu_life_months", "network_life_months", "opening_fleet_age_months")])
    terms["gpu_life_months"], terms["network_life_months"], terms["opening_fleet_age_months"] = [60.0, 70.0], [80.0, 40.0], [3.0, 11.0]
    assert simulation_inputs._generations(terms, 70) == 1
    terms["refresh_frac"] = [0.0, 0.5]
    assert [simulation_inputs._generations(terms, n) for n in (69, 70, 109, 110)] == [3, 4, 4, 5]
    made = simulation_inputs.made
    assert (made(0.6, "growth"), made(0.6, "decline")) == pytest.approx((np.exp(0.05), np.exp(-0.05)))
    assert [float(made(x, "days")) for x in (45.0, 46.0, 365.0)] == [1.0, 2.0, 12.0]
    assert (made(2.5, "years"), made(3.4, "months"), made(3.4, "")) == (30, 3, 3.4)
    quarter = lambda y, m: Fields(start=date(y, m, 1))  # noqa: E731
    months = Months(date(2026, 1, 1), 8)
    assert simulation_inputs.history_length({}, months) == 0
    assert simulation_inputs.history_length({"b": quarter(2026, 4), "a": quarter(2026, 1)}, months) == 6
    assert simulation_inputs.history_length({k: quarter(2026, m) for k, m in (("a", 1), ("b", 4), ("c", 7))}, months) == 8
    for gap in ({"a": quarter(2026, 4)}, {"a": quarter(2026, 1), "b": quarter(2026, 7)}):
        with pytest.raises(ValueError, match="gap"):
            simulation_inputs.history_length(gap, months)


def test_when_things_begin():
    names = (
        "first_calendar_month",
        "vehicle_start",
        "government_start",
        "platform_on",
        "supported_by_lab",
        "anchored",
        "allowance",
        "impairment",
    )
    months = Months(date(2026, 5, 1), 24)

    def dates(covered, start=None, government=None, on=True, supported=True, anchor=True):
        out = np.zeros(1, [(n, int) for n in names])
        company = Fields(
            vehicle=Fields(start=start), revenue=Fields(government_start=government, anchor_to_history=anchor), tax=Fields(allowance=True),
            platform=Fields(enabled=on, supported_by_lab=supported), assets=Fields(impairment=False),
        )  # fmt: skip
        simulation_inputs._fill_dates(out, company, months, covered)
        return list(out[0].item())

    assert dates(3) == [4, NEVER, 0, 1, 1, 1, 1, 0]
    assert dates(0, date(2026, 7, 1), date(2026, 6, 1), supported=False) == [4, 2, 1, 1, 0, 0, 1, 0]
    assert dates(1, on=False) == [4, NEVER, 0, 0, 0, 1, 1, 0] and dates(3, anchor=False)[5] == 0


def test_quantiles_of_more_draws_than_fit():
    """Two rows of unlike counts of either sign, in two parts; bins of two per cent about what was seen."""
    values = np.array([[-900.0, -30.0, -0.4, 0.0, 0.9, 5.0, 70.0, 800.0, 4e9], [1.0] * 4 + [1e3] * 5])
    whole, first, second = (QuantileSketch(2, accuracy=0.01) for _ in range(3))
    whole.add(values)
    first.add(values[:, :4])
    second.add(values[:, 4:])
    first.merge(second)
    assert (first.count == whole.count).all() and whole.count.sum(axis=1).tolist() == [9, 9]
    for k, seen in enumerate(values[0]):
        found = whole.quantile(k / 8.0)[0]
        assert found == (0.0 if abs(seen) < 1.0 else pytest.approx(seen, rel=0.0101))
    assert np.isnan(QuantileSketch(1).quantile(0.5)[0])
    edge = QuantileSketch(1, accuracy=0.01, most=100.0)
    edge.add(np.array([[99.0, 1e7, -1e7]]))
    assert edge.quantile(1.0)[0] == pytest.approx(100.0, rel=0.03) and edge.quantile(0.0)[0] == pytest.approx(-100.0, rel=0.03)
    one = QuantileSketch(1)
    one.add(np.array([[7.0]]))
    assert one.quantile(0.5)[0] == pytest.approx(7.0, rel=0.0051) and not np.isnan(one.quantile(0.0)[0])


def test_rounds_of_one_month_and_named_parts_of_them():
    paid, sold = [np.array([30.0, 0.0]), np.array([10.0, 0.0]), np.array([60.0, 0.0])], np.array([0.2, 0.0])
    found = owners._together(5, [(f"r{k}", p) for k, p in enumerate(paid)], sold)
    assert [i.share_class for i in found] == ["r0", "r1", "r2"] and [i.paid_usd[0] for i in found] == [30.0, 10.0, 60.0]
    left, own = 1.0, []
    for issue in found:  # each dilutes those before
        own = [x * (1.0 - issue.sold_frac[0]) for x in own] + [issue.sold_frac[0]]
        left *= 1.0 - issue.sold_frac[0]
    assert own == near(0.06, 0.02, 0.12) and left == pytest.approx(0.8)
    rounds = {"a": Fields(raised_usd=100.0, equity_frac=0.5), "b": Fields(raised_usd=0.4, equity_frac=1.0)}
    flow = lambda who, r, usd, kind="equity": Fields(from_party=who, round=r, usd=usd, kind=kind)  # noqa: E731
    flows = [
        flow("x", "a", 20.0),
        flow("y", "a", 10.0),
        flow("x", "a", 45.0),
        flow("x", "b", 0.3),
        flow("z", "a", 9.0, "debt"),
        flow("z", "", 9.0),
    ]
    parts = owners._split(Fields(flows=flows, rounds=rounds))
    assert parts == {"rounds.a": pytest.approx({"parties.x": 0.8, "parties.y": 0.2}), "rounds.b": pytest.approx({"parties.x": 0.3})}


def test_a_sale_pays_by_preference_and_nothing_for_options_that_nobody_holds():
    classes = (*COMMON, "opening_investors", "rounds.a", "mergers.m")
    share = np.array([0.3, 0.1, 0.1, 0.2, 0.2, 0.1])[:, None, None]
    owed = np.array([0.0, 0.0, 0.0, 30.0, 40.0, 0.0])[:, None, None]
    held = Ownership(classes, np.concatenate([0.0 * share, share], axis=1), np.concatenate([0.0 * owed, owed], axis=1), share[0], share[0])
    price = np.array([50.0])
    for seniority, exit_usd, paid in (
        ("stacked", 0.0, (0.0, 0.0, 0.0, 10.0, 40.0, 0.0)),
        ("pari_passu", 0.0, (0.0, 0.0, 0.0, 150 / 7, 200 / 7, 0.0)),
        ("stacked", 90.0, (12.0, 4.0, 0.0, 30.0, 40.0, 4.0)),
        ("stacked", 0.5, (0.0, 0.0, 0.0, 0.0, 0.5, 0.0)),
        ("stacked", 900.0, (300.0, 100.0, 0.0, 200.0, 200.0, 100.0)),
    ):
        found = owners._payouts(held, Fields(exit_usd=exit_usd, seniority=seniority), price)
        assert found[:, 0].tolist() == near(*paid)


def test_the_cost_of_a_block_by_class(monkeypatch):
    """Machines of 100 at 7, a tenth of them network; 2 kW each in the lab's own building only where no hall stands by then."""
    hall = Fields(kind="hall", phase=2.0)
    entry = Fields(price_usd=7.0, server_kw=2.0, cost_usd_per_mwh=3.0, iso_mw=16.0, cost_usd_per_mw=5.0)
    assets = Fields(network_frac_of_gpu=0.1, building_usd_per_it_mw=50.0, grid_usd_per_mw=4.0)

    def cost(block, *others):
        at = Fields(block=lambda campus, name: block, entry=lambda ref: entry)
        blocks = {str(k): b for k, b in enumerate((block, *others))}
        at.inputs = Fields(tree=Fields(company=Fields(assets=assets), campuses={"c": Fields(blocks=blocks)}))
        return {k: float(v) for k, v in committed_assets._by_class(at, "c", "0").items()}

    told = {"model": "m", "cost_usd": None}
    machines = Fields(kind="accelerators", count=100.0, phase=np.array([1.0, 1.5]), **told)
    assert cost(machines, hall) == pytest.approx({GPU: 630.0, NETWORK: 70.0, BUILDING: 100.0 * 2.0 / 1000.0 * 50.0})
    machines.phase = np.array([1.0, 2.0])
    assert cost(machines, hall)[BUILDING] == 0.0
    assert cost(Fields(kind="hall", phase=1.0, it_mw=6.0, model="", cost_usd=None)) == {BUILDING: 300.0}
    assert cost(Fields(kind="battery", mwh=8.0, **told)) == {STORAGE: 24.0} and cost(Fields(kind="cooling", cost_usd=9.0)) == {
        BUILDING: 9.0
    }
    assert cost(Fields(kind="wind", cost_usd=9.0)) == {POWER: 9.0} and cost(Fields(kind="generators", count=2.0, **told)) == {POWER: 160.0}
    assert cost(Fields(kind="grid", mw=30.0, **told)) == {POWER: 120.0} and cost(Fields(kind="grid", mw=30.0, model="", cost_usd=11.0)) == {
        POWER: 11.0
    }


def test_credit_of_the_vendor_falls_due_months_after_delivery():
    delivered = np.array([10.0, 10.0, 40.0, 100.0, 100.0, 130.0])[:, None]
    for credit, due in ((0.0, (0.0, 0.0, 30.0, 60.0, 0.0, 30.0)), (2.0, (0.0, 0.0, 0.0, 0.0, 30.0, 60.0))):
        draw = Fields(terms=Fields(deposit_frac=0.25, vendor_credit_months=np.array([credit])))
        found = [committed_assets._vendor_credit(draw, Fields(in_service_usd=delivered), t) for t in range(6)]
        assert [x.item() for x, _ in found] == near(0.0, 0.0, 22.5, 45.0, 0.0, 22.5) and [x.item() for _, x in found] == near(
            *(0.75 * d for d in due)
        )
