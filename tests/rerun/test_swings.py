"""Frequency of an island in words: what its machines carry is a deviation, what they do not is a black-out."""

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.rerun.swings import _island
from gigacampus.schema.power import PowerSpec


def island(units, load_mw, swing_mw):
    """A site of some running units of 20 MW."""
    planned = {"unit_running": np.full((1, 1, 1), units), "facility_mw": np.full((1, 1, 1), load_mw)}
    campus = SimpleNamespace(blocks={"plant": SimpleNamespace(model="lib:generators/unit")})
    tree = SimpleNamespace(campuses={"north": campus}, library=SimpleNamespace(generators={"unit": SimpleNamespace(iso_mw=20.0)}))
    inputs = SimpleNamespace(at=SimpleNamespace(campus=("north",), unit=("north/plant",), unit_campus=(0,)), tree=tree)
    of = {"swing_mw": swing_mw, "battery_power_mw": 0.0, "grid_limit_mw": 0.0}
    return _island(SimpleNamespace(planned=planned.get), inputs, 0, 0, of, PowerSpec())


@pytest.mark.parametrize(
    ("units", "swing_mw", "dark"),
    [(1.0, 5.0, {"the largest unit trips"}), (2.0, 45.0, {"the jobs at work pause or stop"}), (2.0, 5.0, set())],
)
def test_a_step_beyond_what_stays_on_line_is_a_black_out_and_no_deviation(units, swing_mw, dark):
    found = island(units, 15.0 * units, swing_mw)
    told = {event["event"] for event in found["events"]}
    assert set(found["blacks_out"]) == dark and not told & dark and len(told) + len(dark) == 2
    assert all(abs(event["deviation_hz"]) < 20.0 for event in found["events"])


def test_where_no_unit_runs_nothing_is_said():
    assert island(0.0, 10.0, 5.0) is None
