"""Wind classes of each hour for each way from a plant to a receptor, and what each class does to the loss."""

from __future__ import annotations

import numpy as np

DOWNWIND, NEUTRAL, UPWIND = 0, 1, 2
CLASSES = ("downwind", "neutral", "upwind")
ALONG_M_S = 1.0
"""Component of the wind along the way from which it counts as downwind or upwind."""
STABLE_CLASS = 5.0
"""Pasquill class from which the air is stable: E and F."""
CALM_M_S = 2.0
INVERSION_FROM_M = 700.0
"""Distance from which trapped sound spreads over a cylinder in the inversion bound."""
INVERSION_BANDS = 3
"""Bands up to 125 Hz are trapped in the inversion bound."""


def hour_classes(wind_m_s: np.ndarray, wind_from_deg: np.ndarray, stability: np.ndarray, *, way_deg: np.ndarray) -> np.ndarray:
    """Class of each hour for ways along bearings ``way_deg``; (way, hour) of 0 downwind, 1 neutral, 2 upwind.

    A calm, stable hour bends sound down in all directions and counts as downwind.

    Parameters
    ----------
    wind_m_s : array
        Wind speed, m/s.
    wind_from_deg : array
        Direction from which the wind blows, deg.
    stability : array
        Stability class, 1 (A) to 6 (F).
    way_deg : array
        Bearing of each way from plant to receptor, deg.

    Returns
    -------
    array
        0 downwind, 1 neutral, 2 upwind, shape (way, hour).

    References
    ----------
    ISO9613, CNOSSOS : the favourable classes of ISO 9613-2 clause 5 and of CNOSSOS-EU in words; the threshold of 1
        m/s is a judgement.

    Examples
    --------
    >>> one = np.ones(3)
    >>> hour_classes(3 * one, np.array([180.0, 90.0, 0.0]), 4 * one, way_deg=np.array([0.0])).tolist()
    [[0, 1, 2]]
    """
    along = -wind_m_s * np.cos(np.radians(wind_from_deg - np.asarray(way_deg)[:, None]))
    calm_stable = (stability >= STABLE_CLASS) & (wind_m_s <= CALM_M_S)
    out = np.where(along >= ALONG_M_S, DOWNWIND, np.where(along <= -ALONG_M_S, UPWIND, NEUTRAL))
    return np.where(calm_stable, DOWNWIND, out)


def class_deficit_db(horizontal_m: np.ndarray, heights_m: np.ndarray, *, neutral_db: float, upwind_db: float) -> np.ndarray:
    """What neutral and upwind hours lose against downwind hours; (class, ...).

    Parameters
    ----------
    horizontal_m : array
        Horizontal distance, m.
    heights_m : array
        Height of source and receiver together, m.
    neutral_db : float
        What hours with wind across lose far away, dB.
    upwind_db : float
        What hours with wind towards the plant lose far away, dB.

    Returns
    -------
    array
        Loss against downwind hours, dB, shape (class, ...).

    Notes
    -----
    Valid for: long-term means.

    References
    ----------
    ISO9613 : form of ISO 9613-2, equation 22, with the deficits of the class in place of C0.

    Examples
    --------
    >>> class_deficit_db(np.array(650.0), np.array(6.5), neutral_db=1.5, upwind_db=5.0).round(2).tolist()
    [0.0, 1.35, 4.5]
    """
    p = np.maximum(np.asarray(horizontal_m, dtype=float), 1e-9)
    ramp = np.maximum(0.0, 1.0 - 10.0 * np.asarray(heights_m) / p)
    return np.stack([0.0 * ramp, neutral_db * ramp, upwind_db * ramp])


def inversion_gain_db(horizontal_m: np.ndarray, bands: int) -> np.ndarray:
    """Upper bound in a strong inversion: cylindrical spreading beyond 700 m up to 125 Hz; (..., band).

    Parameters
    ----------
    horizontal_m : array
        Horizontal distance, m.
    bands : int
        Octave bands of the result; a number without unit.

    Returns
    -------
    array
        Gain, dB, shape (..., band).

    Notes
    -----
    Valid for: an upper bound.

    References
    ----------
    A0 : energy trapped under a lid spreads over a cylinder; the distance is a judgement.

    Examples
    --------
    >>> inversion_gain_db(np.array(7000.0), 9).round(1).tolist()
    [10.0, 10.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    gain = 10.0 * np.log10(np.maximum(np.asarray(horizontal_m, dtype=float) / INVERSION_FROM_M, 1.0))
    return gain[..., None] * (np.arange(bands) < INVERSION_BANDS)
