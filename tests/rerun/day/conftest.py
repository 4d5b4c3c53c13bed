"""One small run of a campus on grid, turbines and a battery, with a home beside it, for all tests of the folder."""

from __future__ import annotations

import pytest

SCENARIO = """\
title: A campus for one day
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 15}
run: {worlds: 1, draws: 3, seed: 7}
campuses:
  north:
    site: {lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}
    power: {tariff: lib:tariffs/TARIFF, order: grid_first, spinning_reserve_frac: 0.0, reserve_units: 0}
    receptors:
      home: {lat: 39.9935, lon: -82.88, people: 10}
      far: {lat: 40.02, lon: -82.88, people: 10}
    blocks:
      grid: {kind: grid_tranche, mw: 16.7, in_service: 2026-01-01}
      substation: {kind: substation, mw: 60, in_service: 2026-01-01}
      turbines: {kind: generators, model: "lib:generators/titan_130", count: 2, in_service: 2026-01-01}
      pack: {kind: battery, model: "lib:batteries/megapack_2xl", mw: 4, mwh: 1, in_service: 2026-01-01}
      hall: {kind: hall, it_mw: 44, in_service: 2026-01-01}
      towers: {kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 60, in_service: 2026-01-01}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 25000, in_service: 2026-01-01}
  later:
    site: {lat: 39.90, lon: -82.70, weather: lib:weather/columbus_oh}
    blocks:
      grid: {kind: grid_tranche, mw: 20, in_service: 2026-09-01}
      hall: {kind: hall, it_mw: 15, in_service: 2026-09-01}
      towers: {kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 20, in_service: 2026-09-01}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 9000, in_service: 2026-09-01}
products:
  chat_users: 8.0e+8
  images: {per_day: 200000, starts_on: 2026-01-01}
red_lines:
  violating_prompt_frac: 0.1
  gate_recalls: [0.6, 0.5]
  gate_false_positives: [0.01]
  controls: [{day: 2026-06-10, volume_factor: 0.5, extra_recall: 0.5}]
company:
  opening_cash_usd: 2.0e+9
  revenue: {anchor_to_history: false}
"""


@pytest.fixture(scope="session")
def scenario_file(tmp_path_factory):
    """The scenario as a file."""
    path = tmp_path_factory.mktemp("scenario") / "day.yaml"
    path.write_text(SCENARIO.replace("TARIFF", "tva_msd_like"), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def folder(scenario_file, tmp_path_factory):
    """Its run folder."""
    from gigacampus import api

    result = api.compute(scenario_file, twin=False)
    return api.save(result, tmp_path_factory.mktemp("runs"), api.folder_name(scenario_file, result))


@pytest.fixture(scope="session")
def result(folder):
    from gigacampus.results import store

    return store.read(folder)
