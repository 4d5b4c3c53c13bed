"""From NOx to NO2: three published ways, selectable."""

from __future__ import annotations

import numpy as np

ARM2 = np.array([-1.1723e-17, 4.2795e-14, -5.8345e-11, 3.4555e-08, -5.6062e-06, -2.7383e-03, 1.2441])
"""Coefficients c6..c0 of the ambient ratio against hourly NOx in ug/m3 as NO2. Source: AERMOD 24142 (Podrez 2015)."""
ARM2_HIGHEST = 0.9
ARM2_FLAT_BELOW_UGM3 = 100.0
"""Below this the ratio sits at its ceiling; saves the polynomial."""
NO2_UGM3_PER_PPB = 1.88
"""At 25 degC and one atmosphere, as the hourly standard of 100 ppb is written as 188 ug/m3."""
OZONE_TO_NO2 = 46.0 / 48.0
"""Mass of NO2 made by a mass of ozone."""


def arm2_ratio(nox_ugm3: np.ndarray, *, lowest: float) -> np.ndarray:
    """Share of NO2 in NOx by the second ambient ratio method.

    Parameters
    ----------
    nox_ugm3 : array
        Hourly NOx as NO2, ug/m3.
    lowest : float
        Least share, that at the stack, 0 to 1.

    Returns
    -------
    array
        Share, 0 to 1, shape of ``nox_ugm3``.

    Notes
    -----
    Valid for: hourly NOx as NO2, increments without background.

    References
    ----------
    PODREZ15, AERMOD : Podrez 2015; coefficients as in AERMOD 24142.

    Examples
    --------
    >>> [round(float(v), 3) for v in arm2_ratio(np.array([10.0, 200.0, 900.0]), lowest=0.5)]
    [0.9, 0.668, 0.5]
    """
    return np.clip(np.polyval(ARM2, nox_ugm3), lowest, ARM2_HIGHEST)


def olm_no2_ugm3(nox_ugm3: np.ndarray, *, in_stack: float, ozone_ugm3: float) -> np.ndarray:
    """NO2 by the ozone-limited method: the in-stack share plus what the ozone at hand can oxidise.

    Parameters
    ----------
    nox_ugm3 : array
        Hourly NOx as NO2, ug/m3.
    in_stack : float
        NO2 over NOx at the stack, 0 to 1.
    ozone_ugm3 : float
        Ozone of the hour, ug/m3.

    Returns
    -------
    array
        NO2, ug/m3, shape of ``nox_ugm3``.

    Notes
    -----
    Valid for: one plume, ozone of the hour.

    References
    ----------
    CS79 : Cole and Summerhays 1979.

    Examples
    --------
    >>> round(float(olm_no2_ugm3(np.array(500.0), in_stack=0.1, ozone_ugm3=48.0)), 3)
    96.0
    """
    return in_stack * nox_ugm3 + np.minimum((1.0 - in_stack) * nox_ugm3, OZONE_TO_NO2 * ozone_ugm3)


def no2_ugm3(nox_ugm3: np.ndarray, *, method: str, in_stack: float, ozone_ugm3: float) -> np.ndarray:
    """NO2 of an hourly NOx increment by ``arm2``, ``olm`` or ``in_stack`` (nothing is oxidised on the way).

    Parameters
    ----------
    nox_ugm3 : array
        Hourly NOx as NO2, ug/m3.
    method : str
        ``arm2``, ``olm`` or ``in_stack``.
    in_stack : float
        NO2 over NOx at the stack, 0 to 1.
    ozone_ugm3 : float
        Ozone of the hour, ug/m3.

    Returns
    -------
    array
        NO2, ug/m3, shape of ``nox_ugm3``.

    References
    ----------
    PODREZ15, CS79

    Examples
    --------
    >>> no2_ugm3(np.array([100.0]), method="in_stack", in_stack=0.2, ozone_ugm3=80.0).tolist()
    [20.0]
    """
    if method == "olm":
        return olm_no2_ugm3(nox_ugm3, in_stack=in_stack, ozone_ugm3=ozone_ugm3)
    if method == "in_stack":
        return in_stack * nox_ugm3
    out = ARM2_HIGHEST * nox_ugm3
    high = nox_ugm3 > ARM2_FLAT_BELOW_UGM3
    out[high] = nox_ugm3[high] * arm2_ratio(nox_ugm3[high], lowest=in_stack)
    return out
