"""The run folder: manifest, one Parquet table for each set of dimensions, written aside and renamed when complete."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.results.result import Result, Sampled, sample_axis
from gigacampus.results.variables import REGISTRY

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"
INPUTS = ("inputs_world", "inputs_draw")
"""Tables of the sampled inputs, one column for each uncertain path."""


class StoreError(RuntimeError):
    """A run folder that cannot be read: says which, why, and what to do."""


@contextmanager
def folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside ``target`` that becomes ``target`` only if the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
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


def signature(name: str) -> tuple[str, ...]:
    """Dimensions of the stored table that holds ``name``, sampling axis first."""
    variable = REGISTRY[name]
    return (("world",) if sample_axis(variable) == "world" else ()) + variable.dims


def write(result: Result, target: Path) -> None:
    """Write manifest, resolved scenario and tables into the (temporary) folder ``target``."""
    import duckdb

    groups: dict[tuple[str, ...], list[str]] = {}
    for name in result.names():
        groups.setdefault(signature(name), []).append(name)
    tables = target / "tables"
    tables.mkdir()
    with duckdb.connect() as connection:
        connection.execute("SET threads=1; SET preserve_insertion_order=true")
        for dims, names in groups.items():
            _table(connection, result, dims, names, tables / f"{'_'.join(dims)}.parquet")
        if result.sampled is not None:
            _inputs(connection, result.sampled, tables)
    manifest = {"schema_version": SCHEMA_VERSION, **result.manifest, "coords": result.coords, "scenario": result.scenario,
                "tables": {"_".join(d): n for d, n in groups.items()}}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1, default=str), encoding="utf-8")


def _table(connection: Any, result: Result, dims: tuple[str, ...], names: list[str], path: Path) -> None:
    columns = {n: np.ascontiguousarray(result.array(n), dtype=np.float64).reshape(-1) for n in names}
    shape = result.array(names[0]).shape
    grids: list[np.ndarray] = list(np.indices(shape, dtype=np.int32, sparse=True))
    for dim, grid in zip(dims, grids, strict=True):
        labels = result.coords.get(dim)
        codes = np.broadcast_to(grid, shape).reshape(-1)
        if labels and isinstance(labels[0], str):
            connection.register(f"l_{dim}", {"code": np.arange(len(labels), dtype=np.int32), "label": np.array(labels, dtype=object)})
            columns[f"_{dim}"] = codes
        else:
            columns[dim] = codes
    if not columns[names[0]].size:
        columns = {k: np.zeros(0) for k in columns}
    connection.register("t", columns)
    labelled = [d for d in dims if f"_{d}" in columns]
    picked = [f'l_{d}.label AS "{d}"' if d in labelled else f't."{d}"' for d in dims] + [f't."{n}"' for n in names]
    joins = " ".join(f'JOIN l_{d} ON t."_{d}" = l_{d}.code' for d in labelled)
    order = ", ".join(f't."_{d}"' if d in labelled else f't."{d}"' for d in dims)
    connection.execute(
        f"COPY (SELECT {', '.join(picked)} FROM t {joins} ORDER BY {order}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")
    connection.unregister("t")


def _inputs(connection: Any, sampled: Sampled, tables: Path) -> None:
    """The sampled inputs: one row for each world, and one for each draw with the world it lives in."""
    count = max((len(v) for v in sampled.worlds.values()), default=int(sampled.world_of_draw.max(initial=0)) + 1)
    for name, columns in ((INPUTS[0], {"world": np.arange(count), **sampled.worlds}),
                          (INPUTS[1], {"draw": np.arange(len(sampled.world_of_draw)), "world": sampled.world_of_draw, **sampled.draws})):
        connection.register("t", {k: np.ascontiguousarray(v) for k, v in columns.items()})
        connection.execute(f"COPY (SELECT * FROM t) TO '{_quoted(tables / (name + '.parquet'))}' (FORMAT parquet, COMPRESSION zstd)")
        connection.unregister("t")


def _read_inputs(connection: Any, tables: Path) -> Sampled | None:
    if not all((tables / f"{name}.parquet").is_file() for name in INPUTS):
        return None
    world, draw = (connection.execute(f"SELECT * FROM '{_quoted(tables / (name + '.parquet'))}'").fetchnumpy() for name in INPUTS)
    plain = [{k: np.ma.filled(v.astype(float), np.nan) for k, v in rows.items() if k not in ("world", "draw")} for rows in (world, draw)]
    return Sampled(plain[0], plain[1], np.asarray(draw["world"], dtype=int))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def read(run: Path) -> Result:
    """Open a run folder of this or an older version."""
    import duckdb

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
    arrays: dict[str, np.ndarray] = {}
    with duckdb.connect() as connection:
        connection.execute("SET threads=1; SET preserve_insertion_order=true")
        for table, names in tables.items():
            known = [n for n in names if n in REGISTRY]
            if not known:
                continue
            columns, file = ", ".join(f'"{n}"' for n in known), _quoted(run / "tables" / f"{table}.parquet")
            rows = connection.execute(f"SELECT {columns} FROM '{file}'").fetchnumpy()
            for name in known:
                shape = tuple(lengths[d] for d in signature(name))
                arrays[name] = np.ma.filled(rows[name], np.nan).reshape(shape)
        sampled = _read_inputs(connection, run / "tables")
    return Result(manifest, coords, scenario, arrays, run, sampled)
