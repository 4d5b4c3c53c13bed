"""The recipes of CONTRIBUTING.md: a made-up member of each family runs to the report, and is gone afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus import api
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.flue_gas import nox_kg_per_mmbtu
from gigacampus.registry.kinds import (
    COOLING,
    DISPATCH_ORDERS,
    GENERATORS,
    STORAGE,
    CoolingKind,
    DispatchOrder,
    GeneratorTechnology,
    StorageChemistry,
)
from gigacampus.scenario import library

SCENARIO = """\
title: A campus with made-up plant
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 7}
run: {worlds: 1, draws: 2, seed: 3}
campuses:
  only:
    site: {lat: 35.0, lon: -90.0, weather: lib:weather/memphis_tn}
    blocks:
      chips: {kind: accelerators, model: "lib:accelerators/gb200", count: 10000, in_service: 2026-01-01}
      grid: {kind: grid_tranche, mw: 10, in_service: 2026-01-01}
      units: {kind: generators, model: "lib:generators/UNITS", count: 4, in_service: 2026-01-01}
      store: {kind: battery, model: "lib:batteries/STORE", mw: 10, mwh: 40, in_service: 2026-01-01}
      plant: {kind: cooling, model: "lib:cooling/PLANT", heat_mw: 30, in_service: 2026-01-01}
    power: {curtail_hours_per_year: 400, order: grid_first}
    receptors:
      homes: {lat: 35.004, lon: -90.0, people: 100}
"""
KG_PER_T = 1000.0
USUAL = {"UNITS": "recip_2p5", "STORE": "megapack_3", "PLANT": "dry_cooler_generic"}
ROW = '{{value: {0}, unit: "{1}", source: A0, date: 2020-01-01, known_from: 2020-01-01, confidence: assumed, note: "made up"}}'


@pytest.fixture
def run(tmp_path):
    """Run the scenario with some products exchanged and lines added, to a run folder with its report."""

    def go(lines: str = "", **names: str):
        text = SCENARIO
        for place, name in {**USUAL, **names}.items():
            text = text.replace(place, name)
        file = tmp_path / "made_up.yaml"
        file.write_text(text + lines)
        result = api.compute(file, use_cache=False, twin=False)
        folder = api.save(result, tmp_path, "run", use_cache=False)
        assert "made-up plant" in (folder / "report.html").read_text(encoding="utf-8")
        return result

    return go


@pytest.fixture
def own_library(tmp_path, monkeypatch):
    """The library with room for a row more: ``add(family, name, **{field: (value, unit)})``."""
    root = tmp_path / "library"
    root.mkdir()
    for path in library.ROOT.iterdir():
        (root / path.name).symlink_to(path)
    monkeypatch.setattr(library, "ROOT", root)

    def add(family: str, name: str, like: str, **rows: tuple[float, str]) -> None:
        held = (root / family).resolve()
        (root / family).unlink()
        (root / family).mkdir()
        for path in held.iterdir():
            (root / family / path.name).symlink_to(path)
        kept = [block for block in _blocks((held / f"{like}.yaml").read_text()) if block.split(":")[0] not in rows]
        text = "".join([*kept, *(f"{key}:\n  {ROW.format(*row)}\n" for key, row in rows.items())])
        (root / family / f"{name}.yaml").write_text(text)

    return add


def _blocks(text: str) -> list[str]:
    """A library file cut into its fields."""
    out: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith((" ", "-")):
            out[-1] += line
        else:
            out.append(line)
    return out


def test_a_made_up_cooling_kind_runs_to_the_report_and_goes(run):
    kind = CoolingKind(
        "wetted_coil",
        "Coil behind wetted pads",
        typical="lib:cooling/dry_cooler_generic",
        module="tests.registry.made_up_cooler",
        cools="liquid",
        evaporates=True,
        spectrum="fan",
    )
    entry = "library: {cooling: {coils: {kind: wetted_coil}}}\n"
    before = COOLING.names
    with COOLING.having(kind):
        result = run(entry, PLANT="coils")
        own = result.coords["cooling_kind"].index("wetted_coil")
        heat = result.array("cooling_kind_heat_mw")[0, 0, :, 0, -1]
        assert heat[own] == 30.0 and heat.sum() == 30.0
        assert np.all(result.array("cooling_air_frac")[0, own] == 0.5)
        assert result.array("evaporative_share_frac")[0, 0, 0, -1] == 1.0
        assert np.all(result.array("water_m3") > 0.0) and np.all(result.array("heat_rejected_dry_mwh") == 0.0)
        assert np.isfinite(result.array("noise_downwind_night_dba")).all()
    assert COOLING.names == before
    with pytest.raises(ScenarioError, match="wetted_coil"):
        run(entry, PLANT="coils")


def test_a_made_up_generator_technology_runs_to_the_report_and_goes(run, own_library):
    own_library("generator_classes", "fuel_cell", "reciprocating", nox_ppm=(1.0, "ppm"), exhaust_flow_kg_s_per_mw=(2.0, "kg/s/MW"))
    kind = GeneratorTechnology("fuel_cell", "Fuel cell", typical="lib:generator_classes/fuel_cell", sounds_like="reciprocating_engine")
    entry = "library: {generators: {cells: {engine: fuel_cell, iso_mw: 2.5, heat_rate_lhv_kj_per_kwh: 9322}}}\n"
    with GENERATORS.having(kind):
        result = run(entry, UNITS="cells")
        assert result.scenario["library"]["generators"]["cells"]["exhaust_flow_kg_s"] == 5.0
        assert any("library.generators.cells" in text for text in result.manifest["cautions"])
        burnt = result.array("fuel_mmbtu").sum()
        assert 0.0 < result.array("nox_t").sum() < 0.3 * burnt * nox_kg_per_mmbtu(42.0) / KG_PER_T
    with pytest.raises(ScenarioError, match="fuel_cell"):
        run(entry, UNITS="cells")


def test_a_made_up_storage_chemistry_runs_to_the_report_and_goes(run, own_library):
    own_library("battery_classes", "iron_air", "lithium_iron_phosphate", round_trip_frac=(0.4, "1"))
    kind = StorageChemistry("iron_air", "Iron that rusts and is restored", typical="lib:battery_classes/iron_air")
    entry = "library: {batteries: {rust: {chemistry: iron_air, unit_mwh: 10}}}\n"
    with STORAGE.having(kind):
        result = run(entry, STORE="rust")
        held = result.scenario["library"]["batteries"]["rust"]
        assert held["round_trip_frac"] == 0.4 and held["unit_mwh"] == 10
        lost, given = (result.array(f"battery_{name}_mwh").sum() for name in ("loss", "discharge"))
        assert given > 0.0 and 1.0 - given / (given + lost) == pytest.approx(0.6, abs=0.02)
    with pytest.raises(ScenarioError, match="iron_air"):
        run(entry, STORE="rust")


def test_a_made_up_dispatch_order_runs_to_the_report_and_goes(run):
    before = DISPATCH_ORDERS.names
    with DISPATCH_ORDERS.having(DispatchOrder("units_lead", "Units lead, the grid follows", grid_carries_base=False)):
        made_up, leads, follows = (run(grid_first=order) for order in ("units_lead", "onsite_first", "grid_first"))
        assert made_up.scenario["campuses"]["only"]["power"]["order"] == "units_lead"
        assert np.array_equal(made_up.array("onsite_mwh"), leads.array("onsite_mwh"))
        assert made_up.array("onsite_mwh").sum() > 1.1 * follows.array("onsite_mwh").sum()
    assert DISPATCH_ORDERS.names == before
    with pytest.raises(ScenarioError, match="units_lead"):
        run(grid_first="units_lead")
