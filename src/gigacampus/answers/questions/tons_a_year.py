"""Q03: tons a year of each pollutant, by block and against permits and other sources."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gigacampus.answers import headline, potential
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.permits import permit_limit
from gigacampus.answers.reductions import SHORT_TONS_PER_T, needed, total, worlds
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("emissions",)
POLLUTANTS = {"co_t": "CO", "pm25_t": "PM2.5", "voc_t": "VOC", "formaldehyde_t": "formaldehyde"}


def answer(result: Result, place: Place | None = None) -> Answer:
    """Short tons of the year ahead on site; the place does not matter."""
    needed(result, "nox_t", "unit_nox_kg", "unit_mwh")
    year = year_ahead(result)
    head = replace(headline.nox(result), id="Q03")
    more = tuple(
        figure(f"Q03_{key}", title, total(result, key)[:, year].sum(axis=1) * SHORT_TONS_PER_T, "short tons", STAGES)
        for key, title in POLLUTANTS.items()
        if result.has(key)
    )
    more += _permitted(result, year)
    rates, table = {}, []
    for row, unit in enumerate(result.coords["unit"]):
        kg, mwh = (worlds(result, name)[:, row].sum(axis=1) for name in ("unit_nox_kg", "unit_mwh"))
        rate = np.divide(kg, mwh, out=np.full_like(kg, np.nan), where=mwh > 0)
        tons = worlds(result, "unit_nox_kg")[:, row, year].sum(axis=1) / 1000.0 * SHORT_TONS_PER_T
        rates[unit] = _middle(rate)
        table.append({"block": unit, "nox_short_tons": round(float(np.median(tons)), 1), "nox_kg_per_mwh": rates[unit]})
    compare = {"airport": head.value or 0.0} | _rates(result, rates)
    blocks = [r for r in table if r["nox_short_tons"] or r["nox_kg_per_mwh"]]
    return Answer(head, more, compare, None, [*blocks, *potential.table(result)])


def _permitted(result: Result, year: slice) -> tuple[Figure, ...]:
    """NOx of every campus with a permit that limits it all year, over that limit."""
    limit, tons = permit_limit(result), worlds(result, "nox_t")
    return tuple(
        figure(
            f"Q03_permit_{name}",
            f"NOx of {name} over what its permit allows in a year, {limit[c, year].mean() * SHORT_TONS_PER_T:.1f} short tons",
            tons[:, c, year].sum(axis=1) / limit[c, year].mean(),
            "share",
            STAGES,
            place=f"campus {name}",
        )
        for c, name in enumerate(result.coords["campus"])
        if (limit[c, year] > 0.0).all()
    )


def _middle(rate: np.ndarray) -> float | None:
    known = rate[np.isfinite(rate)]
    return round(float(np.median(known)), 4) if known.size else None


def _rates(result: Result, rates: dict[str, float | None]) -> dict[str, float]:
    """Factors of the permitted and of the temporary units, by how their blocks are controlled."""
    out: dict[str, list[float]] = {"permitted_kg_per_mwh": [], "temporary_kg_per_mwh": []}
    for unit, rate in rates.items():
        campus, key = unit.split("/")
        block = result.scenario["campuses"][campus]["blocks"][key]
        if rate is not None:
            controlled = block.get("control") == "scr"
            if controlled or block.get("model", "").endswith("trailer_mixed"):
                out["permitted_kg_per_mwh" if controlled else "temporary_kg_per_mwh"].append(rate)
    return {k: float(np.median(v)) for k, v in out.items() if v}
