"""Internal rates of return of any schedule: all of them, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LOWEST_LOG, HIGHEST_LOG = float(np.log1p(-0.999)), float(np.log1p(1e4))
STEPS = 8192
"""Intervals of log(1 + rate) on each side of zero in which a change of sign is looked for."""


@dataclass(frozen=True)
class RatesOfReturn:
    """Rates per unit of time at which the present value is zero, lowest first, and what that means in words."""

    rates: tuple[float, ...]
    words: str

    @property
    def chosen(self) -> float:
        """The lowest rate that is not negative, else the one nearest to zero; NaN where there is none."""
        positive = [r for r in self.rates if r >= 0.0]
        return min(positive, default=max(self.rates, default=float("nan")))


def rates_of_return(times: Sequence[float], flows: Sequence[float]) -> RatesOfReturn:
    """Every rate from -99.9 % to a million per cent at which flows at given times have a present value of zero.

    Parameters
    ----------
    times : sequence of float
        Time of each flow in the unit of the rate (years for a yearly rate).
    flows : sequence of float
        Amounts in any currency, in positive and out negative.

    Returns
    -------
    RatesOfReturn
        Rates as fractions; a rate at which the present value touches zero without crossing it is not found.

    >>> rates_of_return(range(3), [-100.0, 230.0, -132.0]).words
    '2 rates: 10 %, 20 %; the lowest that is not negative is taken'
    >>> rates_of_return(range(3), [100.0, 20.0, 5.0]).words
    'no rate: the flows never change sign'
    """
    from scipy.optimize import brentq

    t, cf = np.asarray(times, dtype=float), np.asarray(flows, dtype=float)
    if not (np.any(cf > 0.0) and np.any(cf < 0.0)):
        return RatesOfReturn((), "no rate: the flows never change sign")

    def value(log_growth: float) -> float:
        """Present value, scaled so that its largest discount factor is one: its sign is what counts."""
        power = -log_growth * t
        return float(np.sum(cf * np.exp(power - power.max())))

    grid = np.concatenate([np.linspace(LOWEST_LOG, 0.0, STEPS, endpoint=False), np.linspace(0.0, HIGHEST_LOG, STEPS + 1)])
    signs = np.sign([value(g) for g in grid])
    found = [float(g) for g in grid[signs == 0.0]]
    found += [brentq(value, grid[k], grid[k + 1], xtol=1e-15, rtol=1e-14) for k in np.flatnonzero(signs[1:] * signs[:-1] < 0.0)]
    return RatesOfReturn(rates := tuple(float(np.expm1(g)) for g in sorted(found)), _words(rates))


def _words(rates: tuple[float, ...]) -> str:
    if not rates:
        return "no rate: the present value has the same sign at every rate from -99.9 % to a million per cent"
    listed = ", ".join(f"{100.0 * r:.6g} %" for r in rates)
    return listed if len(rates) == 1 else f"{len(rates)} rates: {listed}; the lowest that is not negative is taken"
