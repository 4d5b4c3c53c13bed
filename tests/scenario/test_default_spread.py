"""Every shipped scenario spreads its schedule and its physics: no fitted slip enters at its median alone."""

from pathlib import Path

import pytest

from gigacampus.pipeline.run import WORLD_READS
from gigacampus.scenario.create import starter
from gigacampus.scenario.document import load, read_string, typed
from gigacampus.scenario.plan import plan
from gigacampus.scenario.templates import TEMPLATES
from gigacampus.scenario.unread_inputs import is_read

ROOT = Path(__file__).parents[2]
SHIPPED = [*sorted((ROOT / "scenarios").glob("*.yaml")), *sorted((ROOT / "scenarios" / "peers").glob("*.yaml"))]


def check(scenario):
    uncertain = set(scenario.uncertainty)
    for name, campus in scenario.campuses.items():
        if campus.schedule.slip == "fitted":
            assert f"campuses.{name}.schedule.construction_slip_quantile" in uncertain, name
    physics = {path for path in uncertain if is_read(path, WORLD_READS) and "schedule" not in path}
    assert physics and set(plan(scenario, WORLD_READS).worlds) >= physics


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_a_shipped_scenario_spreads_schedule_and_physics(path):
    check(load(path)[0])


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_starter_does_too(template):
    check(typed(read_string(starter(template, "A campus")))[0])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_a_shipped_scenario_describes_its_company_or_says_that_there_is_none(path):
    """Books of the defaults alone are nobody's: a campus of Google told the month in which its cash is out."""
    assert "company" in load(path)[1].tree.value
