"""Q02: what the sound walls do, by octave band and in dBA and dBC."""

from __future__ import annotations

import numpy as np

from gigacampus.answers.answer import Answer, Missing, features, point
from gigacampus.answers.figures import figure
from gigacampus.answers.place import Place, nearest_receptor
from gigacampus.answers.series import as_of_month, needed
from gigacampus.results.result import Result

STAGES = ("noise",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """What the walls take off the night level at the receptor that gains most, or at the one nearest to ``place``."""
    needed(result, "noise_wall_gain_dba", "noise_wall_gain_dbc", "noise_wall_gain_band_db")
    if not any(c.get("noise", {}).get("walls") for c in result.scenario["campuses"].values()):
        raise Missing("no campus of the scenario has a wall; give one under campuses.*.noise.walls and run again")
    now = as_of_month(result)
    gain = result.samples("noise_wall_gain_dba")[:, :, now]
    row, note = int(np.median(gain, axis=0).argmax()), "the receptor that gains most; downwind"
    if place is not None:
        row, km = nearest_receptor(result, place)
        note = f"the nearest receptor, {km:.2f} km from the place; downwind"
    label = result.coords["receptor"][row]
    head = figure("Q02", f"What the walls take off the night level at {label}", gain[:, row], "dB", STAGES, note=note)
    more = (
        figure("Q02_dbc", "C-weighted, where low frequencies count", result.samples("noise_wall_gain_dbc")[:, row, now], "dB", STAGES),
        figure("Q02_middle", "dBA at the middle receptor", np.median(gain, axis=1), "dB", STAGES),
    )
    bands = result.reference("noise_wall_gain_band_db")[row]
    table = [{"band_hz": b, "gain_db": round(float(v), 2)} for b, v in zip(result.coords["band"], bands, strict=True)]
    spots = []
    for i, name in enumerate(result.coords["receptor"]):
        campus, key = name.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        spots.append(point(spec["lat"], spec["lon"], receptor=name, wall_gain_dba=round(float(np.median(gain[:, i])), 2)))
    return Answer(head, gain[:, row], "world", more, {}, features(spots), table, "the wall's place, length and height are not published")
