"""What a price implies: the revenue path behind a valuation, the sum of parts, the value of being able to stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Path:
    """A company that grows from its revenue to a ceiling, reinvesting for each dollar of growth; yearly, USD."""

    revenue_usd: float
    """First year."""
    growth: float
    """Yearly log growth of the first year; it fades evenly to the terminal growth."""
    years: int
    margin: float
    """Cash operating margin when mature, reached evenly from ``margin_now``."""
    margin_now: float
    capital_per_revenue: float
    life_years: float
    tax_frac: float
    wacc: float
    terminal_growth: float


def cash_flows(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Revenue and free cash by year: margin after tax, less replacement and growth of the capital that revenue needs.

    >>> p = Path(1.0, 0.0, 3, 0.5, 0.5, 1.0, 5.0, 0.0, 0.1, 0.0)
    >>> cash_flows(p)[1].round(3).tolist()
    [0.3, 0.3, 0.3]
    """
    year = np.arange(path.years)
    fade = 1.0 - year / max(path.years - 1, 1)
    g = path.terminal_growth + (path.growth - path.terminal_growth) * fade
    revenue = path.revenue_usd * np.exp(np.concatenate([[0.0], np.cumsum(g[:-1])]))
    margin = path.margin_now + (path.margin - path.margin_now) * (1.0 - fade if path.years > 1 else 1.0)
    earned = revenue * margin
    capital = revenue * path.capital_per_revenue
    replace = capital / path.life_years
    tax = path.tax_frac * np.maximum(earned - replace, 0.0)
    return revenue, earned - tax - replace - capital * g


def enterprise_value(path: Path) -> float:
    """Present value of the cash flows at year ends and of their growth forever after."""
    _, cash = cash_flows(path)
    discount = (1.0 + path.wacc) ** -np.arange(1.0, path.years + 1.0)
    terminal = cash[-1] * (1.0 + path.terminal_growth) / (path.wacc - path.terminal_growth)
    return float((cash * discount).sum() + terminal * discount[-1])


def implied_growth(path: Path, *, value_usd: float, low: float = -0.5, high: float = 5.0) -> float:
    """First-year growth at which the path is worth ``value_usd``; NaN when none between the bounds is.

    Value rises with growth until capital eats it; the lowest crossing is returned.
    """

    def gap(g: float) -> float:
        return enterprise_value(Path(**{**path.__dict__, "growth": g})) - value_usd

    grid = np.linspace(low, high, 441)
    values = np.array([gap(float(g)) for g in grid])
    cross = np.nonzero((values[:-1] < 0.0) & (values[1:] >= 0.0))[0]
    if cross.size == 0:
        return float("nan")
    a, b = float(grid[cross[0]]), float(grid[cross[0] + 1])
    for _ in range(200):
        mid = 0.5 * (a + b)
        if mid in (a, b):
            break
        a, b = (mid, b) if gap(mid) < 0.0 else (a, mid)
    return b


def sum_of_parts(
    *, platform_usd: float, fleet_usd: float, cash_usd: float, debt_usd: float, equity_value_usd: float
) -> dict[str, float]:
    """Parts of an equity value: what the platform, the fleet at market price and net cash explain, and what is left for the lab.

    >>> sum_of_parts(platform_usd=33.0, fleet_usd=15.0, cash_usd=20.0, debt_usd=10.0, equity_value_usd=230.0)["lab"]
    172.0
    """
    known = platform_usd + fleet_usd + cash_usd - debt_usd
    return {
        "platform": platform_usd,
        "fleet": fleet_usd,
        "net_cash": cash_usd - debt_usd,
        "lab": equity_value_usd - known,
    }


def value_of_stopping(value_go: np.ndarray, *, sunk_usd: float, left_usd: np.ndarray | float) -> dict[str, float]:
    """Value of deciding on a phase after its worth is known, over committing now; draws of worth before the cost left.

    >>> value_of_stopping(np.array([0.0, 10.0]), sunk_usd=1.0, left_usd=4.0)
    {'commit': 0.0, 'decide_later': 2.0, 'option': 2.0, 'stopped_frac': 0.5}
    """
    margin = np.asarray(value_go, dtype=float) - left_usd
    commit = float(margin.mean()) - sunk_usd
    later = float(np.maximum(margin, 0.0).mean()) - sunk_usd
    return {
        "commit": commit,
        "decide_later": later,
        "option": later - commit,
        "stopped_frac": float((margin < 0.0).mean()),
    }


def fleet_value(
    accelerators: np.ndarray, price_usd: np.ndarray, *, age_years: np.ndarray, half_life_years: float
) -> float:
    """Resale value of a fleet whose price halves every ``half_life_years``.

    >>> fleet_value(np.array([100.0]), np.array([30_000.0]), age_years=np.array([2.0]), half_life_years=2.0)
    1500000.0
    """
    return float((accelerators * price_usd * 0.5 ** (age_years / half_life_years)).sum())
