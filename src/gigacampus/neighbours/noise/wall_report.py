"""What the walls of a campus do at each of its receptors in one month: the running plant, two scenes, one sentence each."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.calendar import month_of_hour
from gigacampus.neighbours.noise.engine import points
from gigacampus.neighbours.noise.explain import WallEffect, wall_effects
from gigacampus.neighbours.noise.layout import campus_scene, walls_by_month
from gigacampus.neighbours.noise.plane import east_north_m
from gigacampus.neighbours.noise.sources import campus_sources, fan_hours, group_weights, is_night
from gigacampus.neighbours.noise.stage import absorption_by_month

QUIET_WEIGHT = 1e-6


def wall_report(inputs: Any, up: dict[str, np.ndarray], *, campus: str, month: int) -> dict[str, WallEffect]:
    """Effect of all walls that stand in a month at the campus's own receptors, downwind at night; by receptor label.

    Empty when no wall stands or nothing runs. The edition of ISO 9613-2 follows the scenario (2024 for CNOSSOS-EU).
    """
    at, c = inputs.at, inputs.at.campus.index(campus)
    spec = inputs.tree.campuses[campus]
    standing = walls_by_month(spec.noise, at.months)[month]
    sources = campus_sources(spec, inputs.tree.library)
    every = np.arange(at.months.count)
    phase = np.nan_to_num(up["planned_phase"][c]).astype(int)
    running = {at.unit[u].split("/")[1]: up["unit_running"][u, phase, every]
               for u in range(len(at.unit)) if at.unit_campus[u] == c}
    weight, load = group_weights(sources, spec, inputs.tree.library, months=at.months, planned_phase=phase, running=running,
                              heat_mw=up["heat_rejected_mwh"][c, phase, every] / at.months.hours())
    nights = is_night() & (month_of_hour() == at.months.calendar_month()[month])
    fan = fan_hours(sources, spec, inputs.tree.library, load=load[:, month], dry_bulb_degc=up["dry_bulb_degc"][c][nights])
    level = (weight[:, month] * fan.mean(axis=1))[sources.group]
    loud = level > QUIET_WEIGHT
    labels = [label for label in at.receptor if label.startswith(campus + "/")]
    if not standing or not loud.any() or not labels:
        return {}
    bare, walled = campus_scene(spec, ()), campus_scene(spec, standing)
    places = [spec.receptors[label.split("/")[1]] for label in labels]
    spots = east_north_m(np.array([p.lat for p in places]), np.array([p.lon for p in places]),
                         site_lat=spec.site.lat, site_lon=spec.site.lon)
    found = wall_effects(
        bare, walled, points(bare, sources.position_m[loud, :2], sources.position_m[loud, 2]),
        points(bare, spots, spec.noise.receptor_height_m),
        power_db=sources.power_db[loud] + 10.0 * np.log10(level[loud])[:, None],
        absorption_db_per_m=absorption_by_month(up, c)[int(at.months.calendar_month()[month]), 1],
        edition=1996 if spec.noise.method == "iso9613_1996" else 2024)
    return dict(zip(labels, found, strict=True))
