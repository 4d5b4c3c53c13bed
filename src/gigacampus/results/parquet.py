"""Parquet through open files: DuckDB is told the number of a descriptor, so no name of a folder, file or label ever becomes SQL."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from gigacampus.foundation.whole_file import FIXES
from gigacampus.results.run_folder import AGAIN, StoreError

DESCRIPTORS = Path("/dev/fd")
FORMAT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1, USE_TMP_FILE false"
"""No dictionaries: few numbers of a run are alike, and looking for those that are takes longer than writing them."""
PLAIN = "SET preserve_insertion_order=true; SET enable_external_file_cache=false; SET python_enable_replacements=false; SET threads=1"
PATTERNS = frozenset("*?[{")


def at(stream: BinaryIO) -> str:
    """The open file as SQL text."""
    if DESCRIPTORS.is_dir():
        return f"'{DESCRIPTORS}/{stream.fileno()}'"
    path = str(Path(stream.name).resolve())
    if PATTERNS & set(path):
        raise StoreError(f"{path}: a folder's name may not hold any of * ? [ {{ on this system; rename it")
    return "'" + path.replace("'", "''") + "'"


def table_in(stream: BinaryIO) -> str:
    """The table in an open Parquet file as SQL text; nothing is read out of its path."""
    return f"read_parquet({at(stream)}, hive_partitioning=false, filename=false)"


@contextmanager
def writer() -> Iterator[Any]:
    """A connection that writes tables."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(PLAIN)
        yield connection


def write(connection: Any, select: str, path: Path) -> None:
    """Write what ``select`` gives to the new file ``path``. Raises ``OSError`` where the disk is at fault."""
    import duckdb

    with path.open("w+b") as stream:
        try:
            connection.execute(f"COPY ({select}) TO {at(stream)} ({FORMAT})")
        except duckdb.IOException as error:
            number = next((n for n in FIXES if os.strerror(n) in str(error)), errno.EIO)
            raise OSError(number, os.strerror(number), str(path)) from None


@cache
def _reader() -> Any:
    """The one connection that reads tables: opening another costs more than most of what is read."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(PLAIN)
    return connection


_turn = threading.Lock()


def ask(stream: BinaryIO, path: Path, question: Callable[[Any], Any]) -> Any:
    """What ``question(cursor)`` gives of an open table; a table that cannot be read is refused by name."""
    import duckdb

    try:
        with _turn:
            cursor = _reader().cursor()
        with cursor:
            return question(cursor)
    except (duckdb.Error, MemoryError) as error:
        text = (str(error) or "it asks for more memory than there is").splitlines()[0]
        with suppress(OSError):
            text = text.replace(at(stream).strip("'"), path.name)
        raise StoreError(f"{path} cannot be read: {text}. {AGAIN}") from None
