"""One small run of the worked example that all tests of this folder read."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def folder(once):
    """Run folder of the January scenario with few worlds and draws."""
    from gigacampus import api

    path = ROOT / "scenarios" / "xai-2026-01.yaml"

    def make(runs):
        result = api.compute(path, worlds=6, draws=60, twin=False)
        api.save(result, runs, api.folder_name(path, result))

    (run,) = once("xai-2026-01", make).iterdir()
    return run


@pytest.fixture(scope="session")
def result(folder):
    from gigacampus.results import store

    return store.read(folder)
