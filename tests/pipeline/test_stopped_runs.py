"""A run that is stopped or killed leaves nothing that counts as a run; a later run sweeps what a killed one left."""

import os
import signal
import subprocess
import sys
import time

from gigacampus.results import store
from gigacampus.results.query import runs_below
from gigacampus.results.run_folder import STALE_S
from tests.pipeline.test_places import RUN, SCENARIO

STOP_WHILE_WRITING = """
import os, signal
from gigacampus.results import store

write = store.write

def stopped(*given, **named):
    write(*given, **named)
    os.kill(os.getpid(), signal.{signal})

store.write = stopped
from gigacampus.cli import main
main()
"""


def stopped_run(out, name):
    """A real process that is sent a signal once its tables are written and before the folder is complete."""
    (out.parent / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", STOP_WHILE_WRITING.format(signal=name), *RUN, str(out)],
        cwd=out.parent,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ.copy(),
    )


def test_an_interrupted_run_says_so_and_leaves_nothing(tmp_path):
    done = stopped_run(tmp_path / "runs", "SIGINT")
    assert done.returncode == 130
    assert "nothing was written" in done.stderr and "Traceback" not in done.stderr
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_killed_run_does_not_count_as_a_run_and_is_swept_after_a_day(tmp_path):
    out = tmp_path / "runs"
    done = stopped_run(out, "SIGKILL")
    assert done.returncode == -signal.SIGKILL
    (left,) = out.iterdir()
    assert left.name.startswith(".") and (left / store.MANIFEST).is_file()
    assert runs_below(out) == []
    with store.folder(out / "next"):
        assert left.exists()
    long_ago = time.time() - 2 * STALE_S
    os.utime(left, (long_ago, long_ago))
    with store.folder(out / "next"):
        assert not left.exists()
