"""Rolling-origin forecasts of a listed compute landlord: one quarter ahead, from what was reported before it and the MW in service.

The same idea as the lab's rental line: revenue is power that bills times a price. Power billed in a quarter is what stood at
the start, less the part of the last quarter's additions that still ramps, plus the part of this quarter's additions that came early.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from gigacampus.company.finance.scores import crps_ensemble

MEMBERS = 2000
RAMPED = (0.3, 1.0)
"""Share of the last quarter's additions that bills on average in this quarter; assumed, chips bill weeks to months after power."""
EARLY = (0.0, 0.3)
"""Share of this quarter's additions that bills on average in it; assumed, additions cluster at the quarter's end."""
PRICE_STEP = 0.03
"""Standard deviation of the quarterly log change of revenue per billing MW; assumed."""
FIRST_MW = (0.55, 0.95)
"""Unknown power one quarter before the first report, over the first report; assumed."""


@dataclass(frozen=True)
class Quarter:
    """One reported quarter."""

    name: str
    revenue: float
    operating_income: float
    interest: float
    mw_end: float
    """NaN where not reported."""
    cost: float
    """Operating cost: revenue less operating income."""
    capex: float


@dataclass(frozen=True)
class Forecast:
    """One quarter's forecast of one line, and what came."""

    quarter: str
    line: str
    ensemble: np.ndarray
    truth: float
    baselines: dict[str, float]

    @property
    def median(self) -> float:
        """Middle of the ensemble."""
        return float(np.median(self.ensemble))


def read(rows: list[dict[str, str]]) -> list[Quarter]:
    """Quarters of a table of the reference layout, in order; cumulative rows are left out."""
    out = []
    for r in rows:
        if "Q" not in r["quarter"] or not r["revenue"]:
            continue
        number = {
            k: float(r[k]) if r.get(k) else float("nan")
            for k in ("revenue", "operating_income", "interest_expense_net", "active_power_mw", "capex_company_defined")
        }
        out.append(
            Quarter(
                r["quarter"],
                number["revenue"],
                number["operating_income"],
                number["interest_expense_net"],
                number["active_power_mw"],
                number["revenue"] - number["operating_income"],
                number["capex_company_defined"],
            )
        )
    return sorted(out, key=lambda q: q.name)


def billing_mw(mw: np.ndarray, ramped: np.ndarray, early: np.ndarray) -> np.ndarray:
    """Power that bills in each quarter but the first two; ``mw`` (quarter, member) at quarter ends."""
    return mw[1:-1] - (1.0 - ramped) * (mw[1:-1] - mw[:-2]) + early * (mw[2:] - mw[1:-1])


def forecast_revenue(past: list[Quarter], mw_end: float, *, seed: int = 1) -> np.ndarray:
    """Ensemble of the next quarter's revenue given its true power at the end (the conditional mode).

    Members draw how fast power starts to bill, are weighted by how steady a price they imply over the past, and carry the
    last implied price forward with one step of drift.
    """
    rng = np.random.default_rng(seed)
    ramped, early = rng.uniform(*RAMPED, MEMBERS), rng.uniform(*EARLY, MEMBERS)
    known = [q for q in past if np.isfinite(q.mw_end)]
    before = known[0].mw_end * rng.uniform(*FIRST_MW, MEMBERS)
    ends = np.concatenate(
        [before[None], np.array([q.mw_end for q in known])[:, None] * np.ones(MEMBERS), np.full((1, MEMBERS), mw_end)]
    )
    billed = billing_mw(ends, ramped, early)
    price = np.log(np.array([q.revenue for q in known[1:]])[:, None] / billed[:-1])
    steps = np.diff(price, axis=0)
    weight = np.exp(-0.5 * (steps**2).sum(axis=0) / PRICE_STEP**2) if len(steps) else np.ones(MEMBERS)
    ahead = np.exp(price[-1] + PRICE_STEP * rng.standard_normal(MEMBERS)) * billed[-1]
    return ahead[rng.choice(MEMBERS, MEMBERS, p=weight / weight.sum())]


def forecast_interest(past: list[Quarter], *, seed: int = 2) -> np.ndarray:
    """Ensemble of next interest: the last plus a rate on the debt-funded part of the last quarter's capital spending."""
    rng = np.random.default_rng(seed)
    rate, debt = rng.uniform(0.09, 0.13, MEMBERS) / 4.0, rng.uniform(0.3, 0.9, MEMBERS)
    capex = past[-1].capex if np.isfinite(past[-1].capex) else past[-1].revenue * 2.0
    return past[-1].interest + rate * debt * capex * rng.uniform(0.5, 1.0, MEMBERS)


def forecast_operating_income(past: list[Quarter], revenue: np.ndarray, *, seed: int = 3) -> np.ndarray:
    """Ensemble of next operating income: revenue less cost that grows with part of revenue growth."""
    rng = np.random.default_rng(seed)
    share = rng.normal(past[-1].cost / past[-1].revenue, 0.03, MEMBERS)
    return revenue * (1.0 - share)


def rolling(quarters: list[Quarter]) -> list[Forecast]:
    """One-quarter-ahead forecasts at every origin with two or more known powers before the target and a known power at it."""
    out = []
    for i, q in enumerate(quarters):
        past = quarters[:i]
        known = [p for p in past if np.isfinite(p.mw_end)]
        if (
            len(known) < 2
            or not np.isfinite(q.mw_end)
            or not np.isfinite(known[-1].revenue)
            or known[-1] is not past[-1]
        ):
            continue
        revenue = forecast_revenue(past, q.mw_end, seed=i)
        out.append(Forecast(q.name, "revenue", revenue, q.revenue, baselines(past, q.mw_end)))
        if np.isfinite(q.interest):
            trend = {"random_walk": past[-1].interest, "last_growth": past[-1].interest ** 2 / past[-2].interest}
            out.append(Forecast(q.name, "interest", forecast_interest(past, seed=i), q.interest, trend))
        if np.isfinite(q.operating_income):
            flat = {"random_walk": past[-1].operating_income}
            out.append(
                Forecast(
                    q.name,
                    "operating_income",
                    forecast_operating_income(past, revenue, seed=i),
                    q.operating_income,
                    flat,
                )
            )
    return out


def baselines(past: list[Quarter], mw_end: float) -> dict[str, float]:
    """What a reader would try first: the last value, its last growth, a log-linear trend, revenue per MW at the quarter's end."""
    last = past[-1]
    y = np.log([q.revenue for q in past[-4:]])
    x = np.arange(len(y))
    slope, level = np.polyfit(x, y, 1)
    return {
        "random_walk": last.revenue,
        "last_growth": last.revenue**2 / past[-2].revenue,
        "log_linear": float(np.exp(level + slope * len(y))),
        "per_mw": last.revenue / last.mw_end * mw_end,
    }


def mape(forecasts: list[Forecast], baseline: str = "") -> float:
    """Mean absolute error over truth, of our medians or of a baseline."""
    return float(
        np.mean([abs((f.baselines[baseline] if baseline else f.median) - f.truth) / abs(f.truth) for f in forecasts])
    )


def bias(forecasts: list[Forecast]) -> float:
    """Mean log ratio of our medians to the truth."""
    return float(np.mean([log(f.median / f.truth) for f in forecasts]))


def crps(forecasts: list[Forecast], baseline: str = "") -> float:
    """Mean score over truth; a baseline is a point, whose score is its absolute error."""
    return float(
        np.mean(
            [
                (abs(f.baselines[baseline] - f.truth) if baseline else crps_ensemble(f.ensemble, f.truth))
                / abs(f.truth)
                for f in forecasts
            ]
        )
    )


def coverage(forecasts: list[Forecast], level: float = 0.8) -> float:
    """Share of truths inside the central interval."""
    tail = 50.0 * (1.0 - level)
    inside = [np.percentile(f.ensemble, tail) <= f.truth <= np.percentile(f.ensemble, 100.0 - tail) for f in forecasts]
    return float(np.mean(inside))
