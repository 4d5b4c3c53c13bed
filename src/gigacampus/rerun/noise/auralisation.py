"""`gigacampus listen`: the sound of one month at one receptor, with and without the noise walls, as two WAV files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.exposure.neighbourhood import half_width_at
from gigacampus.neighbours.noise.propagation.bands import NOMINAL_HZ, a_level_dba, c_level_dbc
from gigacampus.neighbours.noise.sources.plant import WINDS, levels_by_band, without_walls
from gigacampus.rerun.noise.run_context import chosen, columns, refuse, run_context, sounding
from gigacampus.rerun.noise.synthesis import RATE_HZ, write_pair


def listen_run(run: Path, receptor: str, out: Path, *, month: str | None, period: str, wind: str, tones_hz: list[float]) -> dict[str, Any]:
    """Write both files and the statement of what they are; returns the levels behind them."""
    tones = np.array(sorted(tones_hz), dtype=float)
    if len(tones) and not (np.isfinite(tones).all() and tones.min() >= 20.0 and tones.max() < RATE_HZ / 2.0):
        raise refuse("a tone lies outside of what can be played", fix=f"give 20 to {RATE_HZ // 2} Hz")
    opening = run_context(run, month=month, period=period)
    (label,), places = opening.places([receptor])
    plants, (lat, lon) = sounding(opening), columns(places)
    height = opening.inputs.tree.campuses[label.split("/")[0]].noise.receptor_height_m
    with_db, without_db = (
        levels_by_band(p, lat, lon, height_m=height, wind=chosen("wind", wind, WINDS))[0]  # type: ignore[arg-type]
        for p in (plants, without_walls(plants))
    )
    half = float(half_width_at(plants, lat, lon)[0])
    walls = [f"{p.campus}/{w}" for p in plants for w in p.walls]
    statement = write_pair(out, without_db=without_db, with_db=with_db, tones_hz=tones)
    return {
        "run": str(run),
        "receptor": label,
        "month": opening.month_label,
        "period": period,
        "wind": wind,
        "walls": walls,
        "written": [str(out / name) for name in ("without_wall.wav", "with_wall.wav", "about.txt")],
        "statement": statement,
        "without_dba": float(a_level_dba(without_db)),
        "with_dba": float(a_level_dba(with_db)),
        "half_width_db": half,
        "without_dbc": float(c_level_dbc(without_db)),
        "with_dbc": float(c_level_dbc(with_db)),
        "bands_hz": NOMINAL_HZ.tolist(),
        "without_db": without_db.round(2).tolist(),
        "with_db": with_db.round(2).tolist(),
        "tones_hz": tones.tolist(),
    }
