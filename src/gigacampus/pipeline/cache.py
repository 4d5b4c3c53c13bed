"""Stage cache: one file for each (stage, set of worlds), named by the hash of everything that the result depends on."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import BaseModel

from gigacampus.foundation.cache_folder import cache_folder, file_hash, seal, throw_away, unseal
from gigacampus.registry.stages import Stage

_IMPORT = re.compile(r"^\s*(?:from\s+(gigacampus[\w.]*)\s+import\s+\(?([^)#\n]*)|import\s+(gigacampus[\w.]*))", re.MULTILINE)
_NAMED = re.compile(r'\bmodule="(gigacampus[\w.]*)"')
"""A module that a table of kinds names by text."""
_TEXT = re.compile(r'"/(?:[^"\\]|\\.)*"')
"""A JSON text that may be the path of a file."""
ALIGN = 64
"""Bytes on whose multiples cached arrays begin."""


CHANGED = "gigacampus itself was changed while this process lives: start it anew; until then nothing is kept"
"""Said once where modules in memory may no longer be those on disk."""


@cache
def _source(module: str) -> Path | None:
    """File of a gigacampus module, None where there is none; looked up by name, since asking Python would import what is around it."""
    place = Path(__file__).parents[1].joinpath(*module.split(".")[1:])
    return next((path for path in (place.with_name(f"{place.name}.py"), place / "__init__.py") if path.is_file()), None)


@cache
def _imports(module: str) -> frozenset[str]:
    """gigacampus modules that ``module`` imports directly, wherever in the file, or names in a table of kinds."""
    path = _source(module)
    if path is None:
        return frozenset()
    text = path.read_text(encoding="utf-8")
    found: set[str] = set(_NAMED.findall(text))
    for match in _IMPORT.finditer(text):
        base = match.group(1) or match.group(3)
        found.add(base)
        for name in (match.group(2) or "").replace("(", "").split(","):
            candidate = f"{base}.{name.split(' as ')[0].strip()}"
            if name.strip() and _source(candidate):
                found.add(candidate)
    return frozenset(m for m in found if _source(m))


@cache
def version(module: str) -> str:
    """Hash of the sources of ``module`` and of every gigacampus module it reaches by imports."""
    seen: set[str] = set()
    todo = [module]
    while todo:
        name = todo.pop()
        if name not in seen and _source(name):
            seen.add(name)
            todo.extend(_imports(name))
    digest = hashlib.sha256()
    for name in sorted(seen):
        path = _source(name)
        digest.update(name.encode())
        digest.update(path.read_bytes() if path else b"")
    digest.update(_library_hash().encode())
    return digest.hexdigest()[:16]


ABOVE_THE_STAGES = ("ask", "basemap", "claims", "links", "promises", "questions")
"""Folders of the library that only answers, the report and `ask` read."""


@cache
def _library_hash() -> str:
    """Hash of all cited data that stages may read: they name tables of it."""
    root = Path(__file__).parents[1] / "library"
    digest = hashlib.sha256()
    files = (p for p in root.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc"))
    for path in sorted(p for p in files if p.relative_to(root).parts[0] not in ABOVE_THE_STAGES):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint(value: Any) -> str:
    """Canonical text of a picked tree: frozen models, mappings, namespaces and scalars."""
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isinstance(value, SimpleNamespace):
        return fingerprint(vars(value))
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{k}:{fingerprint(v)}" for k, v in sorted(value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(fingerprint(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def key(stage: Stage, text: str, upstream: list[str]) -> str:
    """Key of one stage in one world: its inputs, the files they name, the keys before it, its sources and the library."""
    digest = hashlib.sha256()
    for part in (stage.name, version(stage.module), text, *upstream):
        digest.update(part.encode())
        digest.update(b"\0")
    for path in named_files(text):
        digest.update(file_hash(path).encode())
    return digest.hexdigest()


def named_files(text: str) -> list[Path]:
    """Files that a fingerprint names, as scenarios name them: by absolute paths."""
    paths = (Path(json.loads(found)) for found in dict.fromkeys(_TEXT.findall(text)))
    return [path for path in paths if path.is_file()]


def _package_state() -> str:
    """Names, sizes and times of this package's sources and of its library, as they are on disk now."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for state in sorted(_states(str(root), str(root / "library"), all_files=False)):
        digest.update(state.encode())
    return digest.hexdigest()


def _states(folder: str, library: str, *, all_files: bool) -> Iterator[str]:
    """Every source below a folder, and every file below the library, with its size and time: asked before each write, so by few calls."""
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _states(entry.path, library, all_files=all_files or entry.path == library)
        elif all_files or entry.name.endswith(".py"):
            state = entry.stat()
            yield f"{entry.path}\0{state.st_size}\0{state.st_mtime_ns}\0"


_loaded_from = _package_state()
"""State of the package when this process began."""


def load(stage: str, name: str) -> dict[str, np.ndarray] | None:
    """Cached arrays, or None; a damaged file is thrown away and counts as absent.

    The file is mapped once its hash is checked; writing into an array changes the caller's copy alone.
    """
    path = _place(stage, name)
    held = unseal(path)
    if held is None:
        return None
    try:
        return _arrays_in(held)
    except (ValueError, TypeError, KeyError):
        throw_away(path)
        return None


def _arrays_in(held: memoryview) -> dict[str, np.ndarray]:
    """Layout: length of the header as eight digits, header (JSON), arrays end to end, each on a multiple of ``ALIGN``."""
    start = 8 + int(bytes(held[:8]))
    header = json.loads(bytes(held[8:start]))
    start += -start % ALIGN
    return {
        label: np.frombuffer(held, dtype, math.prod(shape), start + offset).reshape(shape)
        for label, dtype, shape, offset in header["arrays"]
    }


def save(stage: str, name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Keep arrays under their key; readers see the whole file or none. A full disk is not an error of the model."""
    if _package_state() != _loaded_from:
        warnings.warn(CHANGED, RuntimeWarning, stacklevel=2)
        return
    seal(_place(stage, name), _pieces(arrays))


def _pieces(arrays: Mapping[str, np.ndarray]) -> Iterator[bytes | memoryview]:
    """The file's content piece by piece, the header padded like the arrays."""
    rows: list[Any] = []
    end = 0
    for label, array in arrays.items():
        rows.append((label, array.dtype.str, array.shape, end))
        end += array.nbytes + -array.nbytes % ALIGN
    text = json.dumps({"arrays": rows}).encode()
    yield f"{len(text):08d}".encode() + text + bytes(-(8 + len(text)) % ALIGN)
    for array in arrays.values():
        if array.size:
            yield np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        yield bytes(-array.nbytes % ALIGN)


def _place(stage: str, name: str) -> Path:
    return cache_folder("stages") / f"{stage}-{name[:32]}.arrays"
