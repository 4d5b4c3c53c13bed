"""What a worker does: one case from its texts to the bytes of its table."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.answers.by_year import by_year
from gigacampus.answers.figures import Figure
from gigacampus.answers.headline import headline
from gigacampus.foundation.errors import refuse
from gigacampus.results import parquet
from gigacampus.results.result import Result
from gigacampus.sweep.cases import Case, key_of

TEXTS = ("id", "place", "period", "title", "unit", "state", "text")
NUMBERS = ("value", "low", "high")


@dataclass(frozen=True)
class Task:
    """A case, and what a worker needs beside it."""

    case: Case
    scenario: Path
    sets: tuple[str, ...]
    columns: tuple[tuple[str, bool], ...]
    """Every input that some case of the sweep sets, and whether it is a number in all of them."""


@dataclass(frozen=True)
class Done:
    """What a worker gives back."""

    table: bytes
    """A Parquet file: the same bytes for the same case, whoever computes it."""
    seconds: float


def run_case(task: Task) -> Done:
    """Compute a case. Refused when its scenario is no longer, or not here, what it was when the cases were checked."""
    from gigacampus import api
    from gigacampus.pipeline.run import run
    from gigacampus.scenario.document import load

    began = time.perf_counter()
    scenario, document = load(task.scenario, sets=task.sets)
    if key_of(document) != task.case.key:
        raise refuse(
            f"case {task.case.number}: the scenario, a file of it or the program here is another than the one that was checked",
            file=str(task.scenario),
            fix="leave files as they are while a sweep runs, give all workers the same version of gigacampus, and start again",
        )
    result = api.result_of(run(scenario, threads=1), document)
    return Done(table_of(task.case, task.columns, figures(result)), time.perf_counter() - began)


def figures(result: Result) -> list[Figure]:
    """The rows of a case: the headline, then each campus and the company by calendar year."""
    return [*headline(result), *by_year(result)]


def table_of(case: Case, columns: Sequence[tuple[str, bool]], rows: Sequence[Figure]) -> bytes:
    """A case's figures as a Parquet file: ``case``, ``number``, a column for each input, then the figures' own columns."""
    n = len(rows)
    data: dict[str, np.ndarray] = {"case": _texts([case.key] * n), "number": np.full(n, case.number, dtype=np.int32)}
    for path, is_number in columns:
        value = case.values.get(path)
        data[path] = _floats([value] * n) if is_number else _texts([None if value is None else _said(value)] * n)
    data |= {name: _texts([str(getattr(row, name)) for row in rows]) for name in TEXTS}
    data |= {name: _floats([getattr(row, name) for row in rows]) for name in NUMBERS}
    data["level"] = np.array([row.level for row in rows], dtype=np.int32)
    picked = ", ".join(_column(name, array) for name, array in data.items())
    with tempfile.TemporaryDirectory() as folder, parquet.writer() as connection:
        target = Path(folder) / "case.parquet"
        connection.register("t", {f"c{k}": array for k, array in enumerate(data.values())})
        named = ", ".join(f'c{k} AS "{_quoted(name)}"' for k, name in enumerate(data))
        parquet.write(connection, f"SELECT {picked} FROM (SELECT {named} FROM t)", target)
        return target.read_bytes()


def _said(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _texts(values: Sequence[str | None]) -> np.ndarray:
    return np.array(values, dtype=object)


def _floats(values: Sequence[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _column(name: str, array: np.ndarray) -> str:
    """SQL of a column; what is not known is null."""
    quoted = f'"{_quoted(name)}"'
    if array.dtype.kind == "f":
        return f"nullif({quoted}, 'NaN'::DOUBLE) AS {quoted}"
    return f"{quoted}::VARCHAR AS {quoted}" if array.dtype.kind == "O" else quoted
