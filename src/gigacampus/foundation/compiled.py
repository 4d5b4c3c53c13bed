"""Compiling by numba. Machine code that it keeps on disk carries a hash: what was changed there is compiled anew, never run.

It also carries the hash of all that compiling froze: numba looks at the time of the function's own file only, not at kernels or
constants that come from other files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, overload

import numba
from numba.core.caching import IndexDataCacheFile

from gigacampus.foundation.cache_folder import unseal

INNER: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Kernels that only kernels call need no door from Python; without one they compile in two thirds of the time."""


@overload
def njit(function: Callable[..., Any], /, *, cache: bool = False, **options: Any) -> Any: ...
@overload
def njit(*, cache: bool = False, **options: Any) -> Callable[[Callable[..., Any]], Any]: ...
def njit(*functions: Callable[..., Any], cache: bool = False, **options: Any) -> Any:
    """``numba.njit``, with or without options; where nothing can be kept on disk, each process compiles for itself."""
    if not functions:
        return lambda function: njit(function, cache=cache, **options)
    # numba raises RuntimeError where no folder can be written; one that keeps files in another way keeps none here.
    with suppress(RuntimeError, AttributeError, TypeError):
        compiled = numba.njit(**options, cache=cache)(functions[0])
        compiled.frozen = frozen_hash(functions[0])
        if cache:
            _seal(compiled._cache, compiled.frozen)
        return compiled
    return numba.njit(**options)(functions[0])


def frozen_hash(function: Callable[..., Any]) -> str:
    """Hash of what compiling freezes: the function's file, the constants and the fields of kinds of named tuples that it names, and the
    same of every kernel that it calls."""
    digest = hashlib.sha256(Path(function.__code__.co_filename).read_bytes())
    for name, value in _named(function):
        called = getattr(value, "frozen", None)
        value = getattr(value, "_fields", None) if isinstance(value, type) else value
        if called or isinstance(value, int | float | str | tuple):
            digest.update(f"{name}={called or repr(value)};".encode())
    return digest.hexdigest()


def _named(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """What a function names outside itself, and what it names of the modules among that."""
    names = sorted(function.__code__.co_names)
    for name in names:
        value = function.__globals__.get(name)
        yield name, value
        if isinstance(value, ModuleType):
            yield from ((f"{name}.{inner}", getattr(value, inner, None)) for inner in names)


def _seal(cache: Any, frozen: str) -> None:
    """Give the cache of one function files that carry hashes."""
    implementation, plain = cache._impl, cache._cache_file
    if type(plain) is not IndexDataCacheFile:
        raise TypeError(f"numba {numba.__version__} keeps machine code in another way")
    locator = implementation.locator
    cache._cache_file = _SealedFiles(locator.get_cache_path(), f"{implementation.filename_base}-sealed", frozen)


class _Hashed:
    """A file to write to that takes the hash of what passes, begun with the file's name as ``cache_folder.seal`` does."""

    def __init__(self, stream: Any, name: str) -> None:
        self.stream, self.digest = stream, hashlib.sha256(name.encode())

    def write(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.stream.write(piece)


class _SealedFiles(IndexDataCacheFile):
    """Index and machine code of one function; the hash stands after the pickled content, whose reader stops before it."""

    def save(self, key: Any, data: Any) -> None:
        """Keep one compiled function; a disk that takes nothing more is no trouble."""
        with suppress(OSError):
            super().save(key, (self._source_stamp, key, data))

    def load(self, key: Any) -> Any:
        """What was kept of these sources for these types: a killed process may have left an index that is newer than what it names."""
        held = super().load(key)
        return held[2] if held is not None and held[:2] == (self._source_stamp, key) else None

    def _load_index(self) -> Any:
        return super()._load_index() if _is_sound(self._index_path) else {}

    def _load_data(self, name: str) -> Any:
        if not _is_sound(self._data_path(name)):
            raise FileNotFoundError(name)
        return super()._load_data(name)

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[Any]:
        with super()._open_for_write(filepath) as stream:
            hashed = _Hashed(stream, Path(filepath).name)
            yield hashed
            stream.write(hashed.digest.digest())


def _is_sound(path: str) -> bool:
    return unseal(Path(path)) is not None
