"""Change any one input: the stages that declare it rerun, with those after them, and no other."""

import pytest

from gigacampus.pipeline import cache
from gigacampus.pipeline.tracking import leaves, view
from gigacampus.registry.stage_inputs import pick
from gigacampus.registry.stages import STAGES
from gigacampus.scenario.document import load
from gigacampus.scenario.unread_inputs import is_read
from gigacampus.schema.scenario import Scenario


def changed(data, path):
    """Plain data with the number at ``path`` moved a little, or None where the schema does not take it."""
    place = data
    *parents, last = path.split(".")
    for part in parents:
        place = place[int(part)] if isinstance(place, list) else place[part]
    old = place[int(last)] if isinstance(place, list) else place[last]
    if isinstance(old, bool) or not isinstance(old, (int, float)):
        return None
    for new in (type(old)(n) for n in (old * 0.99, old * 1.01, old + 1, 0.5)):
        place[int(last) if isinstance(place, list) else last] = new
        try:
            if new != old:
                return Scenario.model_validate(data)
        except ValueError:
            continue
    return None


def prints(scenario):
    """Fingerprint of what each stage sees."""
    return {stage.name: cache.fingerprint(pick(scenario, stage.sees)) for stage in STAGES}


def stale(before, after):
    """Names of the stages whose fingerprints differ, and of all stages that need one of them."""
    out: set[str] = set()
    for stage in STAGES:
        if before[stage.name] != after[stage.name] or out & set(stage.needs):
            out.add(stage.name)
    return out


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_every_number_reruns_just_the_stages_that_declare_it(small_file, step):
    """Every fifth number here, every one among the slow tests."""
    scenario, _ = load(small_file)
    seen, before = 0, prints(scenario)
    for path in sorted(leaves(scenario, ""))[::step]:
        if path.split(".")[0] in ("run", "uncertainty", "correlations", "goals", "baseline", "horizon"):
            continue
        other = changed(scenario.model_dump(), path)
        if other is None:
            continue
        expected: set[str] = set()
        for stage in STAGES:
            if is_read(path, stage.sees) or expected & set(stage.needs):
                expected.add(stage.name)
        assert stale(before, prints(other)) == expected, path
        seen += 1
    assert seen > 200 // step


def test_a_stage_cannot_reach_what_it_does_not_declare(small_file):
    scenario, _ = load(small_file)
    tree = pick(scenario, ("campuses.*.water", "horizon"))
    assert tree.campuses["north"].water.utility_m3_per_day == 500_000
    for missing in ("company", "library"):
        with pytest.raises(AttributeError):
            getattr(tree, missing)
    with pytest.raises(AttributeError):
        _ = tree.campuses["north"].power


def test_a_view_notes_what_is_read_and_looks_like_what_it_holds(small_file):
    scenario, _ = load(small_file)
    seen: set[str] = set()
    tree = view(pick(scenario, ("campuses.*.blocks",)), "", seen)
    block = tree.campuses["north"].blocks["grid"]
    assert isinstance(block, type(scenario.campuses["north"].blocks["grid"]))
    assert block.mw == 60
    assert seen == {"campuses.north.blocks.grid.mw"}
    assert [k for k, _ in tree.campuses.items()] == ["north", "south"]
