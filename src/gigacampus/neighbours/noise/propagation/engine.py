"""One door to all methods of propagation: losses of every source-receiver pair of a scene, by octave band.

The methods are rows of ``registry.kinds.NOISE_METHODS``; each names a module with ``conditions``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation.cnossos import long_term_db
from gigacampus.neighbours.noise.propagation.transfer import Conditions, Transfer
from gigacampus.neighbours.noise.propagation.wind import class_deficit_db
from gigacampus.registry.kinds import NOISE_METHODS, module_of


def conditions(
    scene: Scene,
    sources: np.ndarray,
    receivers: np.ndarray,
    *,
    method: str,
    source_g: float,
    reflect: bool = False,
    dtype: type = np.float64,
) -> Conditions:
    """Transfers by a method in the conditions that it states; ``reflect`` adds first-order reflections."""
    kind = NOISE_METHODS[method]
    found: Conditions = module_of(kind).conditions(
        scene, sources, receivers, edition=kind.edition, source_g=source_g, reflect=reflect, dtype=dtype
    )
    return found


def transfer(
    scene: Scene,
    sources: np.ndarray,
    receivers: np.ndarray,
    *,
    method: str,
    favourable_frac: float = 0.5,
    source_g: float | None = None,
    reflect: bool = False,
    dtype: type = np.float64,
) -> Transfer:
    """Transfer by any method: the downwind loss where it states no other, else the long-term mean at ``favourable_frac``."""
    g = scene.ground_g if source_g is None else source_g
    found = conditions(scene, sources, receivers, method=method, source_g=g, reflect=reflect, dtype=dtype)
    down, calm = found.favourable, found.homogeneous
    if calm is None:
        return down
    return Transfer(-long_term_db(-down.still_db, -calm.still_db, favourable_frac=favourable_frac), down.distance_m)


def class_losses(noise: Any, scene: Scene, sources: np.ndarray, receivers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss without air by wind class (class, receptor, source, band), and path lengths, by the method of the scenario.

    Where a method states homogeneous air, that is the loss of hours that are not downwind; else they have a deficit by class.
    """
    found = conditions(scene, sources, receivers, method=noise.method, source_g=noise.site_ground_g, reflect=noise.reflections)
    down, calm = found.favourable, found.homogeneous
    if calm is not None:
        return np.stack([down.still_db, calm.still_db, calm.still_db]), down.distance_m
    gap = receivers[:, None, :2] - sources[None, :, :2]
    deficit = class_deficit_db(
        np.hypot(gap[..., 0], gap[..., 1]),
        sources[None, :, 3] + receivers[:, None, 3],
        neutral_db=noise.neutral_deficit_db,
        upwind_db=noise.upwind_deficit_db,
    )
    return down.still_db + deficit[..., None], down.distance_m
