"""What a raster says of its altitudes: their unit, scale and offset, from GeoTIFF keys, the system it names, or GDAL's metadata."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.units import METRES_PER_FOOT, METRES_PER_US_SURVEY_FOOT

UNITS = {"m": 1.0, "ft": METRES_PER_FOOT, "us-ft": METRES_PER_US_SURVEY_FOOT, "cm": 0.01, "dm": 0.1, "mm": 0.001, "km": 1000.0}
"""Units that a scenario or a command may name."""
SPELT = {
    **dict.fromkeys(("metre", "metres", "meter", "meters"), "m"),
    **dict.fromkeys(("foot", "feet", "international foot", "intl foot"), "ft"),
    **dict.fromkeys(
        ("us survey foot", "us survey feet", "u.s. survey foot", "us_survey_foot", "ftus", "us-foot", "foot_us", "survey foot"), "us-ft"
    ),
    **dict.fromkeys(("centimetre", "centimetres", "centimeter", "centimeters"), "cm"),
    **dict.fromkeys(("decimetre", "decimetres", "decimeter", "decimeters"), "dm"),
    **dict.fromkeys(("millimetre", "millimetres", "millimeter", "millimeters"), "mm"),
}
UNIT_CODES = {9001: "m", 9002: "ft", 9003: "us-ft", 9036: "km", 1025: "mm", 1033: "cm", 9005: "ft", 9094: "ft", 9095: "ft"}
"""EPSG codes of units in the key VerticalUnits."""
VERTICAL_SYSTEMS = {5703: "m", 3855: "m", 5773: "m", 5714: "m", 5701: "m", 7837: "m", 6360: "us-ft", 5702: "us-ft", 8228: "ft"}
"""Heights by EPSG code, for when pyproj is not installed."""
VERTICAL_UNITS, VERTICAL_CODE, PROJECTED_CODE, LINEAR_UNITS, USER_DEFINED = 4099, 4096, 3072, 3076, 32767
GIVE = "give the unit of its altitudes (--terrain-unit, or unit of noise.terrain): m, ft, us-ft, cm, dm, mm"


@dataclass(frozen=True)
class Vertical:
    """Altitude in metres = (value times ``scale`` plus ``offset``) times the length of ``unit``."""

    unit: str = ""
    """Empty: not stated."""
    scale: float = 1.0
    offset: float = 0.0
    horizontal_feet: bool = False
    """Whether the plan coordinates are in feet."""

    def metres_per_unit(self) -> float:
        """Metres of one unit; metres where none is stated."""
        return UNITS[self.unit or "m"]


NOT_STATED = Vertical()


def named_unit(text: str) -> str:
    """Unit by any of its spellings; empty where it is none that is known.

    >>> named_unit("US survey foot"), named_unit("Feet"), named_unit("m"), named_unit("K")
    ('us-ft', 'ft', 'm', '')
    """
    plain = text.strip().lower()
    return plain if plain in UNITS else SPELT.get(plain, "")


def geotiff_vertical(keys: dict[int, int], gdal_xml: str, path: Path) -> Vertical:
    """Unit of a GeoTIFF's altitudes: GDAL's unit of the band, else the unit key, else that of the system of heights it names.

    Source: OGC GeoTIFF 1.1, keys 3072, 3076, 4096 and 4099; GDAL's metadata tag 42112.
    """
    told = _gdal_items(gdal_xml)
    scale, offset = (_number(told.get(role, ""), otherwise, path) for role, otherwise in (("scale", 1.0), ("offset", 0.0)))
    if scale == 0.0:
        raise refuse("its scale is 0: every altitude would be the same", file=str(path), fix="export it again")
    unit = ""
    if told.get("unittype", "").strip():
        unit = named_unit(told["unittype"])
        if not unit:
            raise refuse(f"its altitudes are in {told['unittype']!r}, which is no length that is known", file=str(path), fix=GIVE)
    elif keys.get(VERTICAL_UNITS, USER_DEFINED) not in (0, USER_DEFINED):
        unit = UNIT_CODES.get(keys[VERTICAL_UNITS], "")
        if not unit:
            raise refuse(f"its vertical unit has the code {keys[VERTICAL_UNITS]}, which is not known", file=str(path), fix=GIVE)
    else:
        unit = _of_system(keys, path)
    return Vertical(unit, scale, offset, _horizontal_feet(keys))


def _gdal_items(xml: str) -> dict[str, str]:
    """Role -> text of the items of the first band."""
    if not xml or "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        return {}
    try:
        root = ElementTree.fromstring(xml.strip("\0 \n"))
    except ElementTree.ParseError:
        return {}
    items = [i for i in root.iter("Item") if i.get("sample", "0") == "0"]
    return {str(i.get("role") or i.get("name") or "").lower(): i.text or "" for i in items}


def _number(text: str, otherwise: float, path: Path) -> float:
    if not text.strip():
        return otherwise
    try:
        return float(text)
    except ValueError:
        raise refuse(f"its scale or offset {text!r} is not a number", file=str(path), fix="export it again") from None


def _of_system(keys: dict[int, int], path: Path) -> str:
    """Unit of heights by the vertical system, or by a compound system that stands in for the projected one."""
    codes = [keys[k] for k in (VERTICAL_CODE, PROJECTED_CODE) if 1024 <= keys.get(k, 0) < USER_DEFINED]
    for code in codes:
        axis = _vertical_axis(code)
        if axis is not None:
            if axis.direction.lower() == "down":
                raise refuse(f"EPSG:{code} counts depths downwards, not altitudes", file=str(path), fix="save it as altitudes, upwards")
            unit = next((u for u, m in UNITS.items() if abs(m - axis.unit_conversion_factor) < 1e-9), "")
            if not unit:
                raise refuse(f"EPSG:{code} has heights in {axis.unit_name!r}, which is not known", file=str(path), fix=GIVE)
            return unit
        if code in VERTICAL_SYSTEMS:
            return VERTICAL_SYSTEMS[code]
    return ""


def _vertical_axis(code: int) -> Any:
    """Axis of heights of an EPSG system, None where it has none or pyproj is not installed."""
    system = _system(code)
    return None if system is None else next((a for a in system.axis_info if a.direction.lower() in ("up", "down")), None)


def _horizontal_feet(keys: dict[int, int]) -> bool:
    """Whether the plan coordinates are in feet by the unit key or the projected system."""
    if keys.get(LINEAR_UNITS) in (9002, 9003):
        return True
    system = _system(keys[PROJECTED_CODE]) if 1024 <= keys.get(PROJECTED_CODE, 0) < USER_DEFINED else None
    return system is not None and any("foot" in a.unit_name.lower() for a in system.axis_info[:2])


def _system(code: int) -> Any:
    try:
        from pyproj import CRS
        from pyproj.exceptions import CRSError
    except ImportError:
        return None
    try:
        return CRS.from_epsg(code)
    except CRSError:
        return None
