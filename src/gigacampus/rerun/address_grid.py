"""The address door: levels on a polar grid around every campus, for a reader who clicks the map or types a place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gigacampus.foundation.great_circle import EARTH_RADIUS_M
from gigacampus.neighbours.air.band import band_10_90
from gigacampus.neighbours.exposure import HEARD_WITHIN_M, Blocks, people_above, read_blocks
from gigacampus.neighbours.receptors import distance_m, local_xy_m
from gigacampus.registry.variables import short_term
from gigacampus.rerun import noise_neighbourhood
from gigacampus.rerun import point_levels as at_points
from gigacampus.rerun.centres import centres
from gigacampus.results.periods import as_of_month, folded, span_label, year_ahead
from gigacampus.results.result import Result, quantiles

RADII_M = (300, 600, 1000, 1500, 2200, 3200, 4500, 6500)
BEARINGS = 12
PEOPLE_WITHIN_M = 15_000.0
AIR = {"no2_ugm3": "NO₂ added", "pm25_ugm3": "PM₂.₅ added"}
AIR_DECIMALS = 6
"""Far from a small plant the increments are thousandths of a microgram; four decimals would leave them one digit."""
SOUND = {"noise_night_dba": "Level by night", "noise_day_dba": "Level by day"}
HALF = "noise_band_half_width_db"
LIMITS_DBA = (45.0, 55.0)


def polar(lat0: float, lon0: float) -> list[tuple[float, float]]:
    """Points on rings around a place, on the sphere.

    >>> len(polar(35.0, -90.0)) == len(RADII_M) * BEARINGS
    True
    """
    out = []
    for radius in RADII_M:
        for k in range(BEARINGS):
            bearing = 2.0 * math.pi * k / BEARINGS
            north, east = radius * math.cos(bearing), radius * math.sin(bearing)
            lat = lat0 + math.degrees(north / EARTH_RADIUS_M)
            out.append((lat, lon0 + math.degrees(east / (EARTH_RADIUS_M * math.cos(math.radians((lat + lat0) / 2.0))))))
    return out


def door(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """The report's door: levels of the scenario's month and later, air of the last twelve months, with half widths.

    Planned path, reference world.
    """
    if not all(result.has(n) for n in ("noise_night_dba", "no2_ugm3")):
        return {}
    now = as_of_month(result)
    (spots, grid), air = air_places(result), air_levels(result, use_cache=use_cache)
    places = spots[:grid]
    heard = _now(result, places, use_cache)
    year = year_ahead(result)
    fields = {name: heard[name] for name in SOUND} | {name: air[name][:grid, year].mean(axis=1) for name in AIR}
    half = dict.fromkeys(SOUND, heard[HALF])
    bands = {name: air_band(result, name, fields[name], distance_m(*offsets_m(result, places))) for name in AIR}
    later, notes = _later(result, places, use_cache)
    title = {f"octave_{band}": f"{band} Hz" for band in result.coords["band"]}
    octaves = [
        {"name": name, "group": "octaves", "title": title[name], "unit": "dB", "value": _plain(heard[name]), "half": _plain(heard[HALF])}
        for name in title
    ]
    month = result.coords["month"][now]
    return {
        "lat": [p[1] for p in places],
        "lon": [p[2] for p in places],
        "centres": [list(spot) for spot in centres(result).values()],
        "month": result.coords["month"][year.stop - 1],
        **{k: _plain(v, AIR_DECIMALS if k in AIR else 4) for k, v in fields.items()},
        "half_width": {k: _plain(v) for k, v in half.items()},
        "band": {name: {"low": _plain(low, AIR_DECIMALS), "high": _plain(high, AIR_DECIMALS)} for name, (low, high) in bands.items()},
        "titles": {name: f"{word}, {month}" for name, word in SOUND.items()}
        | {name: f"{word}, mean of {span_label(result, year)}" for name, word in AIR.items()},
        "more": [*later, *octaves],
        "notes": [f"Levels: wind and air of the typical year, {_grounds(result)}. Octaves: by night, {month}.", *notes],
    }


def heard_at(result: Result, places: at_points.Points, *, use_cache: bool = True) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Levels at some places by the door's fields: by octave now, and when finished; then the half width of all of them.

    Planned path, reference world; each array (place,), the half widths (2, place): now, when finished.
    """
    now, (later, _) = _now(result, places, use_cache), _finished(result, places, use_cache)
    octaves = {name: values for name, values in now.items() if name.startswith("octave_")}
    return octaves | {f"later_{name}": later[name] for name in SOUND}, np.stack([now[HALF], later[HALF]])


def _now(result: Result, places: at_points.Points, use_cache: bool) -> dict[str, np.ndarray]:
    """Levels of the month of the scenario's day, weighted and by octave, with their half width."""
    found = at_points.levels(result, "noise", places, first=as_of_month(result), months=1, use_cache=use_cache)
    octaves = {f"octave_{band}": found["noise_night_band_db"][:, k] for k, band in enumerate(result.coords["band"])}
    return {name: found[name][:, 0] for name in (*SOUND, HALF)} | octaves


def _finished(
    result: Result, places: at_points.Points, use_cache: bool
) -> tuple[dict[str, np.ndarray], dict[str, noise_neighbourhood.Later]]:
    """Levels when finished with their half width, and the campuses where that is the permanent plant alone."""
    last = len(result.coords["month"]) - 1
    columns = {name: np.zeros(len(places)) for name in (*SOUND, HALF)}
    alone: dict[str, noise_neighbourhood.Later] = {}
    for campus in result.scenario["campuses"]:
        lasting = noise_neighbourhood.permanent(result, campus)
        mine = [k for k, (home, _, _) in enumerate(places) if home == campus]
        month, units = (last, None) if lasting is None else (lasting.month, lasting.units)
        alone |= {} if lasting is None else {campus: lasting}
        if mine:
            found = at_points.levels(result, "noise", [places[k] for k in mine], first=month, months=1, units=units, use_cache=use_cache)
            for name, column in columns.items():
                column[mine] = found[name][:, 0]
    return columns, alone


def _later(result: Result, places: at_points.Points, use_cache: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """Fields of the levels when finished: with the permanent plant alone where temporary plant runs now, else in the last month."""
    columns, alone = _finished(result, places, use_cache)
    notes, months, states = [], result.coords["month"], []
    for campus, spec in result.scenario["campuses"].items():
        lasting = alone.get(campus)
        states.append("when finished" if lasting is None else "permanent units alone")
        how = "as planned" if lasting is None else f"with its {lasting.turbines:.0f} permanent units alone"
        notes.append(f"When finished, at {spec.get('title') or campus}: {how}, {months[-1 if lasting is None else lasting.month]}.")
    half = _plain(columns[HALF])
    return [
        {
            "name": f"later_{name}",
            "title": f"{word}, when finished",
            "titles": [f"{word}, {state}" for state in states],
            "unit": "dBA",
            "value": _plain(columns[name]),
            "half": half,
        }
        for name, word in SOUND.items()
    ], notes


def _grounds(result: Result) -> str:
    rules = [spec["noise"] for spec in result.scenario["campuses"].values()]
    relief = "the scenario's terrain" if any(r.get("terrain") for r in rules) else "flat ground"
    porous = " and ".join(sorted({format(r["ground_g"], "g") for r in rules}))
    echo = "with" if any(r.get("reflections") for r in rules) else "no"
    return f"{relief}, G {porous} (0 hard, 1 porous), {echo} reflections"


def neighbours(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """People of census block groups near the campuses above each limit by night, month by month, with the band of the levels.

    Reference world. A block group counts at its centre of population, as a whole or not at all.
    """
    blocks, rows = near_blocks(result, HEARD_WITHIN_M)
    if not len(rows) or not result.has("noise_night_dba"):
        return {}
    people, (night, half) = blocks.people[rows], block_nights(result, use_cache=use_cache)
    counts = {
        name: [people_above(people, level[:, m], np.array(LIMITS_DBA)).round().tolist() for m in range(night.shape[1])]
        for name, level in (("people", night), ("low", night - half), ("high", night + half))
    }
    return {"month": result.coords["month"], "limits_dba": list(LIMITS_DBA), "people_within_reach": float(people.sum()), **counts}


def block_nights(result: Result, *, use_cache: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Night level of each block group within hearing by month, dBA, and the half width of its band, dB; (block group, month) each."""
    blocks, rows = near_blocks(result, HEARD_WITHIN_M)
    homes = nearest_homes(result, blocks.lat_deg[rows], blocks.lon_deg[rows])
    found = at_points.levels(result, "noise", homes, first=0, months=len(result.coords["month"]), use_cache=use_cache)
    return found["noise_night_dba"], found["noise_band_half_width_db"]


def offsets_m(result: Result, places: at_points.Points) -> tuple[np.ndarray, np.ndarray]:
    """East and north of each place from the plant of its home campus, m."""
    spots = centres(result)
    east, north = zip(
        *(local_xy_m(np.array(lat), np.array(lon), lat0_deg=spots[home][0], lon0_deg=spots[home][1]) for home, lat, lon in places),
        strict=True,
    )
    return np.array(east), np.array(north)


def air_band(result: Result, name: str, values: np.ndarray, distance_m: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the band of what the stacks add at places of the reference world: as wide, in proportion, as the worlds make it at the
    run's receptors, joined with the documented error of the plume. Worlds wider than the median itself reach down to nothing.
    """
    wide = relative_half_width(result, name)
    return band_10_90(values * max(1.0 - wide, 0.0), values, values * (1.0 + wide), highest_hour=short_term(name), distance_m=distance_m)


def relative_half_width(result: Result, name: str) -> float:
    """Half of the 10-90 % band over the median at the run's receptors in the year ahead, the middle one of them; 0 without receptors."""
    values = result.samples(name)
    if values.shape[0] < 2 or values.shape[1] == 0:
        return 0.0
    year = values[:, :, year_ahead(result)]
    band = quantiles(folded(name, year))
    wide = (band["p90"] - band["p10"]) / 2.0
    return float(np.median(np.divide(wide, band["p50"], out=np.zeros_like(wide), where=band["p50"] > 0)))


def near_blocks(result: Result, within_m: float = PEOPLE_WITHIN_M) -> tuple[Blocks, np.ndarray]:
    """The bundled block groups, and the rows of those near a campus."""
    blocks = read_blocks()
    near = np.zeros(len(blocks.people), dtype=bool)
    for lat0, lon0 in centres(result).values():
        east, north = local_xy_m(blocks.lat_deg, blocks.lon_deg, lat0_deg=lat0, lon0_deg=lon0)
        near |= distance_m(east, north) <= within_m
    return blocks, np.flatnonzero(near)


def air_places(result: Result) -> tuple[at_points.Points, int]:
    """The grid's points, then the block groups nearby, and how many are of the grid.

    Both are asked for together: what the weather does to the plumes is worked out once for one list of places.
    """
    spots = centres(result)
    grid = [(name, lat, lon) for name, (lat0, lon0) in spots.items() for lat, lon in polar(lat0, lon0)]
    blocks, rows = near_blocks(result)
    return grid + nearest_homes(result, blocks.lat_deg[rows], blocks.lon_deg[rows]), len(grid)


def air_levels(result: Result, *, use_cache: bool = True) -> dict[str, np.ndarray]:
    """What the stacks add at ``air_places`` in every month; asked for as a whole, so that all who read it read the same map."""
    return at_points.levels(result, "air", air_places(result)[0], first=0, months=len(result.coords["month"]), use_cache=use_cache)


def nearest_homes(result: Result, lat_deg: np.ndarray, lon_deg: np.ndarray) -> at_points.Points:
    """Places with the campus whose plant is nearest."""
    spots = centres(result)
    names, at = list(spots), np.array(list(spots.values()))
    out = []
    for lat, lon in zip(lat_deg, lon_deg, strict=True):
        far = np.hypot(at[:, 0] - lat, at[:, 1] - lon)
        out.append((names[int(far.argmin())], float(lat), float(lon)))
    return out


def population(result: Result) -> list[dict[str, float]]:
    """People by block group near a campus, where the bundled table reaches."""
    blocks, rows = near_blocks(result)
    return [{"lat": float(blocks.lat_deg[i]), "lon": float(blocks.lon_deg[i]), "people": float(blocks.people[i])} for i in rows]


def map_of(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """What the report's map takes from the answers: people, night contours, and the door; and who hears how much by month."""
    return {
        "population": population(result),
        "door": door(result, use_cache=use_cache),
        "contours": noise_neighbourhood.contours(result, use_cache=use_cache),
        "people_above": neighbours(result, use_cache=use_cache),
    }


def _plain(values: np.ndarray, decimals: int = 4) -> list[float]:
    return [round(float(v), decimals) for v in values]
