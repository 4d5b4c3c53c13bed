"""Time zones that a file states in a column of their own, beside its times, or behind each of them."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.headers import normal
from gigacampus.foundation.tables.text import Table

SURE = (
    "tz",
    "timezone",
    "time_zone",
    "utc_offset",
    "utc_offset_h",
    "tz_offset",
    "gmt_offset",
    "zeitzone",
    "fuseau_horaire",
    "zona_horaria",
)
"""Names of columns that hold a zone, as ``normal`` writes them."""
LIKELY = ("zone", "offset", "offset_h")
"""Names of columns that hold one where their cells say so: a zone may also be one of a market."""
NAMED_H = {
    "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2,
    "etc/utc": 0,
}  # fmt: skip
"""Hours east of universal time of the short names that mean one zone in the countries that use them."""
CLOCKS = re.compile(
    r"(america|europe|asia|africa|australia|pacific|atlantic|us|canada)/[a-z_/+-]+|[ecmp]t|(eastern|central|mountain|pacific) time"
)
"""Zones with a summer time of their own: the times are then those of a clock on the wall."""
MOST_H = 14


@lru_cache(maxsize=256)
def minutes_east(zone: str) -> int | None:
    """Minutes east of universal time; None where the text names no fixed offset.

    >>> minutes_east("UTC-5"), minutes_east("+05:30"), minutes_east("EDT"), minutes_east("-6"), minutes_east("ZONE A")
    (-300, 330, -240, -360, None)
    """
    plain = zone.strip().casefold().replace("\u2212", "-")
    if plain in NAMED_H:
        return 60 * NAMED_H[plain]
    found = re.fullmatch(r"(?:utc|gmt)?\s*([+-]?)([0-9]{1,2})(?::?([0-9]{2})|(\.[0-9]+))?(?::00)?", plain)
    if found is None:
        return None
    minutes = 60 * int(found[2]) + int(found[3] or 0) + round(60 * float(found[4] or 0))
    return None if minutes > 60 * MOST_H else -minutes if found[1] == "-" else minutes


def zone_columns(table: Table) -> tuple[int, ...]:
    """Positions of columns that state zones."""
    return tuple(
        i
        for i, name in enumerate(table.header)
        if normal(name) in SURE or (normal(name) in LIKELY and table.rows and minutes_east(table.rows[0][i]) is not None)
    )


def beside(table: Table, i: int, stated: np.ndarray | None) -> np.ndarray | None:
    """Offset of each row by a column of zones, minutes; what the times themselves state must agree. A clock on the wall has none."""
    cells = table.column(i)
    if all(CLOCKS.fullmatch(cell.casefold()) or not cell for cell in cells):
        return stated
    found = [minutes_east(cell) for cell in cells]
    for k, minutes in enumerate(found):
        if minutes is None or (stated is not None and minutes != stated[k]):
            why = "names no zone that is known" if minutes is None else "contradicts the time beside it"
            raise refuse(
                f"{printable(table.header[i])}: {printable(cells[k]) or 'an empty cell'} {why}",
                file=table.file,
                line=table.lines[k],
                fix="write offsets such as -05:00, or leave the column away",
            )
    return np.array(found, dtype=np.int64)
