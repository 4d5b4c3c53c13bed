"""The county's books for every draw: what stands at each campus in its world and phase, taxed on the draw's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.company.ledger.committed_assets import Priced, block_cost, generators_usd, hall_usd, machines_usd, own_building_usd
from gigacampus.company.ledger.draw_binding import Mirror
from gigacampus.company.ledger.scalar_ops import ratio
from gigacampus.company.public_finance.county import KINDS, CountyBooks, books_of_places, by_body, household_cost, public_summary, together
from gigacampus.registry.stage_inputs import Inputs


@dataclass(frozen=True)
class Standing:
    """What stands at one campus by draw, committed and added by extensions."""

    cost: np.ndarray
    """Ever bought; (2, kind, draw, month), kinds as the county tells them apart."""
    it_mw: np.ndarray
    """(2, draw, month)."""
    grid_bill_usd: np.ndarray
    """(draw, month)."""


def county(
    inputs: Inputs, up: Mapping[str, np.ndarray], world: np.ndarray, realised: np.ndarray, draws: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Registry rows of the public: by (draw, campus, month), (draw, campus) and (draw, payee, month) of one chunk.

    ``realised`` (draw, campus, month) is the phase in service; ``draws`` are the chunk's own.
    """
    rows, paid, waived = [], [], []
    month = inputs.at.months.calendar_month()
    for c, key in enumerate(inputs.at.campus):
        spec = Mirror(inputs.tree.campuses[key].county, f"campuses.{key}.county", draws)
        there = standing(inputs, up, world, realised[:, c].astype(int), draws, c)
        places = books_of_places(spec, there.cost, there.it_mw, month, there.grid_bill_usd)
        rows.append(_campus(spec, together(list(places.values())), there.it_mw.sum(axis=0)))
        bodies = by_body(spec, places)
        for body in inputs.tree.campuses[key].county.every_body():
            paid.append(bodies[body][0])
            waived.append(bodies[body][1])
    n = world.size
    out = {name: np.stack([np.broadcast_to(r[name], (n, *r[name].shape[1:])) for r in rows], axis=1) for name in rows[0]}
    shape = (n, month.size)
    out["payee_paid_usd"] = np.stack([np.broadcast_to(x, shape) for x in paid], axis=1)
    out["payee_waived_usd"] = np.stack([np.broadcast_to(x, shape) for x in waived], axis=1)
    return out


def _campus(spec: Any, books: CountyBooks, it_mw: np.ndarray) -> dict[str, np.ndarray]:
    total = public_summary(spec, books, it_mw)
    brought = books.paid_usd + books.wage_tax_usd - books.public_cost_usd
    return {
        "county_paid_usd": books.paid_usd,
        "county_waived_usd": books.waived_usd,
        "county_gained_usd": books.wage_tax_usd,
        "county_cost_usd": books.public_cost_usd,
        "jobs_permanent": books.jobs,
        "household_cost_if_leaves_usd": household_cost(spec, brought),
        "county_net_usd": total["net_usd"],
        "county_break_even_but_for_frac": total["break_even_but_for_frac"],
        "county_forgone_usd_per_job": total["forgone_usd_per_job"],
        "county_forgone_usd_per_resident": total["forgone_usd_per_resident"],
        "county_forgone_usd_per_it_mw": total["forgone_usd_per_mw"],
        "county_fees_cover_month": total["fees_cover_month"],
    }


def standing(
    inputs: Inputs, up: Mapping[str, np.ndarray], world: np.ndarray, phase: np.ndarray, draws: Mapping[str, np.ndarray], campus: int
) -> Standing:
    """Machines, halls, generators and batteries while they stand, each block at its own cost; IT power and the power bill.

    Of generators those count that permits let run. Lines and substations are the utility's. ``phase`` (draw, month).
    """
    at, key = Priced(inputs, draws), inputs.at.campus[campus]
    factor = draws.get("company.assets.gpu_price_factor", np.full(world.size, inputs.tree.company.assets.gpu_price_factor))
    it = _along(np.asarray(up["it_installed_mw"], dtype=float)[:, campus], world, phase)
    cost = {kind: np.zeros(it.shape) for kind in KINDS}
    for name, i in inputs.at.of_campus(inputs.at.block, campus).items():
        block = at.block(key, name)
        stands = np.asarray(up["block_present_frac"], dtype=float)[:, i]
        for kind, usd in _roll(at, key, block).items():
            if block.kind == "generators":
                stands = np.asarray(up["unit_count"], dtype=float)[:, inputs.at.unit.index(f"{key}/{name}")]
                usd = ratio(usd, block.count, 0.0)
            cost[kind] += _along(stands, world, phase) * np.reshape(factor * usd if kind == "computers" else usd, (-1, 1))
    bill = _along(np.asarray(up["grid_bill_usd"], dtype=float)[:, campus], world, phase).sum(axis=0)
    return Standing(np.stack([cost[kind] for kind in KINDS], axis=1), it, bill)


def _roll(at: Priced, campus: str, block: Any) -> dict[str, Any]:
    """Cost of a whole block by what the assessor tells apart; empty for what is not on the roll."""
    if block.kind == "accelerators":
        return {"computers": machines_usd(at, block), "buildings": own_building_usd(at, campus, block)}
    if block.kind == "hall":
        return {"buildings": hall_usd(at, block)}
    if block.kind == "generators":
        return {"plant": generators_usd(at, block)}
    if block.kind == "cooling":
        return {"buildings": block.cost_usd}
    if block.kind in ("solar", "wind"):
        return {"plant": block.cost_usd}
    return {"plant": block_cost(block, at.entry(block.model).cost_usd_per_mwh)} if block.kind == "battery" else {}


def _along(table: np.ndarray, world: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Committed part, and what the draw's phase adds; ``table`` (world, phase, month) -> (2, draw, month)."""
    first = table[world, 0]
    return np.stack([first, table[world[:, None], phase, np.arange(table.shape[2])] - first])
