"""The company stage: physics of all worlds, financial draws, a ledger for each, and the county's books beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gigacampus.company.analysis.job_functions import people_series
from gigacampus.company.analysis.metrics import (
    brought_in,
    escape_or_outlast,
    escape_terms,
    first_true,
    lasting_escape,
    lasting_positive,
    levered,
    local_escape,
    outside_needed,
    paid_growth,
    path_escape,
    runway,
)
from gigacampus.company.analysis.monthly_figures import (
    capital_charge,
    ebit_by_life,
    hurdle_per_it_mwh,
    hurdle_per_million_tokens,
    month_of_delay,
    payback_months,
)
from gigacampus.company.analysis.per_draw_outputs import per_draw_outputs
from gigacampus.company.financing.covenant_headroom import covenant_series
from gigacampus.company.financing.owners import owners
from gigacampus.company.financing.related_parties import flows_of, related_money
from gigacampus.company.ledger.accounts import INDEX
from gigacampus.company.ledger.committed_assets import cost_by_case, stock_cost
from gigacampus.company.ledger.draw_binding import Bound, bind
from gigacampus.company.ledger.physics_tables import stack, world_tables
from gigacampus.company.ledger.simulate import opening, simulate, takes_compiled
from gigacampus.company.ledger.simulation_inputs import SimulationInputs, gather_inputs, is_finance_lease
from gigacampus.company.public_finance.county_draws import county
from gigacampus.foundation.units import MONTHS_PER_YEAR
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.registry.variables import of_stage

CHUNK = 1024
"""Draws simulated together."""


def run(inputs: Inputs, up: Mapping[str, np.ndarray], world_of_draw: np.ndarray, draws: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Registry rows of the stage: every draw's books, its headline months, and the county's books in expectation."""
    stacked, cost = stack(up), stock_cost(inputs, up)
    parts, compiled = [], takes_compiled(world_of_draw.size, inputs.at.months.count)
    for first in range(0, world_of_draw.size, CHUNK):
        chosen = slice(first, min(first + CHUNK, world_of_draw.size))
        parts.append(run_chunk(inputs, up, stacked, cost, world_of_draw[chosen], draws, chosen, interpreted=not compiled))
    out = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    out.update(related_money(flows_of(inputs.tree.company), inputs.at.months))
    return {v.name: out[v.name] for v in of_stage("company")}


def prepare(
    inputs: Inputs,
    up: Mapping[str, np.ndarray],
    stacked: np.ndarray,
    cost: np.ndarray,
    world: np.ndarray,
    draws: Mapping[str, np.ndarray],
    chosen: slice,
) -> tuple[Bound, SimulationInputs]:
    """Bound inputs and drivers of one chunk."""
    bound = bind(inputs, draws, chosen)
    physics = world_tables(stacked, up, tuple(len(p) for p in bound.phases))
    mine = {path: np.asarray(values[chosen], dtype=float) for path, values in draws.items()}
    cost, case = cost_by_case(inputs, up, cost, world, mine)
    return bound, gather_inputs(bound, inputs.at.months, inputs.tree.as_of, up, physics, world, cost, case)


def run_chunk(
    inputs: Inputs,
    up: Mapping[str, np.ndarray],
    stacked: np.ndarray,
    cost: np.ndarray,
    world: np.ndarray,
    draws: Mapping[str, np.ndarray],
    chosen: slice,
    *,
    interpreted: bool | None = None,
) -> dict[str, np.ndarray]:
    """Series by (draw, month) and headline numbers by draw of one chunk."""
    bound, drivers = prepare(inputs, up, stacked, cost, world, draws, chosen)
    way: dict[str, Any] = {"interpreted": interpreted}
    series, _ = simulate(bound, drivers, **way)
    alone, _ = simulate(bound, drivers, may_raise=False, lean=True, **way)
    apart = simulate(bound, drivers, may_raise=False, lean=True, merged=False, **way)[0] if bound.company.mergers else alone
    out = headline(bound, drivers, series, alone, apart)
    out.update(owners(bound, drivers, series))
    out["finance_lease"] = lease_class(bound)
    out.update(people_series(bound.company.people, drivers.months.count, bound.n))
    series.update(covenant_series(bound, series))
    series.update(figures(bound, drivers, series))
    kept = {name: np.ascontiguousarray(np.moveaxis(values, -1, 0)) for name, values in series.items()}
    out = {**kept, **out}
    out.update({name: np.ascontiguousarray(series[name].transpose(2, 1, 0)) for name in ("tenant_it_mw", "tenant_rent_usd")})
    out["realised_phase"] = np.ascontiguousarray(series["realised_phase"].transpose(2, 1, 0))
    out.update(per_draw_outputs(bound, drivers, out, alone, np.asarray(up["phase_lead_days"], dtype=float)[world]))
    mine = {path: np.asarray(values[chosen], dtype=float) for path, values in draws.items()}
    out.update(county(inputs, up, world, out["realised_phase"], mine))
    out.update(_escape(bound, series, after=drivers.as_of))
    return out


def headline(
    bound: Bound,
    drivers: SimulationInputs,
    series: Mapping[str, np.ndarray],
    alone: Mapping[str, np.ndarray],
    apart: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Numbers by draw; ``alone`` is the simulation in which no new money is raised, ``apart`` the same without any merger."""
    floor, now = bound.company.cash_floor_usd, drivers.as_of
    after = max(drivers.history_months, now + 1)
    low = series["cash_usd"][now:].argmin(axis=0) + now
    raises = series["outside_capital_usd"] > 0.0
    first = first_true(raises)
    own_usd, outside_usd = series["cash_usd"] - series["arrears_usd"], series["outside_capital_usd"] + series["group_support_usd"]
    alone_month = path_escape(own_usd, outside_usd, floor=floor, after=now, breach=series["covenant_breach"])
    escape, outlasting = escape_or_outlast(alone_month, brought_in(series["free_cash_flow_usd"], series["interest_income_usd"]))
    size = np.take_along_axis(series["outside_capital_usd"], np.nan_to_num(first).astype(int)[None], axis=0)[0]
    return {
        "runway_month": runway(alone["cash_usd"], floor=floor, arrears=alone["arrears_usd"], after=now),
        "runway_unmerged_month": runway(apart["cash_usd"], floor=floor, arrears=apart["arrears_usd"], after=now),
        "covenant_breach_month": first_true(series["covenant_breach"] > 0.0),
        "vehicle_default_month": first_true(series["vehicle_default"] > 0.0),
        "cash_low_usd": np.take_along_axis(series["cash_usd"], low[None], axis=0)[0],
        "cash_low_month": low.astype(float),
        "break_even_ebitda_month": lasting_positive(series["ebitda_usd"], after=after),
        "break_even_ebit_month": lasting_positive(series["ebit_usd"], after=after),
        "break_even_net_month": lasting_positive(series["net_income_usd"], after=after),
        "break_even_fcf_month": lasting_positive(series["free_cash_flow_usd"], after=after),
        "escape_month": escape,
        "outlasting_month": outlasting,
        "next_raise_month": first,
        "next_raise_usd": np.where(np.isnan(first), 0.0, size),
        "outside_needed_usd": outside_needed(own_usd, outside_usd, floor=floor, after=now),
    }


def lease_class(bound: Bound) -> np.ndarray:
    """1 where the lab's lease with its vehicle is a finance lease, 0 where an operating one, NaN without a vehicle; (draw)."""
    vehicle, life = bound.company.vehicle, bound.company.assets.gpu_life_years
    kind = np.nan if vehicle.start is None else is_finance_lease(vehicle, life)
    return np.array(np.broadcast_to(np.asarray(kind, dtype=float), (bound.n,)))


def figures(bound: Bound, drivers: SimulationInputs, series: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Derived monthly series by (month, draw): payback, hurdle prices, the price of delay, EBIT by book life."""
    assets, wacc = bound.company.assets, bound.company.valuation.wacc_frac
    plant = series["equipment_gross_usd"]
    charge = capital_charge(plant, life_years=assets.gpu_life_years, wacc=wacc)
    machines = opening(drivers)[[INDEX["lab_gpu"], INDEX["lab_network"]]].sum(axis=0)
    age = round(float(np.median(np.asarray(assets.opening_fleet_age_months))))
    return {
        "vintage_payback_months": payback_months(series["cash_margin_usd"], plant),
        "hurdle_usd_per_million_tokens": hurdle_per_million_tokens(
            series["cost_of_revenue_usd"], charge, series["serving_frac"], series["tokens_served"]
        ),
        "hurdle_usd_per_it_mwh": hurdle_per_it_mwh(series["site_cost_usd"], charge, series["it_mw_used"]),
        "month_of_delay_usd": month_of_delay(series["cip_usd"], series["gross_profit_usd"], plant, wacc=wacc),
        **ebit_by_life(series, machines, opening_age_months=max(age, 1)),
    }


def _escape(bound: Bound, series: Mapping[str, np.ndarray], *, after: int) -> dict[str, np.ndarray]:
    """Escape ratio without and with debt and the growth that the margin pays for, by (draw, month); month of lasting local escape."""
    assets, revenue = bound.company.assets, bound.company.revenue
    plant = series["equipment_gross_usd"]
    terms = escape_terms(series["revenue_usd"], series["cash_margin_usd"], plant, growth=float(bound.company.plan_growth_per_year))
    given: dict[str, Any] = {
        "life_years": assets.gpu_life_years,
        "drift": -np.asarray(revenue.token_price_change_per_year) - bound.market.hardware_gain_per_year,
        "lag_years": np.asarray(assets.order_lead_months) / MONTHS_PER_YEAR,
    }
    ratio = local_escape(terms, **given)
    debt = local_escape(levered(terms, debt=series["debt_usd"], interest=series["interest_usd"], capital=plant), **given)
    monthly = {"escape_ratio": ratio, "escape_ratio_levered": debt, "escape_growth_per_year": paid_growth(terms, **given)}
    out = {name: np.ascontiguousarray(np.broadcast_to(values, ratio.shape).T) for name, values in monthly.items()}
    return out | {"local_escape_month": lasting_escape(ratio, after=after)}
