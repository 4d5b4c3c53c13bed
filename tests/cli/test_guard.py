"""What every command does at its edges: a reader that leaves early, and problems named after the file they stand in."""

import os
import subprocess
import sys

import pytest

from gigacampus.foundation.errors import Finding, ScenarioError


@pytest.mark.parametrize("words", [("schema",), ("models",), ("explain", "--json")], ids=lambda w: w[0])
def test_a_reader_that_leaves_early_is_no_trouble(words):
    """Long output breaks while it is written, short output when it is flushed; neither is told as an error."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        command = [sys.executable, "-m", "gigacampus", *words]
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("file", "head"), [("a.yaml", "1 problem in the scenario"), ("trace.csv", "1 problem"), ("", "1 problem")])
def test_only_a_scenario_is_called_one(file, head):
    assert str(ScenarioError([Finding("no column", file=file)])).splitlines()[0] == head
