"""Rolling-origin forecasts of a listed compute landlord, one quarter ahead, from what was known before the quarter ended.

Three forecasters of revenue: power that bills times the price it earned, the company's own range corrected by how it kept
earlier ones, and the last change repeated. Each carries its record of errors; they are pooled by precision. Interest and operating
income are made the same way. Two modes: ``conditional`` is told the true power at the end of the quarter, ``full`` is not.

Constants, all set before the scored quarters: the range of the billing lag, the step of price, the stated spread of a
forecaster and the weight of that statement, interest on capital spending, the stated spread of the operating margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite, log, nan, sqrt

import numpy as np

from gigacampus.company.finance.pools import habit, log_pool, members, spread
from gigacampus.validation.listed_power import guessed_mw
from gigacampus.validation.listed_reports import Guide, Quarter, bridged, guided

LAGS = np.linspace(0.0, 1.5, 31)
"""Quarters by which billing trails power, every value equally likely beforehand; assumed, chips bill weeks to months late."""
PRICE_STEP = 0.03
"""Standard deviation of the quarterly log change of revenue per billing MW; assumed."""
STATED = 0.05
"""Standard deviation of the log error that a forecaster states before it has a record; assumed."""
INTEREST_ON_CAPEX = 0.0174
"""Quarterly interest that a unit of capital spending adds: 10.7 % a year, net of what is capitalised, on 65 % debt.

Source: debt note of 2025-06-30, interest of the half-year over mean principal, growth of principal over capital spending.
"""
MARGIN_STATED = 0.02
"""Standard deviation of the operating margin that a forecaster states before it has a record; assumed."""
CONSTANTS = 7
LINES = ("revenue", "interest", "operating_income")


@dataclass(frozen=True)
class Forecast:
    """One quarter's forecast of one line, and what came."""

    quarter: str
    line: str
    ensemble: np.ndarray
    truth: float
    baselines: dict[str, float]
    experts: dict[str, tuple[float, float]]
    """Mean and standard deviation by forecaster, in the unit of the pool (log for revenue and interest, margin for income)."""
    power_known: bool

    @property
    def median(self) -> float:
        """Middle of the ensemble."""
        return float(np.median(self.ensemble))


def power_path(past: Sequence[Quarter], mw_end: float) -> np.ndarray:
    """Power at the end of each quarter and of the next; before its first report in proportion to revenue, between reports evenly.

    >>> from gigacampus.validation.listed_reports import quarter_end
    >>> q = lambda n, r, mw: Quarter(n, quarter_end(n), {"revenue": r, "active_power_mw": mw})
    >>> power_path([q("2024Q3", 50.0, nan), q("2024Q4", 100.0, 200.0)], 300.0).tolist()
    [100.0, 200.0, 300.0]
    """
    mw = np.array([*(q.mw for q in past), mw_end])
    first = int(np.flatnonzero(np.isfinite(mw))[0])
    mw[:first] = mw[first] * np.array([q["revenue"] for q in past[:first]]) / past[first]["revenue"]
    out: np.ndarray = np.interp(np.arange(mw.size), np.flatnonzero(np.isfinite(mw)), mw[np.isfinite(mw)])
    return out


def billing_mw(mw: np.ndarray, lag: float) -> np.ndarray:
    """Mean power over each quarter, ``lag`` quarters ago; ``mw`` stands at quarter ends and moves evenly between them.

    NaN where the window begins before the first end.

    >>> billing_mw(np.array([100.0, 200.0, 400.0]), 1.0)
    array([ nan,  nan, 150.])
    >>> float(billing_mw(np.array([100.0, 200.0, 400.0]), 0.0)[2])
    300.0
    """
    end = np.arange(mw.size) - lag
    fine = np.linspace(0.0, 1.0, 61)
    held = np.interp(end[:, None] - fine, np.arange(mw.size), mw)
    mean = (held.sum(axis=1) - 0.5 * (held[:, 0] + held[:, -1])) / (fine.size - 1)
    return np.where(end - 1.0 < -1e-9, nan, mean)


def by_power(past: Sequence[Quarter], mw_end: float) -> tuple[float, float] | None:
    """Mean and standard deviation of the log of revenue, from billed power and the price it earned.

    Every lag is weighted by how steady a price it implies over the quarters whose power was reported.
    """
    reported = [i for i, q in enumerate(past) if isfinite(q.mw)]
    if len(reported) < 2 or not isfinite(mw_end):
        return None
    mw, revenue = power_path(past, mw_end), np.log([q["revenue"] for q in past])
    first = min(max(reported[1], ceil(LAGS[-1] + 1.0)), len(past) - 1)
    billed = np.log(np.stack([billing_mw(mw, lag) for lag in LAGS]))
    price = (revenue - billed[:, :-1])[:, first:]
    usable = np.isfinite(price).all(axis=1)
    means, misfit = (price[:, -1] + billed[:, -1])[usable], (np.diff(price[usable], axis=1) ** 2).sum(axis=1) / PRICE_STEP**2
    weight = np.exp(-0.5 * (misfit - misfit.min()))
    mean = float(np.average(means, weights=weight))
    return mean, sqrt(float(np.average((means - mean) ** 2, weights=weight)) + PRICE_STEP**2)


def by_trend(past: Sequence[Quarter], column: str = "revenue") -> tuple[float, float] | None:
    """The last change repeated: mean and stated spread of the log."""
    if len(past) < 2:
        return None
    ahead = 2.0 * past[-1][column] - past[-2][column]
    return (log(ahead), STATED) if ahead > 0.0 else None


def by_range(metric: str, target: Quarter, past: Sequence[Quarter], guides: Sequence[Guide]) -> tuple[float, float] | None:
    """Middle of the company's range as a log with its stated spread; the habit of beating it is added by the record."""
    g = guided(metric, target, past, guides)
    return (log(g.mid), STATED) if g and g.mid > 0.0 else None


def by_debt(past: Sequence[Quarter]) -> tuple[float, float] | None:
    """Interest: the last, plus interest on what was spent in the last two quarters, paid and borrowed a quarter late."""
    spent = [q["capex_company_defined"] for q in past[-2:] if isfinite(q["capex_company_defined"])]
    if not spent:
        return None
    ahead = past[-1]["interest_expense_net"] + INTEREST_ON_CAPEX * sum(spent) / len(spent)
    return (log(ahead), STATED) if ahead > 0.0 else None


def by_last_interest(past: Sequence[Quarter]) -> tuple[float, float] | None:
    """Interest stays."""
    last = past[-1]["interest_expense_net"]
    return (log(last), STATED) if last > 0.0 else None


def stated(line: str, target: Quarter, past: Sequence[Quarter], guides: Sequence[Guide], mw_end: float) -> dict[str, tuple[float, float]]:
    """What each forecaster says of revenue or interest before its record is heard."""
    if line == "revenue":
        said = {"power": by_power(past, mw_end), "range": by_range("revenue", target, past, guides), "trend": by_trend(past)}
    else:
        own = by_range("interest_expense", target, past, guides)
        said = {"debt": by_debt(past), "range": own, "last": by_last_interest(past)}
    return {name: x for name, x in said.items() if x}


def corrected(said: dict[str, tuple[float, float]], records: dict[str, list[float]]) -> dict[str, tuple[float, float]]:
    """Forecasters after their records: the range moved by its habit, every spread by the errors made."""
    out = {}
    for name, (mean, own) in said.items():
        errors = records.get(name, [])
        moved = mean + (habit(records.get("kept", [])) if name == "range" else 0.0)
        out[name] = (moved, spread(own, errors)[0])
    return out


def margin_experts(target: Quarter, past: Sequence[Quarter], guides: Sequence[Guide], revenue: float) -> dict[str, tuple[float, float]]:
    """Adjusted operating margin: the last one reported, and the company's range over the revenue that we expect."""
    last = [q for q in past if isfinite(q["adj_operating_income"])]
    said = {"last": (last[-1]["adj_operating_income"] / last[-1]["revenue"], MARGIN_STATED)} if last else {}
    g = guided("adj_operating_income", target, past, guides)
    return said | ({"range": (g.mid / revenue, MARGIN_STATED)} if g else {})


def not_adjusted(past: Sequence[Quarter]) -> float:
    """Cost that the company's adjusted figure leaves out, mostly pay in shares: the last one reported; 0 where none was."""
    gaps = [q["adj_operating_income"] - q["operating_income"] for q in past]
    return next((g for g in reversed(gaps) if isfinite(g)), 0.0)


def rolling(quarters: Sequence[Quarter], guides: Sequence[Guide] = (), *, full: bool = False) -> list[Forecast]:
    """One-quarter-ahead forecasts of every line at every origin that allows one, each with the records of the origins before."""
    records: dict[str, dict[str, list[float]]] = {line: {} for line in LINES}
    out = []
    for i in range(2, len(quarters)):
        past, target = bridged(quarters[:i]), quarters[i]
        if past[-1].number + 1 != target.number:
            continue
        mw_end = guessed_mw(target, past, guides) if full else target.mw
        made = {line: _logged(line, target, past, guides, mw_end, records[line]) for line in ("revenue", "interest")}
        if made["revenue"] is not None:
            made["operating_income"] = _income(target, past, guides, made["revenue"], records["operating_income"])
        out += [f for f in made.values() if f is not None and isfinite(f.truth) and (f.truth > 0.0 or f.line == "operating_income")]
    return out


def _logged(
    line: str, target: Quarter, past: Sequence[Quarter], guides: Sequence[Guide], mw_end: float, record: dict[str, list[float]]
) -> Forecast | None:
    column = "revenue" if line == "revenue" else "interest_expense_net"
    said = stated(line, target, past, guides, mw_end)
    if not said:
        return None
    experts = corrected(said, record)
    mean, scale = log_pool(experts)
    freedom = spread(STATED, record.get(max(record, key=lambda k: len(record[k]), default=""), []))[1]
    _remember(record, said, experts, log(target[column]) if target[column] > 0.0 else nan)
    return Forecast(
        target.name,
        line,
        np.exp(members(mean, scale, freedom)),
        target[column],
        baselines(past, target, guides, column, mw_end),
        experts,
        "power" in experts,
    )


def _remember(
    record: dict[str, list[float]], said: dict[str, tuple[float, float]], experts: dict[str, tuple[float, float]], truth: float
) -> None:
    """Add this origin's errors, of what was pooled; and how far the truth lay from the company's bare range."""
    if not isfinite(truth):
        return
    for name, (mean, _) in experts.items():
        record.setdefault(name, []).append(truth - mean)
    if "range" in said:
        record.setdefault("kept", []).append(truth - said["range"][0])


def _income(
    target: Quarter, past: Sequence[Quarter], guides: Sequence[Guide], revenue: Forecast, record: dict[str, list[float]]
) -> Forecast | None:
    """Operating income: revenue at the pooled adjusted margin, less what the adjusted figure leaves out, which stays.

    The record is kept on the adjusted margin, so that a single quarter's pay in shares does not widen every later band.
    """
    said = margin_experts(target, past, guides, revenue.median)
    if not said:
        return None
    experts = corrected(said, record)
    mean, scale = log_pool(experts)
    gap, freedom = not_adjusted(past), spread(MARGIN_STATED, record.get("last", []))[1]
    adjusted = target["adj_operating_income"]
    _remember(record, said, experts, (adjusted if isfinite(adjusted) else target["operating_income"] + gap) / target["revenue"])
    shuffled = np.random.default_rng(len(past)).permutation(revenue.ensemble)
    walk = {"random_walk": past[-1]["operating_income"]}
    return Forecast(
        target.name,
        "operating_income",
        shuffled * members(mean, scale, freedom) - gap,
        target["operating_income"],
        {k: v for k, v in walk.items() if isfinite(v)},
        experts,
        revenue.power_known,
    )


def baselines(past: Sequence[Quarter], target: Quarter, guides: Sequence[Guide], column: str, mw_end: float) -> dict[str, float]:
    """What a reader would try first: the last value, its last growth, a log-linear trend, the same per MW, the range's middle."""
    y = np.array([q[column] for q in past[-4:]])
    out = {"random_walk": y[-1], "last_growth": y[-1] ** 2 / y[-2]}
    if np.isfinite(y).all() and (y > 0.0).all():
        slope, level = np.polyfit(np.arange(y.size), np.log(y), 1)
        out["log_linear"] = float(np.exp(level + slope * y.size))
    out["per_mw"] = y[-1] / past[-1].mw * mw_end
    g = guided("revenue" if column == "revenue" else "interest_expense", target, past, guides)
    out["range_middle"] = g.mid if g else nan
    return {name: float(v) for name, v in out.items() if isfinite(v)}
