"""From a scene to band attenuations by CNOSSOS-EU, homogeneous and favourable: plain numpy, one pair at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.noise import cnossos as eu
from gigacampus.neighbours.noise.bands import BANDS, WAVELENGTH_M
from gigacampus.neighbours.noise.geometry.profile import (
    Profile,
    mean_path_g,
    mean_plane,
    over_plane,
    path_profile,
    plane_length_m,
)
from gigacampus.neighbours.noise.geometry.reflections import reflections
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.geometry.sides import side_points, surface_z
from gigacampus.neighbours.noise.iso9613 import divergence_db


@dataclass(frozen=True)
class VerticalPath:
    """The path in one vertical plane: its ends, the profile under it and the radius of rays (infinite: straight)."""

    profile: Profile
    source: np.ndarray
    """Distance 0 and altitude."""
    receiver: np.ndarray
    source_g: float
    radius_m: float

    @property
    def favourable(self) -> bool:
        """True when rays bend downwards."""
        return bool(np.isfinite(self.radius_m))


def ground_db(path: VerticalPath, start: np.ndarray, stop: np.ndarray, *, near_source: bool) -> np.ndarray:
    """Ground attenuation between two points of the vertical plane over their own mean plane; (band,)."""
    pieces = path.profile.clipped(start[0], stop[0])
    if not len(pieces):
        return np.zeros(BANDS)
    plane = mean_plane(pieces)
    zs, zr = over_plane(plane, start)[0], over_plane(plane, stop)[0]
    length = max(plane_length_m(plane, start, stop), 1e-6)
    g = mean_path_g(pieces)
    g_near = eu.path_ground_g(g, path.source_g, plane_m=length, heights_m=max(zs + zr, 1e-9)) if near_source else g
    if path.favourable:
        return eu.ground_favourable_db(zs, zr, plane_m=length, g_w=g, g_m=g_near, path_g=g)
    return eu.ground_homogeneous_db(zs, zr, plane_m=length, g_w=g_near, g_m=g_near, path_g=g)


def vertical_loss_db(path: VerticalPath) -> np.ndarray:
    """Ground and over-top diffraction of a path without side edges; (band,). Source: Directive, 2.5.6."""
    plain = ground_db(path, path.source, path.receiver, near_source=True)
    edges = _edges(path)
    if edges is None:
        return plain
    blocked, line = edges
    detour = _detour_m(path, line)
    between = float(np.hypot(*np.diff(line[1:-1], axis=0).T).sum())
    direct = eu.diffraction_db(detour, between)
    bent = _bent_loss_db(path, line, direct)
    if blocked:
        return bent
    heard = (detour > -WAVELENGTH_M / 20.0) & (detour > WAVELENGTH_M / 4.0 - _mirrored_detour_m(path, line))
    return np.where(heard, bent, plain)


def _bent_loss_db(path: VerticalPath, line: np.ndarray, direct: np.ndarray) -> np.ndarray:
    """Diffraction with the ground effects on both sides; ``line`` runs from source over the edges to the receiver."""
    first, last = line[1], line[-2]
    between = float(np.hypot(*np.diff(line[1:-1], axis=0).T).sum())
    out = np.minimum(direct, eu.CAP_DB)
    for start, stop, end in ((path.source, first, 0), (last, path.receiver, -1)):
        pieces = path.profile.clipped(start[0], stop[0])
        if not len(pieces):
            continue
        image = line.copy()
        image[end] = over_plane(mean_plane(pieces), line[end])[1]
        mirrored = eu.diffraction_db(_detour_m(path, image), between)
        ground = ground_db(path, start, stop, near_source=end == 0)
        out = out + eu.ground_beside_edge_db(ground, mirrored, direct)
    return out


def _lengths_m(path: VerticalPath, chords: np.ndarray) -> np.ndarray:
    return eu.arc_m(chords, path.radius_m) if path.favourable else chords


def _detour_m(path: VerticalPath, line: np.ndarray) -> float:
    """Path difference of a bent line against the straight one; negative when its single edge is below sight."""
    legs = _lengths_m(path, np.hypot(*np.diff(line, axis=0).T))
    straight = float(_lengths_m(path, np.hypot(*(line[-1] - line[0]))))
    over = _over_chord_m(line)
    if len(line) > 3 or over >= 0.0:
        return float(legs.sum()) - straight
    if not path.favourable:
        return straight - float(legs.sum())
    at = np.array([line[1, 0], line[1, 1] - over])
    halves = _lengths_m(path, np.hypot(*np.stack([at - line[0], line[-1] - at], axis=1)))
    return float(2.0 * halves.sum() - legs.sum()) - straight


def _over_chord_m(line: np.ndarray) -> float:
    share = (line[1, 0] - line[0, 0]) / (line[-1, 0] - line[0, 0])
    return float(line[1, 1] - line[0, 1] - share * (line[-1, 1] - line[0, 1]))


def _mirrored_detour_m(path: VerticalPath, line: np.ndarray) -> float:
    """Path difference between the images of both ends, for the Rayleigh criterion. Source: Directive, 2.5.6."""
    image = line.copy()
    for start, stop, end in ((path.source, line[1], 0), (line[-2], path.receiver, -1)):
        pieces = path.profile.clipped(start[0], stop[0])
        if len(pieces):
            image[end] = over_plane(mean_plane(pieces), line[end])[1]
    legs = np.hypot(*np.diff(image, axis=0).T)
    return float(_lengths_m(path, legs).sum() - _lengths_m(path, np.hypot(*(image[-1] - image[0]))))


def _edges(path: VerticalPath) -> tuple[bool, np.ndarray] | None:
    """Whether sight is blocked, and the line source, edges, receiver; None when nothing is near the ray."""
    points = np.vstack([path.profile.edges, path.profile.corners()])
    points = points[(points[:, 0] > 1e-6) & (points[:, 0] < path.receiver[0] - 1e-6)]
    if not len(points):
        return None
    points = points[np.lexsort((points[:, 1], points[:, 0]))]
    raised = points[:, 1] + points[:, 0] ** 2 / (2.0 * path.radius_m)
    ends = (path.source[1], path.receiver[1] + path.receiver[0] ** 2 / (2.0 * path.radius_m))
    sight = ends[0] + points[:, 0] / path.receiver[0] * (ends[1] - ends[0])
    if (raised > sight + 1e-9).any():
        flat = np.vstack([[0.0, ends[0]], np.stack([points[:, 0], raised], axis=1), [path.receiver[0], ends[1]]])
        keep = _upper_hull(flat)[1:-1] - 1
        return True, np.vstack([path.source, points[keep], path.receiver])
    if not path.profile.creased:
        points = path.profile.edges[(path.profile.edges[:, 0] > 1e-6) & (path.profile.edges[:, 0] < path.receiver[0] - 1e-6)]
    if not len(points):
        return None
    lines = [np.vstack([path.source, point, path.receiver]) for point in points]
    return False, max(lines, key=lambda line: _detour_m(path, line))


def _upper_hull(points: np.ndarray) -> np.ndarray:
    """Indices of the upper hull of points sorted by their first coordinate."""
    chain: list[int] = []
    for i, c in enumerate(points):
        while len(chain) > 1:
            a, b = points[chain[-2]], points[chain[-1]]
            if (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) < 0.0:
                break
            chain.pop()
        chain.append(i)
    return np.array(chain)


def pair_losses_db(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float, absorption_db_per_m: np.ndarray
) -> dict[str, np.ndarray]:
    """Losses of every path of one pair, ``direct_h``, ``left_f`` and so on; (band,) each."""
    d = float(np.hypot(np.hypot(*(receiver[:2] - source[:2])), receiver[2] - source[2]))
    straight = path_profile(scene, np.stack([source[:2], receiver[:2]]))
    out = {}
    for condition, radius in (("h", np.inf), ("f", eu.ray_radius_m(d))):
        path = _vertical(straight, source, receiver, source_g, radius)
        spread = float(divergence_db(np.array(d)))
        out[f"direct_{condition}"] = spread + absorption_db_per_m * d + vertical_loss_db(path)
        for name, side in (("left", 1.0), ("right", -1.0)):
            turns = side_points(scene, source, receiver, side, radius_m=radius, grow=False)
            if turns is not None:
                loss, length = _side_loss_db(scene, source, receiver, turns, source_g, radius, d)
                out[f"{name}_{condition}"] = spread + absorption_db_per_m * length + loss
    return out


def reflected_losses_db(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float, absorption_db_per_m: np.ndarray
) -> dict[str, np.ndarray]:
    """Losses of first-order reflections, ``reflection<k>_h`` and ``_f``; (band,) each. Source: Directive, 2.5.6."""
    out = {}
    for k, face in enumerate(reflections(scene, source, receiver)):
        profile = path_profile(scene, np.stack([source[:2], face.point, receiver[:2]]))
        absorbed = -10.0 * np.log10(np.maximum(1.0 - scene.absorption[face.segment], 1e-6))
        spread = divergence_db(np.array(face.distance_m)) + absorption_db_per_m * face.distance_m + absorbed
        at = float(np.hypot(*(face.point - source[:2])))
        for condition, radius in (("h", np.inf), ("f", eu.ray_radius_m(face.distance_m))):
            path = _vertical(profile, source, receiver, source_g, radius)
            if face.z_m + at * (profile.length_m - at) / (2.0 * radius) < face.top_m:
                spill = _spill_db(path, at, face.top_m)
                out[f"reflection{k}_{condition}"] = spread + vertical_loss_db(path) + spill
    return out


def _spill_db(path: VerticalPath, at_m: float, top_m: float) -> np.ndarray:
    """What a reflection loses over the top of its face, seen between the edges beside it; (band,)."""
    edges = _edges(path)
    line = edges[1] if edges is not None and edges[0] else np.vstack([path.source, path.receiver])
    before, after = line[line[:, 0] < at_m][-1], line[line[:, 0] > at_m][0]
    return eu.diffraction_db(-_detour_m(path, np.vstack([before, [at_m, top_m], after])), 0.0)


def _vertical(
    profile: Profile, source: np.ndarray, receiver: np.ndarray, source_g: float, radius: float
) -> VerticalPath:
    return VerticalPath(
        profile, np.array([0.0, source[2]]), np.array([profile.length_m, receiver[2]]), source_g, radius
    )


def _side_loss_db(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, turns: np.ndarray, source_g: float, radius: float, d: float
) -> tuple[np.ndarray, float]:
    """Diffraction round side edges plus the ground effect under the unfolded path, and the path's length."""
    path = _vertical(path_profile(scene, turns), source, receiver, source_g, radius)
    turns_z = surface_z(turns, source, receiver, np.inf)
    legs = np.sqrt((np.diff(turns, axis=0) ** 2).sum(axis=1) + np.diff(turns_z) ** 2)
    length, between = float(legs.sum()), float(legs[1:-1].sum())
    ground = ground_db(path, path.source, path.receiver, near_source=True)
    return ground + eu.diffraction_db(length - d, between), length
