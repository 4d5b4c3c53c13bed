"""From a scene to band attenuations by CNOSSOS-EU, homogeneous and favourable: plain numpy, one pair at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.noise.geometry.lateral_paths import lateral_path_points, surface_z
from gigacampus.neighbours.noise.geometry.profile import Profile, mean_path_g, mean_plane, over_plane, path_profile, plane_length_m
from gigacampus.neighbours.noise.geometry.reflections import reflections
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation import cnossos as eu
from gigacampus.neighbours.noise.propagation.bands import BANDS, WAVELENGTH_M
from gigacampus.neighbours.noise.propagation.iso9613 import divergence_db


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


@dataclass(frozen=True)
class Plane:
    """Mean plane under a stretch of a path, and what the ground formulas ask of it."""

    slope: float
    intercept_m: float
    source_z: float
    """Heights of both ends over the plane, square to it."""
    receiver_z: float
    length_m: float
    """Between the feet of both ends."""
    path_g: float
    near_g: float
    """G corrected for the source area."""


@dataclass(frozen=True)
class Diffraction:
    """Diffraction in the vertical plane with the ground on both sides of the edges; (band,) each."""

    edge_db: np.ndarray
    """Pure diffraction from the source to the receiver, before the cap."""
    mirrored_db: tuple[np.ndarray | None, np.ndarray | None]
    """The same from the image of the source, and to that of the receiver; None where no ground lies beside the edge."""
    ground_db: tuple[np.ndarray | None, np.ndarray | None]
    """Ground attenuation from the source to the first edge, and from the last one to the receiver."""

    def beside_db(self, end: int) -> np.ndarray:
        """Ground effect on the source's side (0) or the receiver's (1)."""
        ground, mirrored = self.ground_db[end], self.mirrored_db[end]
        return np.zeros(BANDS) if ground is None or mirrored is None else eu.ground_beside_edge_db(ground, mirrored, self.edge_db)

    @property
    def loss_db(self) -> np.ndarray:
        """Source: Directive, equation 2.5.30."""
        out: np.ndarray = np.minimum(self.edge_db, eu.CAP_DB) + self.beside_db(0) + self.beside_db(1)
        return out


def plane_under(path: VerticalPath, start: np.ndarray, stop: np.ndarray, *, near_source: bool) -> Plane | None:
    """Mean plane between two points of the vertical plane; None where no ground lies between them."""
    pieces = path.profile.clipped(start[0], stop[0])
    if not len(pieces):
        return None
    plane = mean_plane(pieces)
    zs, zr = over_plane(plane, start)[0], over_plane(plane, stop)[0]
    length = max(plane_length_m(plane, start, stop), 1e-6)
    g = mean_path_g(pieces)
    g_near = eu.path_ground_g(g, path.source_g, plane_m=length, heights_m=max(zs + zr, 1e-9)) if near_source else g
    return Plane(*plane, zs, zr, length, g, g_near)


def ground_db(path: VerticalPath, start: np.ndarray, stop: np.ndarray, *, near_source: bool) -> np.ndarray:
    """Ground attenuation between two points of the vertical plane over their own mean plane; (band,)."""
    p = plane_under(path, start, stop, near_source=near_source)
    if p is None:
        return np.zeros(BANDS)
    if path.favourable:
        return eu.ground_favourable_db(p.source_z, p.receiver_z, plane_m=p.length_m, g_w=p.path_g, g_m=p.near_g, path_g=p.path_g)
    return eu.ground_homogeneous_db(p.source_z, p.receiver_z, plane_m=p.length_m, g_w=p.near_g, g_m=p.near_g, path_g=p.path_g)


def vertical_loss_db(path: VerticalPath) -> np.ndarray:
    """Ground and over-top diffraction of a path without side edges; (band,). Source: Directive, 2.5.6."""
    plain = ground_db(path, path.source, path.receiver, near_source=True)
    diffraction, heard = over_top(path)
    return plain if diffraction is None else np.where(heard, diffraction.loss_db, plain)


def over_top(path: VerticalPath) -> tuple[Diffraction | None, np.ndarray]:
    """Diffraction over the edges that block sight or come nearest to it, None when nothing is near the ray; bands that it counts in."""
    edges = _edges(path)
    if edges is None:
        return None, np.zeros(BANDS, dtype=bool)
    blocked, line = edges
    diffraction = diffraction_over(path, line)
    if blocked:
        return diffraction, np.ones(BANDS, dtype=bool)
    difference = _path_difference_m(path, line)
    return diffraction, (difference > -WAVELENGTH_M / 20.0) & (difference > WAVELENGTH_M / 4.0 - _image_path_difference_m(path, line))


def planes_beside(path: VerticalPath) -> list[Plane]:
    """Mean planes from the source to the first edge and from the last edge to the receiver; empty when nothing is near the ray."""
    edges = _edges(path)
    if edges is None:
        return []
    line = edges[1]
    found = (plane_under(path, path.source, line[1], near_source=True), plane_under(path, line[-2], path.receiver, near_source=False))
    return [p for p in found if p is not None]


def diffraction_over(path: VerticalPath, line: np.ndarray) -> Diffraction:
    """Diffraction along a line that runs from the source over the edges to the receiver."""
    between = float(np.hypot(*np.diff(line[1:-1], axis=0).T).sum())
    mirrored: list[np.ndarray | None] = [None, None]
    ground: list[np.ndarray | None] = [None, None]
    for end, start, stop in ((0, path.source, line[1]), (-1, line[-2], path.receiver)):
        pieces = path.profile.clipped(start[0], stop[0])
        if len(pieces):
            image = line.copy()
            image[end] = over_plane(mean_plane(pieces), line[end])[1]
            mirrored[end] = eu.diffraction_db(_path_difference_m(path, image), between)
            ground[end] = ground_db(path, start, stop, near_source=end == 0)
    return Diffraction(eu.diffraction_db(_path_difference_m(path, line), between), (mirrored[0], mirrored[1]), (ground[0], ground[1]))


def _lengths_m(path: VerticalPath, chords: np.ndarray) -> np.ndarray:
    return eu.arc_m(chords, path.radius_m) if path.favourable else chords


def _path_difference_m(path: VerticalPath, line: np.ndarray) -> float:
    """Path difference of a diffraction line against the straight one; negative when its single edge is below sight."""
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


def _image_path_difference_m(path: VerticalPath, line: np.ndarray) -> float:
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
    return False, max(lines, key=lambda line: _path_difference_m(path, line))


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


@dataclass(frozen=True)
class SoundPath:
    """One path of sound in one condition: what lies under it, how long it is, and what it meets."""

    path: VerticalPath
    straight_m: float
    """Distance that spreading goes by."""
    length_m: float
    """Distance that air absorbs on."""
    side_db: np.ndarray | None
    """Diffraction round side edges; None for paths in one vertical plane."""
    mirror_db: tuple[np.ndarray, np.ndarray]
    """What the face of a reflection absorbs, and what spills over its top."""

    @property
    def boundary_db(self) -> np.ndarray:
        """Loss by ground and diffraction; (band,)."""
        if self.side_db is None:
            return vertical_loss_db(self.path)
        out: np.ndarray = ground_db(self.path, self.path.source, self.path.receiver, near_source=True) + self.side_db
        return out

    def loss_db(self, absorption_db_per_m: np.ndarray) -> np.ndarray:
        """Sound power level less level; (band,)."""
        spread = divergence_db(np.array(self.straight_m)) + absorption_db_per_m * self.length_m
        out: np.ndarray = spread + self.boundary_db + sum(self.mirror_db)
        return out


NOTHING_DB = (np.zeros(BANDS), np.zeros(BANDS))


def pair_paths(scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float) -> dict[str, SoundPath]:
    """Paths of one pair without reflections, ``direct_h``, ``left_f`` and so on."""
    d = float(np.hypot(np.hypot(*(receiver[:2] - source[:2])), receiver[2] - source[2]))
    straight = path_profile(scene, np.stack([source[:2], receiver[:2]]))
    out = {}
    for condition, radius in (("h", np.inf), ("f", eu.ray_radius_m(d))):
        out[f"direct_{condition}"] = SoundPath(_vertical(straight, source, receiver, source_g, radius), d, d, None, NOTHING_DB)
        for name, side in (("left", 1.0), ("right", -1.0)):
            turns = lateral_path_points(scene, source, receiver, side, radius_m=radius, grow=False)
            if turns is not None:
                path = _vertical(path_profile(scene, turns), source, receiver, source_g, radius)
                out[f"{name}_{condition}"] = SoundPath(path, d, *_round_side(source, receiver, turns, d), NOTHING_DB)
    return out


def reflected_paths(scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float) -> dict[str, SoundPath]:
    """First-order reflections, ``reflection<k>_h`` and ``_f``. Source: Directive, 2.5.6."""
    out = {}
    for k, face in enumerate(reflections(scene, source, receiver)):
        profile = path_profile(scene, np.stack([source[:2], face.point, receiver[:2]]))
        absorbed = -10.0 * np.log10(np.maximum(1.0 - scene.absorption[face.segment], 1e-6))
        at = float(np.hypot(*(face.point - source[:2])))
        for condition, radius in (("h", np.inf), ("f", eu.ray_radius_m(face.distance_m))):
            path = _vertical(profile, source, receiver, source_g, radius)
            if face.z_m + at * (profile.length_m - at) / (2.0 * radius) < face.top_m:
                mirror = absorbed, _spill_db(path, at, face.top_m)
                out[f"reflection{k}_{condition}"] = SoundPath(path, face.distance_m, face.distance_m, None, mirror)
    return out


def pair_losses_db(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float, absorption_db_per_m: np.ndarray
) -> dict[str, np.ndarray]:
    """Losses of every path of one pair, ``direct_h``, ``left_f`` and so on; (band,) each."""
    found = pair_paths(scene, source, receiver, source_g=source_g)
    return {name: path.loss_db(absorption_db_per_m) for name, path in found.items()}


def reflected_losses_db(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float, absorption_db_per_m: np.ndarray
) -> dict[str, np.ndarray]:
    """Losses of first-order reflections, ``reflection<k>_h`` and ``_f``; (band,) each."""
    found = reflected_paths(scene, source, receiver, source_g=source_g)
    return {name: path.loss_db(absorption_db_per_m) for name, path in found.items()}


def _spill_db(path: VerticalPath, at_m: float, top_m: float) -> np.ndarray:
    """What a reflection loses over the top of its face, seen between the edges beside it; (band,)."""
    edges = _edges(path)
    line = edges[1] if edges is not None and edges[0] else np.vstack([path.source, path.receiver])
    before, after = line[line[:, 0] < at_m][-1], line[line[:, 0] > at_m][0]
    return eu.diffraction_db(-_path_difference_m(path, np.vstack([before, [at_m, top_m], after])), 0.0)


def _vertical(profile: Profile, source: np.ndarray, receiver: np.ndarray, source_g: float, radius: float) -> VerticalPath:
    return VerticalPath(profile, np.array([0.0, source[2]]), np.array([profile.length_m, receiver[2]]), source_g, radius)


def _round_side(source: np.ndarray, receiver: np.ndarray, turns: np.ndarray, d: float) -> tuple[float, np.ndarray]:
    """Length of the path round side edges, and the diffraction there; (band,)."""
    turns_z = surface_z(turns, source, receiver, np.inf)
    legs = np.sqrt((np.diff(turns, axis=0) ** 2).sum(axis=1) + np.diff(turns_z) ** 2)
    length, between = float(legs.sum()), float(legs[1:-1].sum())
    return length, eu.diffraction_db(length - d, between)
