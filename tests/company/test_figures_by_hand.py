"""What is read out of the books, and what drives them month by month, on short series: each figure by hand or by a plain loop."""

from __future__ import annotations

from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.company.analysis import metrics, monthly_figures
from gigacampus.company.analysis.copula import Copula
from gigacampus.company.analysis.reliability import chance_near, design_point
from gigacampus.company.analysis.solve import _narrowed, chances, edge, required
from gigacampus.company.finance import price_paths
from gigacampus.company.finance.chance import normal, poisson, uniform
from gigacampus.company.finance.escape import escape_growth, escape_residual
from gigacampus.company.financing.captable import Issue, exit_waterfall, ownership, pool_top_up
from gigacampus.company.ledger import simulation_inputs


def column(*values):
    return np.array(values, dtype=float)[:, None]


def first_by_loop(flags, start=0):
    return next((float(t) for t in range(start, len(flags)) if flags[t]), np.nan)


@pytest.mark.parametrize("seed", range(4))
def test_lasting_figures_by_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    series = rng.normal(0.8 * (seed + 1), 1.0, 40)
    held = [t >= 2 and t + 12 <= 40 and all(series[k - 2 : k + 1].sum() > 0.0 for k in range(t, t + 12)) for t in range(40)]
    for after in (0, 5):
        found = metrics.lasting_positive(series[:, None], after=after)[0]
        assert found == pytest.approx(first_by_loop(held, after), nan_ok=True)
    ratio = 1.0 + series / 2.0
    above = [t + 12 <= 40 and all(ratio[t : t + 12] >= 1.0) for t in range(40)]
    assert metrics.lasting_escape(ratio[:, None], after=2)[0] == pytest.approx(first_by_loop(above, 3), nan_ok=True)
    mean = [series[max(t - 2, 0) : t + 1].mean() for t in range(40)]
    assert metrics._trailing(series[:, None], 3)[:, 0] == pytest.approx(mean)


def test_a_year_to_the_last_day_counts_and_a_month_less_does_not():
    assert metrics.lasting_escape(np.ones((13, 1)), after=0)[0] == 1.0 and np.isnan(metrics.lasting_escape(np.ones((12, 1)), after=0)[0])
    assert metrics.lasting_positive(np.ones((14, 1)))[0] == 2.0 and np.isnan(metrics.lasting_positive(np.ones((13, 1)))[0])
    assert np.isnan(metrics.lasting_positive(np.ones((5, 1)))[0]) and np.isnan(metrics.lasting_positive(np.zeros((30, 1)))[0])


def test_runway_ends_below_the_floor_or_with_bills_unpaid():
    cash, arrears = column(1.0, 9.0, 10.0, 10.0 * (1 - 0.9e-9), 10.0 * (1 - 1.2e-9), 1.0), np.zeros((6, 1))
    assert metrics.runway(cash, floor=10.0, arrears=arrears, after=1)[0] == 4.0
    arrears[3] = 0.1
    assert metrics.runway(cash, floor=10.0, arrears=arrears, after=1)[0] == 3.0
    assert (
        metrics.runway(cash, floor=10.0, arrears=arrears, after=3)[0] == 4.0
        and metrics.runway(cash, floor=10.0, arrears=arrears, after=0)[0] == 1.0
    )


@pytest.mark.parametrize("seed", range(5))
def test_escape_is_the_first_month_after_which_no_later_money_is_needed(seed):
    rng = np.random.default_rng(seed)
    cash, outside = rng.uniform(5.0, 30.0, 30), np.where(rng.random(30) < 0.2, 6.0, 0.0)
    breach = (rng.random(30) < 0.05).astype(float)
    for floor, covenant in ((4.0, None), (9.0, None), (4.0, breach)):
        fine = []
        for t in range(30):
            later = [cash[k] - outside[t + 1 : k + 1].sum() for k in range(t, 30)]
            fine.append(min(later) >= floor and (covenant is None or not covenant[t:].any()) and t < 30 - 12)
        found = metrics.path_escape(
            cash[:, None], outside[:, None], floor=floor, after=2, breach=None if covenant is None else covenant[:, None]
        )
        assert found[0] == pytest.approx(first_by_loop(fine, 3), nan_ok=True)
    assert metrics.brought_in(np.arange(14.0)[:, None], np.ones((14, 1)))[0] == sum(range(2, 14)) - 12


def test_terms_of_the_escape_equation_from_a_run():
    """Revenue grows by 2 % a month, margin is 30 % of it and compute costs twice the year's."""
    revenue = 100.0 * 1.02 ** np.arange(30.0)[:, None]
    terms = metrics.escape_terms(revenue, 0.3 * revenue, 24.0 * revenue)
    assert terms.growth[2:-3, 0] == pytest.approx(12.0 * np.log(1.02)) and terms.growth[-3:, 0] == pytest.approx(terms.growth[-4, 0])
    quarter = revenue[10:13].mean()
    assert (terms.cash_margin[12, 0], terms.capital_intensity[12, 0]) == pytest.approx((0.3, 24.0 * revenue[12, 0] / quarter / 12.0))
    assert np.all(metrics.escape_terms(revenue, revenue, revenue, growth=0.4).growth == 0.4)
    unknown = metrics.escape_terms(np.zeros((5, 1)), np.ones((5, 1)), np.ones((5, 1)))
    assert np.isnan(unknown.growth).all() and np.isnan(metrics.escape_terms(revenue, revenue, 0.0 * revenue).cash_margin).all()
    one = metrics.EscapeTerms(
        column(0.2, -0.5, -0.5, 0.2, np.nan), column(0.6, 0.1, -0.1, 500.0, np.nan), column(1.2, 1.0, 1.0, 0.1, np.nan)
    )
    told = {"life_years": 6.0, "drift": 0.05, "lag_years": 0.75}
    ratio = metrics.local_escape(one, **told)[:, 0]
    assert ratio == pytest.approx([0.6 / (1.2 * (0.2 + 1 / 6 + 0.05) * np.exp(0.15)), 100.0, -100.0, 100.0, 0.0])
    paid = metrics.paid_growth(one, **told)[:, 0]
    assert np.isnan(paid[2]) and escape_residual(
        g=paid[0], cash_margin=0.6, capital_intensity=1.2, a=1 / 6 + 0.05, lag_years=0.75
    ) == pytest.approx(0.0)
    assert float(escape_growth(cash_margin=0.6, capital_intensity=1.2, replacement=0.2, drift=0.1)) == pytest.approx(0.2)
    carried = metrics.levered(
        one, debt=column(30.0, 200.0, 0.0, 0.0, 0.0), interest=column(0.25, 1.0, 1.0, 0.0, 0.0), capital=column(60.0, 100.0, 9.0, 0.0, 0.0)
    )
    assert carried.cash_margin[:4, 0] == pytest.approx([0.6 + 0.5 * 1.2 * (0.2 - 0.1), 0.1 + 1.0 * (-0.5 - 0.06), -0.1, 500.0])


def test_monthly_figures_by_hand():
    margin, plant = column(2.0, 4.0, 6.0, 0.0, 9.0), column(10.0, 10.0, 10.0, 0.0, 10.0)
    assert monthly_figures.payback_months(margin, plant)[:, 0] == pytest.approx([3.0, 2.0, 3.0, np.nan, np.nan], nan_ok=True)
    charge = monthly_figures.capital_charge(np.array([1000.0, 1000.0]), life_years=np.array([5.0, 4.0]), wacc=np.array([0.12, 0.0]))
    assert charge == pytest.approx([1000.0 / sum(1.01**-k for k in range(1, 61)), 1000.0 / 48.0])
    price = monthly_figures.hurdle_per_million_tokens(*(np.array(x) for x in ([5.0, 1.0], [8.0, 1.0], [0.25, 1.0], [2e6, 0.0])))
    assert price == pytest.approx([3.5, np.nan], nan_ok=True)
    mwh = monthly_figures.hurdle_per_it_mwh(*(np.array(x) for x in ([700.0, 1.0], [30.0, 1.0], [2.0, 0.0])))
    assert mwh == pytest.approx([0.5, np.nan], nan_ok=True)
    delay = monthly_figures.month_of_delay(*(np.array(x) for x in ([100.0] * 3, [2.0, -2.0, 2.0], [50.0, 50.0, 0.0])), wacc=0.06)
    assert delay == pytest.approx([4.5, 0.5, 0.5])
    added = np.zeros((40, 1))
    added[1] = 72.0
    found = monthly_figures.straight_line_at(added, np.array([36.0]), opening_age_months=2, life_years=3)[:, 0]
    assert found == pytest.approx([1.0] + [3.0] * 33 + [2.0] * 3 + [0.0] * 3)
    series = {"ebit_usd": column(*[5.0] * 40), "machines_charge_usd": column(*[4.0] * 40), "machines_served_usd": added}
    by_life = monthly_figures.ebit_by_life(series, np.array([36.0]), opening_age_months=2)
    assert [float(by_life[f"ebit_life_{n}_usd"][2, 0]) for n in (3, 4, 5, 6)] == pytest.approx(
        [9.0 - 108.0 / (12 * n) for n in (3, 4, 5, 6)]
    )


@pytest.mark.parametrize("seed", range(2))
def test_a_price_that_is_pulled_and_changes_regime_by_a_plain_loop(seed):
    luck, first, months = np.array([0.13 + seed / 7, 0.77]), 2, 40
    state = price_paths.regime(luck, "x", months=months, first=first, to_per_year=3.0, back_per_year=np.array([2.0, 9.0]))
    plain = np.zeros((months, 2))
    for d, back in enumerate((2.0, 9.0)):
        for t in range(first + 1, months):
            rate = back if plain[t - 1, d] else 3.0
            flips = uniform(luck[d], "x regime", t) < 1.0 - np.exp(-rate / 12.0)
            plain[t, d] = 1.0 - plain[t - 1, d] if flips else plain[t - 1, d]
    np.testing.assert_array_equal(state, plain)
    assert 0.0 < state.mean() < 1.0
    for pull, variance in ((1.8, (1 - np.exp(-0.3)) / 3.6), (0.0, 1 / 12)):
        found = price_paths.pulled(luck, "x", target=0.4 * state, first=first, volatility=0.3, reversion_per_year=pull)
        want, keep = np.zeros((months, 2)), np.exp(-pull / 12.0)
        for t in range(first + 1, months):
            want[t] = keep * want[t - 1] + (1.0 - keep) * 0.4 * state[t] + 0.3 * np.sqrt(variance) * normal(luck, "x", t)
        np.testing.assert_allclose(found, want, rtol=1e-12, atol=1e-15)
    path = Fields(draw_quantile=luck, to_other_per_year=3.0, back_per_year=np.array([2.0, 9.0]), other_regime_log=0.4)
    path.volatility_per_sqrt_year, path.reversion_per_year = 0.3, 1.8
    factor = price_paths.price_factor(path, "x", months=months, draws=2, first=first)
    np.testing.assert_allclose(
        np.log(factor), price_paths.pulled(luck, "x", target=0.4 * state, first=first, volatility=0.3, reversion_per_year=1.8)
    )
    path.other_regime_log = 0.0
    free = price_paths.price_factor(path, "x", months=months, draws=2, first=first)
    np.testing.assert_allclose(
        np.log(free), price_paths.pulled(luck, "x", target=np.zeros((months, 2)), first=first, volatility=0.3, reversion_per_year=1.8)
    )
    market = Fields(
        treasury_yield_frac=0.01, short_rate_volatility_frac=0.3, short_rate_reversion_per_year=1.8, short_rate_draw_quantile=luck
    )
    away = price_paths.pulled(luck, "short rate", target=np.zeros((months, 2)), first=first, volatility=0.3, reversion_per_year=1.8)
    rate = price_paths.short_rate(market, months=months, draws=2, first=first)
    np.testing.assert_allclose(rate, np.maximum(0.01 + away, 0.0))
    assert rate.min() == 0.0


def test_awards_are_billed_in_parts_and_cost_their_mean():
    rule = Fields(per_year=30.0, mean_usd=6.0, spread_log=0.5, parts=3, part_months=2.0, draw_quantile=0.3)
    billed = price_paths.awards(rule, months=20, draws=1, first=4)[:, 0]
    won = np.zeros(20)
    for t in range(5, 20):
        u, z = float(uniform(0.3, "award", t)), float(normal(0.3, "award size", t))
        chance, count, below = np.exp(-2.5), 0, np.exp(-2.5)
        while u > below and count < 8:
            count += 1
            chance *= 2.5 / count
            below += chance
        won[t] = count * 6.0 * np.exp(0.5 * z - 0.125)
    assert billed == pytest.approx([sum(won[t - 2 * k] for k in range(3) if t >= 2 * k) / 3.0 for t in range(20)]) and won.any()
    assert float(poisson(2.5, 0.9999999)) == 8.0 and not price_paths.awards(Fields(per_year=0.0), months=2, draws=1, first=0).any()


def test_momentum_dies_away_with_its_half_life():
    """The integral of a rate of 0.6 a year that halves every two: after two years half of 0.6 x 2 / ln 2."""
    revenue = Fields(momentum_half_life_years=2.0, momentum_per_year=0.6)
    found = simulation_inputs.momentum(revenue, 3, 28, 2)
    assert found[:, :4].tolist() == [[1.0] * 4] * 2 and np.log(found[1, 27]) == pytest.approx(0.5 * 1.2 / np.log(2.0))
    steps = 0.6 * 2.0 ** (-(np.arange(12_000) + 0.5) / 12_000 / 2.0)
    assert np.log(found[0, 15]) == pytest.approx(steps.mean(), rel=1e-6)


def test_a_vehicle_s_level_rent_returns_the_price_less_the_residual():
    vehicle = Fields(lease_rate_frac=0.12, term_years=3.0, residual_frac=0.2, incremental_rate_frac=0.06, lease="by_test")
    rent = float(simulation_inputs.level_rent_factor(vehicle))
    assert rent * sum(1.01**-k for k in range(1, 37)) + 0.2 * 1.01**-36 == pytest.approx(1.0)
    assert float(simulation_inputs.rents_at_own_rate(vehicle)) == pytest.approx(rent * sum(1.005**-k for k in range(1, 37)))
    free = Fields(**{**vars(vehicle), "lease_rate_frac": 0.0})
    assert float(simulation_inputs.level_rent_factor(free)) == pytest.approx(0.8 / 36.0)
    for life, finance in ((4.0, 1.0), (9.0, 1.0 if rent * sum(1.005**-k for k in range(1, 37)) >= 0.9 else 0.0)):
        assert float(simulation_inputs.is_finance_lease(vehicle, life)) == finance
    operating = Fields(**{**vars(vehicle), "residual_frac": 0.5})
    assert [float(simulation_inputs.is_finance_lease(operating, life)) for life in (4.0, 4.1)] == [1.0, 0.0]
    assert (
        simulation_inputs.is_finance_lease(Fields(lease="finance"), 4.0) == 1.0
        and simulation_inputs.is_finance_lease(Fields(lease="operating"), 4.0) == 0.0
    )


def test_a_round_its_pool_and_grants_share_the_company_out():
    issue = Issue(month=1, share_class="rounds.a", sold_frac=np.array([0.2]), paid_usd=50.0, tops_up=True)
    owned = ownership(
        {"staff": 0.3, "option_pool": 0.02, "opening_investors": 0.68},
        [issue],
        months=3,
        now=0,
        grants_per_year=0.12,
        pool_frac=0.1,
        paid_in=9.0,
    )
    own = dict(zip(owned.classes, owned.frac[:, :, 0], strict=True))
    added = float(pool_top_up(pool=np.array(0.01), sold=np.array(0.2), target_frac=0.1))
    left = 1.0 - 0.2 - added
    assert own["rounds.a"] == pytest.approx([0.0, 0.2, 0.2]) and own["opening_investors"] == pytest.approx([0.68, 0.68 * left, 0.68 * left])
    assert own["option_pool"] == pytest.approx([0.01, 0.09, 0.08]) and own["staff"] == pytest.approx(
        [0.31, 0.31 * left + 0.01, 0.31 * left + 0.02]
    )
    assert 0.01 * left + added == pytest.approx(0.1)
    assert owned.kept_frac[:, 0] == pytest.approx([1.0, left, left]) and owned.shares[:, 0] == pytest.approx([1.0, 1 / left, 1 / left])
    paid = owned.preference_usd[[owned.classes.index(x) for x in ("opening_investors", "rounds.a")], :, 0]
    assert paid.tolist() == [[9.0] * 3, [0.0, 50.0, 50.0]]


def test_sale_of_a_company_by_preferences():
    """Two classes of a fifth each that put 40 in, three fifths of common stock."""
    held = {"preference": np.array([[40.0], [40.0]]), "share": np.array([[0.2], [0.2]]), "common": 0.6}
    for value, each, rest in ((60.0, (20.0, 40.0), 0.0), (150.0, (40.0, 40.0), 70.0), (300.0, (60.0, 60.0), 180.0)):
        pay, common = exit_waterfall(value, **held, stacked=True)
        assert (pay[:, 0].tolist(), float(common[0])) == (pytest.approx(each), pytest.approx(rest))
    assert exit_waterfall(60.0, **held, stacked=False)[0][:, 0] == pytest.approx([30.0, 30.0])
    late = {**held, "preference": np.array([[10.0], [80.0]])}
    assert exit_waterfall(200.0, **late, stacked=True)[0][:, 0] == pytest.approx([30.0, 80.0])  # the first turns common: a quarter of 120


def test_pairs_that_depend_on_each_other():
    correlation = np.eye(4)
    correlation[0, 1] = correlation[1, 0] = -0.2
    assert Copula(correlation).linked() == [(0, 1)] and Copula(correlation, ((1, 3), (2, 3)), 4.0).linked() == [(0, 1), (1, 3), (2, 3)]


@pytest.mark.parametrize("f", [lambda x: x - 0.3, lambda x: 0.3 - x, lambda x: np.where(x > 0.3, 1.0, -1e9), lambda x: (x - 0.3) ** 3])
def test_a_crossing_is_narrowed_to_its_width(f):
    x, upper = _narrowed(f, np.array([0.0, 1.0]), f(np.array([0.0, 1.0])), 1e-4)
    assert abs(x - 0.3) <= 1e-4 and f(np.array([x]))[0] >= 0.0 and upper == (f(np.array([1.0]))[0] >= 0.0)


class Line:
    """Futures that meet the goal from their own threshold of the input on."""

    def __init__(self, at, sign=1.0):
        self.at, self.sign, self.count = np.asarray(at, dtype=float), sign, len(at)

    def margins(self, goal, changes):
        return np.stack([self.sign * (sum(change.values()) - self.at) for change in changes])

    def shares(self, goal, changes):
        return (self.margins(goal, changes) >= 0.0).mean(axis=1)

    def first(self, count):
        return Line(self.at[:count], self.sign)


@pytest.mark.parametrize(("probability", "value"), [(0.5, 5.0), (0.51, 6.0), (0.1, 1.0), (0.95, 10.0), (1.0, 10.0), (0.3 + 1e-12, 3.0)])
def test_the_value_at_which_so_many_futures_meet_a_claim(probability, value):
    found = required(Line(np.arange(1.0, 11.0)), "x", goal=None, probability=probability, low=0.0, high=12.0)
    assert found.value == pytest.approx(value, abs=12.0 / 2048.0) and found.value >= value and found.probability >= probability - 1e-9
    assert (found.rising, found.at_low, found.at_high, found.best) == (True, 0.0, 1.0, 1.0)
    falling = required(Line(-np.arange(1.0, 11.0), -1.0), "x", goal=None, probability=probability, low=-12.0, high=0.0)
    assert falling.value == pytest.approx(-value, abs=12.0 / 2048.0) and falling.rising is False
    close = required(Line(np.arange(1.0, 11.0)), "x", goal=None, probability=probability, low=value - 0.17, high=value + 0.13)
    assert value <= close.value <= value + 0.3 / 2048.0


def test_a_claim_that_nothing_turns():
    never = required(Line([50.0] * 4), "x", goal=None, low=0.0, high=12.0)
    always = required(Line([-50.0] * 4), "x", goal=None, low=0.0, high=12.0)
    assert np.isnan(never.value) and never.rising is None and (always.value, always.best) == (6.0, 1.0)
    assert required(Line([-50.0] * 4), "x", goal=None, low=0.0, high=12.0, near=2.0).value == 2.0
    some = required(Line([1.0, 2.0, 50.0, 50.0]), "x", goal=None, probability=0.6, low=0.0, high=12.0)
    assert np.isnan(some.value) and (some.probability, some.best, some.at_low, some.at_high) == (0.5, 0.5, 0.0, 0.5)
    grid = chances(Line([3.0, 5.0]), None, ("a", np.array([1.0, 2.0, 3.0])), ("b", np.array([0.0, 2.0])))
    assert grid.tolist() == [[0.0, 0.0, 0.5], [0.5, 0.5, 1.0]]
    assert edge(np.array([0.0, 2.0, 4.0]), np.array([0.9, 0.7, 0.1]), 0.5) == pytest.approx(2.0 + 2.0 / 3.0)
    assert np.isnan(edge(np.array([0.0, 1.0]), np.array([0.6, 0.9]), 0.5))


def test_the_nearest_point_of_a_bent_edge():
    """The circle of radius two about (3, 0) is nearest at (1, 0); a claim that holds at the origin needs no shift."""
    start = np.array([[0.8, 0.6]])
    point = design_point(lambda x: 4.0 - (x[:, 0] - 3.0) ** 2 - x[:, 1] ** 2, start)
    assert point == pytest.approx([1.0, 0.0], abs=0.05) and np.hypot(*point) == pytest.approx(1.0, abs=2e-3)
    assert design_point(lambda x: 1.0 + x[:, 0], start) == pytest.approx([0.0, 0.0])
    assert np.isnan(design_point(lambda x: x[:, 0] - 7.0, start)).all()
    drawn = np.random.default_rng(4).standard_normal((500, 2))
    weight = np.exp(-drawn @ np.array([1.0, 2.0]) - 2.5) * (drawn[:, 0] + 1.0 >= 2.0)
    found = chance_near(lambda z: z[:, 0] - 2.0, np.array([1.0, 2.0]), drawn)
    assert found == pytest.approx((weight.mean(), weight.std(ddof=1) / np.sqrt(500)))
