"""Q02: what the sound wall does, by octave band and in dBA and dBC."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import points as at_points
from gigacampus.answers.answer import Answer, Missing, features, point
from gigacampus.answers.figures import figure
from gigacampus.answers.place import Place, nearest_campus
from gigacampus.answers.series import needed
from gigacampus.results.result import Result

STAGES = ("noise",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Level without the walls less level with them, last month of the horizon, in the reference world."""
    needed(result, "noise_night_dba")
    if not any(c.get("noise", {}).get("walls") for c in result.scenario["campuses"].values()):
        raise Missing("no campus of the scenario has a wall; give one under campuses.*.noise.walls and run again")
    spots = [(nearest_campus(result, place)[0], place.lat, place.lon)] if place else _receptors(result)
    last = len(result.coords["month"]) - 1
    have = at_points.levels(result, "noise", spots, first=last, months=1)
    bare = at_points.levels(result, "noise", spots, first=last, months=1, change=without_walls)
    loss = {name: (bare[name] - have[name])[:, -1] for name in ("noise_night_dba", "noise_night_dbc")}
    bands = bare["noise_night_band_db"] - have["noise_night_band_db"]
    best = int(loss["noise_night_dba"].argmax())
    head = figure(
        "Q02", "Insertion loss of the walls by night, middle receptor; the band spans the receptors", loss["noise_night_dba"], "dB", STAGES
    )
    more = (figure("Q02_dbc", "the same in dBC", loss["noise_night_dbc"], "dB", STAGES),)
    rows = [{"band_hz": b, "best_receptor_db": round(float(v), 1)} for b, v in zip(result.coords["band"], bands[best], strict=True)]
    where = features(
        [point(lat, lon, loss_dba=round(float(x), 1)) for (_, lat, lon), x in zip(spots, loss["noise_night_dba"], strict=True)]
    )
    return Answer(head, loss["noise_night_dba"], "fixed", more, {}, where, rows)


def without_walls(scenario: Any) -> Any:
    """The same scenario with every wall taken away."""
    bare = {k: c.model_copy(update={"noise": c.noise.model_copy(update={"walls": {}})}) for k, c in scenario.campuses.items()}
    return scenario.model_copy(update={"campuses": bare})


def _receptors(result: Result) -> list[tuple[str, float, float]]:
    out = []
    for label in result.coords["receptor"]:
        campus, key = label.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        out.append((campus, float(spec["lat"]), float(spec["lon"])))
    return out if out else [(c, *map(float, np.array([0.0, 0.0]))) for c in result.coords["campus"]]
