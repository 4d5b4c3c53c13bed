"""From routine hours (wind, stability class, mixing height) to the surface rows that the boundary-layer plume needs.

A simple preprocessor: the length scale follows from sensible heat, or from the class where no heat is given. It has
no sounding, so the gradient aloft is assumed; highest hours are less sure than means.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import KELVIN_OFFSET
from gigacampus.neighbours.air.boundary_layer import GRAVITY_M_S2, THETA_STAR_K, VON_KARMAN, Surface, similarity_wind

GOLDER_A = np.array([-0.096, -0.037, -0.002, 0.0, 0.004, 0.035])
GOLDER_B = np.array([0.029, 0.029, 0.018, 0.0, -0.018, -0.036])
"""1/L = a + b log10(z0) for classes A to F. Source: Golder 1972 as tabulated by Seinfeld and Pandis 2006."""
NEUTRAL_M = 1.0e4
WIND_HEIGHT_M = 10.0
AIR_HEAT_J_M3 = 353.0 * 1004.0
"""Heat capacity of a cubic metre of air times its temperature: nearly the same at all temperatures."""
HIGHEST_FLUX_K_M_S = 0.05
"""Product of friction velocity and temperature scale that stable air does not exceed."""
ROUNDS = 20
GRADIENT_ALOFT_K_M = 0.005
"""Assumed where no sounding is at hand."""


def obukhov_of_class(stability_class: np.ndarray, roughness_m: float) -> np.ndarray:
    """Length scale of class 1 (A) to 6 (F); neutral air counts as weakly stable.

    Parameters
    ----------
    stability_class : array
        Class, 1 (A) to 6 (F).
    roughness_m : float
        Aerodynamic roughness, m.

    Returns
    -------
    array
        Obukhov length, m, shape of ``stability_class``.

    Notes
    -----
    Valid for: roughness of 1 mm to 0.5 m; used to 1 m.

    References
    ----------
    GOLDER72 : Golder 1972.

    Examples
    --------
    >>> obukhov_of_class(np.array([1, 4, 6]), 0.1).round(1).tolist()
    [-8.0, 10000.0, 14.1]
    """
    index = np.asarray(stability_class, dtype=int) - 1
    inverse = GOLDER_A[index] + GOLDER_B[index] * np.log10(roughness_m)
    return np.where(np.abs(inverse) < 1.0 / NEUTRAL_M, NEUTRAL_M, 1.0 / np.where(inverse == 0.0, 1.0, inverse))


def class_of_obukhov(obukhov_m: np.ndarray, roughness_m: np.ndarray) -> np.ndarray:
    """Class 1 to 6 whose length scale is nearest in 1/L, the inverse of ``obukhov_of_class``.

    Parameters
    ----------
    obukhov_m : array
        Obukhov length, m.
    roughness_m : array
        Aerodynamic roughness, m.

    Returns
    -------
    array
        Class, 1 (A) to 6 (F), shape of ``obukhov_m``.

    References
    ----------
    GOLDER72

    Examples
    --------
    >>> class_of_obukhov(np.array([-8.0, 500.0, 14.0]), np.array([0.1, 0.1, 0.1])).tolist()
    [1, 4, 6]
    """
    table = GOLDER_A + GOLDER_B * np.log10(np.asarray(roughness_m))[..., None]
    out: np.ndarray = np.argmin(np.abs(table - (1.0 / np.asarray(obukhov_m))[..., None]), axis=-1) + 1
    return out


def night_friction(
    wind_m_s: np.ndarray, temp_k: np.ndarray, roughness_m: np.ndarray, height_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Friction velocity and length scale of stable hours, with the adjustment for low wind.

    Parameters
    ----------
    wind_m_s : array
        Wind speed, m/s.
    temp_k : array
        Air temperature, K.
    roughness_m : array
        Aerodynamic roughness, m.
    height_m : array
        Height at which wind is measured, m.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Friction velocity (m/s) and Obukhov length (m), shape (hour,).

    Notes
    -----
    Valid for: wind measured well above 5 roughness lengths.

    References
    ----------
    VP08 : Venkatram and Princevac 2008, as adopted in the adjusted-u* option of the regulatory preprocessor.

    Examples
    --------
    >>> u, length = night_friction(np.array([2.1]), np.array([287.5]), np.array([0.15]), np.array([6.1]))
    >>> round(float(u[0]), 3), round(float(length[0]), 1)
    (0.222, 54.0)
    """
    clear = height_m - 5.0 * roughness_m
    drag = VON_KARMAN / np.log(clear / roughness_m)
    star = np.full(wind_m_s.size, THETA_STAR_K)
    for _ in range(ROUNDS):
        u0 = np.sqrt(4.7 * clear * GRAVITY_M_S2 * star / temp_k)
        r = 2.0 * u0 / (np.sqrt(drag) * wind_m_s)
        ustar = 0.5 * drag * wind_m_s * (1.0 + np.exp(-0.5 * r**2)) / (1.0 - np.exp(-2.0 / r))
        star = np.minimum(THETA_STAR_K, HIGHEST_FLUX_K_M_S / ustar)
    return ustar, 1100.0 * ustar**2 * THETA_STAR_K / star


def day_friction(
    wind_m_s: np.ndarray, heat_w_m2: np.ndarray, roughness_m: np.ndarray, height_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Friction velocity and length scale of convective hours from wind and sensible heat, by iteration.

    Parameters
    ----------
    wind_m_s : array
        Wind speed, m/s.
    heat_w_m2 : array
        Upward sensible heat flux, W/m2.
    roughness_m : array
        Aerodynamic roughness, m.
    height_m : array
        Height at which wind is measured, m.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Friction velocity (m/s) and Obukhov length (m), shape (hour,).

    Notes
    -----
    Valid for: heat flux above zero.

    References
    ----------
    HVU83 : Holtslag and van Ulden 1983.

    Examples
    --------
    >>> u, length = day_friction(np.array([4.0]), np.array([200.0]), np.array([0.1]), np.array([10.0]))
    >>> round(float(u[0]), 3), round(float(length[0]), 1)
    (0.402, -29.4)
    """
    length = np.full(wind_m_s.size, -NEUTRAL_M)
    for _ in range(ROUNDS):
        ustar = wind_m_s / similarity_wind(height_m, np.ones(wind_m_s.size), length, roughness_m)
        length = -AIR_HEAT_J_M3 * ustar**3 / (VON_KARMAN * GRAVITY_M_S2 * np.maximum(heat_w_m2, 1e-3))
    return ustar, np.where(np.abs(length) < 1.0, -1.0, length)


def surface_rows(
    wind_m_s: np.ndarray,
    wind_from_deg: np.ndarray,
    air_c: np.ndarray,
    stability_class: np.ndarray,
    mixing_m: np.ndarray,
    heat_w_m2: np.ndarray | None,
    *,
    roughness_m: float,
    calm_m_s: float,
) -> Surface:
    """Surface rows of a station; the mixing height is that of convection in unstable hours.

    With sensible heat the length scale follows from it by day and from the wind by night; without, from the class.

    Parameters
    ----------
    wind_m_s : array
        Wind speed, m/s.
    wind_from_deg : array
        Direction from which the wind blows, deg.
    air_c : array
        Air temperature by hour, degC.
    stability_class : array
        Class, 1 (A) to 6 (F).
    mixing_m : array
        Mixing height, m.
    heat_w_m2 : np.ndarray | None
        Upward sensible heat flux, W/m2.
    roughness_m : float
        Aerodynamic roughness, m.
    calm_m_s : float
        Wind below which an hour is calm, m/s.

    Returns
    -------
    Surface
        Rows of the hours.

    References
    ----------
    GOLDER72, VP08, HVU83, VENK80, DEAR70 : as in the functions called; Venkatram 1980 (mechanical height 2300
        u*^1.5), Deardorff 1970 (w*).

    Examples
    --------
    >>> one = np.ones(1)
    >>> rows = surface_rows(4 * one, 180 * one, 20 * one, np.array([4]), 800 * one, None, roughness_m=0.3, calm_m_s=0.5)
    >>> round(float(rows.ustar_m_s[0]), 3)
    0.456
    """
    n = wind_m_s.size
    rough, tall = np.full(n, roughness_m), np.full(n, WIND_HEIGHT_M)
    blowing, temp_k = np.maximum(wind_m_s, calm_m_s), air_c + KELVIN_OFFSET
    if heat_w_m2 is None:
        length = obukhov_of_class(stability_class, roughness_m)
        ustar = blowing / similarity_wind(tall, np.ones(n), length, rough)
    else:
        night = night_friction(blowing, temp_k, rough, tall)
        day = day_friction(blowing, heat_w_m2, rough, tall)
        ustar, length = (np.where(heat_w_m2 > 0.0, by_day, by_night) for by_day, by_night in zip(day, night, strict=True))
    wstar = ustar * np.cbrt(np.where(length < 0.0, mixing_m / (VON_KARMAN * np.abs(length)), 0.0))
    return Surface(
        wind_m_s=blowing,
        wind_from_deg=wind_from_deg,
        wind_height_m=tall,
        temp_k=temp_k,
        temp_height_m=np.full(n, 2.0),
        ustar_m_s=ustar,
        wstar_m_s=wstar,
        obukhov_m=length,
        convective_m=mixing_m,
        mechanical_m=2300.0 * ustar**1.5,
        gradient_aloft_k_m=np.full(n, GRADIENT_ALOFT_K_M),
        roughness_m=rough,
        valid=wind_m_s >= calm_m_s,
    )
