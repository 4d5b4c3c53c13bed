"""Stage cache: one file for each (stage, set of worlds), named by the hash of everything that the result depends on."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import BaseModel

from gigacampus.pipeline.stages import Stage

_IMPORT = re.compile(r"^\s*(?:from\s+(gigacampus[\w.]*)\s+import\s+\(?([^)#\n]*)|import\s+(gigacampus[\w.]*))", re.MULTILINE)


_FILE = re.compile(r'"(/[^"]+\.(?:csv|epw))"')


def directory() -> Path:
    """Where cached stages lie: ``GIGACAMPUS_CACHE`` or the user's cache folder."""
    root = os.environ.get("GIGACAMPUS_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "gigacampus")
    return Path(root) / "stages"


@cache
def _source(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


@cache
def _imports(module: str) -> frozenset[str]:
    """gigacampus modules that ``module`` imports directly, wherever in the file."""
    path = _source(module)
    if path is None:
        return frozenset()
    found: set[str] = set()
    for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
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
    """Cached arrays, or None; a damaged file counts as absent."""
    path = directory() / f"{stage}-{name[:32]}.npz"
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {k: archive[k] for k in archive.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        path.unlink(missing_ok=True)
        return None


def save(stage: str, name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays under their key; readers see the whole file or none. A full disk is not an error of the model."""
    folder = directory()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, folder / f"{stage}-{name[:32]}.npz")
    except OSError:
        return
