"""Compiled CNOSSOS-EU losses of geometry rows; the functions of ``cnossos`` and ``cnossos_paths`` are the plain twins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

INNER: dict[str, Any] = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
BANDS = 9
DIRECT, EDGE, SIDE = 5, 14, 7
CAP_DB = 25.0
THIN_M = 0.3
TURBULENCE_A0 = 2.0e-4


@njit(**INNER)
def _ground(plane, bent, near_source, source_g, nominal_hz, wavelength, out):
    """Ground attenuation by band over a mean plane (height of source, of receiver, length, G)."""
    zs, zr, p, g = plane[0], plane[1], plane[2], plane[3]
    if p == 0.0:
        out[:] = 0.0
        return
    total = max(zs + zr, 1e-9)
    near = g * p / (30.0 * total) + source_g * (1.0 - p / (30.0 * total)) if near_source and p <= 30.0 * total else g
    lowest = -3.0 * (1.0 - near)
    if bent and p > 30.0 * (zs + zr):
        lowest *= 1.0 + 2.0 * (1.0 - 30.0 * (zs + zr) / p)
    if g == 0.0:
        out[:] = lowest if bent else -3.0
        return
    if bent:
        turbulence, scale = 6.0e-3 * p / total, TURBULENCE_A0 * p * p / (2.0 * total * total)
        zs, zr = zs + scale * zs * zs + turbulence, zr + scale * zr * zr + turbulence
    g_w = g if bent else near
    g13 = g_w**1.3
    for b in range(BANDS):
        f, k = nominal_hz[b], 2.0 * np.pi / wavelength[b]
        f15 = f * np.sqrt(f)
        w = 0.0185 * f * f15 * g13 * g13 / (f15 * g13 * g13 + 1.3e3 * np.sqrt(f15) * g13 + 1.16e6)
        wp = w * p
        cf = p * (1.0 + 3.0 * wp * np.exp(-np.sqrt(wp))) / (1.0 + wp)
        u = np.sqrt(2.0 * cf / k)
        product = (zs * zs - u * zs + cf / k) * (zr * zr - u * zr + cf / k)
        out[b] = max(-10.0 * np.log10(4.0 * k * k / (p * p) * product), lowest)


@njit(**INNER)
def _diffraction(detour, between, lam):
    """Pure diffraction in one band before the cap."""
    c = 1.0
    if between > THIN_M:
        r2 = (5.0 * lam / between) ** 2
        c = (1.0 + r2) / (1.0 / 3.0 + r2)
    x = 40.0 / lam * c * detour
    return 10.0 * np.log10(max(3.0 + x, 1.0)) if x >= -2.0 else 0.0


@njit(**INNER)
def _over_top(row, at, bent, source_g, nominal_hz, wavelength, plain, before, after):
    """Ground and over-top diffraction of the direct way into ``plain``, which holds the ground without edges."""
    _ground(row[at + 6:at + 10], bent, True, source_g, nominal_hz, wavelength, before)
    _ground(row[at + 10:at + 14], bent, False, source_g, nominal_hz, wavelength, after)
    for b in range(BANDS):
        lam = wavelength[b]
        if row[at] == 2.0 and not (row[at + 1] > -lam / 20.0 and row[at + 1] > lam / 4.0 - row[at + 5]):
            continue
        direct = _diffraction(row[at + 1], row[at + 2], lam)
        loss = min(direct, CAP_DB)
        for k in range(2):
            if row[at + 8 + 4 * k] > 0.0:
                ground = before[b] if k == 0 else after[b]
                image = _diffraction(row[at + 3 + k], row[at + 2], lam)
                loss -= 20.0 * np.log10(1.0 + (10.0 ** (-ground / 20.0) - 1.0) * 10.0 ** (-(image - direct) / 20.0))
        plain[b] = loss


@njit(cache=True, nogil=True)
def bent_losses(rows, source_g, nominal_hz, wavelength, out):
    """Losses without air of rows (receiver, source, column) into ``out`` (condition, receiver, source, band): straight, bent."""
    top, before, after = np.empty(BANDS), np.empty(BANDS), np.empty(BANDS)
    for j in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            row = rows[j, i]
            spread = 20.0 * np.log10(row[0]) + 11.0
            for c in range(2):
                line = out[c, j, i]
                _ground(row[1:5], c == 1, True, source_g, nominal_hz, wavelength, top)
                if row[DIRECT + c * EDGE] > 0.0:
                    _over_top(row, DIRECT + c * EDGE, c == 1, source_g, nominal_hz, wavelength, top, before, after)
                sides = 0
                for k in range(2):
                    at = DIRECT + 2 * EDGE + (2 * k + c) * SIDE
                    if row[at] > 0.0:
                        _ground(row[at + 1:at + 5], c == 1, True, source_g, nominal_hz, wavelength, before)
                        for b in range(BANDS):
                            bend = before[b] + _diffraction(row[at + 5], row[at + 6], wavelength[b])
                            after[b] = 10.0 ** (-0.1 * bend) + (after[b] if sides > 0 else 10.0 ** (-0.1 * top[b]))
                        sides += 1
                for b in range(BANDS):
                    line[b] = spread + (-10.0 * np.log10(after[b]) if sides > 0 else top[b])
