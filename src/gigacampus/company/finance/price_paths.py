"""Prices that wander and come back: log prices with a pull to an anchor and two regimes, lumpy awards, a short rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.finance.chance import normal, poisson, uniform
from gigacampus.foundation.units import MONTHS_PER_YEAR


def regime(luck: Any, stream: str, *, months: int, first: int, to_per_year: Any, back_per_year: Any) -> np.ndarray:
    """0 in the usual regime, 1 in the other, by (month, draw); every month the state may change at its yearly rate.

    Usual up to month ``first``.

    Parameters
    ----------
    luck : float or array
        Position of this future among all, 0 to 1, 0 to 1.
    stream : str
        Name of the stream of chance.
    months : int
        Months, months.
    first : int
        Month up to which nothing is random.
    to_per_year : float or array
        Rate at which the other regime begins, 1/year.
    back_per_year : float or array
        Rate at which the other regime ends, 1/year.

    Returns
    -------
    array
        0 in the usual regime, 1 in the other, shape (month, draw).

    References
    ----------
    DEF : two-state Markov chain, monthly chance 1 - exp(-rate / 12).

    Examples
    --------
    >>> regime(0.5, "rent", months=4, first=0, to_per_year=1e6, back_per_year=1e6)[:, 0].tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    chance = [-np.expm1(-np.asarray(r, dtype=float) / MONTHS_PER_YEAR) for r in (to_per_year, back_per_year)]
    luck = np.atleast_1d(np.asarray(luck, dtype=float))
    out, begin = np.zeros((months, np.broadcast_shapes(luck.shape, *(np.shape(c) for c in chance))[-1])), max(first, 0) + 1
    drawn = uniform(luck, f"{stream} regime", np.arange(begin, months)[:, None])
    for t in range(begin, months):
        moved = drawn[t - begin] < np.where(out[t - 1] > 0.0, chance[1], chance[0])
        out[t] = np.where(moved, 1.0 - out[t - 1], out[t - 1])
    return out


def pulled(luck: Any, stream: str, *, target: np.ndarray, first: int, volatility: Any, reversion_per_year: Any) -> np.ndarray:
    """A number that noise moves and ``target`` (month, draw) pulls back; zero up to month ``first``.

    Exact monthly steps of dx = reversion (target - x) dt + volatility dW. Units: of ``volatility``, per square root of a
    year.

    Parameters
    ----------
    luck : float or array
        Position of this future among all, 0 to 1, 0 to 1.
    stream : str
        Name of the stream of chance.
    target : array
        Value towards which it is pulled; (month, draw), no unit.
    first : int
        Month up to which nothing is random.
    volatility : float or array
        Standard deviation after a year without a pull, 1/sqrt(year).
    reversion_per_year : float or array
        Rate of the pull, 1/year.

    Returns
    -------
    array
        The number, unit of ``target``, shape (month, draw).

    References
    ----------
    OU30, SCHWARTZ97 : Ornstein and Uhlenbeck (1930); Schwartz (1997) for log prices of commodities. Without a pull it
        is a random walk.

    Examples
    --------
    >>> pulled(0.5, "x", target=np.full((3, 1), 0.2), first=0, volatility=0.0, reversion_per_year=12.0)[:, 0].round(4).tolist()
    [0.0, 0.1264, 0.1729]
    """
    pull = np.asarray(reversion_per_year, dtype=float)
    keep = np.exp(-pull / MONTHS_PER_YEAR)
    safe = np.where(pull > 1e-9, pull, 1.0)
    spread = np.where(pull > 1e-9, (1.0 - keep**2) / (2.0 * safe), 1.0 / MONTHS_PER_YEAR)
    step = np.asarray(volatility, dtype=float) * np.sqrt(spread)
    out, begin = np.zeros(target.shape), max(first, 0) + 1
    month = np.arange(begin, target.shape[0])[:, None]
    noise = step * normal(luck, stream, month) if np.any(step > 0.0) else np.zeros(month.shape)
    for t in range(begin, target.shape[0]):
        out[t] = target[t] + (out[t - 1] - target[t]) * keep + noise[t - begin]
    return out


def fitted_walk(years: Any, prices: Any) -> tuple[float, float, float]:
    """Drift of a log price, its standard error and its volatility, from prices at uneven times, as of a random walk with drift.

    Parameters
    ----------
    years : array
        Times in ascending order, years.
    prices : array
        Prices above zero, USD.

    Returns
    -------
    tuple
        Drift, 1/year; its standard error, 1/year; volatility, 1/sqrt(year).

    Raises
    ------
    ValueError
        For fewer than three prices, or times that do not ascend.

    References
    ----------
    DEF : maximum likelihood of Gaussian increments; the variance has one degree of freedom less than increments.

    Examples
    --------
    >>> [round(x, 3) for x in fitted_walk([0.0, 1.0, 2.0, 4.0], [1.0, 2.0, 2.0, 8.0])]
    [0.52, 0.212, 0.424]
    """
    gap, step = np.diff(np.asarray(years, dtype=float)), np.diff(np.log(np.asarray(prices, dtype=float)))
    if gap.size < 2 or np.any(gap <= 0.0):
        raise ValueError("a drift needs three prices or more at times that ascend")
    drift = float(step.sum() / gap.sum())
    volatility = float(np.sqrt(np.sum((step - drift * gap) ** 2 / gap) / (gap.size - 1)))
    return drift, volatility / float(np.sqrt(gap.sum())), volatility


def price_factor(path: Any, stream: str, *, months: int, draws: int, first: int) -> np.ndarray:
    """What a price path multiplies the trend of a price by, (month, draw); 1 up to month ``first``.

    The log of the factor is pulled to zero in the usual regime and to ``other_regime_log`` in the other. ``path`` has the
    fields of ``PricePathSpec``.

    Parameters
    ----------
    path : object
        Price path with the fields of ``PricePathSpec``.
    stream : str
        Name of the stream of chance.
    months : int
        Months, months.
    draws : int
        Financial draws; a number without unit.
    first : int
        Month up to which nothing is random.

    Returns
    -------
    array
        Factor on the trend, no unit, shape (month, draw).

    References
    ----------
    SCHWARTZ97

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> path = SimpleNamespace(draw_quantile=0.5, to_other_per_year=0.0, back_per_year=1.0, other_regime_log=-1.0,
    ...                        volatility_per_sqrt_year=0.0, reversion_per_year=1.0)
    >>> price_factor(path, "rent", months=3, draws=1, first=0)[:, 0].tolist()
    [1.0, 1.0, 1.0]
    """
    luck = np.broadcast_to(np.asarray(path.draw_quantile, dtype=float), (draws,))
    target = np.zeros((months, draws))
    still = np.all(np.asarray(path.other_regime_log) == 0.0)
    if still and not np.any(np.asarray(path.volatility_per_sqrt_year) > 0.0):
        return np.broadcast_to(1.0, (months, draws))
    if not still:
        state = regime(luck, stream, months=months, first=first, to_per_year=path.to_other_per_year, back_per_year=path.back_per_year)
        target = target + state * path.other_regime_log
    out: np.ndarray = np.exp(
        pulled(
            luck, stream, target=target, first=first, volatility=path.volatility_per_sqrt_year, reversion_per_year=path.reversion_per_year
        )
    )
    return out


def awards(rule: Any, *, months: int, draws: int, first: int) -> np.ndarray:
    """What lumpy contracts bill by (month, draw): they come at random, each is billed in equal parts at its milestones.

    Awards after month ``first``: a Poisson number a month, sizes lognormal around ``mean_usd`` (the mean is kept), the
    first part at the award, the next each ``part_months`` later. ``rule`` has the fields of ``AwardsSpec``.

    Here eight awards a month, the most that a month may bring:

    Parameters
    ----------
    rule : object
        Awards with the fields of ``AwardsSpec``.
    months : int
        Months, months.
    draws : int
        Financial draws; a number without unit.
    first : int
        Month up to which nothing is random.

    Returns
    -------
    array
        Billing, USD/month, shape (month, draw).

    References
    ----------
    DEF : compound Poisson process.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rule = SimpleNamespace(per_year=1e3, mean_usd=6.0, spread_log=0.0, parts=3, part_months=2, draw_quantile=0.3)
    >>> awards(rule, months=12, draws=1, first=0)[:6, 0].tolist()
    [0.0, 16.0, 16.0, 32.0, 32.0, 48.0]
    """
    billed = np.broadcast_to(0.0, (months, draws))
    if not np.any(np.asarray(rule.per_year) > 0.0):
        return billed
    luck, spread = np.broadcast_to(np.asarray(rule.draw_quantile, dtype=float), (draws,)), np.asarray(rule.spread_log, dtype=float)
    month = np.arange(months)[:, None]
    count = poisson(np.asarray(rule.per_year, dtype=float) / MONTHS_PER_YEAR, uniform(luck, "award", month))
    size = np.asarray(rule.mean_usd, dtype=float) * np.exp(spread * normal(luck, "award size", month) - spread**2 / 2.0)
    won = np.where(month > first, count * size, 0.0)
    for k in range(rule.parts):
        at = month - k * np.rint(np.asarray(rule.part_months, dtype=float)).astype(np.int64)
        part = np.take_along_axis(won, np.broadcast_to(np.maximum(at, 0), won.shape), axis=0)
        billed = billed + np.where(at >= 0, part, 0.0) / rule.parts
    return billed


def short_rate(market: Any, *, months: int, draws: int, first: int) -> np.ndarray:
    """Yearly short rate by (month, draw): ``treasury_yield_frac`` up to month ``first``, then it wanders and is pulled back; not below 0.

    Parameters
    ----------
    market : object
        Market with the fields of ``MarketSpec``.
    months : int
        Months, months.
    draws : int
        Financial draws; a number without unit.
    first : int
        Month up to which nothing is random.

    Returns
    -------
    array
        Short rate, 1/year, shape (month, draw).

    References
    ----------
    VASICEK77 : Vasicek (1977), floored. ``market`` has the fields of ``MarketSpec``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> market = SimpleNamespace(treasury_yield_frac=0.04, short_rate_volatility_frac=0.0, short_rate_reversion_per_year=0.3,
    ...                          short_rate_draw_quantile=0.5)
    >>> short_rate(market, months=2, draws=1, first=0)[:, 0].tolist()
    [0.04, 0.04]
    """
    level = np.asarray(market.treasury_yield_frac, dtype=float)
    if not np.any(np.asarray(market.short_rate_volatility_frac) > 0.0):
        return np.broadcast_to(level, (months, draws))
    luck = np.broadcast_to(np.asarray(market.short_rate_draw_quantile, dtype=float), (draws,))
    away = pulled(
        luck,
        "short rate",
        target=np.zeros((months, draws)),
        first=first,
        volatility=market.short_rate_volatility_frac,
        reversion_per_year=market.short_rate_reversion_per_year,
    )
    out: np.ndarray = np.maximum(level + away, 0.0)
    return out
