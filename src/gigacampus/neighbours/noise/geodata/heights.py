"""Heights as the properties of a feature state them: names and units that people use, storeys, and bodies that float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any

from gigacampus.foundation.units import METRES_PER_FOOT

STOREY_M = 3.0
HIGHEST_M = 1000.0
"""No building or wall is higher."""
MISSING_MARKS = (-1.0, -99.0, -999.0, -9999.0)
"""Numbers that data sets write where they know no height."""
TALL_M = 100.0
"""Few buildings are higher: above, a number may as well be an altitude, or centimetres."""
SAME_FRAC = 0.05
"""Two stated heights that differ by no more than this share agree."""
UNIT_M = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mtr"), 1.0),
    **dict.fromkeys(("ft", "feet", "foot", "'"), METRES_PER_FOOT),
    **dict.fromkeys(("cm", "centimetres", "centimeters"), 0.01),
    **dict.fromkeys(("dm", "decimetres", "decimeters"), 0.1),
    **dict.fromkeys(("mm", "millimetres", "millimeters"), 0.001),
    **dict.fromkeys(("yd", "yards"), 3.0 * METRES_PER_FOOT),
    **dict.fromkeys(("in", "inches", '"'), METRES_PER_FOOT / 12.0),
}
_UNITS = "|".join(sorted((re.escape(u) for u in UNIT_M), key=len, reverse=True))
_VALUE = re.compile(rf"([-+]?\d+(?:[.,]\d+)?)\s*({_UNITS})?\.?\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|in|inches)\.?)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d,\d{3}\b")
_PREFIX = r"(?:(?:building|bldg|bld|structure|est|estimated|max|measured|render|total|wall|receiver|mic)_?)?"
_WORDS = "height|hgt|ht|hoehe|h_he|hauteur|altura|altezza"
_HEIGHT = re.compile(rf"{_PREFIX}(?:{_WORDS})(?:_?(?:agl|above_ground))?(?:_?({'|'.join(u for u in UNIT_M if u.isalpha())}))?")
_CLEARANCE = ("maxheight", "maxheight_physical", "clearance_height")
"""Names of the height of what may pass below, which says nothing of what stands above it."""
_UNIT_BESIDE = re.compile(rf"(?:{_PREFIX}(?:height|hgt|ht)_?)?(?:unit|units|uom|unit_of_measure)")
"""Names of properties that hold the unit of a height beside them."""
_LIKE_A_HEIGHT = re.compile(r"height|hgt|elev|altitude|storey|storie|floor|level|(^|_)(ele|alt|z|h|zmax|hmax)($|_)")
STOREYS = (
    "building_levels",
    "levels",
    "num_floors",
    "numfloors",
    "number_of_floors",
    "building_floors",
    "floors",
    "floor_count",
    "storeys",
    "stories",
    "num_storeys",
    "num_stories",
    "number_of_storeys",
    "number_of_stories",
    "storeys_above_ground",
    "storeysaboveground",
)
NO_HEIGHT_OF_ITS_OWN = ("roof_height", "roof_levels", "building_levels_underground", "levels_underground", "level", "layer")
BELOW = {"min_height": 1.0, "building_min_height": 1.0, "render_min_height": 1.0, "min_floor": STOREY_M, "building_min_level": STOREY_M}
"""Names that say how far above the ground a body begins, and what one of theirs is in metres."""


def plain_name(key: str) -> str:
    """A property's name in small letters, with one underscore for whatever else stands between them.

    >>> plain_name("Height (ft)"), plain_name("building:levels"), plain_name("HEIGHT_M")
    ('height_ft', 'building_levels', 'height_m')
    """
    return re.sub(r"[^a-z0-9]+", "_", key.strip().lower()).strip("_")


def metres(text: str, *, unit: str = "m") -> float | None:
    """Metres of a height as people write it, in ``unit`` unless the text says another; None where it cannot be read.

    >>> metres("8 m"), metres("8,5"), round(metres("24 ft"), 2), round(metres("7'6\\""), 2), metres("tall"), metres("1,200")
    (8.0, 8.5, 7.32, 2.29, None, None)
    >>> round(metres("40", unit="ft"), 2), metres("850 cm")
    (12.19, 8.5)
    """
    tidy = text.strip().translate({0x2032: "'", 0x2019: "'", 0x2033: '"', 0x201D: '"'})
    match = _VALUE.fullmatch(tidy)
    if match is None or _THOUSANDS.search(tidy):
        return None
    value, named, inches = float(match.group(1).replace(",", ".")), (match.group(2) or unit).lower(), match.group(3)
    if inches is not None:
        return (value + float(inches) / 12.0) * METRES_PER_FOOT if UNIT_M[named] == METRES_PER_FOOT else None
    return value * UNIT_M[named]


@dataclass(frozen=True)
class Stated:
    """What the properties of one feature say of its height."""

    height_m: float | None
    """None where nothing that can be used is said."""
    faults: tuple[str, ...] = ()
    absent: bool = False
    """True where the properties say that there is no height: 0 m, or no storey above the ground."""


def stated_height(properties: dict[str, Any]) -> Stated:
    """Height above ground that properties state, in metres, by any of the names and units in use.

    >>> stated_height({"HEIGHT_FT": 40}).height_m
    12.192
    >>> stated_height({"Height": "tall", "building:levels": "4"})
    Stated(height_m=12.0, faults=('Height is not a height that can be read',), absent=False)
    """
    found: dict[str, float] = {}
    faults: list[str] = []
    zero = False
    for key, value, unit in _candidates(properties):
        read = metres(str(value), unit=unit) if unit != "storey" else _storeys_m(str(value))
        if _number(value) in MISSING_MARKS:
            faults.append(f"{key} holds a mark of a missing value")
        elif read is None or read > HIGHEST_M:
            faults.append(f"{key} is not a height that can be read")
        elif read > TALL_M and unit != "storey":
            faults.append(f"{key} is {read:g} m: a height above the ground, or an altitude, or in another unit? Used as a height")
            found[key] = read
        elif read <= 0.0:
            faults.append(f"{key} is not above zero; left out")
            zero = True
        elif not (unit == "storey" and found):
            found[key] = read
    if not found:
        return Stated(None, tuple(faults), absent=zero)
    first, *others = found.items()
    faults += [
        f"{first[0]} and {key} disagree; {first[0]} is used"
        for key, value in others
        if abs(value - first[1]) > SAME_FRAC * max(value, first[1])
    ]
    return Stated(first[1], tuple(faults))


def _number(value: Any) -> float | None:
    try:
        found = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None


def _storeys_m(text: str) -> float | None:
    count = _number(text)
    return None if count is None else count * STOREY_M


def _candidates(properties: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """Properties that state a height: name, value and unit (``storey`` for storeys), heights before storeys and metres before feet."""
    out, beside = [], _unit_beside(properties)
    for key, value in properties.items():
        if value is None or str(value).strip() == "":
            continue
        name = plain_name(str(key))
        match = None if name in _CLEARANCE else _HEIGHT.fullmatch(name)
        if match is not None:
            out.append((str(key), value, match.group(1) or beside))
        elif name in STOREYS:
            out.append((str(key), value, "storey"))
    return sorted(out, key=lambda row: (row[2] == "storey", UNIT_M.get(row[2], 1.0) != 1.0))


def _unit_beside(properties: dict[str, Any]) -> str:
    """Unit of heights that another property states (``height_unit``, ``uom``); metres where none does, or it names no length.

    >>> _unit_beside({"height": 40, "height_unit": "Feet"}), _unit_beside({"height": 40, "units": 12})
    ('feet', 'm')
    """
    said = (str(v).strip().lower().rstrip(".") for k, v in properties.items() if is_unit_beside(str(k)))
    return next((unit for unit in said if unit in UNIT_M), "m")


def is_unit_beside(key: str) -> bool:
    """Whether a property holds the unit of a height beside it."""
    return _UNIT_BESIDE.fullmatch(plain_name(key)) is not None


def states_height(properties: dict[str, Any]) -> bool:
    """Whether any property states a height or storeys, readable or not."""
    return bool(_candidates(properties))


def starts_above_m(properties: dict[str, Any]) -> float:
    """How far above the ground a body begins; 0 where nothing is said.

    >>> starts_above_m({"min_height": "4 m"}), starts_above_m({"building:min_level": 2}), starts_above_m({})
    (4.0, 6.0, 0.0)
    """
    found = [(metres(str(v)) or 0.0) * BELOW[plain_name(str(k))] for k, v in properties.items() if plain_name(str(k)) in BELOW]
    return max(found, default=0.0)


def unread_heights(properties: dict[str, Any], *, but: tuple[str, ...] = NO_HEIGHT_OF_ITS_OWN) -> list[str]:
    """Names of properties that look like a height and are not read as one, ``but`` those that are known to be none."""
    known = {key for key, _, _ in _candidates(properties)}
    return [
        str(key)
        for key, value in properties.items()
        if str(key) not in known
        and not is_unit_beside(str(key))
        and value not in (None, "")
        and plain_name(str(key)) not in (*but, *BELOW)
        and _LIKE_A_HEIGHT.search(plain_name(str(key)))
    ]
