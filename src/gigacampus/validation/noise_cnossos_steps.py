"""The published intermediate results of CNOSSOS-EU cases by name: what a way meets, formula by formula."""

from __future__ import annotations

import re

import numpy as np

from gigacampus.neighbours.noise.propagation import cnossos as eu
from gigacampus.neighbours.noise.propagation.cnossos_paths import Plane, SoundPath, ground_db, over_top, plane_under, planes_beside

NAME = re.compile(r"(?:Left|Right)?(?:Homogeneous|Favourable)?(?:([HF])_)?(\w+?)_?([HF]?)")
"""A quantity of the tables: side and condition may stand before or behind its name."""
SPELT = {"adif": "adiff", "c": "cf"}


def quantity(name: str, condition: str = "") -> tuple[str, str]:
    """Plain name and condition (``h``, ``f`` or empty) of a published quantity.

    >>> quantity("DeltaDiffSRH"), quantity("RightF_adif"), quantity("LeftFavourableAGroundF"), quantity("AlphaAtm")
    (('deltadiffsr', 'h'), ('adiff', 'f'), ('aground', 'f'), ('alphaatm', ''))
    """
    found = NAME.fullmatch(name)
    before, plain, behind = found.groups() if found else ("", name, "")
    side = before or behind or ("F" if "Favourable" in name else "") or condition
    return SPELT.get(plain.lower(), plain.lower()), side.lower()


def steps(way: SoundPath, absorption_db_per_m: np.ndarray) -> dict[str, np.ndarray]:
    """Intermediate results of a way under their plain names; (band,) each, in dB; air in dB/km, w in 1/m, Cf in m.

    Of diffraction nothing is left in bands that do not notice the edge.
    """
    path = way.path
    whole = plane_under(path, path.source, path.receiver, near_source=True)
    out = {
        "alphaatm": 1000.0 * absorption_db_per_m,
        "aatm": absorption_db_per_m * way.length_m,
        "adiv": 20.0 * np.log10(np.full(len(absorption_db_per_m), way.straight_m)) + 11.0,
        "aground": ground_db(path, path.source, path.receiver, near_source=True),
        "aboundary": way.boundary_db,
        "labs": -way.mirror_db[0],
        "retrodiff": way.mirror_db[1],
    }
    if whole is not None:
        g = absorbing_g(whole, favourable=path.favourable)
        out |= {"w": eu.absorption_per_m(g), "cf": eu.absorption_length_m(whole.length_m, g)}
    return out | _bent_steps(way)


def mean_planes(way: SoundPath) -> list[list[Plane]]:
    """Sets of mean planes of a way: the one under all of it, and those on both sides of its edges."""
    path = way.path
    whole = plane_under(path, path.source, path.receiver, near_source=True)
    return [s for s in ([] if whole is None else [whole], planes_beside(path)) if s]


def absorbing_g(plane: Plane, *, favourable: bool) -> float:
    """G that absorbs along the way: that of the path in favourable air, corrected for the source area in homogeneous air."""
    return plane.path_g if favourable else plane.near_g


def _bent_steps(way: SoundPath) -> dict[str, np.ndarray]:
    if way.side_db is not None:
        return {"deltadiffsr": way.side_db, "adiff": way.side_db}
    over, heard = over_top(way.path)
    if over is None:
        return {}
    out = {"deltadiffsr": over.edge_db, "adiff": over.loss_db, "deltagroundso": over.beside_db(0), "deltagroundor": over.beside_db(1)}
    for end, mirrored, ground in ((0, "deltadiffsprimer", "agroundso"), (1, "deltadiffsrprime", "agroundor")):
        image, below = over.mirrored_db[end], over.ground_db[end]
        out |= {mirrored: image, ground: below} if image is not None and below is not None else {}
    return {name: np.where(heard, value, 0.0) for name, value in out.items()}
