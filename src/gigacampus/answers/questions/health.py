"""Q12: what the pollution costs in health, by a benefit per ton and by deaths among those who breathe it."""

from __future__ import annotations

from datetime import date

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import needed, total
from gigacampus.neighbours.exposure import burden_shares
from gigacampus.neighbours.health import damage_usd, deaths_per_year, standard
from gigacampus.rerun.address_grid import air_levels, air_places, near_blocks
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("emissions",)


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
    deaths, table = _deaths(result, day)
    more = (
        (
            figure(
                "Q12_deaths",
                "early deaths a year within 15 km by PM2.5 of the stacks",
                np.array([deaths]),
                "deaths a year",
                ("air",),
                axis="reference",
                note="reference world; hazard ratio of Krewski 2009, people aged 30 and over",
            ),
        )
        if table
        else ()
    )
    return Answer(head, more, {"harvard": head.value or 0.0}, None, table)


def _deaths(result: Result, day: date) -> tuple[float, list[dict[str, object]]]:
    blocks, rows = near_blocks(result)
    if not rows.size:
        return 0.0, []
    grid = air_places(result)[1]
    level = air_levels(result)["pm25_ugm3"][grid:, year_ahead(result)].mean(axis=1)
    base, share, ratio = (
        standard("health", *path, as_of=day)["value"]
        for path in (("baseline", "deaths_per_person_year_30_plus"), ("baseline", "share_30_plus"), ("mortality_pm25", "krewski_2009"))
    )
    deaths = deaths_per_year(blocks.people[rows] * share, level, baseline_per_year=base, hazard_ratio_per_10=ratio)
    county = np.array(blocks.county)[rows]
    borne = burden_shares(blocks.people[rows], level, tuple(county.tolist()))
    table: list[dict[str, object]] = [
        {
            "county": c,
            "people": float(blocks.people[rows][county == c].sum()),
            "share_of_people": round(borne[c][0], 4),
            "share_of_burden": round(borne[c][1], 4),
            "deaths_per_year": round(float(deaths[county == c].sum()), 4),
            "mean_pm25_ugm3": round(float(np.average(level[county == c], weights=blocks.people[rows][county == c])), 4),
        }
        for c in dict.fromkeys(county.tolist())
    ]
    return float(deaths.sum()), table
