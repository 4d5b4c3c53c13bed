"""Compiled ISO 9613-2 losses of geometry rows; ``iso9613_paths.attenuation_db`` is the plain twin that tests compare with.

All terms are kept as energy ratios, so that a band needs one exponential (ground) and one logarithm (the end): the
screening Dz = 10 lg X enters as 1 / X.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.iso9613_columns import (
    DIFFERENCE_M,
    DISTANCE_M,
    EDGES,
    FIRST_M,
    G_MIDDLE,
    G_RECEIVER,
    G_SOURCE,
    LAST_M,
    LEFT,
    MIDDLE_M,
    PATH_WIDTH,
    PLAN_M,
    RECEIVER_HEIGHT_M,
    RIGHT,
    SOURCE_HEIGHT_M,
    TOP,
)

BANDS = 9
SCREEN_C2 = 20.0
LN10_BY_10 = np.log(10.0) / 10.0
ONE_EDGE_CAP = 10.0**2.0
SEVERAL_EDGES_CAP = 10.0**2.5


@njit(inline="always", **INNER)
def _side_zone(h, g, p, out):
    """Add the ground attenuation of one side zone for the seven bands that differ."""
    near = 1.0 - np.exp(-p / 50.0)
    far = 1.0 - np.exp(-2.8e-6 * p * p)
    a = 1.5 + 3.0 * np.exp(-0.12 * (h - 5.0) ** 2) * near + 5.7 * np.exp(-0.09 * h * h) * far
    out[0] += -1.5
    out[1] += -1.5 + g * a
    out[2] += -1.5 + g * (1.5 + 8.6 * np.exp(-0.09 * h * h) * near)
    out[3] += -1.5 + g * (1.5 + 14.0 * np.exp(-0.46 * h * h) * near)
    out[4] += -1.5 + g * (1.5 + 5.0 * np.exp(-0.9 * h * h) * near)
    out[5] += -1.5 * (1.0 - g)


@njit(**INNER)
def _ground_energy(row, edition, seven, out):
    """Energy that the ground leaves, by band."""
    p, hs, hr = row[PLAN_M], row[SOURCE_HEIGHT_M], row[RECEIVER_HEIGHT_M]
    q = max(0.0, 1.0 - 30.0 * (hs + hr) / p)
    for k in range(6):
        seven[k] = -3.0 * q * (1.0 if k == 0 else 1.0 - row[G_MIDDLE])
    _side_zone(hs, row[G_SOURCE], p, seven)
    _side_zone(hr, row[G_RECEIVER], p, seven)
    k2 = (p * p + (hs - hr) ** 2) / (p * p + (hs + hr) ** 2) if edition == 2024 else 1.0
    for k in range(6):
        seven[k] = 1.0 + (np.exp(-LN10_BY_10 * seven[k]) - 1.0) * k2
    for b in range(BANDS):
        out[b] = seven[min(max(b - 1, 0), 5)]


@njit(**INNER)
def _screen(path, d, edition, lateral, wavelength, out):
    """X of Dz = 10 lg X for one path by band, before caps; one where nothing is screened."""
    z, first, middle, last = path[DIFFERENCE_M], path[FIRST_M], path[MIDDLE_M], path[LAST_M]
    met = 0.0
    if edition == 2024:
        met = (max(first, last) + middle) * min(first, last) * d
    elif z > 0.0 and not lateral:
        met = np.exp(-np.sqrt(first * last * d / (2.0 * max(z, 1e-9))) / 2000.0)
    for b in range(BANDS):
        lam = wavelength[b]
        c3 = 1.0
        if middle > 0.0:
            r2 = (5.0 * lam / middle) ** 2
            c3 = (1.0 + r2) / (1.0 / 3.0 + r2)
        ratio = SCREEN_C2 / lam * c3 * z
        if edition == 2024:
            above = max(z + 2.0 * lam / (SCREEN_C2 * c3), 1e-12)
            weather = 1.0 if lateral else np.exp(-np.sqrt(met / (2.0 * above)) / 2000.0)
            out[b] = 1.0 + max(0.0, 2.0 + ratio) * weather
        else:
            out[b] = max(3.0 + ratio * (met if z > 0.0 and not lateral else 1.0), 1.0)


@njit(**INNER)
def _row_loss(row, edition, wavelength, seven, ground, screen, energy, out):
    """Divergence, ground and screens of one pair by band, without the air."""
    d = row[DISTANCE_M]
    _ground_energy(row, edition, seven, ground)
    for b in range(BANDS):
        energy[b] = 1.0
    if row[TOP + EDGES] > 0.0:
        cap = SEVERAL_EDGES_CAP if row[TOP + EDGES] > 1.0 else ONE_EDGE_CAP
        for at in (TOP, LEFT, RIGHT):
            if row[at + EDGES] > 0.0:
                lateral = at != TOP
                _screen(row[at : at + PATH_WIDTH], d, edition, lateral, wavelength, screen)
                for b in range(BANDS):
                    if lateral:
                        energy[b] += 1.0 / screen[b]
                    else:
                        top = 1.0 / min(screen[b], cap)
                        energy[b] = min(top / ground[b], 1.0) if ground[b] < 1.0 else top
    spread = d * d * 10.0**1.1
    for b in range(BANDS):
        out[b] = 10.0 * np.log10(spread / (ground[b] * min(energy[b], 1.0)))


@njit(cache=True, nogil=True)
def iso_losses(rows, edition, wavelength, out):
    """Losses without air absorption of rows (receiver, source, column) into ``out`` (receiver, source, band)."""
    seven, ground, screen = np.empty(6), np.empty(BANDS), np.empty(BANDS)
    energy, line = np.empty(BANDS), np.empty(BANDS)
    for j in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            _row_loss(rows[j, i], edition, wavelength, seven, ground, screen, energy, line)
            for b in range(BANDS):
                out[j, i, b] = line[b]
