"""SQL over runs: every table of every run folder below a directory becomes a table with a ``run`` column."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from gigacampus.registry.renamed import VARIABLES, current_input, first_input
from gigacampus.results import parquet
from gigacampus.results.manifest import read_manifest
from gigacampus.results.run_folder import MANIFEST, TABLES, StoreError
from gigacampus.results.store import INPUTS, RunFiles

PLAIN = re.compile(r"[A-Za-z0-9_.]+")
"""Names that may be spelt in SQL; columns of a run may be called anything."""
MEMORY_GB = 4
"""Memory that DuckDB's operators may take together, and that the process may grow by: DuckDB does not count what one text takes."""
LONGEST_S = 60.0
MOST_ROWS = 1_000_000
ALLOWED = ("SELECT", "EXPLAIN", "MULTI")
"""Statements that only read; the last is how PIVOT is parsed."""
LOCK = "SET enable_external_access=false; SET lock_configuration=true"
HEADLINE = (
    "CREATE TABLE headline (run VARCHAR, id VARCHAR, title VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE, "
    "unit VARCHAR, level INTEGER, text VARCHAR)"
)
COLUMNS = ("id", "title", "value", "low", "high", "unit", "level", "text")


def runs_below(root: Path) -> list[Path]:
    """Run folders below ``root`` (or ``root`` itself), oldest name first."""
    if (root / MANIFEST).is_file():
        return [root]
    return sorted(p.parent for p in root.glob(f"*/{MANIFEST}") if not p.parent.name.startswith("."))


def query(root: Path, sql: str, *, seconds: float = LONGEST_S) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of ``sql``, which reads the runs and nothing else, for at most ``seconds``.

    Tables: ``headline`` and one for each table of the runs (``draw_month``, ``world_campus_month``, ...). They are loaded into
    memory; then the connection is shut to files and settings, and only then is ``sql`` looked at.
    """
    import duckdb

    runs = runs_below(root)
    if not runs:
        raise StoreError(f"no run folder below {root}; make one with `gigacampus run SCENARIO --out {root}`")
    manifests = {run: read_manifest(run) for run in runs}
    tables = sorted({name for run in runs for name in _tables_of(run, manifests[run])})
    with duckdb.connect() as connection:
        connection.execute(parquet.PLAIN)
        connection.execute(f"SET memory_limit='{MEMORY_GB}GB'; SET temp_directory=''")
        for table in (t for t in tables if re.search(rf"(?i)\b{t}\b", sql)):
            _load(connection, table, manifests, sql)
        _headline(connection, manifests)
        connection.execute(LOCK)
        with _within(connection, seconds) as late, _bounded_growth():
            try:
                return _rows(connection, sql)
            except (duckdb.Error, MemoryError) as error:
                why = f"it took longer than {seconds:g} s" if late.is_set() else (str(error) or "out of memory").splitlines()[0]
                raise StoreError(f"the query failed: {why}. Tables: headline, {', '.join(tables)}") from None


def _rows(connection: Any, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    asked = [statement.type.name for statement in connection.extract_statements(sql)]
    if len(asked) != 1 or asked[0] not in ALLOWED:
        raise StoreError(
            f"the query failed: one SELECT is expected, not {', '.join(asked) or 'nothing'}: a query reads the runs and changes nothing"
        )
    cursor = connection.execute(sql)
    rows = cursor.fetchmany(MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        raise StoreError(f"the query failed: it gives more than {MOST_ROWS:,} rows; add a LIMIT, or sum them up")
    return [c[0] for c in cursor.description or []], rows


@contextmanager
def _within(connection: Any, seconds: float) -> Iterator[threading.Event]:
    """Interrupt the connection after ``seconds``; the event says whether that happened."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        connection.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


@contextmanager
def _bounded_growth() -> Iterator[None]:
    """Let the process grow by ``MEMORY_GB`` at most; nothing where the system does not say or does not bound how large a process is."""
    size = Path("/proc/self/statm")
    if not size.is_file():
        yield
        return
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = int(size.read_text().split()[0]) * resource.getpagesize() + MEMORY_GB * 10**9
    unbounded = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (min((most, *(bound for bound in (before, hard) if bound != unbounded))), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def _tables_of(run: Path, manifest: dict[str, Any]) -> list[str]:
    return [*manifest["tables"], *(name for name in INPUTS if (run / TABLES / f"{name}.parquet").is_file())]


def _load(connection: Any, table: str, manifests: dict[Path, dict[str, Any]], sql: str) -> None:
    """One table of all runs that hold it. Names of runs travel as values, their files as open descriptors."""
    parts = []
    with ExitStack() as stack:
        for k, (run, manifest) in enumerate(manifests.items()):
            if table in _tables_of(run, manifest):
                stream = stack.enter_context(RunFiles(run, manifest["checksums"]).open(f"{TABLES}/{table}.parquet"))
                connection.execute(f"SET VARIABLE run_{k} = ?", [run.name])
                parts.append(f"SELECT getvariable('run_{k}') AS run, {_columns(connection, stream, sql)} FROM {parquet.table_in(stream)}")
        import duckdb

        try:
            connection.execute(f'CREATE TABLE "{table}" AS {" UNION ALL BY NAME ".join(parts)}')
        except (duckdb.Error, MemoryError) as error:
            raise StoreError(f"the tables {table} cannot be read together: {(str(error) or 'out of memory').splitlines()[0]}") from None


def _columns(connection: Any, stream: BinaryIO, sql: str) -> str:
    """Columns under their present names, and under a former one too where ``sql`` asks by it; only names of this program are spelt."""
    stored = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {parquet.table_in(stream)}").fetchall()}
    known = VARIABLES | {first_input(path): current_input(path) for path in stored if current_input(path) != first_input(path)}
    renames = [f'"{old}" AS "{new}"' for old, new in known.items() if old in stored and PLAIN.fullmatch(old)]
    former = [(old, new) for old, new in known.items() if re.search(rf"\b{re.escape(old)}\b", sql) and PLAIN.fullmatch(old)]
    extra = [f'"{name}" AS "{old}"' for old, new in former for name in (old, new) if name in stored]
    return ", ".join([f"* RENAME ({', '.join(renames)})" if renames else "*", *extra])


def _headline(connection: Any, manifests: dict[Path, dict[str, Any]]) -> None:
    connection.execute(HEADLINE)
    rows = [(run.name, *(row.get(c) for c in COLUMNS)) for run, manifest in manifests.items() for row in manifest.get("headline", [])]
    if rows:
        connection.executemany("INSERT INTO headline VALUES (?,?,?,?,?,?,?,?,?)", rows)
