"""Figures of each campus and of the company by calendar year, one shape for all: what sweeps and maps of many campuses compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from gigacampus.answers.figures import Figure, figure
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.periods import years
from gigacampus.results.result import Result, without_reference

CAMPUS = (
    "facility_design_mw",
    "it_in_service_mw",
    "h100e_in_service",
    "grid_limit_mw",
    "demand_mwh",
    "grid_mwh",
    "onsite_mwh",
    "unserved_hours",
    "plan_unserved_mwh",
    "lole_h",
    "co2_t",
    "co2_grid_t",
    "nox_t",
    "pm25_t",
    "water_m3",
    "workers_on_site",
)
"""World variables by campus."""
PEOPLE = ("noise_people_above_45", "noise_people_above_55")
"""World variables over all receptors, where there are any."""
COMPANY = ("revenue_usd", "ebitda_usd", "capex_usd", "free_cash_flow_usd", "cash_usd", "debt_usd", "energy_cost_usd")
"""Draw variables of the whole company."""
FOLDS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "last": lambda months: months[..., -1],
    "sum": lambda months: months.sum(axis=-1),
    "mean": lambda months: months.mean(axis=-1),
    "max": lambda months: months.max(axis=-1),
}
"""How the months of a year become one number, by the registry's word."""


def by_year(result: Result) -> Iterator[Figure]:
    """Every variable over every calendar year that the horizon covers whole: by campus, then of the company."""
    for year, months in years(result).items():
        for name in (n for n in CAMPUS if result.has(n)):
            values = without_reference(result.planned(name))[:, :, months]
            for c, campus in enumerate(result.coords["campus"]):
                yield _figure(name, FOLDS[REGISTRY[name].rule](values[:, c]), year, f"campus {campus}")
        if result.has("unit_count") and result.coords["unit"]:
            yield from _generators(result, year, months)
        for name in (n for n in PEOPLE if result.has(n) and result.coords["receptor"]):
            yield _figure(name, FOLDS[REGISTRY[name].rule](without_reference(result.array(name))[:, months]), year, "all receptors")
        for name in (n for n in COMPANY if result.has(n)):
            yield _figure(name, FOLDS[REGISTRY[name].rule](result.array(name)[:, months]), year, "the whole company")


def _generators(result: Result, year: str, months: list[int]) -> Iterator[Figure]:
    """Generating units in service at the end of a year, all blocks of a campus together."""
    units = without_reference(result.planned("unit_count"))[:, :, months[-1]]
    for c, campus in enumerate(result.coords["campus"]):
        rows = [k for k, at in enumerate(result.coords["unit_campus"]) if at == c]
        if rows:
            yield _figure("unit_count", units[:, rows].sum(axis=1), year, f"campus {campus}")


def _figure(name: str, samples: np.ndarray, year: str, place: str) -> Figure:
    row = REGISTRY[name]
    return figure(name, row.title, samples, row.unit, (row.stage,), period=f"year {year}", place=place)
