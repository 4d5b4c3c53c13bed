"""A small company with one campus and uncertain books, run once for all tests of the folder."""

from __future__ import annotations

import pytest

SCENARIO = """\
title: One small campus
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 48}
run: {worlds: 3, draws: 128, seed: 7}
campuses:
  north:
    site: {lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}
    blocks:
      grid: {kind: grid_tranche, mw: 60, in_service: 2026-01-01}
      transformer: {kind: substation, mw: 60, in_service: 2026-01-01}
      hall: {kind: hall, it_mw: 40, in_service: 2026-01-01}
      towers: {kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 60, in_service: 2026-01-01}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 25000, in_service: 2026-03-01}
company:
  opening_cash_usd: 2.0e+9
  cash_floor_usd: 1.0e+8
  revenue: {anchor_to_history: false, rental: {tenants: {first: {share_frac: 0.9, start: 2026-04-01}}, price_change_per_year: 0.0}}
  raise_policy: {trigger_months_of_cash: 6}
uncertainty:
  campuses.north.blocks.chips.slip_days: {kind: uniform, low: 0, high: 120}
  market.gas_usd_per_mmbtu: {kind: lognormal, p10: 2.8, p90: 5.2}
  company.opening_cash_usd: {kind: uniform, low: 1.0e+9, high: 4.0e+9}
  company.revenue.rental.usd_per_mw_month: {kind: lognormal, p10: 1.0e+5, p90: 5.0e+5}
  company.costs.general_usd_per_year: {kind: normal, p10: 4.0e+7, p90: 8.0e+7}
  company.raise_policy.raise_luck_quantile: {kind: uniform, low: 0, high: 1}
correlations:
  - {a: company.opening_cash_usd, b: company.costs.general_usd_per_year, rank: 0.5}
"""


@pytest.fixture(scope="session")
def scenario_file(once):
    """The small scenario as a file."""
    return once("scenario to explore", lambda folder: (folder / "one.yaml").write_text(SCENARIO, encoding="utf-8")) / "one.yaml"


@pytest.fixture(scope="session")
def result(scenario_file, computed_once):
    """Its run, in memory."""
    from gigacampus import api

    return computed_once("explored result", lambda: api.compute(scenario_file, twin=False))


@pytest.fixture(scope="session")
def held(result):
    """Its books, ready to be asked again."""
    from gigacampus.explore.run_session import hold

    return hold(result)


@pytest.fixture(autouse=True, scope="module")
def own_cache(once):
    """A cache of this folder's own, so that nothing found is left from another version; for each file, or later folders would have it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIGACAMPUS_CACHE", str(once("cache to explore", lambda folder: None)))
        yield
