"""First-order reflections by ISO 9613-2: image sources with the size criterion; plain code, for small scenes."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise import iso9613_paths as paths
from gigacampus.neighbours.noise.bands import BANDS, WAVELENGTH_M
from gigacampus.neighbours.noise.geometry.profile import path_profile
from gigacampus.neighbours.noise.geometry.reflections import Reflection, reflections
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.geometry.trace import WIDTH, mean_g, top_path


def large_enough(face: Reflection, *, height_m: float) -> np.ndarray:
    """Bands whose wavelength is short enough for a face to mirror; (band,).

    Source: ISO 9613-2, equation 19, with the smaller side of the face.

    >>> face = Reflection(np.zeros(2), 2.0, 10.0, 100.0, 50.0, 0, 20.0, 1.0)
    >>> large_enough(face, height_m=10.0).tolist()
    [False, False, False, True, True, True, True, True, True]
    """
    side = min(face.width_m, height_m)
    before, after = face.before_m, face.distance_m - face.before_m
    reach = 2.0 / (side * face.incidence_cos) ** 2 * before * after / (before + after)
    return reach < 1.0 / WAVELENGTH_M


def reflected_losses_db(scene: Scene, source: np.ndarray, receiver: np.ndarray, *, edition: int,
                        absorption_db_per_m: np.ndarray) -> np.ndarray:
    """Loss by each reflection, infinite in bands that a face is too small for; (reflection, band).

    The way over the face is unfolded; screens across it act over their tops only.
    """
    out = []
    for face in reflections(scene, source, receiver):
        row = _unfolded_row(scene, source, receiver, face)
        loss = paths.attenuation_db(row[None], absorption_db_per_m=absorption_db_per_m, edition=edition)[0]
        absorbed = -10.0 * np.log10(np.maximum(1.0 - scene.absorption[face.segment], 1e-6))
        height = face.top_m - float(scene.terrain.altitude_m(face.point))
        out.append(np.where(large_enough(face, height_m=height), loss + absorbed, np.inf))
    return np.array(out).reshape(-1, BANDS)


def _unfolded_row(scene: Scene, source: np.ndarray, receiver: np.ndarray, face: Reflection) -> np.ndarray:
    """Geometry row of a way with one corner, laid out straight."""
    profile = path_profile(scene, np.stack([source[:2], face.point, receiver[:2]]))
    p = profile.length_m
    row = np.zeros(WIDTH)
    row[:4] = p, face.distance_m, source[3], receiver[3]
    bounds = np.append(profile.pieces[:, 0], p) / p
    g = profile.pieces[:, 4]
    near, far = min(30.0 * source[3] / p, 1.0), max(1.0 - 30.0 * receiver[3] / p, 0.0)
    row[4:7] = mean_g(bounds, g, 0.0, near), mean_g(bounds, g, near, far) if far > near else 0.0, mean_g(bounds, g, far, 1.0)
    ends = np.array([[0.0, source[2] - source[3]], [p, receiver[2] - receiver[3]]])
    order = np.argsort(profile.edges[:, 0], kind="stable")
    s, z = profile.edges[order, 0], profile.edges[order, 1]
    row[8:13], _, _ = top_path(ends, s, z, (source[2], receiver[2]), (p, face.distance_m))
    return row
