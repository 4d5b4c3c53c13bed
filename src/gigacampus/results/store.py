"""The run folder: manifest, one Parquet table for each set of dimensions, written aside and renamed when complete."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.cache_folder import cache_folder, file_hash, seal, unseal
from gigacampus.pipeline import cache
from gigacampus.registry.renamed import current_input
from gigacampus.registry.stages import BY_NAME
from gigacampus.registry.variables import REGISTRY
from gigacampus.results import parquet
from gigacampus.results.manifest import read_manifest, write_manifest
from gigacampus.results.migrate import SCHEMA_VERSION
from gigacampus.results.result import Result, Sampled, sample_axis
from gigacampus.results.run_folder import AGAIN, COPIES, MANIFEST, REPORT, TABLES, StoreError, checked, folder, opened
from gigacampus.scenario.named_files import FREE_TEXT, may_name_a_file

__all__ = ["MANIFEST", "StoreError", "folder", "read", "seal_folder", "signature", "write"]

TIMINGS = "timings.json"
"""What differs between equal runs: how long each stage took, and which came from the cache. No checksum covers it."""
MOST_TIMINGS = 100_000
CLOCK = ("seconds", "from_cache")
INPUTS = ("inputs_world", "inputs_draw")
"""Tables of the sampled inputs, one column for each uncertain path."""
MOST_VALUES = 2_000_000_000
"""Largest table that is read, in values of all its columns: a small file may claim to hold any number of rows."""


def signature(name: str) -> tuple[str, ...]:
    """Dimensions of the stored table that holds ``name``, sampling axis first."""
    variable = REGISTRY[name]
    return (("world",) if sample_axis(variable) == "world" else ()) + variable.dims


def write(result: Result, target: Path, *, reuse: bool = False, page: Callable[[Path], object] | None = None) -> None:
    """Write resolved scenario, tables, report and manifest into the (temporary) folder ``target``; ``page`` writes the report.

    With ``reuse``, tables that an earlier run of the same physics wrote are copied from the cache.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in result.names():
        groups.setdefault(signature(name), []).append(name)
    tables = target / TABLES
    tables.mkdir()
    with parquet.writer() as connection:
        for dims, names in groups.items():
            path = tables / f"{'_'.join(dims)}.parquet"
            kept = _kept(result, dims, names) if reuse else None
            held = unseal(kept) if kept is not None else None
            if held is not None:
                path.write_bytes(held)
                continue
            _table(connection, result, dims, names, path)
            if kept is not None:
                seal(kept, [path.read_bytes()])
        if result.sampled is not None:
            _inputs(connection, result.sampled, tables)
    manifest = {
        "schema_version": SCHEMA_VERSION,
        **{key: value for key, value in result.manifest.items() if key not in CLOCK},
        "coords": result.coords,
        "scenario": result.scenario,
        "tables": {"_".join(d): n for d, n in groups.items()},
        "copies": {path: f"{k}{file.suffix}" for k, (path, file) in enumerate(result.files.items())},
    }
    for leaf, file in result.files.items():
        copy = target / COPIES / manifest["copies"][leaf]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    if page is not None:
        page(target / REPORT)
    seal_folder(target, manifest)
    (target / TIMINGS).write_text(json.dumps({key: result.manifest[key] for key in CLOCK if key in result.manifest}), encoding="utf-8")


def seal_folder(run: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest with the hash of every other file of the folder in it."""
    files = sorted(p for p in run.rglob("*") if p.is_file() and p.name not in (MANIFEST, TIMINGS))
    sums = {p.relative_to(run).as_posix(): file_hash(p) for p in files}
    write_manifest(run, {**manifest, "checksums": sums})


def _kept(result: Result, dims: tuple[str, ...], names: list[str]) -> Path | None:
    """Where the cache keeps a table of world stages, named by all that it shows; None for tables of draws."""
    import duckdb

    keys = result.manifest.get("keys", {})
    stages = [BY_NAME[REGISTRY[name].stage] for name in names]
    if any(stage.scope != "world" or stage.name not in keys for stage in stages):
        return None
    shown = [
        duckdb.__version__,
        cache.version(__name__),
        dims,
        [(n, keys[REGISTRY[n].stage]) for n in names],
        [result.coords.get(dim) for dim in dims],
    ]
    return cache_folder("tables") / f"{hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:40]}.parquet"


def _table(connection: Any, result: Result, dims: tuple[str, ...], names: list[str], path: Path) -> None:
    """One table in the order of its dimensions; labels are looked up by position, so nothing is joined or sorted."""
    shape = result.array(names[0]).shape
    columns: dict[str, np.ndarray] = {}
    picked = []
    grids: list[np.ndarray] = list(np.indices(shape, dtype=np.int32, sparse=True))
    for dim, grid in zip(dims, grids, strict=True):
        columns[f"at_{dim}"] = np.broadcast_to(grid, shape).reshape(-1)
        labels = result.coords.get(dim)
        named = labels and isinstance(labels[0], str)
        if named:
            connection.execute(f"SET VARIABLE labels_{dim} = ?", [labels])
        picked.append(f"getvariable('labels_{dim}')[at_{dim} + 1] AS \"{dim}\"" if named else f'at_{dim} AS "{dim}"')
    columns |= {n: np.ascontiguousarray(result.array(n), dtype=np.float64).reshape(-1) for n in names}
    if not columns[names[0]].size:
        columns = {k: np.zeros(0, dtype=v.dtype) for k, v in columns.items()}
    connection.register("t", columns)
    picked += [f'"{n}"' for n in names]
    parquet.write(connection, f"SELECT {', '.join(picked)} FROM t", path)
    connection.unregister("t")


def _inputs(connection: Any, sampled: Sampled, tables: Path) -> None:
    """The sampled inputs: one row for each world, and one for each draw with the world it lives in."""
    count = max((len(v) for v in sampled.worlds.values()), default=int(sampled.world_of_draw.max(initial=0)) + 1)
    for name, columns in (
        (INPUTS[0], {"world": np.arange(count), **sampled.worlds}),
        (INPUTS[1], {"draw": np.arange(len(sampled.world_of_draw)), "world": sampled.world_of_draw, **sampled.draws}),
    ):
        connection.register("t", {k: np.ascontiguousarray(v) for k, v in columns.items()})
        parquet.write(connection, "SELECT * FROM t", tables / f"{name}.parquet")
        connection.unregister("t")


class RunFiles:
    """The files of one run folder, each checked against its hash before anything of it is believed."""

    def __init__(self, run: Path, checksums: Mapping[str, str]) -> None:
        self.run, self.checksums = run, checksums
        self._sound: dict[str, tuple[int, ...]] = {}

    def asked(self, name: str, columns: str, count: int) -> dict[str, np.ndarray]:
        """Columns of the table ``name``; ``columns`` is SQL of this program, ``count`` how many there are."""
        path = self.run / TABLES / f"{name}.parquet"
        with self.open(f"{TABLES}/{name}.parquet") as stream:
            rows, _ = self.layout(stream, path)
            if rows * max(count, 1) > MOST_VALUES:
                raise StoreError(f"{path} holds {rows:,} rows, more than are read")
            found: dict[str, np.ndarray] = parquet.ask(
                stream, path, lambda c: c.execute(f"SELECT {columns} FROM {parquet.table_in(stream)}").fetchnumpy()
            )
        return found

    def open(self, name: str) -> Any:
        """A file of the folder, open; its hash is taken when it is first opened and whenever it was changed since."""
        stream = opened(self.run, name)
        state = os.fstat(stream.fileno())
        mark = (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        if self._sound.get(name) != mark:
            if self.checksums and name not in self.checksums:
                stream.close()
                raise StoreError(f"{self.run / name} is not listed in the run's {MANIFEST}")
            checked(stream, self.run / name, self.checksums.get(name))
            self._sound[name] = mark
        return stream

    @staticmethod
    def layout(stream: Any, path: Path) -> tuple[int, set[str]]:
        """Rows and names of the columns of an open table."""
        at = parquet.at(stream)
        found: tuple[int, set[str]] = parquet.ask(
            stream,
            path,
            lambda c: (
                c.execute(f"SELECT num_rows FROM parquet_file_metadata({at})").fetchone()[0],
                {row[0] for row in c.execute(f"SELECT name FROM parquet_schema({at})").fetchall()},
            ),
        )
        return found


class _Stored(Mapping[str, np.ndarray]):
    """Arrays of a run folder, each read when first asked for, with the rest of its table where that is not by draw."""

    def __init__(self, home: RunFiles, tables: dict[str, list[str]], lengths: Mapping[str, int], stored_as: Mapping[str, str]) -> None:
        self.home, self.tables, self.lengths, self.stored_as = home, tables, lengths, stored_as
        self.table_of = {name: table for table, names in tables.items() for name in names}
        self.read: dict[str, np.ndarray] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.table_of)

    def __len__(self) -> int:
        return len(self.table_of)

    def __contains__(self, name: object) -> bool:
        return name in self.table_of

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.read:
            table = self.table_of[name]
            self.read |= self._columns(table, [name] if "draw" in signature(name) else self.tables[table])
        return self.read[name]

    def _columns(self, table: str, names: list[str]) -> dict[str, np.ndarray]:
        columns = ", ".join(f'"{self.stored_as.get(n, n)}" AS "{n}"' for n in names)
        rows = self.home.asked(table, columns, len(names))
        return {n: np.ma.filled(rows[n], np.nan).reshape(tuple(self.lengths[d] for d in signature(n))) for n in names}


def _laid_out(home: RunFiles, table: str, names: list[str], lengths: Mapping[str, int], stored_as: Mapping[str, str]) -> None:
    """Refuse a table that holds another layout than this version reads, before anything of it is read."""
    file = home.run / TABLES / f"{table}.parquet"
    with home.open(f"{TABLES}/{table}.parquet") as stream:
        rows, columns = home.layout(stream, file)
    for name in names:
        dims = signature(name)
        shape = tuple(lengths.get(d, -1) for d in dims)
        if stored_as.get(name, name) not in columns:
            raise StoreError(f"{file} holds no {name}: another layout wrote it. {AGAIN}")
        if table != "_".join(dims) or min(shape, default=0) < 0 or rows != math.prod(shape):
            wanted = " x ".join(f"{d} {lengths.get(d, '(not in this run)')}" for d in dims)
            raise StoreError(f"{file} holds {rows:,} values of {name} and this version reads {wanted}: another layout wrote it. {AGAIN}")


def _sampled(home: RunFiles) -> Sampled | None:
    names = [f"{TABLES}/{name}.parquet" for name in INPUTS]
    if not any(name in home.checksums for name in names) and not all((home.run / name).is_file() for name in names):
        return None
    world, draw = (home.asked(name, "*", 1) for name in INPUTS)
    plain = [
        {current_input(k): np.ma.filled(v.astype(float), np.nan) for k, v in rows.items() if k not in ("world", "draw")}
        for rows in (world, draw)
    ]
    return Sampled(plain[0], plain[1], np.asarray(draw["world"], dtype=int))


def timings(run: Path) -> dict[str, Any]:
    """Seconds by stage, and the stages that came from the cache; nothing where the folder does not say it."""
    try:
        found = json.loads((run / TIMINGS).read_bytes()[:MOST_TIMINGS])
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    seconds, kept = found.get("seconds"), found.get("from_cache")
    out: dict[str, Any] = {}
    if isinstance(seconds, dict) and all(isinstance(v, int | float) for v in seconds.values()):
        out["seconds"] = seconds
    if isinstance(kept, list):
        out["from_cache"] = [str(name) for name in kept]
    return out


def read(run: Path | str) -> Result:
    """Open a run folder of this or an older version; a run of somebody else is believed only as far as it can be checked.

    Parameters
    ----------
    run : path
        Folder that ``gigacampus run`` wrote.

    Returns
    -------
    Result
        The run; its tables are read when they are asked for.

    Raises
    ------
    StoreError
        When the folder is no run, or its tables are not what the manifest says.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home, folder(Path(home) / "run") as work:
    ...     write(Result({"run": {"worlds": 1, "draws": 2}}, {"month": ["2026-01"]}, {}, {"cash_usd": np.array([[1.0], [3.0]])}), work)
    ...     float(read(work).band("cash_usd")["p50"][0])
    2.0
    """
    run = Path(run)
    manifest = read_manifest(run)
    manifest |= timings(run)
    coords, scenario, tables = manifest.pop("coords"), manifest.pop("scenario"), manifest.pop("tables")
    home = RunFiles(run, manifest.pop("checksums", {}))
    lengths = {d: len(v) for d, v in coords.items()} | {"world": manifest["run"]["worlds"], "draw": manifest["run"]["draws"], "hour": 8760}
    known = {table: [n for n in names if n in REGISTRY] for table, names in tables.items()}
    known = {table: names for table, names in known.items() if names}
    stored_as = manifest.pop("stored_as", {})
    for table, names in known.items():
        _laid_out(home, table, names, lengths, stored_as)
    copies = manifest.pop("copies", {})
    _files_of_its_own(run, scenario, copies)
    for name in copies.values():
        home.open(f"{COPIES}/{name}").close()
    files = {path: run / COPIES / name for path, name in copies.items()}
    return Result(manifest, coords, scenario, _Stored(home, known, lengths, stored_as), run, _sampled(home), files)


def _files_of_its_own(run: Path, scenario: Any, copies: Mapping[str, str]) -> None:
    """Refuse a scenario that names a file of which the folder holds no copy: opened again, it would be read from anywhere."""
    for path, text in _texts(scenario):
        if path not in copies and _names_a_file(path, text):
            raise StoreError(f"{run / MANIFEST}: {path} names a file that is not in the run folder: {text[:100]!r}")


def _texts(tree: Any) -> Iterator[tuple[str, str]]:
    """Every text of nested plain data with its dotted path."""
    todo = [("", tree)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, str):
            yield path, value
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        todo += [(f"{path}.{key}" if path else str(key), child) for key, child in items]


def _names_a_file(path: str, text: str) -> bool:
    """Whether a leaf of a scenario may be read as the name of a file."""
    parts = path.split(".")
    return may_name_a_file(parts, text) or (parts[-1] not in FREE_TEXT and Path(text).is_absolute())


def report_of(run: Path) -> bytes | None:
    """The page of a run, as it was written; None where the run has none."""
    checksums = read_manifest(run).get("checksums", {})
    if REPORT not in checksums and not (run / REPORT).is_file():
        return None
    with RunFiles(run, checksums).open(REPORT) as stream:
        return bytes(stream.read())
