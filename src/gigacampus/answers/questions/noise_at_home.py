"""Q01: level at a place by day and by night, now and with the permanent plant."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import points as at_points
from gigacampus.answers.answer import Answer, features, point
from gigacampus.answers.figures import Figure, figure, level_of
from gigacampus.answers.place import Place, nearest_campus
from gigacampus.answers.series import as_of_month, needed
from gigacampus.results.result import Result

STAGES = ("noise",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """At ``place`` by the stage's own function; without one at the receptor that is loudest at night."""
    needed(result, "noise_night_dba", "noise_day_dba")
    now, last = as_of_month(result), len(result.coords["month"]) - 1
    if place is not None:
        return _at_place(result, place, now, last)
    night = result.samples("noise_night_dba")
    loudest = int(np.median(night[:, :, now], axis=0).argmax())
    label = result.coords["receptor"][loudest]
    half = float(result.reference("noise_band_half_width_db")[loudest, now])
    levels = night[:, loudest, now]
    spread = (levels[:, None] + half * np.array([-1.0, 0.0, 1.0])).reshape(-1)
    head = figure(
        "Q01",
        f"Night level at the loudest receptor, {label}",
        spread,
        "dBA",
        STAGES,
        note="band: worlds, and the half width from source, ground and weather",
    )
    more = tuple(
        figure(f"Q01_{word}", title, result.samples(name)[:, loudest, month], "dBA", STAGES)
        for word, title, name, month in (
            ("day", "by day", "noise_day_dba", now),
            ("night_later", f"by night in {result.coords['month'][last]}", "noise_night_dba", last),
            ("day_later", f"by day in {result.coords['month'][last]}", "noise_day_dba", last),
        )
    )
    return Answer(
        head,
        levels,
        "world",
        more,
        {"best_reading": head.value or 0.0, "press_range_high": head.value or 0.0},
        _map(result, now),
        _bands(result, loudest),
    )


def _at_place(result: Result, place: Place, now: int, last: int) -> Answer:
    home, km = nearest_campus(result, place)
    first = at_points.levels(result, "noise", [(home, place.lat, place.lon)], first=now, months=1)
    then = at_points.levels(result, "noise", [(home, place.lat, place.lon)], first=last, months=1)
    note = f"at {place.lat:.4f}, {place.lon:.4f}, {km:.1f} km from the plant of {home}; reference world, downwind over flat ground"
    rows = [
        ("Q01", "Night level here", first, "noise_night_dba"),
        ("Q01_day", "by day", first, "noise_day_dba"),
        ("Q01_night_later", f"by night in {result.coords['month'][last]}", then, "noise_night_dba"),
        ("Q01_day_later", f"by day in {result.coords['month'][last]}", then, "noise_day_dba"),
    ]
    figures = [_with_half(id, title, float(a[name][0, 0]), float(a["noise_band_half_width_db"][0, 0]), note) for id, title, a, name in rows]
    bands = [
        {"band_hz": b, "night_db": round(float(v), 1)} for b, v in zip(result.coords["band"], first["noise_night_band_db"][0], strict=True)
    ]
    return Answer(
        figures[0],
        np.array([figures[0].value]),
        "fixed",
        tuple(figures[1:]),
        {"best_reading": figures[0].value or 0.0, "press_range_high": figures[0].value or 0.0},
        features([point(place.lat, place.lon, night_dba=figures[0].value)]),
        bands,
    )


def _with_half(id: str, title: str, value: float, half: float, note: str) -> Figure:
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


def _bands(result: Result, row: int) -> list[dict[str, Any]]:
    levels = result.reference("noise_night_band_db")[row]
    return [{"band_hz": b, "night_db": round(float(v), 1)} for b, v in zip(result.coords["band"], levels, strict=True)]


def _map(result: Result, month: int) -> dict[str, Any]:
    level = np.median(result.samples("noise_night_dba")[:, :, month], axis=0)
    out = []
    for i, label in enumerate(result.coords["receptor"]):
        campus, key = label.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        out.append(point(spec["lat"], spec["lon"], receptor=label, night_dba=round(float(level[i]), 1)))
    return features(out)
