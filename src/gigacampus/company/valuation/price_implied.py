"""What a price implies: the revenue path behind a valuation, the sum of parts, the value of being able to stop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gigacampus.foundation.units import MONTHS_PER_YEAR


@dataclass(frozen=True)
class Path:
    """A company that grows from its revenue to a ceiling, reinvesting for each dollar of growth; yearly, USD.

    Each field but ``years`` is a number, or one for each draw.
    """

    revenue_usd: Any
    """First year."""
    growth: Any
    """Yearly log growth of the first year; it fades evenly to the terminal growth."""
    years: int
    margin: Any
    """Cash operating margin when mature."""
    margin_now: Any
    """In the first year; the gap to ``margin`` is a fixed cost that stays while revenue grows."""
    capital_per_revenue: Any
    life_years: Any
    tax_frac: Any
    wacc: Any
    terminal_growth: Any


def cash_flows(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Revenue and free cash by (year, ...): margin after tax, less replacement and growth of the capital that revenue needs.

    >>> p = Path(1.0, 0.0, 3, 0.5, 0.5, 1.0, 5.0, 0.0, 0.1, 0.0)
    >>> cash_flows(p)[1].round(3).tolist()
    [0.3, 0.3, 0.3]
    """
    values = [np.asarray(v, dtype=float) for k, v in vars(path).items() if k != "years"]
    year = np.arange(path.years).reshape(-1, *[1] * max(v.ndim for v in values))
    fade = 1.0 - year / max(path.years - 1, 1)
    g = path.terminal_growth + (path.growth - path.terminal_growth) * fade
    revenue = path.revenue_usd * np.exp(np.concatenate([np.zeros_like(g[:1]), np.cumsum(g[:-1], axis=0)]))
    earned = revenue * path.margin - (path.margin - path.margin_now) * path.revenue_usd
    capital = revenue * path.capital_per_revenue
    replace_ = capital / path.life_years
    tax = path.tax_frac * np.maximum(earned - replace_, 0.0)
    return revenue, earned - tax - replace_ - capital * g


def enterprise_value(path: Path) -> Any:
    """Present value of the cash flows at year ends and of their growth forever after; growth is logarithmic throughout.

    >>> p = Path(1.0, 0.0, 3, 0.5, 0.5, 1.0, 5.0, 0.0, 0.1, 0.0)
    >>> round(float(enterprise_value(p)), 9)
    3.0
    """
    _, cash = cash_flows(path)
    n = np.arange(1.0, path.years + 1.0).reshape(-1, *[1] * (cash.ndim - 1))
    discount = (1.0 + np.asarray(path.wacc)) ** -n
    grown = np.exp(path.terminal_growth)
    terminal = cash[-1] * grown / (1.0 + np.asarray(path.wacc) - grown)
    return (cash * discount).sum(axis=0) + terminal * discount[-1]


def implied_growth(path: Path, *, value_usd: Any, low: float = -0.5, high: float = 3.0) -> Any:
    """First-year growth at which the path is worth ``value_usd``; NaN when none between the bounds is.

    Value rises with growth until capital eats it; the lowest crossing is returned, to the last digit.
    """
    shape = np.broadcast_shapes(np.shape(value_usd), *(np.shape(v) for v in vars(path).values()))

    def gap(g: np.ndarray) -> np.ndarray:
        return np.asarray(enterprise_value(replace(path, growth=g)) - value_usd)

    grid = np.linspace(low, high, 141)
    values = np.stack([gap(np.full(shape, g)) for g in grid])
    cross = (values[:-1] < 0.0) & (values[1:] >= 0.0)
    at = cross.argmax(axis=0)
    a, b = grid[at], grid[at + 1]
    for _ in range(60):
        mid = 0.5 * (a + b)
        below = gap(mid) < 0.0
        a, b = np.where(below, mid, a), np.where(below, b, mid)
    found = np.where(cross.any(axis=0), b, np.nan)
    return found if shape else float(found)


def sum_of_parts(*, platform_usd: Any, fleet_usd: Any, cash_usd: Any, debt_usd: Any, equity_value_usd: Any) -> dict[str, Any]:
    """Parts of an equity value: what the platform, the fleet at market price and net cash explain, and what is left for the lab.

    >>> sum_of_parts(platform_usd=33.0, fleet_usd=15.0, cash_usd=20.0, debt_usd=10.0, equity_value_usd=230.0)["lab"]
    172.0
    """
    known = platform_usd + fleet_usd + cash_usd - debt_usd
    return {"platform": platform_usd, "fleet": fleet_usd, "net_cash": cash_usd - debt_usd, "lab": equity_value_usd - known}


def worth_of_phase(
    earned_per_usd: np.ndarray, machines_usd: np.ndarray, *, service: np.ndarray, lag: np.ndarray, life_years: Any, wacc: Any
) -> np.ndarray:
    """Present value, on the day of the order, of what a phase's machines earn over their life; NaN where it never serves.

    ``earned_per_usd`` (month, draw) is a month's gross profit over machines in service at cost. Beyond the last month
    the mean of the last twelve goes on. ``service`` is the month of first service, ``lag`` the months from the order.

    >>> one = np.ones((24, 1))
    >>> worth_of_phase(0.5 * one, np.array([10.0]), service=np.array([3.0]), lag=np.array([2]), life_years=1.0, wacc=0.0).tolist()
    [60.0]
    """
    count = earned_per_usd.shape[0]
    months = np.rint(np.broadcast_to(np.asarray(life_years, dtype=float), service.shape) * MONTHS_PER_YEAR).astype(int)
    rate = np.log1p(np.asarray(wacc, dtype=float)) / MONTHS_PER_YEAR
    beyond = np.repeat(earned_per_usd[-MONTHS_PER_YEAR:].mean(axis=0, keepdims=True), int(months.max()), axis=0)
    series = np.concatenate([earned_per_usd, beyond])
    t = np.arange(series.shape[0])[:, None] - np.nan_to_num(service, nan=count)
    worth = (series * np.exp(-rate * (t + lag)) * ((t >= 0) & (t < months))).sum(axis=0) * machines_usd
    return np.where(np.isnan(service), np.nan, worth)


def value_of_stopping(value_go: np.ndarray, *, sunk_usd: np.ndarray | float, left_usd: np.ndarray | float) -> dict[str, float]:
    """Value of deciding on a phase after its worth is known, over committing now; draws of worth before the cost left.

    >>> value_of_stopping(np.array([0.0, 10.0]), sunk_usd=1.0, left_usd=4.0)
    {'commit': 0.0, 'decide_later': 2.0, 'option': 2.0, 'stopped_frac': 0.5}
    """
    margin = np.asarray(value_go, dtype=float) - left_usd
    sunk = float(np.mean(sunk_usd))
    commit = float(margin.mean()) - sunk
    later = float(np.maximum(margin, 0.0).mean()) - sunk
    return {"commit": commit, "decide_later": later, "option": later - commit, "stopped_frac": float((margin < 0.0).mean())}
