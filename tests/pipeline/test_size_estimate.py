"""A run that cannot fit is refused before it begins, with the largest that does fit and the flag that sets the limit."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gigacampus.foundation import machine
from gigacampus.foundation.errors import ScenarioError
from gigacampus.pipeline import run as pipeline
from gigacampus.pipeline.size_estimate import Limits, cpu_s, limits, memory_gb, must_fit
from gigacampus.scenario.document import load

SCENARIO = Path(__file__).parents[2] / "scenarios" / "gas-campus.yaml"
HUGE = ["run.worlds=4096", "run.draws=1048576", "horizon.months=240"]


def size(sets=()):
    scenario, _ = load(SCENARIO, sets=sets)
    return pipeline.size_of(scenario, pipeline.coordinates(scenario))


@pytest.fixture(scope="module")
def shipped():
    return size()


def test_the_shipped_scenario_fits_a_small_machine(shipped):
    must_fit(shipped, Limits(memory_gb=8.0, cpu_hours=1.0))


def test_memory_and_time_grow_with_each_length(shipped):
    for grown in (
        replace(shipped, worlds=2 * shipped.worlds),
        replace(shipped, draws=2 * shipped.draws),
        replace(shipped, lengths={**shipped.lengths, "month": 2 * shipped.lengths["month"]}),
        replace(shipped, lengths={**shipped.lengths, "receptor": 20 + shipped.lengths["receptor"]}),
    ):
        assert memory_gb(grown) > memory_gb(shipped) and cpu_s(grown) > cpu_s(shipped)
    more_hours = replace(shipped, lengths={**shipped.lengths, "hour": 2 * shipped.lengths["hour"]})
    assert memory_gb(more_hours) > memory_gb(shipped)


def test_worlds_that_are_all_alike_count_once():
    assert size(["uncertainty=null", "run.worlds=4096"]).worlds == 1


def test_what_is_named_as_the_largest_fits_and_one_more_does_not():
    big, limit = size(["run.worlds=2048", "run.draws=200000"]), Limits(memory_gb=6.0, cpu_hours=1e6)
    with pytest.raises(ScenarioError) as caught:
        must_fit(big, limit)
    found = caught.value.findings[0]
    assert "2,048 worlds, 200,000 draws" in found.problem and "GB of memory" in found.problem and "--memory-gb" in found.fix
    named = {flag: int(most) for flag, most in re.findall(r"(--draws|--worlds) (\d+)", found.fix)}
    assert named, found.fix
    for n in (0, 1):
        changes = {flag.removeprefix("--"): most + n for flag, most in named.items()}
        if "--worlds 1 " in found.fix:
            changes["worlds"] = 1
            assert limit.hold(replace(big, **changes)) is (n == 0)
        else:
            assert all(limit.hold(replace(big, **{k: v})) is (n == 0) for k, v in changes.items())


def test_a_run_that_takes_days_is_refused_by_its_time():
    with pytest.raises(ScenarioError, match="CPU hours"):
        must_fit(size(), Limits(memory_gb=1e6, cpu_hours=1e-6))


def test_nothing_begins_before_the_limit_is_held(monkeypatch):
    monkeypatch.setenv(machine.MEMORY_VARIABLE, "0.01")
    monkeypatch.setattr(pipeline, "plan", lambda *_: pytest.fail("points were drawn"))
    with pytest.raises(ScenarioError, match=r"the limits are 0\.0 GB"):
        pipeline.run(load(SCENARIO)[0])


def test_the_flag_sets_the_limit(tmp_path, monkeypatch):
    from gigacampus.cli.run import run

    app = typer.Typer()
    app.command()(run)
    monkeypatch.setenv(machine.MEMORY_VARIABLE, "0")
    monkeypatch.delenv(machine.MEMORY_VARIABLE)
    done = CliRunner().invoke(app, [str(SCENARIO), "--out", str(tmp_path), "--memory-gb", "0.02"])
    assert done.exit_code == 2 and not list(tmp_path.iterdir())
    assert "need about" in done.output and "--memory-gb" in done.output


@pytest.mark.parametrize("text", ["much", "-1", "0", "inf", "nan"])
def test_a_limit_that_is_no_size_is_refused(text, monkeypatch):
    monkeypatch.setenv(machine.MEMORY_VARIABLE, text)
    with pytest.raises(ScenarioError, match="no size"):
        limits()


def test_the_default_comes_from_the_machine(monkeypatch):
    monkeypatch.delenv(machine.MEMORY_VARIABLE, raising=False)
    monkeypatch.setattr("gigacampus.pipeline.size_estimate.memory_of_machine_gb", lambda: 10.0)
    assert limits().memory_gb == pytest.approx(8.0)
    assert 0.1 < machine.memory_of_machine_gb() <= machine.MOST_KNOWN_GB
