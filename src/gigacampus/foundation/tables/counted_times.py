"""Times written as a count: seconds or milliseconds since 1970, or the serial days of a spreadsheet."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.headers import normal
from gigacampus.foundation.tables.text import Table

SPREADSHEET_DAY_ZERO = datetime(1899, 12, 30)
SERIAL_DAYS = (20_000.0, 80_000.0)
"""Serial days from 1954 to 2119."""
EPOCH_S = (1.0e9, 4.2e9)
"""Seconds since 1970 from 2001 to 2103."""
MOST_DAYS = 366
"""Rows of a year that is given day by day; finer ones lay a whole year hour by hour."""
_COUNT = re.compile(r"[0-9]{5,13}(?:[.,][0-9]+)?")
_PARTS = re.compile(r"(^|_)(hour|he|hb|hours|month|day|year|minute|index|monat|tag|jahr|stunde|mois|jour|heure|hora|ora|uhrzeit)(_|$)")


def is_epoch(text: str) -> bool:
    """Ten digits may be seconds since 1970 as well as a day with its hour; a year up to 2100 and a month tell.

    >>> is_epoch("1735689600"), is_epoch("2025013114"), is_epoch("1735689600000")
    (True, False, True)
    """
    whole = re.split("[.,]", text)[0]
    return whole.isdigit() and len(whole) in (10, 13) and not (1900 <= int(whole[:4]) <= 2100 and 1 <= int(whole[4:6]) <= 12)


def counted_times(table: Table, i: int) -> tuple[list[str], str] | None:
    """Times of a column as ``2025-01-31 14:00:00`` (universal time ends in Z) and what was turned; None where it holds no counts.

    Raises ``ScenarioError`` for a cell that is no count among others that are.
    """
    cells = table.column(i)
    first = cells[0].strip()
    if _COUNT.fullmatch(first) is None or (table.header and _PARTS.search(normal(table.header[i]))):
        return None
    value = float(first.replace(",", "."))
    if is_epoch(first):
        per_s = 1.0 if value < EPOCH_S[1] else 1000.0
        low, high = EPOCH_S[0] * per_s, EPOCH_S[1] * per_s
        what = "seconds since 1970" if per_s == 1.0 else "milliseconds since 1970"
    elif SERIAL_DAYS[0] <= value < SERIAL_DAYS[1]:
        (low, high), what, per_s = SERIAL_DAYS, "serial days of a spreadsheet", 0.0
    else:
        return None
    counts = [_count(cell, line, table.file, low, high, what) for cell, line in zip(cells, table.lines, strict=True)]
    if per_s:
        return [_epoch_text(count / per_s) for count in counts], f"times were {what}"
    first_day = _moment(min(counts))
    if (first_day.month, first_day.day) == (12, 31) and len(counts) > MOST_DAYS:
        raise refuse(
            f"{printable(first)} is 31 December {first_day.year} where days count from 1900, "
            f"and 1 January {first_day.year + 5} where they count from 1904",
            file=table.file,
            line=table.lines[0],
            fix="write days as 2025-01-31",
        )
    form = "%Y-%m-%d" if all(count.is_integer() for count in counts) else "%Y-%m-%d %H:%M:%S"
    return [_moment(count).strftime(form) for count in counts], f"times were {what}"


def _count(cell: str, line: int, file: str, low: float, high: float, what: str) -> float:
    text = cell.strip()
    count = float(text.replace(",", ".")) if _COUNT.fullmatch(text) else -1.0
    if not low <= count < high:
        raise refuse(f"{printable(text) or 'an empty cell'} is no time among {what}", file=file, line=line, fix="write every time alike")
    return count


def _epoch_text(seconds: float) -> str:
    return datetime.fromtimestamp(round(seconds), UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _moment(days: float) -> datetime:
    """Spreadsheets keep a day and its time as one number, good to about a second."""
    return SPREADSHEET_DAY_ZERO + timedelta(seconds=round(days * 86_400.0))
