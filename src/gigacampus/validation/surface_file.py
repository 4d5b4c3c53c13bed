"""Reads a surface file of the regulatory preprocessor."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gigacampus.neighbours.air.boundary_layer import Surface
from gigacampus.validation.case_folder import open_bytes

NAMES = ("H", "ustar", "wstar", "vptg", "zic", "zim", "L", "z0", "bowen", "albedo", "ws", "wd", "zref", "temp", "ztemp")


def read_surface_file(path: Path) -> tuple[np.ndarray, Surface]:
    """Hour identifiers (yymmddhh) and rows of a surface file with one header line."""
    lines = [line.split()[:20] for line in open_bytes(path).decode().splitlines()[1:]]
    table = np.array(lines, dtype=float)
    stamp = table[:, 0] * 1e6 + table[:, 1] * 1e4 + table[:, 2] * 100 + table[:, 4]
    return stamp.astype(int), _surface(dict(zip(NAMES, table[:, 5:].T, strict=True)))


def read_heat(path: Path) -> np.ndarray:
    """Sensible heat of the rows of a surface file, W/m2."""
    return np.array([float(line.split()[5]) for line in open_bytes(path).decode().splitlines()[1:]])


def _surface(c: dict[str, np.ndarray]) -> Surface:
    """Calm and missing hours are not valid: no wind, no length scale, or a mixing height that its stability needs."""
    stable = c["L"] > 0.0
    valid = (c["ws"] > 0.0) & (c["ws"] < 90.0) & (c["wd"] > 0.0) & (c["wd"] <= 360.0) & (c["temp"] < 900.0)
    valid &= (c["L"] > -99990.0) & (c["ustar"] > 0.0) & (c["zim"] > 0.0) & (stable | (c["zic"] > 0.0))
    return Surface(
        wind_m_s=c["ws"],
        wind_from_deg=c["wd"],
        wind_height_m=c["zref"],
        temp_k=c["temp"],
        temp_height_m=c["ztemp"],
        ustar_m_s=c["ustar"],
        wstar_m_s=c["wstar"],
        obukhov_m=c["L"],
        convective_m=c["zic"],
        mechanical_m=c["zim"],
        gradient_aloft_k_m=c["vptg"],
        roughness_m=c["z0"],
        valid=valid,
    )
