"""Units as people spell them: `kw`, `Short tons`, `USD bn`, `°F`; each to its symbol of the unit table, or to nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from gigacampus.foundation.units import UNIT_TABLE

_SPELT = {
    "w": "W", "kw": "kW", "mw": "MW", "gw": "GW", "megawatt": "MW", "kilowatt": "kW", "gigawatt": "GW", "watt": "W", "megawatts": "MW",
    "kilowatts": "kW", "gigawatts": "GW", "watts": "W", "mwel": "MW", "kwel": "kW", "mwe": "MW", "kwe": "kW",
    "wh": "Wh", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "twh": "TWh", "mwh/h": "MW", "kwh/h": "kW", "mw-h": "MWh",
    "c": "degC", "°c": "degC", "degc": "degC", "deg c": "degC", "celsius": "degC", "ºc": "degC", "degrees c": "degC",
    "f": "degF", "°f": "degF", "degf": "degF", "deg f": "degF", "fahrenheit": "degF", "ºf": "degF", "degrees f": "degF",
    "kelvin": "kelvin", "°k": "kelvin", "degk": "kelvin",
    "pa": "Pa", "hpa": "hPa", "kpa": "kPa", "mbar": "hPa", "mb": "hPa", "millibar": "hPa", "bar": "bar", "inhg": "inHg", "mmhg": "mmHg",
    "m/s": "m/s", "m_s": "m/s", "ms": "m/s", "mps": "m/s", "m s-1": "m/s", "ms-1": "m/s", "m/sec": "m/s", "km/h": "km/h", "kmh": "km/h",
    "kph": "km/h", "km_h": "km/h", "mph": "mph", "mi/h": "mph", "kn": "kn", "kt": "kn", "kts": "kn", "knots": "kn", "knot": "kn",
    "deg": "deg", "°": "deg", "degrees": "deg", "degree": "deg", "°n": "deg",
    "w/m2": "W/m2", "w/m²": "W/m2", "w/m^2": "W/m2", "w_m2": "W/m2", "wm2": "W/m2", "w m-2": "W/m2", "wh_m2": "Wh/m2",
    "wh/m^2": "Wh/m2", "kw_m2": "kW/m2", "kwh_m2": "kWh/m2", "kwh/m^2": "kWh/m2", "mj_m2": "MJ/m2", "mj/m^2": "MJ/m2", "kj_m2": "kJ/m2",
    "kj/m^2": "kJ/m2", "j_m2": "J/m2", "j/m^2": "J/m2", "j_cm2": "J/cm2", "j/cm^2": "J/cm2", "mj m-2": "MJ/m2", "wh m-2": "Wh/m2",
    "kj m-2": "kJ/m2", "j m-2": "J/m2",
    "pct": "%", "percent": "%", "%": "%", "per cent": "%", "prozent": "%", "frac": "1", "fraction": "1", "share": "1", "1": "1",
    "tenths": "tenths", "oktas": "oktas", "okta": "oktas", "eighths": "oktas",
    "metres": "m", "meters": "m", "metre": "m", "meter": "m", "feet": "ft", "foot": "ft", "ft": "ft", "miles": "mi", "mile": "mi",
    "kilometres": "km", "kilometers": "km", "km": "km", "m": "m", "acres": "acre", "square feet": "ft2", "sqft": "ft2", "sq ft": "ft2",
    "m³": "m3", "cubic metres": "m3", "cubic meters": "m3", "litres": "L", "liters": "L", "l": "L", "gallons": "gal", "gallon": "gal",
    "us gallons": "gal", "acre-feet": "acre-ft", "acre feet": "acre-ft", "acre-foot": "acre-ft", "ac-ft": "acre-ft",
    "million gallons": "Mgal", "mgal": "Mgal", "mgd": "MGD", "m³/day": "m3/day", "gpd": "gal/day",
    "gallons a day": "gal/day", "gallons per day": "gal/day",
    "tonne": "t", "tonnes": "t", "metric ton": "t", "metric tons": "t", "short tons": "short ton", "short_tons": "short ton",
    "us tons": "short ton", "us ton": "short ton", "st": "short ton", "pounds": "lb", "lbs": "lb", "kilograms": "kg", "kilogram": "kg",
    "kilotonnes": "kilotonne", "ktonnes": "kilotonne",
    "million tonnes": "Mt",
    "million metric tons": "Mt", "t/y": "t/year",
    "db(a)": "dBA", "dba": "dBA", "db a": "dBA", "dbc": "dBC", "db(c)": "dBC", "db": "dB", "decibel": "dB", "decibels": "dB",
    "hours": "h", "hour": "h", "hrs": "h", "hr": "h", "days": "day", "months": "month", "years": "year", "minutes": "min",
    "seconds": "s",
    "ppmv": "ppm", "ppmvd": "ppm", "usd/mmbtu": "USD/MMBtu", "$/mmbtu": "USD/MMBtu", "usd/mwh": "USD/MWh", "$/mwh": "USD/MWh",
    "usd/kwh": "USD/kWh", "$/kwh": "USD/kWh", "cents/kwh": "cent/kWh", "c/kwh": "cent/kWh", "¢/kwh": "cent/kWh",
}  # fmt: skip
_AMBIGUOUS = {
    "ton": "short ton or t", "tons": "short ton or t", "million tons": "short tons or t", "kilotons": "short tons or t",

    "k": "kelvin or thousands",
    "mt": "t (metric tons) or million tonnes",
}  # fmt: skip
"""Words that stand for more than one unit, and what to write instead."""
_NOT_MEANT = {
    **dict.fromkeys(("kva", "mva", "gva"), "apparent power; multiply by the power factor and give MW"),
    **dict.fromkeys(("kvar", "mvar", "gvar"), "reactive power, which is no load in MW"),
    **dict.fromkeys(("amp", "amps", "ampere", "amperes", "ka"), "current; give the power in MW"),
    **dict.fromkeys(("mvah", "kvah"), "apparent energy; multiply by the power factor and give MWh"),
    **dict.fromkeys(("mvarh", "kvarh"), "reactive energy, which is no load in MWh"),
}
"""Units of quantities that look like the one wanted, and why they cannot be taken for it."""
_ALSO = {"kt": "kilotonne"}
"""Second meanings, taken where the dimension fits."""
_SCALES = {
    "": 1.0, "k": 1e3, "thousand": 1e3, "thousands": 1e3, "tsd": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "mln": 1e6,
    "million": 1e6,

    "millions": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "g": 1e9, "billion": 1e9, "billions": 1e9, "mrd": 1e9, "tn": 1e12,
    "trillion": 1e12,
}  # fmt: skip
_SCALE_WORDS = re.compile(r"(thousands?|millions?|billions?|trillions?|mn|mio|mln|bn|mrd|tn)(?:\s+(?:of\s+)?(.*))?")
_DOLLARS = ("us dollars", "us dollar", "dollars", "dollar", "us$", "usd", "$")
_OTHERS = ("eur", "€", "gbp", "£", "jpy", "¥", "cny", "rmb", "chf", "cad", "aud", "sek", "inr", "krw", "euro", "euros", "pounds sterling")


_FOLDED = {symbol.casefold(): symbol for symbol in UNIT_TABLE if [s.casefold() for s in UNIT_TABLE].count(symbol.casefold()) == 1}
_OTHER = re.compile("|".join(rf"(?<![a-z]){word}(?![a-z])" if word.isascii() else re.escape(word) for word in _OTHERS))


_OF_GAS = re.compile(r"(?<=[a-z])[\s_]*(?:of )?co2(?:[\s_-]?eq?)?(?=[)\]}]?$)")
"""What a mass is of, behind its unit: ``kt CO2e`` is a mass of kilotonnes."""


class UnknownUnit(ValueError):
    """A unit that cannot be used; the text says why and what to write."""


def normal_unit(text: str) -> str:
    """A unit's spelling without case, doubled spaces and brackets."""
    plain = unicodedata.normalize("NFKC", text.replace("º", "°")).strip().casefold()
    plain = _OF_GAS.sub("", plain)
    if plain[:1] + plain[-1:] in ("()", "[]", "{}"):
        plain = plain[1:-1].strip()
    return re.sub(r"\s+", " ", plain)


@lru_cache(maxsize=4096)
def symbol_of(text: str) -> str | None:
    """Symbol of the unit table that a spelling means; None where it means none, or more than one.

    >>> symbol_of("kw"), symbol_of("Short tons"), symbol_of("°F"), symbol_of("tons"), symbol_of("loads")
    ('kW', 'short ton', 'degF', None, None)
    """
    if text in UNIT_TABLE:
        return text
    plain = normal_unit(text)
    for spelt in (plain, plain.replace("_", " ")):
        if spelt in _AMBIGUOUS:
            return None
        if spelt in _SPELT:
            return _SPELT[spelt]
        if spelt in _FOLDED:
            return _FOLDED[spelt]
    return None


def quantity_of(text: str) -> str:
    """Which other quantity a unit belongs to, and what to give instead; empty where it is none of those that are taken for a power.

    >>> quantity_of("MVA"), quantity_of("MW")
    ('apparent power; multiply by the power factor and give MW', '')
    """
    return _NOT_MEANT.get(normal_unit(text), "")


@lru_cache(maxsize=4096)
def dollars_of(text: str) -> float | None:
    """US dollars in one unit of money as spelt; None where it is no money. Raises ``UnknownUnit`` for another currency.

    >>> dollars_of("USD bn"), dollars_of("$ million"), dollars_of("MUSD"), dollars_of("MW")
    (1000000000.0, 1000000.0, 1000000.0, None)
    """
    plain = normal_unit(text).replace("_", " ")
    if _OTHER.search(plain):
        raise UnknownUnit(f"{text!r} is another currency; give US dollars")
    for word in _DOLLARS:
        if word in plain:
            rest = re.sub(r"^(in|of) | of$", "", plain.replace(word, " ", 1).strip(" .")).strip()
            return _SCALES.get("thousands" if re.fullmatch("'?000'?s?", rest) else rest)
    return None


def factor_to(text: str, unit: str) -> tuple[float, float]:
    """Factor and offset that take a number in the unit as spelt to ``unit``, a symbol of the unit table.

    Raises ``UnknownUnit`` with the reason.

    >>> factor_to("USD bn", "USD"), factor_to("short tons", "t")[0]
    ((1000000000.0, 0.0), 0.90718474)
    """
    from gigacampus.foundation.units import UNIT_OFFSET

    to_dimension, to_factor = UNIT_TABLE[unit]
    dollars = dollars_of(text)
    if dollars is not None:
        if to_dimension != "money":
            raise UnknownUnit(f"{text!r} is a unit of money, but {unit} ({to_dimension}) is expected")
        return dollars / to_factor, 0.0
    if quantity_of(text):
        raise UnknownUnit(f"{text!r} is {quantity_of(text)}")
    if normal_unit(text) in _AMBIGUOUS:
        raise UnknownUnit(f"{text!r} can mean more than one unit; write {_AMBIGUOUS[normal_unit(text)]}")
    symbol = symbol_of(text)
    also = _ALSO.get(normal_unit(text))
    if also is not None and UNIT_TABLE[also][0] == to_dimension:
        symbol = also
    if symbol is None:
        scaled = _SCALE_WORDS.fullmatch(normal_unit(text))
        if scaled is None or (not scaled[2] and to_dimension != "ratio"):
            raise UnknownUnit(f"{text!r} of what? Write it with its unit, such as {text} {unit}" if scaled else _unknown(text))
        factor, offset = factor_to(scaled[2] or "1", unit)
        return _SCALES[scaled[1]] * factor, offset
    dimension, factor = UNIT_TABLE[symbol]
    if dimension != to_dimension:
        raise UnknownUnit(f"{text!r} is a unit of {dimension}, but {unit} ({to_dimension}) is expected")
    return factor / to_factor, (UNIT_OFFSET.get(symbol, 0.0) - UNIT_OFFSET.get(unit, 0.0)) / to_factor


def converts(unit: str, units: tuple[str, ...]) -> bool:
    """Whether a unit is one of these, or another of the same quantity.

    >>> converts("kW", ("MW", "MWh")), converts("kg", ("MW", "MWh")), converts("", ("MW",))
    (True, False, False)
    """
    for wanted in units if unit else ():
        try:
            factor_to(unit, wanted)
            return True
        except UnknownUnit:
            continue
    return False


def joined_unit(in_cell: str, in_column: str) -> str:
    """Unit of a number from the one beside it and the one of its column: they agree, or make one (``bn`` and ``USD``).

    Raises ``UnknownUnit`` where they contradict each other.

    >>> joined_unit("bn", "USD"), joined_unit("$", "m"), joined_unit("million", "gallons"), joined_unit("MW", "")
    ('bn USD', '$ m', 'million gallons', 'MW')
    """
    if not in_cell or not in_column or same_unit(in_cell, in_column):
        return in_cell or in_column
    cell, column = normal_unit(in_cell), normal_unit(in_column)
    if (cell in _SCALES and column in _DOLLARS) or (cell in _DOLLARS and column in _SCALES) or _SCALE_WORDS.fullmatch(cell):
        return f"{in_cell} {in_column}"
    raise UnknownUnit(f"{in_cell!r} stands with the value, {in_column!r} in the column unit")


def same_unit(one: str, other: str) -> bool:
    """Whether two spellings mean one unit.

    >>> same_unit("kw", "kilowatts"), same_unit("USD m", "$ million"), same_unit("MW", "GW")
    (True, True, False)
    """
    try:
        dollars = dollars_of(one), dollars_of(other)
    except UnknownUnit:
        return normal_unit(one) == normal_unit(other)
    if None not in dollars:
        return dollars[0] == dollars[1]
    return normal_unit(one) == normal_unit(other) or (symbol_of(one) is not None and symbol_of(one) == symbol_of(other))


@lru_cache(maxsize=4096)
def _unknown(text: str) -> str:
    """What is said of a unit that nothing is called by; finding the nearest spelling takes long, and tables repeat their units."""
    from gigacampus.foundation.errors import nearest

    close = nearest(normal_unit(text), _SPELT)
    return f"unknown unit {text!r}" + (f"; nearest: {_SPELT[close]}" if close else "")


def units_of(dimension: str) -> list[str]:
    """Symbols of one dimension."""
    return [symbol for symbol, (kind, _) in UNIT_TABLE.items() if kind == dimension]
