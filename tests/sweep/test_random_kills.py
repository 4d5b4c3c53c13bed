"""Kills at random moments: whatever dies, no finished case is lost, none is half written, and the end is the same to the byte."""

import os
import random
import signal
import time

import pytest

from gigacampus.sweep import run, store
from tests.sweep.test_run import FILE, PATIENCE_S, begin, children, content, lives, until

KILLS, LONGEST_S = 20, 4.0
VICTIMS = ("worker", "client", "client at its start")


@pytest.mark.slow
def test_kills_at_random_moments_cost_nothing_that_was_finished(tmp_path, monkeypatch):
    (tmp_path / "sweep.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(tmp_path / "cache"))
    run.sweep(tmp_path / "sweep.yaml", tmp_path / "whole", workers=2)
    whole = content(tmp_path / "whole")
    chance, out, killed = random.Random(20261130), tmp_path / "out", dict.fromkeys(VICTIMS, 0)
    kept: dict[str, bytes] = {}
    for _ in range(KILLS):
        process = begin(tmp_path, "out")
        victim, workers = chance.choice(VICTIMS), []
        if victim != "client at its start":
            until(lambda: children(process.pid), process)  # noqa: B023
        time.sleep(chance.uniform(0.0, LONGEST_S))
        if process.poll() is None:
            workers = children(process.pid)
            os.kill(chance.choice(workers) if victim == "worker" and workers else process.pid, signal.SIGKILL)
            killed[victim] += 1
        if victim == "worker":
            time.sleep(chance.uniform(0.0, LONGEST_S))
        process.kill()
        process.wait()
        until(lambda: not any(map(lives, workers)))  # noqa: B023
        found = content(out) if out.is_dir() else {}
        assert kept.items() <= found.items() and found.items() <= whole.items()
        kept = found
        if len(kept) == len(whole):
            for path in out.glob(store.GLOB):
                path.unlink()
            kept = content(out)
    assert all(killed.values())
    assert begin(tmp_path, "out").wait(PATIENCE_S) == 0
    assert content(out) == whole
