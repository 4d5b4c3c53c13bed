"""A made-up noise method, as a contributor would write one: sound spreads over a sphere and meets nothing."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.propagation.bands import BANDS
from gigacampus.neighbours.noise.propagation.iso9613 import divergence_db
from gigacampus.neighbours.noise.propagation.transfer import Conditions, Transfer


def conditions(scene, sources, receivers, *, edition, source_g, reflect=False, dtype=np.float64):
    """Spherical spreading alone."""
    gap = receivers[:, None, :3] - sources[None, :, :3]
    distance = np.sqrt((gap**2).sum(axis=-1))
    return Conditions(Transfer(np.repeat(divergence_db(distance)[..., None], BANDS, axis=-1).astype(dtype), distance))
