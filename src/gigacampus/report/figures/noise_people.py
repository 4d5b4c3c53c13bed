"""People who live above 45 and 55 dBA by night, month by month, as turbines are added and go."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import words
from gigacampus.report.figures import base, palette

COLOURS = (palette.ORANGE, palette.RED)
BLOCKS = (
    "Census block groups within 8 km of a campus, each counted at its centre as a whole; reference world; the band moves all "
    "levels together by their 80 % band."
)
ROOM = 2.0
"""The picture ends at this many times the highest middle line; the caption says how far the band goes."""


def draw(result: Any) -> base.Spec:
    """One line for each level: block groups near the campuses where the run holds them, else the receptors' own people."""
    months, given = result.coords["month"], result.manifest.get("map", {}).get("people_above") or _receptors(result)
    bands = {
        limit: {q: np.array(given[key], dtype=float)[:, k] for q, key in (("p10", "low"), ("p50", "people"), ("p90", "high"))}
        for k, limit in enumerate(given["limits_dba"])
    }
    axis = base.axis("noise_people_above_45", 1.0, "People by night")
    top = ROOM * max(1.0, *(_highest(band["p50"]) for band in bands.values()))
    layers, series, key, said = [], [], [], []
    for colour, (limit, band) in zip(COLOURS, bands.items(), strict=False):
        label = f"{limit:g} dBA or more"
        layers += base.banded(months, band, axis, colour, cut=(0.0, top))
        series.append((label, band, axis))
        key.append((label, colour, "line"))
        when = words.month_name(months[int(np.nan_to_num(band["p50"]).argmax())])
        said.append(
            f"{label}: at most {words.significant(_highest(band['p50']))} people, in {when}; "
            f"the band reaches {words.significant(_highest(band['p90']))}."
        )
    said.append(BLOCKS if "people_within_reach" in given else "People at the run's receptors; band over worlds.")
    return base.by_month(
        result,
        layers,
        series,
        key=key,
        height=260,
        caption=" ".join(said),
        description="Line chart of the people who live above each night level by month, each with its band.",
    )


def _highest(values: np.ndarray) -> float:
    return float(np.max(values[np.isfinite(values)], initial=0.0))


def _receptors(result: Any) -> dict[str, Any]:
    limits = (45, 55)
    found = [np.asarray(result.samples(f"noise_people_above_{limit}"), dtype=float) for limit in limits]
    rows = {
        key: np.stack([np.nanquantile(v, q, axis=0) for v in found], axis=1) for key, q in (("low", 0.1), ("people", 0.5), ("high", 0.9))
    }
    return {"limits_dba": list(limits), **rows}


FIGURE = base.Figure("noise_people", "People who hear it at night", draw, ("noise_people_above_45", "noise_people_above_55"))
