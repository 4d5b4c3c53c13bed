"""First-order reflections by ISO 9613-2: image sources with the size criterion; plain code, for small scenes."""

from __future__ import annotations

import itertools

import numpy as np

from gigacampus.neighbours.noise.geometry import iso9613_columns as columns
from gigacampus.neighbours.noise.geometry.plan import zone_shares
from gigacampus.neighbours.noise.geometry.profile import path_profile
from gigacampus.neighbours.noise.geometry.reflections import Reflection, reflections
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.geometry.trace import mean_g, top_path
from gigacampus.neighbours.noise.propagation import iso9613_paths as paths
from gigacampus.neighbours.noise.propagation.bands import BANDS, WAVELENGTH_M


def large_enough(
    side_m: np.ndarray | float, incidence_cos: np.ndarray | float, *, before_m: np.ndarray | float, distance_m: np.ndarray | float
) -> np.ndarray:
    """Bands whose wavelength is short enough for a face to mirror; (..., band). ``side_m`` is the smaller side of the face.

    Source: ISO 9613-2, equation 19.

    >>> large_enough(10.0, 1.0, before_m=50.0, distance_m=100.0).tolist()
    [False, False, False, True, True, True, True, True, True]
    """
    side, cosine, before, way = (np.asarray(v, dtype=float) for v in (side_m, incidence_cos, before_m, distance_m))
    reach = 2.0 / (side * cosine) ** 2 * before * (way - before) / way
    out: np.ndarray = reach[..., None] < 1.0 / WAVELENGTH_M
    return out


def reflected_losses_db(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, *, edition: int, absorption_db_per_m: np.ndarray
) -> np.ndarray:
    """Loss by each reflection, infinite in bands that a face is too small for; (reflection, band).

    The path over the face is unfolded; screens across it act over their tops only.
    """
    out = []
    for face in reflections(scene, source, receiver):
        row = _unfolded_row(scene, source, receiver, face)
        loss = paths.attenuation_db(row[None], absorption_db_per_m=absorption_db_per_m, edition=edition)[0]
        absorbed = -10.0 * np.log10(np.maximum(1.0 - scene.absorption[face.segment], 1e-6))
        height = face.top_m - float(scene.terrain.altitude_m(face.point))
        heard = large_enough(min(face.width_m, height), face.incidence_cos, before_m=face.before_m, distance_m=face.distance_m)
        out.append(np.where(heard, loss + absorbed, np.inf))
    return np.array(out).reshape(-1, BANDS)


def _unfolded_row(scene: Scene, source: np.ndarray, receiver: np.ndarray, face: Reflection) -> np.ndarray:
    """Geometry row of a path with one corner, laid out straight."""
    corners = np.stack([source[:2], face.point, receiver[:2]])
    profile = path_profile(scene, corners)
    p = profile.length_m
    row = np.zeros(columns.WIDTH)
    row[columns.PLAN_M], row[columns.DISTANCE_M] = p, face.distance_m
    row[columns.SOURCE_HEIGHT_M], row[columns.RECEIVER_HEIGHT_M] = source[3], receiver[3]
    bounds, g = _unfolded_zones(scene, corners, p)
    near, far = min(30.0 * source[3] / p, 1.0), max(1.0 - 30.0 * receiver[3] / p, 0.0)
    row[columns.ZONES] = mean_g(bounds, g, 0.0, near), mean_g(bounds, g, near, far) if far > near else 0.0, mean_g(bounds, g, far, 1.0)
    ends = np.array([[0.0, source[2] - source[3]], [p, receiver[2] - receiver[3]]])
    order = np.argsort(profile.edges[:, 0], kind="stable")
    s, z = profile.edges[order, 0], profile.edges[order, 1]
    row[columns.PATHS["top"]], _, _ = top_path(ends, s, z, (source[2], receiver[2]), (p, face.distance_m))
    return row


def _unfolded_zones(scene: Scene, corners: np.ndarray, length_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of one G each under both legs: bounds as shares of the unfolded way, and G."""
    bounds, g, before = [np.zeros(1)], [], 0.0
    for a, b in itertools.pairwise(corners):
        leg = float(np.hypot(*(b - a)))
        shares, values = zone_shares(scene, a, b)
        bounds.append((before + shares[1:] * leg) / length_m)
        g.append(values)
        before += leg
    return np.concatenate(bounds), np.concatenate(g)
