"""Time stamps as people write them, to minutes and (where stated) an offset from universal time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.counted_times import counted_times, is_epoch
from gigacampus.foundation.tables.headers import normal
from gigacampus.foundation.tables.text import Table
from gigacampus.foundation.tables.zones import beside, minutes_east, zone_columns

Array = np.ndarray
MINUTES_PER_DAY = 1440

STAMP = (
    "timestamp", "time_stamp", "datetime", "date_time", "date", "time", "zeit", "datum", "zeitstempel", "datum_zeit", "uhrzeit", "interval",
    "period", "interval_start", "interval_end", "interval_beginning", "interval_ending", "hour_beginning", "hour_ending", "fecha",
    "fecha_hora", "hora", "date_heure", "heure", "data", "data_ora", "ora", "period_start", "period_end", "start", "end", "from", "to",
    "start_time", "end_time", "local_time", "time_local", "local_timestamp", "timestamp_local", "timestamp_utc", "time_utc",
    "utc", "utc_time",
    "datetime_utc", "datetime_local", "hour_starting", "hour", "he", "hb", "hour_ending_lst", "hour_of_day",
    "month", "day", "year", "minute",
    "index", "hour_of_year", "monat", "tag", "jahr", "stunde", "date_local", "time_hh_mm", "date_mm_dd_yyyy",
    "mois", "jour", "mtu", "time_interval", "market_time_unit", "datetime_beginning", "datetime_ending", "datetime_beginning_ept",
    "datetime_beginning_utc", "datetime_ending_utc",
)  # fmt: skip
"""Names of columns that hold time, as ``normal`` writes them."""
_MONTHS = {m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])}
_CLOCK = r"(?:[T\s,]+([0-9]{1,2})(?::([0-9]{2}))(?::([0-9]{2})(?:[.,][0-9]+)?)?\s*([AaPp]\.?[Mm]\.?)?)?"
_ZONE = r"\s*(Z|UTC|GMT|[ECMP][SD]T|CES?T|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_CLOCK}{_ZONE}")),
    ("ymd", re.compile(rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[T\s]?([0-9]{{2}}):?([0-9]{{2}})?:?([0-9]{{2}})?())?{_ZONE}")),
    ("dmy", re.compile(rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.([0-9]{{4}}|[0-9]{{2}}){_CLOCK}{_ZONE}")),
    ("any", re.compile(rf"([0-9]{{1,2}})[/-]([0-9]{{1,2}})[/-]([0-9]{{4}}|[0-9]{{2}}){_CLOCK}{_ZONE}")),
    ("dby", re.compile(rf"([0-9]{{1,2}})[-\s/]?([A-Za-z]{{3}})[a-z]*[-\s/,]*([0-9]{{4}}|[0-9]{{2}}){_CLOCK}{_ZONE}")),
    ("bdy", re.compile(rf"([A-Za-z]{{3}})[a-z]*\.?\s+([0-9]{{1,2}}),?\s+([0-9]{{4}}){_CLOCK}{_ZONE}")),
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+", re.IGNORECASE)
_RANGE = re.compile(r"(.{8,}?)(?:\s+[-\u2013]\s+|\s*/\s*|\s+(?:to|bis)\s+)(.{4,})|([0-9]{1,2}:[0-9]{2})\s*[-\u2013]\s*[0-9]{1,2}:[0-9]{2}")
BEGINS = "begin"
"""What is added to a column's name whose cells are ranges, so that their first times are known as beginnings."""


@dataclass(frozen=True)
class Stamps:
    """Time of each row."""

    minute: Array
    """Minutes of local time since year 1, as written; (row,) integers."""
    offset: Array | None
    """Minutes east of universal time, as written; None where the stamps state none."""
    columns: tuple[int, ...]
    """Positions of the columns that were read."""
    name: str
    """Name of the column, which may say whether an interval begins or ends."""
    european: bool = False
    """Days were written 31.12.2025, as where commas are decimal marks."""
    note: str = ""
    """What the times had to be turned from, such as seconds since 1970."""


def time_columns(table: Table) -> tuple[int, ...]:
    """Columns that hold time: by their names, or by their first cells where no name says so."""
    if any(map(is_time_name, table.header)):
        return (*(i for i, name in enumerate(table.header) if is_time_name(name)), *zone_columns(table))
    return (*(i for i in range(table.width) if _shows_times(table, i)), *(zone_columns(table) if table.header else ()))


def _shows_times(table: Table, i: int) -> bool:
    """Whether the first cells of a column are times that go on: days, or (under a name) seconds since 1970."""
    first, *others = (begin_of(row[i]) for row in table.rows[:3])
    is_count = bool(table.header) and is_epoch(first) and counted_times(table, i) is not None
    return (is_count or _form_of(first) is not None) and first not in others


@lru_cache(maxsize=4096)
def begin_of(cell: str) -> str:
    """A time without its day of the week, of a range its beginning; any other cell as it is.

    >>> begin_of("01.01.2026 00:00 - 01.01.2026 01:00"), begin_of("Wed 2025-01-01 00:00"), begin_of("00:00-01:00")
    ('01.01.2026 00:00', '2025-01-01 00:00', '00:00')
    """
    text = _WEEKDAY.sub("", cell.strip(), count=1) if cell[:1].isalpha() else cell.strip()
    found = _RANGE.fullmatch(text)
    if found is None or (found[1] and _form_of(found[1].strip()) is None):
        return text
    return (found[1] or found[3]).strip()


def is_time_name(name: str) -> bool:
    """Whether a column's name says that it holds time.

    >>> is_time_name("Date/Time"), is_time_name("Interval Start (UTC)"), is_time_name("timeout_mw")
    (True, True, False)
    """
    plain = normal(name)
    short = re.sub(
        r"(_(utc|lst|local|lt|cet|cest|est|edt|cst|cdt|mst|mdt|pst|pdt|gmt|ept|hh_mm|mm_dd_yyyy|yyyy_mm_dd|0_23|1_24))+$", "", plain
    )
    return plain in STAMP or short in STAMP


def stamps_of(table: Table, columns: Sequence[int]) -> Stamps | None:
    """Times of the rows from one column of days and times, or from a column of days with one of hours or times; None: no days."""
    zones = zone_columns(table)
    found = _by_columns(table, [i for i in columns if i not in zones])
    return found if found is None or not zones else replace(found, offset=beside(table, zones[0], found.offset))


def _by_columns(table: Table, columns: Sequence[int]) -> Stamps | None:
    counted = {i: times for i in columns if (times := counted_times(table, i)) is not None}
    days = [i for i in columns if i in counted or _form_of(begin_of(table.rows[0][i])) is not None]
    if not days:
        return _from_parts(table, columns)
    days.sort(key=lambda i: bool(table.header) and is_universal(table.header[i]))
    texts, note = counted[days[0]] if days[0] in counted else ([begin_of(cell) for cell in table.column(days[0])], "")
    used: tuple[int, ...] = (days[0],)
    clock = [i for i in columns if i not in days and _is_clock(table, i)]
    if ":" not in texts[0] and clock:
        texts = [f"{day} {_as_clock(begin_of(hour))}" for day, hour in zip(texts, table.column(clock[0]), strict=True)]
        used = (days[0], clock[0])
    name = table.header[used[-1]] if table.header else ""
    if begin_of(table.rows[0][used[-1]]) not in table.rows[0][used[-1]][-len(texts[0]) :]:
        name = f"{name} {BEGINS}"
    minute, offset, european = _minutes(texts, table)
    return Stamps(minute, offset, used, name, european, note)


def is_universal(name: str) -> bool:
    """Whether a column's name says that its times are universal time."""
    return re.search(r"(^|_)(utc|gmt)(_|$)", normal(name)) is not None


def _is_clock(table: Table, i: int) -> bool:
    cells = [begin_of(row[i]) for row in table.rows[:1]]
    return all(re.fullmatch(r"[0-9]{1,2}(:[0-9]{2}(:[0-9]{2})?(\s*[AaPp][Mm])?)?|[0-9]{1,2}00", cell) for cell in cells)


def _as_clock(text: str) -> str:
    return f"{text[:-2]}:00" if re.fullmatch("[0-9]{1,2}00", text) else f"{text}:00" if text.isdigit() else text


def _from_parts(table: Table, columns: Sequence[int]) -> Stamps | None:
    """Times from columns month, day and hour (a year where there is one); hours count from 0, or from 1 and end there."""
    if not table.header:
        return None
    part = {normal(table.header[i]).split("_")[0]: i for i in columns}
    words = {
        "monat": "month",
        "tag": "day",
        "jahr": "year",
        "stunde": "hour",
        "mois": "month",
        "jour": "day",
        "heure": "hour",
        "he": "hour",
    }
    part = {words.get(k, k): i for k, i in part.items()}
    if not {"month", "day", "hour"} <= set(part):
        return None
    values = {k: _integers(table, i) for k, i in part.items() if k in ("year", "month", "day", "hour", "minute")}
    year = values.get("year", np.full(len(table.rows), 2023))
    days = np.array([_day(int(y), int(m), int(d)) or -1 for y, m, d in zip(year, values["month"], values["day"], strict=True)])
    if (days < 0).any():
        i = int(np.argmax(days < 0))
        raise refuse("no day of the calendar", file=table.file, line=table.lines[i], fix="write month and day as numbers")
    minute = days * MINUTES_PER_DAY + values["hour"] * 60 + values.get("minute", 0)
    used = tuple(part[k] for k in values)
    return Stamps(minute, None, used, table.header[part["hour"]])


def _integers(table: Table, i: int) -> Array:
    cells = table.column(i)
    wrong = next((k for k, c in enumerate(cells) if not (c.isascii() and c.isdigit())), None)
    if wrong is not None:
        raise refuse(
            f"{printable(table.header[i])}: {printable(cells[wrong])} is no whole number",
            file=table.file,
            line=table.lines[wrong],
            fix="write month, day and hour as numbers",
        )
    return np.array(cells, dtype=np.int64)


def _form_of(text: str) -> tuple[str, re.Pattern[str]] | None:
    return next(((order, form) for order, form in _FORMS if form.fullmatch(text) and not is_epoch(text)), None)


def _minutes(texts: Sequence[str], table: Table) -> tuple[Array, Array | None, bool]:
    found = _form_of(texts[0])
    assert found is not None
    order, form = found
    groups = [form.fullmatch(text) for text in texts]
    bad = next((i for i, g in enumerate(groups) if g is None), None)
    if bad is not None:
        raise refuse(
            f"{printable(texts[bad])} is not a time written like {printable(texts[0])}",
            file=table.file,
            line=table.lines[bad],
            fix="write every time alike, such as 2025-01-31 14:00",
        )
    rows = [g.groups() for g in groups if g is not None]
    orders = ("mdy", "dmy", *(("ymd",) if len(rows[0][2] or "") == 2 else ())) if order == "any" else (order,)
    tried = [t for o in orders if (t := _under(rows, o)) is not None]
    if not tried:
        i = next((k for k, r in enumerate(rows) if all(_under([r], o) is None for o in orders)), 0)
        raise refuse(f"{printable(texts[i])} is no time", file=table.file, line=table.lines[i], fix="such as 2025-01-31 14:00")
    tried.sort(key=_restlessness)
    minute = tried[0]
    if len(tried) > 1 and _restlessness(tried[0]) == _restlessness(tried[1]):
        raise refuse(
            f"{printable(texts[0])}: day before month, or month before day?",
            file=table.file,
            line=table.lines[0],
            fix="write days as 2025-01-31",
        )
    zones = [row[-1] for row in rows]
    if not any(zones):
        return minute, None, order == "dmy"
    if not all(zones):
        i = next(k for k, z in enumerate(zones) if not z)
        raise refuse("a time without zone among times with one", file=table.file, line=table.lines[i], fix="give all or none a zone")
    return minute, np.array([minutes_east(str(z)) for z in zones]), order == "dmy"


def _restlessness(minute: Array) -> int:
    """Number of steps unlike the usual one: a wrong order of day and month jumps at every change of day."""
    steps = np.diff(minute)
    return int((steps != np.median(steps)).sum()) if steps.size else 0


def _under(rows: Sequence[tuple[str | None, ...]], order: str) -> Array | None:
    """Minutes of all rows under one order of day, month and year; None where one is no time."""
    out = np.empty(len(rows), dtype=np.int64)
    read: Callable[..., int | None] = _minute
    for i, row in enumerate(rows):
        value = read(order, *row[:7])
        if value is None:
            return None
        out[i] = value
    return out


def _minute(order: str, a: str, b: str, c: str, hour: str | None, minute: str | None, second: str | None, half: str | None) -> int | None:
    day = _day_of(order, a, b, c)
    h, m, s = int(hour or 0), int(minute or 0), int(second or 0)
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half[0] in "pP" else 0)
    if day is None or m > 59 or s > 59 or h > 24 or (h == 24 and (m or s)):
        return None
    return day * MINUTES_PER_DAY + h * 60 + m + (1 if s >= 30 else 0)


@lru_cache(maxsize=4096)
def _day_of(order: str, a: str, b: str, c: str) -> int | None:
    if order in ("dby", "bdy"):
        month = _MONTHS.get((b if order == "dby" else a).lower())
        return _day(_year(c), month, int(a if order == "dby" else b)) if month else None
    y, m, d = (a, b, c) if order == "ymd" else (c, b, a) if order == "dmy" else (c, a, b)
    return _day(_year(y), int(m), int(d))


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None
