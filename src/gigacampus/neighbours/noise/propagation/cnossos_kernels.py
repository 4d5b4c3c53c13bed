"""Compiled CNOSSOS-EU losses of geometry rows; the functions of ``cnossos`` and ``cnossos_paths`` are the plain twins.

All terms are energy ratios, so that a band needs one logarithm at the end: a ground attenuation A is the energy that it leaves,
and the pure diffraction 10 lg X enters as 1 / X.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.cnossos_columns import (
    BELOW_SIGHT,
    BOTH_IMAGES_M,
    DIFFERENCE_M,
    DISTANCE_M,
    FAVOURABLE,
    FREE,
    HOMOGENEOUS,
    KIND,
    LENGTH_M,
    PATH_G,
    PLANE,
    PLANE_WIDTH,
    RECEIVER_IMAGE_M,
    RECEIVER_M,
    RECEIVER_PLANE,
    SEPARATION_M,
    SIDE_DIFFERENCE_M,
    SIDE_EXISTS,
    SIDE_PLANE,
    SIDE_SEPARATION_M,
    SIDES,
    SOURCE_IMAGE_M,
    SOURCE_M,
    SOURCE_PLANE,
    TOP,
    TOP_WIDTH,
)

BANDS = 9
CAP = 10.0**2.5
THIN_M = 0.3
TURBULENCE_A0 = 2.0e-4
HARD_ENERGY = 10.0**0.3
SPREAD = 10.0**1.1


@njit(**INNER)
def _band_table(nominal_hz, wavelength):
    """What the bands need again and again: powers of frequency in the ground term, wave number, wavelength; (5, band)."""
    table = np.empty((5, BANDS))
    for b in range(BANDS):
        f = nominal_hz[b]
        f15 = f * np.sqrt(f)
        table[0, b], table[1, b], table[2, b] = 0.0185 * f * f15, f15, 1.3e3 * np.sqrt(f15)
        table[3, b], table[4, b] = 2.0 * np.pi / wavelength[b], wavelength[b]
    return table


@njit(**INNER)
def _corrected_path_g(plane, source_g):
    """G'path: G of a path that starts at the source, corrected for the ground under it."""
    p, reach = plane[LENGTH_M], 30.0 * max(plane[SOURCE_M] + plane[RECEIVER_M], 1e-9)
    return plane[PATH_G] * p / reach + source_g * (1.0 - p / reach) if p <= reach else plane[PATH_G]


@njit(**INNER)
def _cf_over_k(p, g_w, table, out):
    """Cf over the wave number by band."""
    g13 = g_w**1.3
    g26 = g13 * g13
    for b in range(BANDS):
        wp = p * table[0, b] * g26 / (table[1, b] * g26 + table[2, b] * g13 + 1.16e6)
        out[b] = p * (1.0 + 3.0 * wp * np.exp(-np.sqrt(wp))) / ((1.0 + wp) * table[3, b])


@njit(**INNER)
def _over_ground(plane, g_m, favourable, cf_over_k, table, out):
    """Energy that the ground leaves over a mean plane by band."""
    zs, zr, p = plane[SOURCE_M], plane[RECEIVER_M], plane[LENGTH_M]
    total, lowest = max(zs + zr, 1e-9), -3.0 * (1.0 - g_m)
    if favourable and p > 30.0 * (zs + zr):
        lowest *= 1.0 + 2.0 * (1.0 - 30.0 * (zs + zr) / p)
    most = 10.0 ** (-0.1 * lowest)
    if plane[PATH_G] == 0.0:
        out[:] = most if favourable else HARD_ENERGY
        return
    if favourable:
        turbulence, scale = 6.0e-3 * p / total, TURBULENCE_A0 * p * p / (2.0 * total * total)
        zs, zr = zs + scale * zs * zs + turbulence, zr + scale * zr * zr + turbulence
    s2, r2 = zs * zs, zr * zr
    for b in range(BANDS):
        c, k = cf_over_k[b], 2.0 * table[3, b] / p
        u = np.sqrt(2.0 * c)
        out[b] = min(k * k * (s2 - u * zs + c) * (r2 - u * zr + c), most)


@njit(**INNER)
def _ground(plane, favourable, near_source, source_g, table, cf_over_k, out):
    """Energy that the ground leaves in one condition; all of it where the plane has no length."""
    if plane[LENGTH_M] == 0.0:
        out[:] = 1.0
        return
    g_m = _corrected_path_g(plane, source_g) if near_source else plane[PATH_G]
    _cf_over_k(plane[LENGTH_M], plane[PATH_G] if favourable else g_m, table, cf_over_k)
    _over_ground(plane, g_m, favourable, cf_over_k, table, out)


@njit(inline="always", **INNER)
def _diffraction_x(scale, difference_m):
    """X of the pure diffraction 10 lg X in one band before the cap; ``scale`` is 40 C over the wavelength."""
    return max(3.0 + scale * difference_m, 1.0)


@njit(inline="always", **INNER)
def _scale(separation_m, lam):
    """40 C over the wavelength, with C'' of several edges."""
    if separation_m <= THIN_M:
        return 40.0 / lam
    r2 = (5.0 * lam / separation_m) ** 2
    return 40.0 / lam * (1.0 + r2) / (1.0 / 3.0 + r2)


@njit(**INNER)
def _over_top(top, favourable, source_g, table, spare, out):
    """Ground and over-top diffraction of the direct path into ``out``, which holds the ground without edges."""
    source_plane, receiver_plane = top[SOURCE_PLANE : SOURCE_PLANE + PLANE_WIDTH], top[RECEIVER_PLANE : RECEIVER_PLANE + PLANE_WIDTH]
    cf_over_k, before, after = spare[0], spare[1], spare[2]
    _ground(source_plane, favourable, True, source_g, table, cf_over_k, before)
    _ground(receiver_plane, favourable, False, source_g, table, cf_over_k, after)
    for b in range(BANDS):
        lam = table[4, b]
        difference = top[DIFFERENCE_M]
        if top[KIND] == BELOW_SIGHT and not (difference > -lam / 20.0 and difference > lam / 4.0 - top[BOTH_IMAGES_M]):
            continue
        scale = _scale(top[SEPARATION_M], lam)
        direct = _diffraction_x(scale, difference)
        energy = 1.0 / min(direct, CAP)
        if source_plane[LENGTH_M] > 0.0:
            side = 1.0 + (np.sqrt(before[b]) - 1.0) * np.sqrt(direct / _diffraction_x(scale, top[SOURCE_IMAGE_M]))
            energy *= side * side
        if receiver_plane[LENGTH_M] > 0.0:
            side = 1.0 + (np.sqrt(after[b]) - 1.0) * np.sqrt(direct / _diffraction_x(scale, top[RECEIVER_IMAGE_M]))
            energy *= side * side
        out[b] = energy


@njit(**INNER)
def _whole_ground(row, source_g, table, cf_over_k, homogeneous, favourable):
    """Energy that the ground leaves without edges in both conditions, whose absorption is the same beyond the source's own ground."""
    plane = row[PLANE : PLANE + PLANE_WIDTH]
    if plane[LENGTH_M] == 0.0:
        homogeneous[:] = 1.0
        favourable[:] = 1.0
        return
    g_m = _corrected_path_g(plane, source_g)
    _cf_over_k(plane[LENGTH_M], g_m, table, cf_over_k)
    _over_ground(plane, g_m, False, cf_over_k, table, homogeneous)
    if g_m != plane[PATH_G]:
        _cf_over_k(plane[LENGTH_M], plane[PATH_G], table, cf_over_k)
    _over_ground(plane, g_m, True, cf_over_k, table, favourable)


@njit(**INNER)
def _add_sides(row, c, source_g, table, spare, energy):
    """Add what comes round both sides in one condition."""
    for k in range(2):
        at = SIDES[k][c]
        if row[at + SIDE_EXISTS] > 0.0:
            plane = row[at + SIDE_PLANE : at + SIDE_PLANE + PLANE_WIDTH]
            _ground(plane, c == FAVOURABLE, True, source_g, table, spare[0], spare[1])
            for b in range(BANDS):
                energy[b] += spare[1, b] / _diffraction_x(_scale(row[at + SIDE_SEPARATION_M], table[4, b]), row[at + SIDE_DIFFERENCE_M])


@njit(cache=True, nogil=True)
def cnossos_losses(rows, source_g, nominal_hz, wavelength, out):
    """Losses without air of rows (receiver, source, column) into ``out`` (condition, receiver, source, band): homogeneous, favourable."""
    table, spare, energy = _band_table(nominal_hz, wavelength), np.empty((3, BANDS)), np.empty((2, BANDS))
    for j in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            row = rows[j, i]
            spread = SPREAD * row[DISTANCE_M] * row[DISTANCE_M]
            _whole_ground(row, source_g, table, spare[0], energy[HOMOGENEOUS], energy[FAVOURABLE])
            for c in range(2):
                if row[TOP[c] + KIND] != FREE:
                    _over_top(row[TOP[c] : TOP[c] + TOP_WIDTH], c == FAVOURABLE, source_g, table, spare, energy[c])
                _add_sides(row, c, source_g, table, spare, energy[c])
                for b in range(BANDS):
                    out[c, j, i, b] = 10.0 * np.log10(spread / energy[c, b])
