"""Compiled CNOSSOS-EU losses of geometry rows; the functions of ``cnossos`` and ``cnossos_paths`` are the plain twins.

All terms are energy ratios, so that a band needs one logarithm at the end: a ground attenuation A is the energy that it leaves,
and the pure diffraction 10 lg X enters as 1 / X.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit

BANDS = 9
DIRECT, EDGE, SIDE = 5, 14, 7
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
def _near_g(plane, source_g):
    """G of a way that starts at the source, corrected for the ground under it."""
    reach = 30.0 * max(plane[0] + plane[1], 1e-9)
    return plane[3] * plane[2] / reach + source_g * (1.0 - plane[2] / reach) if plane[2] <= reach else plane[3]


@njit(**INNER)
def _lengths(p, g_w, table, out):
    """Cf over the wave number by band."""
    g13 = g_w**1.3
    g26 = g13 * g13
    for b in range(BANDS):
        wp = p * table[0, b] * g26 / (table[1, b] * g26 + table[2, b] * g13 + 1.16e6)
        out[b] = p * (1.0 + 3.0 * wp * np.exp(-np.sqrt(wp))) / ((1.0 + wp) * table[3, b])


@njit(**INNER)
def _over_ground(plane, g_m, bent, lengths, table, out):
    """Energy that the ground leaves over a mean plane (height of source, of receiver, length, G) by band."""
    zs, zr, p = plane[0], plane[1], plane[2]
    total, lowest = max(zs + zr, 1e-9), -3.0 * (1.0 - g_m)
    if bent and p > 30.0 * (zs + zr):
        lowest *= 1.0 + 2.0 * (1.0 - 30.0 * (zs + zr) / p)
    most = 10.0 ** (-0.1 * lowest)
    if plane[3] == 0.0:
        out[:] = most if bent else HARD_ENERGY
        return
    if bent:
        turbulence, scale = 6.0e-3 * p / total, TURBULENCE_A0 * p * p / (2.0 * total * total)
        zs, zr = zs + scale * zs * zs + turbulence, zr + scale * zr * zr + turbulence
    s2, r2 = zs * zs, zr * zr
    for b in range(BANDS):
        c, k = lengths[b], 2.0 * table[3, b] / p
        u = np.sqrt(2.0 * c)
        out[b] = min(k * k * (s2 - u * zs + c) * (r2 - u * zr + c), most)


@njit(**INNER)
def _ground(plane, bent, near_source, source_g, table, lengths, out):
    """Energy that the ground leaves in one condition; all of it where the plane has no length."""
    if plane[2] == 0.0:
        out[:] = 1.0
        return
    g_m = _near_g(plane, source_g) if near_source else plane[3]
    _lengths(plane[2], plane[3] if bent else g_m, table, lengths)
    _over_ground(plane, g_m, bent, lengths, table, out)


@njit(inline="always", **INNER)
def _diffracted(scale, detour):
    """X of the pure diffraction 10 lg X in one band before the cap; ``scale`` is 40 C over the wavelength."""
    x = scale * detour
    return 3.0 + x if x >= -2.0 else 1.0


@njit(inline="always", **INNER)
def _scale(between, lam):
    if between <= THIN_M:
        return 40.0 / lam
    r2 = (5.0 * lam / between) ** 2
    return 40.0 / lam * (1.0 + r2) / (1.0 / 3.0 + r2)


@njit(**INNER)
def _over_top(row, at, bent, source_g, table, spare, out):
    """Ground and over-top diffraction of the direct way into ``out``, which holds the ground without edges."""
    lengths, before, after = spare[0], spare[1], spare[2]
    _ground(row[at + 6 : at + 10], bent, True, source_g, table, lengths, before)
    _ground(row[at + 10 : at + 14], bent, False, source_g, table, lengths, after)
    for b in range(BANDS):
        lam = table[4, b]
        if row[at] == 2.0 and not (row[at + 1] > -lam / 20.0 and row[at + 1] > lam / 4.0 - row[at + 5]):
            continue
        scale = _scale(row[at + 2], lam)
        direct = _diffracted(scale, row[at + 1])
        energy = 1.0 / min(direct, CAP)
        if row[at + 8] > 0.0:
            side = 1.0 + (np.sqrt(before[b]) - 1.0) * np.sqrt(direct / _diffracted(scale, row[at + 3]))
            energy *= side * side
        if row[at + 12] > 0.0:
            side = 1.0 + (np.sqrt(after[b]) - 1.0) * np.sqrt(direct / _diffracted(scale, row[at + 4]))
            energy *= side * side
        out[b] = energy


@njit(**INNER)
def _whole_ground(row, source_g, table, lengths, straight, bent):
    """Energy that the ground leaves without edges in both conditions, whose absorption is the same beyond the source's own ground."""
    plane = row[1:5]
    if plane[2] == 0.0:
        straight[:] = 1.0
        bent[:] = 1.0
        return
    g_m = _near_g(plane, source_g)
    _lengths(plane[2], g_m, table, lengths)
    _over_ground(plane, g_m, False, lengths, table, straight)
    if g_m != plane[3]:
        _lengths(plane[2], plane[3], table, lengths)
    _over_ground(plane, g_m, True, lengths, table, bent)


@njit(**INNER)
def _add_sides(row, c, source_g, table, spare, energy):
    """Add what comes round both sides in one condition."""
    for k in range(2):
        at = DIRECT + 2 * EDGE + (2 * k + c) * SIDE
        if row[at] > 0.0:
            _ground(row[at + 1 : at + 5], c == 1, True, source_g, table, spare[0], spare[1])
            for b in range(BANDS):
                energy[b] += spare[1, b] / _diffracted(_scale(row[at + 6], table[4, b]), row[at + 5])


@njit(cache=True, nogil=True)
def bent_losses(rows, source_g, nominal_hz, wavelength, out):
    """Losses without air of rows (receiver, source, column) into ``out`` (condition, receiver, source, band): straight, bent."""
    table, spare, energy = _band_table(nominal_hz, wavelength), np.empty((3, BANDS)), np.empty((2, BANDS))
    for j in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            row = rows[j, i]
            spread = SPREAD * row[0] * row[0]
            _whole_ground(row, source_g, table, spare[0], energy[0], energy[1])
            for c in range(2):
                if row[DIRECT + c * EDGE] > 0.0:
                    _over_top(row, DIRECT + c * EDGE, c == 1, source_g, table, spare, energy[c])
                _add_sides(row, c, source_g, table, spare, energy[c])
                for b in range(BANDS):
                    out[c, j, i, b] = 10.0 * np.log10(spread / energy[c, b])
