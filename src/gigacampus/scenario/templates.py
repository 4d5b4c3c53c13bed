"""Scenarios of some twenty lines to start from. None of them is a real company."""

from __future__ import annotations

import json

from gigacampus.scenario.file_schema import MODELINE

PUE = 1.3
"""Facility over IT power by which a starter sizes its hall for a load; the PUE of a run is an output."""
_HEAD = """\
{modeline}
title: {title}
as_of: 2026-01-15
horizon: {{start: 2026-01-01, months: 60}}
campuses:
  first:
    site: {{lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}}
    power: {{tariff: lib:tariffs/flat_60{order}{load}}}
    blocks:
"""
_SUPPLY = {
    "grid": """\
      grid: {{kind: grid_tranche, mw: {firm_mw:g}, in_service: 2026-03-01}}
""",
    "gas": """\
      turbines: {{kind: generators, model: lib:generators/titan_130, count: {turbines}, in_service: 2026-03-01}}
""",
    "hybrid": """\
      grid: {{kind: grid_tranche, mw: {half_mw:g}, in_service: 2026-03-01}}
      turbines: {{kind: generators, model: lib:generators/titan_130, count: {half_turbines}, in_service: 2026-09-01}}
""",
}
_IT = """\
      hall: {{kind: hall, it_mw: {it_mw:g}, in_service: 2026-03-01}}
      cooling: {{kind: cooling, model: lib:cooling/dry_cooler_generic, heat_mw: {heat_mw:g}, in_service: 2026-03-01}}
      chips: {{kind: accelerators, model: lib:accelerators/gb200, count: {chips}, in_service: 2026-04-01}}
company: {{opening_cash_usd: 4 GUSD}}
uncertainty:
  company.opening_cash_usd: {{kind: normal, p10: 3 GUSD, p90: 5 GUSD}}
  company.revenue.momentum_per_year: {{kind: lognormal, p10: 0.3, p90: 2}}
  campuses.first.schedule.construction_slip_quantile: {{kind: uniform, low: 0, high: 1}}
  campuses.first.cooling.design_pue: {{kind: triangular, low: 1.22, mode: 1.3, high: 1.45}}
  library.accelerators.gb200.server_kw: {{kind: normal, p10: 1.7, p90: 1.96}}
  campuses.first.traffic.construction_workers_per_mw_year: {{kind: triangular, low: 2, mode: 4, high: 8}}
run: {{worlds: 16}}
"""
ORDER = {"grid": "grid_first", "gas": "onsite_first"}
"""Who has the base load; where none is named, the cheaper one has it."""
_TURBINE_MW = 15.0
"""What a starter counts on from one turbine on a warm day."""
TEMPLATES = tuple(_SUPPLY)


def starter(template: str, title: str, *, peak_mw: float = 120.0, load_csv: str = "") -> str:
    """Text of a scenario whose supply, hall and cooling fit a facility load of ``peak_mw``.

    >>> starter("grid", "A campus").count("in_service:")
    4
    """
    it_mw = round(peak_mw / PUE, 1)
    sizes = {
        "firm_mw": round(peak_mw * 1.1, 1),
        "half_mw": round(peak_mw * 0.55, 1),
        "it_mw": it_mw,
        "heat_mw": round(it_mw * 1.05, 1),
        "turbines": _units(peak_mw),
        "half_turbines": _units(peak_mw / 2),
        "chips": int(it_mw * 1000 / 1.8),
    }
    load = f", user_load_csv: {load_csv}" if load_csv else ""
    text = _HEAD + _SUPPLY[template] + _IT
    return text.format(modeline=MODELINE, title=_quoted(title), order=named_order(template), load=load, **sizes)


def named_order(supply: str) -> str:
    """The dispatch order of a kind of supply as it stands in a line of a scenario.

    >>> named_order("gas"), named_order("hybrid")
    (', order: onsite_first', '')
    """
    return f", order: {ORDER[supply]}" if supply in ORDER else ""


def _units(mw: float) -> int:
    """Turbines that still carry ``mw`` with one out."""
    return int(-(-mw // _TURBINE_MW)) + 1


def _quoted(title: str) -> str:
    return title if title.replace(" ", "").isalnum() and not title[0].isdigit() else json.dumps(title, ensure_ascii=False)
