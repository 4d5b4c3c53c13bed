"""The money's answers and registers: taxes by body, levers of the runway, power paths, siblings, worth, county, books."""

import copy
import json

import numpy as np
import pytest

from gigacampus.answers import labels, runner, unit_costs
from gigacampus.answers.questions import county, lenders, owners, people, runway, siblings, unit_cost, worth, worth_of_speed
from gigacampus.company.analysis.machine_cost import BETWEEN_PEAKS, FIXED, IDLE, RUNNING, TRAFFIC
from gigacampus.company.analysis.terminal_states import CLASSES
from gigacampus.company.valuation import power_paths
from gigacampus.results import periods
from gigacampus.results.periods import as_of_month


@pytest.fixture(scope="module")
def registers(result):
    return {row["id"]: row for row in runner.ask(result, runner.MONEY)}


def test_city_and_county_of_2025_are_property_tax_alone(result):
    row = runner.ask(result, ("Q09",))[0]
    ours = next(p["ours"] for p in row["known"] if p["name"] == "memphis_2025")
    first = [result.index("payee", f"colossus_1/county/{body}") for body in ("shelby", "memphis")]
    months = [i for i, m in enumerate(result.coords["month"]) if m.startswith("2025")]
    assert ours == pytest.approx(np.median(result.samples("payee_paid_usd")[:, first][:, :, months].sum(axis=(1, 2))))
    everything = result.samples("county_paid_usd")[:, 0][:, months].sum(axis=1)
    assert ours < np.median(everything)


def test_payees_together_are_what_the_county_row_says(result):
    for word in ("paid", "waived"):
        bodies = result.samples(f"payee_{word}_usd")
        for c, campus in enumerate(result.coords["campus"]):
            mine = [i for i, label in enumerate(result.coords["payee"]) if label.startswith(f"{campus}/")]
            np.testing.assert_allclose(bodies[:, mine].sum(axis=1), result.samples(f"county_{word}_usd")[:, c], atol=1e-3)


def test_levers_say_what_the_runway_is_at_both_ends(result):
    rows = runway.levers(result)
    assert len(rows) == 8 and all(r["p10"] <= r["p90"] for r in rows)
    assert all("." not in r["lever"] and "_" not in r["lever"] for r in rows)
    assert all(r["low"] == labels.told(r["input"], r["p10"], r["unit"]) for r in rows)
    months = {r["input"]: r["low"] for r in rows}.get("company.orders.keep_months_of_burn", "0 months")
    assert months.endswith(" months")
    row = {
        "lever": "b c",
        "input": "company.b.c_usd",
        "clear": True,
        "low": "USD 1 bn",
        "high": "USD 20 bn",
        "months_if_low": 9.0,
        "months_if_high": 4.0,
    }
    assert runway.turns([row]) == "What turns it: b c: 9 months where low (USD 1 bn), 4 months where high (USD 20 bn)"
    assert runway.turns([]) == ""


def test_a_month_earlier_is_idle_capital_and_gross_profit(result):
    row = runner.ask(result, ("Q20",))[0]
    figures = {f["id"]: f for f in row["figures"]}
    assert row["value"] > 0 and figures["Q20_idle"]["value"] > 0 and 0 <= figures["Q20_beats"]["value"] <= 1
    assert {r["confidence"] for r in row["table"] if "confidence" in r} >= {"assumed", "recalled", "derived"}
    json.dumps(row, allow_nan=False)


def test_the_even_lead_makes_the_grid_worth_what_simple_cycle_is(result):
    rate = worth_of_speed.by_draw(result, "company.valuation.wacc_frac", result.array("cash_usd").shape[0])
    earned = worth_of_speed.earned_per_mw(result, rate)
    found = {name: worth_of_speed.path(result, name, earned, rate) for name in worth_of_speed.PATHS}
    lead = worth_of_speed.even_lead(found, rate)
    grid = found["grid"]
    terms = {k: grid[k] for k in ("earned_usd_per_mw_month", "energy_usd_per_mw_month", "rate_per_year")}
    npv = power_paths.path_npv_usd_per_mw(**terms, lead_months=lead, capital_usd_per_mw=grid["capital"], months=worth_of_speed.SPAN_MONTHS)
    met = np.isfinite(lead)
    assert met.any()
    np.testing.assert_allclose(npv[met], found["simple_cycle"]["npv"][met], rtol=1e-6)


def test_one_month_more_of_lead_costs_what_the_slope_of_the_value_says():
    terms = {"earned_usd_per_mw_month": np.array(6e5), "energy_usd_per_mw_month": np.array(5e4), "rate_per_year": np.array(0.12)}
    free = {"capital_usd_per_mw": np.array(0.0), "months": 120.0}
    values = [power_paths.path_npv_usd_per_mw(**terms, **free, lead_months=np.array(m)) for m in (24.0, 24.01)]
    slope = (values[0] - values[1]) / 0.01
    assert slope == pytest.approx(power_paths.month_of_waiting_usd_per_mw(**terms, lead_months=np.array(24.0)), rel=1e-3)


def test_registers_hold_what_was_asked_and_no_number_that_json_refuses(registers):
    json.dumps(registers, allow_nan=False)
    said = {name: [r["what"] for r in row["rows"]] for name, row in registers.items()}
    for word in ("EBITDA", "EBIT", "net income", "free cash flow"):
        assert f"lasting positive {word}" in said["books"]
    assert sum("written off over" in what for what in said["books"]) == 12
    assert any("closed form" in what for what in said["books"]) and any("hurdle" in what for what in said["books"])
    assert any(what.startswith("statute of Mississippi") for what in said["county"])
    assert any(what.startswith("damage") for what in said["county"])


def test_outcome_shares_sum_to_one(registers):
    rows = [r["value"] for r in registers["worth"]["rows"] if r["what"].startswith("ends as")]
    assert len(rows) == len(CLASSES) and sum(rows) == pytest.approx(1.0)


def test_parts_sum_to_the_price_in_every_future(result):
    names = ("the platform", "plant and other assets at book", "cash less debt", "the lab's prospects")
    assert [r["what"] for r in worth.parts(result)] == [f"of the price: {n}" for n in names]
    assert worth.post_money(result) == pytest.approx(np.full(result.array("cash_usd").shape[0], 230e9))


def test_flows_after_the_day_are_not_shown(result):
    assert siblings.dated(result)
    late = {"day": "2026-01-28", "from_party": "tesla", "to_party": "xai", "kind": "equity", "usd": 2e9}
    flows = result.scenario["company"]["flows"]
    flows.append(late)
    try:
        assert not any(f.usd == 2e9 and f.from_party == "tesla" for f in siblings.dated(result))
    finally:
        flows.remove(late)


def test_the_vote_that_failed_would_have_lengthened_the_runway(result):
    rows = {r["case"]: r for r in siblings.other_cases(result)}
    assert set(rows) == {"as it is", "without tesla", "without spacex", "with tesla vote"}
    assert rows["with tesla vote"]["median_change_months"] > 0 >= rows["without spacex"]["median_change_months"]


def test_a_home_pays_less_the_longer_the_contract(result):
    rows = [r for r in county._homes(result) if r["campus"] == "colossus_1"]
    assert len(rows) == 7
    for r in rows:
        paid = [r[f"contract_{t:g}_years_usd"] for t in county.TERMS]
        assert paid == sorted(paid, reverse=True) and paid[0] > 0


def test_a_run_carries_the_registers_for_its_report(result):
    assert [r["id"] for r in result.manifest["registers"]] == list(runner.MONEY)


def test_owners_rows_are_medians_of_holders_that_sum_to_the_whole_and_a_sale_pays_its_price(result, registers):
    held, paid, last = result.samples("ownership_frac"), result.samples("exit_payout_usd"), result.samples("valuation_usd")[:, -1]
    np.testing.assert_allclose(held.sum(axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose(paid.sum(axis=1), last, rtol=1e-9)
    rows = {(r["what"], r.get("month")): r for r in registers["owners"]["rows"]}
    founder = rows[("owned by founder", "2026-01")]
    now = result.index("month", "2026-01")
    assert founder["p50"] == pytest.approx(float(np.median(held[:, 0, now])), rel=1e-4)
    assert rows[("sold in 2031-12: paid to investors of series e", None)]["p90"] > 0
    assert not any("merged" in what for what, _ in rows)
    assert {r["what"] for r in owners.shares(result)} == {what for what, month in rows if month}


def test_lenders_rows_are_read_where_a_loan_is_tested_and_classes_sum_to_one(result, registers):
    rows = registers["lenders"]["rows"]
    room = result.samples("covenant_headroom_frac")
    for row in (r for r in rows if r["what"].startswith("room under")):
        column = room[:, result.index("month", row["month"])]
        assert row["p50"] == pytest.approx(float(np.median(column[np.isfinite(column)])), rel=1e-4)
        assert row["share_tested"] == pytest.approx(np.isfinite(column).mean(), abs=1e-4)
    assert sum(r["value"] for r in rows if "lease" in r["what"] and "value" in r) == pytest.approx(1.0)
    before, after, rent = (
        next(r["p50"] for r in rows if r["what"].startswith(what) and r.get("year") == "2027")
        for what in ("EBITDA as", "EBITDA after", "rent paid")
    )
    assert after < before and rent > 0
    assert np.nanmax(lenders.tightest(result)) <= np.nanmax(room)


def test_people_rows_are_heads_at_the_month_and_hires_of_the_year(result):
    rows = {(r["what"], r.get("month") or r.get("year")): r for r in people.by_trade(result)}
    heads, hires = result.samples("headcount", trade="research"), result.samples("hires", trade="research")
    months = [i for i, m in enumerate(result.coords["month"]) if m.startswith("2027")]
    assert rows[("heads: research", "2027-12")]["p50"] == pytest.approx(float(np.median(heads[:, months[-1]])), rel=1e-4)
    assert rows[("hires: research", "2027")]["p50"] == pytest.approx(float(np.median(hires[:, months].sum(axis=1))), rel=1e-4)


def test_the_runway_says_when_lenders_may_act_and_what_is_left_to_holders(result):
    more = {f["id"]: f for f in runner.ask(result, ("Q18",))[0]["figures"]}
    kept = result.samples("founder_share_frac")[:, result.index("month", "2027-01")]
    assert more["Q18_kept"]["value"] == pytest.approx(float(np.median(kept))) and more["Q18_kept"]["value_text"].endswith(" %")
    assert more["Q18_breach"]["value_text"] and more["Q18_room"]["value"] == pytest.approx(float(np.median(lenders.tightest(result))))


def merged(result, **merger):
    """The run as if the lab had joined a sibling a month before the scenario's day."""
    other = copy.copy(result)
    row = {
        "day": f"{result.coords['month'][as_of_month(result) - 1]}-02",
        "partner": "spacex",
        "exchange_ratio": 0.25,
        "partner_shares_per_share": 1.0,
        **merger,
    }
    other.scenario = {**result.scenario, "company": {**result.scenario["company"], "mergers": {"group": row}}}
    return other


def test_after_a_merger_the_price_says_whose_it_is_and_where_it_ends(result):
    assert worth.joined(result) is None and "merger" not in worth.answer(result)["text"]
    other = merged(result, price_usd=1e9)
    rows = {r["what"]: r for r in worth.last_price(other)}
    month = result.coords["month"][as_of_month(result) - 1]
    assert f"price of the lab alone in its merger of {month}" in rows and not any("whole company" in what for what in rows)
    assert rows["share of the group that the lab's holders got for it"]["value"] == 0.2
    assert rows["price of the group that this share implies on that day"]["p50"] == pytest.approx(230e9 / 0.2)
    assert "is not modelled" in worth.answer(other)["text"] and f"its last round before the merger of {month}" in str(
        worth.last_price(merged(result))
    )
    assert worth.joined(merged(result, day="2030-01-01")) is None
    assert [any("of the group" in r["what"] for r in owners.sale(run)) for run in (other, result)] == [True, False]


def test_the_price_of_a_sale_tells_how_wide_it_is_and_what_it_is_of_revenue(result):
    years, wide = owners.spread(result)
    last = result.samples("valuation_usd")[:, -1]
    assert np.log(last).std() == pytest.approx(wide * np.sqrt(years)) and f"{wide:.2f} a root year" in owners.answer(result)["text"]
    row = next(r for r in owners.sale(result) if "over the lab's own revenue" in r["what"])
    revenue = result.samples("revenue_usd")[:, -12:].sum(axis=1)
    assert row["p50"] == pytest.approx(np.median(result.samples("exit_payout_usd").sum(axis=1) / revenue), rel=1e-3)
    assert any("Cochrane" in source for source in owners.answer(result)["sources"])


def test_a_price_that_asks_for_more_than_the_world_makes_is_counted_not_shown(result):
    implied = result.samples("implied_revenue_usd")
    rows = {r["what"].split(",")[0].split(":")[0]: r for r in worth.price(result)}
    out = float((~(implied <= worth.WORLD_OUTPUT_USD)).mean())
    assert rows["futures left out above"]["value"] == pytest.approx(out, abs=1e-4)
    revenue = next(r for what, r in rows.items() if what.startswith("revenue after"))
    assert revenue["p90"] <= worth.WORLD_OUTPUT_USD
    assert revenue["p50"] == pytest.approx(float(np.median(implied[implied <= worth.WORLD_OUTPUT_USD])), rel=1e-3)


@pytest.mark.parametrize(("whole", "start"), [("Q19", "Q19_"), ("Q19_tokens", "Q19_tokens_")])
def test_parts_of_a_cost_sum_to_it_as_it_is_printed(result, whole, start):
    row = json.loads(json.dumps(runner.ask(result, ("Q19",))[0]))
    found = {f["id"]: f for f in row["figures"]} | {"Q19": row}
    names = [*FIXED, *RUNNING, IDLE, *((*TRAFFIC, BETWEEN_PEAKS) if whole == "Q19_tokens" else ())]
    parts = [found[start + name] for name in names]
    assert sum(p["value"] for p in parts) == pytest.approx(found[whole]["value"], rel=1e-9)
    for part in parts:
        assert part["title"] and part["unit"] == found[whole]["unit"] and part["low"] <= part["high"]


def test_gross_margin_meets_the_reported_quarters_by_one_named_residual(result):
    rows = [r for r in runner.ask(result, ("Q19",))[0]["table"] if "quarter" in r]
    quarters = {r["quarter"] for r in rows}
    assert quarters == set(result.scenario["company"]["history"])
    for key, months in unit_costs.reported_quarters(result):
        gross = result.samples("gross_profit_usd")[:, months].sum(axis=1)
        stated = [r for r in rows if r["quarter"] == key]
        assert stated[-1]["p50"] == pytest.approx(np.median(gross), rel=1e-5) and len(stated) == 6
    residual = unit_costs.residual_usd_per_month(result)
    last = unit_costs.reported_quarters(result)[-1][1]
    left = result.samples("cost_of_revenue_usd")[:, last] - unit_costs.explained_cost(result, last)
    np.testing.assert_allclose(residual, left.mean(axis=1), rtol=1e-9)


def test_what_a_token_brings_is_revenue_over_tokens_and_no_list_price(result):
    found = {f["id"]: f["value"] for f in runner.ask(result, ("Q19",))[0]["figures"]}
    year = periods.year_ahead(result)
    sold = (result.samples("revenue_usd") - result.samples("rent_usd"))[:, year].sum(axis=1)
    assert found["Q19_token_revenue"] == pytest.approx(np.median(sold * 1e6 / result.samples("tokens_served")[:, year].sum(axis=1)))
    assert found["Q19_token_revenue"] != found["Q19_price"]


def test_the_required_raise_keeps_the_plan_above_its_floor_and_the_low_point_has_a_month(result):
    found = {f["id"]: f for f in runner.ask(result, ("Q18",))[0]["figures"]}
    needed = result.samples("outside_needed_usd")
    assert found["Q18_required"]["value"] == pytest.approx(np.median(needed)) and (needed >= 0.0).all() and needed.any()
    low = int(np.quantile(result.samples("cash_low_month"), 0.5, method="inverted_cdf"))
    assert found["Q18_low_month"]["value_text"] == result.coords["month"][low]


def test_a_training_run_costs_its_hours_at_what_an_hour_costs(result):
    q17, q19 = runner.ask(result, ("Q17", "Q19"))
    cost = next(f for f in q17["figures"] if f["id"] == "Q17_cost")
    campus, month = result.index("campus", q17["place"].split()[-1]), result.coords["month"].index(q17["period"].split()[-1])
    flop, hours = (result.planned(name)[result.sampled.world_of_draw, campus, month] for name in ("training_flop", "accelerator_hours"))
    each = sum(unit_costs.hour_parts(result, periods.year_ahead(result)).values())
    assert cost["value"] == pytest.approx(np.median(1e27 / flop * hours * each), rel=1e-9) and cost["unit"] == "USD"
    assert cost["perimeter"].partition(";")[0] == q19["perimeter"].partition(";")[0]


def test_a_lease_price_is_held_against_rent_and_not_against_cost(result):
    row = runner.ask(result, ("Q19",))[0]
    rent = next((f for f in row["figures"] if f["id"] == "Q19_rent"), None)
    for point in row["known"]:
        assert rent is None or point["ours"] == pytest.approx(rent["value"])
    assert row["unit"] == unit_cost.PER_HOUR and (rent is None) == (not result.samples("rent_usd")[:, periods.year_ahead(result)].any())
