"""A shifted band: its median stands where it was asked, its shape stays, and it ends at what its field takes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import read_string, typed
from gigacampus.scenario.shifted_band import set_line
from tests.pipeline.conftest import SMALL

MORE = """\
  compute.failures_per_accelerator_hour: {kind: normal, p10: 1.8e-6, p90: 2.6e-6}
  campuses.south.blocks.turbines.count: {kind: choice, values: [4, 5, 6]}
  company.raise_policy.size_months_of_burn: {kind: empirical, quantiles: [[0, 9], [0.5, 12], [1, 18]]}
"""
GAS = "market.gas_usd_per_mmbtu"


@pytest.fixture(scope="module")
def scenario():
    return typed(read_string(SMALL + MORE))[0]


def again(line):
    """The distribution that the scenario has with a set line."""
    return typed(read_string(SMALL + MORE, sets=[line]))[0].uncertainty[line.partition("=")[0].removeprefix("uncertainty.")]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (GAS, 6.5),
        ("campuses.south.blocks.chips.slip_days", 75.0),
        ("compute.utilisation_frac", 0.75),
        ("compute.failures_per_accelerator_hour", 2.5e-6),
        ("campuses.south.blocks.turbines.count", 7.0),
        ("company.raise_policy.size_months_of_burn", 14.0),
        ("company.opening_cash_usd", 5.0e9),
    ],
)
def test_the_median_stands_where_it_was_asked_and_the_shape_stays(scenario, path, to):
    before, after = scenario.uncertainty[path], again(set_line(scenario, path, to))
    assert after.median() == pytest.approx(to, rel=1e-6)
    u = np.array([0.2, 0.5, 0.8])
    steps = [np.diff(np.log(s.quantile(u)) if path == GAS else s.quantile(u)) for s in (before, after)]
    assert steps[1] == pytest.approx(steps[0], rel=1e-6)


def test_what_would_leave_the_field_ends_at_its_bound(scenario):
    after = again(set_line(scenario, "compute.utilisation_frac", 0.95))
    assert after.support()[1] == 1.0 and after.median() == pytest.approx(0.95)
    assert after.quantile(np.array(0.1)) == pytest.approx(
        scenario.uncertainty["compute.utilisation_frac"].quantile(np.array(0.1)) + 0.95 - 0.8092, abs=1e-3
    )


def test_a_median_outside_the_field_or_a_certain_input_is_refused(scenario):
    for path, to, word in (
        (GAS, -1.0, "outside"),
        ("compute.utilisation_frac", 1.5, "outside"),
        ("company.cash_floor_usd", 1e9, "not uncertain"),
    ):
        with pytest.raises(ScenarioError, match=word):
            set_line(scenario, path, to)


def test_a_line_is_one_that_the_command_takes(scenario):
    path, _, value = set_line(scenario, GAS, 5.0).partition("=")
    assert path == f"uncertainty.{GAS}" and set(json.loads(value)) == {"kind", "p10", "p90"}
