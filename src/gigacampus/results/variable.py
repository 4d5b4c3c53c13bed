"""One row of the registry of result variables, and how rows are written."""

from __future__ import annotations

from dataclasses import dataclass

RULES = ("sum", "mean", "max", "last", "energy_mean")


@dataclass(frozen=True)
class Variable:
    """One row of the registry."""

    name: str
    unit: str
    dims: tuple[str, ...]
    title: str
    kind: str
    """``stock`` (never summed over time) or ``flow``."""
    rule: str
    """How hours become a month: one of ``RULES``."""
    stage: str
    nan_means: str = ""
    """What a NaN says; empty: the variable is always a number."""


def rows(stage: str, dims: str, *written: tuple[str, str, str, str, str], nan_means: str = "") -> list[Variable]:
    """Rows of one stage with the same dimensions: name, unit, title, kind, rule each.

    >>> rows("demand", "campus month", ("pue", "1", "Power usage effectiveness", "stock", "mean"))[0].dims
    ('campus', 'month')
    """
    return [Variable(n, u, tuple(dims.split()), title, kind, rule, stage, _nan_means(n, dims) or nan_means)
            for n, u, title, kind, rule in written]


def _nan_means(name: str, dims: str) -> str:
    if "hour" in dims.split():
        return "outside of the horizon"
    if "_limit_" in name:
        return "no such limit is given"
    if name in ("days_for_1e27_flop", "job_mtbf_h"):
        return "nothing runs"
    if name in ("water_share_of_utility_frac", "wue_l_per_kwh"):
        return "not known"
    return "never within the horizon" if name.endswith("_month") else ""
