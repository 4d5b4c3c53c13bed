"""The order in which several processes take files of tests, and what they compute once for all of them."""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FIRST = (
    "answers/test_article.py",
    "tables/test_load_files.py",
    "scenario/test_properties.py",
    "tables/test_weather_files.py",
    "hostile",
    "schema",
    "foundation",
    "tables",
    "neighbours/noise/test_kernels.py",
    "e2e/test_live.py",
    "scenario",
    "answers/test_walks.py",
    "answers",
    "e2e",
    "pipeline",
    "sweep",
    "explore",
    "registry",
    "server",
    "neighbours",
    "contracts/pairs",
    "validation",
    "cli",
    "report",
    "results",
    "company",
)
"""Files and folders that begin, in this order; what is named more closely counts. One process compiles the kernels of a run in the first,
the others meanwhile need none; those of CNOSSOS are compiled by ``test_kernels.py``, long before ``pairs`` needs them; long ones before
short ones, so that none is left alone at the end."""
PLACE = {name: k for k, name in enumerate(FIRST)}


def pytest_configure(config: pytest.Config) -> None:
    """Let every other process read the folders of tests from the end: each finds half of them compiled by its neighbour."""
    # A shell that starts tests in the background makes them, and the commands that they start, deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if int(worker[2:]) % 2 and [Path(named).resolve() for named in config.args] == [HERE]:
        config.args = sorted((str(folder) for folder in HERE.iterdir() if folder.is_dir() and folder.name[0] != "_"), reverse=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; each goes to one process (``--dist loadfile``), so that its set-up is computed once."""

    def place(item: pytest.Item) -> int:
        if HERE not in item.path.parents:
            return len(FIRST)
        file = item.path.relative_to(HERE)
        named = (PLACE[path.as_posix()] for path in (file, *file.parents) if path.as_posix() in PLACE)
        return next(named, len(FIRST))

    items.sort(key=lambda item: (place(item), item.path))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """``once(name, make)``: the folder that ``make(folder)`` filled for the first process that asked; nobody changes what is in it."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once"

    def made(name: str, make: Callable[[Path], object]) -> Path:
        shared.mkdir(exist_ok=True)
        folder, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def computed_once(once) -> Callable[[str, Callable[[], Any]], Any]:
    """``computed_once(name, compute)``: what ``compute()`` gave the first process that asked, each with a copy of its own."""

    def computed(name: str, compute: Callable[[], Any]) -> Any:
        return pickle.loads((once(name, lambda folder: (folder / "pickled").write_bytes(pickle.dumps(compute()))) / "pickled").read_bytes())

    return computed
