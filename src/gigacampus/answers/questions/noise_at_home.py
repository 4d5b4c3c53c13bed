"""Q01: level at a place by day and by night and by octave, now, with the permanent plant alone, and in the last month."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer, features, point
from gigacampus.answers.at_place import level_here, level_of_points, stage_at, words_of
from gigacampus.answers.figures import Figure
from gigacampus.answers.reductions import needed
from gigacampus.neighbours.receptors import distance_m, local_xy_m
from gigacampus.rerun import noise_neighbourhood
from gigacampus.rerun.centres import centres
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.periods import as_of_month, month_period, year_ahead
from gigacampus.results.result import Result

AROUND_M = 3_000.0
WIND = "wind as it blows in the typical year"


def answer(result: Result, place: Place | None = None) -> Answer:
    """At ``place``, else at the receptor that is loudest at night in the month of the scenario's day."""
    needed(result, "noise_night_dba", "noise_day_dba", placed=place is not None)
    if place is not None:
        return _at_place(result, place)
    now, last = as_of_month(result), len(result.coords["month"]) - 1
    row = headline.loudest(result, month_slice(now))
    label = result.coords["receptor"][row]
    home, key = label.split("/")
    spec = result.scenario["campuses"][home]["receptors"][key]
    head = replace(
        headline.level_at(result, "Q01", "Night level at the loudest place", row, month_slice(now)),
        note=f"{headline.NIGHT_NOTE}; {WIND}; {_ground(result, home)}",
    )
    more = (
        *(
            headline.level_at(result, f"Q01_{word}", title, row, month_slice(month), name)
            for word, title, month, name in (
                ("day", "by day", now, "noise_day_dba"),
                ("night_later", "by night", last, "noise_night_dba"),
                ("day_later", "by day", last, "noise_day_dba"),
            )
        ),
        replace(headline.noise(result), id="Q01_year"),
    )
    here = Place(spec["lat"], spec["lon"])
    lasting, bands = _lasting(result, home, here)
    table = _table(result, {"now_db": stage_at(result, "noise", here, month_slice(now))["noise_night_band_db"][0], **bands})
    lowest, quietest = _quietest(result, home, now)
    known: dict[str, float | str] = {"best_reading": lowest, "press_range_low": lowest}
    known |= {} if head.value is None else {"press_range_high": head.value}
    return Answer(head, (*more, *lasting, quietest), known, _map(result, now), table, place=label)


def month_slice(month: int) -> slice:
    """One month as a span."""
    return slice(month, month + 1)


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
    title = f"at the quietest place within {AROUND_M / 1000:g} km of the plant"
    made = replace(headline.level_at(result, "Q01_quietest", title, quiet, month_slice(now)), note=note)
    return float(np.median(night[:, quiet])), made


AT_PLACE = (
    ("Q01", "Night level here", "noise_night_dba"),
    ("Q01_day", "by day", "noise_day_dba"),
    ("Q01_night_later", "by night", "noise_night_dba"),
    ("Q01_day_later", "by day", "noise_day_dba"),
    ("Q01_year", "Night level", "noise_night_dba"),
    ("Q01_downwind", "by night with the wind from the plant", "noise_downwind_night_dba"),
    ("Q01_upwind", "by night with the wind towards the plant", "noise_upwind_night_dba"),
)


def _at_place(result: Result, place: Place) -> Answer:
    now, last = as_of_month(result), len(result.coords["month"]) - 1
    home, km = nearest_campus(result, place)
    note = f"{km:.1f} km from the plant of {home}; {WIND}; {_ground(result, home)}"
    spans = {"later": month_slice(last), "year": year_ahead(result)}
    figures = [
        level_here(result, id, title, place, spans.get(id.rpartition("_")[2], month_slice(now)), name, note=note)
        for id, title, name in AT_PLACE
    ]
    lasting, bands = _lasting(result, home, place)
    table = _table(result, {"now_db": stage_at(result, "noise", place, month_slice(now))["noise_night_band_db"][0], **bands})
    where = features([point(place.lat, place.lon, night_dba=figures[0].value)])
    return Answer(figures[0], (*figures[1:], *lasting), {}, where, table, place=words_of(place))


def _lasting(result: Result, home: str, place: Place) -> tuple[list[Figure], dict[str, np.ndarray]]:
    """Figures and night octaves with the permanent plant alone; nothing where no temporary plant runs now."""
    later = noise_neighbourhood.permanent(result, home)
    if later is None:
        return [], {}
    found = stage_at(result, "noise", place, month_slice(later.month), later.units)
    text = f"with the {later.turbines:.0f} permanent units alone, {result.coords['month'][later.month]}"
    note = f"committed generators of {home} that nothing retires, as they run in that month, without temporary and uncommitted ones"
    at = {"note": note, "period": month_period(result, later.month)}
    return [
        level_of_points(result, f"Q01_{word}_permanent", f"by {word} {text}", found, f"noise_{word}_dba", **at) for word in ("night", "day")
    ], {"permanent_db": found["noise_night_band_db"][0]}


def _ground(result: Result, home: str) -> str:
    rules = result.scenario["campuses"][home]["noise"]
    relief = "on the scenario's terrain" if rules.get("terrain") else "flat"
    echo = "first-order reflections" if rules.get("reflections") else "no reflections"
    return f"ground {relief}, G {rules['ground_g']:g} (0 hard, 1 porous), {echo}"


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
