"""The small comparison plume: Briggs spreads and rise with the older regulatory model's rules. Level 1, and marked so.

One steady hour, one point source, flat ground. The compiled form is in ``kernels.py``; the functions here are its
plain-numpy twin and the oracle of the tests.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import KELVIN_OFFSET

GRAVITY_M_S2 = 9.80616
UG_PER_G = 1.0e6
CALM_M_S = 0.5
"""Hours with less wind give no value and leave the averages."""
SLOWEST_M_S = 1.0
"""The plume equation is not used with less wind than this."""

SPREAD = np.array(
    [
        [  # rural: sy = a x (1 + b x)^-1/2, sz = c x (1 + d x)^e; rows A to F, columns a b c d e
            [0.22, 1e-4, 0.20, 0.0, 0.0],
            [0.16, 1e-4, 0.12, 0.0, 0.0],
            [0.11, 1e-4, 0.08, 2e-4, -0.5],
            [0.08, 1e-4, 0.06, 1.5e-3, -0.5],
            [0.06, 1e-4, 0.03, 3e-4, -1.0],
            [0.04, 1e-4, 0.016, 3e-4, -1.0],
        ],
        [  # urban
            [0.32, 4e-4, 0.24, 1e-3, 0.5],
            [0.32, 4e-4, 0.24, 1e-3, 0.5],
            [0.22, 4e-4, 0.20, 0.0, 0.0],
            [0.16, 4e-4, 0.14, 3e-4, -0.5],
            [0.11, 4e-4, 0.08, 1.5e-3, -0.5],
            [0.11, 4e-4, 0.08, 1.5e-3, -0.5],
        ],
    ]
)
"""Source: Briggs 1973 interpolation formulas for open country and cities. Valid for: 0.1 to 10 km downwind."""

WIND_EXPONENT = np.array([[0.07, 0.07, 0.10, 0.15, 0.35, 0.55], [0.15, 0.15, 0.20, 0.25, 0.30, 0.30]])
"""Power-law exponents by class, rural and urban. Source: ISC3 user's guide, EPA-454/B-95-003."""

LAPSE_K_M = np.array([0.0, 0.0, 0.0, 0.0, 0.020, 0.035])
"""Potential temperature gradient of classes E and F. Source: same guide."""


def spread_m(x_m: np.ndarray, stability_class: np.ndarray, *, urban: bool) -> tuple[np.ndarray, np.ndarray]:
    """Crosswind and vertical spread at a downwind distance for class 1 (A) to 6 (F).

    Parameters
    ----------
    x_m : array
        Distance downwind, m.
    stability_class : array
        Class, 1 (A) to 6 (F).
    urban : bool
        Whether the surroundings are urban.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Crosswind and vertical spread, m, shape of ``x_m``.

    Notes
    -----
    Valid for: 0.1 to 10 km; used beyond with growing error.

    References
    ----------
    BRIGGS73 : Briggs 1973.

    Examples
    --------
    >>> sy, sz = spread_m(np.array(1000.0), np.array(4), urban=False)
    >>> round(float(sy), 2), round(float(sz), 2)
    (76.28, 37.95)
    """
    a, b, c, d, e = np.moveaxis(SPREAD[int(urban)][np.asarray(stability_class) - 1], -1, 0)
    return a * x_m / np.sqrt(1.0 + b * x_m), c * x_m * (1.0 + d * x_m) ** e


def plume_rise_m(
    wind_m_s: np.ndarray, air_k: np.ndarray, stability_class: np.ndarray, *, exit_m_s: float, exit_k: float, diameter_m: float
) -> np.ndarray:
    """Final rise above the stack: buoyancy or momentum, whichever is more, and the stable forms in classes E and F.

    Parameters
    ----------
    wind_m_s : array
        Wind speed, m/s.
    air_k : array
        Air temperature, K.
    stability_class : array
        Class, 1 (A) to 6 (F).
    exit_m_s : float
        Speed of the exhaust, m/s.
    exit_k : float
        Temperature of the exhaust, K.
    diameter_m : float
        Inner diameter of the stack's mouth, m.

    Returns
    -------
    array
        Rise, m, shape of the hours.

    Notes
    -----
    Valid for: single stacks, no downwash. ``wind_m_s`` at stack top.

    References
    ----------
    BRIGGS75, ISC3 : Briggs 1969/1975 as used in ISC3.

    Examples
    --------
    >>> rise = plume_rise_m(np.array(5.0), np.array(290.0), np.array(4), exit_m_s=25.0, exit_k=640.0, diameter_m=2.4)
    >>> round(float(rise), 1)
    182.1
    """
    excess = np.maximum(1.0 - air_k / exit_k, 0.0)
    buoyancy = GRAVITY_M_S2 * exit_m_s * diameter_m**2 * excess / 4.0
    momentum = exit_m_s**2 * diameter_m**2 * air_k / (4.0 * exit_k)
    neutral = np.where(buoyancy < 55.0, 21.425 * buoyancy**0.75, 38.71 * buoyancy**0.6) / wind_m_s
    neutral = np.maximum(neutral, 3.0 * diameter_m * exit_m_s / wind_m_s)
    s = GRAVITY_M_S2 / air_k * np.maximum(LAPSE_K_M[np.asarray(stability_class) - 1], 1e-4)
    bent_over = 2.6 * (buoyancy / (wind_m_s * s)) ** (1.0 / 3.0)
    stable = np.maximum(bent_over, 1.5 * (momentum / (wind_m_s * np.sqrt(s))) ** (1.0 / 3.0))
    out: np.ndarray = np.where(np.asarray(stability_class) >= 5, np.minimum(stable, neutral), neutral)
    return out


def effective_height_m(
    wind_10m_m_s: np.ndarray,
    air_c: np.ndarray,
    stability_class: np.ndarray,
    *,
    urban: bool,
    height_m: float,
    diameter_m: float,
    exit_m_s: float,
    exit_k: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wind at the stack top, plume height and rise of each hour, with stack-tip downwash.

    Parameters
    ----------
    wind_10m_m_s : array
        Wind at 10 m, m/s.
    air_c : array
        Air temperature by hour, degC.
    stability_class : array
        Class, 1 (A) to 6 (F).
    urban : bool
        Whether the surroundings are urban.
    height_m : float
        Height above ground, m.
    diameter_m : float
        Inner diameter of the stack's mouth, m.
    exit_m_s : float
        Speed of the exhaust, m/s.
    exit_k : float
        Temperature of the exhaust, K.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray]
        Wind at the stack top (m/s), plume height (m) and rise (m), shape (hour,).

    References
    ----------
    ISC3 : ISC3 user's guide (power-law wind from 10 m, tip downwash where the exit is slower than 1.5 times the
        wind).

    Examples
    --------
    >>> wind, plume, rise = effective_height_m(np.array([5.0]), np.array([17.0]), np.array([4]), urban=False, height_m=15.0,
    ...                                      diameter_m=2.4, exit_m_s=25.0, exit_k=640.0)
    >>> round(float(wind[0]), 2), round(float(plume[0]), 1), round(float(rise[0]), 1)
    (5.31, 186.3, 171.3)
    """
    exponent = WIND_EXPONENT[int(urban)][np.asarray(stability_class) - 1]
    wind = np.maximum(wind_10m_m_s, SLOWEST_M_S) * (max(height_m, 10.0) / 10.0) ** exponent
    tip = np.minimum(0.0, 2.0 * diameter_m * (exit_m_s / wind - 1.5))
    rise = plume_rise_m(wind, air_c + KELVIN_OFFSET, stability_class, exit_m_s=exit_m_s, exit_k=exit_k, diameter_m=diameter_m)
    return wind, np.maximum(height_m + tip, 0.0) + rise, rise


def concentration_ugm3_per_g_s(
    east_m: np.ndarray,
    north_m: np.ndarray,
    wind_from_deg: np.ndarray,
    wind_m_s: np.ndarray,
    stability_class: np.ndarray,
    mixing_m: np.ndarray,
    plume_m: np.ndarray,
    rise_m: np.ndarray,
    *,
    urban: bool,
) -> np.ndarray:
    """Ground-level concentration of 1 g/s at receptors (r,) in hours (h,): shape (r, h), ug/m3.

    Lid reflections in classes A to D, none in E and F; nothing reaches the ground when the plume is above the lid.

    Parameters
    ----------
    east_m : array
        East of the origin, m.
    north_m : array
        North of the origin, m.
    wind_from_deg : array
        Direction from which the wind blows, deg.
    wind_m_s : array
        Wind speed, m/s.
    stability_class : array
        Class, 1 (A) to 6 (F).
    mixing_m : array
        Mixing height, m.
    plume_m : array
        Height of the plume, m.
    rise_m : array
        Rise of the plume above the stack, m.
    urban : bool
        Whether the surroundings are urban.

    Returns
    -------
    array
        Concentration for 1 g/s, ug/m3, shape (receptor, hour).

    Notes
    -----
    Valid for: flat ground, 0.1 to 50 km, wind of 1 m/s and more.

    References
    ----------
    ISC3 : steady Gaussian plume with images, ISC3.

    Examples
    --------
    >>> at_1_km = concentration_ugm3_per_g_s(np.array([0.0]), np.array([1000.0]), np.array([180.0]), np.array([5.0]), np.array([4]),
    ...                                     np.array([1000.0]), np.array([100.0]), np.array([50.0]), urban=False)
    >>> at_1_km.shape, round(float(at_1_km[0, 0]), 2)
    ((1, 1), 0.97)
    """
    toward = np.radians(wind_from_deg + 180.0)
    x = east_m[:, None] * np.sin(toward) + north_m[:, None] * np.cos(toward)
    y = east_m[:, None] * np.cos(toward) - north_m[:, None] * np.sin(toward)
    downwind = np.maximum(x, 1.0)
    sy, sz = spread_m(downwind, np.broadcast_to(stability_class, x.shape), urban=urban)
    sy, sz = np.hypot(sy, rise_m / 3.5), np.hypot(sz, rise_m / 3.5)
    vertical = np.exp(-0.5 * (plume_m / sz) ** 2)
    for image in range(1, 5):
        for sign in (-1.0, 1.0):
            vertical = vertical + np.where(stability_class <= 4, np.exp(-0.5 * ((plume_m + sign * 2.0 * image * mixing_m) / sz) ** 2), 0.0)
    lidded = stability_class <= 4
    mixed = lidded & (sz >= 1.6 * mixing_m)
    vertical = np.where(mixed, np.sqrt(np.pi / 2.0) * sz / mixing_m, vertical)
    vertical = np.where(lidded & (plume_m > mixing_m), 0.0, vertical)
    value = UG_PER_G / (np.pi * wind_m_s * sy * sz) * np.exp(-0.5 * (y / sy) ** 2) * vertical
    return np.where(x > 1.0, value, 0.0)
