"""The county's books for every draw: what stands at each campus in its world and phase, taxed on the draw's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.company.ledger.committed_assets import Priced, battery_usd_per_mwh, unit_cost
from gigacampus.company.ledger.draw_binding import Mirror
from gigacampus.company.public_finance.county import CountyBooks, books_of_places, by_body, household_cost, public_summary, together
from gigacampus.registry.stage_inputs import Inputs

KW_PER_MW = 1000.0


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
    """Machines at the campus's own price per MW of IT, generators and batteries as they stand, buildings with IT power.

    Lines and substations are the utility's. ``phase`` (draw, month).
    """
    at = Priced(inputs, {})
    key, assets = inputs.at.campus[campus], inputs.tree.company.assets
    factor = draws.get("company.assets.gpu_price_factor", np.full(world.size, assets.gpu_price_factor))[:, None]
    shell = unit_cost(at.blocks("hall", campus=key), assets.building_usd_per_it_mw)
    it, plant = (_along(x, world, phase) for x in (np.asarray(up["it_installed_mw"], dtype=float)[:, campus], _plant(at, up, campus)))
    prices = machines_usd_per_mw(at, key)
    cost = [np.stack([p * factor * mw, gear, shell * mw]) for p, mw, gear in zip(prices, it, plant, strict=True)]
    bill = _along(np.asarray(up["grid_bill_usd"], dtype=float)[:, campus], world, phase).sum(axis=0)
    return Standing(np.stack(cost), it, bill)


def _along(table: np.ndarray, world: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Committed part, and what the draw's phase adds; ``table`` (world, phase, month) -> (2, draw, month)."""
    first = table[world, 0]
    return np.stack([first, table[world[:, None], phase, np.arange(table.shape[2])] - first])


def _plant(at: Priced, up: Mapping[str, np.ndarray], campus: int) -> np.ndarray:
    """Cost of generators and batteries that stand at one campus, each at its own price; (world, phase, month)."""
    coords = at.inputs.at
    count, energy = (np.asarray(up[name], dtype=float) for name in ("unit_count", "battery_block_mwh"))
    total = np.zeros((count.shape[0], *count.shape[2:]))
    for i, label in enumerate(coords.battery):
        if coords.battery_campus[i] == campus:
            total = total + energy[:, i] * battery_usd_per_mwh(at, at.block(*label.split("/", 1)))
    for i, label in enumerate(coords.unit):
        if coords.unit_campus[i] == campus:
            block = at.block(*label.split("/", 1))
            entry = at.entry(block.model)
            total = total + count[:, i] * unit_cost([block], entry.iso_mw * entry.cost_usd_per_mw)
    return total


def machines_usd_per_mw(at: Priced, campus: str) -> tuple[float, float]:
    """Price of accelerators with their network per MW of IT at one campus: of what is committed, and of extensions."""
    blocks = [b for b in at.inputs.tree.campuses[campus].blocks.values() if b.kind == "accelerators"]
    first = _per_mw(at, [b for b in blocks if b.phase == 0])
    later = _per_mw(at, [b for b in blocks if b.phase > 0])
    return first, later or first


def _per_mw(at: Priced, blocks: list[Any]) -> float:
    entries = [at.entry(b.model) for b in blocks]
    mw = sum(b.count * e.server_kw for b, e in zip(blocks, entries, strict=True)) / KW_PER_MW
    return sum(b.cost_usd or b.count * e.price_usd for b, e in zip(blocks, entries, strict=True)) / mw if mw else 0.0
