"""A run folder as a thing on disk: whole or absent when written, and nothing but plain files of its own when read."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gigacampus.foundation.cache_folder import stream_hash
from gigacampus.foundation.errors import printable

MANIFEST = "manifest.json"
TABLES, COPIES, REPORT = "tables", "files", "report.html"
"""Tables, copies of the files that the scenario names, and the page for readers."""
STALE_S = 86_400.0
"""Age of a temporary folder that no run can still be writing."""
TEMPORARY = re.compile(r"\.(job-[0-9a-f]{16}|[0-9a-f]{16}\.run)\.part")
REPLACED = re.compile(r"\.[0-9a-f]{16}\.run\.old")
TRIES = 100
AGAIN = "Run the scenario again with this version of gigacampus, or read the folder with the version that its manifest names."
"""What to do with a run folder that this version cannot read."""
DAMAGED = "was changed or damaged after the run wrote it; run the scenario again"


class StoreError(RuntimeError):
    """A run folder that cannot be read: says which, why, and what to do."""

    def __init__(self, message: object) -> None:
        super().__init__("".join(c if c.isprintable() else printable(c) for c in str(message)))


@contextmanager
def folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside ``target`` that becomes ``target`` only if the block ends well. Permissions follow the umask."""
    if target.exists() and not (target / MANIFEST).is_file() and not (target.is_dir() and not any(target.iterdir())):
        raise StoreError(f"{target} exists and is no run folder; move it away, or write elsewhere with --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target.parent)
    work = target.parent / f".{secrets.token_hex(8)}.run.part"
    try:
        work.mkdir()
        yield work
        publish(work, target)
    except OSError as error:
        if error.errno is None or not str(error.filename or work).startswith(str(work)):
            raise
        raise OSError(error.errno, error.strerror or os.strerror(error.errno), str(target)) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publish(work: Path, target: Path) -> None:
    """Move a finished folder to its place; the run that stood there is moved aside first, also while others do the same."""
    for _ in range(TRIES):
        try:
            os.rename(work, target)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        aside = target.parent / f".{secrets.token_hex(8)}.run.old"
        aside.mkdir()
        with suppress(FileNotFoundError):
            os.rename(target, aside / target.name)
        with suppress(OSError):
            os.rename(work, target)
            shutil.rmtree(aside, ignore_errors=True)
            return
        shutil.rmtree(aside, ignore_errors=True)
    raise StoreError(f"{target} is being written by others all the time; run again")


def sweep(parent: Path) -> None:
    """Put back runs that a killed one had moved aside, and remove what killed runs left more than a day ago."""
    for left in [p for p in parent.iterdir() if TEMPORARY.fullmatch(p.name) or REPLACED.fullmatch(p.name)]:
        with suppress(OSError):
            stale = left.is_dir() and not left.is_symlink() and time.time() - left.stat().st_mtime > STALE_S
            if stale and REPLACED.fullmatch(left.name):
                put_back(left)
            if stale:
                shutil.rmtree(left, ignore_errors=True)


def put_back(aside: Path) -> None:
    """Give a run that was moved aside its name again, where nothing has taken it."""
    for run in aside.iterdir():
        with suppress(OSError):
            if not (aside.parent / run.name).exists():
                os.rename(run, aside.parent / run.name)


def recovered(run: Path) -> bool:
    """Whether ``run`` is there, put back if a killed run had moved it aside."""
    with suppress(OSError):
        for left in [] if run.exists() else [p for p in run.parent.iterdir() if REPLACED.fullmatch(p.name)]:
            if (left / run.name).is_dir():
                put_back(left)
    return (run / MANIFEST).is_file()


def opened(run: Path, name: str) -> BinaryIO:
    """A plain file of a run folder, open for reading: no link, no device, nothing outside of the folder."""
    parts = name.split("/")
    if not parts or any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise StoreError(f"{run} names {name!r}, which is no file of a run folder")
    for depth in range(1, len(parts)):
        if run.joinpath(*parts[:depth]).is_symlink():
            raise StoreError(f"{run.joinpath(*parts[:depth])} is a link; a run folder holds its own files")
    path = run.joinpath(*parts)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        why = "is a link; a run folder holds its own files" if error.errno == errno.ELOOP else f"cannot be read: {error.strerror}. {AGAIN}"
        raise StoreError(f"{path} {why}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise StoreError(f"{path} is no plain file")
    return os.fdopen(handle, "rb")


def checked(stream: BinaryIO, path: Path, checksum: str | None) -> BinaryIO:
    """The open file again, once its content is known to be what was written; older runs have no checksums."""
    if checksum is not None and stream_hash(stream) != checksum:
        stream.close()
        raise StoreError(f"{path} {DAMAGED}")
    return stream
