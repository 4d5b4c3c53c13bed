"""Maps around the stacks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.neighbours.air.field import BEARINGS_DEG, RINGS_M, at_points, campus_field
from gigacampus.neighbours.air.stage import run
from gigacampus.neighbours.exposure import burden_shares, people_above


def test_the_map_agrees_with_the_receptors(synthetic: SimpleNamespace) -> None:
    inputs, up = synthetic.inputs(), synthetic.upstream()
    field, out = campus_field(inputs, up, "one"), run(inputs, up)
    assert field.values["nox_ugm3"].shape == (BEARINGS_DEG.size, RINGS_M.size)
    mapped = at_points(field, "nox_ugm3", np.array([35.009, 34.97]), np.array([-90.0, -90.0]))
    np.testing.assert_allclose(mapped, out["nox_ugm3"][:2, -12:].mean(axis=1), rtol=0.1)
    assert at_points(field, "nox_ugm3", np.array([36.0]), np.array([-90.0]))[0] == 0.0


def test_no2_stays_below_nox_and_the_highest_hour_above_the_mean(synthetic: SimpleNamespace) -> None:
    values = campus_field(synthetic.inputs(), synthetic.upstream(), "one").values
    assert np.all(values["no2_ugm3"] <= values["nox_ugm3"])
    assert np.all(values["no2_max_1h_ugm3"] >= values["no2_ugm3"])


def test_burden_adds_up() -> None:
    people, level = np.array([10.0, 20.0, 30.0]), np.array([0.3, 0.2, 0.1])
    shares = burden_shares(people, level, ("a", "b", "a"))
    assert sum(share for _, share in shares.values()) == pytest.approx(1.0)
    assert people_above(people, level, np.array([0.0]))[0] == 60.0
