"""The company stage: physics of all worlds, financial draws, a ledger for each, and the county's books beside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gigacampus.company.bind import Bound, bind
from gigacampus.company.committed import committed_flows, cost_by_case, stock_cost
from gigacampus.company.county import CountyBooks, county_books
from gigacampus.company.drivers import Drivers, gather
from gigacampus.company.march import march
from gigacampus.company.metrics import first_true, lasting_positive, local_escape, path_escape, runway
from gigacampus.company.physics import campus_table, stack
from gigacampus.pipeline.inputs import Inputs
from gigacampus.results.variables import of_stage

CHUNK = 1024
"""Draws marched together."""


def run(
    inputs: Inputs, up: Mapping[str, np.ndarray], world_of_draw: np.ndarray, draws: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Registry rows of the stage: every draw's books, its headline months, and the county's books in expectation."""
    stacked, cost = stack(up), stock_cost(inputs, up)
    parts = []
    for first in range(0, world_of_draw.size, CHUNK):
        chosen = slice(first, min(first + CHUNK, world_of_draw.size))
        parts.append(run_chunk(inputs, up, stacked, cost, world_of_draw[chosen], draws, chosen))
    out = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    out.update(county(inputs, up, cost, out["realised_phase"]))
    return {v.name: out[v.name] for v in of_stage("company")}


def prepare(
    inputs: Inputs,
    up: Mapping[str, np.ndarray],
    stacked: np.ndarray,
    cost: np.ndarray,
    world: np.ndarray,
    draws: Mapping[str, np.ndarray],
    chosen: slice,
) -> tuple[Bound, Drivers]:
    """Bound inputs and drivers of one chunk."""
    bound = bind(inputs, draws, chosen)
    table = campus_table(stacked, world, tuple(len(p) for p in bound.phases))
    mine = {path: np.asarray(values[chosen], dtype=float) for path, values in draws.items()}
    cost, case = cost_by_case(inputs, up, cost, world, mine)
    committed = committed_flows(cost, case, bound.company.assets)
    return bound, gather(bound, inputs.at.months, inputs.tree.as_of, up, table, committed)


def run_chunk(
    inputs: Inputs,
    up: Mapping[str, np.ndarray],
    stacked: np.ndarray,
    cost: np.ndarray,
    world: np.ndarray,
    draws: Mapping[str, np.ndarray],
    chosen: slice,
) -> dict[str, np.ndarray]:
    """Series by (draw, month) and headline numbers by draw of one chunk."""
    bound, drivers = prepare(inputs, up, stacked, cost, world, draws, chosen)
    series, _ = march(bound, drivers)
    alone, _ = march(bound, drivers, may_raise=False)
    out = headline(bound, drivers, series, alone)
    out.update({name: np.ascontiguousarray(np.moveaxis(values, -1, 0)) for name, values in series.items()})
    out["realised_phase"] = np.ascontiguousarray(series["realised_phase"].transpose(2, 1, 0))
    out["escape_ratio"] = np.ascontiguousarray(_escape(bound, series).T)
    return out


def headline(
    bound: Bound, drivers: Drivers, series: Mapping[str, np.ndarray], alone: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Numbers by draw; ``alone`` is the march in which no new money is raised."""
    floor, now = bound.company.cash_floor_usd, drivers.as_of
    after = max(drivers.history_months, now + 1)
    low = series["cash_usd"][now:].argmin(axis=0) + now
    raises = series["outside_capital_usd"] > 0.0
    first = first_true(raises)
    size = np.take_along_axis(series["outside_capital_usd"], np.nan_to_num(first).astype(int)[None], axis=0)[0]
    return {
        "runway_month": runway(alone["cash_usd"], floor=floor, arrears=alone["arrears_usd"], after=now),
        "cash_low_usd": np.take_along_axis(series["cash_usd"], low[None], axis=0)[0],
        "cash_low_month": low.astype(float),
        "break_even_ebitda_month": lasting_positive(series["ebitda_usd"], after=after),
        "break_even_ebit_month": lasting_positive(series["ebit_usd"], after=after),
        "break_even_net_month": lasting_positive(series["net_income_usd"], after=after),
        "break_even_fcf_month": lasting_positive(series["free_cash_flow_usd"], after=after),
        "escape_month": path_escape(
            series["cash_usd"] - series["arrears_usd"], series["outside_capital_usd"], floor=floor, after=now
        ),
        "next_raise_month": first,
        "next_raise_usd": np.where(np.isnan(first), 0.0, size),
    }


def _escape(bound: Bound, series: Mapping[str, np.ndarray]) -> np.ndarray:
    assets, revenue = bound.company.assets, bound.company.revenue
    drift = -np.asarray(revenue.token_price_change_per_year) - bound.market.hardware_gain_per_year
    return local_escape(
        series["revenue_usd"],
        series["cash_margin_usd"],
        series["plant_gross_usd"],
        life_years=assets.gpu_life_years,
        drift=drift,
        lag_years=np.asarray(assets.order_lead_months) / 12.0,
        growth=float(bound.company.plan_growth_per_year),
    )


def county(
    inputs: Inputs, up: Mapping[str, np.ndarray], cost: np.ndarray, realised: np.ndarray
) -> dict[str, np.ndarray]:
    """Paid, waived and jobs by (campus, month): the reference world, each phase weighted by the share of draws
    that have it.
    """
    shape = (len(inputs.at.campus), inputs.at.months.count)
    names = ("county_paid_usd", "county_waived_usd", "jobs_permanent")
    out = {name: np.zeros(shape) for name in names}
    for c in range(shape[0]):
        for k, books in campus_county(inputs, up, cost, c):
            weight = (realised[:, c] == k).mean(axis=0)
            for name, values in zip(names, (books.paid_usd, books.waived_usd, books.jobs), strict=True):
                out[name][c] += weight * values
    return out


def campus_county(
    inputs: Inputs, up: Mapping[str, np.ndarray], cost: np.ndarray, campus: int
) -> list[tuple[int, CountyBooks]]:
    """The county's books for each phase of one campus in the reference world; capital follows installed IT power."""
    it = np.asarray(up["it_installed_mw"], dtype=float)[0]
    total = it[:, 0].sum(axis=0)
    per_mw = np.divide(cost[0].sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    spec, month = inputs.tree.campuses[inputs.at.campus[campus]].county, inputs.at.months.calendar_month()
    return [(k, county_books(spec, per_mw * it[campus, k], it[campus, k], month)) for k in range(it.shape[1])]
