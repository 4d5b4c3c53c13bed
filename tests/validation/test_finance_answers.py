"""Known answers under every spelling, against independent oracles, and never a crash."""

from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from gigacampus.company.finance import bonds, contracts, copulas, cover, depreciation, equity, scores, tax_rules, worth
from gigacampus.company.finance import time_value as tv
from gigacampus.validation import company, finance_answers
from gigacampus.validation.case_folder import read_table
from gigacampus.validation.finance_arguments import NotUnderstood
from gigacampus.validation.finance_functions import FUNCTIONS, NAMED
from tests.validation.folders import bundled


def ask(function, expected="0", source="", **args):
    return finance_answers.answer(function, json.dumps(args), expected=expected, source=source)


@pytest.fixture(scope="module")
def open_rows():
    return read_table(bundled("company/finance_known_answers.csv"))


@settings(max_examples=60, deadline=None)
@given(
    rate=st.floats(0.0005, 0.2),
    n=st.integers(2, 400),
    pv=st.floats(1.0, 1e6),
    fv=st.floats(-1e5, 1e5),
    when=st.integers(0, 1),
    data=st.data(),
)
def test_loans_agree_with_numpy_financial(rate, n, pv, fv, when, data):
    npf = pytest.importorskip("numpy_financial")
    assume(n * math.log1p(rate) < 8.0)
    per = data.draw(st.integers(1, n))
    near = lambda x: pytest.approx(x, rel=1e-9, abs=1e-6)  # noqa: E731
    word = "begin" if when else "end"
    assert ask("pmt", rate=rate, nper=n, pv=pv, fv=fv, when=when) == near(npf.pmt(rate, n, pv, fv, when))
    assert ask("ipmt", rate=rate, per=per, nper=n, pv=pv, fv=fv, when=word) == near(float(npf.ipmt(rate, per, n, pv, fv, when)))
    assert ask("ppmt", rate=rate, per=per, nper=n, pv=pv, fv=fv, type=when) == near(float(npf.ppmt(rate, per, n, pv, fv, when)))
    payment = float(npf.pmt(rate, n, pv, 0, when))
    paid_off = ask("fv", rate=rate, n=n, pmt=payment, pv=pv, timing="advance" if when else "arrears")
    assert paid_off == pytest.approx(0.0, abs=pv * 1e-6 * (1 + rate) ** n)
    assert ask("pv", rate=rate, n=n, pmt=payment, when=when) == near(pv)
    assert ask("nper", rate=rate, pmt=payment, pv=pv, when=when) == pytest.approx(n, rel=1e-6)
    assert ask("rate", nper=n, pmt=payment, pv=pv, fv=0, when=when) == pytest.approx(rate, rel=1e-6, abs=1e-8)


def test_series_agree_with_oracles():
    npf, pyxirr = pytest.importorskip("numpy_financial"), pytest.importorskip("pyxirr")
    flows = [-40_000.0, 5_000.0, 8_000.0, 12_000.0, 30_000.0]
    assert ask("npv", source="numpy-financial documentation example", rate=0.08, values=flows) == pytest.approx(npf.npv(0.08, flows))
    assert ask("npv", source="Excel NPV example", rate=0.08, values=flows) == pytest.approx(npf.npv(0.08, flows) / 1.08)
    assert ask("npv_t1", rate=0.08, cf=flows) == pytest.approx(npf.npv(0.08, flows) / 1.08)
    assert ask("mirr", values=flows, finance_rate=0.1, reinvest_rate=0.12) == pytest.approx(npf.mirr(flows, 0.1, 0.12))
    assert ask("irr", values=flows) == pytest.approx(npf.irr(flows), abs=1e-10)
    days = [date(2023, 12, 31), date(2024, 2, 29), date(2025, 7, 1), date(2028, 2, 29)]
    money = [-100.0, 20.0, 50.0, 70.0]
    assert ask("xirr", dates=[str(d) for d in days], cashflows=money) == pytest.approx(pyxirr.xirr(days, money), abs=1e-9)
    assert ask("xnpv", rate=0.1, dates=[str(d) for d in days], values=money) == pytest.approx(pyxirr.xnpv(0.1, days, money))
    assert ask("cumipmt", rate="0.09/12", nper=360, pv=125_000, start_period=13, end_period=24) == pytest.approx(
        pyxirr.cumipmt(0.09 / 12, 360, 125_000, 13, 24)
    )
    assert ask("cumprinc", rate="0.09/12", nper=360, pv=125_000, start_period=1, end_period=1) == pytest.approx(
        pyxirr.cumprinc(0.09 / 12, 360, 125_000, 1, 1)
    )


def test_bonds_agree_with_their_flows():
    flows = np.array([4.0] * 19 + [104.0])
    times = np.arange(1, 21)
    price = float((flows / 1.045**times).sum())
    assert bonds.bond_price(coupon=0.08, yield_=0.09, n=20) == pytest.approx(price)
    assert bonds.bond_yield(coupon=0.08, price=price, n=20) == pytest.approx(0.09)
    step = 1e-6
    slope = (bonds.bond_price(coupon=0.08, yield_=0.09 + step, n=20) - bonds.bond_price(coupon=0.08, yield_=0.09 - step, n=20)) / (2 * step)
    assert bonds.modified_duration(coupon=0.08, yield_=0.09, n=20) == pytest.approx(-slope / price, rel=1e-6)


@pytest.mark.parametrize("klass", [3, 5, 7, 10, 15, 20])
def test_the_rule_gives_every_printed_half_year_table(klass):
    assert depreciation.macrs_by_rule(klass, "HY") == depreciation.macrs_table(klass, "HY")


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_the_rule_gives_the_printed_mid_quarter_tables_and_sums_to_one(quarter):
    assert depreciation.macrs_by_rule(5, f"MQ{quarter}") == depreciation.macrs_table(5, f"MQ{quarter}")
    for klass in depreciation.FACTORS:
        assert sum(depreciation.macrs_table(klass, f"MQ{quarter}")) == pytest.approx(1.0, abs=1e-9)


def test_every_schedule_writes_off_what_is_to_be_written_off():
    for name, args in (
        ("sln", {"cost": 100, "salvage": 10, "life": 5}),
        ("syd", {"cost": 100, "salvage": 10, "life": 5}),
        ("ddb_switch", {"cost": 100, "salvage": 10, "life": 5}),
    ):
        charges = ask(name, expected="[0,0,0,0,0]", **args) if name != "sln" else [ask(name, **args)] * 5
        assert sum(charges) == pytest.approx(90.0)
    assert ask("db", cost=1_000_000, salvage=100_000, life=6, period=7, month=7) == pytest.approx(15_845.10, abs=0.005)
    assert ask("vdb", cost=2400, salvage=300, life=10, start=0, end=1) == 480.0
    assert sum(depreciation.nonresidential(month=6)) == pytest.approx(1.0)
    assert ask("macrs", basis=100, klass=39, month=1, year=2) == pytest.approx(2.564)


def test_scores_agree_with_integrals_of_the_distribution():
    def by_integral(cdf, y, low, high):
        x = np.linspace(low, high, 400_001)
        return float(np.trapezoid((cdf(x) - (x >= y)) ** 2, x))

    assert scores.crps_uniform(low=1.0, high=3.0, y=3.5) == pytest.approx(by_integral(stats.uniform(1, 2).cdf, 3.5, 0, 5), abs=1e-5)
    lognormal = stats.lognorm(0.5, scale=math.exp(0.2)).cdf
    assert scores.crps_lognormal(mu=0.2, sigma=0.5, y=1.7) == pytest.approx(by_integral(lognormal, 1.7, 0, 60), abs=1e-4)
    assert scores.crps_exponential(rate=2.0, y=0.7) == pytest.approx(by_integral(stats.expon(scale=0.5).cdf, 0.7, 0, 30), abs=1e-4)
    assert scores.log_score_normal(mu=1.0, sigma=2.0, y=0.5) == pytest.approx(-stats.norm(1, 2).logpdf(0.5))


def test_rank_dependence_agrees_with_samples():
    rng = np.random.default_rng(5)
    z = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 200_000)
    t = z / np.sqrt(rng.chisquare(3, 200_000) / 3.0)[:, None]
    assert copulas.spearman_of_t_copula(0.6, 3.0) == pytest.approx(stats.spearmanr(t).statistic, abs=0.006)
    assert copulas.spearman_of_gaussian_copula(0.6) == pytest.approx(stats.spearmanr(z).statistic, abs=0.006)
    assert copulas.kendall_of_t_copula(0.6, 3.0) == pytest.approx(stats.kendalltau(*t[:20_000].T).statistic, abs=0.015)
    assert copulas.rho_of_kendall(copulas.kendall_of_gaussian_copula(0.3)) == pytest.approx(0.3)
    u = rng.uniform(size=(2, 100_000))
    theta = 2.0
    v = ((u[1] ** (-theta / (1 + theta)) - 1) * u[0] ** -theta + 1) ** (-1 / theta)
    assert copulas.kendall_of_clayton_copula(theta) == pytest.approx(stats.kendalltau(u[0, :20_000], v[:20_000]).statistic, abs=0.015)


def test_lambert_w_agrees_with_scipy_and_the_lag_goes_to_zero():
    from scipy.special import lambertw

    for x in (-0.3, 0.1, 5.0, 1e6):
        assert ask("lambert_w", x=x) == pytest.approx(float(lambertw(x).real), rel=1e-12)
    limit = ask("escape_growth", M=0.6, k=1.2, delta=0.2, L=0)
    assert limit == pytest.approx(0.3)
    assert ask("escape_growth", M=0.6, k=1.2, life=5, L=1e-7) == pytest.approx(limit, abs=1e-6)
    g = ask("escape_growth", margin=0.6, k=1.2, a=0.2, lag=0.5)
    assert ask("escape_residual", g=g, M=0.6, k=1.2, a=0.2, L=0.5) == pytest.approx(0.0, abs=1e-12)
    assert ask("escape_ratio", g=g, M=0.6, k=1.2, a=0.2, L=0.5) == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(value=st.floats(0.0, 500.0), prefs=st.lists(st.floats(1.0, 60.0), min_size=1, max_size=3), cap=st.sampled_from([0.0, 1.5, 3.0]))
@example(value=15.0, prefs=[1.0, 1.0, 10.0], cap=1.5)
def test_payouts_sum_to_the_value_and_no_one_pays_in(value, prefs, cap):
    preferred = [(p, 0.2) for p in prefs]
    common = 1.0 - 0.2 * len(prefs)
    for paid in (
        contracts.exit_payouts(value, preferred=preferred, common_frac=common),
        equity.participating_payouts(value, preferred=preferred, common_frac=common, cap=cap),
        equity.seniority_payouts(value, claims=prefs),
    ):
        assert sum(paid) == pytest.approx(value, abs=1e-9)
        assert min(paid) >= -1e-9


def test_taxes_by_year():
    assert ask("nol_used", expected="[0,0,0]", taxable=[-500, 300, 100]) == [0.0, 240.0, 80.0]
    assert ask("nol_path", expected="[0,0,0]", taxable=[-500, 300, 100]) == [500.0, 260.0, 180.0]
    assert ask("taxable_income", expected="[0,0]", income=[-500, 300]) == [0.0, 60.0]
    assert ask("tax_path", taxable=[-100, 50, 200], rate=0.21) == pytest.approx([0.0, 0.21 * 10.0, 0.21 * 140.0])
    assert ask("interest_limit", expected="{}", interest=100, ati=200, carryforward=30)["carryforward"] == 70.0
    assert ask("interest_disallowed", interest=[100, 50], ati=[200, 400]) == [40.0, 0.0]
    assert tax_rules.combined_rate(federal=0.21, state=0.05) < 0.26


def test_public_money_breaks_even_at_the_share_that_says_so():
    share = ask("break_even_share", gains=100, costs=30, forgone=90)
    assert cover.net_public_benefit(but_for=share, gains=100, costs=30, forgone=90) == pytest.approx(0.0)


def test_worth_read_forwards_and_backwards():
    assert worth.implied_growth(value=ask("gordon", fcf=100, r=0.1, g=0.03), fcf1=100, wacc=0.1) == pytest.approx(0.03)
    assert ask("terminal_value", fcf=100, wacc=0.1, g=0.03) == pytest.approx(103 / 0.07)
    assert ask("debt_capacity", cfads=130.0, dscr=1.3, rate=0.08, n=10) == pytest.approx(100 * tv.annuity_factor(0.08, 10))
    assert ask("debt_capacity", cfads=[130.0, 130.0], dscr=1.3, rate=0.08) == pytest.approx(100 * tv.annuity_factor(0.08, 2))
    assert ask("payback", cf=[-100, 40, 40, 40]) == 2.5 and ask("payback", cf=[-100, 40]) == math.inf


def test_yearly_rates_become_periods():
    monthly = tv.pmt(0.06 / 12, 360, pv=200_000)
    for args in (
        {"annual_rate": 0.06, "months": 360},
        {"annual_rate": 0.06, "years": 30, "per_year": 12},
        {"rate": "6%", "freq": 12, "n": 360},
    ):
        assert ask("pmt", principal=200_000, **args) == pytest.approx(monthly)
    assert ask("level_quarterly_rent", pv=5400, annual_rate=0.105, quarters=20) == pytest.approx(350.497784135392)
    late, early = (ask("level_quarterly_rent", pv=5400, annual_rate=0.105, years=5, timing=t) for t in ("arrears", "advance"))
    assert late / early == pytest.approx(1.02625)


@settings(max_examples=150, deadline=None)
@given(
    function=st.sampled_from([*FUNCTIONS, "unheard_of", ""]),
    args=st.dictionaries(
        st.sampled_from(["rate", "n", "pv", "cf", "x", "y", "k", "M", "taxable", "per", "klass", "basis", "life", "dates", "zzz"]),
        st.one_of(
            st.floats(-10, 10),
            st.integers(-3, 50),
            st.text(max_size=8),
            st.lists(st.floats(-5, 5), max_size=4),
            st.none(),
            st.sampled_from(["1/0", "9**9**9**9", "2008-13-01"]),
        ),
        max_size=6,
    ),
    expected=st.sampled_from(["1", "[1,2]", '{"a": 1}', "null", "abc", "", "NaN", "inf"]),
)
def test_whatever_a_row_says_it_is_answered_or_not_understood(function, args, expected):
    row = {"id": "x", "function": function, "inputs_json": json.dumps(args), "expected": expected, "tolerance": "1e-9", "source": "s"}
    got = company._answers("", [row])
    assert len(got) == 1 and (got[0]["pass"] in (True, False) or got[0]["metric"].startswith("not understood"))


@pytest.mark.parametrize(("field", "text"), [("inputs_json", "{"), ("inputs_json", "[1]"), ("tolerance", "tight"), ("function", "no_such")])
def test_a_spoilt_row_is_not_understood_and_never_gates(open_rows, field, text):
    row = company._answers("", [open_rows[0] | {field: text}])[0]
    assert row["metric"].startswith("not understood") and not row["gating"] and row["pass"] is None


def test_an_argument_nobody_knows_is_refused_and_a_remark_is_not():
    with pytest.raises(NotUnderstood, match="wobble"):
        ask("pmt", rate=0.1, n=2, pv=1, wobble=3)
    assert ask("pmt", rate=0.1, n=2, pv=1, remark="end of month") == ask("pmt", rate=0.1, n=2, pv=1)
    with pytest.raises(NotUnderstood, match="again"):
        ask("pmt", rate=0.1, n=2, nper=3, pv=1)


def test_a_wrong_expected_value_fails(open_rows):
    wrong = [r | {"expected": "12345.678"} for r in open_rows if r["id"] == "loan1"]
    row = company._answers("", wrong)[0]
    assert row["gating"] and row["pass"] is False


def test_names_are_said_once():
    names = [n for group in NAMED for n in group.split()]
    assert len(names) == len(set(names)) and set(names) == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("function", "args", "expected", "tolerance"),
    [
        ("level_quarterly_rent", {"pv": 5400, "annual_rate": 0.105, "quarters": 20, "residual": 500}, 331.16928560433721, 1e-9),
        (
            "escape_growth",
            {"cash_margin": 0.5, "capital_intensity": 1.0, "replacement": 0.25, "drift": 0.05, "lag_years": 0.5},
            0.16126608070709635,
            1e-12,
        ),
        ("escape_growth", {"M": 0.6, "k": 1.2, "life": 6, "L": 0.75, "training_share": 0.5}, 0.070464320612981055, 1e-12),
        ("runway_months", {"cash": 20, "burn": 2, "growth": -0.05}, 13.513407333964886, 1e-9),
        ("irr", {"cf": [-100, 100, 0, -7]}, -0.083299666184932686, 1e-12),
        ("xirr", {"d": ["2024-02-28", "2024-02-29", "2024-03-01", "2025-02-28"], "cf": [-1000, 200, 300, 700]}, 0.39667529972541880, 1e-9),
        ("dcf", {"fcf": [10, 20, 30], "wacc": 0.1, "terminal_growth": 0.03}, 379.81109799291617, 1e-9),
        (
            "annualised_cost",
            {"it": 25.5345, "facility": 12.4655, "r": 0.067895, "life_it": 7, "life_facility": 14, "opex": 0.9},
            7.0107215454843991,
            1e-9,
        ),
        ("lease_liability", {"pmt": 100, "rate": "0.12/12", "n": 60, "timing": "end"}, 4495.5038406224002, 1e-9),
        ("implicit_rate", {"rent": 350, "quarters": 20, "fair_value": 5400}, 0.026098784411110789, 1e-12),
        ("crps_normal", {"mu": 1.5, "sigma": 2, "y": 3}, 0.89628850439310045, 1e-12),
        ("crps_ensemble", {"x": 5, "y": 3}, 2.0, 1e-12),
        ("spearman_of_gaussian_copula", {"rho": 0.5}, 0.48258373953099746, 1e-12),
        ("cumipmt", {"rate": "0.06/12", "n": 360, "pv": 200000, "start": 13, "end": 24}, -11781.707028388208, 1e-7),
        ("effect", {"nominal_rate": 0.12, "npery": 12}, 0.12682503013196972, 1e-12),
        ("vdb", {"cost": 2400, "salvage": 300, "life": 120, "start": 6, "end": 18, "factor": 1.5}, 311.80893665823413, 1e-9),
        ("vdb", {"cost": 2400, "salvage": 300, "life": 10, "start": 0, "end": 0.875, "factor": 1.5}, 315.0, 1e-9),
        ("macrs", {"basis": 1000, "klass": "5-year", "convention": "half-year", "bonus": 0.4, "year": 2}, 192.0, 1e-9),
        ("dscr", {"rent": 130, "fees": 5, "debt_service": 100}, 1.25, 1e-12),
        ("levy", {"true_value": 20e9, "ratio": 0.15, "mills": 120}, 360e6, 1e-3),
        ("sales_tax_waived", {"investment": 20e9, "equipment_share": 0.7, "rate": 0.07}, 0.98e9, 1e-3),
        ("pre_money", {"post_money": 230e9, "raise_": 20e9}, 210e9, 1e-3),
        ("burn_multiple", {"net_burn": 100, "net_new_arr": 50}, 2.0, 1e-12),
    ],
)
def test_answers_worked_out_apart_from_the_code(function, args, expected, tolerance):
    """Expected values by arbitrary-precision arithmetic on the definitions, none by the functions under test."""
    assert ask(function, **args) == pytest.approx(expected, abs=tolerance, rel=0.0)
