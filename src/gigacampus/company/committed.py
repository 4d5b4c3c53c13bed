"""Cost of the committed assets: what entered service when, what was paid for it before, what it loses each month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.company.accounts import ASSET_CLASSES
from gigacampus.company.bind import Mirror, months_of
from gigacampus.pipeline.inputs import Inputs
from gigacampus.units import MONTHS_PER_YEAR

PAST = 60
"""Months kept before the horizon, so that the opening fleet has an age."""


def _quantity(block: Any) -> float:
    return float(
        getattr(block, "count", None)
        or getattr(block, "mwh", None)
        or getattr(block, "it_mw", None)
        or getattr(block, "mw", None)
        or 0.0
    )


def unit_cost(blocks: list[Any], default: float) -> float:
    """Cost of one unit: the stated costs where there are any, the default for the rest, weighted by quantity."""
    amount = sum(_quantity(b) for b in blocks)
    if amount == 0.0:
        return default
    return sum(b.cost_usd or default * _quantity(b) for b in blocks) / amount


@dataclass(frozen=True)
class Priced:
    """Campuses and library with some inputs replaced by one number each."""

    inputs: Inputs
    at: Mapping[str, float]

    def blocks(self, kind: str, *, campus: str = "", model: str = "") -> list[Any]:
        """Committed blocks of one kind, of one campus or of one model when named."""
        return [
            self.block(c, name)
            for c in self.inputs.at.campus
            if campus in ("", c)
            for name, b in self.inputs.tree.campuses[c].blocks.items()
            if b.kind == kind and b.phase == 0 and (not model or b.model.rsplit("/", 1)[-1] == model)
        ]

    def block(self, campus: str, name: str) -> Any:
        """One block of one campus."""
        return Mirror(self.inputs.tree.campuses[campus].blocks[name], f"campuses.{campus}.blocks.{name}", self.at)

    def entry(self, family: str, model: str) -> Any:
        """Library entry of a model."""
        key = model.rsplit("/", 1)[-1]
        return Mirror(getattr(self.inputs.tree.library, family)[key], f"library.{family}.{key}", self.at)


def stock_cost(inputs: Inputs, up: Mapping[str, np.ndarray]) -> np.ndarray:
    """Cost of all committed assets ever in service by month; (world, class, month), rising."""
    held = _holdings(up)
    prices = _prices(Priced(inputs, {}))
    worlds = held["gpu"].shape[0]
    return _value(held, np.arange(worlds), {k: np.tile(p, (worlds, 1)) for k, p in prices.items()}, inputs)


def cost_by_case(
    inputs: Inputs,
    up: Mapping[str, np.ndarray],
    reference: np.ndarray,
    world: np.ndarray,
    draws: Mapping[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Cost by (case, class, month) and the case of each draw, when ``draws`` move prices, ratings or counts of assets.

    A case is a world with one set of such inputs; without any, the cases are the worlds of ``reference``, which
    :func:`stock_cost` gave.
    """
    moved = [path for path in draws if path.startswith("library.") or ".blocks." in path]
    if not moved:
        return reference, world
    table = np.column_stack([world, *(draws[path] for path in moved)])
    cases, case = np.unique(table, axis=0, return_inverse=True)
    prices = [_prices(Priced(inputs, dict(zip(moved, row[1:].tolist(), strict=True)))) for row in cases]
    stacked = {k: np.stack([p[k] for p in prices]) for k in prices[0]}
    return _value(_holdings(up), cases[:, 0].astype(int), stacked, inputs), case.reshape(-1)


def _holdings(up: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Units ever in service of everything that has a price; (world, item, month)."""
    hall = _finite_or(up["hall_limit_it_mw"], up["it_installed_mw"])
    return {
        "gpu": _ever(np.asarray(up["accelerators_by_model"], dtype=float)[:, :, 0]),
        "building": _ever(hall),
        "grid": _ever(_finite_or(up["grid_limit_mw"], 0.0 * hall)),
        "storage": _ever(np.asarray(up["battery_energy_mwh"], dtype=float)[:, :, 0]),
        "generators": _ever(np.asarray(up["unit_count"], dtype=float)[:, :, 0]),
    }


def _prices(at: Priced) -> dict[str, np.ndarray]:
    """Price of one unit of each item of :func:`_holdings`."""
    coords, assets = at.inputs.at, at.inputs.tree.company.assets
    units = [at.block(*unit.split("/", 1)) for unit in coords.unit]
    return {
        "gpu": np.array(
            [
                unit_cost(at.blocks("accelerators", model=m), at.entry("accelerators", m).price_usd)
                for m in coords.accelerator
            ]
        ),
        "building": np.array(
            [unit_cost(at.blocks("hall", campus=c), assets.building_usd_per_it_mw) for c in coords.campus]
        ),
        "grid": np.array([unit_cost(at.blocks("grid_tranche", campus=c), assets.grid_usd_per_mw) for c in coords.campus]),
        "storage": np.array([_battery_cost(at, c) for c in coords.campus]),
        "generators": np.array([_generator_cost(at, block) for block in units]),
    }


def _value(
    held: Mapping[str, np.ndarray], world: np.ndarray, prices: Mapping[str, np.ndarray], inputs: Inputs
) -> np.ndarray:
    """Cost by (case, class, month) of what the case's world holds at the case's prices."""
    part = {k: np.einsum("cim,ci->cm", held[k][world], p) for k, p in prices.items()}
    share = inputs.tree.company.assets.network_frac_of_gpu
    gpu = part["gpu"]
    return np.stack(
        [gpu * (1.0 - share), gpu * share, part["building"], part["grid"] + part["generators"], part["storage"]], axis=1
    )


def _ever(stock: np.ndarray) -> np.ndarray:
    """Opening stock plus every later addition; units that leave do not give money back."""
    stock = np.asarray(stock, dtype=float)
    return stock[:, :1] + np.concatenate(
        [np.zeros_like(stock[:, :1]), np.cumsum(np.maximum(np.diff(stock, axis=1), 0.0), axis=1)], axis=1
    )


def _finite_or(values: np.ndarray, other: np.ndarray) -> np.ndarray:
    first = np.asarray(values, dtype=float)
    first = first[:, :, 0] if first.ndim == 4 else first
    other = np.asarray(other, dtype=float)
    return np.where(np.isfinite(first), first, other[:, :, 0] if other.ndim == 4 else other)


def _generator_cost(at: Priced, block: Any) -> float:
    entry = at.entry("generators", block.model)
    return unit_cost([block], entry.iso_mw * entry.cost_usd_per_mw)


def _battery_cost(at: Priced, campus: str) -> float:
    blocks = at.blocks("battery", campus=campus)
    return unit_cost(blocks, at.entry("batteries", blocks[0].model).cost_usd_per_mwh) if blocks else 0.0


@dataclass(frozen=True)
class Committed:
    """Flows of the committed assets by (class, month, draw), and their opening balances by (class, draw)."""

    pay: np.ndarray
    serve: np.ndarray
    depreciate: np.ndarray
    retire: np.ndarray
    opening_gross: np.ndarray
    opening_accumulated: np.ndarray
    opening_cip: np.ndarray


def committed_flows(cost: np.ndarray, world: np.ndarray, assets: Any) -> Committed:
    """Payments, transfers to service, straight-line charges and retirements of one chunk of draws.

    ``cost`` as :func:`stock_cost`. A deposit is paid one lead before service, the rest evenly until then. A vintage
    is charged
    from its month of service for its life; a ``refresh_frac`` of it is then bought again.
    """
    n, horizon = world.size, cost.shape[2]
    factor = np.broadcast_to(np.asarray(assets.gpu_price_factor, dtype=float), (n,))
    age = np.minimum(months_of(assets.opening_fleet_age_months), PAST - 1)
    parts = []
    for i, name in enumerate(ASSET_CLASSES):
        scale = factor if name in ("gpu", "network") else np.ones(n)
        stock = _with_past(cost[:, i], age, world) * scale
        life = np.broadcast_to(months_of(getattr(assets, f"{name}_life_years"), MONTHS_PER_YEAR), (n,))
        refresh = assets.refresh_frac if name in ("gpu", "network") else 0.0
        parts.append(_class_flows(stock, life, refresh, assets, horizon))
    return Committed(*(np.stack(x) for x in zip(*parts, strict=True)))


def _with_past(cost: np.ndarray, age: Any, world: np.ndarray) -> np.ndarray:
    """Cumulative cost in service with months before the horizon in front; (PAST + month, draw)."""
    months = np.arange(-PAST, cost.shape[1])
    mine = cost[world].T
    past = np.where(months[:PAST, None] >= -np.broadcast_to(age, world.shape), mine[0], 0.0)
    return np.concatenate([past, mine])


def _at(stock: np.ndarray, index: np.ndarray) -> np.ndarray:
    """``stock`` at month indices (with past), 0 before the first, held after the last; index (month, draw)."""
    taken = np.take_along_axis(stock, np.clip(index, 0, stock.shape[0] - 1), axis=0)
    return np.where(index < 0, 0.0, taken)


def _class_flows(
    stock: np.ndarray, life: np.ndarray, refresh: Any, assets: Any, horizon: int
) -> tuple[np.ndarray, ...]:
    n = stock.shape[1]
    rows = np.arange(PAST - 1, PAST + horizon)[:, None]
    lead = np.broadcast_to(np.maximum(np.rint(np.asarray(assets.order_lead_months)).astype(np.int64), 0), (n,))
    gross_in, gone, charge = _generations(stock, rows, life, refresh)
    paid = _paid(stock, rows, lead, np.asarray(assets.deposit_frac))
    again = gross_in - _at(stock, rows + 0 * life)
    opening_charge = _charged_before(stock, life)
    return (
        np.maximum(np.diff(paid + again, axis=0), 0.0),
        np.diff(gross_in, axis=0),
        charge[1:],
        np.diff(gone, axis=0),
        gross_in[0] - gone[0],
        opening_charge - gone[0],
        paid[0] - _at(stock, rows[:1] + 0 * life)[0],
    )


def _generations(stock: np.ndarray, rows: np.ndarray, life: np.ndarray, refresh: Any) -> tuple[np.ndarray, ...]:
    """Cumulative cost entered and left, and the month's charge, over the first vintage and its refreshes."""
    entered = left = charge = np.zeros((rows.size, life.size))
    weight, g = np.ones(life.size), 0
    while np.any(weight > 0) and (g * life).min() < stock.shape[0]:
        young, old = _at(stock, rows - g * life), _at(stock, rows - (g + 1) * life)
        entered, left = entered + weight * young, left + weight * old
        charge = charge + weight * (young - old) / life
        weight, g = weight * refresh, g + 1
    return entered, left, charge


def _paid(stock: np.ndarray, rows: np.ndarray, lead: np.ndarray, deposit: np.ndarray) -> np.ndarray:
    """Cumulative payments for first vintages: deposit one lead ahead, the rest evenly until service."""
    longest = int(lead.max())
    held = np.concatenate([stock, np.repeat(stock[-1:], longest + 1, axis=0)])
    running = np.cumsum(held, axis=0)
    ahead = np.take_along_axis(held, np.broadcast_to(rows + lead, (rows.size, lead.size)), axis=0)
    until = (
        np.take_along_axis(running, np.broadcast_to(rows + lead, (rows.size, lead.size)), axis=0) - running[rows[:, 0]]
    )
    even = np.where(lead > 0, until / np.maximum(lead, 1), ahead)
    return np.where(lead > 0, deposit * ahead + (1.0 - deposit) * even, ahead)


def _charged_before(stock: np.ndarray, life: np.ndarray) -> np.ndarray:
    """Depreciation charged before the first month of the horizon."""
    rows = np.arange(PAST)[:, None]
    return ((_at(stock, rows + 0 * life) - _at(stock, rows - life)) / life).sum(axis=0)
