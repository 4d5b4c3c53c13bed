"""Q04: hours downwind, and what NO2 and PM2.5 rise to."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, features, fixed_figure, point
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import as_of_month, needed, year_ahead
from gigacampus.neighbours.health import standard
from gigacampus.neighbours.receptors import bearing_deg, distance_m, local_xy_m
from gigacampus.rerun import point_levels as at_points
from gigacampus.rerun.address_grid import relative_half_width
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.result import Result

STAGES = ("air",)
SOUTH = (146.25, 213.75)
"""From the edge of SSE to the edge of SSW, degrees."""
LIMITS = (
    ("no2_limit", "no2_max_1h_ugm3", "highest hour of NO2", "background_no2_ugm3", "no2_1h_ugm3"),
    ("pm25_limit", "pm25_ugm3", "PM2.5", "background_pm25_ugm3", "pm25_annual_ugm3"),
)
"""Figure, variable, words, the campus' background and the standard that it is held against."""


def answer(result: Result, place: Place | None = None) -> Answer:
    """NO2 added over the year ahead: here by the stage's own function, else at the worst receptor."""
    needed(result, "no2_ugm3", "downwind_hours")
    year, compare = year_ahead(result), {**_wind(result), **_boxtown(result)}
    if place is not None:
        home, km = nearest_campus(result, place)
        first = min(as_of_month(result) + 1, len(result.coords["month"]) - 1)
        months = min(12, len(result.coords["month"]) - first)
        here = at_points.levels(result, "air", [(home, place.lat, place.lon)], first=first, months=months)
        note = f"{km:.1f} km from the plant of {home}; reference world"
        head = _banded(result, "Q04", "NO2 added here, mean of the year ahead", "no2_ugm3", here, note)
        more: tuple[Figure, ...] = (
            _banded(result, "Q04_pm25", "PM2.5 added here", "pm25_ugm3", here, note),
            fixed_figure("Q04_hours", "hours a year downwind", float(here["downwind_hours"][0]), "h", STAGES),
        )
        return Answer(head, np.array([head.value]), "fixed", more, compare, features([point(place.lat, place.lon, no2_ugm3=head.value)]))
    level = result.samples("no2_ugm3")[:, :, year].mean(axis=2)
    worst = int(np.median(level, axis=0).argmax())
    label = result.coords["receptor"][worst]
    head = figure("Q04", f"NO2 added at the worst receptor, {label}, mean of the year ahead", level[:, worst], "ug/m3", STAGES)
    more = (
        figure("Q04_hour", "highest hour of NO2 there", result.samples("no2_max_1h_ugm3")[:, worst, year].max(axis=1), "ug/m3", STAGES),
        figure("Q04_pm25", "PM2.5 added there", result.samples("pm25_ugm3")[:, worst, year].mean(axis=1), "ug/m3", STAGES),
        figure("Q04_hours", "hours a year downwind there", result.samples("downwind_hours")[:, worst], "h", STAGES),
        *_against(result, worst, year),
    )
    return Answer(head, level[:, worst], "world", more, compare, _map(result, level), _table(result, year))


def _against(result: Result, row: int, year: slice) -> list[Figure]:
    """What each pollutant rises to with the scenario's background, over the standard of the day."""
    day, campus = date.fromisoformat(str(result.manifest["as_of"])), result.coords["receptor"][row].split("/")[0]
    rules = result.scenario["campuses"][campus]["air"]
    out = []
    for id, name, text, background, key in LIMITS:
        over = result.samples(name)[:, row, year]
        rise = (over.max(axis=1) if "max" in name else over.mean(axis=1)) + rules[background]
        limit = standard("air", key, as_of=day)["value"]
        note = f"background {rules[background]:g} ug/m3 of the scenario; standard {limit:g} ug/m3, which is met on a mean of three years"
        out.append(figure(f"Q04_{id}", f"{text} there with the background, over the standard", rise / limit, "share", STAGES, note=note))
    return out


def _table(result: Result, year: slice) -> list[dict[str, Any]]:
    """Every receptor with what is added there and the hours downwind, medians over the worlds."""
    names = {"no2_ugm3": "no2_added_ugm3", "pm25_ugm3": "pm25_added_ugm3"}
    means = {told: np.median(result.samples(name)[:, :, year].mean(axis=2), axis=0) for name, told in names.items()}
    hour, downwind = np.median(result.samples("no2_max_1h_ugm3")[:, :, year].max(axis=2), axis=0), result.reference("downwind_hours")
    return [
        {
            "receptor": label,
            **{told: float(f"{v[i]:.3g}") for told, v in means.items()},
            "no2_highest_hour_ugm3": float(f"{hour[i]:.3g}"),
            "downwind_hours": float(downwind[i]),
        }
        for i, label in enumerate(result.coords["receptor"])
    ]


def _banded(result: Result, id: str, title: str, name: str, here: dict[str, np.ndarray], note: str) -> Figure:
    """A level at a place with the relative band of the run's own receptors."""
    value, wide = float(here[name].mean()), relative_half_width(result, name)
    return figure(
        id,
        title,
        value * np.array([1.0 - wide, 1.0 - wide, 1.0, 1.0 + wide, 1.0 + wide]),
        "ug/m3",
        STAGES,
        note=f"{note}; band as wide, in proportion, as at the run's receptors",
    )


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


def _wind(result: Result) -> dict[str, float | str]:
    if not result.has("wind_from_deg"):
        return {}
    blow, speed = result.array("wind_from_deg")[0], result.array("wind_speed_m_s")[0]
    return {"wind_south_share": float(np.mean((blow >= SOUTH[0]) & (blow <= SOUTH[1]) & (speed > 0)))}


def _boxtown(result: Result) -> dict[str, float | str]:
    if "colossus_1/boxtown" not in result.coords["receptor"]:
        return {}
    spec = result.scenario["campuses"]["colossus_1"]
    home, site = spec["receptors"]["boxtown"], spec["site"]
    east, north = local_xy_m(np.array([home["lat"]]), np.array([home["lon"]]), lat0_deg=site["lat"], lon0_deg=site["lon"])
    return {"boxtown_bearing": float(bearing_deg(east, north)[0]), "boxtown_km": float(distance_m(east, north)[0]) / 1000.0}
