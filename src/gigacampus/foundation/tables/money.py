"""Rows of money by period: files of actuals and of figures that became known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.cells import Marks, decimal_mark_of, is_mark, is_missing, is_number, numbers
from gigacampus.foundation.tables.headers import Column, column_of, matched, refuse_unit_above
from gigacampus.foundation.tables.periods import period_of
from gigacampus.foundation.tables.text import Table, read_table, warn_of_unseen
from gigacampus.foundation.unit_names import UnknownUnit, dollars_of, joined_unit, same_unit

PERIOD = Column("period", ("month", "quarter", "year", "date"), needed=True)
METRIC = Column("metric", ("figure", "item", "line", "variable"), needed=True)
VALUE = Column("value", ("amount", "actual", "reported"), needed=True)
UNIT = Column("unit", ("currency",))
NOISE = Column("noise", ("sigma", "standard_deviation"))
MOST_USD = 1e15


@dataclass(frozen=True)
class MoneyRow:
    """One row of a file; USD."""

    line: int
    period: str
    metric: str
    value: float
    unit: str
    """As written; empty: none."""
    noise: float | None = None


def months_of_period(period: str, labels: Sequence[str]) -> tuple[int, ...]:
    """Positions of the months of a period as ``period_of`` reads it; empty unless all of them are in the run.

    >>> months_of_period("2026Q1", ["2025-12", "2026-01", "2026-02", "2026-03"])
    (1, 2, 3)
    """
    found = period_of(period)
    wanted = found.months if found else []
    return tuple(labels.index(n) for n in wanted) if all(n in labels for n in wanted) else ()


def read_money(path: Path, *, most_rows: int, most_bytes: int, noise: bool = False) -> list[MoneyRow]:
    """Rows of a CSV or xlsx file with columns period, metric, value and unit (and noise, where asked for).

    Raises ``ScenarioError`` for a column that is none of them, a number that is none, and a unit that is no US dollars.
    """
    columns = (PERIOD, METRIC, VALUE, UNIT, *((NOISE,) if noise else ()))
    table = read_table(
        path,
        known=lambda c: not is_number(c) and column_of(c, columns) is not None,
        most_bytes=most_bytes,
        columns=", ".join(c.name for c in columns),
    )
    warn_of_unseen(table)
    at = matched(table, columns)
    if not 0 < len(table.rows) <= most_rows:
        raise refuse(f"{len(table.rows)} figures", file=table.file, fix=f"give 1 to {most_rows} rows")
    table = table.even()
    if not at["value"][1] and "unit" not in at:
        refuse_unit_above(table, _is_scale, "state the unit in a column `unit` (USD, USD k, USD m, USD bn)")
    value = _column(table, at["value"][0], "value")
    scale = [_dollars(table, k, at, value[k][1]) for k in range(len(table.rows))]
    spread: list[float | None] = [None] * len(table.rows)
    if "noise" in at:
        noise_scale = _scale_of_noise(table, at["noise"][1], scale)
        read = _column(table, at["noise"][0], "noise", may_miss=True)
        spread = [
            None if n != n else n * (_factor(table, u, line) if u else s)
            for (n, u), s, line in zip(read, noise_scale, table.lines, strict=True)
        ]
    period, metric = (table.column(at[name][0]) for name in ("period", "metric"))
    rows = zip(table.lines, period, metric, value, scale, spread, strict=True)
    return [MoneyRow(line, p, m, _bounded(table, line, v * s), u, n) for line, p, m, (v, _), (s, u), n in rows]


def _dollars(table: Table, k: int, at: dict[str, tuple[int, str]], in_cell: str) -> tuple[float, str]:
    """US dollars in one unit of a row, and the unit as written: beside the number, in its own column, or in the header of the values."""
    own, header = (table.rows[k][at["unit"][0]].strip() if "unit" in at else ""), at["value"][1]
    if own and header and not same_unit(own, header):
        raise refuse(
            f"unit {printable(own)} under a header in {printable(header)}",
            file=table.file,
            line=table.lines[k],
            fix="state the unit once, in the header or in the column unit",
        )
    try:
        unit = joined_unit(in_cell, own or header)
    except UnknownUnit as problem:
        raise refuse(str(problem), file=table.file, line=table.lines[k], fix="state the unit once, in the column unit") from None
    return (_factor(table, unit, table.lines[k]), unit) if unit else (1.0, "")


def _is_scale(word: str) -> bool:
    """Whether words above a table scale its money: ``USD m``, ``millions``, ``$000s``."""
    try:
        return dollars_of(word) not in (None, 1.0) or re.fullmatch(r"(in_)?(thousand|million|billion)s?|.?000s?", word.lower()) is not None
    except UnknownUnit:
        return True


def _scale_of_noise(table: Table, unit: str, scale: Sequence[tuple[float, str]]) -> list[float]:
    """US dollars in one unit of each row's noise: that of its own header, else that of its value."""
    return [_factor(table, unit, table.header_line)] * len(scale) if unit else [factor for factor, _ in scale]


def _factor(table: Table, unit: str, line: int) -> float:
    try:
        factor = dollars_of(unit)
    except UnknownUnit as problem:
        raise refuse(str(problem), file=table.file, line=line, fix="use USD, USD k, USD m or USD bn") from None
    if factor is None:
        raise refuse(f"unknown unit {printable(unit)!r}", file=table.file, line=line, fix="use USD, USD k, USD m or USD bn")
    return factor


def _column(table: Table, i: int, name: str, *, may_miss: bool = False) -> list[tuple[float, str]]:
    """Numbers of a column, each with the unit that stands beside it; empty: none does."""
    cells = table.column(i)
    if all(is_number(cell) or is_missing(cell) for cell in cells):
        out = [(v, "") for v in numbers(cells, table.lines, table.file, name, separator=table.separator).values.tolist()]
    else:
        marks = Marks(decimal_mark_of(cells))
        found = (
            numbers([c], [line], table.file, name, separator=table.separator, marks=marks)
            for c, line in zip(cells, table.lines, strict=True)
        )
        out = [(float(one.values[0]), one.unit) for one in found]
    for k, (value, _) in enumerate(out):
        if (value != value or is_mark(value)) and not may_miss:
            cell = printable(table.rows[k][i].strip())
            raise refuse(f"not a usable number: {cell!r}", file=table.file, line=table.lines[k], fix="write digits such as -1.46e9")
    return out


def _bounded(table: Table, line: int, usd: float) -> float:
    if abs(usd) > MOST_USD:
        raise refuse(f"USD {usd:g} is no figure of a company", file=table.file, line=line, fix="check value and unit")
    return usd
