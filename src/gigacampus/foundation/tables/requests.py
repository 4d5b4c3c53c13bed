"""A trace of requests from a table: when each came, how many tokens it brought, and how many were asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.cells import is_number, numbers
from gigacampus.foundation.tables.headers import Column, column_of, matched
from gigacampus.foundation.tables.text import Table, read_table

COLUMNS = (
    Column("arrival", ("timestamp", "time", "arrived_at", "arrival_time", "arrival_timestamp", "start", "start_time"), needed=True),
    Column("input_tokens", ("contexttokens", "context_tokens", "prompt_tokens", "input", "prompt_length", "input_length"), needed=True),
    Column("output_tokens", ("generatedtokens", "generated_tokens", "completion_tokens", "output", "output_length"), needed=True),
)
SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0}
"""Seconds of a unit of arrival times; a column of numbers without a unit is in seconds."""
EPOCH_S = (1.0e9, 4.2e9)
"""Seconds since 1970 from 2001 to 2103: counts a thousand, a million or a billion times larger are of finer parts of a second."""
FINEST = re.compile(r"(\.\d{6})\d+")
"""Digits of a second beyond the microsecond."""


@dataclass(frozen=True)
class Requests:
    """Requests in the order of their arrival."""

    arrival_s: np.ndarray
    """From the first one."""
    input_tokens: np.ndarray
    output_tokens: np.ndarray
    notes: tuple[str, ...] = ()


def read_requests(path: Path) -> Requests:
    """Requests of a CSV or xlsx file. Raises ``ScenarioError`` with file, line, cause and a fix."""
    names = ", ".join(c.name for c in COLUMNS)
    table = read_table(path, known=lambda name: column_of(name, COLUMNS) is not None, columns=names).even()
    at = matched(table, COLUMNS, extra="note")
    if not table.rows:
        raise refuse("no request", file=table.file, fix=f"one line for each request: {names}")
    arrival, taken = _arrivals(table, *at["arrival"])
    tokens = [_tokens(table, name, *at[name]) for name in ("input_tokens", "output_tokens")]
    order = np.argsort(arrival, kind="stable")
    sorted_ = "" if np.all(np.diff(arrival) >= 0) else "lines are not in the order of their arrival: sorted"
    notes = tuple(note for note in (taken, sorted_) if note)
    return Requests(arrival[order] - arrival[order[0]], tokens[0][order], tokens[1][order], notes)


def _tokens(table: Table, name: str, place: int, unit: str) -> np.ndarray:
    if unit:
        raise refuse(f"{name} in {printable(unit)}", file=table.file, line=table.header_line, fix="count tokens, without a unit")
    found = numbers(table.column(place), table.lines, table.file, name, separator=table.separator)
    if found.unit:
        raise refuse(f"{name} in {printable(found.unit)}", file=table.file, line=table.lines[0], fix="count tokens, without a unit")
    _all(table, place, name, np.isfinite(found.values), "is missing", "give every request a length, or delete its line")
    _all(table, place, name, found.values >= 1.0, "is below one token", "lengths count from 1; delete lines of requests without answer")
    _all(table, place, name, np.mod(found.values, 1.0) == 0, "is no whole number", "count tokens")
    return np.asarray(found.values, float)


def _arrivals(table: Table, place: int, unit: str) -> tuple[np.ndarray, str]:
    """Arrivals in seconds, and what they were taken as where the file does not say."""
    cells = table.column(place)
    if not all(is_number(cell) for cell in cells):
        return _instants(table, cells), ""
    found = numbers(cells, table.lines, table.file, "arrival", separator=table.separator)
    _all(table, place, "arrival", np.isfinite(found.values), "is missing", "give every request its time, or delete its line")
    unit = (unit or found.unit).lower()
    counted = next((u for u in ("ms", "us", "ns") if _is_epoch(found.values * SECONDS[u])), "") if not unit else ""
    scale = SECONDS.get(unit or counted)
    if scale is None:
        said = printable(unit)
        raise refuse(f"arrival in {said}", file=table.file, line=table.header_line, fix=f"one of {', '.join(filter(None, SECONDS))}")
    values = np.asarray((found.values - found.values[0]) * scale, float)
    if unit or _is_epoch(found.values):
        return values, ""
    return (
        values,
        f"arrivals taken as {counted or 's'}{' since 1970' if counted else ''}: {len(values):,} requests in {np.ptp(values):,.10g} s",
    )


def _is_epoch(seconds: np.ndarray) -> bool:
    return bool(((seconds >= EPOCH_S[0]) & (seconds < EPOCH_S[1])).all())


def _instants(table: Table, cells: list[str]) -> np.ndarray:
    """Seconds of written times, which all name a time of day, and all a zone or none."""
    moments = [_instant(table, k, cell) for k, cell in enumerate(cells)]
    bare = next((k for k, m in enumerate(moments) if (m.tzinfo is None) != (moments[0].tzinfo is None)), None)
    if bare is not None:
        raise refuse("times with and without a zone", file=table.file, line=table.lines[bare], fix="give all or none a zone")
    if len(cells) > 1 and not any(":" in cell for cell in cells):
        raise refuse("days without a time of day", file=table.file, line=table.lines[0], fix="write times such as 2023-11-16 18:17:03.98")
    return np.array([(m if m.tzinfo else m.replace(tzinfo=UTC)).timestamp() for m in moments])


def _instant(table: Table, row: int, cell: str) -> datetime:
    try:
        return datetime.fromisoformat(FINEST.sub(r"\1", cell))
    except ValueError:
        raise refuse(
            f"arrival {printable(cell)!r} is neither a number nor a time",
            file=table.file,
            line=table.lines[row],
            fix="write seconds, or times such as 2023-11-16 18:17:03.98",
        ) from None


def _all(table: Table, place: int, name: str, good: np.ndarray, what: str, fix: str) -> None:
    if good.all():
        return
    row = int(np.argmin(good))
    cell = printable(table.rows[row][place].strip())
    raise refuse(f"{name} {cell!r} {what}", file=table.file, line=table.lines[row], fix=fix)


__all__ = ["COLUMNS", "Requests", "read_requests"]
