"""Rules of the ledger called by themselves, on plain numbers: loans, raises, the revolver and the tax year against hand-worked figures."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.company.ledger import committed_assets, financing, income_tax, lease_vehicle, operations, posting
from gigacampus.company.ledger.state_layout import DELAYED_DRAW, JOB_FUNCTIONS, NOTES, TERM_LOAN, VENDOR_FINANCING


class Sums(defaultdict):
    """Flows or balances that begin at zero, read and written as attributes."""

    __getattr__, __setattr__ = defaultdict.__getitem__, defaultdict.__setitem__


def loan(**changes):
    """120 drawn evenly over three months, four months of interest only, then eight of principal; 12 % a year."""
    told = dict.fromkeys(
        ("drawn_month", "of_platform", "discount_usd", "discount_per_month_frac", "refinanced_frac", "is_floating", "base_floor_frac"), 0
    )
    made = dict(kind=NOTES, principal_usd=120.0, rate_frac=0.12, drawn_per_month_frac=1 / 3, interest_only_months=4)
    return Fields(**{**told, **made, "repaid_per_month_frac": 1 / 8, **changes})


def months_of(one, count=16, short_rate_frac=0.05):
    """Flows of each month of a loan's age."""
    out = []
    for age in range(count):
        draw = Fields(flows=Sums(float), paths=Fields(short_rate_frac=short_rate_frac))
        financing._serve_loan(draw, one, age)
        out.append(draw.flows)
    return out


def column(rows, name):
    return [float(row[name]) for row in rows]


def test_a_loan_is_drawn_evenly_bears_interest_on_what_is_owed_and_is_repaid_level():
    rows = months_of(loan())
    assert column(rows, "lab_draw_notes") == pytest.approx([40.0] * 3 + [0.0] * 13)
    assert column(rows, "lab_repay_notes") == pytest.approx([0.0] * 5 + [15.0] * 8 + [0.0] * 3)
    owed = [0.0, 40.0, 80.0, 120.0, 120.0, 120.0, 105.0, 90.0, 75.0, 60.0, 45.0, 30.0, 15.0, 0.0, 0.0, 0.0]
    assert column(rows, "lab_accrue_interest") == pytest.approx([0.01 * x for x in owed])


def test_a_refinanced_share_stays_owed_and_is_not_repaid():
    rows = months_of(loan(refinanced_frac=0.25))
    assert column(rows, "lab_repay_notes")[5:13] == pytest.approx([11.25] * 8)
    assert column(rows, "lab_accrue_interest")[-1] == pytest.approx(0.01 * 30.0)


@pytest.mark.parametrize(("short", "floor", "base"), [(0.05, 0.03, 0.05), (0.02, 0.03, 0.03)])
def test_a_floating_rate_is_the_spread_over_the_short_rate_or_its_floor(short, floor, base):
    rows = months_of(loan(is_floating=1, base_floor_frac=floor), short_rate_frac=short)
    assert rows[4]["lab_accrue_interest"] == pytest.approx(120.0 * (0.12 + base) / 12.0)


def test_a_discount_is_paid_once_and_written_off_evenly_over_the_term():
    rows = months_of(loan(discount_usd=12.0, discount_per_month_frac=1 / 12))
    assert column(rows, "lab_pay_discount") == [12.0] + [0.0] * 15
    assert column(rows, "lab_amortise_discount") == pytest.approx([1.0] * 12 + [0.0] * 4)
    before = months_of(loan(discount_usd=12.0, discount_per_month_frac=1 / 12, drawn_month=-3))
    assert not any("lab_pay_discount" in row or "lab_amortise_discount" in row for row in before)


KINDS = {NOTES: "notes", TERM_LOAN: "term_loan", DELAYED_DRAW: "delayed_draw", VENDOR_FINANCING: "vendor_financing"}


@pytest.mark.parametrize(("kind", "of_platform"), [(k, 0) for k in KINDS] + [(NOTES, 1), (TERM_LOAN, 1)])
def test_each_kind_of_debt_is_booked_to_its_own_line_of_its_own_borrower(kind, of_platform):
    who = "platform" if of_platform else "lab"
    (row,) = months_of(loan(kind=kind, of_platform=of_platform), count=1)
    assert {name for name, value in row.items() if value} == {f"{who}_draw_{KINDS[kind]}"}
    last = months_of(loan(kind=kind, of_platform=of_platform))[8]
    assert {name for name, value in last.items() if value} == {f"{who}_repay_{KINDS[kind]}", f"{who}_accrue_interest"}


def servicing(t, loans=(), **balances):
    terms = Fields(policy_debt_rate_frac=0.12, revolver_rate_frac=0.06)
    draw = Fields(
        flows=Sums(float), balances=Sums(float, balances), terms=terms, dates=Fields(platform_on=0), paths=Fields(short_rate_frac=0.03)
    )
    draw.timeline = Fields(policy_debt_due_usd=np.array([0.0, 70.0, 0.0]))
    financing.service_debt(draw, loans, t)
    return draw.flows


def test_interest_runs_on_what_was_owed_and_what_was_held_at_the_month_s_beginning():
    flows = servicing(1, lab_policy_debt=-1000.0, lab_revolver=-500.0, lab_accrued_interest=-9.0, lab_cash=400.0)
    assert flows["lab_accrue_interest"] == pytest.approx(10.0 + 2.5)
    assert (flows["lab_pay_interest"], flows["lab_repay_policy_debt"]) == (9.0, 70.0)
    assert flows["lab_earn_interest"] == pytest.approx(1.0)
    assert servicing(0, lab_cash=-400.0)["lab_earn_interest"] == 0.0


def test_a_loan_is_served_from_the_month_of_its_draw_and_one_of_the_platform_where_there_is_a_platform():
    later, other = loan(drawn_month=1), loan(of_platform=1)
    assert servicing(0, [later, other])["lab_draw_notes"] == 0.0
    first = servicing(1, [later, other])
    assert first["lab_draw_notes"] == pytest.approx(40.0) and first["platform_draw_notes"] == 0.0


def raising(monkeypatch, t=10, burn=10.0, cash=50.0, **changes):
    """A company that burns 10 a month, asks below six months of cash for twelve months of it, and sells no more than a fifth."""
    monkeypatch.setattr(financing, "recent_burn", lambda *_: burn)
    monkeypatch.setattr(financing, "reach", lambda *_: cash)
    terms = dict(
        trigger_months_of_cash=6.0, urgent_months_of_cash=2.0, success_frac=1.0, raise_luck_quantile=0.0, gap_months=9, retry_months=3
    )
    more = dict(size_months_of_burn=12.0, min_raise_usd=80.0, max_sold_frac=0.2, policy_debt_frac=0.25, policy_debt_term_months=24)
    dates = dict(may_raise=1, as_of=4, history_months=0, months=30)
    state = Fields(raising=Fields(next_try_month=0.0, next_urgent_month=0.0), levels=Fields(pre_money_usd=1000.0))
    terms |= more
    for name, value in changes.items():
        (terms if name in terms else dates if name in dates else vars(state.raising) if "next" in name else vars(state.levels))[name] = (
            value
        )
    timeline = Fields(policy_debt_due_usd=np.zeros((32, 1)))
    draw = Fields(flows=Sums(float), terms=Fields(**terms), dates=Fields(**dates), state=state, timeline=timeline)
    financing.raise_by_policy(draw, t)
    return draw


def test_a_raise_brings_its_months_of_burn_part_in_equity_part_in_debt_due_at_the_end_of_its_term(monkeypatch):
    draw = raising(monkeypatch)
    assert (float(draw.flows["lab_raise_policy"]), float(draw.flows["lab_draw_policy_debt"])) == pytest.approx((90.0, 30.0))
    assert float(draw.state.raising.raised_usd) == pytest.approx(120.0)
    assert draw.state.raising.kept_policy_frac == pytest.approx(1.0 - 90.0 / 1090.0)
    assert draw.state.levels.pre_money_usd == pytest.approx(1090.0)
    assert (draw.state.raising.next_try_month, draw.state.raising.next_urgent_month) == (19, 13)


def test_policy_debt_falls_due_after_its_term_or_beyond_the_horizon(monkeypatch):
    for term, due in ((12, 22), (24, 30)):
        owed = raising(monkeypatch, policy_debt_term_months=term).timeline.policy_debt_due_usd[:, 0]
        assert list(np.flatnonzero(owed)) == [due] and owed[due] == pytest.approx(30.0)


def test_a_raise_is_never_below_its_least_size_nor_above_the_share_that_may_be_sold(monkeypatch):
    assert float(raising(monkeypatch, size_months_of_burn=1.0).state.raising.raised_usd) == pytest.approx(80.0)
    capped = raising(monkeypatch, pre_money_usd=100.0)
    assert float(capped.flows["lab_raise_policy"]) == pytest.approx(25.0) and capped.state.raising.kept_policy_frac == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"cash": 59.0}, True),
        ({"cash": 60.0}, False),
        ({"burn": 0.0, "cash": -1.0}, False),
        ({"burn": 0.5, "cash": 2.0}, True),
        ({"burn": 0.5, "cash": 0.9, "next_try_month": 11.0}, True),
        ({"t": 5, "success_frac": 0.0}, False),
        ({"next_try_month": 10.0}, True),
        ({"next_try_month": 11.0}, False),
        ({"next_try_month": 11.0, "cash": 19.0}, True),
        ({"next_try_month": 11.0, "cash": 20.0}, False),
        ({"next_try_month": 11.0, "next_urgent_month": 11.0, "cash": 19.0}, False),
        ({"may_raise": 0}, False),
        ({"as_of": 10}, False),
        ({"as_of": 9}, True),
        ({"history_months": 11}, False),
        ({"history_months": 10}, True),
    ],
)
def test_investors_are_asked_below_the_trigger_after_the_gap_and_not_in_the_past(monkeypatch, changes, asked):
    assert (float(raising(monkeypatch, **changes).state.raising.raised_usd) > 0.0) is asked


def test_a_failed_attempt_waits_for_the_next_one_and_luck_walks_by_the_golden_step(monkeypatch):
    lost = raising(monkeypatch, success_frac=0.05, raise_luck_quantile=0.0)  # month 10, as of 4: five steps of 0.618 end at 0.0902
    assert float(lost.state.raising.raised_usd) == 0.0 and lost.state.raising.next_try_month == 13
    assert float(raising(monkeypatch, success_frac=0.1).state.raising.raised_usd) > 0.0


def test_a_dated_round_sells_at_its_stated_price_and_moves_the_next_attempt(monkeypatch):
    draw = raising(monkeypatch, may_raise=0)
    rounds = [Fields(month=10, raised_usd=200.0, equity_frac=0.75, post_money_usd=600.0), Fields(month=11, raised_usd=9.0)]
    financing.take_rounds(draw, rounds, 10)
    assert (float(draw.flows["lab_raise_dated"]), float(draw.flows["lab_draw_policy_debt"])) == (150.0, 50.0)
    assert draw.state.raising.kept_dated_frac == pytest.approx(0.75) and draw.state.levels.pre_money_usd == 600.0
    assert draw.state.raising.next_try_month == 19


def plugged(monkeypatch, cash, drawn=0.0, arrears=0.0, rent=0.0, bills=0.0):
    """A revolver of 100 that keeps cash at 10, and arrears for what it cannot reach."""
    monkeypatch.setattr(financing, "support", lambda *_: None)
    monkeypatch.setattr(financing.statement_sums, "lab_cash", lambda _: 0.0)
    monkeypatch.setattr(financing.flow_sums, "bills", lambda _: bills)
    balances = Fields(lab_cash=cash, lab_revolver=-drawn, lab_arrears=-arrears)
    draw = Fields(flows=Sums(float), balances=balances, terms=Fields(draw_below_usd=10.0, revolver_limit_usd=100.0))
    draw.flows["lab_pay_lease"], draw.state = rent, Fields(lease=Fields())
    financing.plug(draw, (), 0)
    names = ("lab_draw_revolver", "lab_repay_revolver", "lab_fall_behind", "lab_catch_up")
    return [float(draw.flows[name]) for name in names], float(draw.state.lease.unpaid_rent_usd)


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        ({"cash": 4.0}, [6.0, 0.0, 0.0, 0.0]),
        ({"cash": 50.0, "drawn": 60.0}, [0.0, 30.0, 0.0, 0.0]),
        ({"cash": 90.0, "drawn": 60.0, "arrears": 7.0}, [0.0, 60.0, 0.0, 7.0]),
        ({"cash": 15.0, "drawn": 60.0}, [0.0, 0.0, 0.0, 0.0]),
        ({"cash": -95.0, "drawn": 40.0}, [60.0, 0.0, 35.0, 0.0]),
        ({"cash": -95.0, "drawn": 130.0}, [0.0, 0.0, 95.0, 0.0]),
        ({"cash": 12.0, "arrears": 30.0}, [0.0, 0.0, 0.0, 12.0]),
    ],
)
def test_the_revolver_tops_cash_up_is_repaid_from_what_is_over_and_the_rest_is_owed(monkeypatch, given, moved):
    assert plugged(monkeypatch, **given)[0] == pytest.approx(moved)


def test_rent_is_the_last_bill_to_go_unpaid(monkeypatch):
    assert plugged(monkeypatch, cash=-130.0, rent=50.0, bills=80.0)[1] == pytest.approx(0.0)  # 30 behind, others owe 30
    assert plugged(monkeypatch, cash=-145.0, rent=50.0, bills=80.0)[1] == pytest.approx(15.0)  # 45 behind, others owe 30
    assert plugged(monkeypatch, cash=-300.0, rent=50.0, bills=80.0)[1] == pytest.approx(50.0)


def spent(equipment, building):
    return Fields(equipment_usd=np.array(equipment), building_usd=np.array(building))


@pytest.mark.parametrize("bonus", [0.0, 0.4, 1.0])
def test_what_was_deducted_and_what_is_not_yet_add_up_to_the_cost(bonus):
    """Of plant that entered service in several years, at the end of each year."""
    timeline, terms = spent([100.0, 0.0, 60.0, 10.0] + [0.0] * 6, [390.0, 78.0, 0.0, 39.0] + [0.0] * 6), Fields(bonus_frac=bonus)
    deducted = np.cumsum([income_tax._deducted(timeline, terms, year) for year in range(10)])
    left = np.array([income_tax._undeducted(timeline, terms, year) for year in range(10)])
    cost = np.cumsum(timeline.equipment_usd + timeline.building_usd)
    assert deducted + left == pytest.approx(cost)


def test_deductions_of_the_first_two_years_by_the_printed_table():
    timeline, terms = spent([100.0, 0.0], [390.0, 0.0]), Fields(bonus_frac=0.4)
    # 40 at once, then 20 % and 32 % of 60; buildings half of 10, then 10.
    assert [income_tax._deducted(timeline, terms, year) for year in (0, 1)] == pytest.approx([40.0 + 12.0 + 5.0, 19.2 + 10.0])
    assert income_tax._undeducted(timeline, terms, 0) == pytest.approx(48.0 + 385.0)


@pytest.mark.parametrize(
    ("income", "old", "new", "taxed", "left_old", "left_new"),
    [
        (100.0, 30.0, 90.0, 20.0, 10.0, 30.0),  # 20 of the old within the owner-change limit, 60 of the new within 80 %
        (100.0, 5.0, 10.0, 85.0, 0.0, 0.0),
        (-40.0, 30.0, 90.0, 0.0, 30.0, 130.0),
    ],
)
def test_each_loss_is_used_once_within_its_limits(income, old, new, taxed, left_old, left_new):
    terms, tax = Fields(nol_limit_frac=0.8, owner_change_limit_usd=20.0), Fields(old_nol_usd=old, nol_usd=new)
    assert income_tax._after_losses(terms, tax, income) == pytest.approx(taxed)
    assert (tax.old_nol_usd, tax.nol_usd) == pytest.approx((left_old, left_new))


def test_state_tax_is_deducted_from_federal_income():
    assert income_tax.tax_rate(Fields(federal_frac=0.21, state_frac=0.05)) == pytest.approx(0.2495)


@pytest.mark.parametrize(("kind", "of_platform"), [(k, 0) for k in KINDS] + [(NOTES, 1), (TERM_LOAN, 1)])
@pytest.mark.parametrize("age", [1, 2, 3, 7, 13])
def test_a_loan_drawn_before_the_start_opens_at_what_its_months_until_then_left(kind, of_platform, age):
    one, line = loan(kind=kind, of_platform=of_platform, refinanced_frac=0.25, drawn_month=-age), KINDS[kind]
    balances, who = Sums(float), "platform" if of_platform else "lab"
    posting._open_loan(balances, Fields(platform_on=1), one)
    before = months_of(one, count=age)
    left = sum(column(before, f"{who}_draw_{line}")) - sum(column(before, f"{who}_repay_{line}"))
    assert {name: -float(v) for name, v in balances.items()} == pytest.approx({f"{who}_{line}": left})


def test_a_loan_of_a_platform_that_there_is_not_or_of_today_opens_nothing():
    balances = Sums(float)
    for one, on in ((loan(of_platform=1, drawn_month=-3), 0), (loan(drawn_month=0), 1)):
        posting._open_loan(balances, Fields(platform_on=on), one)
    assert not balances


def leased(is_finance, rent=30.0):
    """A vehicle that bought for 100 this month and lets machines whose liability is 1,000 at 12 % a year; a quarter of the cost serves."""
    vehicle = Fields(is_finance_lease=is_finance, lease_rate_frac=0.12, incremental_rate_frac=0.12, right_of_use_per_usd=0.9)
    balances = Fields(lab_lease_liability=-1000.0, lab_operating_lease_liability=-1000.0)
    state = Fields(lease=Fields(rent_usd=rent), operations=Fields(serving_cost_frac=0.25))
    draw = Fields(flows=Sums(float), balances=balances, terms=Fields(vehicle=vehicle), state=state)
    lease_vehicle._finance_lease(draw, 100.0)
    lease_vehicle._operating_lease(draw, 100.0)
    return draw.flows


def test_a_finance_lease_brings_cash_bears_interest_and_pays_no_more_than_is_owed():
    flows = leased(1.0)
    assert (flows["lab_lease_proceeds"], flows["lab_accrue_lease"], flows["lab_pay_lease"]) == pytest.approx((100.0, 10.0, 30.0))
    assert flows["lab_pay_operating_lease"] == flows["lab_sell_machines"] == flows["lab_take_right_of_use"] == 0.0
    assert leased(1.0, rent=2000.0)["lab_pay_lease"] == pytest.approx(1010.0)


def test_an_operating_lease_sells_the_machines_and_costs_its_rent_by_what_they_do():
    flows = leased(0.0)
    assert (flows["lab_sell_machines"], flows["lab_take_right_of_use"], flows["lab_pay_operating_lease"]) == pytest.approx(
        (100.0, 90.0, 30.0)
    )
    assert flows["lab_lease_proceeds"] == flows["lab_pay_lease"] == 0.0
    accreted, used = ([float(flows[f"lab_{x}_{y}"]) for y in ("serving", "training")] for x in ("accrete_lease", "use_right"))
    assert accreted == pytest.approx([2.5, 7.5]) and used == pytest.approx([5.0, 15.0])


def customers(**changes):
    """Subscriptions of 10 of which half are billed a year ahead; 40 invoiced and 90 still open, due after half a month."""
    told = {"lab_earn_subscriptions": 10.0, "lab_bill_api": 40.0, "lab_bill_rental": 0.0, "lab_use_prepayment": 0.0}
    balances = {"lab_deferred_revenue": -20.0, "lab_receivables": 90.0}
    terms = Fields(annual_plan_frac=0.5, receivable_days=365.0 / 24.0)
    held = Sums(float, {**balances, **{k: v for k, v in changes.items() if k in balances}})
    flows = Sums(float, {**told, **{k: v for k, v in changes.items() if k in told}})
    operations._collect(Fields(flows=flows, balances=held, terms=terms))
    return [float(flows[f"lab_{x}"]) for x in ("bill_subscriptions", "collect")]


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({}, [17.5, 110.0]),  # 10 and 5 x 11 / 2 ahead, less 20 held; 130 due, of which 20 are not yet
        ({"lab_deferred_revenue": -100.0}, [0.0, 110.0]),
        ({"lab_bill_rental": 8.0, "lab_use_prepayment": 8.0}, [17.5, 106.0]),
        ({"lab_bill_rental": 8.0, "lab_use_prepayment": 5.0}, [17.5, 109.0]),
        ({"lab_bill_rental": 8.0}, [17.5, 114.0]),
        ({"lab_receivables": -35.0}, [17.5, 0.0]),
    ],
)
def test_customers_pay_ahead_at_their_days_and_out_of_what_they_paid_before(changes, moved):
    assert customers(**changes) == pytest.approx(moved)


def test_governments_pay_from_their_month_on():
    for t, billed in ((4, 7.0), (5, 17.0), (6, 17.0)):
        physics = Fields(tokens_from_cars=2.0, tokens_from_robots=3.0, tokens_from_agents=4.0)
        rates = {f"{x}_usd_per_million_tokens": y for x, y in (("car", 5.0), ("robot", 6.0), ("agent", 7.0))}
        terms, paths = Fields(government_usd_per_year=120.0, **rates), Fields(awards_usd=7.0)
        draw = Fields(flows=Sums(float), terms=terms, physics=physics, paths=paths, dates=Fields(government_start=5))
        operations._sell_to_others(draw, 0.5, t)
        names = ("cars", "robots", "agents", "government")
        assert [draw.flows[f"lab_bill_{x}"] for x in names] == pytest.approx([5.0, 9.0, 14.0, billed])


@pytest.mark.parametrize("function", range(len(JOB_FUNCTIONS)))
def test_wages_hiring_and_stock_of_a_function(function):
    """Eight of ten wanted may be held; of six a hundredth left, so 2.06 are hired at 5,000 each."""
    people = dict(function=function, headcount=10.0, headcount_max=8.0, headcount_before=6.0, attrition_per_year=0.12, platform_frac=0.5)
    job = Fields(**people, cash_usd_per_year=120e3, hire_cost_usd=5e3, stock_usd_per_year=24e3)
    draw = Fields(flows=Sums(float), state=Fields(operations=Fields(), levels=Fields(inflation=1.1)))
    operations.employ(draw, [job])
    want = {f"lab_staff_{JOB_FUNCTIONS[function]}": 1.1 * (80e3 + 10.3e3), "lab_grant_stock": 16e3}
    assert {k: float(v) for k, v in draw.flows.items()} == pytest.approx(want)
    assert draw.state.operations.platform_staff_usd == pytest.approx(0.5 * 1.1 * 90.3e3) and job.headcount_before == 8.0
    job.headcount = 1.0
    draw.flows.clear()
    operations.employ(draw, [job])
    assert draw.flows[f"lab_staff_{JOB_FUNCTIONS[function]}"] == pytest.approx(1.1 * 10e3)


def test_a_vintage_is_charged_over_its_life_and_its_refresh_over_the_next():
    """120 that serve from the first month for four, then half of them once more."""
    series, terms = np.full((12, 1), 120.0), Fields(refresh_frac=0.5, opening_fleet_age_months=0)
    rows = [committed_assets._vintages(Fields(terms=terms), series, 4.0, 2, float(t)) for t in range(12)]
    entered, left, charge = ([float(np.squeeze(row[i])) for row in rows] for i in range(3))
    assert entered == [120.0] * 4 + [180.0] * 8
    assert left == [0.0] * 4 + [120.0] * 4 + [180.0] * 4
    assert charge == [30.0] * 4 + [15.0] * 4 + [0.0] * 4
