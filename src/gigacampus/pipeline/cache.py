"""Stage cache: one file for each (stage, set of worlds), named by the hash of everything that the result depends on."""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
import re
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import BaseModel

from gigacampus.registry.stages import Stage

_IMPORT = re.compile(r"^\s*(?:from\s+(gigacampus[\w.]*)\s+import\s+\(?([^)#\n]*)|import\s+(gigacampus[\w.]*))", re.MULTILINE)
_NAMED = re.compile(r'\bmodule="(gigacampus[\w.]*)"')
"""A module that a table of kinds names by text."""


_FILE = re.compile(r'"(/[^"]+\.(?:csv|epw|geojson|json|osm|asc|tiff?))"', re.IGNORECASE)
ALIGN = 64
"""Bytes on whose multiples cached arrays begin."""


def directory(kind: str = "stages") -> Path:
    """Where cached stages (or written tables) lie: ``GIGACAMPUS_CACHE`` or the user's cache folder."""
    root = os.environ.get("GIGACAMPUS_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "gigacampus"
    )
    return Path(root) / kind


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


ABOVE_THE_STAGES = ("claims", "promises", "questions")
"""Folders of the library that only answers read."""


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
    return repr(value)


def key(stage: Stage, text: str, upstream: list[str]) -> str:
    """Key of one stage in one world: its inputs, the files they name, the keys before it, its sources and the library."""
    digest = hashlib.sha256()
    for part in (stage.name, version(stage.module), text, *upstream):
        digest.update(part.encode())
        digest.update(b"\0")
    for path in _FILE.findall(text):
        digest.update(_file_hash(path).encode())
    return digest.hexdigest()


@cache
def _file_hash(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def load(stage: str, name: str) -> dict[str, np.ndarray] | None:
    """Cached arrays, or None; a damaged file counts as absent.

    The file is mapped, so what nobody looks at is never read; writing into an array changes the caller's copy alone.
    """
    path = _place(stage, name)
    try:
        with path.open("rb") as stream:
            held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError):
        return None
    try:
        return _arrays_in(held)
    except (ValueError, TypeError, KeyError):
        path.unlink(missing_ok=True)
        return None


def _arrays_in(held: mmap.mmap) -> dict[str, np.ndarray]:
    """Layout: length of the header as eight digits, header (JSON), arrays end to end, each on a multiple of ``ALIGN``."""
    start = 8 + int(held[:8])
    header = json.loads(held[8:start])
    if header["bytes"] != len(held):
        raise ValueError("cut short")
    start += -start % ALIGN
    return {
        label: np.frombuffer(held, dtype, math.prod(shape), start + offset).reshape(shape)
        for label, dtype, shape, offset in header["arrays"]
    }


def save(stage: str, name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays under their key; readers see the whole file or none. A full disk is not an error of the model."""
    rows: list[Any] = []
    end = 0
    for label, array in arrays.items():
        rows.append((label, array.dtype.str, array.shape, end))
        end += array.nbytes + -array.nbytes % ALIGN
    header = _header(rows, end)
    temporary = None
    try:
        directory().mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=directory(), suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(header)
            for array in arrays.values():
                stream.write(np.ascontiguousarray(array).data)
                stream.write(bytes(-array.nbytes % ALIGN))
        os.replace(temporary, _place(stage, name))
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _header(rows: list[Any], end: int) -> bytes:
    """Header of a file whose arrays take ``end`` bytes, padded; it names the length of the whole file."""
    blank = len(json.dumps({"bytes": 0, "arrays": rows}))
    room = blank + 20
    start = 8 + room + -(8 + room) % ALIGN
    text = json.dumps({"bytes": start + end, "arrays": rows}).ljust(room)
    return f"{room:08d}{text}".encode().ljust(start, b"\0")


def _place(stage: str, name: str) -> Path:
    return directory() / f"{stage}-{name[:32]}.arrays"
