"""Whole units through a year whose months few rows tie together: prices stand for those rows, and each month is solved alone.

What the months cost at such prices, each at its own proven bound, bounds the year from below (Lagrange). The units that they run are
kept in the year's programme, which settles battery, power and peaks of all months at once and chooses anew about the seams.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gigacampus.power.dispatch.matrix_columns import Columns, Rows

Array = np.ndarray
SEAM_H = 6
"""Hours on each side of a seam in which the year's programme chooses again which units run, or twice the longest minimum time."""
MONTH_GAP_FRAC = 0.4
"""Share of the gap asked of the year that a month may keep; the rest is left to prices and seams."""
YEAR_TIME_FRAC = 0.4
"""Share of the time that is kept for the year's programme."""


SAMPLE_H = slice(168, 336)
"""Hours of each month by which prices are found, where it has so many."""
HARD_ROWS = ("minimum up time", "minimum down time", "running", "reserve for the loss of a unit")
"""Rows by which no price is found: with them the year's programme in parts of units takes as long as all months in whole ones."""


@dataclass(frozen=True)
class Programme:
    """A mixed-integer programme whose columns stand in months."""

    cost: Array
    low: Array
    high: Array
    whole: Array
    """1 where a column takes whole numbers only."""
    table: Any
    """Sparse matrix (row, column)."""
    row_low: Array
    row_high: Array
    month: Array
    """Month of each column, from 0."""
    seam: Array
    """Whether a column's hour lies about the end of a month."""
    sample: Array
    """Columns by which prices are found."""
    weight: Array
    """How often a column stands for its month's hours there."""
    easy: Array
    """Rows by which prices are found."""
    group: Array
    """Number of each row's group and month: rows of one group and month differ by their hour only. -1: not a row of an hour."""


@dataclass(frozen=True)
class Answer:
    """What is found, in the words of ``scipy.optimize.milp``."""

    x: Array
    fun: float
    mip_dual_bound: float
    """No columns cost less."""
    status: int
    """0 where the gap that was asked is proven, else 1."""


def programme(columns: Columns, rows: Rows, month_of_hour: Array, minimum_h: int) -> Programme:
    """The programme of a problem's columns and rows; ``month_of_hour`` from 0, (hour,); ``minimum_h``: the longest minimum time."""
    reach, hours = max(SEAM_H, 2 * minimum_h), month_of_hour.size
    ends = np.flatnonzero(np.diff(month_of_hour, append=-1)) + 1
    near, sampled, often = np.zeros(hours, dtype=bool), np.ones(hours, dtype=bool), np.ones(hours)
    near[(ends[:, None] + np.arange(-reach, reach)) % hours] = True
    for first, end in zip([0, *ends], ends, strict=False):
        if end - first >= SAMPLE_H.stop:
            sampled[first:end] = False
            sampled[first:end][SAMPLE_H] = True
            often[first:end] = (end - first) / (SAMPLE_H.stop - SAMPLE_H.start)
    hour, at = columns.hour(hours), np.maximum(columns.hour(hours), 0)
    group, row_hour = rows.place()
    return Programme(
        *(columns.cost(), columns.low(), columns.high(), columns.whole()),
        *rows.matrix(columns.count),
        month=np.where(hour >= 0, month_of_hour[at], columns.number()),
        seam=(hour >= 0) & near[at],
        sample=(hour < 0) | sampled[at],
        weight=np.where(hour >= 0, often[at], 1.0),
        easy=~rows.of(*HARD_ROWS),
        group=np.where(row_hour >= 0, group * (month_of_hour[-1] + 1) + month_of_hour[np.maximum(row_hour, 0)], -1),
    )


def solved(given: Programme, *, gap_frac: float, time_limit_s: float) -> Answer | None:
    """Columns near the least cost and a bound of it; none where a month, or the year with what months run, has no dispatch in time."""
    started = time.monotonic()
    tied = reaching(given)
    price = _prices(given, tied, time_limit_s)
    if price is None:
        return None
    alone = replace(given, cost=given.cost - given.table.T @ price)
    x, bound = np.zeros(given.cost.size), _worth(given, price)
    months = int(given.month.max()) + 1
    for m in range(months):
        left_s = (1.0 - YEAR_TIME_FRAC) * time_limit_s - (time.monotonic() - started)
        at, part = _month(alone, tied, m)
        answer = _mixed(part, gap_frac=MONTH_GAP_FRAC * gap_frac, time_limit_s=left_s / (months - m))
        if answer.x is None or answer.mip_dual_bound is None:
            return None
        x[at] = answer.x
        bound += float(answer.mip_dual_bound)
    kept = (given.whole > 0.0) & ~given.seam
    low, high = (np.where(kept, np.round(x), side) for side in (given.low, given.high))
    left_s = time_limit_s - (time.monotonic() - started)
    year = _mixed(replace(given, low=low, high=high), gap_frac=MONTH_GAP_FRAC * gap_frac, time_limit_s=left_s)
    if year.x is None:
        return None
    cost = float(year.fun)
    return Answer(year.x, cost, bound, 0 if cost - bound <= gap_frac * abs(cost) else 1)


def reaching(given: Programme) -> Array:
    """Which rows reach into more than one month; (row,)."""
    table = given.table.tocsr()
    first, last = np.full(table.shape[0], np.inf), np.full(table.shape[0], -np.inf)
    at = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    np.minimum.at(first, at, given.month[table.indices])
    np.maximum.at(last, at, given.month[table.indices])
    out: Array = last > first
    return out


def _prices(given: Programme, tied: Array, time_limit_s: float) -> Array | None:
    """USD for each unit of a tied row's side, from some hours of each month in parts of units; 0 for all other rows.

    Tied rows of hours that are not among them take the median of their like in the month.
    """
    from scipy.optimize import linprog
    from scipy.sparse import diags_array, vstack

    hourly, inside = given.group >= 0, _all_in(given.table, given.sample)
    kept = given.easy & (inside | ~hourly)
    weight, low, high = given.weight[given.sample], given.row_low, given.row_high
    table = given.table[:, given.sample].tocsr()
    weighed = (table @ diags_array(weight)).tocsr()
    sums = tied & ~hourly
    equal = np.flatnonzero(kept & (low == high))
    above, below = (np.flatnonzero(kept & (low != high) & np.isfinite(side)) for side in (high, low))
    over, under = (vstack([table[rows[~sums[rows]]], weighed[rows[sums[rows]]]]) for rows in (above, below))
    above, below = (np.concatenate([rows[~sums[rows]], rows[sums[rows]]]) for rows in (above, below))
    answer = linprog(
        given.cost[given.sample] * weight,
        A_ub=vstack([over, -under], format="csc"),
        b_ub=np.concatenate([high[above], -low[below]]),
        A_eq=table[equal].tocsc(),
        b_eq=low[equal],
        bounds=np.column_stack([given.low, given.high])[given.sample],
        method="highs-ipm",
        options={"time_limit": time_limit_s},
    )
    if answer.status != 0:
        return None
    out, sides = np.zeros(low.size), np.minimum(answer.ineqlin.marginals, 0.0)
    out[equal] = answer.eqlin.marginals
    out[above] += sides[: above.size]
    out[below] -= sides[above.size :]
    return _spread(given, out, kept, tied)


def _all_in(table: Any, sample: Array) -> Array:
    """Whether all columns of a row are among the sample; (row,)."""
    pattern = abs(table).tocsr()
    pattern.data[:] = 1.0
    out: Array = pattern @ (~sample).astype(float) == 0.0
    return out


def _spread(given: Programme, dual: Array, kept: Array, tied: Array) -> Array:
    """Prices of tied rows from the duals of the sample, whose hours each stand for several."""
    often = np.array([given.weight[given.month == m].max() for m in range(int(given.month.max()) + 1)])
    hourly = given.group >= 0
    price = np.where(hourly, dual / often[np.maximum(given.group, 0) % often.size], dual)
    for row in np.flatnonzero(tied & hourly & ~kept & given.easy):
        like = price[kept & (given.group == given.group[row])]
        price[row] = float(np.median(like)) if like.size else 0.0
    return np.where(tied, price, 0.0)


def _worth(given: Programme, price: Array) -> float:
    """What the sides of rows are worth at their prices: the lower side where more is asked, the upper one where less is."""
    side = np.where(price > 0.0, given.row_low, given.row_high)
    some = price != 0.0
    return float(price[some] @ side[some])


def _month(given: Programme, tied: Array, m: int) -> tuple[Array, Programme]:
    """Positions of a month's columns, and its programme without the rows that reach into others."""
    at = np.flatnonzero(given.month == m)
    table = given.table[:, at].tocsr()
    rows = np.flatnonzero((np.diff(table.indptr) > 0) & ~tied)
    columns = {name: getattr(given, name)[at] for name in ("cost", "low", "high", "whole", "month", "seam", "sample", "weight")}
    sides = {name: getattr(given, name)[rows] for name in ("row_low", "row_high", "easy", "group")}
    return at, Programme(**columns, **sides, table=table[rows].tocsc())


def _mixed(given: Programme, *, gap_frac: float, time_limit_s: float) -> Any:
    from scipy.optimize import Bounds, LinearConstraint, milp

    return milp(
        given.cost,
        integrality=given.whole,
        bounds=Bounds(given.low, given.high),
        constraints=LinearConstraint(given.table, given.row_low, given.row_high),
        options={"mip_rel_gap": gap_frac, "time_limit": max(time_limit_s, 1e-3)},
    )
