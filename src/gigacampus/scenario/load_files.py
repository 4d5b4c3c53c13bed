"""Hourly load files: 8,760 rows of MW, the last column counts, one header row is allowed."""

from __future__ import annotations

import math
from pathlib import Path

from gigacampus.foundation.errors import ScenarioError, printable

HOURS = 8760
HIGHEST_MW = 1e6


def hourly_load(path: Path, name: str = "") -> list[float]:
    """MW in each hour of the year. Raises ``ScenarioError`` that names the file, the row and the cause."""
    name = name or str(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").strip().splitlines()
    except UnicodeDecodeError:
        raise ScenarioError.single("not UTF-8", file=name, fix="save the table as UTF-8 CSV") from None
    except OSError as error:
        raise ScenarioError.single(error.strerror or "cannot be read", file=name, fix="check the name") from None
    header = len(lines) == HOURS + 1
    rows = lines[1:] if header else lines
    if len(rows) != HOURS:
        raise ScenarioError.single(
            f"{len(rows)} rows; a year has {HOURS} hours",
            file=name,
            fix="one row for each hour from 1 January, 00:00 to 01:00; leave 29 February out",
        )
    return [_megawatts(row, number, name) for number, row in enumerate(rows, start=2 if header else 1)]


def _megawatts(row: str, number: int, name: str) -> float:
    cell = row.split(",")[-1].strip()
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= HIGHEST_MW:
        raise ScenarioError.single(
            f"{printable(cell)} is not a load in MW", file=name, line=number, fix=f"a number from 0 to {HIGHEST_MW:g} in the last column"
        )
    return value
