"""A server over one small scenario and one written run, reached in process; jobs run in its real computing process."""

from __future__ import annotations

import shutil
import time
import warnings
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="API TESTS SKIPPED: the extra `app` is not installed")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from gigacampus.server.app import application
from gigacampus.server.catalogue import Catalogue
from gigacampus.server.limits import Limits
from tests.pipeline.conftest import SMALL

HERE = "http://127.0.0.1:8377"
SECRET = "0123456789abcdef0123"


@pytest.fixture(scope="session")
def workshop(once, tmp_path_factory):
    """A folder with a scenario, a table that no request may reach, and one run; with caches of its own."""
    folder = tmp_path_factory.mktemp("workshop")
    shutil.copytree(once("workshop", _furnish), folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIGACAMPUS_CACHE", str(folder / "cache"))
        yield folder


def _furnish(folder: Path) -> None:
    from gigacampus import api

    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.yaml").write_text(SMALL)
    (folder / "scenarios" / "broken.yaml").write_text("title: 1\ncompnay: {}\n")
    (folder / "scenarios" / "beside.csv").write_text("a,b\n1,2\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIGACAMPUS_CACHE", str(folder / "cache"))
        api.save(api.compute(folder / "scenarios" / "small.yaml", worlds=3, draws=8), folder / "runs", "small-first")


def catalogue_of(folder: Path, runs: str = "runs") -> Catalogue:
    files = {p.stem: p for p in sorted((folder / "scenarios").glob("*.yaml"))}
    return Catalogue(folder / runs, files)


@pytest.fixture(scope="session")
def client(workshop):
    """A client of the server; an error that the server did not expect fails the test."""
    with TestClient(application(catalogue_of(workshop)), base_url=HERE) as found:
        yield found


@pytest.fixture
def server_with(workshop, tmp_path):
    """``server_with(cancel_s=0)``: a client of a server with other limits and an empty folder of runs."""
    opened = []

    def make(**limits):
        found = TestClient(application(Catalogue(tmp_path / "runs", catalogue_of(workshop).scenarios), Limits(**limits)), base_url=HERE)
        opened.append(found)
        return found.__enter__()

    yield make
    for found in opened:
        found.__exit__(None, None, None)


def finished(client, job, seconds=120.0):
    """The job once it is over."""
    end = time.monotonic() + seconds
    while job["state"] in ("waiting", "running"):
        assert time.monotonic() < end, job
        time.sleep(0.02)
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job


def until(client, job, seen, seconds=60.0):
    """The job as soon as ``seen(job)``."""
    end = time.monotonic() + seconds
    while not seen(job):
        assert time.monotonic() < end and job["state"] in ("waiting", "running"), job
        time.sleep(0.005)
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job
