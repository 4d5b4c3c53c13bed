"""Two unlike members of everything, and no input that does nothing: each leaf moves an array, or is named with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

import pytest
from pydantic import BaseModel

from gigacampus.scenario.document import load
from tests.contracts.pairs.leaves import FILE, Base, base
from tests.contracts.pairs.unread import UNREAD

SAMPLE = 24
STEERS_THE_RUN = ("run", "uncertainty", "correlations", "copula", "horizon")
"""Inputs that no stage reads: they move the coordinates or the points of the plan."""
ALONE = {"LibrarySpec.serving_efficiency", "LibrarySpec.training_efficiency", "Scenario.goals", "Scenario.baseline"}
"""Lists with fewer than two members: of the fits one is shipped; goals and the twin are read by answers."""


@pytest.fixture(scope="module")
def pairs() -> Base:
    return base()


def is_named(path: str) -> bool:
    return any(fnmatch(path, pattern) for pattern in UNREAD)


def to_move(pairs: Base) -> list[str]:
    return [path for path in pairs.paths if not is_named(path)]


def sizes(model: BaseModel) -> Iterator[tuple[str, int]]:
    """Model and field of every mapping and list below a model, with its length."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from sizes(value)
        elif isinstance(value, dict | list | tuple):
            yield f"{type(model).__name__}.{name}", len(value)
            for item in value.values() if isinstance(value, dict) else value:
                if isinstance(item, BaseModel):
                    yield from sizes(item)


def test_the_scenario_holds_two_of_everything(pairs):
    longest: dict[str, int] = {}
    for field, length in sizes(pairs.scenario):
        longest[field] = max(length, longest.get(field, 0))
    assert {field for field, length in longest.items() if length < 2} == ALONE


def test_every_leaf_that_no_stage_reads_is_named_with_a_reason(pairs):
    silent = [p for p in to_move(pairs) if not pairs.readers(p) and p.split(".")[0] not in STEERS_THE_RUN]
    assert silent == []
    assert [pattern for pattern in UNREAD if not any(fnmatch(path, pattern) for path in pairs.paths)] == []


def test_the_loader_reports_what_no_stage_reads(pairs):
    path = "library.cooling.tower_generic.cost_usd_per_mw_heat"
    read = [leaf for leaves in pairs.outcome.reads.values() for leaf in leaves]
    _, document = load(FILE, (f"{path}=5",))
    told = document.unused(read)
    assert path in told and all(is_named(leaf) for leaf in told)
    assert "campuses.north.blocks.grid.mw" not in told


def test_a_sample_of_leaves_moves_an_array(pairs):
    chosen = to_move(pairs)
    chosen = chosen[:: len(chosen) // SAMPLE]
    assert [path for path in chosen if not pairs.moves(path)] == []


@pytest.mark.slow
def test_every_leaf_moves_an_array(pairs):
    assert [path for path in to_move(pairs) if not pairs.moves(path)] == []
