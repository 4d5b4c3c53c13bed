"""Q02: what the sound walls do at each neighbour, by octave band and in dBA and dBC, why no more, and where."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, Missing, features, point
from gigacampus.answers.figures import figure
from gigacampus.answers.questions.noise_at_home import lines_of
from gigacampus.answers.reductions import as_of_month, needed
from gigacampus.pipeline import cache
from gigacampus.registry.stages import BY_NAME
from gigacampus.rerun import noise_neighbourhood
from gigacampus.rerun.place import Place, nearest_receptor
from gigacampus.results.result import Result

STAGES = ("noise",)
MODULE = "gigacampus.neighbours.noise.mitigation.wall_report"
DIGITS = 2
"""Gains are told to a hundredth of a decibel; less is nothing."""


def answer(result: Result, place: Place | None = None) -> Answer:
    """What the walls take off the night level at the receptor that gains most, or at the one nearest to ``place``."""
    needed(result, "insertion_loss_dba", "insertion_loss_dbc", "insertion_loss_band_db")
    if not any(c.get("noise", {}).get("walls") for c in result.scenario["campuses"].values()):
        raise Missing("no campus of the scenario has a wall; give one under campuses.*.noise.walls and run again")
    now = as_of_month(result)
    gain = result.samples("insertion_loss_dba")[:, :, now].round(DIGITS)
    row, note = int(np.median(gain, axis=0).argmax()), "the receptor that gains most; downwind"
    if place is not None:
        row, km = nearest_receptor(result, place)
        note = f"the nearest receptor, {km:.2f} km from the place; downwind"
    label = result.coords["receptor"][row]
    told = explained(result, now)
    why = told[label]["sentence"] if label in told else "no wall of its campus stands this month"
    head = figure("Q02", f"What the walls take off the night level at {label}", gain[:, row], "dB", STAGES, note=f"{note}; {why}")
    weighted_c = result.samples("insertion_loss_dbc")[:, row, now].round(DIGITS)
    more = (
        figure("Q02_dbc", "C-weighted, where low frequencies count", weighted_c, "dB", STAGES),
        figure("Q02_middle", "dBA at the middle receptor", np.median(gain, axis=1), "dB", STAGES),
    )
    spots = []
    for i, name in enumerate(result.coords["receptor"]):
        campus, key = name.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        spots.append(
            point(
                spec["lat"],
                spec["lon"],
                receptor=name,
                wall_gain_dba=round(float(np.median(gain[:, i])), 2),
                **({"limit": told[name]["sentence"]} if name in told else {}),
            )
        )
    where = features(spots + lines_of(noise_neighbourhood.contours(result, show="wall_gain"), "wall_gain_db"))
    return Answer(
        head, gain[:, row], "world", more, {}, where, _table(result, told), "the wall's place, length and height are not published"
    )


def explained(result: Result, month: int) -> dict[str, dict[str, Any]]:
    """Effect of the walls at each receptor of their campus in the reference world, downwind at night: gains and what limits them.

    Plain data with the fields of ``explain.WallEffect``, cached like a stage: it hangs on nothing but what the noise stage saw.
    """
    key = cache.key(replace(BY_NAME["noise"], module=MODULE), str(month), [result.manifest["keys"]["noise"]])
    found = cache.load("noise_walls", key)
    if found is None:
        found = {"rows": np.frombuffer(json.dumps(_explained(result, month)).encode(), dtype=np.uint8)}
        cache.save("noise_walls", key, found)
    effects: dict[str, dict[str, Any]] = json.loads(found["rows"].tobytes())
    return effects


def _explained(result: Result, month: int) -> dict[str, dict[str, Any]]:
    from gigacampus.neighbours.noise.mitigation.wall_report import wall_report
    from gigacampus.rerun.reopen import reopened

    inputs, up = reopened(result, "noise")
    effects = {
        label: effect for campus in result.coords["campus"] for label, effect in wall_report(inputs, up, campus=campus, month=month).items()
    }
    return {label: {**vars(effect), "gain_db": effect.gain_db.tolist()} for label, effect in effects.items()}


def _table(result: Result, told: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each receptor: gain in dBA, dBC and each octave, the shares of what is left by way, and what limits."""
    return [
        {
            "receptor": label,
            "gain_dba": round(effect["gain_dba"], 2),
            "gain_dbc": round(effect["gain_dbc"], 2),
            **{f"gain_{band}_hz_db": round(v, 2) for band, v in zip(result.coords["band"], effect["gain_db"], strict=True)},
            **{f"left_{way}_frac": round(share, 3) for way, share in effect["share"].items()},
            "limit": effect["limit"],
        }
        for label, effect in told.items()
    ]
