"""The cache on disk: one root, files that carry the hash of what they hold, a bound on their size.

Nothing in it is needed: what is absent, damaged or cannot be written is computed anew.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import IO

from gigacampus.foundation.whole_file import PART, whole_file

ROOT_VARIABLE, BOUND_VARIABLE = "GIGACAMPUS_CACHE", "GIGACAMPUS_CACHE_GB"
"""Environment variables: where the cache lies, and how large it may grow."""
DEFAULT_BOUND_GB = 10.0
PRUNED_TO_FRAC = 0.8
"""Share of the bound that pruning leaves, so that not every write prunes."""
KINDS = ("stages", "tables", "parsed", "kernels")
"""Folders below the root that are the cache's own; nothing else there is ever touched."""
STALE_S = 86_400.0
"""Age of a half-written file that nobody can still be writing."""
SEAL_BYTES = hashlib.sha256().digest_size
BLOCK_BYTES = 1 << 20


def cache_root() -> Path:
    """``GIGACAMPUS_CACHE``, else ``gigacampus`` in the user's cache folder."""
    named = os.environ.get(ROOT_VARIABLE)
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "gigacampus"


def cache_folder(kind: str) -> Path:
    """Folder of one kind of kept things; it need not exist."""
    return cache_root() / kind


def seal(path: Path, parts: Iterable[bytes | memoryview]) -> bool:
    """Keep ``parts``, end to end, followed by a hash of the file's name and of them; False where that cannot be done."""
    digest = hashlib.sha256(path.name.encode())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as part, part.open("wb") as stream:
            for piece in parts:
                digest.update(piece)
                stream.write(piece)
            stream.write(digest.digest())
    except OSError:
        return False
    _bound_growth(path)
    return True


def unseal(path: Path) -> memoryview | None:
    """What ``seal`` kept, as a private copy mapped into memory; None where nothing is kept.

    A file whose hash differs is thrown away with a warning.
    """
    try:
        with path.open("rb") as stream:
            held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError):
        if _is_empty(path):
            throw_away(path)
        return None
    content = memoryview(held)
    digest = hashlib.sha256(path.name.encode())
    digest.update(content[:-SEAL_BYTES])
    if digest.digest() != content[-SEAL_BYTES:]:
        throw_away(path)
        return None
    with suppress(OSError):
        os.utime(path)
    return content[:-SEAL_BYTES]


def throw_away(path: Path) -> None:
    """Remove a damaged file and say so."""
    warnings.warn(f"{path} was damaged: thrown away, and what it held is computed anew", RuntimeWarning, stacklevel=3)
    with suppress(OSError):
        path.unlink()


def _is_empty(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size == 0
    except OSError:
        return False


def file_hash(path: Path) -> str:
    """SHA-256 of a file as it is now, in hexadecimal digits."""
    with path.open("rb") as stream:
        return stream_hash(stream)


def stream_hash(stream: IO[bytes]) -> str:
    """SHA-256 of an open file from its beginning; the file ends where it stood."""
    at = stream.tell()
    stream.seek(0)
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    stream.seek(at)
    return digest.hexdigest()


@dataclass(frozen=True)
class Kept:
    """One file of the cache."""

    path: Path
    kind: str
    size_bytes: int
    used_s: float
    """When it was last read or written, in seconds since the epoch."""


def kept_files() -> Iterator[Kept]:
    """Every file of the cache's own folders, links left out."""
    for kind in KINDS:
        for folder, _, names in os.walk(cache_folder(kind)) if not cache_folder(kind).is_symlink() else ():
            for path in (Path(folder, name) for name in names):
                with suppress(OSError):
                    state = path.lstat()
                    if S_ISREG(state.st_mode):
                        yield Kept(path, kind, state.st_size, state.st_mtime)


def bound_bytes() -> int:
    """How large the cache may grow: ``GIGACAMPUS_CACHE_GB``, else 10 GB."""
    try:
        named_gb = float(os.environ.get(BOUND_VARIABLE) or DEFAULT_BOUND_GB)
    except ValueError:
        named_gb = DEFAULT_BOUND_GB
    return int(max(0.0, min(named_gb, 1e6)) * 1e9) if named_gb == named_gb else int(DEFAULT_BOUND_GB * 1e9)


def prune(most_bytes: int) -> tuple[int, int]:
    """Remove what was used longest ago until at most ``most_bytes`` are left, and what a killed run left half-written.

    Returns how many files and bytes were removed.
    """
    files = sorted(kept_files(), key=lambda file: file.used_s)
    left = sum(file.size_bytes for file in files)
    count = freed = 0
    for file in files:
        stale = file.path.suffix == PART and time.time() - file.used_s > STALE_S
        if left > most_bytes or stale:
            with suppress(OSError):
                file.path.unlink()
                left, count, freed = left - file.size_bytes, count + 1, freed + file.size_bytes
    return count, freed


_unchecked_bytes = [float("inf")]
"""What this process wrote since it last looked how large the cache is."""


def _bound_growth(path: Path) -> None:
    """Prune now and then: at the first write of a process, and whenever it wrote another twentieth of the bound."""
    most = bound_bytes()
    with suppress(OSError):
        _unchecked_bytes[0] += path.stat().st_size
    if _unchecked_bytes[0] > most / 20:
        _unchecked_bytes[0] = 0.0
        if sum(file.size_bytes for file in kept_files()) > most:
            prune(int(PRUNED_TO_FRAC * most))
