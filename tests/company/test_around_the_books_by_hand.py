"""What stands around the books, with unlike draws and months by hand: prices, paths to power, public money, money between siblings."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.company.analysis import calibrate, goals, metrics, per_draw_outputs, terminal_states
from gigacampus.company.analysis.machine_cost import Use, cost_by_user, cost_of_serving, cost_per_accelerator_hour
from gigacampus.company.financing.covenant_headroom import trailing
from gigacampus.company.financing.related_parties import Flow, circularity, dependence, months_carried, received_by_month, related_money
from gigacampus.company.ledger.physics_tables import _share
from gigacampus.company.public_finance import county, county_draws
from gigacampus.company.valuation import power_paths, price_implied
from gigacampus.foundation.calendar import Months
from gigacampus.schema.company import CountySpec


def near(*wanted):
    return pytest.approx(list(wanted), nan_ok=True)


def company(**changes):
    rounds = {
        "first": Fields(day=date(2026, 2, 1), post_money_usd=np.array([0.0, 7.0])),
        "unpriced": Fields(day=date(2026, 3, 1), post_money_usd=0.0),
        "small": Fields(day=date(2026, 4, 1), post_money_usd=0.5),
    }
    valuation = Fields(
        mature_years=np.array([6.6, 3.0]), platform_value_usd=2.0, mature_margin_frac=0.5, mature_capital_per_revenue=1.0,
        wacc_frac=0.1, terminal_growth_frac=0.02,
    )  # fmt: skip
    siblings = {"a": Fields(free_cash_usd_per_year=12.0, cash_usd=6.0), "b": Fields(free_cash_usd_per_year=24.0, cash_usd=4.0)}
    told = {"rounds": rounds, "mergers": {}, "equity": Fields(last_post_money_usd=5.0), "valuation": valuation, "siblings": siblings}
    told |= {"tax": Fields(federal_frac=0.2), "assets": Fields(gpu_life_years=5.0, phase_cost_factor=2.0, it_share_of_phase_frac=0.75)}
    return Fields(**{**told, **changes})


def at(as_of, months=24):
    return Fields(months=Months(date(2026, 1, 1), months), as_of=as_of)


@pytest.mark.parametrize(("as_of", "price"), [(0, [5.0, 5.0]), (1, [0.0, 7.0]), (2, [0.0, 7.0]), (3, [0.5, 0.5])])
def test_the_last_price_is_that_of_the_last_round_that_states_one_in_any_future(as_of, price):
    assert per_draw_outputs.post_money_on(Fields(company=company(), n=2), at(as_of)).tolist() == price


def test_a_merger_before_the_horizon_ends_no_series_of_rounds():
    before = {"old": Fields(day=date(2025, 12, 1), price_usd=50.0)}
    assert per_draw_outputs.post_money_on(Fields(company=company(mergers=before), n=1), at(3)).tolist() == [0.5]
    today = {"now": Fields(day=date(2026, 1, 1), price_usd=50.0)}
    assert per_draw_outputs.post_money_on(Fields(company=company(mergers=today), n=1), at(3)).tolist() == [50.0]


def test_the_year_ahead_ends_with_the_horizon():
    found = [per_draw_outputs.year_ahead(at(now, months)) for now, months in ((3, 24), (15, 24), (11, 24), (12, 24), (2, 8))]
    assert [(s.start, s.stop) for s in found] == [(4, 16), (12, 24), (12, 24), (12, 24), (0, 12)]


def books():
    month = np.arange(24.0)
    rising = np.stack([month, 2.0 * month])
    return {
        "free_cash_flow_usd": np.stack([-month, 5.0 + month]),
        "assets_usd": 100.0 + rising,
        "cash_usd": 10.0 + rising,
        "debt_usd": 3.0 * rising,
        "revenue_usd": 1.0 + rising,
        "cash_margin_usd": 0.5 * rising,
    }


def test_what_siblings_carry_and_what_the_lab_is_worth():
    """As of the fourth month, 9.5 a month burnt over the next year; three of it carried by siblings' flow and ten of their cash."""
    found = per_draw_outputs._means(Fields(company=company(), n=2), at(3), books())
    assert found["affiliate_support_months"].tolist() == near(10.0 / 6.5, np.nan)
    assert found["lab_value_usd"].tolist() == near(*(0.5 - 2.0 - 90.0 - cash + debt for cash, debt in ((13.0, 9.0), (16.0, 18.0))))


def test_the_path_that_the_price_is_asked_for():
    path, value = per_draw_outputs.priced_path(Fields(company=company(), n=2), at(3), books())
    sums = np.arange(4, 16).sum() * np.array([1.0, 2.0])
    assert path.revenue_usd.tolist() == near(*(12.0 + sums)) and path.margin_now.tolist() == near(*(0.5 * sums / (12.0 + sums)))
    assert path.years == 5 and value.tolist() == near(0.5 - 2.0 - 13.0 + 9.0, 0.5 - 2.0 - 16.0 + 18.0)
    nothing = {**books(), "revenue_usd": np.zeros((2, 24))}
    assert per_draw_outputs.priced_path(Fields(company=company(), n=2), at(3), nothing)[0].revenue_usd.tolist() == [1.0, 1.0]
    soon = company()
    soon.valuation.mature_years = np.array([0.2])
    assert per_draw_outputs.priced_path(Fields(company=soon, n=2), at(3), books())[0].years == 1
    said = per_draw_outputs._priced(Fields(company=company(), n=2), at(3), {**books(), "debt_usd": np.full((2, 24), 900.0)})
    assert said["price_to_sales"].tolist() == near(*((-1.5 - np.array([13.0, 16.0]) + 900.0) / (12.0 + sums)))


def test_an_extension_is_worth_what_it_earns_from_its_service_on():
    """Two campuses of one and two phases; the second future never orders the second phase."""
    phase = lambda capex, deposit: Fields(capex_usd=capex, deposit_frac=deposit)  # noqa: E731
    bound = Fields(company=company(), n=2, phases=((phase(100.0, 0.1),), (phase(40.0, 0.25), phase(60.0, 0.5))))
    bound.company.valuation.wacc_frac, bound.company.assets.gpu_life_years = 0.0, 1.0
    realised = np.zeros((2, 2, 24))
    realised[:, 0, 4:], realised[:, 1, 2:], realised[0, 1, 6:] = 1, 1, 2
    series = {
        "equipment_gross_usd": np.full((2, 24), 50.0),
        "gross_profit_usd": np.outer([5.0, 10.0], np.ones(24)),
        "realised_phase": realised,
    }
    series["equipment_gross_usd"][:, 5] = 0.0
    lead = np.full((2, 2, 3), 60.0)
    found = per_draw_outputs._phases(bound, series, lead)
    left, worth = found["phase_left_usd"], found["phase_value_before_cost_usd"]
    assert left[:, 0].tolist() == [near(np.nan, 180.0, np.nan)] * 2
    assert [row.tolist() for row in left[:, 1]] == [near(np.nan, 60.0, 60.0), near(np.nan, 60.0, np.nan)]
    assert worth[0, 0, 1] == pytest.approx(0.1 * 11 * 150.0) and worth[1, 0, 1] == pytest.approx(0.2 * 11 * 150.0)
    assert worth[0, 1, 2] == pytest.approx(0.1 * 12 * 90.0) and np.isnan(worth[1, 1, 2])


def test_a_path_to_power_discounted_and_paid_over_its_lead():
    rate, month = 0.2, np.log(1.2) / 12.0
    service = lambda a, b: (np.exp(-month * a) - np.exp(-month * b)) / month  # noqa: E731
    assert power_paths.months_of_service(np.array([6.0, 40.0]), 30.0, np.array(rate)).tolist() == near(service(6.0, 30.0), 0.0)
    told = {"earned_usd_per_mw_month": 9.0, "energy_usd_per_mw_month": 2.0, "capital_usd_per_mw": 50.0, "months": 30.0}
    found = power_paths.path_npv_usd_per_mw(**told, lead_months=np.array([6.0, 0.0]), rate_per_year=np.array(rate))
    paid = (1.0 - np.exp(-month * 6.0)) / (month * 6.0)
    assert found.tolist() == near(7.0 * service(6.0, 30.0) - 50.0 * paid, 7.0 * service(0.0, 30.0) - 50.0)
    assert float(power_paths.path_npv_usd_per_mw(**told, lead_months=np.array(6.0), rate_per_year=np.array(0.0))) == 7.0 * 24.0 - 50.0
    waiting = {"earned_usd_per_mw_month": 9.0, "energy_usd_per_mw_month": 2.0, "lead_months": 6.0, "rate_per_year": 0.44}
    assert float(power_paths.month_of_waiting_usd_per_mw(**waiting)) == pytest.approx(7.0 / 1.2)
    assert float(power_paths.fuel_usd_per_mwh(np.array(9000.0), np.array(5.0))) == pytest.approx(9.0 / 1.055056 * 1.108 * 5.0, rel=1e-3)


def test_flows_behind_a_price_year_by_year():
    """Growth of 40 % fades to 10 % over three years; 30 % of the first margin's gap stays a fixed cost."""
    path = price_implied.Path(10.0, 0.4, 3, 0.5, 0.2, 2.0, 4.0, 0.25, 0.12, 0.1)
    revenue = [10.0, 10.0 * np.exp(0.4), 10.0 * np.exp(0.65)]
    cash = []
    for r, g in zip(revenue, (0.4, 0.25, 0.1), strict=True):
        earned, worn = 0.5 * r - 0.3 * 10.0, 2.0 * r / 4.0
        cash.append(earned - 0.25 * max(earned - worn, 0.0) - worn - 2.0 * r * g)
    found = price_implied.cash_flows(path)
    assert [x.tolist() for x in found] == [near(*revenue), near(*cash)]
    rich = price_implied.Path(10.0, 0.4, 3, 0.9, 0.8, 2.0, 4.0, 0.25, 0.12, 0.1)
    first = 8.0 - 0.25 * (8.0 - 5.0) - 5.0 - 20.0 * 0.4
    assert price_implied.cash_flows(rich)[1][0] == pytest.approx(first)
    grown = np.exp(0.1)
    value = sum(c / 1.12**k for k, c in enumerate(cash, 1)) + cash[-1] * grown / (1.12 - grown) / 1.12**3
    assert float(price_implied.enterprise_value(path)) == pytest.approx(value)
    assert price_implied.cash_flows(price_implied.Path(10.0, 0.4, 1, 0.5, 0.5, 0.0, 4.0, 0.0, 0.1, 0.1))[1].tolist() == near(5.0)
    parts = price_implied.sum_of_parts(platform_usd=3.0, fleet_usd=5.0, cash_usd=7.0, debt_usd=11.0, equity_value_usd=100.0)
    assert parts == {"platform": 3.0, "fleet": 5.0, "net_cash": -4.0, "lab": 96.0}
    stopped = price_implied.value_of_stopping(np.array([1.0, 4.0, 10.0]), sunk_usd=np.array([1.0, 2.0, 0.0]), left_usd=4.0)
    assert stopped == pytest.approx({"commit": 0.0, "decide_later": 1.0, "option": 1.0, "stopped_frac": 1 / 3})


def test_worth_of_a_phase_beyond_the_horizon_earns_as_in_the_last_year():
    earned = np.concatenate([np.zeros((12, 1)), np.full((12, 1), 2.0)])
    earned[-1] = 14.0
    told = {"lag": np.array([3]), "life_years": 1.0, "wacc": 0.44}
    found = price_implied.worth_of_phase(earned, np.array([5.0]), service=np.array([20.0]), **told)
    months = [(t, 2.0 if t < 23 else 14.0 if t == 23 else 3.0) for t in range(20, 32)]
    assert found.tolist() == near(5.0 * sum(x * 1.44 ** (-(t - 20.0 + 3.0) / 12.0) for t, x in months))


SPEC = Fields(
    **{
        **dict(CountySpec()), "computer_value_frac": [0.8, 0.5], "plant_value_frac": [0.9, 0.6], "assessed_frac": np.array([1.0, 0.5]),
        "payees": {"county": Fields(mills=30.0), "schools": Fields(mills=50.0)}, "assessment_personal_frac": 0.3, "others": {},
        "assessment_real_frac": 0.4, "fee_in_lieu_frac": 0.25, "fee_years": 1.5, "exempt_years": 0.25, "sales_tax_exempt_frac": 0.75,
        "sales_tax_frac": 0.07, "state": "generic", "permanent_jobs": 3.0, "jobs_per_it_mw": 2.0, "job_wage_usd_per_year": 60.0,
        "wage_tax_effective_frac": 0.1, "public_cost_usd_per_job_year": 24.0, "power_fee_frac": 0.05, "but_for_frac": 0.5,
        "residents": 40.0, "households": 8.0, "public_capital_usd": 90.0, "utility_capital_usd": 70.0, "company_public_works_usd": 11.0,
    }
)  # fmt: skip


def standing():
    """Two futures of 38 months from November: computers, plant and buildings from the third month; the second has half of each."""
    cost = np.zeros((3, 2, 38))
    cost[:, 0, 2:] = np.array([[100.0], [40.0], [20.0]])
    cost[0, 0, 16:] = 160.0
    cost[:, 1] = 0.5 * cost[:, 0]
    it = np.array([[0.0] * 2 + [5.0] * 6 + [8.0] * 30, [0.0] * 38])
    return cost, it, (np.arange(38) + 10) % 12


def test_the_public_s_books_by_hand():
    cost, it, month = standing()
    b = county.county_books(SPEC, cost, it, month, np.full((2, 38), 10.0))
    personal, real = 0.3 * 0.08, 0.4 * 0.08
    first = (80.0 + 36.0) * personal / 12.0 + 20.0 * real / 12.0
    second = ((100.0 * 0.5 + 60.0 * 0.8) + 40.0 * 0.6) * personal / 12.0 + 20.0 * real / 12.0
    assert b.levy_usd[0, [13, 14, 25, 26, 37]].tolist() == near(0.0, first, first, second, second)
    assert b.levy_usd[1, 14] == pytest.approx(first * 0.25)
    assert b.property_paid_usd[0, [14, 19, 20]].tolist() == near(0.25 * first, 0.25 * first, first)
    assert b.value_usd[0, 14] == 136.0
    assert b.sales_levy_usd[0, [1, 2, 3, 16]].tolist() == near(0.0, 9.8, 0.0, 4.2)
    assert b.sales_paid_usd[0, [2, 16]].tolist() == near(9.8 * 0.25, 4.2) and b.power_fee_usd[1].tolist() == near(*[0.5] * 38)
    assert b.jobs[:, [1, 2, 9]].tolist() == [[0.0, 13.0, 19.0], [0.0] * 3]
    assert b.wage_tax_usd[0, [2, 9]].tolist() == near(6.5, 9.5) and b.public_cost_usd[0, [2, 9]].tolist() == near(26.0, 38.0)
    paid = b.property_paid_usd + b.sales_paid_usd + b.power_fee_usd
    assert (b.paid_usd == paid).all() and b.waived_usd[0, [2, 14]].tolist() == near(9.8 * 0.75, 0.75 * first)
    early = county.county_books(SPEC, np.ones((3, 2, 4)), np.ones((2, 4)), np.arange(4))
    assert early.sales_levy_usd.tolist() == [[0.0] * 4] * 2  # what stands on the first day was taxed before
    untold = Fields(**{**vars(SPEC), "payees": {}, "property_tax_frac": 0.012})
    assert county.levy_per_usd(untold, personal=True) == 0.012 and county.payee_shares(untold) == {"all": 1.0}


def test_the_sum_for_the_public_and_what_a_household_is_left_with():
    cost, it, month = standing()
    b = county.county_books(SPEC, cost, it, month, 10.0)
    total = county.public_summary(SPEC, b, it)
    gains, costs = b.paid_usd.sum(axis=1) + b.wage_tax_usd.sum(axis=1) + 11.0, b.public_cost_usd.sum(axis=1) + 90.0
    gone = b.waived_usd.sum(axis=1)
    assert total["net_usd"].tolist() == near(*(0.5 * (gains - costs) - 0.5 * gone))
    assert total["forgone_usd_per_job"].tolist() == near(gone[0] / 19.0, 0.0)
    assert total["forgone_usd_per_mw"].tolist() == near(gone[0] / 8.0, 0.0)
    assert total["forgone_usd_per_resident"].tolist() == near(*(gone / 40.0))
    assert np.isnan(total["break_even_but_for_frac"]).all() and np.isnan(total["fees_cover_month"]).all()
    rich = Fields(**{**vars(SPEC), "company_public_works_usd": 5000.0, "public_capital_usd": 3.0, "utility_capital_usd": 2.0})
    well = county.public_summary(rich, b, it)
    assert well["break_even_but_for_frac"].tolist() == near(*(gone / (gone + gains + 4989.0 - costs + 87.0)))
    covered = [int(np.flatnonzero(np.cumsum(row) >= 5.0)[0]) for row in b.paid_usd]
    assert well["fees_cover_month"].tolist() == covered
    leaves = Fields(**{**vars(SPEC), "contract_years": 0.5, "utility_recovery_years": 2.0, "exit_security_frac": 0.1})
    left = county.household_cost(leaves, np.full((1, 26), 4.0))[0]
    month_end = lambda k: (max(90.0 - 4.0 * k, 0.0) + 70.0 * max(1.0 - k / 24.0 - 0.1, 0.0)) / 8.0  # noqa: E731
    assert left[[0, 5, 6, 20, 22, 25]].tolist() == near(*(month_end(k) for k in (6, 6, 7, 21, 23, 26)))
    assert county.household_cost(Fields(**{**vars(leaves), "households": 0.5}), np.zeros((1, 8)))[0, 7] == pytest.approx(
        (90.0 + 70.0 * (0.9 - 8 / 24)) / 0.5
    )


def test_places_of_a_campus_are_paid_body_by_body():
    cost, it, month = standing()
    there = Fields(**{**vars(SPEC), "share_frac": 0.25, "extension_share_frac": 0.5, "payees": {"state": Fields(mills=80.0)}})
    spec = Fields(**{**vars(SPEC), "others": {"there": there}})
    books = county.books_of_places(spec, np.stack([cost, 2.0 * cost]), np.stack([it, 3.0 * it]), month, 10.0)
    assert books["there"].jobs[0, 2] == pytest.approx(3.0 + 2.0 * 5.0 * (0.25 + 1.5))
    assert books["county"].jobs[0, 2] == pytest.approx(3.0 + 2.0 * 5.0 * (0.75 + 1.5))
    assert books["there"].power_fee_usd.max() == 0.0 and books["county"].power_fee_usd[0, 0] == pytest.approx(0.5)
    bodies = county.by_body(spec, books)
    here, over = books["county"], books["there"]
    assert [x[0, 14] for x in bodies["county/county"]] == near(
        *(3 / 8 * x[0, 14] for x in (here.property_paid_usd, here.levy_usd - here.property_paid_usd))
    )
    paid, waived = bodies["there/state"]
    assert np.allclose(paid, over.property_paid_usd + over.sales_paid_usd) and np.allclose(
        paid + waived, over.levy_usd + over.sales_levy_usd
    )
    assert bodies["county/utility"][0][1].tolist() == near(*[0.5] * 38) and bodies["county/utility"][1].max() == 0.0
    whole = county.together(list(books.values()))
    assert (whole.jobs == here.jobs + over.jobs).all()
    row = county_draws._campus(spec, whole, 4.0 * it)
    assert row["county_gained_usd"] is whole.wage_tax_usd and row["county_cost_usd"] is whole.public_cost_usd
    brought = whole.paid_usd + whole.wage_tax_usd - whole.public_cost_usd
    assert row["household_cost_if_leaves_usd"].tolist() == county.household_cost(spec, brought).tolist()
    table = np.arange(2 * 3 * 4, dtype=float).reshape(2, 3, 4)
    split = county_draws._along(table, np.array([1, 0]), np.array([[0, 1, 2, 2], [0, 0, 1, 1]]))
    assert split.tolist() == [[[12, 13, 14, 15], [0, 1, 2, 3]], [[0, 4, 8, 8], [0, 0, 4, 4]]]


def test_money_between_siblings_within_a_year():
    day = lambda y, m, d=1: date(y, m, d)  # noqa: E731
    put = [
        Flow(day(2025, 3), "s", "c", "equity", 4.0),
        Flow(day(2025, 9), "s", "c", "debt", 3.0),
        Flow(day(2025, 4), "x", "c", "equity", 9.0),
    ]
    bought = [
        Flow(day(2026, 3), "c", "s", "goods", 5.0),
        Flow(day(2026, 6), "c", "s", "data", 6.0),
        Flow(day(2025, 5), "c", "y", "goods", 9.0),
    ]
    assert circularity(put + bought, company="c") == pytest.approx(7.0 / 20.0)  # 4 and 1 of the first, then 2 left of the second
    late = [Flow(day(2026, 3, 2), "c", "s", "goods", 5.0)]
    assert circularity(put[:1] + late, company="c") == 0.0 and circularity(put[:1], company="c") == 0.0
    assert circularity([Flow(day(2026, 4), "s", "c", "equity", 4.0), *late], company="c") == 0.0
    sold = Flow(day(2025, 5), "s", "c", "service", 2.0)
    share = dependence([*put, *bought, sold], company="c", siblings={"s"}, totals={"revenue": 8.0, "purchases": 44.0, "funding": 28.0})
    assert share == pytest.approx({"revenue": 0.25, "purchases": 0.25, "funding": 0.25})
    months = Months(day(2025, 3), 4)
    money = related_money([*put, *bought, Flow(day(2025, 3), "c", "c", "goods", 8.0)], months)
    assert money["related_funding_usd"].tolist() == [4.0, 9.0, 0.0, 0.0] and money["related_purchases_usd"].tolist() == [0.0, 0.0, 9.0, 0.0]
    outside = [Flow(day(2025, 2), "s", "c", "equity", 1.0), Flow(day(2025, 7), "s", "c", "equity", 1.0), put[0], sold]
    assert received_by_month(outside, months, company="c", sibling="s").tolist() == [4.0, 4.0, 6.0, 6.0]
    assert related_money(outside[:2], months)["related_funding_usd"].tolist() == [0.0] * 4
    carried = months_carried(np.array([1.5, 1.0, 0.5]), free_cash_usd_per_year=12.0, cash_usd=5.0)
    assert carried.tolist() == [10.0, np.inf, np.inf]


def test_claims_about_the_books_by_how_much_they_hold():
    """Unlike draws: the mean of three months that lasts a year, the least cash, the money of others until then."""
    x = np.stack([np.r_[-np.ones(4), np.full(20, 3.0)], np.r_[np.full(14, 3.0), -6.0, np.full(9, 3.0)]], axis=1)
    for by, after, wanted in ((6, 0, (3.0, 3.0)), (4, 0, (1 / 3, 3.0)), (5, 0, (5 / 3, 3.0)), (12, 5, (3.0, 0.0)), (99, 12, (3.0, 0.0))):
        assert goals.lasting_margin("x", by, after=after)({"x": x}).tolist() == near(*wanted)
    cash = np.array([9.0, 8.0, 5.0, 6.0, 9.0, *[7.0] * 12])[:, None]
    outside = np.zeros((17, 1))
    outside[3] = 4.0
    told = {"cash_usd": cash, "arrears_usd": np.zeros((17, 1)), "cash_floor_usd": np.array([0.5]), "outside_capital_usd": outside}
    told |= {"free_cash_flow_usd": np.full((17, 1), 2.0), "interest_income_usd": np.full((17, 1), 0.5)}
    told["arrears_usd"][16] = 1.0
    least = (
        np.array([min(cash[k, 0] - (1.0 if k == 16 else 0.0) - (4.0 if t < 3 <= k else 0.0) for k in range(t, 17)) for t in range(17)])
        - 0.5
    )
    for by, after in ((2, 0), (1, 0), (4, 0), (9, 1), (4, 3)):
        assert goals.escape_margin(by, after=after)(told).tolist() == near(max(least[after + 1 : min(by, 4) + 1]))
    poor = {**told, "free_cash_flow_usd": np.full((17, 1), 0.6)}
    assert goals.escape_margin(4, after=0)(poor).tolist() == near(12 * 0.1)


def test_how_futures_end_on_both_sides_of_each_limit():
    n, months = 8, 14
    series = {k: np.zeros((n, months)) for k in ("arrears_usd", "interest_income_usd")}
    series |= {"revenue_usd": np.full((n, months), 2.0), "free_cash_flow_usd": np.full((n, months), 1.0)}
    series["founder_share_frac"] = np.full((n, months), 0.5)
    rent, escape = np.zeros((n, months)), np.full(n, np.nan)
    escape[[0, 1]] = 5.0
    series["interest_income_usd"][1] = 1.0
    rent[2, -12:], rent[3, -12:], rent[3, 0] = 1.01, 1.0, 99.0
    series["founder_share_frac"][4, -1] = 0.49
    series["arrears_usd"][5, 2:8] = 0.5
    series["arrears_usd"][6, 2:7] = series["arrears_usd"][6, 8:13] = 0.5
    words = [terminal_states.CLASSES[k] for k in terminal_states.classify(series, escape, rent)]
    assert words == ["escape", "coast", "rented_out", "coast", "sold", "dead", "coast", "coast"]
    assert trailing(np.arange(1.0, 6.0)[:, None])[:, 0].tolist() == [1.0, 3.0, 6.0, 9.0, 12.0]


def test_who_bears_the_cost_of_machines():
    """Ten hours held and eight at work, then six and three; a quarter let, half of the rest of the hours serve, at 40 % load."""
    use = Use(np.array([[10.0, 6.0]]), np.array([[8.0, 3.0]]), np.array([[0.5, 0.9]]), np.array([[0.25, 0.5]]), 0.4)
    fixed, running = {"chips": np.array([[100.0, 60.0]]), "staff": np.array([[10.0, 0.0]])}, {"energy": np.array([[8.0, 5.0]])}
    assert {k: v.tolist() for k, v in use.shares().items()} == {
        "serving": [[0.5, 0.5]],
        "tenants": [[0.25, 0.5]],
        "training": [[0.25, 0.0]],
    }
    hour = cost_per_accelerator_hour(fixed, running, use)
    assert {k: v[0] for k, v in hour.items()} == pytest.approx({"chips": 10.0, "staff": 8 / 11, "energy": 13 / 11, "idle": 52 / 11})
    serving = cost_of_serving(fixed, running, {"traffic": np.array([[1.0, 2.0]])}, use)
    wanted = {"chips": 22.0, "staff": 1.6, "energy": 2.6, "idle": 26.0, "between_peaks": 0.6 * (55.0 + 4.0 + 6.5), "traffic": 3.0}
    assert {k: v[0] for k, v in serving.items()} == pytest.approx(wanted)
    users = cost_by_user(fixed, running, use)
    assert {k: v[0] for k, v in users.items()} == pytest.approx({"serving": 91.5, "tenants": 29.5 + 32.5, "training": 29.5})
    none = Use(np.zeros((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros((1, 1)))
    assert none.at_work_frac.tolist() == [[0.0]] and np.isnan(cost_per_accelerator_hour({}, {"e": np.ones((1, 1))}, none)["e"][0])


def test_debt_beyond_the_plant_counts_as_all_of_it():
    terms = metrics.EscapeTerms(np.array([[0.2]]), np.array([[0.5]]), np.array([[2.0]]))
    carried = metrics.levered(terms, debt=np.array([[30.0]]), interest=np.array([[0.25]]), capital=np.array([[20.0]]))
    assert carried.cash_margin[0, 0] == pytest.approx(0.5 + 2.0 * (0.2 - 0.1))


def test_draws_that_agree_with_what_was_seen_are_those_of_the_linear_posterior():
    """Three figures of two latents, two of them seen with unlike noise: mean and covariance in closed form."""
    slope, base = np.array([[1.0, 0.5], [0.2, -1.0], [9.0, 9.0]]), np.array([0.3, -0.2, 5.0])
    seen, noise, use = np.array([1.5, 0.6, 1e9]), np.array([0.5, 0.8, 1.0]), np.array([True, True, False])
    found = calibrate.condition(lambda z: base + z @ slope.T, 2, observed=seen, noise=noise, use=use, draws=40_000, seed=3)
    part, weight = slope[:2], np.diag(noise[:2] ** -2.0)
    covariance = np.linalg.inv(np.eye(2) + part.T @ weight @ part)
    mean = covariance @ part.T @ weight @ (seen - base)[:2]
    ours = found.weight @ found.latent
    assert ours == pytest.approx(mean, abs=0.01) and found.weight.sum() == pytest.approx(1.0) and found.temper == 1.0
    spread = (found.weight[:, None] * (found.latent - ours)).T @ (found.latent - ours)
    np.testing.assert_allclose(spread, covariance, rtol=0.04, atol=0.004)
    assert found.free_inputs == 2 and found.effective == pytest.approx(1.0 / (found.weight**2).sum()) and found.effective > 20_000
    assert found.quantile(2, 0.5) == pytest.approx(5.0 + 9.0 * mean.sum(), abs=0.15)
    with pytest.raises(calibrate.TooFewDraws):
        calibrate.condition(lambda z: base + z @ slope.T, 2, observed=seen, noise=1e-6 * noise, use=use, draws=20)
    values, share = np.array([3.0, 1.0, 2.0, 9.0]), np.array([0.2, 0.3, 0.4, 0.1])
    assert [calibrate.weighted_quantile(values, share, q) for q in (0.0, 0.3, 0.31, 0.7, 0.71, 1.0)] == [1.0, 1.0, 2.0, 2.0, 3.0, 9.0]


def test_capacity_of_the_whole_is_shared_by_what_each_phase_adds():
    """Committed capacity stays with the first campus; of a phase's 60, two thirds go where two thirds of the power are added."""
    it_mw = np.array([[[[10.0, 10.0], [30.0, 10.0]], [[20.0, 5.0], [30.0, 5.0]], [[7.0, 0.0], [7.0, 0.0]]]])
    split = _share(it_mw, np.array([[[100.0, 40.0], [160.0, 40.0]]]))
    assert split[0, :, :, 0].tolist() == [[100.0, pytest.approx(140.0)], [0.0, pytest.approx(20.0)], [0.0, 0.0]]
    assert split[0, :, :, 1].tolist() == [[40.0, 40.0], [0.0, 0.0], [0.0, 0.0]]
