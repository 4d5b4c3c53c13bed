"""NOx of gas-fired units: the published conversion at 15 % oxygen, and which concentration a unit has; buildout and power share both."""

from __future__ import annotations

from typing import Any

from gigacampus.foundation.units import KG_PER_LB

_LB_PER_SCF_PER_PPM_NOX = 1.194e-7
"""Pounds of NOx (as NO2) in a standard cubic foot for each ppm by volume."""
_DRY_SCF_PER_MMBTU = 8710.0
"""Dry flue gas of natural gas at zero excess air for each MMBtu (HHV)."""
_OXYGEN_IN_AIR_PCT = 20.9
_REFERENCE_OXYGEN_PCT = 15.0


def nox_kg_per_mmbtu(ppm: float) -> float:
    """NOx (as NO2) for each MMBtu (HHV) of natural gas from ppmvd at 15 % O2.

    Parameters
    ----------
    ppm : float
        NOx in dry exhaust at 15 % O2, ppmvd.

    Returns
    -------
    float
        NOx as NO2, kg/MMBtu.

    Notes
    -----
    Valid for: dry natural-gas flue gas.

    References
    ----------
    PW7 : EPA Method 19 (40 CFR 60 appendix A-7), F-factor of natural gas.

    Examples
    --------
    >>> round(nox_kg_per_mmbtu(2.0) / 0.45359237, 5)
    0.00737
    """
    dilution = _OXYGEN_IN_AIR_PCT / (_OXYGEN_IN_AIR_PCT - _REFERENCE_OXYGEN_PCT)
    return ppm * _LB_PER_SCF_PER_PPM_NOX * _DRY_SCF_PER_MMBTU * dilution * KG_PER_LB


def nox_ppm(control: str, override: float | None, entry: Any) -> float:
    """ppmvd at 15 % O2 with the control fitted: the block's own figure, or the library's for that control.

    Parameters
    ----------
    control : str
        NOx control fitted.
    override : float
        The block's own figure; empty for the library's, ppmvd.
    entry : GeneratorEntry
        Library entry of the unit.

    Returns
    -------
    float
        NOx, ppmvd at 15 % O2.

    References
    ----------
    DEF

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> nox_ppm("scr", None, typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10160))
    2.0
    """
    if override is not None:
        return override
    out: float = {"none": entry.nox_ppm_uncontrolled, "scr": entry.nox_ppm_scr}.get(control, entry.nox_ppm)
    return out
