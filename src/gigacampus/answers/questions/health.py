"""Q12: what the pollution costs in health, by a benefit per ton and by deaths among those who breathe it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import banded, figure
from gigacampus.answers.reductions import needed, total
from gigacampus.neighbours.exposure import burden_shares
from gigacampus.neighbours.health import damage_usd, deaths_per_year, hazard_ratio_10_90, joined_10_90, standard
from gigacampus.neighbours.receptors import distance_m
from gigacampus.rerun.address_grid import air_band, air_levels, air_places, near_blocks, offsets_m
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("emissions",)
DEATHS = "early deaths a year within 15 km by PM2.5 of the stacks"
Ends = tuple[float, float, float]
"""10, 50 and 90 %."""


def answer(result: Result, place: Place | None = None) -> Answer:
    """Dollars of the year ahead by the national benefit per ton; early deaths among block groups nearby by the plume."""
    needed(result, "nox_t", "pm25_t")
    day, months = date.fromisoformat(str(result.manifest["as_of"])), year_ahead(result)
    usd = np.zeros(total(result, "nox_t").shape[0])
    for name, key in (("nox_t", "nox_power"), ("pm25_t", "pm25_power")):
        per_ton = standard("health", "benefit_usd2015_per_short_ton", key, as_of=day)["value"]
        usd = usd + damage_usd(total(result, name)[:, months].sum(axis=1), usd_per_short_ton=per_ton)
    head = figure(
        "Q12",
        "Health cost of the year ahead by a national benefit per ton, dollars of 2015",
        usd,
        "USD",
        STAGES,
        note="spread over everybody downwind, not the county alone; power-sector factors",
    )
    band, table = _deaths(result, day)
    more = (banded("Q12_deaths", DEATHS, band, "deaths a year", ("air",), **_of_deaths(band[1])),) if table else ()
    return Answer(head, more, {"harvard": head.value or 0.0}, None, table)


def _of_deaths(middle: float) -> dict[str, Any]:
    note = (
        "reference world; hazard ratio of Krewski 2009, people aged 30 and over; the band joins that of the concentrations, "
        "which err together, with the study's interval, and holds the death rate fixed"
    )
    return {"axis": "reference", "samples": np.array([middle]), "note": note}


def _deaths(result: Result, day: date) -> tuple[Ends, list[dict[str, object]]]:
    """Early deaths a year (low, middle, high) and the same by county."""
    blocks, rows = near_blocks(result)
    if not rows.size:
        return (0.0, 0.0, 0.0), []
    places, grid = air_places(result)
    level = air_levels(result)["pm25_ugm3"][grid:, year_ahead(result)].mean(axis=1)
    wide = air_band(result, "pm25_ugm3", level, distance_m(*offsets_m(result, places[grid:])))
    people, county = blocks.people[rows], np.array(blocks.county)[rows]
    borne = burden_shares(people, level, tuple(county.tolist()))
    table: list[dict[str, object]] = []
    for c in dict.fromkeys(county.tolist()):
        there = county == c
        low, deaths, high = deaths_10_90(people[there], (wide[0][there], level[there], wide[1][there]), day)
        table.append(
            {
                "county": c,
                "people": float(people[there].sum()),
                "share_of_people": round(borne[c][0], 4),
                "share_of_burden": round(borne[c][1], 4),
                "deaths_per_year": round(deaths, 4),
                "deaths_per_year_p10": round(low, 4),
                "deaths_per_year_p90": round(high, 4),
                "mean_pm25_ugm3": round(float(np.average(level[there], weights=people[there])), 4),
            }
        )
    return deaths_10_90(people, (wide[0], level, wide[1]), day), table


def deaths_10_90(people: np.ndarray, added_ugm3: tuple[np.ndarray, np.ndarray, np.ndarray], day: date) -> Ends:
    """Early deaths a year of all places together: middle, and the ends that join those of the increment with those of the hazard ratio.

    ``added_ugm3`` holds the low, middle and high increment of PM2.5 at each place (place,).
    """
    row = standard("health", "mortality_pm25", "krewski_2009", as_of=day)
    base, share = (standard("health", "baseline", key, as_of=day)["value"] for key in ("deaths_per_person_year_30_plus", "share_30_plus"))

    def dying(added: np.ndarray, ratio: float) -> float:
        return float(deaths_per_year(people * share, added, baseline_per_year=base, hazard_ratio_per_10=ratio).sum())

    low, added, high = added_ugm3
    middle = dying(added, row["value"])
    ratios = hazard_ratio_10_90(row["value"], low_95=row["low"], high_95=row["high"])
    ends = joined_10_90(middle, (dying(low, row["value"]), dying(high, row["value"])), (dying(added, ratios[0]), dying(added, ratios[1])))
    return ends[0], middle, ends[1]
