"""Emission factors of gas-fired units beside NOx, and what a start adds."""

from __future__ import annotations

import numpy as np

from gigacampus.power.turbine import full_load_mmbtu_per_mwh
from gigacampus.schema.power import GeneratorEntry


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
