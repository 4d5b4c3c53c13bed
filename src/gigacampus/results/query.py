"""SQL over runs: every table of every run folder below a directory becomes a view with a ``run`` column."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from gigacampus.registry.renamed import VARIABLES, current
from gigacampus.results.store import MANIFEST, StoreError


def runs_below(root: Path) -> list[Path]:
    """Run folders below ``root`` (or ``root`` itself), oldest name first."""
    if (root / MANIFEST).is_file():
        return [root]
    return sorted(p.parent for p in root.glob(f"*/{MANIFEST}") if not p.parent.name.startswith("."))


def query(root: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of ``sql``. Views: ``headline`` and one for each table (``draw_month``, ``world_campus_month``, ...).

    The connection is in memory and may read nothing but the run folders; a statement that writes files is refused.
    """
    import duckdb

    runs = runs_below(root)
    if not runs:
        raise StoreError(f"no run folder below {root}; make one with `gigacampus run SCENARIO --out {root}`")
    tables = sorted({p.stem for run in runs for p in (run / "tables").glob("*.parquet")})
    with duckdb.connect() as connection:
        for table in (t for t in tables if t in sql):
            files = [(run.name, run / "tables" / f"{table}.parquet") for run in runs]
            parts = [_selected(connection, name, file, sql) for name, file in files if file.exists()]
            connection.execute(f'CREATE TABLE "{table}" AS {" UNION ALL BY NAME ".join(parts)}')
        _headline(connection, runs)
        connection.execute("SET enable_external_access=false; SET lock_configuration=true")
        try:
            cursor = connection.execute(sql)
            return [c[0] for c in cursor.description or []], cursor.fetchall()
        except duckdb.Error as error:
            raise StoreError(f"the query failed: {str(error).splitlines()[0]}. Tables: headline, {', '.join(tables)}") from error


def _selected(connection: Any, run: str, file: Path, sql: str) -> str:
    """A table of one run under the present names of its columns, and under a former one too where ``sql`` asks by it."""
    stored = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{_quoted(file)}'").fetchall()]
    columns = [f'"{name}" AS "{current(name)}"' for name in stored]
    former = {new: old for old, new in VARIABLES.items() if re.search(rf"\b{old}\b", sql)}
    columns += [f'"{name}" AS "{former[current(name)]}"' for name in stored if current(name) in former]
    return f"SELECT '{run}' AS run, {', '.join(columns)} FROM '{_quoted(file)}'"


def _headline(connection: Any, runs: list[Path]) -> None:
    connection.execute(
        "CREATE TABLE headline (run VARCHAR, id VARCHAR, title VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE, "
        "unit VARCHAR, level INTEGER, text VARCHAR)"
    )
    for run in runs:
        manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
        rows = [
            (run.name, r["id"], r["title"], r["value"], r["low"], r["high"], r["unit"], r["level"], r["text"])
            for r in manifest.get("headline", [])
        ]
        if rows:
            connection.executemany("INSERT INTO headline VALUES (?,?,?,?,?,?,?,?,?)", rows)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
