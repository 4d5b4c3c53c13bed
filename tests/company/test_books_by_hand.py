"""Opening, looking up and closing the books, tenants, the platform, write-downs and lists of the scenario on small numbers, by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.company.finance.impairment import cash_of_machines, growing_sum
from gigacampus.company.ledger import balance_sums, impairment, merged_affiliate, platform, posting, scenario_lists, tenants
from gigacampus.company.ledger.records import hints_of
from gigacampus.company.ledger.state_layout import JOB_FUNCTIONS, LOAN_KINDS, NEVER, PhaseStep, Physics
from gigacampus.foundation.calendar import Months
from tests.company.test_ledger_rules import Sums, loan
from tests.company.test_month_by_hand import told


def test_the_books_open_with_paid_in_capital_and_the_deficit_that_closes_them():
    opened = Fields(opening_cash_usd=3.0, opening_plant_usd=40.0, goodwill_usd=5.0)
    terms = Fields(opening_cash_usd=100.0, opening_paid_in_usd=900.0, opening_nol_usd=77.0, platform=opened)
    for on in (0, 1):
        balances = Sums(float, lab_gpu=500.0)
        draw = Fields(balances=balances, terms=terms, dates=Fields(platform_on=on), state=Fields(tax=Fields()))
        posting.open_books(draw, [loan(drawn_month=-3), loan(drawn_month=-3, of_platform=1)])
        assert (balances["lab_cash"], balances["lab_preferred_opening"], balances["lab_notes"]) == (100.0, -900.0, pytest.approx(-120.0))
        assert balances["lab_opening_deficit"] == pytest.approx(900.0 + 120.0 - 500.0 - 100.0)
        assert balances["platform_paid_in"] == pytest.approx(-(48.0 - 120.0) if on else 0.0)
        assert balance_sums.held_lab(balances) == pytest.approx(0.0) and balance_sums.held_platform(balances) == pytest.approx(0.0)
        assert draw.state.tax.old_nol_usd == 77.0
        names = ("platform_cash", "platform_plant", "platform_goodwill")
        assert [balances[name] for name in names] == ([3.0, 40.0, 5.0] if on else [0.0] * 3)


LEVELS = ("inflation", "arpu_usd_per_month", "token_price", "rent_usd_per_mw_month", "gas_usd_per_mmbtu", "pre_money_usd")
FACTORS = ("inflation", "arpu", "token_price", "rent", "gas", "pre_money")


@pytest.mark.parametrize(("t", "on"), [(0, 1), (1, 1), (2, 0)])
def test_levels_move_by_their_own_factor_from_the_second_month_on(t, on):
    levels = Fields(**{name: 10.0 + k for k, name in enumerate(LEVELS)})
    growth = Fields(**{name: 1.0 + 0.1 * (k + 1) for k, name in enumerate(FACTORS)})
    sales, own = Fields(advertising_usd=50.0, subscriptions_usd=60.0), Fields(advertising_growth=1.5, subscriptions_growth=1.7)
    state = Fields(levels=levels, operations=Fields(rent_usd_per_mw_month=8.0), platform_levels=sales)
    people = [Fields(headcount=100.0, growth=1.2)]
    draw = Fields(state=state, terms=Fields(growth=growth, platform=own), paths=Fields(rent_factor=0.5), dates=Fields(platform_on=on))
    posting.grow(draw, people, t)
    told(levels, **{name: (10.0 + k) * (1.0 + 0.1 * (k + 1) if t else 1.0) for k, name in enumerate(LEVELS)})
    told(state.operations, rent_before_usd_per_mw_month=8.0, rent_usd_per_mw_month=0.5 * levels.rent_usd_per_mw_month)
    moved = t > 0 and on == 1
    assert (sales.advertising_usd, sales.subscriptions_usd) == pytest.approx((75.0, 102.0) if moved else (50.0, 60.0))
    assert people[0].headcount == pytest.approx(120.0 if t else 100.0)


def test_physics_of_a_month_are_those_of_today_and_of_the_phases_in_service_in_order():
    world = Fields(**{name: float(k) for k, name in enumerate(hints_of(Physics))})
    steps = [Fields(**{name: 100.0 * 10**j * (k + 1) for k, name in enumerate(hints_of(PhaseStep))}) for j in range(4)]
    months = [(0, 1.0, 4.0), (0, 0.0, 9.0), (1, 2.0, 3.0), (1, 0.0, 0.0)]  # campus, ordered, lead
    for t, ready in ((4, [0, 0, 0, 0]), (5, [1, 0, 1, 1]), (9, [1, 1, 1, 1])):
        phases = [Fields(campus=c, ordered_month=o, lead_months=lead) for c, o, lead in months]
        physics = Fields()
        posting.look_up(physics, world, steps, phases, t)
        assert [float(p.in_service) for p in phases] == ready
        want = {
            name: world.__dict__[name] + sum(r * getattr(s, name, 0.0) for r, s in zip(ready, steps, strict=True)) for name in vars(world)
        }
        assert {name: float(value) for name, value in vars(physics).items()} == pytest.approx(want)


def test_recent_burn_is_the_mean_of_the_months_that_there_are():
    timeline = Fields(burnt_usd=np.array([0.0, -10.0, -40.0, -50.0, -48.0])[:, None])
    for t, span, burn in ((4, 2.0, 4.0), (4, 9.0, 12.0), (3, 1.0, 10.0), (1, 3.0, 10.0), (0, 3.0, 0.0)):
        draw = Fields(timeline=timeline, terms=Fields(burn_span_months=np.array([span])))
        assert float(posting.recent_burn(draw, t)[0]) == pytest.approx(burn)
    flows = Sums(float, lab_pay_gpu=30.0, lab_collect=100.0, lab_pay_lease=7.0, lab_raise_policy=999.0, lab_pay_staff=20.0)
    assert posting.free_cash(flows) == pytest.approx(43.0)
    draw = Fields(balances=Sums(float), flows=flows, timeline=timeline)
    posting.close(draw, 1)
    assert timeline.burnt_usd[2, 0] == pytest.approx(33.0) and draw.balances["lab_cash"] == pytest.approx(1042.0)
    assert [posting.tax_year(Fields(first_calendar_month=m), t) for m, t in ((0, 11), (0, 12), (6, 5), (6, 6))] == [0, 1, 0, 1]
    assert [float(posting.owed(x)) for x in (-5.0, 0.0, 5.0)] == [5.0, 0.0, 0.0]


TENANT = dict(it_mw=10.0, share_frac=0.1, start_month=2.0, end_month=float(NEVER), is_asking=0.0, contract_usd_per_mw_month=6.0)
TENANT |= dict(has_contract_price=1.0, term_months=4.0, lasts_months=10.0, pays_months=99.0, returned_months=2.0, prepaid_months=0.0)
TENANT |= dict(begun_month=float(NEVER), signed_mw=0.0, rent_usd_per_mw_month=0.0, prepaid_usd=0.0, let_mw=0.0, bill_usd=0.0)


def let(months, market=8.0, it_mw=100.0, serving=0.5, as_of=0, history=0, cash=1e9, **changes):
    """What one tenant has and is billed month by month, and what is paid ahead and used of it."""
    tenant, out = Fields(**{**TENANT, **changes}), []
    for t in months:
        held = Fields(serving_frac=serving, rent_usd_per_mw_month=market + t)
        letting = Fields(own_research_frac=0.3, ample_cash_months=10.0, own_use_usd_per_mw_month=12.0)
        draw = Fields(flows=Sums(float), state=Fields(operations=held), physics=Fields(it_mw=it_mw), terms=Fields(letting=letting))
        draw.dates, draw.balances = Fields(as_of=as_of, history_months=history), Fields(lab_cash=cash)
        draw.timeline, draw.terms.burn_span_months = Fields(burnt_usd=-5.0 * np.arange(40.0)[:, None]), np.array([1.0])
        tenants.let_machines(draw, [tenant], t)
        flows = [draw.flows[f"lab_{x}"] for x in ("bill_rental", "prepay_rental", "use_prepayment")]
        out.append([float(np.squeeze(x)) for x in (tenant.let_mw, *flows, held.rented_frac)])
    return np.array(out)


def test_a_signed_tenant_has_its_machines_from_its_day_to_the_end_of_its_lease():
    """10 MW and a tenth of 100 at 6, at the market's rent from each renewal on."""
    rows = let(range(14))
    has = [0.0] * 2 + [20.0] * 10 + [0.0] * 2
    assert rows[:, 0] == pytest.approx(has) and rows[:, 4] == pytest.approx(np.array(has) / 100.0)
    rents = np.array([0.0] * 2 + [6.0] * 4 + [14.0] * 4 + [18.0] * 2 + [0.0] * 2)
    assert rows[:, 1] == pytest.approx(20.0 * rents)
    assert let(range(14), has_contract_price=0.0)[:, 1] == pytest.approx(20.0 * (8.0 + np.arange(14)) * (rents > 0))
    assert let(range(14), end_month=5.0)[:, 0] == pytest.approx([0.0] * 2 + [20.0] * 3 + [0.0] * 9)
    assert let(range(6), it_mw=8.0)[:, 0] == pytest.approx([0.0] * 2 + [8.0] * 4)
    assert let(range(6), history=4)[:, 1] == pytest.approx([0.0] * 4 + [120.0] * 2)


def test_who_stops_paying_keeps_machines_until_they_are_taken_back():
    rows = let(range(9), pays_months=3.0)
    assert rows[:, 0] == pytest.approx([0.0] * 2 + [20.0] * 5 + [0.0] * 2) and rows[:, 1] == pytest.approx(
        [0.0] * 2 + [120.0] * 3 + [0.0] * 4
    )


def test_rent_paid_ahead_is_used_month_by_month_and_kept_at_the_end():
    rows = let(range(6), prepaid_months=2.5, pays_months=2.0, returned_months=0.0)
    assert rows[:, 2] == pytest.approx([0.0, 0.0, 300.0, 0.0, 0.0, 0.0]) and rows[:, 3] == pytest.approx([0.0, 0.0, 0.0, 120.0, 180.0, 0.0])
    assert rows[:, 1] == pytest.approx([0.0, 0.0, 120.0, 120.0, 180.0, 0.0])
    assert not let(range(3), prepaid_months=2.5, start_month=0.0)[0, 2]


@pytest.mark.parametrize(
    ("changes", "mw"),
    [
        ({}, 0.0),  # 6 is offered where own use is worth 12
        ({"contract_usd_per_mw_month": 12.0}, 20.0),
        ({"cash": 25.0}, 20.0),  # half of ten months' burn of 5: own use is worth 6
        ({"cash": 26.0}, 0.0),
        ({"has_contract_price": 0.0, "market": 9.0}, 20.0),
        ({"has_contract_price": 0.0, "market": 8.9}, 0.0),
        ({"contract_usd_per_mw_month": 12.0, "serving": 0.65}, 5.0),  # of 100 MW 65 serve and 30 are kept for research
        ({"contract_usd_per_mw_month": 12.0, "serving": 0.7}, 0.0),
        ({"contract_usd_per_mw_month": 12.0, "as_of": 3}, 0.0),
        ({"contract_usd_per_mw_month": 12.0, "start_month": 4.0}, 0.0),
        ({"contract_usd_per_mw_month": 12.0, "end_month": 3.0}, 0.0),
    ],
)
def test_who_asks_gets_what_is_spare_at_a_rent_above_own_use(changes, mw):
    assert let([3], is_asking=1.0, **changes)[0, 0] == pytest.approx(mw)


def test_a_month_of_the_platform():
    terms = dict(activity_factor=0.5, data_usd=8.0, licence_usd=6.0, cost_frac=0.25, fixed_usd=10.0, capex_usd=3.0, plant_life_months=20.0)
    state = Fields(platform_levels=Fields(advertising_usd=100.0, subscriptions_usd=40.0), levels=Fields(inflation=1.1))
    state.operations = Fields(platform_staff_usd=2.0)
    balances = Sums(float, lab_due_to_platform=-4.0, platform_payables=-7.0, platform_receivables=9.0, platform_plant=60.0)
    balances.update(platform_plant_acc=-59.0, platform_accrued_interest=-1.5, platform_cash=1000.0, platform_due_to_lab=-30.0)
    draw = Fields(flows=Sums(float), balances=balances, terms=Fields(platform=Fields(**terms, cash_floor_usd=100.0)), state=state)
    draw.dates = Fields(supported_by_lab=1)
    platform.run_platform(draw)
    want = {"bill_advertising": 50.0, "earn_subscriptions": 20.0, "bill_data": 4.0, "bill_lab": 3.0, "collect_lab": 4.0, "pay_vendors": 7.0}
    want |= {"cost_of_revenue": 18.5, "operating_cost": 11.0, "collect": 9.0, "lab_staff": 2.0, "buy_plant": 3.0, "depreciate": 1.0}
    want |= {"retire": 3.0, "pay_interest": 1.5, "borrow_from_lab": 0.0, "repay_lab": 30.0}
    assert {name: float(draw.flows[f"platform_{name}"]) for name in want} == pytest.approx(want)
    lab = {"data_platform": 3.0, "pay_platform": 4.0, "charge_platform_staff": 2.0, "lend_platform": 0.0, "platform_repays": 30.0}
    assert {name: float(draw.flows[f"lab_{name}"]) for name in lab} == pytest.approx(lab)


@pytest.mark.parametrize(
    ("cash", "on", "lent", "back"),
    [(40.0, 1, 60.0, 0.0), (40.0, 0, 0.0, 0.0), (-40.0, 0, 40.0, 0.0), (215.0, 1, 0.0, 15.0), (150.0, 1, 0.0, 0.0)],
)
def test_the_lab_lends_up_to_the_floor_and_is_repaid_from_twice_the_floor(cash, on, lent, back):
    balances = Sums(float, platform_cash=cash, platform_due_to_lab=-30.0)
    draw = Fields(
        flows=Sums(float), balances=balances, terms=Fields(platform=Fields(cash_floor_usd=100.0)), dates=Fields(supported_by_lab=on)
    )
    platform._lend(draw)
    names = ("lab_lend_platform", "platform_borrow_from_lab", "lab_platform_repays", "platform_repay_lab")
    assert [float(draw.flows[x]) for x in names] == [lent, lent, back, back]


@pytest.mark.parametrize(("wear", "worn"), [(10.0, 60.0), (0.0, 1.0)])
def test_a_test_of_machines_against_what_letting_or_serving_brings(wear, worn):
    """Machines of 100 with part of twenty months left: 30 a month of rent over 12 of cost, or 20 of sales over 5 of cost."""
    gross, left = 100.0, 20.0 * (100.0 - worn) / 100.0
    balances = Sums(float, lab_gpu=70.0, lab_network=30.0, lab_gpu_acc=-worn)
    flows = Sums(float, lab_site_serving=1.0, lab_site_training=2.0, lab_depreciate_power=3.0, lab_bill_api=20.0, lab_energy_serving=5.0)
    held = Fields(rent_usd_per_mw_month=10.0, energy_usd=6.0)
    terms = Fields(gpu_life_months=20.0, rent_change_per_year=-0.12, wacc_frac=0.24)
    draw = Fields(flows=flows, balances=balances, terms=terms, physics=Fields(it_installed_mw=3.0), state=Fields(operations=held))
    rate = -0.12 / 12.0
    rents = 30.0 * np.expm1(rate * left) / rate
    undiscounted = max(rents - 12.0 * left, 14.0 * left)
    fair = max(30.0 * np.expm1(-0.03 * left) / -0.03 - 12.0 * np.expm1(-0.02 * left) / -0.02, 0.0)
    assert cash_of_machines(30.0, 12.0, -0.12, 0.24, left) == pytest.approx(fair)
    for carrying, lost in ((undiscounted * 0.999, 0.0), (undiscounted * 1.001, undiscounted * 1.001 - fair), (-gross - wear, 0.0)):
        impairment._test(draw, carrying)
        assert float(flows["lab_impair_machines"]) == pytest.approx(lost, rel=1e-6)
    assert float(growing_sum(0.0, 7.0)) == 7.0 and float(growing_sum(0.12, 24.0)) == pytest.approx(np.expm1(0.24) / 0.01)


@pytest.mark.parametrize(("t", "on", "tested"), [(5, 1, True), (4, 1, False), (6, 1, False), (2, 1, False), (8, 1, True), (5, 0, False)])
def test_what_is_carried_is_relieved_and_tested_each_quarter_after_the_history(monkeypatch, t, on, tested):
    """Net machines of 200 of which 40 are sold and 16 written down: a tenth of the wear of 20 in the first, a tenth of the rest."""
    seen = []
    monkeypatch.setattr(impairment, "_test", lambda _, carrying: seen.append(float(carrying)))
    balances = Sums(float, lab_gpu=250.0, lab_gpu_acc=-60.0, lab_machines_sold=-40.0, lab_machines_written_down=-16.0, lab_right_of_use=5.0)
    flows = Sums(float, lab_depreciate_gpu=20.0, lab_serve_gpu=10.0)
    impairment.carry_machines(Fields(flows=flows, balances=balances, dates=Fields(history_months=3, impairment=on)), t)
    sold, written = 20.0 * 40.0 / 200.0, 16.0 * 16.0 / 160.0
    assert (float(flows["lab_relieve_sold"]), float(flows["lab_relieve_written_down"])) == pytest.approx((sold, written))
    assert seen == (pytest.approx([200.0 - 40.0 - 16.0 - 16.0 + written + 5.0]) if tested else [])


def test_an_affiliate_joins_supports_and_sells():
    merger = Fields(month=4, cash_usd=50.0, price_usd=900.0, kept_frac=0.6, free_cash_usd_per_year=0.0, outside_sales_usd=3.0)
    for t, on, price, joined in ((4, 1, 1500.0, 50.0), (3, 1, 100.0, 0.0), (5, 1, 100.0, 0.0), (4, 0, 100.0, 0.0)):
        raising, levels = Fields(affiliate_cash_usd=0.0), Fields(pre_money_usd=100.0)
        draw = Fields(state=Fields(raising=raising, levels=levels), dates=Fields(may_merge=on), flows=Sums(float))
        merged_affiliate.join(draw, [merger], t)
        assert (float(levels.pre_money_usd), raising.affiliate_cash_usd) == (pytest.approx(price), joined)
        assert merged_affiliate.outside_sales(draw, [merger, merger], t) == (6.0 if on and t >= 4 else 0.0)
    raising.affiliate_cash_usd = -5.0
    assert float(merged_affiliate.reach(Fields(balances=Fields(lab_cash=7.0), state=Fields(raising=raising)))) == 7.0


MONTHS = Months(date(2026, 1, 1), 36)


def test_a_loan_of_the_scenario_by_month():
    item = dict(entity="lab", kind="term_loan", drawn=date(2026, 3, 1), principal_usd=500.0, rate_frac=0.1, term_years=2.0, draw_months=4.0)
    item |= dict(interest_only_years=0.5, discount_frac=0.02, refinanced_frac=0.3, floating=True, base_floor_frac=0.01)
    found = scenario_lists.loan("x", Fields(**item), MONTHS)
    want = {"drawn_month": 2, "of_platform": 0, "kind": LOAN_KINDS.index("term_loan"), "drawn_per_month_frac": 0.25, "is_floating": 1.0}
    want |= {"discount_per_month_frac": 1 / 24, "repaid_per_month_frac": 1 / 18, "interest_only_months": 6.0, "discount_usd": 10.0}
    assert {name: float(found[name]) for name in want} == pytest.approx(want)
    quiet = scenario_lists.loan("x", Fields(**{**item, "interest_only_years": 9.0}), MONTHS)
    assert (float(quiet["interest_only_months"]), float(quiet["repaid_per_month_frac"])) == (23.0, 1.0)
    with pytest.raises(ValueError, match=r"company\.loans\.x"):
        scenario_lists.loan("x", Fields(**{**item, "entity": "platform", "kind": LOAN_KINDS[-1]}), MONTHS)


def test_people_and_mergers_of_the_scenario_by_month():
    names = ("cash_usd_per_head_year", "stock_usd_per_head_year", "platform_frac", "attrition_per_year", "hire_cost_usd")
    item = Fields(function=JOB_FUNCTIONS[1], heads=30.0, heads_growth_per_year=0.24, heads_max=20.0, **dict.fromkeys(names, 1.0))
    job = scenario_lists.job(item)
    assert (job["function"], float(job["growth"]), float(job["headcount_before"])) == (1, pytest.approx(np.exp(0.02)), 20.0)
    told_of = dict(exchange_ratio=0.5, partner_shares_per_share=0.4, debt_usd=100.0, debt_rate_frac=0.1, revenue_usd_per_year=60.0)
    told_of |= dict(sells_to_lab_usd_per_year=10.0, buys_from_lab_usd_per_year=14.0, support_frac=0.5, price_usd=77.0)
    affiliate = Fields(free_cash_usd_per_year=30.0, cash_usd=8.0)
    for day, month, price in ((date(2026, 4, 1), 3, 77.0), (date(2026, 1, 1), 0, 77.0), (date(2025, 6, 1), 0, 0.0)):
        found = scenario_lists.merger(Fields(**told_of, day=day), affiliate, MONTHS)
        want = {"month": month, "cash_usd": 4.0, "free_cash_usd_per_year": 10.0, "outside_sales_usd": 3.0, "price_usd": price}
        assert {name: float(found[name]) for name in want} == pytest.approx(want)
        assert (float(found["kept_frac"]) == 1.0) is (day.year == 2025)
