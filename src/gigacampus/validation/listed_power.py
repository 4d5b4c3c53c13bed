"""Power at the end of the next quarter where nobody gives it: what was promised, late as tracked campuses are late."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import isfinite, nan

import numpy as np

from gigacampus.foundation.units import DAYS_PER_YEAR
from gigacampus.validation.listed_reports import Guide, Quarter

DAYS_PER_QUARTER = DAYS_PER_YEAR / 4.0
SLIP = "slip_reference_2025.yaml"
"""The library's slip of planned dates as a reader of late 2025 could assume it."""
POSITIONS = (np.arange(200) + 0.5) / 200


@cache
def slip_days() -> np.ndarray:
    """Days by which planned dates slip, at evenly spaced quantiles of the library's Gumbel distribution.

    Source: inverse of exp(-exp(-(x - location) / scale)); constants of library/schedule.

    >>> round(float(np.median(slip_days())))
    104
    """
    from ruamel.yaml import YAML

    held = YAML(typ="safe").load((files("gigacampus.library") / "schedule" / SLIP).read_text(encoding="utf-8"))
    location, scale = (float(held[k]["value"]) for k in ("location_days", "scale_days"))
    return location - scale * np.log(-np.log(POSITIONS))


def done_frac(plan_days: float) -> np.ndarray:
    """Share of a plan spread evenly over ``plan_days`` that is there at its end, when all of it slips alike.

    >>> round(float(done_frac(365.0).mean()), 2)
    0.64
    """
    return np.clip((plan_days - slip_days()) / plan_days, 0.0, 1.0)


def guessed_mw(target: Quarter, past: Sequence[Quarter], guides: Sequence[Guide]) -> float:
    """Expected power at the end of ``target``: of a promised level what slip lets in, else the last addition again.

    A stream of additions that is late by the same days every quarter adds as much as planned; only a promise of more slips.
    Where the last quarters reported no power, the additions went on. NaN while fewer than two powers are known.
    """
    known = [q for q in past if isfinite(q.mw)]
    if len(known) < 2:
        return nan
    last, before = known[-1], known[-2]
    steady = last.mw + (last.mw - before.mw) / (last.number - before.number) * (target.number - last.number)
    promised = [g for g in guides if g.metric.startswith("active_power_mw") and g.given <= target.end and _means(g, target)]
    if not promised:
        return steady
    more = promised[-1].mid - steady
    return steady + max(more, 0.0) * float(done_frac((target.end - last.end).days).mean()) + min(more, 0.0)


def _means(g: Guide, target: Quarter) -> bool:
    return g.period == target.name or (g.period == target.name[:4] and target.name.endswith("Q4"))


def slipped_year(spent: float, rate: float, guided_year: float, days_left: float) -> np.ndarray:
    """Capital spending of a year at evenly spaced quantiles: what is spent, the last quarter's ``rate`` going on, and of what was
    promised beyond that the share that slip leaves in the year.

    >>> round(float(np.median(slipped_year(4800.0, 2900.0, 21500.0, 184.0))), -2)
    15400.0
    """
    steady = spent + rate * days_left / DAYS_PER_QUARTER
    more = guided_year - steady
    return np.sort(steady + max(more, 0.0) * done_frac(days_left) + min(more, 0.0))
