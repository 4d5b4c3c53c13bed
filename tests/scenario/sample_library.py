"""The real library with a few invented entries beside the real ones, in a folder of links that goes away at the end."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from gigacampus.scenario import library

INVENTED = Path(__file__).parent / "library"
_folder = tempfile.TemporaryDirectory(prefix="gigacampus-library-")


@cache
def root() -> Path:
    """Folder with the layout of the library."""
    folder = Path(_folder.name)
    for source in (library.ROOT, INVENTED):
        for path in (p for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            link = folder / path.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.exists():
                link.symlink_to(path)
    return folder
