"""Named constants and the unit table: the only place where 3.6e6 or 907.185 may stand."""

from __future__ import annotations

DAYS_PER_WEEK = 7.0
HOURS_PER_DAY = 24
HOURS_PER_YEAR = 8760
DAYS_PER_YEAR = 365
MONTHS_PER_YEAR = 12
SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3600.0
MINUTES_PER_HOUR = 60.0
SECONDS_PER_DAY = 86400.0
J_PER_MWH = 3.6e9
KW_PER_MW = 1000.0
MJ_PER_MMBTU = 1055.06
HHV_PER_LHV_GAS = 1.108
"""Higher over lower heating value of pipeline natural gas. Source: power reference notes (gas_turbines table)."""
KG_PER_LB = 0.45359237
KG_PER_SHORT_TON = 907.18474
M3_PER_GALLON = 0.003785411784
METRES_PER_FOOT = 0.3048
METRES_PER_US_SURVEY_FOOT = 1200.0 / 3937.0
KELVIN_OFFSET = 273.15
MILLION = 1.0e6
BILLION = 1.0e9

# symbol -> (dimension, factor to the dimension's reference unit)
UNIT_TABLE: dict[str, tuple[str, float]] = {
    "W": ("power", 1e-6),
    "kW": ("power", 1e-3),
    "MW": ("power", 1.0),
    "GW": ("power", 1e3),
    "Wh": ("energy", 1e-6),
    "kWh": ("energy", 1e-3),
    "MWh": ("energy", 1.0),
    "GWh": ("energy", 1e3),
    "TWh": ("energy", 1e6),
    "USD": ("money", 1.0),
    "kUSD": ("money", 1e3),
    "MUSD": ("money", 1e6),
    "GUSD": ("money", 1e9),
    "USD/MWh": ("energy price", 1.0),
    "USD/kWh": ("energy price", 1e3),
    "cent/kWh": ("energy price", 10.0),
    "USD/MMBtu": ("fuel price", 1.0),
    "USD/kW-month": ("demand price", 1.0),
    "USD/MW": ("power cost", 1.0),
    "kUSD/MW": ("power cost", 1e3),
    "MUSD/MW": ("power cost", 1e6),
    "USD/kW": ("power cost", 1e3),
    "USD/year": ("money rate", 1.0),
    "USD/month": ("money rate", 12.0),
    "USD/m3": ("water price", 1.0),
    "USD/kgal": ("water price", 1.0 / (M3_PER_GALLON * 1e3)),
    "1/year": ("rate", 1.0),
    "%/year": ("rate", 0.01),
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "day": ("time", 86400.0),
    "month": ("time", 365.0 / 12 * 86400.0),
    "year": ("time", 365.0 * 86400.0),
    "m": ("length", 1.0),
    "km": ("length", 1e3),
    "ft": ("length", METRES_PER_FOOT),
    "mi": ("length", 1609.344),
    "m2": ("area", 1.0),
    "km2": ("area", 1e6),
    "acre": ("area", 4046.8564224),
    "ft2": ("area", 0.09290304),
    "m3": ("volume", 1.0),
    "L": ("volume", 1e-3),
    "gal": ("volume", M3_PER_GALLON),
    "Mgal": ("volume", M3_PER_GALLON * 1e6),
    "acre-ft": ("volume", 1233.48183754752),
    "m3/day": ("flow", 1.0),
    "MGD": ("flow", M3_PER_GALLON * 1e6),
    "gal/day": ("flow", M3_PER_GALLON),
    "kg": ("mass", 1.0),
    "t": ("mass", 1e3),
    "kilotonne": ("mass", 1e6),
    "Mt": ("mass", 1e9),
    "short ton": ("mass", KG_PER_SHORT_TON),
    "million short tons": ("mass", KG_PER_SHORT_TON * 1e6),
    "lb": ("mass", KG_PER_LB),
    "t/year": ("mass rate", 1.0),
    "short ton/year": ("mass rate", KG_PER_SHORT_TON / 1e3),
    "kg/MMBtu": ("emission factor", 1.0),
    "lb/MMBtu": ("emission factor", KG_PER_LB),
    "kg/s": ("mass flow", 1.0),
    "lb/s": ("mass flow", KG_PER_LB),
    "ug/m3": ("mass concentration", 1.0),
    "mg/m3": ("mass concentration", 1e3),
    "K": ("temperature step", 1.0),
    "degC": ("temperature", 1.0),
    "degF": ("temperature", 5.0 / 9.0),
    "kelvin": ("temperature", 1.0),
    "Pa": ("pressure", 0.01),
    "hPa": ("pressure", 1.0),
    "kPa": ("pressure", 10.0),
    "bar": ("pressure", 1000.0),
    "inHg": ("pressure", 33.8638866667),
    "mmHg": ("pressure", 1.33322387415),
    "m/s": ("speed", 3.6),
    "km/h": ("speed", 1.0),
    "mph": ("speed", 1.609344),
    "kn": ("speed", 1.852),
    "W/m2": ("irradiance", 1.0),
    "kW/m2": ("irradiance", 1e3),
    "Wh/m2": ("irradiation", 1.0),
    "kWh/m2": ("irradiation", 1e3),
    "J/m2": ("irradiation", 1.0 / 3600.0),
    "kJ/m2": ("irradiation", 1e3 / 3600.0),
    "MJ/m2": ("irradiation", 1e6 / 3600.0),
    "J/cm2": ("irradiation", 1e4 / 3600.0),
    "tenths": ("sky cover", 1.0),
    "oktas": ("sky cover", 1.25),
    "deg": ("angle", 1.0),
    "dB": ("level", 1.0),
    "dBA": ("level A", 1.0),
    "dBC": ("level C", 1.0),
    "FLOP": ("work", 1.0),
    "PFLOP": ("work", 1e15),
    "EFLOP": ("work", 1e18),
    "FLOP/s": ("work rate", 1.0),
    "TFLOP/s": ("work rate", 1e12),
    "PFLOP/s": ("work rate", 1e15),
    "GB/s": ("data rate", 1e9),
    "TB/s": ("data rate", 1e12),
    "GB": ("data", 1e9),
    "TB": ("data", 1e12),
    "kJ/kWh": ("heat rate", 1.0),
    "Btu/kWh": ("heat rate", 1.05506),
    "ppm": ("concentration", 1.0),
    "1": ("ratio", 1.0),
    "%": ("ratio", 0.01),
}

UNIT_OFFSET: dict[str, float] = {"degF": -32.0 * 5.0 / 9.0, "kelvin": -KELVIN_OFFSET}
"""What is added after the factor, for scales whose zero is another."""


def convert(value: float, unit: str, to: str) -> float:
    """Convert ``value`` from ``unit`` to ``to``; raise ``ValueError`` naming both when the dimensions differ.

    >>> convert(1.2, "GW", "MW"), round(convert(98.6, "degF", "degC"), 9)
    (1200.0, 37.0)
    """
    if unit == to:
        return value
    if to not in UNIT_TABLE:
        raise ValueError(f"{unit!r} cannot be converted to {to}: give the number in {to}")
    if unit not in UNIT_TABLE:
        raise ValueError(f"unknown unit {unit!r}")
    dimension, factor = UNIT_TABLE[unit]
    to_dimension, to_factor = UNIT_TABLE[to]
    if dimension != to_dimension:
        raise ValueError(f"{unit} is a unit of {dimension}, but {to} ({to_dimension}) is expected")
    moved = value * factor
    return (moved + UNIT_OFFSET.get(unit, 0.0) - UNIT_OFFSET.get(to, 0.0)) / to_factor
