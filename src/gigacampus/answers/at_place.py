"""Levels and concentrations at a place that a person names: of the run's own receptor where one stands there, else by the stage again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.figures import Figure, banded
from gigacampus.answers.levels import HALF_WIDTH, energy_mean
from gigacampus.rerun import point_levels
from gigacampus.rerun.address_grid import AIR, SOUND, air_band, heard_at
from gigacampus.rerun.noise_neighbourhood import permanent
from gigacampus.rerun.place import Place, nearest_campus, nearest_receptor
from gigacampus.results.periods import as_of_month, folded, span_label, when, year_ahead, year_period
from gigacampus.results.result import Result

SAME_PLACE_KM = 0.02
"""A receptor this near is the place itself, as coordinates of four decimals name it: the run's own worlds answer."""


def receptor_here(result: Result, place: Place) -> int | None:
    """Row of the receptor that stands at the place, None where there is none."""
    if not result.coords["receptor"]:
        return None
    row, km = nearest_receptor(result, place)
    return row if km <= SAME_PLACE_KM else None


def stage_at(result: Result, stage: str, place: Place, months: slice, units: frozenset[str] | None = None) -> dict[str, np.ndarray]:
    """What a stage gives at one place over some months of the reference world; with ``units`` only these generators run."""
    home, _ = nearest_campus(result, place)
    spot = [(home, place.lat, place.lon)]
    return point_levels.levels(result, stage, spot, first=months.start, months=months.stop - months.start, units=units)


def words_of(place: Place) -> str:
    """A place as a figure names it."""
    return f"{place.lat:.4f}, {place.lon:.4f}"


def level_here(result: Result, id: str, words: str, place: Place, months: slice, name: str, *, note: str) -> Figure:
    """Level at a place over some months, mean energy: the receptor's own where one stands there, else the reference world's."""
    row = receptor_here(result, place)
    if row is not None:
        own = headline.level_at(result, id, words, row, months, name)
        return replace(own, note=f"{own.note}; {note}")
    made = level_of_points(result, id, words, stage_at(result, "noise", place, months), name)
    home, _ = nearest_campus(result, place)
    period = f"{'month' if months.stop - months.start == 1 else 'year'} {span_label(result, months)}"
    span, where = span_label(result, months), words_of(place)
    made = replace(made, title=f"{words} ({where}), {span}", place=where, period=period, note=note)
    return made if headline.sounds(result, home, months) else headline.silent(made, result, months)


def level_of_points(result: Result, id: str, title: str, found: dict[str, np.ndarray], name: str, **more: Any) -> Figure:
    """Figure of a level that the stage gave at one place, with its own half width as the band."""
    value, half = float(energy_mean(found[name][0])), float(np.median(found[HALF_WIDTH][0]))
    note = "the band is the uncertainty of source, ground, weather and place; reference world"
    at = {"samples": np.array([value]), "axis": "reference", "note": note, **more}
    return banded(id, title, (value - half, value, value + half), "dBA", ("noise",), **at)


def added_here(result: Result, id: str, words: str, place: Place, name: str) -> Figure:
    """What the stacks add at a place over the year ahead, folded as its variable says, with the plume's own error in the band."""
    row = receptor_here(result, place)
    if row is not None:
        return headline.added(result, id, words, row, name)
    found = stage_at(result, "air", place, year_ahead(result))[name][0]
    mid = float(folded(name, found))
    _, km = nearest_campus(result, place)
    low, high = (float(x) for x in air_band(result, name, np.array(mid), 1000.0 * km))
    title, note = f"{words} ({words_of(place)}) {when(result)}", f"reference world; {headline.AIR_NOTE}"
    at: dict[str, Any] = {"place": words_of(place), "period": year_period(result), "axis": "reference", "samples": np.array([mid])}
    return banded(id, title, (low, mid, high), "ug/m3", ("air",), note=note, **at)


def at_receptors(result: Result, *, use_cache: bool = True) -> list[dict[str, Any]]:
    """What the report's door says at each receptor of the run: value and ends of its band by field of the door, as the answers have them.

    Levels of the scenario's month and when finished, air of the year ahead; a field without a value there is left out.
    """
    now, last = as_of_month(result), len(result.coords["month"]) - 1
    spots = []
    for label in result.coords["receptor"]:
        campus, key = label.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        spots.append((campus, spec["lat"], spec["lon"]))
    placed = placed_fields(result, spots, use_cache=use_cache) if spots else []
    alone = {campus: permanent(result, campus) is not None for campus in result.coords["campus"]}
    out = []
    for row, (campus, lat, lon) in enumerate(spots):
        told = {name: headline.level_at(result, name, "", row, slice(now, now + 1), name) for name in SOUND}
        told |= {name: headline.added(result, name, "", row, name) for name in AIR}
        if not alone[campus]:
            told |= {f"later_{name}": headline.level_at(result, name, "", row, slice(last, last + 1), name) for name in SOUND}
        own = {name: [f.value, f.low, f.high] for name, f in told.items() if f.value is not None}
        out.append({"lat": lat, "lon": lon, "fields": placed[row] | own})
    return out


def placed_fields(result: Result, spots: list[tuple[str, float, float]], *, use_cache: bool) -> list[dict[str, list[float]]]:
    """Octaves and levels when finished at each of some places by the noise stage itself, as a command gives them there."""
    fields, half = heard_at(result, spots, use_cache=use_cache)
    wide = {name: half[int(name.startswith("later_"))] for name in fields}
    rows = range(len(spots))
    return [{name: [float(v[k] + wide[name][k] * side) for side in (0.0, -1.0, 1.0)] for name, v in fields.items()} for k in rows]
