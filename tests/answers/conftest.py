"""One small run of the worked example that all tests of this folder read."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Run folder of the January scenario with few worlds and draws."""
    from gigacampus import api

    path = ROOT / "scenarios" / "xai-2026-01.yaml"
    result = api.compute(path, worlds=6, draws=60, twin=False)
    return api.save(result, tmp_path_factory.mktemp("runs"), api.folder_name(path, result))


@pytest.fixture(scope="session")
def result(folder):
    from gigacampus.results import store

    return store.read(folder)
