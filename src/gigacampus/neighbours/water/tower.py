"""Cooling towers: evaporation by an energy balance on the air, blowdown, drift and make-up."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.psychrometrics import enthalpy_kj_per_kg, humidity_ratio, humidity_ratio_at_wet_bulb, saturation_kpa

KJ_PER_MWH = 3.6e6
WATER_KJ_KG_K = 4.186
KG_PER_M3 = 1000.0


def evaporation_kg_per_mwh(
    dry_c: np.ndarray, wet_c: np.ndarray, pressure_kpa: np.ndarray, *, cold_water_c: np.ndarray, range_k: float
) -> np.ndarray:
    """Water evaporated for each MWh of heat that the tower rejects.

    Air leaves saturated at the mean of hot and cold water; the heat that the water loses is the rise of the air's
    enthalpy less what the make-up brings. Make-up enters at the cold-water temperature.

    Parameters
    ----------
    dry_c : array
        Dry bulb, degC.
    wet_c : array
        Wet bulb, degC.
    pressure_kpa : array
        Air pressure, kPa.
    cold_water_c : array
        Water that leaves the tower, degC.
    range_k : float
        Hot less cold water, K.

    Returns
    -------
    array
        Evaporation, kg/MWh of heat, shape of the arguments together.

    Notes
    -----
    Valid for: wet counterflow towers, outlet warmer than the inlet's wet bulb.

    References
    ----------
    MERKEL, ASHRAESYS : Merkel's balance with saturated outlet air (ASHRAE HVAC Systems and Equipment, cooling
        towers).

    Examples
    --------
    >>> dry, wet, cold = np.array([33.0, 5.0]), np.array([25.0, 3.0]), np.array([29.0, 27.0])
    >>> evaporation_kg_per_mwh(dry, wet, np.array(101.0), cold_water_c=cold, range_k=8.0).round().tolist()
    [1475.0, 1030.0]
    """
    outlet_c = cold_water_c + 0.5 * range_k
    inside = humidity_ratio(saturation_kpa(outlet_c), pressure_kpa)
    outside = np.maximum(humidity_ratio_at_wet_bulb(dry_c, wet_c, pressure_kpa), 0.0)
    gain = inside - outside
    heat = enthalpy_kj_per_kg(outlet_c, inside) - enthalpy_kj_per_kg(dry_c, outside) - gain * WATER_KJ_KG_K * cold_water_c
    out: np.ndarray = KJ_PER_MWH * gain / heat
    return out


def make_up_kg_per_mwh(evaporation: np.ndarray, *, cycles: float, drift_frac: float, range_k: float) -> np.ndarray:
    """Make-up for each MWh of heat: evaporation, blowdown that holds the cycles of concentration, and drift.

    Salts balance: make-up = cycles x (blowdown + drift), so that blowdown = evaporation / (cycles - 1) - drift; at very
    many cycles drift alone carries the salt and blowdown is zero.

    Parameters
    ----------
    evaporation : array
        Water evaporated for each MWh of heat, kg/MWh.
    cycles : float
        Salt of the tower's water over that of its make-up, no unit.
    drift_frac : float
        Drift over the circulating water, 0 to 1.
    range_k : float
        Hot less cold water, K.

    Returns
    -------
    array
        Make-up, kg/MWh of heat, shape of ``evaporation``.

    References
    ----------
    ASHRAESYS

    Examples
    --------
    >>> round(float(make_up_kg_per_mwh(np.array(1200.0), cycles=5.0, drift_frac=5e-6, range_k=8.0)), 6)
    1500.0
    """
    circulation = KJ_PER_MWH / (WATER_KJ_KG_K * range_k)
    drift = drift_frac * circulation
    blowdown = np.maximum(evaporation / (cycles - 1.0) - drift, 0.0)
    return evaporation + blowdown + drift
