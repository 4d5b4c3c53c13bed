"""Yearly tonnes that permits allow, and sums of twelve months to hold against them."""

from __future__ import annotations

from typing import Any

import numpy as np

YEAR = 12


def trailing_year(monthly: np.ndarray) -> np.ndarray:
    """Sum of the twelve months up to each month; NaN before a year has passed. Shape (world, month) -> same.

    >>> trailing_year(np.ones((1, 13)))[0, -2:]
    array([12., 12.])
    """
    total = np.cumsum(monthly, axis=1)
    out = np.full(monthly.shape, np.nan)
    out[:, YEAR - 1 :] = total[:, YEAR - 1 :]
    out[:, YEAR:] -= total[:, :-YEAR]
    return out


def permit_limit(result: Any) -> np.ndarray:
    """Yearly NOx that the permits granted by then allow each campus; zero where none says; shape (campus, month)."""
    months = result.coords["month"]
    limit = np.zeros((len(result.coords["campus"]), len(months)))
    for row, key in zip(limit, result.coords["campus"], strict=True):
        for block in result.scenario.get("campuses", {}).get(key, {}).get("blocks", {}).values():
            if block.get("kind") == "permit" and block.get("limit_nox_t_per_year") and block.get("in_service"):
                end = str(block.get("out_of_service") or "9999-12")[:7]
                row += [block["limit_nox_t_per_year"] * (str(block["in_service"])[:7] <= m < end) for m in months]
    return limit


def bound_for_a_year(limit: np.ndarray) -> np.ndarray:
    """Months whose last twelve all lie under a limit: a sum that reaches back before the permit breaks nothing.

    >>> np.flatnonzero(bound_for_a_year(np.r_[np.zeros(3), np.ones(12)])).tolist()
    [14]
    """
    count = np.cumsum(np.r_[np.zeros(YEAR), limit > 0.0])
    return np.asarray(count[YEAR:] - count[:-YEAR] >= YEAR)
