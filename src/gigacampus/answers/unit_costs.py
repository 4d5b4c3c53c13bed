"""A run's machines, what they cost and who uses them, as the question on unit cost and the report's figure read them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import registers
from gigacampus.answers.reductions import days
from gigacampus.company.analysis import machine_cost
from gigacampus.company.analysis.machine_cost import FIXED, RUNNING, TRAFFIC, Use
from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.results.result import Result

NEEDS = (
    *FIXED.values(),
    *RUNNING.values(),
    *TRAFFIC.values(),
    *("accelerators_held", "accelerator_hours_at_work", "serving_frac", "let_frac", "tokens_served", "revenue_usd", "rent_usd"),
)
QUARTER = 3
"""Months."""
BUSY = "compute.serving.load_over_peak_frac"
TITLES = {
    "chips": "chips",
    "network": "network between them",
    "building": "buildings with their cooling",
    "power_plant": "generators, grid works and batteries",
    "energy": "energy and water",
    "staff": "staff who run them",
    "sites": "upkeep and services of the sites",
    "insurance_taxes": "insurance of plant and local taxes",
    "traffic": "network traffic of the tokens",
    machine_cost.BETWEEN_PEAKS: "hours kept ready between peaks of demand",
    machine_cost.IDLE: "idle machines: without power or without work",
}
"""Part -> what it is, in the order in which it is shown."""


def use_of(result: Result, months: slice) -> Use:
    """Hours of the machines and whose they are; (draw, month)."""
    hours = days(result, months) * HOURS_PER_DAY
    read = {
        name: result.samples(name)[:, months] for name in ("accelerators_held", "accelerator_hours_at_work", "serving_frac", "let_frac")
    }
    held, at_work = read["accelerators_held"] * hours, read["accelerator_hours_at_work"]
    return Use(held, at_work, read["serving_frac"], read["let_frac"], busy_frac(result, held.shape[0]))


def busy_frac(result: Result, draws: int) -> np.ndarray:
    """Mean load of serving over its peak, one for each draw; (draw, 1)."""
    points = result.sampled
    if points is not None and BUSY in points.worlds:
        by_draw: np.ndarray = np.asarray(points.worlds[BUSY], dtype=float)[points.world_of_draw][:, None]
        return by_draw
    node: Any = result.scenario
    for part in BUSY.split("."):
        node = node[part]
    return np.full((draws, 1), float(node))


def costs(result: Result, names: dict[str, str], months: slice) -> dict[str, np.ndarray]:
    """Monthly USD by part; (draw, month)."""
    return {part: result.samples(name)[:, months] for part, name in names.items()}


def hour_parts(result: Result, months: slice) -> dict[str, np.ndarray]:
    """USD of an accelerator-hour at work by part; (draw)."""
    return _ordered(
        machine_cost.cost_per_accelerator_hour(costs(result, FIXED, months), costs(result, RUNNING, months), use_of(result, months))
    )


def serving_costs(result: Result, months: slice) -> dict[str, np.ndarray]:
    """USD of the company's own tokens over the months by part; (draw)."""
    fixed, running, traffic = (costs(result, names, months) for names in (FIXED, RUNNING, TRAFFIC))
    return _ordered(machine_cost.cost_of_serving(fixed, running, traffic, use_of(result, months)))


def token_parts(result: Result, months: slice) -> dict[str, np.ndarray]:
    """USD of a million own tokens by part; (draw)."""
    return machine_cost.per_million_tokens(serving_costs(result, months), result.samples("tokens_served")[:, months].sum(axis=1))


def users(result: Result, months: slice) -> dict[str, np.ndarray]:
    """USD of all machines over the months by who uses them; (draw)."""
    return machine_cost.cost_by_user(costs(result, FIXED, months), costs(result, RUNNING, months), use_of(result, months))


def tenant_rows(result: Result, months: slice) -> list[dict[str, Any]]:
    """Each tenant over the months: in what share of futures it has machines, and there how much, at what rent."""
    rows = []
    for i, key in enumerate(result.coords["tenant"]):
        let_mw, rent = (result.samples(name)[:, i, months] for name in ("tenant_it_mw", "tenant_rent_usd"))
        has = let_mw.any(axis=1)
        rows.append(registers.number(f"tenant {key}: futures in which it has machines in the year ahead", float(has.mean()), "share"))
        if has.any():
            rows.append(
                registers.row(
                    f"tenant {key}: mean IT power in the months in which it has machines",
                    let_mw[has].sum(axis=1) / (let_mw[has] > 0.0).sum(axis=1),
                    "MW",
                )
            )
            per_mw = rent[has].sum(axis=1) / let_mw[has].sum(axis=1)
            rows.append(registers.row(f"tenant {key}: rent of a MW and month there", per_mw, "USD/MW-month"))
    return rows


def own_revenue(result: Result, months: slice) -> np.ndarray:
    """Revenue over the months without what tenants pay; (draw)."""
    out: np.ndarray = (result.samples("revenue_usd") - result.samples("rent_usd"))[:, months].sum(axis=1)
    return out


def in_the_middle(parts: dict[str, np.ndarray]) -> dict[str, float]:
    """Each part of the median whole: its mean share in the fifth of futures around that median, so that the parts sum to it.

    >>> in_the_middle({"a": np.array([1.0, 2.0, 9.0]), "b": np.array([1.0, 2.0, 1.0])})
    {'a': 2.0, 'b': 2.0}
    """
    whole = machine_cost.total(parts)
    known = np.flatnonzero(np.isfinite(whole) & (whole > 0.0))
    if not known.size:
        return dict.fromkeys(parts, float("nan"))
    ranked = known[np.argsort(whole[known], kind="stable")]
    reach = max(len(ranked) // 10, 0)
    middle = ranked[(len(ranked) - 1) // 2 - reach : len(ranked) // 2 + reach + 1]
    return {name: float(np.median(whole[known]) * np.mean(values[middle] / whole[middle])) for name, values in parts.items()}


def _ordered(parts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: parts[name] for name in TITLES if name in parts}


def explained_cost(result: Result, months: slice) -> np.ndarray:
    """Monthly USD of revenue that machines, traffic and fees explain, the hours of tenants included; (draw, month)."""
    every = range(*months.indices(len(result.coords["month"])))
    return np.stack([machine_cost.total(margin_lines(result, slice(t, t + 1))) for t in every], axis=-1)


def margin_lines(result: Result, months: slice) -> dict[str, np.ndarray]:
    """What stands between revenue and the gross margin over the months, without the residual: USD by line; (draw)."""
    fees = result.samples("payment_fees_usd")[:, months].sum(axis=1)
    return {"serving": machine_cost.total(serving_costs(result, months)), "tenants": users(result, months)["tenants"], "fees": fees}


def reported_quarters(result: Result) -> list[tuple[str, slice]]:
    """Key and months of each reported quarter."""
    quarters = result.scenario["company"].get("history") or {}
    return [(key, slice(QUARTER * i, QUARTER * (i + 1))) for i, key in enumerate(quarters)]


def residual_usd_per_month(result: Result) -> np.ndarray:
    """Cost of revenue of the last reported quarter that nothing explains, a month; zero where nothing was reported; (draw)."""
    quarters = reported_quarters(result)
    if not quarters:
        return np.zeros(result.samples("revenue_usd").shape[0])
    last = quarters[-1][1]
    reported = result.samples("cost_of_revenue_usd")[:, last]
    return machine_cost.kept_residual(explained_cost(result, last), reported, last=slice(None))
