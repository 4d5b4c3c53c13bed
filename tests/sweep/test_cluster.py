"""The same sweep on a cluster of dask.distributed: workers and the scheduler may die, finished cases stay, bytes are the same."""

import os
import re
import signal
import subprocess
import sys

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.sweep import pools, run, store
from tests.sweep.test_run import FILE, PATIENCE_S, content, finished, until

MEMORY_LIMIT = "1500MB"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    pytest.importorskip("distributed", reason="CLUSTER TESTS SKIPPED: dask.distributed is not installed (extra: cluster)")
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "sweep.yaml").write_text(FILE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIGACAMPUS_CACHE", str(folder / "cache"))
        yield folder


@pytest.fixture(scope="module")
def whole(home):
    """The folder of the same sweep by workers of this machine."""
    run.sweep(home / "sweep.yaml", home / "whole", workers=2)
    return home / "whole"


class Cluster:
    """A scheduler and two workers, each under a nanny that starts it anew, on this machine."""

    def __init__(self, folder):
        dask, quiet = [sys.executable, "-m", "dask"], {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.scheduler = subprocess.Popen(
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], cwd=folder, stderr=subprocess.PIPE, text=True
        )
        said = next(found for line in self.scheduler.stderr if (found := re.search(r"Scheduler at:\s+tcp://(\S+)", line)))
        self.address = said[1]
        worker = [*dask, "worker", f"tcp://{self.address}", "--nworkers", "2", "--nthreads", "1", "--memory-limit", MEMORY_LIMIT]
        self.workers = subprocess.Popen([*worker, "--no-dashboard", "--death-timeout", "60"], cwd=folder, **quiet)

    def computing(self):
        """Process of each worker, by the scheduler."""
        from distributed import Client

        with Client(f"tcp://{self.address}", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE_S)
            return list(client.run(os.getpid).values())

    def end(self):
        for process in (self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(home):
    made = Cluster(home)
    yield made
    made.end()


def command(home, out, cluster):
    asked = ["sweep", "sweep.yaml", "--out", out, "--executor", f"dask://{cluster.address}", "--json"]
    environment = {**os.environ, "GIGACAMPUS_CACHE": str(home / "cache-disturbed")}
    return subprocess.Popen([sys.executable, "-m", "gigacampus", *asked], cwd=home, env=environment, stderr=subprocess.PIPE)


@pytest.mark.slow
def test_a_killed_worker_costs_no_case_and_no_byte(home, whole, cluster):
    workers = cluster.computing()
    process = command(home, "worker", cluster)
    until(lambda: finished(home / "worker") >= 1, process)
    os.kill(workers[0], signal.SIGKILL)
    assert process.wait(PATIENCE_S) == 0, process.stderr.read()
    assert content(home / "worker") == content(whole)


@pytest.mark.slow
def test_a_killed_scheduler_leaves_finished_cases_and_the_same_command_goes_on(home, whole, cluster):
    cluster.computing()
    process = command(home, "scheduler", cluster)
    until(lambda: finished(home / "scheduler") >= 1, process)
    cluster.scheduler.kill()
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3 and b"the same command goes on" in told and b"model error" not in told
    assert 1 <= store.status(home / "scheduler")["finished"] <= 4
    other = Cluster(home)
    try:
        assert command(home, "scheduler", other).wait(PATIENCE_S) == 0
    finally:
        other.end()
    assert content(home / "scheduler") == content(whole)


def test_a_cluster_that_is_not_there_is_said(home, monkeypatch):
    monkeypatch.setattr(pools, "CONNECT_S", 1.0)
    with pytest.raises(ScenarioError, match="no scheduler answers"):
        run.sweep(home / "sweep.yaml", home / "nowhere", executor="dask://127.0.0.1:1")


def test_without_the_extra_the_command_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "sweep.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ScenarioError, match=r"gigacampus\[cluster\]"):
        run.sweep(tmp_path / "sweep.yaml", tmp_path / "out", executor="dask://127.0.0.1:8786")
    with pytest.raises(ScenarioError, match="unknown executor"):
        run.sweep(tmp_path / "sweep.yaml", tmp_path / "out", executor="ray://127.0.0.1:8786")
    with pytest.raises(ScenarioError, match="own workers"):
        run.sweep(tmp_path / "sweep.yaml", tmp_path / "out", executor="dask://127.0.0.1:8786", workers=4)
