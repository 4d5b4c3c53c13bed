"""What is known of a place from the library: its state, the nearest weather station, towns and people around, sites that are tracked."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from gigacampus.foundation.great_circle import great_circle_m
from gigacampus.scenario import library

BLOCKS = "memphis_block_groups_2020"


@dataclass(frozen=True)
class Station:
    """A weather station of the library, and how far it is from a place."""

    key: str
    lat: float
    lon: float
    elevation_m: float
    km: float


@dataclass(frozen=True)
class Home:
    """Where people live: a block group or a town, and how far and in which direction it lies from a place."""

    key: str
    title: str
    lat: float
    lon: float
    people: float
    km: float
    bearing_deg: float


@dataclass(frozen=True)
class State:
    """Defaults of one state; every value is recalled (see the README of the folder)."""

    code: str
    name: str
    energy_usd_per_mwh: float
    sales_tax_frac: float
    sales_tax_exempt_frac: float
    grid_co2_t_per_mwh: float


@dataclass(frozen=True)
class Site:
    """A tracked campus: where it stands and how large it is or becomes next."""

    key: str
    title: str
    lat: float
    lon: float
    mw: float
    onsite_gas_mw: float


def rows(*parts: str) -> list[dict[str, str]]:
    """Rows of a CSV table of the library, packed or not."""
    path = library.ROOT.joinpath(*parts)
    raw = path.read_bytes()
    return list(csv.DictReader(io.StringIO((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8"), newline="")))


@cache
def outlines() -> dict[str, list[list[list[list[float]]]]]:
    """Code of each state of the United States -> its polygons, each a list of rings of ``[lon, lat]``."""
    text = gzip.decompress((library.ROOT / "places" / "us_states.geojson.gz").read_bytes())
    return {row["properties"]["code"]: row["geometry"]["coordinates"] for row in json.loads(text)["features"]}


def state_at(lat: float, lon: float) -> State | None:
    """The state of the United States in which a point lies; None elsewhere.

    >>> state_at(34.994, -90.035).name, state_at(48.1, 11.6)
    ('Mississippi', None)
    """
    code = next((code for code, polygons in outlines().items() if any(_inside(lat, lon, polygon[0]) for polygon in polygons)), None)
    found = next((row for row in rows("places", "states.csv") if row["code"] == code), None)
    if found is None:
        return None
    return State(found["code"], found["name"], *(float(found[key]) for key in State.__dataclass_fields__ if key not in ("code", "name")))


def _inside(lat: float, lon: float, ring: list[list[float]]) -> bool:
    """Whether a point lies in a ring: an odd number of its edges cross the parallel to the east of the point."""
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            odd = not odd
    return odd


def nearest_station(lat: float, lon: float) -> Station:
    """The station of the library nearest to a point.

    >>> nearest_station(34.99, -90.03).key
    'memphis_tn'
    """
    found = (
        Station(r["file_key"], float(r["lat"]), float(r["lon"]), float(r["elev_m"]), km_between(lat, lon, float(r["lat"]), float(r["lon"])))
        for r in rows("weather", "stations.csv")
    )
    return min(found, key=lambda s: s.km)


def km_between(lat: float, lon: float, lat0: float, lon0: float) -> float:
    """Distance of two points on the sphere, km.

    >>> round(km_between(35.0, -90.0, 36.0, -90.0))
    111
    """
    return great_circle_m(lat, lon, lat0_deg=lat0, lon0_deg=lon0) / 1000.0


def homes(lat: float, lon: float, within_km: float) -> list[Home]:
    """Block groups of the bundled census within a distance, nearest first; empty where none are bundled."""
    return _near(("population", f"{BLOCKS}.csv"), _block_group, lat, lon, within_km)


def towns(lat: float, lon: float, within_km: float) -> list[Home]:
    """Towns of the United States within a distance, nearest first."""
    return _near(("places", "us_towns.csv.gz"), _town, lat, lon, within_km)


def _block_group(row: dict[str, str]) -> tuple[str, str]:
    return f"bg_{row['geoid']}", f"Block group {row['geoid']}, {row['county']} {row['state']}"


def _town(row: dict[str, str]) -> tuple[str, str]:
    return _key(f"{row['name']}_{row['state']}"), f"{row['name']}, {row['state']}"


@cache
def _located(*parts: str) -> tuple[list[dict[str, str]], np.ndarray, np.ndarray]:
    """Rows of a table of the library with their latitudes and longitudes, read once: every report asks what lies around its campuses."""
    found = rows(*parts)
    lats, lons = (np.array([float(row[name]) for row in found]) for name in ("lat", "lon"))
    return found, lats, lons


def _near(
    table: tuple[str, str], named: Callable[[dict[str, str]], tuple[str, str]], lat: float, lon: float, within_km: float
) -> list[Home]:
    reach, narrow = within_km / 111.0, math.cos(math.radians(lat))
    found, lats, lons = _located(*table)
    out = []
    for k in np.flatnonzero((np.abs(lats - lat) <= reach) & (np.abs(lons - lon) * narrow <= reach)):
        y, x = float(lats[k]), float(lons[k])
        km = km_between(lat, lon, y, x)
        bearing = math.degrees(math.atan2((x - lon) * narrow, y - lat)) % 360.0
        if km <= within_km:
            out.append(Home(*named(found[k]), y, x, float(found[k]["people"]), km, bearing))
    return sorted(out, key=lambda home: home.km)


def _key(name: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.lower())
    return kept.strip("_")[:64] or "town"


def town_named(name: str) -> Home | None:
    """The largest town of the United States of a name such as ``Abilene`` or ``Abilene, TX``.

    >>> town_named("Southaven, MS").title, town_named("No such town")
    ('Southaven, MS', None)
    """
    want, _, state = (part.strip().lower() for part in name.partition(","))
    found = [
        r for r in _located("places", "us_towns.csv.gz")[0] if r["name"].lower() == want and (not state or r["state"].lower() == state)
    ]
    best = max(found, key=lambda r: float(r["people"]), default=None)
    if best is None:
        return None
    lat, lon, people = (float(best[k]) for k in ("lat", "lon", "people"))
    return Home(_key(f"{best['name']}_{best['state']}"), f"{best['name']}, {best['state']}", lat, lon, people, 0.0, 0.0)


def tracked() -> dict[str, Site]:
    """Sites that the library tracks, by key: where they stand, and the power they have or get next.

    >>> tracked()["hyperion"].mw
    2262.0
    """
    out = {}
    for r in rows("sites", "peers.csv"):
        mw = max(float(r["facility_mw_2026_08"] or 0), float(r["next_mw"] or 0))
        title = f"{r['operator']} at {r['preset'].replace('_', ' ').title()}"
        out[r["preset"]] = Site(r["preset"], title, float(r["lat"]), float(r["lon"]), mw, float(r["onsite_gas_mw"] or 0))
    return out


__all__ = ["Home", "Path", "Site", "Station", "homes", "nearest_station", "outlines", "state_at", "towns", "tracked"]
