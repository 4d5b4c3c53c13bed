"""Files written aside and put in their place in one step: a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"
"""Ending of what is still being written."""
FIXES = {
    errno.ENOSPC: "free some space on that disk, or write to another with --out (GIGACAMPUS_CACHE for the cache)",
    errno.EDQUOT: "free some of your quota on that disk, or write to another with --out",
    errno.EFBIG: "files may not grow so large here (`ulimit -f`); raise the limit, or write to another disk",
    errno.EROFS: "that disk is read-only; write to another with --out",
    errno.EACCES: "you may not write there; name a folder of your own with --out",
    errno.EPERM: "you may not write there; name a folder of your own with --out",
    errno.ENAMETOOLONG: "give the scenario file or the folder a shorter name",
}
"""What to do when a file cannot be written, by error number."""


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to; it becomes ``target`` only if the block ends well. Permissions follow the umask.

    An ``OSError`` names ``target``, not the path beside it.
    """
    part = target.with_name(f".{secrets.token_hex(8)}{PART}")
    try:
        yield part
        os.replace(part, target)
    except OSError as error:
        if error.filename in (None, str(part), os.fspath(part)) and error.errno is not None:
            raise OSError(error.errno, error.strerror or os.strerror(error.errno), str(target)) from None
        raise
    finally:
        part.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> Path:
    """Write ``text`` (UTF-8, line ends as they are) to ``target``, whole or not at all."""
    return write_bytes(target, text.encode("utf-8"))


def write_bytes(target: Path, content: bytes) -> Path:
    """Write ``content`` to ``target``, whole or not at all."""
    with whole_file(target) as part:
        part.write_bytes(content)
    return target


def how_to_write(error: OSError) -> str:
    """The fix for a file that could not be written; empty where none is known.

    >>> how_to_write(OSError(errno.EROFS, "Read-only file system"))
    'that disk is read-only; write to another with --out'
    """
    return FIXES.get(error.errno or 0, "")
