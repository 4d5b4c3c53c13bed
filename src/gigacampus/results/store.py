"""The run folder: manifest, one Parquet table for each set of dimensions, written aside and renamed when complete."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache as once
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.pipeline import cache
from gigacampus.registry.stages import BY_NAME
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.result import Result, Sampled, sample_axis

SCHEMA_VERSION = 2
MANIFEST = "manifest.json"
FILES = "files"
"""Folder in a run folder with copies of the tables and maps that the scenario names."""
STALE_S = 86_400.0
"""Age of a temporary folder that no run can still be writing."""
FORMAT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1"
"""No dictionaries: few numbers of a run are alike, and looking for those that are takes longer than writing them."""
INPUTS = ("inputs_world", "inputs_draw")
"""Tables of the sampled inputs, one column for each uncertain path."""
AGAIN = "Run the scenario again with this version of gigacampus, or read the folder with the version that its manifest names."
"""What to do with a run folder that this version cannot read."""


class StoreError(RuntimeError):
    """A run folder that cannot be read: says which, why, and what to do."""


@contextmanager
def folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside ``target`` that becomes ``target`` only if the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    try:
        yield work
        os.chmod(work, 0o755)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent))
            os.replace(target, old / "run")
            os.replace(work, target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove temporary folders that a killed run left in ``parent`` more than a day ago."""
    for left in parent.glob(".*.part"):
        try:
            stale = left.is_dir() and not left.is_symlink() and time.time() - left.stat().st_mtime > STALE_S
        except OSError:
            continue
        if stale:
            shutil.rmtree(left, ignore_errors=True)


def signature(name: str) -> tuple[str, ...]:
    """Dimensions of the stored table that holds ``name``, sampling axis first."""
    variable = REGISTRY[name]
    return (("world",) if sample_axis(variable) == "world" else ()) + variable.dims


def write(result: Result, target: Path, *, reuse: bool = False) -> None:
    """Write manifest, resolved scenario and tables into the (temporary) folder ``target``.

    With ``reuse``, tables that an earlier run of the same physics wrote are copied from the cache.
    """
    import duckdb

    groups: dict[tuple[str, ...], list[str]] = {}
    for name in result.names():
        groups.setdefault(signature(name), []).append(name)
    tables = target / "tables"
    tables.mkdir()
    with duckdb.connect() as connection:
        connection.execute("SET threads=1; SET preserve_insertion_order=true")
        for dims, names in groups.items():
            path = tables / f"{'_'.join(dims)}.parquet"
            kept = _kept(result, dims, names) if reuse else None
            if kept is None or not _copied(kept, path):
                _table(connection, result, dims, names, path)
                if kept is not None:
                    _copied(path, kept)
        if result.sampled is not None:
            _inputs(connection, result.sampled, tables)
    manifest = {
        "schema_version": SCHEMA_VERSION,
        **result.manifest,
        "coords": result.coords,
        "scenario": result.scenario,
        "tables": {"_".join(d): n for d, n in groups.items()},
        "copies": {path: f"{k}{file.suffix}" for k, (path, file) in enumerate(result.files.items())},
    }
    for leaf, file in result.files.items():
        copy = target / FILES / manifest["copies"][leaf]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, default=str)}" for key, value in manifest.items())
    (target / MANIFEST).write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


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
    return cache.directory("tables") / f"{hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:40]}.parquet"


def _copied(source: Path, target: Path) -> bool:
    """Copy one file, whole or not at all; False where that cannot be done."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, part)
        os.replace(part, target)
    except OSError:
        part.unlink(missing_ok=True)
        return False
    return True


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
        picked.append(f'{_listed(labels)}[at_{dim} + 1] AS "{dim}"' if named else f'at_{dim} AS "{dim}"')
    columns |= {n: np.ascontiguousarray(result.array(n), dtype=np.float64).reshape(-1) for n in names}
    if not columns[names[0]].size:
        columns = {k: np.zeros(0, dtype=v.dtype) for k, v in columns.items()}
    connection.register("t", columns)
    picked += [f'"{n}"' for n in names]
    connection.execute(f"COPY (SELECT {', '.join(picked)} FROM t) TO '{_quoted(path)}' ({FORMAT})")
    connection.unregister("t")


def _listed(labels: Sequence[str] | None) -> str:
    return "[" + ", ".join("'" + label.replace("'", "''") + "'" for label in labels or ()) + "]"


def _inputs(connection: Any, sampled: Sampled, tables: Path) -> None:
    """The sampled inputs: one row for each world, and one for each draw with the world it lives in."""
    count = max((len(v) for v in sampled.worlds.values()), default=int(sampled.world_of_draw.max(initial=0)) + 1)
    for name, columns in (
        (INPUTS[0], {"world": np.arange(count), **sampled.worlds}),
        (INPUTS[1], {"draw": np.arange(len(sampled.world_of_draw)), "world": sampled.world_of_draw, **sampled.draws}),
    ):
        connection.register("t", {k: np.ascontiguousarray(v) for k, v in columns.items()})
        connection.execute(f"COPY (SELECT * FROM t) TO '{_quoted(tables / (name + '.parquet'))}' ({FORMAT})")
        connection.unregister("t")


def _read_inputs(connection: Any, tables: Path) -> Sampled | None:
    if not all((tables / f"{name}.parquet").is_file() for name in INPUTS):
        return None
    world, draw = (connection.execute(f"SELECT * FROM '{_quoted(tables / (name + '.parquet'))}'").fetchnumpy() for name in INPUTS)
    plain = [{k: np.ma.filled(v.astype(float), np.nan) for k, v in rows.items() if k not in ("world", "draw")} for rows in (world, draw)]
    return Sampled(plain[0], plain[1], np.asarray(draw["world"], dtype=int))


class _Stored(Mapping[str, np.ndarray]):
    """Arrays of a run folder, each read when first asked for, with the rest of its table where that is not by draw."""

    def __init__(self, files: dict[str, Path], lengths: Mapping[str, int], stored_as: Mapping[str, str]) -> None:
        self.files, self.lengths, self.stored_as = files, lengths, stored_as
        self.read: dict[str, np.ndarray] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __contains__(self, name: object) -> bool:
        return name in self.files

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.read:
            file = self.files[name]
            self.read |= self._columns(file, [name] if "draw" in signature(name) else [n for n, f in self.files.items() if f == file])
        return self.read[name]

    def _columns(self, file: Path, names: list[str]) -> dict[str, np.ndarray]:
        columns = ", ".join(f'"{self.stored_as.get(n, n)}" AS "{n}"' for n in names)
        rows = _asked(file, lambda c, at: c.execute(f"SELECT {columns} FROM {at}").fetchnumpy())
        return {n: np.ma.filled(rows[n], np.nan).reshape(tuple(self.lengths[d] for d in signature(n))) for n in names}


@once
def _reader() -> Any:
    """The one connection that reads tables: opening another costs more than most of what is read."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads=1; SET preserve_insertion_order=true")
    return connection


def _asked(file: Path, ask: Callable[[Any, str], Any]) -> Any:
    """What ``ask(connection, quoted file)`` gives of one table; a table that cannot be read is refused by name."""
    import duckdb

    try:
        with _reader().cursor() as cursor:
            return ask(cursor, f"'{_quoted(file)}'")
    except duckdb.Error as error:
        raise StoreError(f"{file} cannot be read: {str(error).splitlines()[0]}. {AGAIN}") from None


def _laid_out(file: Path, names: list[str], lengths: Mapping[str, int], stored_as: Mapping[str, str]) -> None:
    """Refuse a table that holds another layout than this version reads, before anything of it is read."""
    rows, columns = _asked(
        file,
        lambda c, at: (
            c.execute(f"SELECT num_rows FROM parquet_file_metadata({at})").fetchone()[0],
            {row[0] for row in c.execute(f"SELECT name FROM parquet_schema({at})").fetchall()},
        ),
    )
    for name in names:
        dims = signature(name)
        shape = tuple(lengths.get(d, -1) for d in dims)
        if stored_as.get(name, name) not in columns:
            raise StoreError(f"{file} holds no {name}: another layout wrote it. {AGAIN}")
        if file.stem != "_".join(dims) or min(shape, default=0) < 0 or rows != math.prod(shape):
            wanted = " x ".join(f"{d} {lengths.get(d, '(not in this run)')}" for d in dims)
            raise StoreError(f"{file} holds {rows:,} values of {name} and this version reads {wanted}: another layout wrote it. {AGAIN}")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def read(run: Path) -> Result:
    """Open a run folder of this or an older version."""
    from gigacampus.results.migrate import migrate

    manifest_path = run / MANIFEST
    if not manifest_path.is_file():
        raise StoreError(f"{run} is not a run folder: it holds no {MANIFEST}. Name a folder that `gigacampus run` wrote.")
    try:
        manifest = migrate(json.loads(manifest_path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise StoreError(f"{manifest_path} cannot be read: {error}") from error
    coords, scenario, tables = manifest.pop("coords"), manifest.pop("scenario"), manifest.pop("tables")
    lengths = {d: len(v) for d, v in coords.items()} | {"world": manifest["run"]["worlds"], "draw": manifest["run"]["draws"], "hour": 8760}
    known = {run / "tables" / f"{table}.parquet": [n for n in names if n in REGISTRY] for table, names in tables.items()}
    known = {file: names for file, names in known.items() if names}
    stored_as = manifest.pop("stored_as", {})
    for file, names in known.items():
        _laid_out(file, names, lengths, stored_as)
    arrays = _Stored({name: file for file, names in known.items() for name in names}, lengths, stored_as)
    with _reader().cursor() as cursor:
        sampled = _read_inputs(cursor, run / "tables")
    files = {path: run / FILES / name for path, name in manifest.pop("copies", {}).items()}
    return Result(manifest, coords, scenario, arrays, run, sampled, files)
