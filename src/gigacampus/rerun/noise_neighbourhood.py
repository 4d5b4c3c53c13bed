"""What a run's neighbourhood hears beyond its receptors: contours, and the permanent plant alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gigacampus.pipeline import cache
from gigacampus.registry.stages import BY_NAME
from gigacampus.results.periods import as_of_month
from gigacampus.results.result import Result

CONTOURS_DBA = (40.0, 45.0, 50.0, 55.0)
GAINS_DB = (0.25, 0.5, 1.0, 2.0, 5.0)
COARSE_M, FINE_M = 500.0, 125.0
GAIN_HALF_WIDTH_M = 3_000.0
MODULE = "gigacampus.neighbours.noise.exposure.neighbourhood"


@dataclass(frozen=True)
class Later:
    """A month in which only the plant that is there to stay counts."""

    units: frozenset[str]
    """``campus/block`` of the generators that stay."""
    turbines: float
    """How many units these are at the campus asked about."""
    month: int


def permanent(result: Result, campus: str) -> Later | None:
    """The committed generators of ``campus`` that nothing retires, at the first month without the temporary ones.

    None where no temporary unit runs in the month of the scenario's day, or none is to stay.
    """
    blocks = {f"{name}/{key}": block for name, spec in result.scenario["campuses"].items() for key, block in spec["blocks"].items()}
    leaving = {
        f"{label.split('/')[0]}/{b['block']}"
        for label, b in blocks.items()
        if b["kind"] == "retirement" and b.get("share_frac", 1.0) >= 1.0
    }
    units = result.coords["unit"]
    running = result.planned("unit_running")[0]
    leaves = {u for u in units if u in leaving or blocks[u].get("out_of_service")}
    stays = {u for u in units if u not in leaves and not blocks[u].get("phase")}
    here = [k for k, u in enumerate(units) if u.startswith(f"{campus}/")]
    temporary = [k for k in here if units[k] in leaves]
    lasting = [k for k in here if units[k] in stays]
    if not lasting or not temporary or not running[temporary, as_of_month(result)].any():
        return None
    alone = np.flatnonzero((running[temporary].sum(axis=0) == 0.0) & (running[lasting].sum(axis=0) > 0.0))
    month = int(alone[0]) if len(alone) else running.shape[1] - 1
    return Later(frozenset(stays), float(sum(blocks[units[k]]["count"] for k in lasting)), month)


def contours(result: Result, *, show: str = "level", use_cache: bool = True) -> list[dict[str, Any]]:
    """Rows of ``{title, level, unit, rings}`` in the month of the scenario's day: night levels, or what the walls take off.

    Empty where nothing sounds, or where contourpy is not installed.
    """
    text = json.dumps([show, as_of_month(result), CONTOURS_DBA, GAINS_DB, COARSE_M, FINE_M])
    key = cache.key(replace(BY_NAME["noise"], module=MODULE), text, [result.manifest["keys"].get("noise", "")])
    found = cache.load("noise_contours", key) if use_cache else None
    if found is None:
        found = {"rows": np.frombuffer(json.dumps(_contours(result, show)).encode(), dtype=np.uint8)}
        if use_cache:
            cache.save("noise_contours", key, found)
    rows: list[dict[str, Any]] = json.loads(found["rows"].tobytes())
    return rows


def _contours(result: Result, show: str) -> list[dict[str, Any]]:
    from gigacampus.neighbours.noise.exposure import neighbourhood
    from gigacampus.neighbours.noise.sources.plant import plants_at
    from gigacampus.rerun.reopen import reopened

    inputs, up = reopened(result, "noise")
    month = as_of_month(result)
    plants = plants_at(inputs, up, month=month)
    values: Callable[..., np.ndarray] | None = None if show == "level" else neighbourhood.wall_gain_at
    wide = neighbourhood.HALF_WIDTH_M if show == "level" else GAIN_HALF_WIDTH_M
    shown = plants if show == "level" else [p for p in plants if p.walls]
    grids = [neighbourhood.grid_around(plants, p, half_width_m=wide, coarse_m=COARSE_M, fine_m=FINE_M, levels_of=values) for p in shown]
    title = "Level by night" if show == "level" else "What the walls take off by night"
    return neighbourhood.contour_rows(
        shown,
        levels_dba=CONTOURS_DBA if show == "level" else GAINS_DB,
        grids=grids,
        title=f"{title}, {result.coords['month'][month]}",
        unit="dBA" if show == "level" else "dB",
    )
