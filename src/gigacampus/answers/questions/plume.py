"""Q04: hours downwind, and what NO2 and PM2.5 rise to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers import air_standards, headline
from gigacampus.answers.answer import Answer, features, point
from gigacampus.answers.at_place import added_here, stage_at, words_of
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.levels import concentration_band, receptor_distance_m
from gigacampus.answers.reductions import needed
from gigacampus.neighbours.receptors import bearing_deg, distance_m, local_xy_m
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("air",)
SOUTH = (146.25, 213.75)
"""From the edge of SSE to the edge of SSW, degrees."""


def answer(result: Result, place: Place | None = None) -> Answer:
    """NO2 added over the year ahead: at the place, else at the worst place."""
    needed(result, "no2_ugm3", "downwind_hours", placed=place is not None)
    if place is not None:
        home, _ = nearest_campus(result, place)
        return _at_place(result, place, {**_wind(result, home), **_boxtown(result)})
    year = year_ahead(result)
    level = result.samples("no2_ugm3")[:, :, year].mean(axis=2)
    worst = int(np.median(level, axis=0).argmax())
    compare = {**_wind(result, result.coords["receptor"][worst].split("/")[0]), **_boxtown(result)}
    head = headline.added(result, "Q04", "NO2 added at the worst place", worst, "no2_ugm3")
    more = (
        headline.added(result, "Q04_hour", "highest hour of NO2", worst, "no2_max_1h_ugm3"),
        headline.added(result, "Q04_pm25", "PM2.5 added", worst, "pm25_ugm3"),
        _hours(result, result.samples("downwind_hours")[:, worst]),
        *air_standards.at_receptor(result, worst),
    )
    return Answer(head, more, compare, _map(result, level), _table(result, year), place=head.place)


def _hours(result: Result, values: np.ndarray, **more: Any) -> Figure:
    return figure("Q04_hours", "hours a year downwind", values, "h", STAGES, period="typical year of the weather", **more)


def _at_place(result: Result, place: Place, compare: dict[str, float | str]) -> Answer:
    home, km = nearest_campus(result, place)
    head, hour, fine = (
        replace(made, note=f"{km:.1f} km from the plant of {home}; {made.note}")
        for made in (
            added_here(result, "Q04", "NO2 added", place, "no2_ugm3"),
            added_here(result, "Q04_hour", "highest hour of NO2", place, "no2_max_1h_ugm3"),
            added_here(result, "Q04_pm25", "PM2.5 added", place, "pm25_ugm3"),
        )
    )
    hours = stage_at(result, "air", place, year_ahead(result))["downwind_hours"]
    where = features([point(place.lat, place.lon, no2_ugm3=head.value)])
    more = (hour, fine, _hours(result, hours, axis="reference"), *air_standards.at_place(result, place))
    return Answer(head, more, compare, where, place=words_of(place))


def _table(result: Result, year: slice) -> list[dict[str, Any]]:
    """Every receptor with what is added there, its band, and the hours downwind; medians over the worlds."""
    far = receptor_distance_m(result)
    means: dict[str, np.ndarray] = {}
    for name, told in {"no2_ugm3": "no2_added", "pm25_ugm3": "pm25_added"}.items():
        ends = concentration_band(result.samples(name)[:, :, year].mean(axis=2), highest_hour=False, distance_m=far)
        means |= {f"{told}{end}_ugm3": values for end, values in zip(("_p10", "", "_p90"), ends, strict=True)}
    hour = concentration_band(result.samples("no2_max_1h_ugm3")[:, :, year].max(axis=2), highest_hour=True, distance_m=far)
    means |= {f"no2_highest_hour{end}_ugm3": values for end, values in zip(("_p10", "", "_p90"), hour, strict=True)}
    downwind = result.reference("downwind_hours")
    return [
        {"receptor": label, **{told: float(f"{v[i]:.3g}") for told, v in means.items()}, "downwind_hours": float(downwind[i])}
        for i, label in enumerate(result.coords["receptor"])
    ]


def _map(result: Result, level: np.ndarray) -> dict[str, object]:
    hours, out = result.reference("downwind_hours"), []
    for i, label in enumerate(result.coords["receptor"]):
        campus, key = label.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        out.append(
            point(
                spec["lat"], spec["lon"], receptor=label, no2_ugm3=round(float(np.median(level[:, i])), 4), downwind_hours=float(hours[i])
            )
        )
    return features(out)


def _wind(result: Result, campus: str) -> dict[str, float | str]:
    """Share of the hours in which the wind of a campus comes from the south."""
    if not result.has("wind_from_deg"):
        return {}
    blow, speed = (result.array(name)[result.index("campus", campus)] for name in ("wind_from_deg", "wind_speed_m_s"))
    return {"wind_south_share": float(np.mean((blow >= SOUTH[0]) & (blow <= SOUTH[1]) & (speed > 0)))}


def _boxtown(result: Result) -> dict[str, float | str]:
    if "colossus_1/boxtown" not in result.coords["receptor"]:
        return {}
    spec = result.scenario["campuses"]["colossus_1"]
    home, site = spec["receptors"]["boxtown"], spec["site"]
    east, north = local_xy_m(np.array([home["lat"]]), np.array([home["lon"]]), lat0_deg=site["lat"], lon0_deg=site["lon"])
    return {"boxtown_bearing": float(bearing_deg(east, north)[0]), "boxtown_km": float(distance_m(east, north)[0]) / 1000.0}
