"""A small scenario of two campuses that touches every stage, and its run, computed once for all tests of the pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest

SMALL = """\
title: Two small campuses
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 36}
run: {worlds: 5, draws: 32, seed: 7}
campuses:
  north:
    site: {lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}
    blocks:
      grid: {kind: grid_tranche, mw: 60, in_service: 2026-01-01}
      transformer: {kind: substation, mw: 60, in_service: 2026-01-01}
      late_transformer: {kind: substation, mw: 60, in_service: 2026-07-01}
      second_grid: {kind: grid_tranche, mw: 60, in_service: 2026-02-01}
      hall: {kind: hall, it_mw: 100, in_service: 2026-01-01}
      towers: {kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 120, in_service: 2026-01-01}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 60000, in_service: 2026-01-01}
    receptors:
      homes: {lat: 39.995, lon: -82.88, people: 1000}
    water: {utility_m3_per_day: 500000}
  south:
    site: {lat: 35.0, lon: -90.0, weather: lib:weather/memphis_tn}
    blocks:
      permit: {kind: permit, in_service: 2026-03-01, limit_mw: 120}
      turbines: {kind: generators, model: "lib:generators/titan_130", count: 5, in_service: 2026-01-01, permit: permit, control: scr}
      more: {kind: generators, model: "lib:generators/titan_130", count: 3, phase: 1, permit: permit}
      battery: {kind: battery, model: "lib:batteries/megapack_2xl", mw: 20, mwh: 40, in_service: 2026-01-01}
      dry: {kind: cooling, model: "lib:cooling/dry_cooler_generic", heat_mw: 90, in_service: 2026-01-01}
      chips: {kind: accelerators, model: "lib:accelerators/gb200", count: 25000, in_service: 2026-02-01}
      more_chips: {kind: accelerators, model: "lib:accelerators/gb200", count: 20000, phase: 1}
    phases:
      second: {planned_order: 2026-06-01, lead_days: 180, capex_usd: 1.0e9}
    receptors:
      school: {kind: school, lat: 35.01, lon: -90.0, people: 400}
uncertainty:
  campuses.south.blocks.chips.slip_days: {kind: uniform, low: 0, high: 120}
  compute.utilisation_frac: {kind: triangular, low: 0.6, mode: 0.85, high: 0.95}
  market.gas_usd_per_mmbtu: {kind: lognormal, p10: 2.8, p90: 5.2}
  company.opening_cash_usd: {kind: uniform, low: 3.0e+9, high: 6.0e+9}
"""


@pytest.fixture(scope="session")
def cache_folder(once):
    """A stage cache of the test session's own, for all its processes."""
    return once("cache of the pipeline", lambda folder: None)


@pytest.fixture(autouse=True)
def own_cache(cache_folder, monkeypatch):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(cache_folder))


@pytest.fixture(scope="session")
def small_file(once) -> Path:
    """The small scenario as a file."""
    return once("small scenario", lambda folder: (folder / "small.yaml").write_text(SMALL)) / "small.yaml"


@pytest.fixture(scope="session")
def small(small_file, computed_once):
    """Result of the small scenario."""
    from gigacampus import api

    return computed_once("small result", lambda: api.compute(small_file, use_cache=False, twin=False))


@pytest.fixture
def run_small(small_file):
    """Run the stages of the small scenario with changed values; answers are worked out for ``small`` alone."""
    from gigacampus import api

    def run(*sets: str, **options):
        return api.first(small_file, tuple(sets), **options)

    return run
