"""Octave bands, frequency weightings and sums of levels."""

from __future__ import annotations

import numpy as np

NOMINAL_HZ = np.array([31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0])
"""Band names. The 31.5 Hz band is an extension: the standards' methods start at 63 Hz."""
EXACT_HZ = 1000.0 * 10.0 ** (0.3 * np.arange(-5, 4))
"""Exact mid-band frequencies, used for air absorption."""
SPEED_OF_SOUND_M_S = 340.0
"""Sound speed that the propagation standards fix for wavelengths."""
WAVELENGTH_M = SPEED_OF_SOUND_M_S / NOMINAL_HZ
A_WEIGHT_DB = np.array([-39.4, -26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1])
"""Source: IEC 61672-1, octave-band values."""
C_WEIGHT_DB = np.array([-3.0, -0.8, -0.2, 0.0, 0.0, 0.0, -0.2, -0.8, -3.0])
"""Source: IEC 61672-1, octave-band values."""
BANDS = len(NOMINAL_HZ)
LOWEST_DB = 0.0
"""Levels below the threshold of hearing are reported as this."""


def energy_sum_db(levels_db: np.ndarray, axis: int = -1) -> np.ndarray:
    """Level of the sum of incoherent sounds; minus infinity where nothing sounds.

    Parameters
    ----------
    levels_db : array
        Levels by band, dB.
    axis : int, optional
        Axis that is summed.

    Returns
    -------
    array
        Level of the sum, dB, shape without the summed axis.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(energy_sum_db(np.array([60.0, 60.0])).round(2))
    63.01
    """
    with np.errstate(divide="ignore"):
        out: np.ndarray = 10.0 * np.log10(np.sum(10.0 ** (0.1 * np.asarray(levels_db, dtype=float)), axis=axis))
        return out


def a_level_dba(levels_db: np.ndarray) -> np.ndarray:
    """A-weighted level of band levels; shape (..., band) -> (...).

    Parameters
    ----------
    levels_db : array
        Levels by band, dB.

    Returns
    -------
    array
        A-weighted level, dBA, shape without the band axis.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(a_level_dba(np.full(9, 93.0)).round(1))
    100.0
    """
    return energy_sum_db(levels_db + A_WEIGHT_DB)


def c_level_dbc(levels_db: np.ndarray) -> np.ndarray:
    """C-weighted level of band levels; shape (..., band) -> (...).

    Parameters
    ----------
    levels_db : array
        Levels by band, dB.

    Returns
    -------
    array
        C-weighted level, dBC, shape without the band axis.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(c_level_dbc(np.full(9, 93.0)).round(1))
    101.8
    """
    return energy_sum_db(levels_db + C_WEIGHT_DB)
