"""Emission factors of gas-fired units: the published conversion at 15 % oxygen, and what a start adds."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import KG_PER_LB
from gigacampus.power.turbine import full_load_mmbtu_per_mwh
from gigacampus.schema.power import GeneratorEntry

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


def nox_ppm(control: str, override: float | None, entry: GeneratorEntry) -> float:
    """ppmvd at 15 % O2 with the control fitted: the block's own figure, or the library's for that control.

    Parameters
    ----------
    control : str
        NOx control fitted.
    override : float
        The block's own figure; empty for the library's, ppmvd.
    entry : GeneratorEntry
        Library entry of the plant.

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
    return {"none": entry.nox_ppm_uncontrolled, "scr": entry.nox_ppm_scr}.get(control, entry.nox_ppm)


def co_kg_per_mmbtu(control: str, entry: GeneratorEntry) -> float:
    """CO for each MMBtu (HHV) by control; no oxidation catalyst is assumed.

    Parameters
    ----------
    control : str
        NOx control fitted.
    entry : GeneratorEntry
        Library entry of the plant.

    Returns
    -------
    float
        CO, kg/MMBtu.

    Notes
    -----
    Valid for: loads above 80 %; the lean-premix figure is rated D.

    References
    ----------
    PW5 : AP-42 section 3.1 (2000), by combustor.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> co_kg_per_mmbtu("none", typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10160))
    0.0372
    """
    return {"none": entry.co_uncontrolled_kg_per_mmbtu, "water_injection": entry.co_water_injection_kg_per_mmbtu}.get(
        control, entry.co_kg_per_mmbtu
    )


def start_mmbtu(entry: GeneratorEntry) -> float:
    """Fuel burnt without control in one start and stop: some hours at half load.

    Parameters
    ----------
    entry : GeneratorEntry
        Library entry of the plant.

    Returns
    -------
    float
        Fuel, MMBtu/start.

    Notes
    -----
    Valid for: simple cycle.

    References
    ----------
    A0 : the library entry's hours; a county permit of 2025 counts 110 hours for 22 events.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> entry = typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10160, start_uncontrolled_h=5)
    >>> round(start_mmbtu(entry), 1)
    537.0
    """
    full = float(full_load_mmbtu_per_mwh(np.array([15.0]), entry)[0])
    return entry.start_uncontrolled_h * 0.5 * entry.iso_mw * full * entry.heat_rate_at_50_load_frac
