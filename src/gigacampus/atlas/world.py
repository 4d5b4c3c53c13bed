"""Run every tracked campus as one batch, and lay what came out side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gigacampus.atlas import scenarios
from gigacampus.atlas.campuses import Campus, campuses
from gigacampus.atlas.page import page
from gigacampus.atlas.rows import PEOPLE, PER_YEAR, Band, Row
from gigacampus.atlas.tables import write
from gigacampus.foundation.whole_file import write_text
from gigacampus.sweep.design import Design
from gigacampus.sweep.run import Tell, work
from gigacampus.sweep.store import GLOB

SCENARIOS, BATCH, PAGE = "scenarios", "batch", "world.html"


def run(out: Path, *, executor: str, workers: int | None, worlds: int | None = None, tell: Tell | None = None) -> dict[str, Any]:
    """Write scenarios, run those that are not finished, write page and tables into ``out``; tells what ``sweep status`` does."""
    some = campuses()
    files = write_scenarios(out, some)
    design = Design("world", files[0], worlds, None, tuple({} for _ in some), files)
    said = work(design, out / BATCH, executor=executor, workers=workers, tell=tell)
    rows = read(out, some)
    written = write(out, rows)
    write_text(out / PAGE, page(rows))
    return {**said, "campuses": len(some), "page": str(out / PAGE), **written}


def write_scenarios(out: Path, some: Sequence[Campus]) -> tuple[Path, ...]:
    """One file for each campus, in their order."""
    folder = out / SCENARIOS
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(write_text(folder / f"{campus.key}.yaml", scenarios.text(campus)).resolve() for campus in some)


def read(out: Path, some: Sequence[Campus]) -> list[Row]:
    """Each campus with what its finished case says; the numbers of cases are those of the campuses."""
    import duckdb

    bands: dict[int, dict[tuple[str, str], Band]] = {}
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT number, id, period, low, value, high FROM read_parquet(?) WHERE list_contains(?, id) AND value IS NOT NULL",
            [str(out / BATCH / GLOB), [*PER_YEAR, *PEOPLE]],
        ).fetchall()
    for number, name, period, *band in found:
        bands.setdefault(number, {})[name, period.removeprefix("year ")] = (band[0], band[1], band[2])
    return [Row(campus, bands.get(n, {})) for n, campus in enumerate(some, start=1)]
