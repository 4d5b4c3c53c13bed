"""The typical year that a scenario names: a station of the library, or a file beside the scenario in any known format."""

from __future__ import annotations

import gzip
import hashlib
import io
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.tables.text import decoded
from gigacampus.foundation.tables.workbook import is_workbook
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.scenario.weather.columns import COLUMNS, Station, TypicalYear, year_of
from gigacampus.scenario.weather.epw import read_epw
from gigacampus.scenario.weather.outside import format_of, read_outside
from gigacampus.scenario.weather.tabular import read_table_year

MOST_BYTES = 32_000_000
LIBRARY = "lib:weather/"
_HELD: dict[bytes, TypicalYear] = {}
"""Years by the hash of their file's bytes: a file is read as it is now, each time it is asked for."""
_MOST_HELD = 16


def typical_year(name: str, shown: str = "") -> TypicalYear:
    """The typical year named by a scenario: ``lib:weather/<station>``, or the path of a file. Raises ``ScenarioError``."""
    if name.startswith(LIBRARY):
        return _station(name.removeprefix(LIBRARY))
    path, shown = Path(name), shown or name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise refuse(f"larger than {MOST_BYTES // 1_000_000} MB", file=shown, fix="use a file of one hourly year")
        content = path.read_bytes()
    except OSError as error:
        raise refuse(error.strerror or "cannot be read", file=shown, fix="check the name") from None
    key = hashlib.sha256(path.suffix.lower().encode() + content).digest()
    if key not in _HELD:
        while len(_HELD) >= _MOST_HELD:
            _HELD.pop(next(iter(_HELD)))
        _HELD[key] = _read(content, path.suffix.lower(), shown)
    return _HELD[key]


def _read(content: bytes, suffix: str, shown: str) -> TypicalYear:
    if is_workbook(content):
        return read_table_year(content, shown)
    text, _ = decoded(content, shown)
    if suffix == ".epw" or text.lstrip("\ufeff").upper().startswith("LOCATION,"):
        return read_epw(text.lstrip("\ufeff"), shown)
    kind = format_of(text)
    return read_outside(text, kind, shown) if kind else read_table_year(content, shown)


@lru_cache(maxsize=1)
def stations() -> dict[str, dict[str, str]]:
    """Rows of the library's station list by key."""
    text = (resources.files("gigacampus.library") / "weather" / "stations.csv").read_text(encoding="utf-8")
    head, *rows = (line.split(",") for line in text.strip().splitlines())
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


@lru_cache(maxsize=16)
def _station(key: str) -> TypicalYear:
    if key not in stations():
        raise refuse(
            f"no weather station {printable(key)!r} in the library",
            nearest=nearest(key, stations()),
            fix=f"one of {', '.join(sorted(stations()))}",
        )
    packed = gzip.decompress((resources.files("gigacampus.library") / "weather" / f"{key}.csv.gz").read_bytes()).decode("ascii")
    head = packed.split("\n", 1)[0].strip().split(",")
    grid = np.loadtxt(io.StringIO(packed), delimiter=",", skiprows=1, usecols=[head.index(c) for c in COLUMNS])
    assert grid.shape == (HOURS_PER_YEAR, len(COLUMNS))
    row = stations()[key]
    place = Station(float(row["tz_offset_h"]), float(row["elev_m"]), float(row["lat"]), float(row["lon"]))
    return year_of({c: np.ascontiguousarray(grid[:, k]) for k, c in enumerate(COLUMNS)}, place, f"library/weather/{key}")


def understood(year: TypicalYear, shown: str) -> str:
    """What was understood of a weather file, in one sentence."""
    dry, wind = year.values["dry_bulb_c"], year.values["wind_speed_ms"]
    range_ = f"dry bulb {dry.min():.1f} to {dry.max():.1f} degC, mean wind {wind.mean():.1f} m/s"
    head = f"{printable(shown)}: {HOURS_PER_YEAR:,} hours of weather, {range_}"
    zone = f"UTC{year.utc_offset_h:+g}" if year.utc_offset_h is not None else "no time zone stated"
    return "; ".join([head, zone, *year.notes])
