"""The demand of a utility's system is read by its own limit, not by that of a facility."""

from __future__ import annotations

from importlib import resources

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.load_files import hourly_load, utility_load_mw

BUNDLED = sorted(
    path.name.removesuffix(".csv") for path in (resources.files("gigacampus.library") / "utility_load").iterdir() if ".csv" in path.name
)


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_demand_is_read_though_no_facility_draws_so_much(name):
    demand = utility_load_mw(f"lib:utility_load/{name}")
    assert demand.shape == (8760,) and demand.min() > 0.0


def test_a_file_of_a_system_and_of_a_facility_have_limits_of_their_own(tmp_path):
    path = tmp_path / "load.csv"
    for mw, system in ((30_000, True), (600_000, False)):
        path.write_text("load_mw\n" + f"{mw}\n" * 8760, encoding="utf-8")
        with pytest.raises(ScenarioError, match="more than any facility draws"):
            hourly_load(path)
        if system:
            assert utility_load_mw(str(path)).max() == mw
        else:
            with pytest.raises(ScenarioError, match="more than any utility's system draws"):
                utility_load_mw(str(path))
