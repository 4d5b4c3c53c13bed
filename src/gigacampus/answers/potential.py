"""Potential to emit beside what is emitted, held against the thresholds of a major source."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.answers.reductions import SHORT_TONS_PER_T, worlds
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.neighbours.health import standard
from gigacampus.power.emissions_stage import POLLUTANTS, kg_factors
from gigacampus.power.turbine import full_load_mmbtu_per_mwh
from gigacampus.rerun.point_levels import opened_at
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result, quantiles

CRITERIA = {"nox": "NOx", "co": "CO", "pm25": "PM2.5", "voc": "VOC"}
HAZARDOUS = {"formaldehyde": "formaldehyde"}
MAJOR = {"title_v_frac": "title_v_major_t_per_year", "psd_frac": "psd_major_other_t_per_year"}
MAJOR_HAZARDOUS = {"one_hap_frac": "hap_major_single_t_per_year", "all_hap_frac": "hap_major_total_t_per_year"}
ISO_C = 15.0
NEEDED = ("unit_count", *(f"{name}_t" for name in (*CRITERIA, *HAZARDOUS)))
KG_PER_T = 1000.0
HOW = (
    "Potential to emit beside the year's emission: every unit of the year ahead at its rating in all hours with the controls it has, "
    "without starts; a limit in a permit lowers it. Shares: potential over the threshold of a major source"
)


def potential_t(units: float, *, rating_mw: float, mmbtu_per_mwh: float, kg_per_mmbtu: float) -> float:
    """Tonnes a year of units that run at their rating in all hours of a year.

    >>> round(potential_t(15, rating_mw=16.5, mmbtu_per_mwh=10.67, kg_per_mmbtu=0.00336), 1)
    77.7
    """
    return units * rating_mw * HOURS_PER_YEAR * mmbtu_per_mwh * kg_per_mmbtu / KG_PER_T


def table(result: Result) -> list[dict[str, Any]]:
    """Row of each campus and pollutant: the year's emission with its band, the potential, and its share of each threshold."""
    if not all(result.has(name) for name in NEEDED):
        return []
    day, potential = date.fromisoformat(str(result.manifest["as_of"])), by_campus_t(result)
    out = []
    for told, limits in ((CRITERIA, MAJOR), (HAZARDOUS, MAJOR_HAZARDOUS)):
        for c, campus in enumerate(result.coords["campus"]):
            for name, words in told.items():
                most = potential[c, POLLUTANTS.index(name)]
                if most > 0.0:
                    shares = {column: round(most / standard("air", key, as_of=day)["value"], 3) for column, key in limits.items()}
                    out.append({"what": HOW, "campus": campus, "pollutant": words, **_tons(result, c, name), **_potential(most), **shares})
    return out


def _tons(result: Result, campus: int, name: str) -> dict[str, float]:
    band = quantiles(worlds(result, f"{name}_t")[:, campus, year_ahead(result)].sum(axis=1) * SHORT_TONS_PER_T)
    return {f"emitted{end}_short_tons": round(float(band[at]), 1) for end, at in (("_p10", "p10"), ("", "p50"), ("_p90", "p90"))}


def _potential(tonnes: float) -> dict[str, float]:
    return {"potential_short_tons": round(tonnes * SHORT_TONS_PER_T, 1)}


def by_campus_t(result: Result) -> np.ndarray:
    """Potential to emit by campus, t/year (campus, pollutant): factors of the reference world, most units of the middle world."""
    year = year_ahead(result)
    inputs, _ = opened_at(result, "emissions", [], month=year.start)
    factors = kg_factors(inputs)[0]
    most = np.median(worlds(result, "unit_count")[:, :, year].max(axis=2), axis=0)
    out = np.zeros((len(result.coords["campus"]), len(POLLUTANTS)))
    for u, label in enumerate(result.coords["unit"]):
        campus, _, block = label.partition("/")
        entry = entry_of(inputs.tree.library, inputs.tree.campuses[campus].blocks[block].model)
        fuel = float(full_load_mmbtu_per_mwh(np.array([ISO_C]), entry)[0])
        out[result.index("campus", campus)] += [
            potential_t(float(most[u]), rating_mw=entry.iso_mw, mmbtu_per_mwh=fuel, kg_per_mmbtu=float(kg)) for kg in factors[u]
        ]
    return out
