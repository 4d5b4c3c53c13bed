"""Forecasts of the listed landlord know nothing that came later, and their pieces do what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gigacampus.company.finance.pools import habit, log_pool, members, spread
from gigacampus.validation import forecast_scores, listed_backtest, listed_power, listed_year_replay
from gigacampus.validation.case_folder import read_table
from gigacampus.validation.listed_backtest import billing_mw
from gigacampus.validation.listed_reports import Guide, Quarter, guided, quarter_end, read_guides, read_quarters
from tests.validation.folders import bundled


@pytest.fixture(scope="module")
def known():
    def rows(name):
        return read_table(bundled(f"company/{name}"))

    return read_quarters(rows("coreweave_quarters.csv")), read_guides(rows("coreweave_guidance.csv"))


def changed(quarter, **values):
    return replace(quarter, values={**quarter.values, **values})


def test_a_forecast_sees_neither_its_own_quarter_nor_later_ones(known):
    quarters, guides = known
    target = quarters[-2]
    future = [
        changed(q, revenue=9e9, interest_expense_net=9e9, operating_income=-9e9, adj_operating_income=9e9)
        if q.name > target.name
        else changed(q, interest_expense_net=1.0, revenue=1.0, operating_income=1.0, adj_operating_income=1.0)
        if q is target
        else q
        for q in quarters
    ]
    later = Guide(date(2025, 12, 1), target.name, "revenue", 1.0, 2.0)
    ours, blind = (listed_backtest.rolling(q, g) for q, g in ((quarters, guides), (future, [*guides, later])))
    pairs = [(f, b) for f in ours for b in blind if f.quarter == b.quarter == target.name and f.line == b.line]
    assert len(pairs) == 3
    assert all(np.array_equal(f.ensemble, b.ensemble) for f, b in pairs)


def test_more_power_given_is_more_revenue_and_the_full_mode_does_not_look(known):
    quarters, guides = known
    last = quarters[-1]

    def median(mw, full):
        made = listed_backtest.rolling([*quarters[:-1], changed(last, active_power_mw=mw)], guides, full=full)
        return next(f.median for f in made if f.quarter == last.name and f.line == "revenue")

    assert median(2.0 * last.mw, False) > median(last.mw, False)
    assert median(2.0 * last.mw, True) == median(last.mw, True)


def test_billing_is_an_integral_of_the_power_path():
    mw, lag = np.array([100.0, 150.0, 300.0, 320.0]), 0.7
    fine = np.linspace(3.0 - 1.0 - lag, 3.0 - lag, 200_001)
    assert billing_mw(mw, lag)[3] == pytest.approx(np.interp(fine, np.arange(4), mw).mean(), rel=1e-4)
    assert np.isnan(billing_mw(mw, lag)[1])


def test_the_lag_that_makes_price_steady_is_found():
    mw = [100.0, 130.0, 220.0, 240.0, 400.0, 430.0, 700.0, 710.0, 900.0, 1300.0]
    truth = 3.0 * billing_mw(np.array(mw), 0.8)
    quarters = [
        Quarter(f"202{4 + i // 4}Q{i % 4 + 1}", quarter_end(f"202{4 + i // 4}Q{i % 4 + 1}"), {"revenue": r, "active_power_mw": m})
        for i, (r, m) in enumerate(zip(np.nan_to_num(truth, nan=240.0), mw, strict=True))
    ]
    mean, _ = listed_backtest.by_power(quarters[:-1], mw[-1])
    assert np.exp(mean) == pytest.approx(truth[-1], rel=0.02)


def test_a_years_range_gives_its_last_quarter_by_difference_and_only_when_the_rest_is_known(known):
    quarters, guides = known
    fourth = Quarter("2025Q4", quarter_end("2025Q4"))
    inferred = guided("revenue", fourth, quarters, guides)
    assert inferred.mid == pytest.approx(5100.0 - sum(q["revenue"] for q in quarters if q.name.startswith("2025")))
    assert guided("revenue", fourth, quarters[:-1], guides) is None
    assert guided("revenue", quarters[-1], quarters[:-1], guides).mid == 1280.0


def test_a_pool_leans_on_the_forecaster_with_the_better_record_and_agreement_does_not_narrow_it():
    mean, scale = log_pool({"good": (0.0, 0.02), "poor": (1.0, 0.2)})
    assert 0.0 < mean < 0.02 and 0.02 < scale < 0.2
    assert log_pool({"a": (0.0, 0.1), "b": (0.0, 0.1), "c": (0.0, 0.1)})[1] == pytest.approx(0.1)
    assert spread(0.05, [0.2])[0] > spread(0.05, [0.0])[0]
    assert habit([]) == 0.0 and 0.0 < habit([0.1]) < 0.1
    x = members(2.0, 0.1, 5.0)
    assert np.all(np.diff(x) > 0) and np.median(x) == pytest.approx(2.0)


def test_scores_of_a_wide_and_a_wrong_forecast():
    def made(centre, width):
        return listed_backtest.Forecast("q", "revenue", centre + width * np.linspace(-1, 1, 2001), 100.0, {"random_walk": 90.0}, {}, True)

    sharp, wide, wrong = made(100.0, 5.0), made(100.0, 60.0), made(130.0, 5.0)
    assert forecast_scores.crps([sharp]) < forecast_scores.crps([wide]) < forecast_scores.crps([wrong])
    assert forecast_scores.sharpness([sharp]) < forecast_scores.sharpness([wide])
    assert forecast_scores.band(sharp, 0.8) == pytest.approx((96.0, 104.0), abs=0.01)
    assert forecast_scores.coverage([sharp, wide, wrong]) == pytest.approx(2 / 3)
    assert forecast_scores.mean_interval_score([wrong]) > forecast_scores.mean_interval_score([wide])
    assert forecast_scores.pit([sharp])[0] == pytest.approx(0.5, abs=0.01) and forecast_scores.pit([wrong]) == [0.0]


def test_slip_uses_the_library_and_a_promise_slips_where_a_stream_does_not(known):
    quarters, guides = known
    fourth = Quarter("2025Q4", quarter_end("2025Q4"))
    steady = listed_power.guessed_mw(fourth, quarters, [])
    promised = listed_power.guessed_mw(fourth, quarters, guides)
    assert steady == pytest.approx(2 * 590.0 - 470.0)
    assert steady < promised < 850.0
    assert listed_power.done_frac(30.0).mean() < listed_power.done_frac(400.0).mean()


def test_a_replay_knows_its_day_alone(known):
    quarters, guides = known
    day = date(2025, 8, 31)
    spoilt = [changed(q, revenue=1e6, capex_company_defined=1e6) if q.end > date(2025, 6, 30) else q for q in quarters]
    later = [*guides, Guide(date(2025, 9, 9), "2025", "revenue", 1.0, 2.0)]
    for ours, blind in zip(listed_year_replay.replay(day, quarters, guides), listed_year_replay.replay(day, spoilt, later), strict=True):
        assert (ours.low, ours.median, ours.high) == (blind.low, blind.median, blind.high)
        assert ours.low < ours.median < ours.high


def test_interest_rate_on_spending_is_that_of_the_debt_note():
    now, then = {}, {}
    for row in read_table(bundled("company/coreweave_debt_2025_06.csv")):
        now[row["line"]], then[row["line"]] = (float(row[c] or "nan") for c in list(row)[3:5])
    mean = 0.5 * (now["TOTAL principal"] + then["TOTAL principal"])
    rate = 2.0 * now["total interest on debt H1"] / mean
    spent = sum(
        float(r["capex_company_defined"])
        for r in read_table(bundled("company/coreweave_quarters.csv"))
        if r["quarter"] in ("2025Q1", "2025Q2")
    )
    share = (now["TOTAL principal"] - then["TOTAL principal"]) / spent
    assert pytest.approx(rate * share / 4.0, rel=0.01) == listed_backtest.INTEREST_ON_CAPEX


def steady_landlord(count, growth=1.2, price=2.5):
    """Quarters whose power grows evenly and bills at one price without lag."""
    names = [f"{2024 + i // 4}Q{i % 4 + 1}" for i in range(count)]
    mw = [100.0 * growth**i for i in range(count)]
    bills = billing_mw(np.array([mw[0] / growth, *mw]), 0.0)[1:] * price
    return [Quarter(n, quarter_end(n), {"revenue": float(r), "active_power_mw": m}) for n, r, m in zip(names, bills, mw, strict=True)]


def of_quarter(made, name, line="revenue"):
    return next(f for f in made if (f.quarter, f.line) == (name, line))


def test_a_quarter_that_nobody_reported_does_not_make_two_steps_one():
    whole = steady_landlord(9)
    gap = [q for q in whole if q.name != "2025Q3"]
    made = listed_backtest.rolling(gap)
    assert {f.quarter for f in made} == {f.quarter for f in listed_backtest.rolling(whole)} - {"2025Q3", "2025Q4"}
    assert of_quarter(made, "2026Q1").median == pytest.approx(whole[-1]["revenue"], rel=0.03)
    assert of_quarter(made, "2026Q1").baselines["last_growth"] == pytest.approx(whole[-1]["revenue"], rel=1e-6)


def test_a_bridge_is_never_built_from_what_is_forecast():
    gap = [q for q in steady_landlord(9) if q.name != "2025Q3"]
    loud = [changed(q, revenue=9e9) if q.name == "2026Q1" else q for q in gap]
    assert np.array_equal(
        of_quarter(listed_backtest.rolling(gap), "2026Q1").ensemble, of_quarter(listed_backtest.rolling(loud), "2026Q1").ensemble
    )


@pytest.mark.parametrize("hidden", [["2025Q4"], ["2025Q3", "2025Q4"], ["2025Q2"]])
def test_power_missing_for_some_quarters_leaves_the_others_scored(hidden):
    whole = steady_landlord(9)
    some = [changed(q, active_power_mw=float("nan")) if q.name in hidden else q for q in whole]
    made = [f for f in listed_backtest.rolling(some) if f.line == "revenue"]
    assert {f.quarter for f in made if not f.power_known} == set(hidden)
    assert of_quarter(made, "2026Q1").median == pytest.approx(whole[-1]["revenue"], rel=0.03)
    full = of_quarter(listed_backtest.rolling(some, full=True), "2026Q1")
    assert full.power_known and full.median == pytest.approx(whole[-1]["revenue"], rel=0.06)


def test_figures_without_a_logarithm_are_left_out_and_stop_nothing():
    whole = [changed(q, interest_expense_net=50.0, capex_company_defined=100.0) for q in steady_landlord(9)]
    odd = [
        changed(q, interest_expense_net=-5.0) if q.name == "2025Q3" else changed(q, active_power_mw=0.0) if q.name == "2025Q4" else q
        for q in whole
    ]
    made = listed_backtest.rolling(odd)
    assert "2025Q3" not in {f.quarter for f in made if f.line == "interest"} and of_quarter(made, "2026Q1", "interest").median > 0.0
    assert not of_quarter(made, "2025Q4").power_known
    assert read_quarters([{"quarter": "2025Q4", "revenue": "0"}, {"quarter": "2026Q1", "revenue": "-3"}]) == []


def test_a_year_begins_at_the_rate_of_the_last_quarter_before_it(known):
    quarters, guides = known
    spent = changed(quarters[-1], capex_company_defined=4000.0)
    fourth = Quarter("2025Q4", quarter_end("2025Q4"), {**spent.values})
    more = [*guides, Guide(date(2026, 2, 26), "2026", "capex", 15000.0, 17000.0)]
    assert [str(d) for d in listed_year_replay.days(more)] == ["2025-05-31", "2025-08-31", "2025-11-30", "2026-02-28"]
    year = next(y for y in listed_year_replay.replay(date(2026, 2, 28), [*quarters[:-1], spent, fourth], more) if y.metric == "capex")
    assert year.median == pytest.approx(4000.0 * 4, rel=0.03)
