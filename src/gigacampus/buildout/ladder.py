"""The ladder of power by date: announced, nameplate, firm, facility, IT, used; and the dates on which a rung is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH, Months

RUNGS = {
    "announced": "announced_mw",
    "nameplate": "supply_nameplate_mw",
    "firm": "supply_firm_mw",
    "facility": "facility_design_mw",
    "it": "it_in_service_mw",
    "used": "it_mw",
}
"""Rungs from talk to work, each with its variable; they are different kinds of MW and are never set against each other."""


def along_phase(table: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Values of the phase that is in service each month.

    ``table`` has shape (..., phase, month), ``phase`` (..., month); the result has the shape of ``phase``.
    """
    index = np.rint(phase).astype(np.intp)[..., None, :]
    return np.take_along_axis(table, index, axis=-2)[..., 0, :]


def ladder(arrays: Mapping[str, np.ndarray], *, campuses: list[int] | None = None) -> dict[str, np.ndarray]:
    """Rungs in MW, summed over ``campuses`` (all when None), each of shape (world, month).

    ``arrays`` holds run variables with a leading world axis. Phases enter service as planned; a rung whose variable is
    missing is left out.
    """
    phase = arrays["planned_phase"]
    chosen = list(range(phase.shape[1])) if campuses is None else campuses
    out = {}
    for rung, name in RUNGS.items():
        if name in arrays:
            values = arrays[name] if name == "announced_mw" else along_phase(arrays[name], phase)
            out[rung] = values[:, chosen].sum(axis=1)
    return out


def reached_position(series: np.ndarray, target_mw: float) -> np.ndarray:
    """Position in months at which each row first holds ``target_mw``; infinite when it does not within the horizon.

    A single step inside a month shows as a level between the old and the new one, and its day is read from that; where
    several steps fall into neighbouring months the date is good to a month.
    ``series`` has shape (world, month).

    >>> reached_position(np.array([[0.0, 25.0, 100.0, 100.0]]), 80.0)
    array([1.75])
    """
    held = series >= target_mw
    month = np.argmax(held, axis=1)
    rows = np.arange(series.shape[0])
    level = series[rows, month]
    middle = series[rows, np.maximum(month - 1, 0)]
    before = series[rows, np.maximum(month - 2, 0)]
    rise = level - before
    share = np.divide(middle - before, rise, out=np.zeros_like(rise), where=rise > 0)
    inside = (month > 0) & (share > 0.0)
    position = np.where(inside, month - np.clip(share, 0.0, 1.0), month)
    return np.where(held.any(axis=1), position, np.inf)


@dataclass(frozen=True)
class ReachBand:
    """Dates of one target. None: not within the horizon at that probability (censored), never a date beyond the end."""

    target_mw: float
    p10: date | None
    p50: date | None
    p90: date | None
    reached_frac: float
    """Share of worlds that reach the target within the horizon."""
    horizon_end: date

    def words(self) -> tuple[str, str, str]:
        """The three dates for a table; a censored one says so."""
        missing = f"not by {self.horizon_end.isoformat()}"
        p10, p50, p90 = (day.isoformat() if day else missing for day in (self.p10, self.p50, self.p90))
        return p10, p50, p90


def reach_band(series: np.ndarray, target_mw: float, *, months: Months) -> ReachBand:
    """P10, P50 and P90 of the date on which ``series`` (world, month) first holds ``target_mw``.

    Quantiles are order statistics of the worlds, so that censored worlds are counted and never averaged.
    """
    position = np.sort(reached_position(series, target_mw))
    last = len(position) - 1
    p10, p50, p90 = (day_at(months, position[min(int(np.ceil(q * (last + 1))) - 1, last)]) for q in (0.1, 0.5, 0.9))
    end = day_at(months, float(months.count))
    assert end is not None
    return ReachBand(target_mw, p10, p50, p90, float(np.isfinite(position).mean()), end - timedelta(days=1))


def day_at(months: Months, position: float) -> date | None:
    """Calendar day of a position in months; None for one that is not finite.

    >>> day_at(Months(date(2025, 1, 1), 24), 13.5)
    datetime.date(2026, 2, 15)
    """
    if not np.isfinite(position):
        return None
    whole = int(np.floor(position))
    first = date(months.start.year + (months.start.month - 1 + whole) // 12, (months.start.month - 1 + whole) % 12 + 1, 1)
    return first + timedelta(days=int((position - whole) * int(DAYS_IN_MONTH[first.month - 1]) + 1e-6))
