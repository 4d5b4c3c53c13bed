"""Properties of whole scenarios: order is irrelevant, a dump loads as the same scenario, --set equals writing the value."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.source_tree import plain
from gigacampus.scenario.document import read_string, typed
from gigacampus.scenario.plan import plan, world_scenario
from gigacampus.scenario.reader import read_text
from gigacampus.schema.scenario import Scenario
from tests.scenario.sample_library import root
from tests.strategies import distributions, scenarios

MODEST = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def as_yaml(data: Any) -> str:
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(data, stream)
    return stream.getvalue()


def loaded(data: Any, **options: Any) -> Scenario:
    text = data if isinstance(data, str) else as_yaml(data)
    return typed(read_string(text, library_root=root(), **options))[0]


def reversed_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: reversed_keys(data[key]) for key in reversed(data)}
    return [reversed_keys(item) for item in data] if isinstance(data, list) else data


@MODEST
@given(scenarios())
def test_order_of_keys_is_irrelevant(data):
    a, b = loaded(data), loaded(reversed_keys(data))
    assert a == b and plan(a).fingerprint() == plan(b).fingerprint()


@MODEST
@given(scenarios())
def test_a_dump_loads_as_the_same_scenario(data):
    scenario = loaded(data)
    assert loaded(json.dumps(scenario.model_dump(mode="json"), indent=1)) == scenario
    assert loaded(as_yaml(scenario.model_dump(mode="json"))) == scenario


@MODEST
@given(scenarios(), st.data())
def test_set_equals_writing_the_value(data, chance):
    name = chance.draw(st.sampled_from(sorted(data["campuses"])))
    key, value = chance.draw(
        st.sampled_from(
            [
                ("power.reserve_units", 2.5),
                ("water.recycled_share_frac", 0.25),
                ("title", "another"),
                ("blocks.grid.mw", 77.0),
                ("site.elevation_m", 12.0),
            ]
        )
    )
    written = json.loads(json.dumps(data))
    place = written["campuses"][name]
    *inner, last = key.split(".")
    for part in inner:
        place = place.setdefault(part, {})
    place[last] = value
    assert loaded(data, sets=[f"campuses.{name}.{key}={value}"]) == loaded(written)


@MODEST
@given(scenarios())
def test_every_world_is_an_ordinary_scenario(data):
    scenario = loaded(data)
    laid = plan(scenario)
    for k in {0, laid.world_count - 1}:
        world = world_scenario(scenario, laid, k)
        assert not world.uncertainty and loaded(as_yaml(world.model_dump(mode="json"))) == world


@MODEST
@given(distributions(-5.0, 5.0))
def test_medians_halve_and_supports_hold(data):
    from pydantic import TypeAdapter

    from gigacampus.schema.uncertainty import Distribution

    shape = TypeAdapter(Distribution).validate_python(data)
    values = shape.quantile(np.linspace(0, 1, 501))
    assert shape.support()[0] <= values.min() and values.max() <= shape.support()[1]
    assert values[0] <= shape.median() <= values[-1]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        plain(read_text(text, "any"))
    except ScenarioError as error:
        assert str(error).isprintable() or "\n" in str(error)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    try:
        plain(read_text(raw, "any"))
    except ScenarioError as error:
        assert error.findings[0].fix


@MODEST
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12) | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_json_is_loaded_or_refused_clearly(data):
    try:
        loaded(json.dumps(data))
    except ScenarioError as error:
        assert all(f.problem and f.file for f in error.findings)
