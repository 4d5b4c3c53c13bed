"""Cases that a hostile reader tries first; each has an answer that can be worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.finance.contracts import level_rent
from gigacampus.company.finance.time_value import runway_months
from gigacampus.company.ledger.accounts import INDEX
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.simulate import simulate
from tests.company.synthetic import RICH, flow_rows, inputs, tables


def books(company, *, table=None, may_raise=True, **options):
    months = options.get("months", 84)
    i, up = inputs(company, **options), table or tables(months, phases=options.get("phases", 1))
    bound, drivers = stage.prepare(i, up, stack(up), stock_cost(i, up), np.array([0, 1]), {}, slice(0, 2))
    return simulate(bound, drivers, may_raise=may_raise, keep_flows=True)


def bare(**company):
    """A company with no plant, no sales and one cost of 12 m a year, so that its books are one line."""
    table = tables(84, phases=0, it_mw=0.0)
    table["unit_count"] = np.zeros((2, 1, 1, 84))
    for key in ("grid_bill_usd", "water_bill_usd", "red_line_exposure_usd", "paying_users", "tokens_demanded", "tokens_from_agents"):
        table[key] = 0.0 * table[key]
    costs = {
        "site_usd_per_it_mw_year": 0.0,
        "data_usd_per_year": 0.0,
        "general_usd_per_year": 12e6,
        "insurance_frac_of_plant": 0.0,
        "bandwidth_usd_per_million_tokens": 0.0,
        "payment_fee_frac": 0.0,
        "marketing_frac_of_revenue": 0.0,
    }
    at_once = {"receivable_days": 0.0, "payable_days": 0.0, "energy_days": 0.0, "payroll_days": 0.0}
    market = {"inflation_per_year": 0.0, "treasury_yield_frac": 0.0}
    base = {"opening_cash_usd": 20.5e6, "costs": costs, "working_capital": at_once}
    return books({**base, **company}, table=table, market=market, phases=0)


NO_LUCK = {"raise_policy": {"success_frac": 0.0, "raise_luck_quantile": 0.5}}


def test_when_every_raise_fails_the_runway_is_the_closed_form():
    series, _ = bare(**NO_LUCK)
    out_of_cash = int((series["arrears_usd"][:, 0] > 0).argmax())
    assert out_of_cash == int(runway_months(cash=20.5, burn=1.0))
    assert series["outside_capital_usd"].max() == 0.0


def test_unpaid_bills_are_owed_and_cash_stays_at_zero():
    series, _ = bare(**NO_LUCK)
    assert series["cash_usd"].min() >= 0.0
    assert series["arrears_usd"][-1, 0] == pytest.approx(84e6 - 20.5e6)


def test_no_revenue_leaves_no_not_a_number():
    series, _ = bare(**NO_LUCK)
    for name, values in series.items():
        assert np.all(np.isfinite(values)), name
    assert np.all(series["revenue_usd"] == 0.0)


def test_a_raise_that_succeeds_keeps_the_company_alive_and_dilutes():
    series, _ = bare(raise_policy={"success_frac": 1.0, "min_usd": 1e6}, equity={"last_post_money_usd": 1e9})
    assert series["arrears_usd"].max() == 0.0
    assert series["outside_capital_usd"].sum(axis=0).min() > 0.0
    assert series["sold_policy_frac"].max(axis=0).min() > 0.0


def test_a_month_with_two_raises_books_both():
    rounds = {"one": {"day": "2025-06-10", "raised_usd": 1e9}, "two": {"day": "2025-06-20", "raised_usd": 2e9}}
    series, _ = bare(rounds=rounds)
    assert series["equity_raised_usd"][5, 0] == pytest.approx(3e9)


def test_tax_rate_zero_and_interest_zero():
    free, _ = books(
        {
            **RICH,
            "tax": {"federal_frac": 0.0, "state_frac": 0.0},
            "loans": {"n": {"drawn": "2025-06-30", "principal_usd": 5e9, "rate_frac": 0.0}},
            "raise_policy": {"debt_rate_frac": 0.0},
            "revolver": {},
            "vehicle": {},
        },
        market={"treasury_yield_frac": 0.0},
    )
    assert np.all(free["flows"][:, FLOW["lab_tax_current"]] == 0.0)
    assert np.all(free["interest_usd"] == 0.0)


def test_profit_pays_tax_once_losses_are_used_and_no_loss_is_used_twice():
    table = tables(84, phases=0)
    table["paying_users"] = table["paying_users"] * 60.0
    company = {
        "opening_cash_usd": 5e9,
        "tax": {"opening_nol_usd": 2e9, "state_frac": 0.0, "bonus_frac": 0.0},
        "revenue": {"arpu_usd_per_month": 20.0},
    }
    still = {"treasury_yield_frac": 0.0}
    series, s = books(company, table=table, phases=0, market=still)
    december = np.arange(84) % 12 == 11
    tax = series["flows"][:, FLOW["lab_tax_current"], 0]
    assert np.all(tax[~december] == 0.0) and tax.sum() > 0.0
    book_tax_free, _ = books({**company, "tax": {**company["tax"], "opening_nol_usd": 0.0}}, table=table, phases=0, market=still)
    saved = book_tax_free["flows"][:, FLOW["lab_tax_current"], 0].sum() - tax.sum()
    assert saved == pytest.approx(0.21 * 2e9, rel=1e-6)
    assert s.carried("tax.old_nol_usd")[0] == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize("earned_frac", [0.0, 0.01, 0.05])
def test_interest_is_deducted_up_to_what_was_earned_and_three_tenths_of_the_rest(earned_frac):
    loan = {"n": {"drawn": "2025-01-31", "principal_usd": 5e9, "rate_frac": 0.1}}
    series, s = books(
        {"opening_cash_usd": 6e9, "loans": loan},
        table=tables(12, phases=0),
        phases=0,
        months=12,
        market={"treasury_yield_frac": earned_frac},
    )
    year = series["flows"].sum(axis=0)
    paid, operating = (year[FLOW["lab_accrue_interest"]] - year[FLOW["lab_capitalise_interest"]], series["ebitda_usd"].sum(axis=0))
    assert (operating > 0.0).all()
    assert s.carried("tax.denied_interest_usd") == pytest.approx(
        np.maximum(paid - year[FLOW["lab_earn_interest"]] - 0.3 * operating, 0.0), abs=1.0
    )


def test_a_campus_that_never_energises_strands_its_capital():
    table = tables()
    for name in ("it_mw", "accelerator_hours", "training_flop", "fuel_mmbtu", "grid_bill_usd"):
        table[name][:, 1, 1] = table[name][:, 1, 0]
    table["serving_capacity_tokens"][:, 1] = table["serving_capacity_tokens"][:, 0]
    table["phase_lead_days"][:, 1, 1] = 66 * 365.0 / 12.0
    series, _ = books({**RICH, "assets": {"stranded_months": 240}}, table=table)
    spent = series["flows"][17:40, flow_rows("lab_pay_gpu", "lab_pay_network", "lab_pay_building", "lab_pay_power")].sum(axis=(0, 1))[0]
    assert spent == pytest.approx(5e9, rel=1e-6)
    assert series["cip_usd"][80, 0] >= 5e9 * (1 - 1e-9)
    assert series["it_mw_used"][80, 0] == 300.0


def test_horizon_shorter_than_the_lead():
    series, _ = books({}, months=8, phase={"planned_order": "2025-03-01"})
    assert series["realised_phase"].max() == 0.0
    assert np.all(np.isfinite(series["cash_usd"]))


def test_very_long_life_means_next_to_no_depreciation():
    table = tables(phases=0)
    short, _ = books({"opening_cash_usd": 50e9, "assets": {"gpu_life_years": 3.0, "network_life_years": 3.0}}, table=table, phases=0)
    long_, _ = books({"opening_cash_usd": 50e9, "assets": {"gpu_life_years": 20.0, "network_life_years": 20.0}}, table=table, phases=0)
    ratio = short["flows"][12, FLOW["lab_depreciate_gpu"], 0] / long_["flows"][12, FLOW["lab_depreciate_gpu"], 0]
    assert ratio == pytest.approx(20.0 / 3.0, rel=1e-9)


def test_price_of_tokens_falls_by_nine_tenths():
    table = tables(phases=0)
    base, _ = books({"revenue": {"token_price_change_per_year": 0.0}}, table=table, phases=0)
    fall, _ = books({"revenue": {"token_price_change_per_year": float(np.log(0.1))}}, table=table, phases=0)
    month = 12
    ratio = fall["flows"][month, FLOW["lab_bill_api"], 0] / base["flows"][month, FLOW["lab_bill_api"], 0]
    assert ratio == pytest.approx(0.1)


def test_capital_that_is_bought_again_equals_depreciation_in_the_long_run():
    table = tables(120, phases=0, step_month=0)
    assets = {"gpu_life_years": 2.0, "network_life_years": 2.0, "refresh_frac": 1.0, "opening_fleet_age_months": 0.0, "salvage_frac": 0.0}
    series, _ = books({"opening_cash_usd": 200e9, "assets": assets}, table=table, months=120, phases=0)
    paid = series["flows"][1:97, flow_rows("lab_pay_gpu", "lab_pay_network"), 0].sum()
    worn = series["flows"][:96, flow_rows("lab_depreciate_gpu", "lab_depreciate_network"), 0].sum()
    assert paid == pytest.approx(worn, rel=1e-9)


def test_lease_repays_the_vehicle_to_the_dollar():
    company = {
        **RICH,
        "vehicle": {"start": "2025-11-01", "purchase_usd": 2e9, "advance_months": 1, "term_years": 5, "lease_rate_frac": 0.12},
    }
    series, s = books(company)
    rent = series["flows"][:, FLOW["lab_pay_lease"], 0]
    bought = series["flows"][:, FLOW["lab_lease_proceeds"], 0].sum()
    assert bought > 1e9
    last = int(np.nonzero(series["flows"][:, FLOW["lab_lease_proceeds"], 0])[0][-1])
    assert last + 60 < 84
    assert rent.sum() == pytest.approx(60.0 * level_rent(pv=bought, annual_rate=0.12, n=60, per_year=12), rel=1e-9)
    assert abs(s.balance[INDEX["lab_lease_liability"], 0]) < 1.0
    assert s.balance[INDEX["vehicle_loan"], 0] == pytest.approx(0.0, abs=1.0)


def test_rental_is_take_or_pay_until_notice_runs_out():
    tenant = {"share_frac": 0.5, "start": "2027-01-01", "notice": "2027-06-15", "notice_days": 90}
    rental = {"tenants": {"first": tenant}, "usd_per_mw_month": 1e6, "price_change_per_year": 0.0}
    series, _ = books({"revenue": {"rental": rental}}, table=tables(phases=0), phases=0)
    bill = series["flows"][:, FLOW["lab_bill_rental"], 0]
    assert bill[23] == 0.0 and bill[24] == pytest.approx(150e6)
    assert bill[32] == pytest.approx(150e6) and bill[33] == 0.0


def test_platform_decline_is_carried_by_the_lab():
    well, _ = books(RICH)
    ill, _ = books({**RICH, "platform": {**RICH["platform"], "activity_factor": 0.3}})
    lent = [x["flows"][:, FLOW["lab_lend_platform"], 0].sum() for x in (well, ill)]
    assert lent[1] > lent[0]
    assert ill["cash_usd"][30, 0] < well["cash_usd"][30, 0]


def test_machines_of_a_phase_are_bought_again_at_the_end_of_their_life():
    assets = {"gpu_life_years": 2.0, "network_life_years": 2.0, "refresh_frac": 0.5, "salvage_frac": 0.0, "network_frac_of_gpu": 0.0}
    table = tables(it_mw=0.0, lead_days=30.0)
    table["unit_count"] = 0.0 * table["unit_count"]
    series, s = books({"opening_cash_usd": 50e9, "assets": assets}, table=table, phase={"planned_order": "2025-06-01", "lead_days": 30})
    serve = series["flows"][:, FLOW["lab_serve_gpu"], 0]
    months = np.nonzero(serve)[0]
    assert np.diff(months).tolist() == [24, 24, 24]
    assert serve[months[1:]] == pytest.approx(serve[months[:-1]] * 0.5)
    assert series["flows"][months[1], FLOW["lab_pay_gpu"], 0] == pytest.approx(serve[months[1]])
    assert s.balance[INDEX["lab_gpu"], 0] + s.balance[INDEX["lab_gpu_acc"], 0] > -1.0


def test_a_cent_paid_too_much_is_not_paid_again():
    assert owed(np.array([1e-6, -5.0])).tolist() == [0.0, 5.0]
    years = np.linspace(2.0, 5.0, 16)
    i, up = inputs(RICH, months=120), tables(120)
    draws = {"company.vehicle.term_years": years, "company.vehicle.advance_months": 2.0 * years}
    bound, drivers = stage.prepare(i, up, stack(up), stock_cost(i, up), np.zeros(16, dtype=int), draws, slice(0, 16))
    paid = simulate(bound, drivers, keep_flows=True)[0]["flows"][:, FLOW["lab_pay_undisclosed_vendors"]]
    assert paid[:40].max() > 1e6
    assert np.abs(paid[60:]).max() < 1.0


def test_machines_that_investors_pay_whole_cost_the_lab_no_capital_but_their_rent():
    vehicle = {"start": "2025-11-01", "purchase_usd": 0.0}
    company = {"opening_cash_usd": 60e9, "assets": {"it_share_of_phase_frac": 1.0, "impairment": False}, "vehicle": vehicle}
    own, _ = books({**company, "orders": {"leased_frac": 0.0}})
    leased, _ = books({**company, "orders": {"leased_frac": 1.0}})
    months = slice(17, 36)
    assert own["capex_usd"][months, 0].sum() - leased["capex_usd"][months, 0].sum() == pytest.approx(5e9, rel=1e-6)
    assert leased["flows"][:, FLOW["vehicle_buy"], 0].sum() == pytest.approx(5e9, rel=1e-6)
    assert leased["rents_paid_usd"][:, 0].sum() > 0.0 and own["rents_paid_usd"].max() == 0.0
    assert leased["ledger_residual_usd"].max() < 1e-3


def test_a_company_that_shrinks_keeps_its_books():
    series, _ = books({"revenue": {"momentum_per_year": -3.0, "momentum_half_life_years": 5.0}}, table=tables(phases=0), phases=0)
    revenue = series["revenue_usd"][:, 0]
    assert np.all(np.diff(revenue[:36]) < 0.0) and revenue[-1] < 0.1 * revenue[0]
    for name, values in series.items():
        assert np.all(np.isfinite(values)), name
    assert series["ledger_residual_usd"].max() < 1e-3


def let(tenants, *, months=84, cash=9e10, **rental):
    """Books of a company without extensions that lets machines at a market rent of a million."""
    rental = {"tenants": tenants, "usd_per_mw_month": 1e6, "price_change_per_year": 0.0, **rental}
    costs = {"general_usd_per_year": 3e9}
    return books({"opening_cash_usd": cash, "costs": costs, "revenue": {"rental": rental}}, table=tables(phases=0), phases=0, months=months)


def test_two_unlike_tenants_take_what_the_first_leaves_and_pay_their_own_rents():
    big = {"it_mw": 250, "start": "2026-03-01", "usd_per_mw_month": 2e6, "term_months": 12, "renewal_frac": 1.0, "notice": "2028-02-10"}
    series, _ = let({"big": big, "small": {"share_frac": 0.5, "start": "2026-01-01"}})
    power, rent = series["tenant_it_mw"][:, :, 0], series["tenant_rent_usd"][:, :, 0]
    assert power[12].tolist() == [0.0, 150.0] and power[14].tolist() == [250.0, 50.0]
    assert rent[14].tolist() == [5e8, 5e7] and rent[25, 0] == 5e8
    assert rent[26].tolist() == [2.5e8, 5e7], "renewed at the market's rent of the month"
    assert power[40].tolist() == [250.0, 50.0] and power[41].tolist() == [0.0, 150.0]
    assert np.array_equal(rent.sum(axis=1), series["flows"][:, FLOW["lab_bill_rental"], 0])


def test_a_company_lets_when_the_offer_beats_own_use_and_sooner_when_cash_is_short():
    asks = {"it_mw": 60, "start": "2026-02-01", "asks_per_year": 50.0}
    proud = {"own_use_usd_per_mw_month": 1.5e6, "own_research_frac": 0.3}
    begins = []
    for cash, decision in (
        (9e10, proud),
        (4e9, proud),
        (9e10, {**proud, "own_use_usd_per_mw_month": 9e5}),
        (4e9, {**proud, "own_research_frac": 1.0}),
    ):
        series, _ = let({"asks": asks}, cash=cash, decision=decision)
        held = series["tenant_it_mw"][:, 0, 0]
        assert set(held[held > 0.0]) <= {60.0} and not held[:13].any(), "nobody lets on the day or before"
        begins.append(int(np.argmax(held > 0.0)) if held.any() else None)
    ample, short, cheap, keeps = begins
    assert short is not None and (ample is None or short < ample) and cheap in (13, 14, 15) and keeps is None


def test_a_tenant_that_stops_paying_holds_machines_until_the_notice_ends_and_loses_what_it_paid_ahead():
    fails = {"it_mw": 60, "start": "2026-02-01", "default_per_year": 0.5, "notice_days": 90, "prepaid_months": 40, "draw_quantile": 0.3}
    series, s = let({"fails": fails})
    rent, held = series["tenant_rent_usd"][:, 0, 0], series["tenant_it_mw"][:, 0, 0]
    stops = int(np.flatnonzero(rent > 7e7)[0])
    paid = stops - 13
    assert 0 < paid < 39 and rent[stops] == pytest.approx((40 - (paid - 1)) * 6e7) and not rent[stops + 1 :].any()
    assert np.flatnonzero(held).tolist() == list(range(13, stops + 3))
    assert series["flows"][:, FLOW["lab_bill_rental"], 0].sum() == pytest.approx(41 * 6e7)
    assert s.balance[INDEX["lab_customer_prepayments"], 0] == pytest.approx(0.0, abs=1.0)


def test_the_residual_cost_of_revenue_goes_on_as_its_amount():
    slow, fast = (books({**RICH, "revenue": {"momentum_per_year": x}})[0] for x in (0.0, 2.0))
    flow = FLOW["lab_undisclosed_cost"]
    after = slow["flows"][12:, flow, 0]
    assert fast["revenue_usd"][60, 0] > 2.0 * slow["revenue_usd"][60, 0] and after[0] > 0.0
    assert np.ptp(after) == 0.0 and np.array_equal(after, fast["flows"][12:, flow, 0])


def test_hours_that_serve_are_those_of_the_tokens_served_where_demand_is_beyond_the_fleet():
    table = tables(phases=0)
    whole = table["tokens_demanded"][:, None] / 4.0
    table["serving_share_needed_frac"] = np.full_like(whole, 4.0)
    table["serving_capacity_tokens"] = 0.8 * whole
    series, _ = books({}, table=table, phases=0)
    assert series["tokens_served"] == pytest.approx(0.8 * whole[0, 0][:, None] + np.zeros_like(series["tokens_served"]))
    assert series["serving_frac"] == pytest.approx(0.8)
