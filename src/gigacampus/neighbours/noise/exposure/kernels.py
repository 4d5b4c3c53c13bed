"""Compiled sums over sources, hours and months of the noise stage; the plain twins are in the tests."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import njit


@njit(cache=True, nogil=True)
def group_energies(
    still: np.ndarray, power: np.ndarray, air: np.ndarray, group: np.ndarray, weighting: np.ndarray, out: np.ndarray
) -> None:
    """Add what the sources of each group give at each receptor in each air to ``out`` (receptor, group, class, weighting, air).

    ``still`` is the energy left without air (class, receptor, source, band), ``power`` the energy sent (source, band),
    ``air`` what the air lets through (receptor, source, band, air), ``group`` the group of each source, ``weighting``
    (weighting, band).
    """
    classes, receptors, sources, bands = still.shape
    for r in range(receptors):
        for s in range(sources):
            into = out[r, group[s]]
            for b in range(bands):
                through = air[r, s, b]
                for k in range(classes):
                    sent = still[k, r, s, b] * power[s, b]
                    for w in range(weighting.shape[0]):
                        line, share = into[k, w], sent * weighting[w, b]
                        for a in range(len(through)):
                            line[a] += share * through[a]


@njit(cache=True, nogil=True)
def hour_energies(unit: np.ndarray, factor: np.ndarray, slot: np.ndarray, first: int, out: np.ndarray) -> None:
    """Add ``sum over families of unit[slot of the hour] * factor[family, hour]`` to ``out``.

    ``unit`` (slot, receptor, weighting, family), ``factor`` (family, hour), ``slot`` (receptor, hour of the year): the wind
    class and period of each hour, ``first`` the first hour of the month, ``out`` (receptor, hour, weighting). The factor of
    the first family is one in every hour.
    """
    receptors, hours, weightings = out.shape
    for r in range(receptors):
        for h in range(hours):
            s = slot[r, first + h]
            for w in range(weightings):
                total = unit[s, r, w, 0]
                for f in range(1, factor.shape[0]):
                    total += unit[s, r, w, f] * factor[f, h]
                out[r, h, w] += total


@njit(cache=True, nogil=True)
def month_sums(
    energy: np.ndarray,
    part: np.ndarray,
    slot: np.ndarray,
    first: int,
    floor: np.ndarray,
    limit: np.ndarray,
    out: np.ndarray,
    quiet: np.ndarray,
) -> None:
    """Means and counts over the hours of a month into ``out`` (receptor, 9), and the energies by night into ``quiet``.

    Columns: mean of each of the four parts of a day, C-weighted night; hours above the limit; hours above the floor
    downwind, neutral and upwind by ``slot`` (as for ``hour_energies``).
    ``energy`` (receptor, hour, A and C), ``part`` of the day of each hour (hour,), of which the last two are night, ``floor``
    and ``limit`` by day and night (receptor, 2), ``quiet`` (receptor, hours of night).
    """
    receptors, hours, _ = energy.shape
    count = np.zeros(4)
    for h in range(hours):
        count[part[h]] += 1.0
    for r in range(receptors):
        sums, louder, dark_c, above, night = np.zeros(4), np.zeros(3), 0.0, 0, 0
        for h in range(hours):
            k, a = part[h], energy[r, h, 0]
            dark = 1 if k >= 2 else 0
            sums[k] += a
            louder[slot[r, first + h] // 2] += a > floor[r, dark]
            above += a > limit[r, dark]
            if dark:
                dark_c += energy[r, h, 1]
                quiet[r, night] = a
                night += 1
        for k in range(4):
            out[r, k] = sums[k] / count[k]
        for k in range(3):
            out[r, 6 + k] = louder[k]
        out[r, 4], out[r, 5] = dark_c / (count[2] + count[3]), above
