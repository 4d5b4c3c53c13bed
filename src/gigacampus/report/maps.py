"""What the map and the address door need, gathered from a result as plain data; drawing happens in the viewer.

``manifest["map"]`` may hold, each of them optional:
population   rows of ``{lat, lon, people}`` (population-weighted centres of block groups)
contours     rows of ``{title, level, unit, rings}``; a ring is a list of ``[lat, lon]``
door         a polar grid around the campuses: ``lat``, ``lon``, one list for each of ``QUANTITIES``, ``month`` (label),
             ``half_width`` (per quantity one number or one list: half of the 10-90 % band), ``titles`` that stand in for
             those of ``QUANTITIES``, ``more`` rows of ``{name, title, unit, value, half}`` (a ``group`` is shown in one row), ``notes``
people_above people by month and limit: ``month``, ``limits_dba``, and (month, limit) lists ``people``, ``low``, ``high``
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.at_place import SAME_PLACE_KM
from gigacampus.answers.headline import longest_wait
from gigacampus.foundation.calendar import DAYS_IN_MONTH
from gigacampus.neighbours.exposure import read_blocks
from gigacampus.neighbours.receptors import distance_m, local_xy_m
from gigacampus.report import basemap, map_times, reading, retold, words
from gigacampus.report.figures.base import tidy
from gigacampus.results.periods import as_of_month, span_label, year_ahead
from gigacampus.results.result import quantiles

QUANTITIES = {
    "noise_night_dba": ("Level by night", "dBA"),
    "noise_day_dba": ("Level by day", "dBA"),
    "no2_ugm3": ("NO₂ added", "µg/m³"),
    "pm25_ugm3": ("PM₂.₅ added", "µg/m³"),
}
PEOPLE_WITHIN_M = 20_000.0


def map_data(result: Any) -> dict[str, Any]:
    """Sites, receptors, people, contours and the door, ready to be written into the page."""
    given = result.manifest.get("map") or {}
    return {
        "sites": sites(result),
        "receptors": receptors(result),
        "population": given.get("population") or population(sites(result)),
        "contours": [{**row, "title": _told(row["title"])} for row in given.get("contours", [])],
        "door": door(given.get("door")),
        "campuses": campuses(result),
        "basemap": basemap.basemap(sites(result), given.get("basemap")),
        "times": {
            "months": list(result.coords["month"]),
            "moments": map_times.moments(result),
            "mw": map_times.power_by_month(result),
            "people": map_times.people_by_month(result),
        },
        "months": {
            "now": words.month_name(result.coords["month"][as_of_month(result)]),
            "last": words.month_name(result.coords["month"][-1]),
            "year": _told(span_label(result, year_ahead(result))),
        },
    }


def sites(result: Any) -> list[dict[str, Any]]:
    """Centre of each campus and how sure it is."""
    out = []
    for key in result.coords["campus"]:
        site = result.scenario.get("campuses", {}).get(key, {}).get("site")
        if site and "lat" in site and "lon" in site:
            out.append(
                {
                    "title": reading.campus_title(result, key),
                    "lat": site["lat"],
                    "lon": site["lon"],
                    "half_width_m": site.get("location_half_width_m", 0.0),
                }
            )
    return out


def population(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bundled census block groups within ``PEOPLE_WITHIN_M`` of any site; empty far from those that are bundled."""
    blocks = read_blocks()
    near = np.zeros(len(blocks.people), dtype=bool)
    for place in places:
        east, north = local_xy_m(blocks.lat_deg, blocks.lon_deg, lat0_deg=place["lat"], lon0_deg=place["lon"])
        near |= distance_m(east, north) <= PEOPLE_WITHIN_M
    columns = (blocks.lat_deg[near], blocks.lon_deg[near], blocks.people[near])
    return [{"lat": float(a), "lon": float(b), "people": float(n)} for a, b, n in zip(*columns, strict=True)]


def receptors(result: Any) -> list[dict[str, Any]]:
    """Places where people hear and breathe, without those only recalled, with their levels now and in the last month."""
    has_noise = reading.optional(result, "noise_night_dba") is not None and reading.optional(result, "noise_day_dba") is not None
    bands = {name: reading.level_bands(result, name) for name in ("noise_night_dba", "noise_day_dba")} if has_noise else {}
    layers, stands = map_times.by_month(result), map_times.standing(result)
    out = []
    for i in reading.shown_receptors(result):
        spec = reading.receptor(result, result.coords["receptor"][i])
        if "lat" not in spec or "lon" not in spec:
            continue
        levels = {
            name.replace("noise", label): {q: tidy(band[q][i, month], 4) for q in ("p10", "p50", "p90")}
            for label, month in (("noise", -1), ("noise_now", as_of_month(result)))
            for name, band in bands.items()
            if stands[i, month]
        }
        out.append(
            {
                "title": reading.receptor_title(result, result.coords["receptor"][i]),
                "kind": spec.get("kind", "homes").replace("_", " "),
                "lat": spec["lat"],
                "lon": spec["lon"],
                "people": spec.get("people", 0.0),
                "by_month": {layer: rows[i] for layer, rows in layers.items()},
                **levels,
            }
        )
    return out


def campuses(result: Any) -> list[dict[str, Any]]:
    """Draw on water and delay on the road of each campus in the year ahead: its mean and its worst month, with bands."""
    year = year_ahead(result)
    days = float(sum(DAYS_IN_MONTH[int(m[5:]) - 1] for m in result.coords["month"][year]))
    water, delay = reading.optional(result, "water_m3"), reading.optional(result, "peak_delay_min")
    out, hot = [], map_times.hot_days(result)
    for i, key in enumerate(result.coords["campus"]):
        row: dict[str, Any] = {"title": reading.campus_title(result, key), "hot_day": hot[i]}
        if water is not None:
            row["water_m3_per_day"] = _plain(quantiles(water[:, i, year].sum(axis=1) / days))
        if delay is not None:
            row["peak_delay_min"] = _plain(quantiles(longest_wait(result, i)))
        out.append(row)
    return out


def _told(text: str) -> str:
    """A text of the run in the language spoken here, its months by name."""
    return retold.retold(words.with_month_names(text))


def _plain(band: dict[str, np.ndarray]) -> dict[str, Any]:
    return {k: tidy(float(v), 4) for k, v in band.items()}


def door(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """The door's arrays, checked: equal lengths and finite numbers; None when the run has none."""
    if not given or not given.get("lat"):
        return None
    count = len(given["lat"])
    out: dict[str, Any] = {
        "month": words.month_name(str(given.get("month", ""))),
        "lat": _column(given, "lat", count),
        "lon": _column(given, "lon", count),
        "centres": [{"lat": float(lat), "lon": float(lon)} for lat, lon in given.get("centres", [])],
        "same_place_km": SAME_PLACE_KM,
        "places": [_place(row) for row in given.get("places", [])],
        "fields": [],
        "notes": [_told(str(n)) for n in given.get("notes", [])],
    }
    for name, (title, unit) in QUANTITIES.items():
        if given.get(name):
            row = {"name": name, "title": _told(given.get("titles", {}).get(name, title)), "unit": unit}
            out["fields"].append({**row, **_ends(given, name, count)})
    for more in given.get("more", []):
        values, half = (np.array(_column(more, key, count)) for key in ("value", "half"))
        row = {key: more[key] for key in ("name", "title", "unit", "group") if key in more}
        by_campus = {"titles": [_told(title) for title in more["titles"]]} if "titles" in more else {}
        out["fields"].append({**row, "title": _told(row["title"]), **by_campus, **_around(values, half)})
    out["fields"].sort(key=lambda row: row["unit"] != "dBA")
    return out


def _place(row: dict[str, Any]) -> dict[str, Any]:
    """A place with values of its own: of each field value and ends of its band."""
    fields = {name: [tidy(float(v), 4) for v in ends] for name, ends in row["fields"].items()}
    return {"lat": float(row["lat"]), "lon": float(row["lon"]), "fields": fields}


def _ends(given: dict[str, Any], name: str, count: int) -> dict[str, Any]:
    """Values of a field with the ends of their band, which the run gives as such or as half widths; None where it gives neither."""
    values, band = _column(given, name, count), given.get("band", {}).get(name)
    if band:
        return {"value": values, **{end: _column(band, end, count) for end in ("low", "high")}}
    half = given.get("half_width", {}).get(name)
    if not half:
        return {"value": values, "low": None, "high": None}
    wide = [float(half)] * count if isinstance(half, int | float) else _column(given["half_width"], name, count)
    return _around(np.array(values), np.array(wide))


def _around(values: np.ndarray, half: np.ndarray) -> dict[str, Any]:
    return {
        key: [tidy(float(v), 4) for v in column] for key, column in (("value", values), ("low", values - half), ("high", values + half))
    }


def _column(given: dict[str, Any], name: str, count: int) -> list[float]:
    values = np.asarray(given[name], dtype=float)
    if values.shape != (count,) or not np.isfinite(values).all():
        raise ValueError(f"the door's {name!r} must hold {count} finite numbers")
    return [float(v) if name in ("lat", "lon") else tidy(v, 4) for v in values]
