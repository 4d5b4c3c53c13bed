"""What the walls of a campus do at each of its receptors in one month: the running plant, two scenes, one sentence each."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.neighbours.noise.mitigation.wall_effect import WallEffect, wall_effects
from gigacampus.neighbours.noise.propagation.transfer import points
from gigacampus.neighbours.noise.sources.plant import plant_at
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene


def wall_report(inputs: Any, up: dict[str, np.ndarray], *, campus: str, month: int) -> dict[str, WallEffect]:
    """Effect of all walls that stand in a month at the campus's own receptors, downwind at night; by receptor label.

    Empty when no wall stands or nothing runs. The edition of ISO 9613-2 follows the scenario (2024 for CNOSSOS-EU).
    """
    plant = plant_at(inputs, up, campus=campus, month=month)
    labels = [label for label in inputs.at.receptor if label.startswith(campus + "/")]
    if not plant.walls or not plant.group or not labels:
        return {}
    spec = plant.spec
    bare, walled = campus_scene(spec, ()), campus_scene(spec, plant.walls)
    places = [spec.receptors[label.split("/")[1]] for label in labels]
    spots = plant.spots_m(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    found = wall_effects(
        bare,
        walled,
        points(bare, plant.position_m[:, :2], plant.position_m[:, 2]),
        points(bare, spots, spec.noise.receptor_height_m),
        power_db=plant.power_db,
        absorption_db_per_m=plant.air_db_per_m,
        edition=plant.edition,
    )
    return dict(zip(labels, found, strict=True))
