"""Q12: what the pollution costs in health, by a benefit per ton and by deaths among those who breathe it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import Figure, banded, figure
from gigacampus.answers.levels import concentration_band, receptor_distance_m
from gigacampus.answers.questions import burden
from gigacampus.answers.reductions import needed, total
from gigacampus.neighbours.exposure import burden_shares
from gigacampus.neighbours.health import choices, damage_usd, deaths_per_year, hazard_ratio_10_90, joined_10_90, lifetime_risk, standard
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
    risk, told = cancer(result, day)
    return Answer(head, (*more, *risk, *burden.figures(result)), {"harvard": head.value or 0.0}, None, table, said=told)


def cancer(result: Result, day: date) -> tuple[tuple[Figure, ...], str]:
    """Lifetime risk by the plant's formaldehyde at the worst place, and one sentence with background and reference beside it."""
    if not result.has("formaldehyde_ugm3") or not result.coords["receptor"]:
        return (), ""
    added = result.samples("formaldehyde_ugm3")[:, :, year_ahead(result)].mean(axis=2)
    worst = int(np.median(added, axis=0).argmax())
    per_ugm3 = max((standard("health", "lifetime_risk_per_ugm3", key, as_of=day) for key in _risks(day)), key=lambda r: r["known_from"])
    background = standard("health", "baseline", "formaldehyde_urban_background_ugm3", as_of=day)["value"]
    ends = concentration_band(added[:, worst], highest_hour=False, distance_m=float(receptor_distance_m(result)[worst]))
    low, middle, high, usual = (per_million(float(c), per_ugm3["value"]) for c in (*ends, background))
    where = result.coords["receptor"][worst]
    named = f"Cancer: formaldehyde of the stacks adds {middle:.2g} in a million over a lifetime at {where} ({low:.2g} to {high:.2g})"
    reference = _reference(day)
    share = f"; it is {100.0 * float(ends[1]) / reference:.2g} % of the reference concentration of {reference:g} ug/m3" if reference else ""
    told = (
        f"{named}, beside {usual:.3g} in a million from the usual urban background of {background:g} ug/m3 and the lines of 1 and 100 "
        f"in a million that are usual in regulation{share}, by a unit risk of {per_ugm3['value']:g} per ug/m3 ({per_ugm3['source']}) that "
        "is itself uncertain several-fold and leaves leukaemia out"
    )
    title = "Lifetime cancer risk by formaldehyde of the stacks at the worst place"
    samples = np.array([per_million(float(c), per_ugm3["value"]) for c in added[:, worst]])
    return (
        banded("Q12_cancer", title, (low, middle, high), "per million", ("air",), samples=samples, place=where, note="formaldehyde alone"),
    ), told


def per_million(ugm3: float, per_ugm3: float) -> float:
    """Added chance of cancer over a lifetime, in a million."""
    return float(1e6 * lifetime_risk(np.array(ugm3), unit_risk_per_ugm3=per_ugm3))


def _risks(day: date) -> list[str]:
    return [key for key in choices("health", "lifetime_risk_per_ugm3") if _known("health", "lifetime_risk_per_ugm3", key, day=day)]


def _reference(day: date) -> float | None:
    """Reference concentration of formaldehyde, ug/m3; None before one was known."""
    return _known("air", "formaldehyde_rfc_ugm3", day=day)


def _known(*path: str, day: date) -> float | None:
    try:
        return float(standard(*path, as_of=day)["value"])
    except KeyError:
        return None


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
