"""A t copula: the same points and the same Kendall's tau as the Gaussian one, and extremes that meet as often as its closed form says."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.finance.copulas import kendall_of_t_copula, tail_dependence_of_t_copula
from gigacampus.scenario.plan import plan
from tests.scenario.test_uncertainty import BASE

CASH, FLOOR, INFLATION, OUTAGE = (
    "company.opening_cash_usd",
    "company.cash_floor_usd",
    "market.inflation_per_year",
    "campuses.north.power.forced_outage_frac",
)
SPREAD = "uncertainty:\n" + "".join(
    f"  {p}: {{kind: uniform, low: {lo}, high: {hi}}}\n"
    for p, lo, hi in ((CASH, "1e9", "2e9"), (FLOOR, 0, "1e9"), (INFLATION, 0, 0.1), (OUTAGE, 0.01, 0.2))
)


def laid(bench, *, rank=None, pairs=((CASH, FLOOR),), nu=None, draws=2**18, worlds=2):
    rows = "".join(f"  - {{a: {a}, b: {b}, rank: {rank}}}\n" for a, b in pairs)
    copula = "" if nu is None else f"copula: {{kind: t, degrees_of_freedom: {nu}}}\n"
    sets = [f"run.draws={draws}", f"run.worlds={worlds}"]
    scenario, _ = bench.load(f"{BASE}{SPREAD}correlations:\n{rows}{copula}", sets=sets)
    return plan(scenario)


def ranks(column):
    return (np.argsort(np.argsort(column)) + 0.5) / len(column)


def rank_of(rho):
    """Spearman's rank correlation that asks for this correlation of normal scores."""
    return 6.0 / np.pi * np.arcsin(rho / 2.0)


def meet(x, y, level):
    """Share of the futures with one in its outer ``1 - level`` that have the other there too, both tails together."""
    u, v = ranks(x), ranks(y)
    both = ((u > level) & (v > level)).sum() + ((u < 1 - level) & (v < 1 - level)).sum()
    return both / (2 * (1 - level) * len(u)), 2 * (1 - level) * len(u)


@pytest.mark.parametrize("nu", [2.0, 4.0])
def test_points_stay_and_kendalls_tau_is_that_of_the_gaussian_copula(bench, nu):
    from scipy.stats import kendalltau

    plain, heavy = laid(bench, rank=rank_of(0.5)), laid(bench, rank=rank_of(0.5), nu=nu)
    for path in (CASH, FLOOR):
        assert np.array_equal(np.sort(plain.draws[path]), np.sort(heavy.draws[path]))
    assert np.array_equal(plain.draws[INFLATION], heavy.draws[INFLATION])
    wide = 4 * np.sqrt(4 / 9 / 2**18) * 1.5
    for some in (plain, heavy):
        tau = kendalltau(some.draws[CASH], some.draws[FLOOR]).statistic
        assert tau == pytest.approx(kendall_of_t_copula(0.5, nu), abs=wide)


@pytest.mark.parametrize(("rho", "level"), [(0.5, 0.998), (0.0, 0.998), (-0.4, 0.995)])
def test_extremes_meet_as_often_as_the_closed_form_says(bench, rho, level):
    """With two degrees of freedom the share is within a thousandth or so of its limit at these levels."""
    limit = tail_dependence_of_t_copula(rho, 2.0)
    heavy = laid(bench, rank=rank_of(rho), nu=2.0)
    got, n = meet(heavy.draws[CASH], heavy.draws[FLOOR], level)
    error = np.sqrt(limit * (1 - limit) / n)
    plain, _ = meet(*(laid(bench, rank=rank_of(rho)).draws[p] for p in (CASH, FLOOR)), level)
    assert got == pytest.approx(limit, abs=3 * error + 0.005)
    assert got > plain + 5 * error


def test_at_a_plain_level_the_share_is_that_of_the_bivariate_t(bench):
    from scipy.stats import multivariate_t, t

    nu, rho, level = 4.0, 0.5, 0.99
    q = t(nu).ppf(1 - level)
    exact = multivariate_t(shape=[[1, rho], [rho, 1]], df=nu).cdf(np.array([q, q]), random_state=1) / (1 - level)
    heavy = laid(bench, rank=rank_of(rho), nu=nu)
    got, n = meet(heavy.draws[CASH], heavy.draws[FLOOR], level)
    assert got == pytest.approx(exact, abs=3 * np.sqrt(exact * (1 - exact) / n) + 0.002)


def test_a_world_and_its_draws_are_stretched_alike_and_other_groups_are_not(bench):
    pairs = ((OUTAGE, CASH), (FLOOR, INFLATION))
    heavy = laid(bench, rank=rank_of(0.5), pairs=pairs, nu=2.0, draws=2**13, worlds=2**11 + 1)
    outage = heavy.worlds[OUTAGE][heavy.world_of_draw]
    limit = tail_dependence_of_t_copula(0.5, 2.0)
    got, n = meet(outage + 1e-12 * np.arange(outage.size), heavy.draws[CASH], 0.98)
    assert got == pytest.approx(limit, abs=4 * np.sqrt(2 * limit / n) + 0.02)
    apart, n = meet(heavy.draws[CASH], heavy.draws[FLOOR], 0.98)
    assert apart < 0.02 + 4 * np.sqrt(0.02 / n)
