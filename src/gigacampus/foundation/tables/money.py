"""Rows of money by period: files of actuals and of figures that became known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.cells import is_mark, is_number, numbers
from gigacampus.foundation.tables.headers import Column, column_of, matched, refuse_unit_above, same_unit
from gigacampus.foundation.tables.text import Table, read_table
from gigacampus.foundation.unit_names import UnknownUnit, dollars_of

PERIOD = Column("period", ("month", "quarter", "year", "date"), needed=True)
METRIC = Column("metric", ("figure", "item", "line", "variable"), needed=True)
VALUE = Column("value", ("amount", "actual", "reported"), needed=True)
UNIT = Column("unit", ("currency",))
NOISE = Column("noise", ("sigma", "standard_deviation"))
MOST_USD = 1e15
_FORMS = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})[-\s/]?[Qq](?P<q>[1-4])"),
    re.compile(r"[Qq](?P<q>[1-4])[-\s/]+(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[-\s/]?[Hh](?P<h>[12])"),
    re.compile(r"(?P<y>\d{4})"),
)


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
    """Positions of the months of ``2026-01``, ``2026Q1``, ``Q1 2026``, ``2026H1`` or ``2026``; empty unless all of them are in the run.

    >>> months_of_period("2026Q1", ["2025-12", "2026-01", "2026-02", "2026-03"])
    (1, 2, 3)
    """
    found = next((m for form in _FORMS if (m := form.fullmatch(period.strip()))), None)
    if found is None:
        return ()
    said = {k: int(v) for k, v in found.groupdict().items() if v}
    first, count = (
        (said["m"], 1) if "m" in said else (3 * said["q"] - 2, 3) if "q" in said else (6 * said["h"] - 5, 6) if "h" in said else (1, 12)
    )
    wanted = [f"{said['y']}-{m:02d}" for m in range(first, first + count)]
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
    at = matched(table, columns)
    if not 0 < len(table.rows) <= most_rows:
        raise refuse(f"{len(table.rows)} figures", file=table.file, fix=f"give 1 to {most_rows} rows")
    table = table.even()
    if not at["value"][1] and "unit" not in at:
        refuse_unit_above(table, _is_scale, "state the unit in a column `unit` (USD, USD k, USD m, USD bn)")
    scale = [_dollars(table, k, at) for k in range(len(table.rows))]
    value = _column(table, at["value"][0], "value")
    spread: list[float | None] = [None] * len(table.rows)
    if "noise" in at:
        noise_scale = _scale_of_noise(table, at["noise"][1], scale)
        read = _column(table, at["noise"][0], "noise", may_miss=True)
        spread = [None if n != n else n * s for n, s in zip(read, noise_scale, strict=True)]
    period, metric = (table.column(at[name][0]) for name in ("period", "metric"))
    rows = zip(table.lines, period, metric, value, scale, spread, strict=True)
    return [MoneyRow(line, p, m, _bounded(table, line, v * s), u, n) for line, p, m, v, (s, u), n in rows]


def _dollars(table: Table, k: int, at: dict[str, tuple[int, str]]) -> tuple[float, str]:
    """US dollars in one unit of a row, and the unit as written, in its own column or in the header of the values."""
    own, header = (table.rows[k][at["unit"][0]].strip() if "unit" in at else ""), at["value"][1]
    if own and header and not same_unit(own, header):
        raise refuse(
            f"unit {printable(own)} under a header in {printable(header)}",
            file=table.file,
            line=table.lines[k],
            fix="state the unit once, in the header or in the column unit",
        )
    unit = own or header
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


def _column(table: Table, i: int, name: str, *, may_miss: bool = False) -> list[float]:
    found = numbers(table.column(i), table.lines, table.file, name, separator=table.separator)
    if found.unit:
        line = table.lines[0]
        raise refuse(f"{name}: unit {printable(found.unit)} in the cells", file=table.file, line=line, fix="put units in the column unit")
    out: list[float] = found.values.tolist()
    for k, value in enumerate(out):
        if (value != value or is_mark(value)) and not may_miss:
            cell = printable(table.rows[k][i].strip())
            raise refuse(f"not a usable number: {cell!r}", file=table.file, line=table.lines[k], fix="write digits such as -1.46e9")
    return out


def _bounded(table: Table, line: int, usd: float) -> float:
    if abs(usd) > MOST_USD:
        raise refuse(f"USD {usd:g} is no figure of a company", file=table.file, line=line, fix="check value and unit")
    return usd
