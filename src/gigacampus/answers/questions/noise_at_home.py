"""Q01: level at a place by day and by night and by octave, now, with the permanent plant alone, and in the last month."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, features, point
from gigacampus.answers.figures import Figure, figure, level_of
from gigacampus.answers.reductions import as_of_month, needed
from gigacampus.neighbours.receptors import distance_m, local_xy_m
from gigacampus.rerun import noise_neighbourhood
from gigacampus.rerun import point_levels as at_points
from gigacampus.rerun.address_grid import centres
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.result import Result

STAGES = ("noise",)
AROUND_M = 3_000.0
WIND = "wind as it blows in the typical year"


def answer(result: Result, place: Place | None = None) -> Answer:
    """At ``place`` by the stage's own function; without one at the receptor that is loudest at night."""
    needed(result, "noise_night_dba", "noise_day_dba")
    if place is not None:
        return _at_place(result, place)
    now, last = as_of_month(result), len(result.coords["month"]) - 1
    night = result.samples("noise_night_dba")
    loudest = int(np.median(night[:, :, now], axis=0).argmax())
    label = result.coords["receptor"][loudest]
    levels = night[:, loudest, now]
    home, key = label.split("/")
    spec = result.scenario["campuses"][home]["receptors"][key]
    head = figure(
        "Q01",
        f"Night level at the loudest receptor, {label}",
        _joined(result, "noise_night_dba", loudest, now),
        "dBA",
        STAGES,
        note=f"band: worlds, and the half width from source, ground and weather; {WIND}; {_ground(result, home)}",
    )
    more = tuple(
        figure(f"Q01_{word}", title, _joined(result, name, loudest, month), "dBA", STAGES)
        for word, title, name, month in (
            ("day", "by day", "noise_day_dba", now),
            ("night_later", f"by night in {result.coords['month'][last]}", "noise_night_dba", last),
            ("day_later", f"by day in {result.coords['month'][last]}", "noise_day_dba", last),
        )
    )
    here = Place(spec["lat"], spec["lon"])
    lasting, bands = _lasting(result, home, here)
    table = _table(result, {"now_db": _at(result, home, here, now)["noise_night_band_db"][0], **bands})
    lowest, quietest = _quietest(result, home, now)
    known: dict[str, float | str] = {"best_reading": lowest, "press_range_low": lowest, "press_range_high": float(np.median(levels))}
    return Answer(head, levels, "world", (*more, *lasting, quietest), known, _map(result, now), table)


def _joined(result: Result, name: str, row: int, month: int) -> np.ndarray:
    """Samples of a level over worlds and over its own half width from source, ground, weather and place."""
    half = float(result.reference("noise_band_half_width_db")[row, month])
    return (result.samples(name)[:, row, month, None] + half * np.array([-1.0, 0.0, 1.0])).reshape(-1)


def _quietest(result: Result, home: str, now: int) -> tuple[float, Figure]:
    """The lowest night level among receptors within reach of readings around the plant, for readings whose place nobody told."""
    lat0, lon0 = centres(result)[home]
    rows = []
    for i, label in enumerate(result.coords["receptor"]):
        campus, key = label.split("/")
        spot = result.scenario["campuses"][campus]["receptors"][key]
        if distance_m(*local_xy_m(spot["lat"], spot["lon"], lat0_deg=lat0, lon0_deg=lon0)) <= AROUND_M:
            rows.append(i)
    night = result.samples("noise_night_dba")[:, :, now]
    quiet = min(rows or range(night.shape[1]), key=lambda i: float(np.median(night[:, i])))
    note = "readings without a stated place are held against this level and the loudest one: open comparison, no claim"
    title = f"at the quietest receptor within {AROUND_M / 1000:g} km of the plant, {result.coords['receptor'][quiet]}"
    spread = _joined(result, "noise_night_dba", quiet, now)
    return float(np.median(night[:, quiet])), figure("Q01_quietest", title, spread, "dBA", STAGES, note=note)


def _at_place(result: Result, place: Place) -> Answer:
    now, last = as_of_month(result), len(result.coords["month"]) - 1
    home, km = nearest_campus(result, place)
    first, then = (_at(result, home, place, month) for month in (now, last))
    note = f"at {place.lat:.4f}, {place.lon:.4f}, {km:.1f} km from the plant of {home}; reference world; {WIND}; {_ground(result, home)}"
    later = result.coords["month"][last]
    rows = [
        ("Q01", "Night level here", first, "noise_night_dba"),
        ("Q01_day", "by day", first, "noise_day_dba"),
        ("Q01_night_later", f"by night in {later}", then, "noise_night_dba"),
        ("Q01_day_later", f"by day in {later}", then, "noise_day_dba"),
        ("Q01_downwind", "by night with the wind from the plant", first, "noise_downwind_night_dba"),
        ("Q01_upwind", "by night with the wind towards the plant", first, "noise_upwind_night_dba"),
    ]
    figures = [_figure(id, title, a, name, note) for id, title, a, name in rows]
    lasting, bands = _lasting(result, home, place)
    table = _table(result, {"now_db": first["noise_night_band_db"][0], **bands})
    return Answer(
        figures[0],
        np.array([figures[0].value]),
        "fixed",
        (*figures[1:], *lasting),
        {},
        features([point(place.lat, place.lon, night_dba=figures[0].value)]),
        table,
    )


def _at(result: Result, home: str, place: Place, month: int, units: frozenset[str] | None = None) -> dict[str, np.ndarray]:
    """What the stage gives at one place in one month of the reference world; with ``units`` only these generators run."""
    return at_points.levels(result, "noise", [(home, place.lat, place.lon)], first=month, months=1, units=units)


def _lasting(result: Result, home: str, place: Place) -> tuple[list[Figure], dict[str, np.ndarray]]:
    """Figures and night octaves with the permanent plant alone; nothing where no temporary plant runs now."""
    later = noise_neighbourhood.permanent(result, home)
    if later is None:
        return [], {}
    found = _at(result, home, place, later.month, later.units)
    text = f"with the {later.turbines:.0f} permanent units alone, {result.coords['month'][later.month]}"
    note = f"committed generators of {home} that nothing retires, as they run in that month, without temporary and uncommitted ones"
    return [_figure(f"Q01_{word}_permanent", f"by {word} {text}", found, f"noise_{word}_dba", note) for word in ("night", "day")], {
        "permanent_db": found["noise_night_band_db"][0]
    }


def _ground(result: Result, home: str) -> str:
    rules = result.scenario["campuses"][home]["noise"]
    relief = "on the scenario's terrain" if rules.get("terrain") else "flat"
    echo = "first-order reflections" if rules.get("reflections") else "no reflections"
    return f"ground {relief}, G {rules['ground_g']:g} (0 hard, 1 porous), {echo}"


def _figure(id: str, title: str, found: dict[str, np.ndarray], name: str, note: str) -> Figure:
    value, half = float(found[name][0, 0]), float(found["noise_band_half_width_db"][0, 0])
    text = f"{value:.1f} dBA (80 %: {value - half:.1f} to {value + half:.1f} dBA)"
    return Figure(
        id,
        title,
        value,
        value - half,
        value + half,
        "dBA",
        level_of(STAGES),
        text,
        note=note,
        value_text=f"{value:.1f} dBA",
        band_text=f"{value - half:.1f} to {value + half:.1f} dBA",
        stages=STAGES,
    )


def _table(result: Result, columns: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    return [
        {"band_hz": band, **{name: round(float(v[k]), 1) for name, v in columns.items()}} for k, band in enumerate(result.coords["band"])
    ]


def _map(result: Result, now: int) -> dict[str, Any]:
    level = np.median(result.samples("noise_night_dba")[:, :, now], axis=0)
    out = []
    for i, label in enumerate(result.coords["receptor"]):
        campus, key = label.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        out.append(point(spec["lat"], spec["lon"], receptor=label, night_dba=round(float(level[i]), 1)))
    return features(out + lines_of(noise_neighbourhood.contours(result), "night_dba"))


def lines_of(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Contours as GeoJSON lines."""
    return [
        {
            "type": "Feature",
            "properties": {"title": row["title"], name: row["level"]},
            "geometry": {"type": "MultiLineString", "coordinates": [[[b, a] for a, b in ring] for ring in row["rings"]]},
        }
        for row in rows
        if row["rings"]
    ]
