"""Dollars of a day: the campus's energy hour by hour, and the company's month shared out evenly beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import MINUTES_PER_HOUR
from gigacampus.power.grid_terms import energy_usd_per_mwh, mean_tariff
from gigacampus.power.swings.minutes import held
from gigacampus.power.tariff import bill_of_hours_usd, hourly_bill_usd, on_peak_hours
from gigacampus.rerun.day.clock import HOURS, MINUTES, Clock
from gigacampus.rerun.day.supply import Supply
from gigacampus.rerun.reopen import reopened
from gigacampus.rerun.single_draw_books import median_draw
from gigacampus.results.result import Result, has_company

FLOWS = ("revenue_usd", "ebitda_usd", "free_cash_flow_usd")


@dataclass(frozen=True)
class Money:
    """Dollars an hour in every minute; (minute,)."""

    grid: np.ndarray
    gas: np.ndarray
    gas_usd_per_mmbtu: float
    company: dict[str, np.ndarray]
    """Revenue, other cost, EBITDA and free cash flow; empty without a company."""
    draw: int | None
    """The future that the company's figures are of."""


def money_of(result: Result, at: Clock, supply: Supply, served_frac: np.ndarray) -> Money:
    """Dollars by minute; ``served_frac``: tokens served over those without a trip, which revenue follows as in the books."""
    price = gas_price_usd_per_mmbtu(result, at.month)
    grid = _grid_usd_per_h(result, at, supply)
    gas = supply.minutes.unit_fuel_mmbtu_per_h.sum(axis=0) * price
    if not has_company(result):
        return Money(grid, gas, price, {}, None)
    draw = median_draw(result)
    month = {name: float(result.array(name)[draw, at.month]) / at.month_hours for name in FLOWS}
    mean = energy_of_month_usd(result, at, price) / at.month_hours
    revenue = month["revenue_usd"] * served_frac
    other = np.full(MINUTES, month["revenue_usd"] - month["ebitda_usd"] - mean)
    ebitda = revenue - other - grid - gas
    cash = month["free_cash_flow_usd"] - month["ebitda_usd"] + ebitda
    return Money(grid, gas, price, {"revenue": revenue, "other_cost": other, "ebitda": ebitda, "free_cash_flow": cash}, draw)


def energy_of_month_usd(result: Result, at: Clock, gas_usd_per_mmbtu: float) -> float:
    """What the campus pays for grid and gas in the month, reference world."""
    bill, fuel = (float(result.planned(name)[0, at.campus, at.month]) for name in ("grid_bill_usd", "fuel_mmbtu"))
    return bill + fuel * gas_usd_per_mmbtu


def gas_price_usd_per_mmbtu(result: Result, month: int) -> float:
    """Price of gas in a month: what the books' middle future paid for energy without grid and water, over the gas it burnt.

    Without a company, or without gas, the scenario's price.
    """
    told = float(result.scenario["market"]["gas_usd_per_mmbtu"])
    if not has_company(result) or result.sampled is None:
        return told
    draw = median_draw(result)
    world = int(result.sampled.world_of_draw[draw])
    phase = result.array("realised_phase")[draw, :, month].astype(int)
    campus = np.arange(phase.size)
    bill, fuel = (float(result.array(name)[world][campus, phase, month].sum()) for name in ("grid_bill_usd", "fuel_mmbtu"))
    water = float(result.array("water_bill_usd")[world][:, month].sum())
    paid = float(result.array("energy_cost_usd")[draw, month]) - bill - water
    return paid / fuel if fuel > 0.0 else told


def _grid_usd_per_h(result: Result, at: Clock, supply: Supply) -> np.ndarray:
    """The month's grid bill in the minutes of the day; what a trip adds to the month's bill falls where it takes more from the grid."""
    inputs, _ = reopened(result, "dispatch")
    power = inputs.tree.campuses[inputs.at.campus[at.campus]].power
    named = entry_of(inputs.tree.library, power.tariff)
    price, tariff = energy_usd_per_mwh(power, named), mean_tariff(power, named)
    first = at.of_year - at.of_month
    more_usd = price[first : first + at.month_hours] - tariff.energy_usd_per_mwh if price.size else 0.0
    on_peak = on_peak_hours(tariff)[first : first + at.month_hours]
    month_usd = float(result.planned("grid_bill_usd")[0, at.campus, at.month])
    span = slice(at.of_month, at.of_month + HOURS)
    planned = held(hourly_bill_usd(supply.month.grid_mw, on_peak, tariff, month_usd, more_usd_per_mwh=more_usd)[span])
    more = supply.minutes.grid_mw - supply.planned.grid_mw
    if supply.trip is None or not np.abs(more).sum() > 0.0:
        return planned
    changed = supply.month.grid_mw.copy()
    changed[span] = supply.minutes.grid_mw.reshape(HOURS, int(MINUTES_PER_HOUR)).mean(axis=1)
    bills = (bill_of_hours_usd(mw, on_peak, tariff, more_usd_per_mwh=more_usd) for mw in (changed, supply.month.grid_mw))
    extra = next(bills) - next(bills)
    out: np.ndarray = planned + extra * MINUTES_PER_HOUR * np.abs(more) / np.abs(more).sum()
    return out
