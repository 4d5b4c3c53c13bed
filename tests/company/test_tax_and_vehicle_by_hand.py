"""Rules of the tax year, the vehicle and its lenders by themselves on small numbers, worked by hand."""

from __future__ import annotations

from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.company.ledger import income_tax, lease_lenders, lease_vehicle, statement_sums
from gigacampus.company.ledger.machine_costs import machine_costs
from tests.company.test_ledger_rules import Sums
from tests.company.test_month_by_hand import told


def test_the_month_is_added_to_its_tax_year():
    flows = {"bill_api": 500.0, "accrue_interest": 30.0, "capitalise_interest": 5.0, "depreciate_gpu": 40.0, "depreciate_undisclosed": 7.0}
    flows |= {"relieve_sold": 3.0, "undisclosed_other": 4.0, "undisclosed_other_back": 1.0, "impair_machines": 2.0, "earn_interest": 6.0}
    flows |= {"serve_gpu": 90.0, "sell_machines": 10.0, "serve_building": 50.0}
    names = ("before_tax", "interest", "depreciation", "undisclosed", "interest_income")
    tax = Fields(**{f"year_{name}_usd": 1000.0 for name in names})
    timeline = Fields(equipment_usd=np.full(3, 7.0), building_usd=np.full(3, 8.0))
    held = Sums(float, {f"lab_{name}": value for name, value in flows.items()})
    draw = Fields(flows=held, state=Fields(tax=tax), timeline=timeline, dates=Fields(first_calendar_month=6))
    income_tax._accrue_year(draw, 6)
    assert [getattr(tax, f"year_{name}_usd") - 1000.0 for name in names] == pytest.approx([432.0, 25.0, 44.0, 5.0, 6.0])
    assert (timeline.equipment_usd.tolist(), timeline.building_usd.tolist()) == ([7.0, 87.0, 7.0], [8.0, 58.0, 8.0])


def settled(t=11, limit=0.3, history=0, losses=0.0, first=0):
    """A year of 100 before tax, 40 of interest, 60 of wear and 10 that nobody named; 20 of interest denied before, 10 earned."""
    tax = dict(year_before_tax_usd=100.0, year_interest_usd=40.0, year_depreciation_usd=60.0, year_undisclosed_usd=10.0)
    tax |= dict(year_interest_income_usd=10.0, denied_interest_usd=20.0, nol_usd=losses, old_nol_usd=0.0)
    tax |= dict(last_before_tax_usd=-1.0, second_before_tax_usd=-2.0, third_before_tax_usd=-3.0)
    terms = Fields(
        federal_frac=0.2, state_frac=0.0, interest_limit_frac=limit, bonus_frac=1.0, nol_limit_frac=1.0, owner_change_limit_usd=0.0
    )
    timeline = Fields(equipment_usd=np.array([30.0, 0.0]), building_usd=np.zeros(2))
    balances = Sums(float, lab_tax_payable=-9.0)
    draw = Fields(flows=Sums(float), terms=terms, timeline=timeline, balances=balances, state=Fields(tax=Fields(**tax)))
    draw.dates = Fields(first_calendar_month=first, history_months=history, allowance=1)
    income_tax.settle(draw, t)
    return draw


@pytest.mark.parametrize(
    ("changes", "taxed", "denied"),
    [
        ({}, 120.0, 0.0),  # 210 before interest, wear and the unnamed; 30 deducted at once, 60 of interest below 10 + 0.3 x 200
        ({"limit": 0.1}, 150.0, 30.0),
        ({"losses": 50.0}, 70.0, 0.0),
    ],
)
def test_december_settles_the_year(changes, taxed, denied):
    draw = settled(**changes)
    tax = draw.state.tax
    assert (float(draw.flows["lab_pay_tax"]), float(draw.flows["lab_tax_current"])) == pytest.approx((9.0, 0.2 * taxed))
    told(tax, denied_interest_usd=denied, last_before_tax_usd=100.0, second_before_tax_usd=-1.0, third_before_tax_usd=-2.0)
    told(tax, **{f"year_{x}_usd": 0.0 for x in ("before_tax", "interest", "depreciation", "undisclosed", "interest_income")})


def test_other_months_only_pay_what_is_owed():
    for t, first in ((10, 0), (11, 1), (0, 0)):
        draw = settled(t=t, first=first)
        assert draw.flows["lab_pay_tax"] == 9.0 and "lab_tax_current" not in draw.flows and draw.state.tax.year_before_tax_usd == 100.0
    assert "lab_tax_current" in settled(t=1, first=10).flows


def test_a_reported_result_stays_what_was_reported_after_its_tax():
    for other, left in ((50.0, (26.0, 0.0)), (10.0, (0.0, 14.0))):
        flows = Sums(float, lab_tax_current=24.0, lab_undisclosed_other=other)
        draw = Fields(flows=flows, state=Fields(tax=Fields(last_before_tax_usd=100.0)))
        before = statement_sums.lab_before_tax(flows)
        income_tax._within_reported(draw)
        assert (float(flows["lab_undisclosed_other"]), float(flows["lab_undisclosed_other_back"])) == pytest.approx(left)
        assert statement_sums.lab_before_tax(flows) + statement_sums.lab_tax(flows) == pytest.approx(before)
        assert draw.state.tax.last_before_tax_usd == pytest.approx(124.0)
    assert (
        settled(history=12).state.tax.last_before_tax_usd == pytest.approx(124.0)
        and settled(history=11).state.tax.last_before_tax_usd == 100.0
    )


@pytest.mark.parametrize(("last", "on", "allowance"), [(-5.1, 1, 60.0), (-5.0, 1, 0.0), (-5.1, 0, 0.0)])
def test_deferred_tax_is_what_losses_and_early_deductions_are_worth(last, on, allowance):
    """Losses and denied interest of 400 at a fifth against plant of 100 that is deducted for tax; allowed for while three years lose."""
    tax = Fields(nol_usd=300.0, old_nol_usd=40.0, denied_interest_usd=60.0)
    vars(tax).update(last_before_tax_usd=last, second_before_tax_usd=3.0, third_before_tax_usd=2.0)
    balances = Sums(float, lab_gpu=130.0, lab_deferred_tax_asset=30.0, lab_deferred_tax_liability=-5.0, lab_valuation_allowance=-10.0)
    timeline = Fields(equipment_usd=np.array([62.5, 0.0]), building_usd=np.zeros(2))  # 48 % of 62.5 is not deducted after two years
    draw = Fields(flows=Sums(float), balances=balances, timeline=timeline, state=Fields(tax=tax), dates=Fields(allowance=on))
    draw.terms = Fields(federal_frac=0.2, state_frac=0.0, bonus_frac=0.0)
    income_tax._deferred(draw, 1)
    moved = [float(draw.flows[f"lab_{x}"]) for x in ("defer_tax_asset", "defer_tax_liability", "allow_tax")]
    assert moved == pytest.approx([50.0, 15.0, allowance - 10.0])


@pytest.mark.parametrize(("unpaid", "arrears", "kept"), [(5.0, 12.0, 12.0), (5.0, 99.0, 15.0), (50.0, 99.0, 30.0)])
def test_the_vehicle_collects_what_the_lab_paid(unpaid, arrears, kept):
    balances = Fields(vehicle_rent_receivable=10.0, lab_arrears=-arrears)
    draw = Fields(flows=Sums(float), balances=balances, state=Fields(lease=Fields(unpaid_rent_usd=unpaid, rent_usd=20.0)))
    lease_lenders.collect_rent(draw)
    assert (draw.flows["vehicle_bill_rent"], draw.flows["vehicle_collect_rent"]) == (20.0, 30.0 - kept)


@pytest.mark.parametrize(
    ("rent", "breach", "default", "fees", "interest", "repaid", "given", "owners"),
    [
        (30.0, 0.0, 0.0, 10.0, 10.0, 50.0, 0.0, 35.0),
        (100.0, 0.0, 0.0, 10.0, 10.0, 50.0, 35.0, 0.0),
        (100.0, 1.0, 0.0, 10.0, 10.0, 85.0, 0.0, 0.0),
        (3000.0, 1.0, 0.0, 10.0, 10.0, 1000.0, 0.0, 0.0),
        (30.0, 1.0, 1.0, 10.0, 10.0, 15.0, 0.0, 0.0),
        (30.0, 0.0, 1.0, 10.0, 10.0, 15.0, 0.0, 0.0),
        (10.0, 1.0, 1.0, 10.0, 5.0, 0.0, 0.0, 0.0),
        (2.0, 1.0, 1.0, 7.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_rent_pays_fees_then_interest_then_the_loan_then_the_owners(rent, breach, default, fees, interest, repaid, given, owners):
    lease = Fields(in_breach=breach, in_default=default, loan_due_usd=50.0)
    balances = Fields(vehicle_loan=-1000.0, vehicle_equipment=1200.0, vehicle_cash=5.0)
    terms = Fields(vehicle=Fields(fee_frac=0.1, debt_rate_frac=0.12))
    draw = Fields(flows=Sums(float, vehicle_collect_rent=rent), balances=balances, terms=terms, state=Fields(lease=lease))
    lease_lenders.serve_loan(draw)
    names = ("pay_fees", "pay_interest", "add_interest", "repay_loan", "distribute", "equity_in")
    assert [float(draw.flows[f"vehicle_{x}"]) for x in names] == pytest.approx([fees, interest, 10.0 - interest, repaid, given, owners])
    told(lease, net_rent_usd=rent - 10.0, debt_service_usd=60.0)


def quarter(t=4, cash=50.0, **changes):
    """A loan of 300 on machines worth 400; rent of 60 a quarter covers 45 of service at 1.2, and 80 % may be owed."""
    held = dict(failing_tests=0.0, in_default=0.0, in_breach=0.0, cures_left=1.0, machines_value_usd=500.0)
    held |= dict(quarter_rent_usd=40.0, quarter_service_usd=30.0, net_rent_usd=20.0, debt_service_usd=15.0)
    terms = dict(dscr_min=1.2, ltv_max_frac=0.8, lab_cash_min_usd=50.0, sweep_tests=1.0, cure_max_frac=0.5, value_kept=0.9)
    for name, value in changes.items():
        (held if name in held else terms)[name] = value
    flows = Sums(float, vehicle_buy=40.0, vehicle_draw_loan=30.0, vehicle_add_interest=5.0, vehicle_repay_loan=15.0)
    balances = Fields(vehicle_loan=-280.0, vehicle_equity=-100.0, lab_cash=cash)
    rents = Fields(rent_usd_per_mw_month=8.0, rent_before_usd_per_mw_month=10.0)
    draw = Fields(
        flows=flows, balances=balances, state=Fields(lease=Fields(**held), operations=rents), terms=Fields(vehicle=Fields(**terms))
    )
    draw.dates = Fields(vehicle_start=2)
    lease_lenders.hold_covenants(draw, t)
    return draw


def test_the_machines_value_follows_rents_and_wear_and_the_quarter_is_summed():
    draw = quarter(t=3)
    told(draw.state.lease, machines_value_usd=500.0 * 0.8 * 0.9 + 40.0, quarter_rent_usd=60.0, quarter_service_usd=45.0)
    told(quarter().state.lease, quarter_rent_usd=0.0, quarter_service_usd=0.0)
    assert quarter(t=7).state.lease.quarter_rent_usd == 0.0 and quarter(t=5).state.lease.quarter_rent_usd == 60.0


@pytest.mark.parametrize(
    ("changes", "failing", "breach", "default", "cured"),
    [
        ({}, 0.0, 0.0, 0.0, 0.0),
        ({"dscr_min": 4 / 3 + 0.01}, 1.0, 1.0, 0.0, 0.0),
        ({"dscr_min": 1.4, "failing_tests": 1.0}, 0.0, 0.0, 0.0, 3.0),
        ({"ltv_max_frac": 0.74, "failing_tests": 1.0}, 0.0, 0.0, 0.0, 4.0),
        ({"dscr_min": 1.4, "failing_tests": 1.0, "cures_left": 0.0}, 2.0, 1.0, 1.0, 0.0),
        ({"dscr_min": 1.4, "failing_tests": 1.0, "cure_max_frac": 0.02}, 2.0, 1.0, 1.0, 0.0),
        ({"dscr_min": 1.4, "failing_tests": 3.0, "in_default": 1.0}, 4.0, 1.0, 1.0, 0.0),
        ({"in_default": 1.0}, 0.0, 1.0, 1.0, 0.0),
        ({"cash": 49.0}, 1.0, 1.0, 0.0, 0.0),
        ({"cash": 49.0, "failing_tests": 1.0}, 2.0, 1.0, 1.0, 0.0),
        ({"cash": -9.0, "lab_cash_min_usd": 0.0}, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_a_failed_test_sweeps_then_is_cured_or_ends_in_default(changes, failing, breach, default, cured):
    draw = quarter(**changes)
    told(draw.state.lease, failing_tests=failing, in_breach=breach, in_default=default)
    assert (float(draw.flows["vehicle_equity_in"]), float(draw.flows["vehicle_repay_loan"])) == pytest.approx((cured, 15.0 + cured))
    assert draw.state.lease.cures_left == changes.get("cures_left", 1.0) - (cured > 0.0)


@pytest.mark.parametrize(
    ("changes", "bought", "credit"),
    [
        ({}, 240.0, 120.0),  # half of 600 by now, 100 bought: 120 of open credit, 80 of the bills; 40 of the extension
        ({"in_breach": 1.0}, 40.0, 0.0),
        ({"t": 9}, 120.0 + 90.0 + 40.0, 120.0),
        ({"payables": 20.0}, 90.0 + 40.0, 0.0),
        ({"bought_usd": 400.0}, 40.0, 0.0),
        ({"leased": 200.0}, 320.0, 120.0),
    ],
)
def test_the_vehicle_buys_open_credit_then_bills_as_its_plan_goes(changes, bought, credit):
    lease = Fields(bought_usd=changes.get("bought_usd", 100.0), in_breach=changes.get("in_breach", 0.0))
    before = lease.bought_usd
    flows = Sums(float, lab_pay_gpu=80.0, lab_pay_network=20.0, lab_pay_undisclosed_vendors=30.0)
    construction = Fields(machines_due_usd=30.0, leased_bill_usd=changes.get("leased", 40.0))
    draw = Fields(flows=flows, state=Fields(lease=lease, construction=construction), dates=Fields(vehicle_start=1))
    draw.balances = Fields(lab_undisclosed_payables=-changes.get("payables", 150.0))
    draw.terms = Fields(vehicle=Fields(purchase_usd=600.0, advance_months=6.0))
    assert lease_vehicle._purchase(draw, changes.get("t", 3)) == pytest.approx(bought)
    assert flows["lab_pay_undisclosed_vendors"] == pytest.approx(30.0 + credit)
    assert lease.bought_usd == pytest.approx(before + bought - construction.leased_bill_usd)


@pytest.mark.parametrize(("gross", "worn", "charge"), [(240.0, 0.0, 60.0), (240.0, 230.0, 10.0), (240.0, 250.0, 0.0)])
def test_a_purchase_is_lent_let_and_charged_over_the_term(monkeypatch, gross, worn, charge):
    for name in ("collect_rent", "serve_loan", "hold_covenants", "_finance_lease", "_operating_lease"):
        monkeypatch.setattr(lease_vehicle, name, lambda *_: None)
    monkeypatch.setattr(lease_vehicle, "_purchase", lambda *_: 100.0)
    timeline = Fields(rent_change_usd=np.zeros((8, 1)), loan_due_change_usd=np.zeros((8, 1)))
    timeline.rent_change_usd[1], timeline.loan_due_change_usd[1] = 3.0, 4.0
    draw = Fields(flows=Sums(float), timeline=timeline, dates=Fields(months=6), state=Fields(lease=Fields(rent_usd=7.0, loan_due_usd=9.0)))
    draw.balances = Fields(vehicle_equipment=gross, vehicle_equipment_acc=-worn)
    draw.terms = Fields(vehicle=Fields(debt_frac=0.8, rent_per_usd=0.3, term_months=4.0))
    lease_vehicle.run_vehicle(draw, 1)
    names = ("draw_loan", "equity_in", "buy", "depreciate")
    assert [float(draw.flows[f"vehicle_{x}"]) for x in names] == pytest.approx([80.0, 20.0, 100.0, charge])
    told(draw.state.lease, rent_usd=10.0, loan_due_usd=13.0)
    assert timeline.rent_change_usd[:, 0] == pytest.approx([0, 3, 30, 0, 0, 0, -30, 0])
    assert timeline.loan_due_change_usd[:, 0] == pytest.approx([0, 4, 20, 0, 0, 0, -20, 0])
    lease_vehicle._schedule(draw, timeline.rent_change_usd, 5.0, 4)
    assert timeline.rent_change_usd[:, 0] == pytest.approx([0, 3, 30, 0, 0, 5, -30, -5])


def test_wear_is_shared_out_by_what_it_is_for():
    """Half of the wear of machines is relieved; what halls, plant and leased machines cost is not."""
    wear = {"gpu": 40.0, "network": 10.0, "undisclosed": 30.0, "building": 7.0, "power": 5.0, "storage": 2.0}
    flows = Sums(float, {f"lab_depreciate_{name}": value for name, value in wear.items()})
    flows.update(lab_relieve_written_down=24.0, lab_relieve_sold=16.0, lab_accrete_lease_serving=1.0, lab_use_right_serving=2.0)
    flows.update(lab_accrete_lease_training=3.0, lab_use_right_training=4.0)
    assert [float(x) for x in machine_costs(flows)] == pytest.approx([42.0, 8.0, 7.0, 7.0, 24.0])
    assert [float(x) for x in machine_costs(Sums(float, lab_depreciate_power=5.0))] == [0.0, 0.0, 0.0, 5.0, 0.0]
