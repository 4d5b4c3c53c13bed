"""What the properties of a feature say it is: a building that stands on the ground, something that hides nothing, or no building."""

from __future__ import annotations

import re
from typing import Any

from gigacampus.neighbours.noise.geodata.heights import plain_name, starts_above_m, states_height

NOTHING = ("", "no", "none", "false", "0", "null", "nan")
OPEN_BELOW = ("roof", "carport", "canopy", "pergola", "gazebo", "shelter", "awning", "tent", "marquee", "sunshade", "bridge", "skyway")
"""Kinds of building that stand on posts, are of cloth, or hang between others: sound passes below or through them."""
SPANS = ("bridge", "pier", "pipeline", "goods_conveyor", "gantry")
"""Structures that stand on piles or posts."""
UNDERGROUND = ("underground", "cellar", "basement", "subway", "tunnel", "underwater")
NOT_STANDING = ("demolished", "razed", "removed", "destroyed", "collapsed", "ruins", "ruined", "dismantled", "proposed", "planned")
NOT_STANDING_YET = ("construction", "under_construction")
GONE = (*NOT_STANDING, *NOT_STANDING_YET, "was", "former")
PARTS = ("building", "building_part", "barrier", "wall", "man_made")
NO_BUILDING = (
    "leisure",
    "landuse",
    "natural",
    "boundary",
    "admin_level",
    "waterway",
    "water",
    "wetland",
    "highway",
    "area_highway",
    "railway",
    "route",
    "place",
    "power",
    "aeroway",
    "golf",
    "landcover",
    "surface",
    "protect_class",
    "traffic_sign",
)
"""A polygon with one of these and no tag of a building is something else, whatever height it states."""
NEUTRAL = re.compile(
    r"(osm_?|way_?|feature_?|global_?|object_?|unique_?|gers_?)?(f?id|id_?\d*|guid|uuid|uid|objectid|ogc_fid|gid|identifier|type|name|title|label)"
    r"|(alt|loc|old|official|short)_name|name_[a-z]{2,3}|addr_.*|address|street|housenumber|postcode|zip|city|state|country"
    r"|source.*|release|version|changeset|timestamp|user|visible|meta|relations|confidence|capture_dates_range|capture_date"
    r"|(shape_?|st_?)?(length|leng|area|len|perimeter)(_m2?|_sqm)?|note|description|comment|fixme|url|website|wikidata|phone|ref|layer|level"
    r"|height_source|colou?r|building_colou?r|roof_.*|building_material|facade_.*|start_date|operator|owner|ground_g|absorption_frac"
)
"""Names that say nothing of what a feature is."""
KIND = re.compile(r"(sub|feature_?|object_?)?(type|class|category|kind|layer)")
"""Names whose value says what a feature is."""
BUILDING_HINT = re.compile(r"build|bldg|footprint|structure|dwelling|house|gebaeude|batiment|edificio")
LARGEST_BUILDING_M2 = 1.0e6
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def flattened(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties with tags that some exports keep inside of one: an object ``tags``, or ``other_tags`` as key=>value text.

    >>> flattened({"name": "x", "other_tags": '"height"=>"9","building"=>"yes"'})
    {'name': 'x', 'height': '9', 'building': 'yes'}
    """
    out: dict[str, Any] = {}
    for key, value in properties.items():
        if plain_name(key) in ("tags", "other_tags", "all_tags") and isinstance(value, dict):
            out |= value
        elif plain_name(key) in ("tags", "other_tags", "all_tags") and isinstance(value, str) and _PAIR.search(value):
            out |= dict(_PAIR.findall(value))
        else:
            out[key] = value
    return out


def said(properties: dict[str, Any]) -> dict[str, str]:
    """Properties with plain names and small letters, those that say nothing left out."""
    words = {plain_name(str(k)): str(v).strip().lower() for k, v in properties.items() if isinstance(v, str | int | float | bool)}
    return {key: value for key, value in words.items() if value not in ("", "null", "nan", "none")}


def is_building(properties: dict[str, Any]) -> bool:
    """Whether properties hold a tag of a building or of a part of one.

    >>> is_building({"building": "yes"}), is_building({"building:part": "yes"}), is_building({"building": "no"}), is_building({})
    (True, True, False, False)
    """
    words = said(properties)
    return any(words.get(key, "no") not in NOTHING for key in ("building", "building_part"))


def once_a_building(properties: dict[str, Any]) -> bool:
    """Whether properties speak of a building that was, or will be: ``demolished:building``, ``proposed:building``."""
    words = said(properties)
    return any(words.get(f"{state}_{part}", "no") not in NOTHING for state in GONE for part in ("building", "building_part"))


def hides_nothing(properties: dict[str, Any]) -> str:
    """Why a building or wall with these properties screens nothing; empty where it does.

    >>> hides_nothing({"building": "roof"}), hides_nothing({"building": "yes", "layer": "-1"}), hides_nothing({"building": "yes"})
    ('open below or of cloth (building=roof): screens nothing; left out', 'under the ground (layer=-1): screens nothing; left out', '')
    """
    words = said(properties)
    return _under_ground(words) or _open_below(words, properties) or _not_standing(words)


def _under_ground(words: dict[str, str]) -> str:
    found = [f"{key}={words[key]}" for key in ("location", "building", "building_part", "man_made") if words.get(key) in UNDERGROUND]
    found += [f"{key}={words[key]}" for key in ("layer", "level") if _all_negative(words.get(key, ""))]
    found += [f"{key}={words[key]}" for key in ("is_underground", "underground", "tunnel", "subway") if words.get(key, "no") not in NOTHING]
    if words.get("parking") == "underground" and (words.get("amenity") == "parking" or words.get("building") in ("parking", "garage")):
        found.append("parking=underground")
    if words.get("indoor", "no") not in NOTHING:
        return f"inside another building (indoor={words['indoor']}): screens nothing of its own; left out"
    return f"under the ground ({', '.join(found)}): screens nothing; left out" if found else ""


def _all_negative(text: str) -> bool:
    parts = [p for p in re.split(r"[;,]", text.replace(" ", "")) if p]
    return bool(parts) and all(re.fullmatch(r"-\d+(\.\d+)?", p) is not None for p in parts)


def _open_below(words: dict[str, str], properties: dict[str, Any]) -> str:
    found = [f"{key}={words[key]}" for key in ("building", "building_part") if words.get(key) in OPEN_BELOW]
    found += [f"{key}={words[key]}" for key in ("wall", "walls") if words.get(key) == "no"]
    found += [f"man_made={words['man_made']}"] if words.get("man_made") in SPANS else []
    found += ["bridge=" + words["bridge"]] if words.get("bridge", "no") not in NOTHING else []
    if found:
        return f"open below or of cloth ({', '.join(found)}): screens nothing; left out"
    above = starts_above_m(properties)
    return f"begins {above:g} m above the ground: sound passes below it; left out" if above > 0.0 else ""


def _not_standing(words: dict[str, str]) -> str:
    found = [f"{key}={words[key]}" for key in (*PARTS, "status", "building_status", "building_condition") if words.get(key) in GONE]
    found += [f"{key}={words[key]}" for key in NOT_STANDING if words.get(key, "no") not in NOTHING]
    found += [f"end_date={words['end_date']}"] if "end_date" in words else []
    if not any(words.get(key, "no") not in NOTHING for key in PARTS):
        found += [f"{state}:{part}={words[f'{state}_{part}']}" for state in GONE for part in PARTS if f"{state}_{part}" in words]
    return f"does not stand ({', '.join(found)}): screens nothing; left out" if found else ""


def no_building(properties: dict[str, Any]) -> str:
    """Why a polygon is taken for no building; empty where it may be one: by its tags, by its height, or as a footprint without a word.

    >>> no_building({"leisure": "park"})
    'tagged leisure=park and not as a building; left out'
    >>> no_building({"tid": "1", "count": 8899})
    'no tag of a building, no height (it has tid, count); left out'
    >>> no_building({"name": "mill"}), no_building({"HEIGHT": 9})
    ('', '')
    """
    words = said(properties)
    if is_building(properties):
        return ""
    if words.get("building") in NOTHING:
        return "building=no; left out"
    other = [f"{key}={words[key]}" for key in NO_BUILDING if words.get(key, "no") not in NOTHING]
    if other:
        return f"tagged {', '.join(other)} and not as a building; left out"
    strange = [str(key) for key in properties if plain_name(str(key)) in words and not NEUTRAL.fullmatch(plain_name(str(key)))]
    hints = [plain_name(key) for key in strange] + [value for key, value in words.items() if KIND.fullmatch(key)]
    if states_height(properties) or any(BUILDING_HINT.search(text) for text in hints):
        return ""
    return f"no tag of a building, no height (it has {', '.join(strange[:5])}); left out" if strange else ""
