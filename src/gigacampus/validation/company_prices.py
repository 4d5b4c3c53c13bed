"""Prices and costs that the public states against those that the library and the worked example hold; shown, never gating."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import sqrt
from typing import Any

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.shipped import shipped_scenarios
from gigacampus.foundation.units import HOURS_PER_YEAR, KW_PER_MW, MILLION
from gigacampus.scenario.library import load_entry
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, score
from gigacampus.validation.case_rows import CaseRow, case, inside, number_or_none

FAMILY = "company"
SCENARIO = shipped_scenarios() / "xai-2026-01.yaml"
RACK = 72
CHIPS = {"H100": "h100", "GB200 GPU": "gb200"}
Rows = list[CaseRow]


@dataclass(frozen=True)
class Held:
    """What the worked example holds of costs and rents, and its day."""

    building_usd_per_it_mw: float
    network_frac_of_gpu: float
    site_usd_per_it_mw_year: float
    rent_usd_per_mw_month: float
    as_of: date


def prices(folder: CaseFolder) -> Rows:
    """Cost benchmarks, purchase prices and rents of accelerators."""
    judges: tuple[tuple[str, Callable[[Sequence[Row]], Rows]], ...] = (
        ("cost_benchmarks.csv", _benchmarks),
        ("gpu_purchase_prices.csv", _purchases),
        ("gpu_rental_h100.csv", _rents),
    )
    out: Rows = []
    for name, judge in judges:
        table = folder.rows(f"company/{name}")
        out += judge(table) if table is not None else []
    return out


@cache
def held() -> Held:
    """Costs and rents of the worked example."""
    from gigacampus.scenario.document import load

    scenario, _ = load(SCENARIO)
    company = scenario.company
    return Held(
        company.assets.building_usd_per_it_mw,
        company.assets.network_frac_of_gpu,
        company.costs.site_usd_per_it_mw_year,
        company.revenue.rental.usd_per_mw_month,
        scenario.as_of,
    )


def chip(key: str, as_of: date) -> Mapping[str, Any]:
    """Values of a library accelerator as known on a day."""
    return load_entry("accelerators", key, as_of)[0]


def chips_usd_per_it_mw(as_of: date) -> float:
    """Price of the accelerators and their network of one MW of IT on a GB200."""
    entry = chip("gb200", as_of)
    return float(entry["price_usd"]) * (1.0 + held().network_frac_of_gpu) / float(entry["server_kw"]) * KW_PER_MW


def _benchmarks(table: Sequence[Row]) -> Rows:
    """Every benchmark of a quantity that the model holds: ours over the stated value."""
    out = []
    for r in table:
        value, ours = number_or_none(r["value"]), our_cost(r["quantity"].lower(), r["unit"].lower())
        if value is None or ours is None:
            leave_out([r], "no number" if value is None else "not a quantity of this model")
            continue
        score([r])
        name = f"{r['source_model']}: {r['quantity']}"
        out.append(case(FAMILY, name, f"ours over the stated {r['value']} {r['unit'].split(' (')[0]}", ours / value, source=r["source"]))
    return out


def our_cost(quantity: str, unit: str) -> float | None:
    """Our counterpart of a stated cost in its own unit; None where the model holds none."""
    h = held()
    per_mw = chips_usd_per_it_mw(h.as_of) + h.building_usd_per_it_mw
    known = (
        ("capital cost per gw", "usd bn", per_mw / MILLION),
        ("construction cost", "usd m per it mw", h.building_usd_per_it_mw / MILLION),
        ("compute cost", "usd m per it mw", chips_usd_per_it_mw(h.as_of) / MILLION),
        ("compute hardware per rack", "usd m", RACK * float(chip("gb200", h.as_of)["price_usd"]) / MILLION),
        ("gb200 nvl72 rack", "usd m", RACK * float(chip("gb200", h.as_of)["price_usd"]) / MILLION),
        ("h100 all-in compute", "usd k", float(chip("h100", h.as_of)["price_usd"]) / 1000.0),
    )
    return next((ours for words, scale, ours in known if quantity.startswith(words) and unit.startswith(scale)), None)


def _purchases(table: Sequence[Row]) -> Rows:
    """The library's price as known at the end of a year against the range of that year."""
    out = []
    for r in table:
        bounds = [x for t in r["range_usd"].split("-") if (x := number_or_none(t)) is not None]
        middle, key = number_or_none(r["geomean_usd"]), CHIPS.get(r["chip"])
        if key is None or middle is None:
            leave_out([r], "no library accelerator of that name" if key is None else "no number")
            continue
        try:
            ours = float(chip(key, date(int(r["year"]), 12, 31))["price_usd"])
        except (ScenarioError, KeyError):
            leave_out([r], "the library knows no price by the end of that year")
            continue
        score([r])
        name, source = f"price of a {r['chip']} in {r['year']}", r["source"]
        low, high = (bounds[0], bounds[1]) if len(bounds) == 2 else (middle / sqrt(1.5), middle * sqrt(1.5))
        words = f"the library's price, stated {low:.0f} to {high:.0f}"
        out.append(inside(FAMILY, name, words, ours, low, high, unit="USD", source=source))
    return out


def rent_usd_per_h(key: str) -> float:
    """The worked example's rent of one accelerator for an hour, by its share of a MW of IT."""
    h = held()
    return h.rent_usd_per_mw_month * float(chip(key, h.as_of)["server_kw"]) / KW_PER_MW / (HOURS_PER_YEAR / 12.0)


def _rents(table: Sequence[Row]) -> Rows:
    """The worked example's rent of an H100 over every stated rent up to its day."""
    out, ours, known = [], rent_usd_per_h("h100"), held().as_of.isoformat()
    for r in table:
        bounds = [number_or_none(r["usd_per_gpu_hour_low"]), number_or_none(r["usd_per_gpu_hour_high"])]
        low, high = bounds
        if r["chip"] != "H100" or low is None or high is None or r["date"] > known[: len(r["date"])]:
            leave_out([r], "another chip, no number, or later than the worked example's day")
            continue
        score([r])
        name = f"rent of an H100, {r['date']}"
        metric = f"ours of {ours:.2f} over the middle of {low:.2f} to {high:.2f} USD/h"
        out.append(case(FAMILY, name, metric, ours / sqrt(low * high), source=r["source"]))
    return out
