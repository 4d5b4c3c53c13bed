"""Tables with a day in each row and its hours in columns (``h1`` to ``h24``, ``00:00`` to ``23:30``), laid as one row for each interval."""

from __future__ import annotations

import re
from dataclasses import replace

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.headers import UNIT_NAMES, normal, split_unit
from gigacampus.foundation.tables.text import Table
from gigacampus.foundation.units import HOURS_PER_DAY, MINUTES_PER_HOUR

_DAY_MIN = int(HOURS_PER_DAY * MINUTES_PER_HOUR)
_HOUR = re.compile(r"(?P<word>he|hb|hour_ending|hour_beginning|hour|hr|h|stunde|std|heure|hora)?_?(?P<h>\d{1,2})(?:_(?P<m>\d{2}))?h?")


def days_across(table: Table, named: str) -> Table:
    """The table with a row for each interval of each day, its values under ``named``; itself where no columns count a day through.

    Columns that count from 1 (or end with 24:00) end their intervals. A twenty-fifth hour must be empty.
    """
    at = {i: found for i, name in enumerate(table.header) if (found := _hour_of(name)) is not None}
    steps = sorted({minute for minute, *_ in at.values()})
    if len(at) < HOURS_PER_DAY or len(steps) != len(at):
        return table
    table, at = _without_hour_25(table, at)
    minutes = sorted(minute for minute, *_ in at.values())
    step = minutes[1] - minutes[0]
    if len(minutes) * step != _DAY_MIN or minutes != list(range(minutes[0], minutes[0] + _DAY_MIN, step)) or minutes[0] not in (0, step):
        return table
    units = {table.units.get(i, "") or unit for i, (_, unit, _) in at.items()}
    if len(units) > 1:
        raise refuse(
            f"columns of hours in {' and '.join(sorted(printable(u) or 'no unit' for u in units))}",
            file=table.file,
            line=table.header_line,
            fix="give all hours in one unit",
        )
    words = {word for *_, word in at.values()}
    if minutes[0] == step and words & {"hb", "hour_beginning"}:
        raise refuse("hours begin with 1 and are said to begin, not to end", file=table.file, line=table.header_line, fix="count from 0")
    return _long(
        table,
        {minute: i for i, (minute, *_) in at.items()},
        f"{named} ({unit})" if (unit := units.pop()) else named,
        ends=minutes[0] == step,
    )


def _hour_of(name: str) -> tuple[int, str, str] | None:
    """Minute of the day, unit and word of a column of an hour; None: it is none."""
    bare, unit = split_unit(name)
    for text, stated in ((normal(name), ""), (bare, unit)):
        found = _HOUR.fullmatch(text)
        if found and int(found["m"] or 0) < MINUTES_PER_HOUR and int(found["h"]) <= HOURS_PER_DAY + 1:
            return int(MINUTES_PER_HOUR) * int(found["h"]) + int(found["m"] or 0), stated, found["word"] or ""
    return None


def _without_hour_25(table: Table, at: dict[int, tuple[int, str, str]]) -> tuple[Table, dict[int, tuple[int, str, str]]]:
    """The table without the hour that summer time adds in autumn, which must be empty."""
    extra = next((i for i, (minute, *_) in at.items() if minute > _DAY_MIN), None)
    if extra is None:
        return table, at
    full = next((line for row, line in zip(table.rows, table.lines, strict=True) if row[extra].strip()), None)
    if full is not None:
        raise refuse("a day of 25 hours", file=table.file, line=full, fix="export hours of standard time, one row for each hour")
    return table, {i: found for i, found in at.items() if i != extra}


def _long(table: Table, by_minute: dict[int, int], named: str, *, ends: bool) -> Table:
    hours = {i for i, name in enumerate(table.header) if _hour_of(name) is not None}
    kept = [i for i in range(table.width) if i not in hours]
    header = (*(table.header[i] for i in kept), "hour_ending" if ends else "hour", named)
    rows, lines = [], []
    whole = all(minute % int(MINUTES_PER_HOUR) == 0 for minute in by_minute)
    for row, line in zip(table.rows, table.lines, strict=True):
        for minute, i in sorted(by_minute.items()):
            hour, rest = divmod(minute, int(MINUTES_PER_HOUR))
            rows.append([*(row[k] for k in kept), str(hour) if whole else f"{hour:02d}:{rest:02d}", row[i]])
            lines.append(line)
    units = {kept.index(i): unit for i, unit in table.units.items() if i in kept and normal(table.header[i]) not in UNIT_NAMES}
    note = f"{len(by_minute)} columns of a day taken as rows"
    return replace(table, header=header, rows=rows, lines=lines, units=units, notes=(*table.notes, note))
