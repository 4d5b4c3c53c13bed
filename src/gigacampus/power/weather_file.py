"""Typical years: the library's stations, and a CSV or EPW file beside the scenario. Parsed once in a process."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from gigacampus.foundation.units import HOURS_PER_YEAR

COLUMNS = ("dry_bulb_c", "rh_pct", "pressure_hpa", "wind_dir_deg", "wind_speed_ms", "total_cloud_tenths", "ceiling_m", "ghi_w_m2")
_EPW_COLUMN = {
    "dry_bulb_c": 6,
    "rh_pct": 8,
    "pressure_hpa": 9,
    "wind_dir_deg": 20,
    "wind_speed_ms": 21,
    "total_cloud_tenths": 22,
    "ceiling_m": 25,
    "ghi_w_m2": 13,
}
_MAX_BYTES = 32_000_000
_BOUNDS = {"dry_bulb_c": (-90.0, 65.0), "rh_pct": (0.0, 110.0), "pressure_hpa": (500.0, 1100.0)}


@dataclass(frozen=True)
class TypicalYear:
    """8,760 hours, hour-ending local standard time; arrays of shape (hour,)."""

    values: dict[str, np.ndarray]
    """Keys are ``COLUMNS``."""
    utc_offset_h: float | None
    """Local standard time less universal time; None when the file does not say."""
    elevation_m: float | None


def typical_year(name: str) -> TypicalYear:
    """The typical year named by a scenario: ``lib:weather/<station>`` or the path of a .csv or .epw file."""
    if name.startswith("lib:weather/"):
        return _station(name.removeprefix("lib:weather/"))
    path = Path(name)
    if not path.is_file():
        raise ValueError(f"weather file {name} does not exist")
    if path.stat().st_size > _MAX_BYTES:
        raise ValueError(f"weather file {path} is larger than {_MAX_BYTES // 1_000_000} MB")
    return _parsed(path.read_bytes(), str(path))


@lru_cache(maxsize=1)
def stations() -> dict[str, dict[str, str]]:
    """Rows of the library's station list by key."""
    text = (resources.files("gigacampus.library") / "weather" / "stations.csv").read_text(encoding="utf-8")
    head, *rows = (line.split(",") for line in text.strip().splitlines())
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


@lru_cache(maxsize=16)
def _station(key: str) -> TypicalYear:
    if key not in stations():
        raise ValueError(f"no weather station {key!r} in the library; there are: {', '.join(sorted(stations()))}")
    packed = (resources.files("gigacampus.library") / "weather" / f"{key}.csv.gz").read_bytes()
    row = stations()[key]
    return TypicalYear(_table(gzip.decompress(packed).decode("ascii"), key), float(row["tz_offset_h"]), float(row["elev_m"]))


@lru_cache(maxsize=16)
def _parsed(content: bytes, path: str) -> TypicalYear:
    text = content.decode("utf-8", errors="replace")
    return _epw(text, path) if path.lower().endswith(".epw") else TypicalYear(_table(text, path), _offset_comment(text), None)


def _offset_comment(text: str) -> float | None:
    """UTC offset from a first line such as ``# utc_offset_h: -6``."""
    first = text.split("\n", 1)[0]
    return float(first.split(":", 1)[1]) if first.startswith("# utc_offset_h:") else None


def _table(text: str, name: str) -> dict[str, np.ndarray]:
    lines = [line for line in text.strip().splitlines() if not line.startswith("#")]
    head = lines[0].strip().split(",")
    missing = [c for c in COLUMNS if c not in head]
    if missing:
        raise ValueError(f"weather {name}: no column {', '.join(missing)}; the header must name {', '.join(COLUMNS)}")
    try:
        flat = np.array(",".join(lines[1:]).split(","), dtype=float)
    except ValueError as error:
        raise ValueError(f"weather {name}: a value is not a number ({error})") from None
    if flat.size != HOURS_PER_YEAR * len(head):
        raise ValueError(f"weather {name}: {flat.size / len(head):g} rows, but a year has {HOURS_PER_YEAR}")
    grid = flat.reshape(HOURS_PER_YEAR, len(head))
    return _checked({c: np.ascontiguousarray(grid[:, head.index(c)]) for c in COLUMNS}, name)


def _epw(text: str, name: str) -> TypicalYear:
    lines = text.strip().splitlines()
    place = lines[0].split(",")
    rows = [line.split(",") for line in lines[8:]]
    if place[0].upper() != "LOCATION" or len(rows) != HOURS_PER_YEAR or min(map(len, rows)) < 26:
        raise ValueError(f"weather {name}: not an EPW file of {HOURS_PER_YEAR} hours")
    try:
        values = {c: np.array([row[i] for row in rows], dtype=float) for c, i in _EPW_COLUMN.items()}
    except ValueError as error:
        raise ValueError(f"weather {name}: a value is not a number ({error})") from None
    values["pressure_hpa"] /= 100.0
    return TypicalYear(_checked(values, name), float(place[8]), float(place[9]))


def _checked(values: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    for column, array in values.items():
        low, high = _BOUNDS.get(column, (-1e6, 1e6))
        bad = ~((array >= low) & (array <= high))
        if bad.any():
            hour = int(np.argmax(bad)) + 1
            raise ValueError(f"weather {name}: {column} of hour {hour} is {array[hour - 1]:g}, not within {low:g}..{high:g}")
        array.setflags(write=False)
    return values
