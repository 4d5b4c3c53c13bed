"""Fit and score the slip distribution on milestones that a tracker forecast: exact where reached, else right-censored."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

FORECAST_DAY = date(2025, 12, 14)
SNAPSHOT_DAY = date(2026, 8, 3)
CONSTANTS = 2
"""Constants that the fit uses: location and scale."""
GRID_DAYS = np.arange(-400.0, 4001.0, 0.5)


@dataclass(frozen=True)
class Milestone:
    """One forecast of the tracker; ``slip_days`` is exact when reached, else the slip that has passed so far."""

    campus: str
    mw: float
    lead_days: float
    slip_days: float
    reached: bool

    @property
    def tells(self) -> bool:
        """Whether the milestone is reached or overdue; one that is not yet due says next to nothing."""
        return self.reached or self.slip_days > 0.0


@dataclass(frozen=True)
class Gumbel:
    """Location and scale in days."""

    location_days: float
    scale_days: float

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Probability of a slip of at most ``x`` days."""
        return np.exp(-np.exp(-(x - self.location_days) / self.scale_days))


def milestones_of(rows: Iterable[Mapping[str, str]]) -> list[Milestone]:
    """Rows of ``forecast_backtest.csv``."""
    out = []
    for row in rows:
        planned = date.fromisoformat(row["date_forecast_2025_12_14"])
        reached = row["status_2026_08_03"] == "reached"
        slip = float(row["slip_days"]) if reached else float((SNAPSHOT_DAY - planned).days)
        out.append(Milestone(row["site"], float(row["milestone_facility_mw"]), float((planned - FORECAST_DAY).days), slip, reached))
    return out


def negative_log_likelihood(constants: Sequence[float], milestones: Sequence[Milestone]) -> float:
    """Minus log likelihood of (location, log scale): density where reached, survival where censored."""
    location, scale = constants[0], math.exp(constants[1])
    slip = np.array([m.slip_days for m in milestones])
    reached = np.array([m.reached for m in milestones])
    z = np.clip((slip - location) / scale, -30.0, 700.0)
    log_density = -z - np.exp(-z) - math.log(scale)
    log_survival = np.log(np.maximum(-np.expm1(-np.exp(-z)), 1e-300))
    return float(-np.where(reached, log_density, log_survival).sum())


def fit(milestones: Sequence[Milestone]) -> Gumbel:
    """Maximum likelihood of a Gumbel distribution with right-censoring.

    Source: maximum likelihood for censored data (density for exact, survival for censored observations).
    Valid for: at least one reached milestone.
    """
    from scipy.optimize import minimize

    best = minimize(
        negative_log_likelihood,
        [100.0, math.log(80.0)],
        args=(list(milestones),),
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-8, "maxiter": 4000},
    )
    return Gumbel(float(best.x[0]), float(math.exp(best.x[1])))


def crps_days(cdf: np.ndarray, slip_days: float, *, reached: bool) -> float:
    """Continuous ranked probability score in days; for a censored slip only the part below it is judged.

    Source: Gneiting and Raftery 2007; the censored form is the right-censored survival CRPS of Avati et al. 2020.
    ``cdf`` is given on ``GRID_DAYS``.

    >>> point = (GRID_DAYS >= 0.0).astype(float)
    >>> crps_days(point, 50.0, reached=True)
    50.0
    """
    below = slip_days > GRID_DAYS
    inside = np.where(below, cdf**2, (1.0 - cdf) ** 2 if reached else 0.0)
    return float(inside.sum() * (GRID_DAYS[1] - GRID_DAYS[0]))


def kaplan_meier_median(milestones: Sequence[Milestone]) -> float:
    """Median slip with right-censoring; the largest reached slip when survival stays above one half.

    Source: Kaplan and Meier 1958.
    """
    rows = sorted((m for m in milestones if m.tells), key=lambda m: (m.slip_days, not m.reached))
    survival, last = 1.0, 0.0
    for i, m in enumerate(rows):
        if m.reached:
            survival *= 1.0 - 1.0 / (len(rows) - i)
            last = m.slip_days
            if survival <= 0.5:
                return m.slip_days
    return last


@dataclass(frozen=True)
class Scores:
    """Mean scores in days over the milestones that tell something, each campus left out of its own fit."""

    model: float
    no_slip: float
    median_slip: float
    inside: int
    counted: int
    """Milestones for which inside or outside the 80 % band is known."""
    n: int


def leave_one_campus_out(tested: Sequence[Milestone], known: Sequence[Milestone]) -> Scores:
    """Score ``tested`` with fits on ``known`` without the campus at hand."""
    rows = [m for m in tested if m.tells]
    totals = np.zeros(3)
    inside = counted = 0
    for campus in sorted({m.campus for m in rows}):
        others = [m for m in known if m.campus != campus]
        cdf = fit(others).cdf(GRID_DAYS)
        middle = (kaplan_meier_median(others) <= GRID_DAYS).astype(float)
        zero = (GRID_DAYS >= 0.0).astype(float)
        low, high = np.interp([0.1, 0.9], cdf, GRID_DAYS)
        for m in (m for m in rows if m.campus == campus):
            totals += [crps_days(c, m.slip_days, reached=m.reached) for c in (cdf, zero, middle)]
            counted += m.reached or m.slip_days > high
            inside += m.reached and low <= m.slip_days <= high
    model, none, median = totals / max(len(rows), 1)
    return Scores(float(model), float(none), float(median), int(inside), int(counted), len(rows))


def binomial_band(n: int, p: float, *, level: float = 0.95) -> tuple[int, int]:
    """Counts between which a binomial variable lies with at least ``level``, equal tails.

    >>> binomial_band(10, 0.8)
    (5, 10)
    """
    weights = [math.comb(n, k) * p**k * (1.0 - p) ** (n - k) for k in range(n + 1)]
    total = np.cumsum(weights)
    tail = 0.5 * (1.0 - level)
    return int(np.searchsorted(total, tail, side="right")), min(int(np.searchsorted(total, 1.0 - tail)), n)
