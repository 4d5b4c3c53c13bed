"""Yearly tonnes that permits allow, and sums of twelve months to hold against them."""

from __future__ import annotations

import numpy as np

from gigacampus.results.result import Result

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


def permit_limit(result: Result) -> np.ndarray:
    """Yearly NOx that the permits in service allow each campus in the reference world; zero where none says; shape (campus, month).

    A run of a version that did not keep the presence of blocks says none.
    """
    limit = np.zeros((len(result.coords["campus"]), len(result.coords["month"])))
    if not result.has("block_present_frac"):
        return limit
    stands = result.planned("block_present_frac")[0] > 0.0
    for label, here in zip(result.coords["block"], stands, strict=True):
        campus, key = label.split("/")
        block = result.scenario["campuses"][campus]["blocks"][key]
        if block["kind"] == "permit" and block.get("limit_nox_t_per_year"):
            limit[result.coords["campus"].index(campus)] += block["limit_nox_t_per_year"] * here
    return limit


def bound_for_a_year(limit: np.ndarray) -> np.ndarray:
    """Months whose last twelve all lie under a limit: a sum that reaches back before the permit breaks nothing.

    >>> np.flatnonzero(bound_for_a_year(np.r_[np.zeros(3), np.ones(12)])).tolist()
    [14]
    """
    count = np.cumsum(np.r_[np.zeros(YEAR), limit > 0.0])
    return np.asarray(count[YEAR:] - count[:-YEAR] >= YEAR)
