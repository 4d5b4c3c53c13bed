"""Nothing dated after a month moves it: whatever is delayed, changed, taken out or added later, earlier months keep their bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gigacampus.foundation.shipped import shipped_scenarios
from gigacampus.pipeline.run import Outcome, run
from gigacampus.registry.variables import REGISTRY
from gigacampus.scenario.document import load
from gigacampus.schema.buildout import FAMILIES
from gigacampus.schema.scenario import Scenario

Data = dict[str, Any]

LOOKS_AHEAD = {
    "escape_ratio": "asks for the growth of the year that follows",
    "escape_ratio_levered": "asks for the growth of the year that follows",
    "escape_growth_per_year": "known only where next year's growth is",
    "vintage_payback_months": "counts the months until a vintage will have earned its cost",
    "household_cost_if_leaves_usd": "asks what will have been paid by the end of the contract",
    "planned_phase": "the plan itself, which says how many phases will be there",
    "block_wait_months": "counts the months until a block comes",
}
"""Monthly figures that a later day may move, each with the reason: forecasts by definition; nothing else may."""

BUILDERS = ("construction_workers_per_mw_year", "trucks_per_mw_built")
"""Those who build what a later day brings are on the road before it. No other way leads back, so the tests run where nobody builds."""

READINGS = {
    "chat_users_day": "the day of a count that the whole path of users is laid through, before it as after it",
    "known_from": "the day on which a fact became known, which moves nothing by itself",
    "calibrated_on": "the last day of the data behind a fit",
}
"""Fields that hold a day and are no event."""

EVERYTHING = """\
title: Two campuses with one of everything that has a date
as_of: 2026-07-10
horizon: {start: 2026-01-01, months: 30}
run: {worlds: 1, draws: 2, seed: 7}
campuses:
  north:
    site: {lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}
    schedule: {slip: none}
    announced: [{from_day: 2026-05-01, mw: 300, by: press}]
    blocks:
      grid: {kind: grid_tranche, mw: 60, in_service: 2026-01-01}
      second_grid: {kind: grid_tranche, mw: 90, in_service: 2026-08-10, cost_usd: 5.0e7}
      substation: {kind: substation, mw: 60, in_service: 2026-01-01}
      second_substation: {kind: substation, mw: 60, in_service: 2026-10-05}
      hall: {kind: hall, it_mw: 60, in_service: 2026-01-01}
      second_hall: {kind: hall, it_mw: 60, ordered: 2026-04-10, in_service: 2026-09-20, cost_usd: 0.9e9}
      towers: {kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 70, in_service: 2026-01-01}
      second_towers: {kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 60, in_service: 2026-09-20}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 20000, in_service: 2026-01-01}
      second_chips:
        {kind: accelerators, model: "lib:accelerators/gb200", count: 20000, ordered: 2026-03-20, in_service: 2026-10-01, cost_usd: 1.1e9}
      third_chips: {kind: accelerators, model: "lib:accelerators/gb200", count: 10000, in_service: 2027-02-15}
      old_chips_go: {kind: retirement, block: chips, share_frac: 0.5, in_service: 2027-04-01}
    receptors:
      homes: {lat: 39.995, lon: -82.88, people: 1000}
  south:
    site: {lat: 35.0, lon: -90.0, weather: lib:weather/memphis_tn}
    blocks:
      permit: {kind: permit, in_service: 2026-05-01, limit_mw: 120}
      trailers: {kind: generators, model: "lib:generators/trailer_mixed", count: 3, in_service: 2026-01-01, out_of_service: 2027-06-01}
      turbines: {kind: generators, model: "lib:generators/titan_130", count: 5, in_service: 2026-04-01, permit: permit, control: scr}
      court_order:
        {kind: legal, stops: [trailers, turbines], probability_frac: 0.9, court_stop_quantile: 0.1, duration_days: 90,
         in_service: 2026-11-01}
      battery: {kind: battery, model: "lib:batteries/megapack_2xl", mw: 20, mwh: 40, in_service: 2026-07-01}
      dry: {kind: cooling, model: "lib:cooling/dry_cooler_generic", heat_mw: 90, in_service: 2026-02-01}
      chips: {kind: accelerators, model: "lib:accelerators/gb200", count: 25000, in_service: 2026-02-01}
      more_chips: {kind: accelerators, model: "lib:accelerators/gb200", count: 20000, phase: 1}
      more: {kind: generators, model: "lib:generators/titan_130", count: 3, phase: 1, permit: permit}
    phases:
      second: {planned_order: 2026-06-01, lead_days: 180, capex_usd: 1.0e9}
    noise:
      walls:
        west: {points: [[35.001, -90.001], [35.003, -90.001]], height_m: 6, in_service: 2026-12-01}
    water: {recycled_share_frac: 0.3, recycled_from: 2026-10-15}
    traffic:
      background_pcu_per_h: 600
      permanent_workers_per_mw: 6
      road_works: {paving: {starts_on: 2026-09-01, ends_on: 2027-02-01, capacity_pcu_per_h: 500}}
    receptors:
      school: {kind: school, lat: 35.01, lon: -90.0, people: 400}
company:
  opening_cash_usd: 6.0e9
  history:
    q1: {start: 2026-01-01, revenue_usd: 60e6, gross_profit_usd: 14e6, ebitda_usd: -200e6, net_income_usd: -300e6, cash_spent_usd: 900e6}
    q2: {start: 2026-04-01, revenue_usd: 80e6, gross_profit_usd: 24e6, ebitda_usd: -210e6, net_income_usd: -340e6, cash_spent_usd: 700e6}
  people:
    research: {heads: 300, heads_growth_per_year: 0.3, cash_usd_per_head_year: 500e3}
  loans:
    notes: {drawn: 2026-09-15, principal_usd: 1.0e9, rate_frac: 0.12, term_years: 4, discount_frac: 0.02}
    delayed: {drawn: 2027-01-15, kind: delayed_draw, principal_usd: 0.5e9, draw_months: 6, term_years: 5}
    platform_loan: {entity: platform, kind: term_loan, drawn: 2026-12-15, principal_usd: 0.2e9}
  rounds:
    first: {day: 2026-07-06, raised_usd: 3.0e9, equity_frac: 0.8, post_money_usd: 20e9}
    second: {day: 2027-05-06, raised_usd: 2.0e9, post_money_usd: 30e9, listing: true}
  vehicle: {start: 2026-08-01, purchase_usd: 0.4e9}
  platform: {enabled: true, advertising_usd_per_month: 30e6, fixed_cost_usd_per_month: 5e6}
  revenue:
    government_usd_per_year: 30e6
    government_start: 2026-10-01
    rental:
      decision: {own_use_usd_per_mw_month: 2.0e5}
      tenants:
        signed: {start: 2026-11-01, share_frac: 0.2, notice: 2027-06-01, notice_days: 60, prepaid_months: 2}
        asks: {start: 2026-06-01, it_mw: 5, asks_per_year: 4, draw_quantile: 0.6}
  siblings:
    partner: {free_cash_usd_per_year: 1e9, cash_usd: 4e9}
  mergers:
    joined: {day: 2027-08-01, partner: partner, exchange_ratio: 0.5, partner_shares_per_share: 2.0, price_usd: 25e9}
  flows:
    - {day: 2026-10-01, from_party: company, to_party: partner, kind: goods, usd: 100e6}
    - {day: 2027-03-01, from_party: partner, to_party: company, kind: equity, usd: 200e6, round: second}
  events:
    vote: {day: 2027-01-01, usd: 0.5e9}
products:
  cars: {vehicles: 1000000, equipped_frac: 0.5, equipped_from: 2026-08-01}
  robots: {robots: 1000, growth_per_year: 1.0, starts_on: 2026-09-01}
  agents: {tasks_per_day: 10000, growth_per_year: 1.0, starts_on: 2026-06-01}
  images: {per_day: 1000000, growth_per_year: 0.5, starts_on: 2026-07-01}
red_lines:
  violating_prompt_frac: 0.001
  gate_recalls: [0.9, 0.8]
  controls:
    - {day: 2026-10-15, volume_factor: 0.5}
    - {day: 2027-02-15, extra_recall: 0.3}
  exposure: {clock_from: 2026-09-01, enforced_high_frac: 0.001}
"""
CLOSED = ("2026-03", "2026-07", "2026-12")
"""Months that are closed, one after the other."""
TABLES = ("blocks", "phases", "loans", "rounds", "tenants", "mergers", "events", "walls", "flows", "controls", "announced", "road_works")
"""Tables whose entries are dated things, one by one."""


def days_of(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], date]]:
    """Every day of plain data that is an event, with its path."""
    if isinstance(node, date) and path[-1] not in READINGS and path[0] not in ("as_of", "horizon", "library"):
        yield path, node
    elif isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from days_of(value, (*path, key))


def node_at(data: Data, path: tuple[Any, ...]) -> Any:
    """What stands at a path."""
    node: Any = data
    for part in path:
        node = node[part]
    return node


def later(data: Data, last: date) -> list[tuple[Any, ...]]:
    """Paths of the entries of dated tables that have no day up to ``last``, the last of each list first."""
    days: dict[tuple[Any, ...], list[date]] = {}
    for path, day in days_of(data):
        if len(path) > 2 and path[-3] in TABLES:
            days.setdefault(path[:-1], []).append(day)
    return sorted((path for path, known in days.items() if min(known) > last), key=str, reverse=True)


def delay(data: Data, last: date) -> None:
    """Every later day comes a hundred days later still; reported quarters stay, since they follow each other."""
    for path, day in list(days_of(data)):
        if day > last and "history" not in path:
            node_at(data, path[:-1])[path[-1]] = day + timedelta(days=100)


def change(data: Data, last: date) -> None:
    """Every amount of a later entry grows or shrinks."""
    for path in later(data, last):
        entry = node_at(data, path)
        for key in [k for k, value in entry.items() if isinstance(value, float) and k not in ("lat", "lon", "court_stop_quantile")]:
            entry[key] *= 0.7 if key.endswith(("_frac", "recall")) else 1.3
    for key, quarter in data["company"]["history"].items():
        if quarter["start"] > last:
            data["company"]["history"][key] |= {"revenue_usd": 150e6, "cash_spent_usd": 800e6}


def take_out(data: Data, last: date) -> None:
    """Every later entry goes, with what names it; the only plant of its family at a campus comes years later instead: without it the
    family would not be described, and what is not described limits nothing."""
    for path in later(data, last):
        table = node_at(data, path[:-1])
        if path[-2] == "blocks" and alone(table, path[-1]):
            block = table[path[-1]]
            block |= {"in_service": block["in_service"].replace(year=2060)} | {key: "" for key in ("permit", "after") if key in block}
        else:
            del table[path[-1]]
    for campus in data["campuses"].values():
        blocks = campus["blocks"]
        for key in [k for k, b in blocks.items() if not needed(b) <= set(blocks) or b["phase"] > len(campus["phases"])]:
            del blocks[key]
    company = data["company"]
    company["flows"] = [flow for flow in company["flows"] if not flow["round"] or flow["round"] in company["rounds"]]
    company["history"] = {key: q for key, q in company["history"].items() if q["start"] <= last}
    data["uncertainty"] = {path: spread for path, spread in data["uncertainty"].items() if stands(data, path.split("."))}


def alone(blocks: Data, key: str) -> bool:
    """Whether no other block of a campus that is committed is of the same family."""
    family = next((kinds for kinds in FAMILIES.values() if blocks[key]["kind"] in kinds), ())
    others = (other for name, other in blocks.items() if name != key and not other["phase"])
    return bool(family) and not any(other["kind"] in family for other in others)


def stands(data: Data, path: list[str]) -> bool:
    """Whether something stands at a path, which may lead through lists."""
    try:
        node_at(data, tuple(int(part) if part.isdecimal() else part for part in path[:-1]))
    except (KeyError, IndexError):
        return False
    return True


def needed(block: Data) -> set[str]:
    """Blocks that a block names."""
    return {name for name in (block.get("block"), block.get("after"), block.get("permit"), *block.get("stops", [])) if name}


def monthly(outcome: Outcome) -> dict[str, np.ndarray]:
    """Monthly arrays by name and, where an axis has labels of its own, by label; extensions not taken as already complete."""
    out = {}
    for name, values in outcome.arrays.items():
        dims = REGISTRY[name].dims
        if dims[-1:] != ("month",) or name in LOOKS_AHEAD:
            continue
        if "phase" in dims:
            values = values.take(0, axis=values.ndim - len(dims) + dims.index("phase"))
        kept = [d for d in dims if d not in ("phase", "draw")]
        labels = getattr(outcome.coords, kept[0], None) if len(kept) > 1 else None
        if isinstance(labels, tuple):
            axis = values.ndim - len(kept)
            out |= {f"{name} of {label}": values.take(i, axis=axis) for i, label in enumerate(labels)}
        else:
            out[name] = values
    return out


def described(path: Path, *sets: str) -> Data:
    """A scenario as plain data in which nobody builds."""
    data: Data = load(path, sets=list(sets))[0].model_dump()
    for campus in data["campuses"].values():
        campus["traffic"] |= dict.fromkeys(BUILDERS, 0.0)
    data["uncertainty"] = {path: spread for path, spread in data["uncertainty"].items() if not path.endswith(BUILDERS)}
    return data


def moved(before: dict[str, np.ndarray], after: dict[str, np.ndarray], months: int, *, but_for_rounding: bool = False) -> list[str]:
    """Names of the arrays that differ within the first months, in any byte or by more than sums in another order round."""
    pairs = ((name, before[name][..., :months], after[name][..., :months]) for name in sorted(set(before) & set(after)))
    if but_for_rounding:
        return [name for name, old, new in pairs if not np.allclose(old, new, rtol=1e-12, atol=1e-12, equal_nan=True)]
    return [name for name, old, new in pairs if old.tobytes() != new.tobytes()]


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> tuple[Data, dict[str, np.ndarray]]:
    """The scenario as plain data, and its monthly arrays."""
    path = tmp_path_factory.mktemp("dated") / "everything.yaml"
    path.write_text(EVERYTHING)
    data = described(path)
    return data, monthly(run(Scenario.model_validate(copy.deepcopy(data))))


@pytest.mark.parametrize("way", [delay, change, take_out], ids=lambda way: way.__name__)
@pytest.mark.parametrize("closed", CLOSED)
def test_nothing_dated_after_a_month_moves_it_or_a_month_before(everything, closed, way):
    data, before = everything
    last = (date.fromisoformat(f"{closed}-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    other = copy.deepcopy(data)
    way(other, last)
    after = monthly(run(Scenario.model_validate(other)))
    months = (last.year - 2026) * 12 + last.month
    assert moved(before, after, months) == []
    assert moved(before, after, before["cash_usd"].shape[-1]), "the change moves no month at all"


PEERS = ("abilene", "council_bluffs", "fairwater_wi", "goodnight", "hyperion", "new_carlisle", "prometheus")
SHIPPED = (
    ("gas-campus", "2026-02"),
    *(
        pytest.param(name, closed, marks=pytest.mark.slow)
        for name, closed in (
            ("xai-2026-01", "2026-06"),
            ("xai-2026-09", "2026-12"),
            ("xai-2024-04", "2024-10"),
            *((f"peers/{peer}", "2026-06") for peer in PEERS),
        )
    ),
)


@pytest.mark.parametrize("way", [delay, take_out], ids=lambda way: way.__name__)
@pytest.mark.parametrize(("name", "closed"), SHIPPED)
def test_nothing_dated_after_a_month_moves_the_shipped_examples(name, closed, way):
    data = described(shipped_scenarios() / f"{name}.yaml", "run.worlds=1", "run.draws=2", "horizon.months=30")
    last = (date.fromisoformat(f"{closed}-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    before = monthly(run(Scenario.model_validate(copy.deepcopy(data))))
    way(data, last)
    after = monthly(run(Scenario.model_validate(data)))
    start = data["horizon"]["start"]
    months = (last.year - start.year) * 12 + last.month - start.month + 1
    found = moved(before, after, months, but_for_rounding=way is take_out)
    assert found == [], found
    assert moved(before, after, before["cash_usd"].shape[-1]), "the change moves no month at all"


def test_every_day_that_a_scenario_can_hold_is_in_the_example_or_no_event(everything):
    held = {path[-1] for path, _ in days_of(everything[0])} | set(READINGS) | {"as_of", "start"}
    assert days_of_schema(Scenario) <= held


def days_of_schema(kind: Any) -> set[str]:
    """Names of the fields of a scenario that hold a day."""
    text = json.dumps(kind.model_json_schema())
    found = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for name, field in node.get("properties", {}).items():
                if '"format": "date"' in json.dumps(field):
                    found.add(name)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(json.loads(text))
    return found
