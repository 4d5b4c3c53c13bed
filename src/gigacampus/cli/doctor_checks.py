"""What a run needs from the machine, checked one by one."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

NEEDED = ("numpy", "numba", "llvmlite", "scipy", "pydantic", "ruamel.yaml", "typer", "rich", "duckdb", "contourpy")
OPTIONAL = ("fastapi", "uvicorn", "pyproj", "pillow", "xarray", "openpyxl")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    fine: bool
    needed: bool
    detail: str
    fix: str = ""


def checks() -> list[Check]:
    """All checks, in the order in which a newcomer would meet their failures."""
    return [
        _python(),
        *(_package(n, True) for n in NEEDED),
        *(_package(n, False) for n in OPTIONAL),
        _folder("cache", _stage_cache),
        _folder("kernel cache", _kernel_cache),
        _library(),
        _schema(),
        _browser(),
    ]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= (3, 11), True, version, "use Python 3.11 or newer")


def _package(name: str, needed: bool) -> Check:
    try:
        return Check(name, True, needed, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, False, needed, "not installed", f"pip install {name}")


def _stage_cache() -> Path:
    from gigacampus.foundation.cache_folder import cache_root

    return cache_root()


def _kernel_cache() -> Path:
    named = os.environ.get("NUMBA_CACHE_DIR")
    return Path(named) if named else Path(__file__).parent / "__pycache__"


def _folder(name: str, where: Callable[[], Path]) -> Check:
    folder = where()
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Check(name, True, False, str(folder))
    except OSError as error:
        return Check(
            name,
            False,
            False,
            f"{folder} cannot be written ({error.strerror})",
            "runs work, but start slower each time; set NUMBA_CACHE_DIR or GIGACAMPUS_CACHE",
        )


def _library() -> Check:
    from gigacampus.scenario import library
    from gigacampus.scenario.library_checks import complaints

    wrong = complaints()
    count = sum(len(library.names(family)) for family in library.families())
    detail = f"{count} entries, {len(library.sources())} sources" if not wrong else "; ".join(str(f) for f in wrong[:5])
    return Check("library", not wrong, True, detail, "reinstall gigacampus, or put the entry right")


def _schema() -> Check:
    from gigacampus.scenario.file_schema import file_schema

    return Check("scenario schema", True, True, f"{len(file_schema()['$defs'])} types")


def _browser() -> Check:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    return Check("browser", bool(found), False, found or "no Chromium on PATH", "only the browser tests need one")
