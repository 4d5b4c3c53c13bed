"""From routine hours (wind, stability class, mixing height) to the surface rows that the boundary-layer plume needs.

A simple preprocessor: the length scale follows from the class and the roughness, friction velocity from the wind.
It has no sounding, so the gradient aloft is assumed; highest hours are less sure than means.
"""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.air.boundary_layer import VON_KARMAN, Surface, similarity_wind
from gigacampus.units import KELVIN_OFFSET

GOLDER_A = np.array([-0.096, -0.037, -0.002, 0.0, 0.004, 0.035])
GOLDER_B = np.array([0.029, 0.029, 0.018, 0.0, -0.018, -0.036])
"""1/L = a + b log10(z0) for classes A to F. Source: Golder 1972 as tabulated by Seinfeld and Pandis 2006."""
NEUTRAL_M = 1.0e4
WIND_HEIGHT_M = 10.0
GRADIENT_ALOFT_K_M = 0.005
"""Assumed where no sounding is at hand."""


def obukhov_of_class(stability_class: np.ndarray, roughness_m: float) -> np.ndarray:
    """Length scale of class 1 (A) to 6 (F); neutral air counts as weakly stable.

    Source: Golder 1972. Valid for: roughness of 1 mm to 0.5 m; used to 1 m.

    >>> obukhov_of_class(np.array([1, 4, 6]), 0.1).round(1).tolist()
    [-8.0, 10000.0, 14.1]
    """
    index = np.asarray(stability_class, dtype=int) - 1
    inverse = GOLDER_A[index] + GOLDER_B[index] * np.log10(roughness_m)
    return np.where(np.abs(inverse) < 1.0 / NEUTRAL_M, NEUTRAL_M, 1.0 / np.where(inverse == 0.0, 1.0, inverse))


def class_of_obukhov(obukhov_m: np.ndarray, roughness_m: np.ndarray) -> np.ndarray:
    """Class 1 to 6 whose length scale is nearest in 1/L, the inverse of ``obukhov_of_class``.

    >>> class_of_obukhov(np.array([-8.0, 500.0, 14.0]), np.array([0.1, 0.1, 0.1])).tolist()
    [1, 4, 6]
    """
    table = GOLDER_A + GOLDER_B * np.log10(np.asarray(roughness_m))[..., None]
    return np.argmin(np.abs(table - (1.0 / np.asarray(obukhov_m))[..., None]), axis=-1) + 1


def surface_rows(
    wind_m_s: np.ndarray, wind_from_deg: np.ndarray, air_c: np.ndarray, stability_class: np.ndarray,
    mixing_m: np.ndarray, *, roughness_m: float, calm_m_s: float,
) -> Surface:
    """Surface rows of a station; the mixing height is that of convection in unstable hours.

    Source: Golder 1972 (length scale), Venkatram 1980 (mechanical height 2300 u*^1.5), Deardorff 1970 (w*).
    """
    length = obukhov_of_class(stability_class, roughness_m)
    rough = np.full(length.size, roughness_m)
    blowing = np.maximum(wind_m_s, calm_m_s)
    ustar = blowing / similarity_wind(np.full(length.size, WIND_HEIGHT_M), np.ones(length.size), length, rough)
    wstar = ustar * np.cbrt(np.where(length < 0.0, mixing_m / (VON_KARMAN * np.abs(length)), 0.0))
    tall = np.full(length.size, WIND_HEIGHT_M)
    return Surface(
        wind_m_s=blowing, wind_from_deg=wind_from_deg, wind_height_m=tall, temp_k=air_c + KELVIN_OFFSET,
        temp_height_m=np.full(length.size, 2.0), ustar_m_s=ustar, wstar_m_s=wstar, obukhov_m=length,
        convective_m=mixing_m, mechanical_m=2300.0 * ustar**1.5,
        gradient_aloft_k_m=np.full(length.size, GRADIENT_ALOFT_K_M), roughness_m=rough, valid=wind_m_s >= calm_m_s)
