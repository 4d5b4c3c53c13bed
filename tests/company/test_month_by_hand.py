"""Rules of the month by themselves on small numbers: operations, orders and plant, worked by hand."""

from __future__ import annotations

from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.company.ledger import capex, committed_assets, operations, statement_sums
from gigacampus.company.ledger.journal import FLOWS
from gigacampus.company.ledger.state_layout import BUILDING, GPU, NETWORK, NEVER, POWER, STORAGE, PlantCost
from tests.company.test_ledger_rules import Sums


def told(record, **want):
    assert {name: float(np.squeeze(getattr(record, name))) for name in want} == pytest.approx(want)


@pytest.mark.parametrize(
    ("changes", "served", "unserved", "share", "trained"),
    [
        ({}, 90.0, 60.0, 27.0 / 80.0, 412.5),  # a quarter is let: 90 of 150 wanted, for which 27 of 80 hours
        ({"momentum": 0.5}, 50.0, 0.0, 15.0 / 80.0, 562.5),
        ({"accelerator_hours": 10.0}, 90.0, 60.0, 1.0, 0.0),
        ({"accelerator_hours": 0.0}, 90.0, 60.0, 0.0, 750.0),
        ({"tokens_demanded": 0.0}, 0.0, 0.0, 0.0, 750.0),
    ],
)
def test_what_is_served_within_capacity_and_what_is_left_to_train(changes, served, unserved, share, trained):
    physics = dict(tokens_demanded=100.0, capacity_tokens=120.0, hours_needed=30.0, accelerator_hours=80.0, training_flop=1000.0)
    physics |= {"grid_bill_usd": 11.0, "fuel_mmbtu": 3.0, "water_usd": 5.0} | {k: v for k, v in changes.items() if k in physics}
    state = Fields(operations=Fields(rented_frac=0.25), levels=Fields(gas_usd_per_mmbtu=7.0))
    operations.deliver(Fields(physics=Fields(**physics), paths=Fields(momentum=changes.get("momentum", 1.5)), state=state))
    told(state.operations, tokens_served=served, tokens_unserved=unserved, serving_frac=share, trained_flop=trained, energy_usd=37.0)


def selling(monkeypatch, t=6, anchored=1, users=1000.0, served=30.0, unserved=10.0):
    """1,000 users at 20 a month and 4 million tokens at 0.4 of 10 a million, a quarter of them billed; three quarters are served."""
    monkeypatch.setattr(operations, "_collect", lambda _: None)
    tokens = {f"tokens_from_{x}": n for x, n in (("cars", 1e6), ("robots", 2e6), ("agents", 3e6))}
    rates = {f"{x}_usd_per_million_tokens": y for x, y in (("api", 10.0), ("car", 5.0), ("robot", 6.0), ("agent", 7.0))}
    held = Fields(tokens_served=served, tokens_unserved=unserved, anchor=1.2)
    draw = Fields(
        flows=Sums(float),
        terms=Fields(**rates, api_share_of_tokens_frac=0.25, government_usd_per_year=0.0),
        physics=Fields(paying_users=users, tokens_demanded=4e6 if users else 0.0, **tokens),
        paths=Fields(momentum=1.5, token_price_factor=0.8, awards_usd=0.0),
        dates=Fields(history_months=6, anchored=anchored, government_start=99),
        state=Fields(operations=held, levels=Fields(arpu_usd_per_month=20.0, token_price=0.5)),
    )
    operations.sell(draw, [Fields(revenue_usd=7.0), Fields(revenue_usd=100.0)], t)
    names = ("earn_subscriptions", "bill_api", "bill_cars", "bill_robots", "bill_agents")
    return [float(draw.flows[f"lab_{x}"]) for x in names], float(held.anchor)


def test_revenue_by_line_and_the_history_s_total_shared_by_what_the_lines_would_be(monkeypatch):
    lines = [22500.0, 4.5, 1.5, 3.6, 6.3]
    assert selling(monkeypatch, anchored=0) == (pytest.approx(lines), 1.2)
    assert selling(monkeypatch) == (pytest.approx([27000.0, 5.4, *lines[2:]]), 1.2)
    for t, revenue in ((2, 7.0), (3, 100.0), (5, 100.0)):
        want = [revenue * 22500.0 / 22504.5, revenue * 4.5 / 22504.5, 0.0, 0.0, 0.0]
        assert selling(monkeypatch, t=t) == (pytest.approx(want), pytest.approx(revenue / 22504.5))
    assert selling(monkeypatch, t=3, users=0.0) == ([100.0, 0.0, 0.0, 0.0, 0.0], 1.0)
    assert selling(monkeypatch, anchored=0, served=0.0, unserved=0.0)[0] == pytest.approx([30000.0, 6.0, 2.0, 4.8, 8.4])


@pytest.mark.parametrize(("serving", "share"), [(0.5, 0.7), (0.9, 1.0)])
def test_what_a_month_costs_and_what_of_it_serves(monkeypatch, serving, share):
    for name in ("employ", "_pay_bills"):
        monkeypatch.setattr(operations, name, lambda *_: None)
    rates = {f"{x}_usd_per_year": y for x, y in (("data", 120.0), ("cloud", 60.0), ("robots_agents", 24.0), ("general", 36.0))}
    terms = Fields(**rates, site_usd_per_it_mw_year=60.0, bandwidth_usd_per_million_tokens=0.2, payment_fee_frac=0.03)
    vars(terms).update(marketing_frac_of_revenue=0.25, insurance_frac_of_plant=0.01)
    held = Fields(serving_frac=serving, rented_frac=0.2, energy_usd=1000.0, tokens_served=5e6)
    draw = Fields(
        flows=Sums(float, lab_earn_subscriptions=50.0, lab_bill_api=30.0),
        terms=terms,
        balances=Sums(float, lab_gpu=900.0, lab_building=300.0),
        physics=Fields(it_mw=10.0, exposure_usd=9.0),
        dates=Fields(history_months=4),
        state=Fields(operations=held, levels=Fields(inflation=1.2)),
    )
    quarters = [Fields(stock_compensation_usd=3.0), Fields(stock_compensation_usd=4.0)]
    operations.spend(draw, (), quarters, 4)
    want = {"energy_serving": 1000 * share, "energy_training": 1000 * (1 - share), "site_serving": 60 * share, "bandwidth": 1.0}
    want |= {"site_training": 60 * (1 - share), "payment_fees": 1.5, "data": 12.0, "cloud": 6.0, "robots_agents": 2.4, "general": 3.6}
    want |= {"marketing": 20.0, "insure": 1.0, "fines": 9.0, "grant_stock": 0.0}
    assert {name: float(draw.flows[f"lab_{name}"]) for name in want} == pytest.approx(want)
    assert held.serving_cost_frac == pytest.approx(share)
    for t, stock in ((2, 3.0), (3, 4.0)):
        operations.spend(draw, (), quarters, t)
        assert draw.flows["lab_grant_stock"] == stock


def test_suppliers_staff_and_utilities_are_paid_at_their_days():
    month = 365.0 / 12.0
    assert operations._paid(60.0, 100.0, month / 2.0) == pytest.approx(130.0)
    assert operations._paid(60.0, 100.0, 3.0 * month) == 0.0
    flows = Sums(float, lab_cloud=60.0, lab_staff_research=40.0, lab_energy_serving=10.0, lab_energy_training=20.0)
    balances = Fields(lab_payables=-100.0, lab_accrued_compensation=-7.0, lab_accrued_energy=-5.0, lab_accrued_legal=-8.0)
    terms = Fields(payable_days=month / 2.0, payroll_days=month / 4.0, energy_days=month / 3.0)
    operations._pay_bills(Fields(flows=flows, balances=balances, terms=terms))
    paid = [float(flows[f"lab_pay_{x}"]) for x in ("vendors", "staff", "energy", "fines")]
    assert paid == pytest.approx([130.0, 37.0, 25.0, 8.0])


@pytest.mark.parametrize("seed", range(4))
def test_a_reported_month_ends_at_what_was_reported_line_by_line(seed):
    """Whatever the modelled flows are: gross profit, EBITDA, net income and cash spent are the quarter's."""
    rng = np.random.default_rng(seed)
    names = [f.name for f in FLOWS if f.entity == "lab" and "undisclosed" not in f.name and "tax" not in f.name]
    flows = Sums(float, {name: rng.uniform(0.0, 9.0) for name in names})
    quarter = Fields(revenue_usd=statement_sums.lab_revenue(flows), gross_profit_usd=-3.0, ebitda_usd=-40.0)
    quarter.net_income_usd, quarter.cash_spent_usd = (-500.0, 400.0) if seed % 2 else (900.0, -700.0)
    draw = Fields(flows=flows, dates=Fields(history_months=6), state=Fields(operations=Fields()))
    for t, kept in ((2, 0.0), (3, 1.0)):
        draw.state.operations = Fields(undisclosed_cost_usd=5.0, undisclosed_opex_usd=6.0)
        flows["lab_undisclosed_cost"] = flows["lab_undisclosed_opex"] = 0.0
        for name in ("other", "other_back", "spending", "vendor_credit"):
            flows[f"lab_undisclosed_{name}"] = 0.0
        operations.explain_history(draw, [quarter, quarter], t)
        gross = statement_sums.lab_revenue(flows) + statement_sums.lab_cost_of_revenue(flows)
        assert (gross, gross + statement_sums.lab_opex(flows)) == pytest.approx((-3.0, -40.0))
        assert statement_sums.lab_before_tax(flows) == pytest.approx(quarter.net_income_usd)
        assert statement_sums.lab_cash(flows) - statement_sums.lab_financing(flows) == pytest.approx(-quarter.cash_spent_usd)
        for name in ("other", "other_back", "spending", "vendor_credit"):
            assert flows[f"lab_undisclosed_{name}"] >= 0.0
        cost, opex = (kept * max(flows[f"lab_undisclosed_{x}"], 0.0) / 3.0 for x in ("cost", "opex"))
        told(draw.state.operations, undisclosed_cost_usd=5.0 + cost, undisclosed_opex_usd=6.0 + opex)


@pytest.mark.parametrize(("t", "paid"), [(6, 10.0), (16, 60.0), (17, 120.0), (30, 120.0)])
def test_what_no_line_explained_goes_on_and_its_suppliers_are_paid_in_a_year(t, paid):
    state = Fields(operations=Fields(undisclosed_cost_usd=5.0, undisclosed_opex_usd=8.0))
    terms = Fields(undisclosed_growth=1.1, undisclosed_payable_months=12.0)
    balances = Fields(lab_undisclosed_payables=-120.0)
    draw = Fields(flows=Sums(float), terms=terms, state=state, balances=balances, dates=Fields(history_months=6))
    operations.carry_forward(draw, t)
    flows = [float(draw.flows[f"lab_{x}"]) for x in ("undisclosed_cost", "undisclosed_opex", "pay_undisclosed_vendors")]
    assert flows == pytest.approx([5.0, 8.8, paid]) and state.operations.undisclosed_opex_usd == pytest.approx(8.8)


def ordering(monkeypatch, t=5, cash=100.0, burn=5.0, arrears=0.0, breach=0.0, history=0, phases=None):
    """Extensions of 100 of which a fifth is leased: 24 at once and half of the other 56 must be there beyond 20 and four months' burn."""
    monkeypatch.setattr(capex, "reach", lambda _: cash)
    monkeypatch.setattr(capex, "recent_burn", lambda *_: burn)
    base = dict(campus=0, planned_month=5, capex_usd=100.0, deposit_frac=0.3, needs_cash_usd=0.0, ordered_month=float(NEVER))
    made = [Fields(**{**base, **changes}) for changes in phases or [{}]]
    terms = Fields(cash_floor_usd=20.0, keep_months_of_burn=4.0, cover_frac=0.5, it_share_of_phase_frac=0.8)
    terms.vehicle, state = Fields(leased_frac=0.25), Fields(lease=Fields(in_breach=breach))
    draw = Fields(terms=terms, state=state, balances=Fields(lab_arrears=-arrears), dates=Fields(history_months=history))
    capex.place_orders(draw, made, t)
    return [float(p.ordered_month) if p.ordered_month < NEVER else None for p in made]


@pytest.mark.parametrize(
    ("changes", "ordered"),
    [
        ({}, [5.0]),
        ({"cash": 92.0}, [5.0]),
        ({"cash": 91.9}, [None]),
        ({"burn": -5.0, "cash": 72.0}, [5.0]),
        ({"burn": -5.0, "cash": 71.9}, [None]),
        ({"breach": 1.0}, [None]),  # nothing is leased then: 30 and half of 70
        ({"breach": 1.0, "cash": 105.0}, [5.0]),
        ({"arrears": 1.0}, [None]),
        ({"history": 6}, [None]),
        ({"history": 5}, [5.0]),
        ({"t": 4}, [None]),
        ({"t": 6}, [6.0]),
        ({"phases": [{"needs_cash_usd": 100.0}]}, [5.0]),
        ({"phases": [{"needs_cash_usd": 100.1}]}, [None]),
        ({"phases": [{"ordered_month": 2.0}]}, [2.0]),
        ({"phases": [{}, {}]}, [5.0, None]),
        ({"phases": [{}, {}], "cash": 144.0}, [5.0, 5.0]),
        ({"phases": [{}, {}], "cash": 143.9}, [5.0, None]),
        ({"phases": [{"planned_month": 6}, {}], "cash": 900.0}, [None, None]),
        ({"phases": [{"planned_month": 6}, {"campus": 1}], "cash": 900.0}, [None, 5.0]),
        ({"phases": [{"needs_cash_usd": 999.0}, {}, {"campus": 1}], "cash": 900.0}, [None, None, 5.0]),
    ],
)
def test_an_extension_is_ordered_when_its_day_has_come_its_turn_and_its_cash(monkeypatch, changes, ordered):
    assert ordering(monkeypatch, **changes) == ordered


def extension(months, power_share=0.15, breach=0.0, **changes):
    """1,000 ordered in month 1: a fifth at once, the rest over five months; in service four months after the order."""
    base = dict(planned_month=1, ordered_month=1.0, lead_months=4.0, capex_usd=1000.0, deposit_frac=0.2, paid_per_month_frac=0.2)
    phase = Fields(**{**base, "stranded_after_months": 99.0, **changes})
    terms = Fields(it_share_of_phase_frac=0.75, network_frac_of_gpu=0.2, power_share_of_phase_frac=power_share, refresh_frac=0.5)
    vars(terms).update(gpu_life_months=3.0, network_life_months=4.0, building_life_months=10.0, power_life_months=8.0)
    vars(terms).update(salvage_frac=0.1, stranded_resale_frac=0.4, vehicle=Fields(leased_frac=0.5))
    rows = []
    for t in range(months):
        state = Fields(construction=Fields(), lease=Fields(in_breach=breach))
        draw = Fields(flows=Sums(float), terms=terms, state=state)
        capex.build_phases(draw, [phase], t)
        rows.append((draw.flows, float(state.construction.leased_bill_usd)))
    return rows


@pytest.mark.parametrize(("power_share", "power"), [(0.15, 0.15), (0.4, 0.25)])
def test_an_extension_is_paid_enters_service_wears_and_is_bought_again_in_part(power_share, power):
    rows = extension(24, power_share)
    share = {"gpu": 0.6, "network": 0.15, "power": power, "building": 0.25 - power}
    life, times = {"gpu": 3, "network": 4, "power": 8, "building": 10}, {"gpu": 4, "network": 4, "power": 1, "building": 1}
    paid = [0.0, 200.0, 160.0, 160.0, 160.0, 160.0, 160.0] + [0.0] * 17
    assert [leased for _, leased in rows] == pytest.approx([0.375 * x for x in paid])
    for t, (flows, _) in enumerate(rows):
        want = {"pay_orders": paid[t] if t >= 5 else 0.0, "salvage": 0.0}
        for kind, of_all in share.items():
            own, served, charged, retired = paid[t] * of_all if t < 5 else 0.0, 0.0, 0.0, 0.0
            for n in range(times[kind]):
                start, cost = 5 + n * life[kind], 1000.0 * of_all * 0.5**n
                served += cost * (t == start)
                own += cost * (t == start and n > 0)
                charged += cost / life[kind] * (start <= t < start + life[kind])
                retired += cost * (t == start + life[kind])
            want |= {f"pay_{kind}": own, f"serve_{kind}": served, f"depreciate_{kind}": charged, f"retire_{kind}": retired}
            want[f"commit_{kind}"] = 320.0 * of_all * (t == 5)
            want["salvage"] += 0.1 * retired * (kind in ("gpu", "network"))
        assert {name: float(flows[f"lab_{name}"]) for name in want} == pytest.approx(want), t


def test_in_a_breach_nothing_of_an_extension_is_leased_and_what_is_planned_later_or_not_ordered_costs_nothing():
    assert [leased for _, leased in extension(7, breach=1.0)] == [0.0] * 7
    for changes in ({"planned_month": 30}, {"ordered_month": float(NEVER)}):
        assert not any(value for flows, _ in extension(9, **changes) for value in flows.values())


@pytest.mark.parametrize(("last", "lost"), [(2.0, 312.0), (3.0, 408.0), (4.0, 0.0), (5.0, 0.0)])
def test_an_order_past_its_lead_is_written_down_to_its_resale_and_carried_into_service(last, lost):
    """Two months on 520 of 1,000 are paid, of which two fifths come back."""
    rows = extension(9, stranded_after_months=last)
    for name, month in (("strand", 1 + int(last)), ("serve_stranded", 5)):
        assert [float(flows[f"lab_{name}"]) for flows, _ in rows] == pytest.approx([lost * (t == month) for t in range(9)]), name


@pytest.mark.parametrize(("worn", "charge"), [(0.0, 10.0), (115.0, 5.0), (130.0, 0.0)])
def test_unnamed_plant_wears_evenly_until_nothing_is_left(worn, charge):
    balances, terms = Fields(lab_undisclosed_assets=120.0, lab_undisclosed_acc=-worn), Fields(undisclosed_life_months=12.0)
    draw = Fields(balances=balances, terms=terms, flows=Sums(float))
    capex.depreciate_undisclosed(draw)
    assert draw.flows["lab_depreciate_undisclosed"] == charge


@pytest.mark.parametrize(("debt", "capitalised"), [(200.0, 3.0), (40.0, 12.0), (0.0, 0.0)])
def test_interest_on_what_construction_ties_up_becomes_cost_and_wears(debt, capitalised):
    """50 in construction and 50 more this month, of which 40 enter service: of 10 of interest there 4 go with them."""
    open_usd = dict(interest_open_usd=10.0, interest_served_usd=1.0, interest_charge_usd=0.5, interest_charged_usd=4.5)
    flows = Sums(float, lab_accrue_interest=12.0, lab_pay_gpu=30.0, lab_commit_gpu=20.0, lab_serve_gpu=40.0)
    balances, state = Sums(float, lab_notes=-debt, lab_cip_gpu=50.0), Fields(construction=Fields(**open_usd))
    capex.capitalise_interest(Fields(flows=flows, balances=balances, state=state, terms=Fields(building_life_months=8.0)))
    assert float(flows["lab_capitalise_interest"]) == pytest.approx(capitalised)
    told(
        state.construction, interest_open_usd=6.0 + capitalised, interest_served_usd=5.0, interest_charge_usd=1.0, interest_charged_usd=5.0
    )
    assert (float(flows["lab_serve_building"]), float(flows["lab_depreciate_building"])) == pytest.approx((4.0, 0.5))


LIVES = {GPU: 4, NETWORK: 5, BUILDING: 6, POWER: 7, STORAGE: 3}
CLASSES = {GPU: "gpu", NETWORK: "network", BUILDING: "building", POWER: "power", STORAGE: "storage"}


@pytest.mark.parametrize("age", [0, 2, 4, 5, 9])
def test_committed_plant_vintage_by_vintage(age):
    """Each class holds 100 (times its place) of some age and gets 60 more in month 2: paid, worn, left and half bought again."""
    months, generations = 12, 3
    size = np.arange(1.0, 6.0)[:, None, None]
    delivered = size * np.array([100.0, 100.0] + [160.0] * 11)[:, None]
    ordered = size * np.array([130.0] + [160.0] * 12)[:, None]
    lives = {f"{name}_life_months": float(LIVES[kind]) for kind, name in CLASSES.items()}
    terms = Fields(**lives, opening_fleet_age_months=float(age), refresh_frac=0.5, deposit_frac=0.2, vendor_credit_months=1.0)
    terms.gpu_price_factor = 2.0
    plant = Fields(**{name: Fields() for name in CLASSES.values()})
    draw = Fields(balances=Sums(float), flows=Sums(float), terms=terms, dates=Fields(generations=generations))
    draw.state = Fields(plant=plant, construction=Fields())
    committed_assets.open_plant(draw, PlantCost(ordered, delivered))
    opening = draw.balances
    rows = []
    for t in range(months):
        draw.flows = Sums(float)
        committed_assets.build_committed(draw, PlantCost(ordered, delivered), t)
        rows.append(draw.flows)
    due = 2.0 * 0.8 * 60.0 * (1.0 + 2.0)
    assert column(rows, "pay_orders") == pytest.approx([due if t == 3 else 0.0 for t in range(months)])
    for kind, name in CLASSES.items():
        life, machines = LIVES[kind], kind in (GPU, NETWORK)
        unit = (kind + 1.0) * (2.0 if machines else 1.0)
        bought = [
            (start + n * life, cost * 0.5**n) for start, cost in ((-age, 100.0), (2, 60.0)) for n in range(generations if machines else 1)
        ]
        held = [(s, cost) for s, cost in bought if (s < 0 or (s == 0 and cost == 100.0)) and s + life >= 0]
        gross, worn = sum(cost for _, cost in held), sum(cost * min(-s, life) / life for s, cost in held)
        told_now = [float(np.squeeze(opening[f"lab_{x}"])) / unit for x in (name, f"{name}_acc", f"cip_{name}")]
        assert told_now == pytest.approx([gross, -worn, 6.0]), name
        for t in range(months):
            new = [cost for s, cost in bought if s == t and (s, cost) not in held]
            credit = 48.0 * (t == 2) if machines else 0.0
            deposit = 6.0 * (t == 1) - 12.0 * (t == 2)
            want = {"serve": sum(new), "pay": sum(new) + deposit - credit, "retire": sum(cost for s, cost in bought if s + life == t)}
            want["depreciate"] = sum(cost / life for s, cost in bought if s <= t < s + life)
            if machines:
                want["commit"] = credit
            found = {what: float(np.squeeze(rows[t][f"lab_{what}_{name}"])) / unit for what in want}
            assert found == pytest.approx(want, abs=1e-9), (name, t)


def column(rows, name):
    return [float(np.squeeze(row[f"lab_{name}"])) for row in rows]
