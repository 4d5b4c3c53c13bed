"""Q02: what the sound walls do at each neighbour, by octave band and in dBA and dBC, why no more, and where."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, Missing, features, point
from gigacampus.answers.at_place import receptor_here, stage_at, words_of
from gigacampus.answers.figures import figure
from gigacampus.answers.questions.noise_at_home import lines_of
from gigacampus.answers.reductions import needed
from gigacampus.rerun import noise_neighbourhood
from gigacampus.rerun.noise.wall_effects import explained
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result

STAGES = ("noise",)
UNPUBLISHED = "the wall's place, length and height are not published"
DIGITS = 2
"""Gains are told to a hundredth of a decibel; less is nothing."""


def answer(result: Result, place: Place | None = None) -> Answer:
    """What the walls take off the night level at the place that gains most, or at ``place`` itself."""
    needed(result, "insertion_loss_dba", "insertion_loss_dbc", "insertion_loss_band_db", placed=place is not None)
    if not any(c.get("noise", {}).get("walls") for c in result.scenario["campuses"].values()):
        raise Missing("no campus of the scenario has a wall; give one under campuses.*.noise.walls and run again")
    now = as_of_month(result)
    at: dict[str, Any] = {"period": month_period(result, now)}
    if place is not None and receptor_here(result, place) is None:
        return _at_place(result, place, now, at)
    gain = result.samples("insertion_loss_dba")[:, :, now].round(DIGITS)
    row, note = int(np.median(gain, axis=0).argmax()), "the place that gains most; downwind"
    if place is not None:
        row, note = receptor_here(result, place) or 0, "the place itself; downwind"
    label = result.coords["receptor"][row]
    told = explained(result, now)
    why = told[label]["sentence"] if label in told else "no wall of its campus stands this month"
    head = figure("Q02", f"What the walls take off the night level at {label}", gain[:, row], "dB", STAGES, note=f"{note}; {why}", **at)
    weighted_c = result.samples("insertion_loss_dbc")[:, row, now].round(DIGITS)
    more = (
        figure("Q02_dbc", "C-weighted, where low frequencies count", weighted_c, "dB", STAGES, **at),
        figure("Q02_middle", "dBA at the middle place", np.median(gain, axis=1), "dB", STAGES, place="the middle place", **at),
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
    return Answer(head, more, {}, where, _table(result, told), UNPUBLISHED, place=label)


def _at_place(result: Result, place: Place, month: int, at: dict[str, Any]) -> Answer:
    """The stage's own insertion loss at a place without a receptor, in the reference world."""
    found = stage_at(result, "noise", place, slice(month, month + 1))
    home, km = nearest_campus(result, place)
    at = at | {"axis": "reference", "note": f"{km:.1f} km from the plant of {home}; downwind; reference world"}
    loss, weighted_c = (found[name][:, 0].round(DIGITS) for name in ("insertion_loss_dba", "insertion_loss_dbc"))
    head = figure("Q02", "What the walls take off the night level here", loss, "dB", STAGES, **at)
    more = (figure("Q02_dbc", "C-weighted, where low frequencies count", weighted_c, "dB", STAGES, **at),)
    octaves = found["insertion_loss_band_db"][0]
    table = [{"band_hz": band, "gain_db": round(float(v), 2)} for band, v in zip(result.coords["band"], octaves, strict=True)]
    where = features([point(place.lat, place.lon, wall_gain_dba=head.value)])
    return Answer(head, more, {}, where, table, UNPUBLISHED, place=words_of(place))


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
