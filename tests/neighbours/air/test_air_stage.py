"""Air stage on made-up upstream arrays."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.neighbours.air import transfer
from gigacampus.neighbours.air.stage import run
from gigacampus.registry.variables import of_stage
from gigacampus.schema.neighbours import AirSpec


def test_gives_exactly_the_rows_of_the_registry(synthetic: SimpleNamespace) -> None:
    out = run(synthetic.inputs(), synthetic.upstream())
    sizes = {"receptor": 3, "month": synthetic.months}
    assert {k: v.shape for k, v in out.items()} == {v.name: tuple(sizes[d] for d in v.dims) for v in of_stage("air")}
    assert all(np.all(np.isfinite(v)) for v in out.values())


def test_is_linear_in_emissions_but_for_no2(synthetic: SimpleNamespace) -> None:
    up = synthetic.upstream()
    once = run(synthetic.inputs(), up)
    up["unit_nox_kg"] = 3.0 * up["unit_nox_kg"]
    thrice = run(synthetic.inputs(), up)
    np.testing.assert_allclose(thrice["nox_ugm3"], 3.0 * once["nox_ugm3"])
    np.testing.assert_allclose(thrice["pm25_ugm3"], once["pm25_ugm3"])
    assert np.all(thrice["no2_ugm3"] <= 3.0 * once["no2_ugm3"] + 1e-12)


def test_months_that_share_a_season_are_converted_to_no2_each_by_its_own_strength(synthetic: SimpleNamespace) -> None:
    up = synthetic.upstream()
    alone = run(synthetic.inputs(), {**up, "unit_nox_kg": 40.0 * up["unit_nox_kg"]})
    up["unit_nox_kg"] = np.array(up["unit_nox_kg"])
    up["unit_nox_kg"][..., 12:] *= 40.0
    mixed = run(synthetic.inputs(), up)
    for name in ("no2_ugm3", "no2_max_1h_ugm3"):
        np.testing.assert_allclose(mixed[name][:, 12:], alone[name][:, 12:])
        assert np.all(mixed[name][:2, :12] < 0.1 * alone[name][:2, :12])


def test_follows_the_planned_phase(synthetic: SimpleNamespace) -> None:
    planned = np.zeros((1, synthetic.months))
    planned[0, 12:] = 1
    flat, step = run(synthetic.inputs(), synthetic.upstream()), run(synthetic.inputs(), synthetic.upstream(planned))
    np.testing.assert_allclose(step["nox_ugm3"][:, :12], flat["nox_ugm3"][:, :12])
    np.testing.assert_allclose(step["nox_ugm3"][:, 12:], 2.0 * flat["nox_ugm3"][:, 12:])


def test_nothing_reaches_beyond_the_stated_distance(synthetic: SimpleNamespace) -> None:
    out = run(synthetic.inputs(), synthetic.upstream())
    assert np.all(out["nox_ugm3"][2] == 0.0)
    assert np.all(out["nox_ugm3"][:2] > 0.0)


def test_a_remembered_geometry_gives_the_same_bytes(synthetic: SimpleNamespace) -> None:
    transfer._memory.clear()
    first, second = (run(synthetic.inputs(), synthetic.upstream()) for _ in range(2))
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)
    moved = run(synthetic.inputs(air={"stack_lat": 35.02, "stack_lon": -90.0}), synthetic.upstream())
    assert not np.allclose(moved["nox_ugm3"][0], first["nox_ugm3"][0])


@pytest.mark.parametrize(("model", "upwind_share"), [("isc_briggs", 0.0), ("aermod_flat", 0.05)])
def test_wind_from_the_south_harms_the_north(synthetic: SimpleNamespace, model: str, upwind_share: float) -> None:
    """Only the plume that wanders puts a little upwind."""
    up = synthetic.upstream()
    up["wind_from_deg"] = np.full((1, 8760), 180.0)
    out = run(synthetic.inputs(air={"model": model}), up)
    assert np.all(out["nox_ugm3"][1] <= upwind_share * out["nox_ugm3"][0])
    assert out["downwind_hours"][:2].tolist() == [np.sum(up["wind_speed_m_s"] > 0), 0.0]


@pytest.mark.parametrize("given", [{"stack_lat": 0.0}, {"stack_lon": 0.0}])
def test_half_of_a_position_is_refused(given: dict[str, float]) -> None:
    lacking = "stack_lon" if "stack_lat" in given else "stack_lat"
    with pytest.raises(ValueError, match=f"{lacking}: .* is given alone"):
        AirSpec(**given)
