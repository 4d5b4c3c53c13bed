"""People by trade: heads, those who join, and what the platform's share of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gigacampus.foundation.units import MONTHS_PER_YEAR


def people_series(people: Mapping[str, Any], months: int, draws: int) -> dict[str, np.ndarray]:
    """Registry rows of people by (draw, trade, month)."""
    out = {name: np.zeros((draws, len(people), months)) for name in ("headcount", "headcount_for_platform", "hires")}
    for i, trade in enumerate(people.values()):
        all_ = heads(at_start=trade.heads, growth_per_year=trade.heads_growth_per_year, most=trade.heads_max, months=months)
        joined = hires(all_, attrition_per_year=trade.attrition_per_year)
        away = shared_out(all_, platform_frac=trade.platform_frac)[1]
        for name, values in (("headcount", all_), ("headcount_for_platform", away), ("hires", joined)):
            out[name][:, i] = values.T
    return out


def heads(*, at_start: Any, growth_per_year: Any, most: Any, months: int) -> np.ndarray:
    """People of a trade by (month, draw): steady log growth up to a ceiling.

    >>> heads(at_start=100.0, growth_per_year=0.0, most=80.0, months=2).tolist()
    [[80.0], [80.0]]
    """
    years = np.arange(months)[:, None] / MONTHS_PER_YEAR
    out: np.ndarray = np.minimum(np.asarray(at_start, dtype=float) * np.exp(np.asarray(growth_per_year, dtype=float) * years), most)
    return out


def hires(heads_by_month: np.ndarray, *, attrition_per_year: Any) -> np.ndarray:
    """People who join in each month, (month, draw): growth since the month before, and those who left it.

    ``attrition_per_year`` is a rate of the people there: 0.12 loses one in a hundred a month. Where heads fall nobody is hired beyond
    what the fall leaves of the leavers.

    >>> hires(np.array([[100.0], [110.0], [105.0]]), attrition_per_year=0.12).round(2).tolist()
    [[1.0], [11.0], [0.0]]
    """
    before = np.concatenate([heads_by_month[:1], heads_by_month[:-1]])
    left = before * np.asarray(attrition_per_year, dtype=float) / MONTHS_PER_YEAR
    out: np.ndarray = np.maximum(heads_by_month - before + left, 0.0)
    return out


def shared_out(people: np.ndarray, *, platform_frac: Any) -> tuple[np.ndarray, np.ndarray]:
    """Full-time equivalents that work for the lab and for the platform; they sum to the people.

    >>> [x.tolist() for x in shared_out(np.array([100.0]), platform_frac=0.1)]
    [[90.0], [10.0]]
    """
    away = people * platform_frac
    return people - away, away
