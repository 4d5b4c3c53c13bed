"""Absorption of sound by the air, and the humidity that it needs."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.propagation.bands import EXACT_HZ

REFERENCE_PRESSURE_KPA = 101.325
KELVIN_OFFSET_K = 273.15
REFERENCE_K = 293.15
TRIPLE_POINT_K = 273.16


def air_absorption_db_per_m(
    temperature_degc: np.ndarray | float,
    humidity_frac: np.ndarray | float,
    *,
    pressure_kpa: np.ndarray | float,
    frequency_hz: np.ndarray = EXACT_HZ,
) -> np.ndarray:
    """Pure-tone absorption at the exact mid-band frequencies; shape of the weather plus (band,).

    Parameters
    ----------
    temperature_degc : float or array
        Air temperature, degC.
    humidity_frac : float or array
        Relative humidity, 0 to 1.
    pressure_kpa : float or array
        Air pressure, kPa.
    frequency_hz : array, optional
        Exact mid-band frequencies, Hz.

    Returns
    -------
    array
        Absorption, dB/m, shape of the weather plus (band,).

    Notes
    -----
    Valid for: -20 to 50 degC, 10 to 100 % humidity.

    References
    ----------
    ISO9613P1 : ISO 9613-1:1993, equations 3 to 5 and B.1 to B.3.

    Examples
    --------
    >>> float((1000 * air_absorption_db_per_m(10.0, 0.70, pressure_kpa=101.325)[5]).round(2))
    3.66
    """
    kelvin = np.asarray(temperature_degc, dtype=float)[..., None] + KELVIN_OFFSET_K
    ratio = np.asarray(pressure_kpa, dtype=float)[..., None] / REFERENCE_PRESSURE_KPA
    saturation = 10.0 ** (4.6151 - 6.8346 * (TRIPLE_POINT_K / kelvin) ** 1.261)
    water_pct = 100.0 * np.asarray(humidity_frac, dtype=float)[..., None] * saturation / ratio
    warm = kelvin / REFERENCE_K
    oxygen_hz = ratio * (24.0 + 4.04e4 * water_pct * (0.02 + water_pct) / (0.391 + water_pct))
    nitrogen_hz = ratio * warm**-0.5 * (9.0 + 280.0 * water_pct * np.exp(-4.17 * (warm ** (-1.0 / 3.0) - 1.0)))
    f2 = np.asarray(frequency_hz) ** 2
    relaxation = 0.01275 * np.exp(-2239.1 / kelvin) / (oxygen_hz + f2 / oxygen_hz) + 0.1068 * np.exp(-3352.0 / kelvin) / (
        nitrogen_hz + f2 / nitrogen_hz
    )
    return 8.686 * f2 * (1.84e-11 * np.sqrt(warm) / ratio + warm**-2.5 * relaxation)


def humidity_from_wet_bulb_frac(dry_degc: np.ndarray, wet_degc: np.ndarray, *, pressure_kpa: np.ndarray) -> np.ndarray:
    """Relative humidity from dry and wet bulb, kept within 5 to 100 %.

    Parameters
    ----------
    dry_degc : array
        Dry bulb, degC.
    wet_degc : array
        Wet bulb, degC.
    pressure_kpa : array
        Air pressure, kPa.

    Returns
    -------
    array
        Relative humidity, 0.05 to 1, shape of the arguments together.

    Notes
    -----
    Valid for: -20 to 50 degC.

    References
    ----------
    PSYCHRO : psychrometer equation with coefficient 6.6e-4 (1 + 0.00115 Tw) per K and Magnus saturation over water.

    Examples
    --------
    >>> float(humidity_from_wet_bulb_frac(np.array(20.0), np.array(15.0), pressure_kpa=np.array(101.325)).round(2))
    0.58
    """
    vapour = _saturation_kpa(wet_degc) - 6.6e-4 * (1.0 + 0.00115 * wet_degc) * pressure_kpa * (dry_degc - wet_degc)
    out: np.ndarray = np.clip(vapour / _saturation_kpa(dry_degc), 0.05, 1.0)
    return out


def _saturation_kpa(temperature_degc: np.ndarray) -> np.ndarray:
    return 0.6112 * np.exp(17.62 * temperature_degc / (243.12 + temperature_degc))
