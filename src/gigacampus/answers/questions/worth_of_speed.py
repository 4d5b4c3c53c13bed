"""Q20: what a month of speed is worth, and whether power made on site at once beats waiting for the grid or a combined cycle."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import band_row, needed, worlds
from gigacampus.company.valuation.power_paths import fuel_usd_per_mwh, month_of_waiting_usd_per_mw, path_npv_usd_per_mw
from gigacampus.foundation.references import name_of
from gigacampus.foundation.units import HOURS_PER_YEAR, MONTHS_PER_YEAR
from gigacampus.power.grid_terms import mean_tariff
from gigacampus.power.tariff import monthly_bill_usd, on_peak_day_frac, on_peak_hours
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, now, year_ahead
from gigacampus.results.result import Result
from gigacampus.scenario import library
from gigacampus.scenario.plan import stratified
from gigacampus.schema.power import PowerSpec, TariffEntry
from gigacampus.schema.uncertainty import Triangular

STAGES = ("company", "dispatch")
SPAN_MONTHS = 120.0
"""Common span over which paths are compared: the life of two generations of machines."""
PATHS = {"simple_cycle": "simple cycle on site", "grid": "waiting for the grid", "combined_cycle": "waiting for a combined cycle"}
ENDS = {10: "low", 50: "mid", 90: "high"}
HOURS_PER_MONTH = HOURS_PER_YEAR / MONTHS_PER_YEAR
NOTE = "leads, capital and heat rates from the library's power_paths.csv, most of them assumed; ten years, per firm MW of facility power"


def answer(result: Result, place: Place | None = None) -> Answer:
    """A month earlier: idle capital at the cost of capital, and the gross profit that as much plant earns; then the paths."""
    needed(result, "month_of_delay_usd", "cip_usd", "gross_profit_usd", "energy_cost_usd", "it_mw_used")
    year, n = year_ahead(result), result.array("cash_usd").shape[0]
    worth = result.samples("month_of_delay_usd")[:, year].mean(axis=1)
    rate = by_draw(result, "company.valuation.wacc_frac", n)
    idle = result.samples("cip_usd")[:, year].mean(axis=1) * rate / MONTHS_PER_YEAR
    earned = earned_per_mw(result, rate)
    head = figure("Q20", "Worth of one month earlier of all that is under construction, mean of the year ahead", worth, "USD", ("company",))
    found = {name: path(result, name, earned, rate) for name in PATHS}
    npv = {name: row["npv"] for name, row in found.items()}
    span = f"{SPAN_MONTHS:g} months from {now(result)} on"
    best = np.stack(list(npv.values())).argmax(axis=0)
    more = (
        figure("Q20_idle", "of it interest on idle capital at the cost of capital", idle, "USD", ("company",)),
        figure("Q20_profit", "of it gross profit that as much plant earns", worth - idle, "USD", ("company",)),
        figure("Q20_mw", "a powered MW is worth, a month, before its energy", earned, "USD", STAGES),
        *(figure(f"Q20_{k}", f"value of {title}, per MW", npv[k], "USD", STAGES, note=NOTE, period=span) for k, title in PATHS.items()),
        *(
            figure(f"Q20_{k}_month", f"one month more of {title} costs, per MW", found[k]["month"], "USD", STAGES)
            for k, title in PATHS.items()
        ),
        figure(
            "Q20_beats",
            "futures in which simple cycle on site beats both",
            np.array([float((best == 0).mean())]),
            "share",
            STAGES,
            axis="share",
            period=span,
        ),
        figure(
            "Q20_wait",
            "grid lead at which it would be worth as much as simple cycle",
            even_lead(found, rate),
            "months",
            STAGES,
            period=span,
        ),
    )
    return Answer(head, more, {}, None, table(found))


def by_draw(result: Result, name: str, n: int) -> np.ndarray:
    """An input by draw: its points where it is uncertain, else its one value."""
    points = result.sampled.draws if result.sampled else {}
    if name in points:
        return points[name]
    node: Any = result.scenario
    for part in name.split("."):
        node = node[part]
    return np.full(n, float(node))


def earned_per_mw(result: Result, rate: np.ndarray) -> np.ndarray:
    """What a MW of facility power brings a month before its energy: gross profit and energy of the year ahead over the power
    used, and interest on the machines that would stand idle without it.
    """
    year = year_ahead(result)
    used = result.samples("it_mw_used")[:, year].mean(axis=1) * facility_per_it(result)
    gross = (result.samples("gross_profit_usd") + result.samples("energy_cost_usd"))[:, year].mean(axis=1)
    idle = result.samples("equipment_gross_usd")[:, year].mean(axis=1) * rate / MONTHS_PER_YEAR
    out: np.ndarray = (gross + idle) / np.maximum(used, 1.0)
    return out


def facility_per_it(result: Result) -> float:
    """Facility power over IT power as designed, at the scenario's month."""
    now = as_of_month(result)
    facility, it = (float(np.median(worlds(result, x)[:, :, now].sum(axis=1))) for x in ("facility_design_mw", "it_in_service_mw"))
    return facility / it if it > 0.0 else 1.0


def rows() -> list[dict[str, str]]:
    """Rows of the library's table of paths."""
    with (library.ROOT / "questions" / "power_paths.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def path(result: Result, name: str, earned: np.ndarray, rate: np.ndarray) -> dict[str, np.ndarray]:
    """Samples of one path by draw: lead, capital, price of energy, value, and what a month of waiting costs."""
    n, seed = len(earned), int(result.manifest["run"]["seed"])
    drawn = {r["quantity"]: _sample(r, seed, n) for r in rows() if r["path"] == name}
    if "price_factor" in drawn:
        price = tariff_usd_per_mwh(result) * drawn["price_factor"]
    else:
        price = fuel_usd_per_mwh(drawn["heat_rate_kj_per_kwh"], by_draw(result, "market.gas_usd_per_mmbtu", n))
    price = price + drawn["upkeep_usd_per_mwh"]
    terms = {
        "earned_usd_per_mw_month": earned,
        "energy_usd_per_mw_month": price * HOURS_PER_MONTH,
        "lead_months": drawn["lead_months"],
        "rate_per_year": rate,
    }
    capital = drawn["capital_usd_per_mw"] * drawn["installed_per_firm"]
    npv = path_npv_usd_per_mw(**terms, capital_usd_per_mw=capital, months=SPAN_MONTHS)
    return {**terms, "capital": capital, "price": price, "npv": npv, "month": month_of_waiting_usd_per_mw(**terms)}


def _sample(row: dict[str, str], seed: int, n: int) -> np.ndarray:
    low, mid, high = (float(row[k]) for k in ("low", "mid", "high"))
    if low == high:
        return np.full(n, mid)
    u = stratified(seed, f"power_paths.{row['path']}.{row['quantity']}", n)
    return np.asarray(Triangular(kind="triangular", low=low, mode=mid, high=high).quantile(u), dtype=float)


def tariff_usd_per_mwh(result: Result) -> float:
    """A level load's price: the mean over the campuses' tariffs by their grid connections, by count where there is none."""
    prices = [_level_load_usd_per_mwh(_tariff(result, key, c["power"])) for key, c in result.scenario["campuses"].items()]
    connected = worlds(result, "grid_limit_mw").max(axis=(0, 2))
    return float(np.average(prices, weights=connected if connected.any() else None))


def _tariff(result: Result, campus: str, power: Mapping[str, Any]) -> TariffEntry:
    """The campus's tariff, its energy at the mean of the hourly price where a file gives one."""
    tariff = TariffEntry(**result.scenario["library"]["tariffs"][name_of(power["tariff"])])
    return mean_tariff(PowerSpec(grid_price=str(result.files.get(f"campuses.{campus}.power.grid_price", ""))), tariff)


def _level_load_usd_per_mwh(tariff: TariffEntry) -> float:
    one, month = np.array([1.0]), np.array([HOURS_PER_MONTH])
    on_peak = month * on_peak_hours(tariff).mean() * on_peak_day_frac(tariff)
    return float(monthly_bill_usd(month, one, on_peak, one, tariff, np.array([False]))[0] / HOURS_PER_MONTH)


def even_lead(found: dict[str, dict[str, np.ndarray]], rate: np.ndarray) -> np.ndarray:
    """Lead at which the grid is worth what simple cycle on site is, by bisection; NaN: not even if it came at once."""
    grid, aim = found["grid"], found["simple_cycle"]["npv"]

    def npv(lead: np.ndarray) -> np.ndarray:
        terms = {k: grid[k] for k in ("earned_usd_per_mw_month", "energy_usd_per_mw_month", "rate_per_year")}
        return path_npv_usd_per_mw(**terms, lead_months=lead, capital_usd_per_mw=grid["capital"], months=SPAN_MONTHS)

    a, b = np.zeros_like(rate), np.full_like(rate, SPAN_MONTHS)
    reached = npv(a) >= aim
    for _ in range(40):
        mid = 0.5 * (a + b)
        better = npv(mid) >= aim
        a, b = np.where(better, mid, a), np.where(better, b, mid)
    return np.where(reached, b, np.nan)


KNOWN = {
    "lead_months": "lead as cited",
    "capital_usd_per_mw": "capital of an installed MW",
    "installed_per_firm": "installed over firm power",
    "price_factor": "price over the campus's grid price",
    "upkeep_usd_per_mwh": "upkeep",
    "heat_rate_kj_per_kwh": "heat rate",
}
"""Quantity of the library's table of paths -> words."""


def table(found: dict[str, dict[str, np.ndarray]]) -> list[dict[str, Any]]:
    """Paths by what they cost, then the library's rows with how well each is known."""
    units = {"lead_months": "months", "price": "USD/MWh", "capital": "USD/MW firm", "npv": "USD/MW", "month": "USD/MW"}
    words = {"lead_months": "lead", "price": "energy with upkeep", "npv": "value over ten years", "month": "one month more of waiting"}
    shown = [
        band_row(row[k], path=PATHS[name], what=words.get(k, k), unit=unit) for name, row in found.items() for k, unit in units.items()
    ]
    known = [
        {
            "path": PATHS[r["path"]],
            "what": KNOWN[r["quantity"]],
            "unit": r["unit"],
            **{f"p{q}": float(r[n]) for q, n in ENDS.items()},
            "confidence": r["confidence"],
            "source": r["source"],
        }
        for r in rows()
    ]
    return shown + known
