"""Compiled ISO 9613-2 losses of geometry rows; ``iso9613_paths.attenuation_db`` is the plain twin that tests compare with."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

BANDS = 9
SCREEN_C2 = 20.0


@njit(cache=True, inline="always")
def _side_zone(h, g, p, out):
    near = 1.0 - np.exp(-p / 50.0)
    a = 1.5 + 3.0 * np.exp(-0.12 * (h - 5.0) ** 2) * near + 5.7 * np.exp(-0.09 * h * h) * (1.0 - np.exp(-2.8e-6 * p * p))
    out[0] += -1.5
    out[1] += -1.5
    out[2] += -1.5 + g * a
    out[3] += -1.5 + g * (1.5 + 8.6 * np.exp(-0.09 * h * h) * near)
    out[4] += -1.5 + g * (1.5 + 14.0 * np.exp(-0.46 * h * h) * near)
    out[5] += -1.5 + g * (1.5 + 5.0 * np.exp(-0.9 * h * h) * near)
    for b in range(6, BANDS):
        out[b] += -1.5 * (1.0 - g)


@njit(cache=True)
def _ground(row, edition, out):
    p, hs, hr = row[0], row[2], row[3]
    q = max(0.0, 1.0 - 30.0 * (hs + hr) / p)
    for b in range(BANDS):
        out[b] = -3.0 * q * (1.0 if b < 2 else 1.0 - row[5])
    _side_zone(hs, row[4], p, out)
    _side_zone(hr, row[6], p, out)
    if edition == 2024:
        k = (p * p + (hs - hr) ** 2) / (p * p + (hs + hr) ** 2)
        for b in range(BANDS):
            out[b] = -10.0 * np.log10(1.0 + (10.0 ** (-0.1 * out[b]) - 1.0) * k)


@njit(cache=True)
def _screening(z, first, middle, last, d, edition, lateral, wavelength, out):
    """Screening of one path by band, before caps."""
    bent = 0.0
    if edition == 2024:
        bent = (max(first, last) + middle) * min(first, last) * d
    for b in range(BANDS):
        lam = wavelength[b]
        c3 = 1.0
        if middle > 0.0:
            r2 = (5.0 * lam / middle) ** 2
            c3 = (1.0 + r2) / (1.0 / 3.0 + r2)
        lowest = -2.0 * lam / (SCREEN_C2 * c3)
        if z <= lowest:
            out[b] = 0.0
        elif edition == 2024:
            weather = 1.0 if lateral else np.exp(-np.sqrt(bent / (2.0 * max(z - lowest, 1e-12))) / 2000.0)
            out[b] = 10.0 * np.log10(1.0 + max(0.0, 2.0 + SCREEN_C2 / lam * c3 * z) * weather)
        else:
            weather = 1.0
            if not lateral and z > 0.0:
                weather = np.exp(-np.sqrt(first * last * d / (2.0 * max(z, 1e-9))) / 2000.0)
            out[b] = max(0.0, 10.0 * np.log10(max(3.0 + SCREEN_C2 / lam * c3 * z * weather, 1.0)))


@njit(cache=True)
def _row_loss(row, edition, wavelength, ground, screen, energy, out):
    """Divergence, ground and screens of one pair by band, without the air."""
    d = row[1]
    _ground(row, edition, ground)
    spread = 20.0 * np.log10(d) + 11.0
    if row[8] == 0.0:
        for b in range(BANDS):
            out[b] = spread + ground[b]
        return
    _screening(row[9], row[10], row[11], row[12], d, edition, False, wavelength, screen)
    cap = 25.0 if row[8] > 1.0 else 20.0
    sides = row[13] > 0.0 or row[18] > 0.0
    for b in range(BANDS):
        top = min(screen[b], cap)
        if ground[b] > 0.0:
            top = max(top - ground[b], 0.0)
        out[b] = spread + ground[b] + top
        energy[b] = 10.0 ** (-0.1 * top)
    if not sides:
        return
    for k in (13, 18):
        if row[k] > 0.0:
            _screening(row[k + 1], row[k + 2], row[k + 3], row[k + 4], d, edition, True, wavelength, screen)
            for b in range(BANDS):
                energy[b] += 10.0 ** (-0.1 * screen[b])
    for b in range(BANDS):
        out[b] = spread + ground[b] + max(0.0, -10.0 * np.log10(energy[b]))


@njit(cache=True, parallel=True)
def iso_losses(rows, edition, wavelength, out):
    """Losses without air absorption of rows (receiver, source, column) into ``out`` (receiver, source, band)."""
    for j in prange(rows.shape[0]):
        ground, screen, energy, line = np.empty(BANDS), np.empty(BANDS), np.empty(BANDS), np.empty(BANDS)
        for i in range(rows.shape[1]):
            _row_loss(rows[j, i], edition, wavelength, ground, screen, energy, line)
            for b in range(BANDS):
                out[j, i, b] = line[b]
