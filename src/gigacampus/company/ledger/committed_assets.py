"""Cost of the committed assets: what was ordered and delivered when, what is paid for it on each, what it loses each month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.company.ledger.capex import ClassFlows
from gigacampus.company.ledger.draw_binding import Mirror
from gigacampus.company.ledger.scalar_ops import Number, at, between, least, most, rule, where
from gigacampus.company.ledger.state_layout import BUILDING, GPU, NETWORK, POWER, STORAGE, Draw, PlantClass, PlantCost
from gigacampus.foundation.references import family_and_name
from gigacampus.foundation.units import KW_PER_MW
from gigacampus.registry.stage_inputs import Inputs

SIZES = ("count", "mwh", "it_mw", "mw")
"""What a block may say of its size, the first that it does say first."""


def _quantity(block: Any) -> Number:
    found: Number = 0.0
    for name in SIZES:
        value = getattr(block, name, None)
        if value is not None:
            found = _stated(found, value)
            if np.all(found):
                break
    return found


def _stated(value: Number | None, otherwise: Number) -> Number:
    """A value where it is stated, that is neither missing nor zero."""
    return otherwise if value is None else np.where(np.equal(value, 0.0), otherwise, value)


def block_cost(block: Any, unit_usd: Number) -> Number:
    """Cost of a whole block: what it says itself, else its size at the price of one unit."""
    return _stated(block.cost_usd, unit_usd * _quantity(block))


@dataclass(frozen=True)
class Priced:
    """Campuses and library with some inputs replaced: each by an array over cases."""

    inputs: Inputs
    at: Mapping[str, np.ndarray]

    def block(self, campus: str, name: str) -> Any:
        """One block of one campus."""
        return Mirror(self.inputs.tree.campuses[campus].blocks[name], f"campuses.{campus}.blocks.{name}", self.at)

    def entry(self, reference: str) -> Any:
        """Library entry that a reference names."""
        family, key = family_and_name(reference)
        return Mirror(getattr(self.inputs.tree.library, family)[key], f"library.{family}.{key}", self.at)


def stock_cost(inputs: Inputs, up: Mapping[str, np.ndarray]) -> np.ndarray:
    """Cost of all committed assets ordered and delivered so far by month; (world, 2, class, month), rising."""
    shares = _shares(up)
    return _value(shares, np.arange(len(shares)), _prices(Priced(inputs, {}), shares, len(shares)))


def cost_by_case(
    inputs: Inputs, up: Mapping[str, np.ndarray], reference: np.ndarray, world: np.ndarray, draws: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Cost by (case, 2, class, month) and the case of each draw, when ``draws`` move prices, ratings or counts of assets.

    A case is a world with one set of such inputs; without any, the cases are the worlds of ``reference``, which
    :func:`stock_cost` gave.
    """
    moved = [path for path in draws if path.startswith("library.") or ".blocks." in path]
    if not moved:
        return reference, world
    table = np.column_stack([world, *(draws[path] for path in moved)])
    cases, case = np.unique(table, axis=0, return_inverse=True)
    at = Priced(inputs, dict(zip(moved, cases.T[1:], strict=True)))
    shares = _shares(up)
    return _value(shares, cases[:, 0].astype(int), _prices(at, shares, len(cases))), case.reshape(-1)


def _shares(up: Mapping[str, np.ndarray]) -> np.ndarray:
    """Share of each block ordered and delivered so far; (world, 2, block, month)."""
    return np.stack([np.asarray(up[f"block_{state}_frac"], dtype=float) for state in ("ordered", "delivered")], axis=1)


def _prices(at: Priced, shares: np.ndarray, cases: int) -> np.ndarray:
    """Cost of each whole block by class; (case, class, block), zero for blocks that no world has committed."""
    out = np.zeros((cases, STORAGE + 1, shares.shape[2]))
    for i in np.flatnonzero(shares.any(axis=(0, 1, 3))):
        for asset, usd in _by_class(at, *at.inputs.at.block[i].split("/", 1)).items():
            out[:, asset, i] = usd
    return out


def _by_class(at: Priced, campus: str, name: str) -> dict[int, Number]:
    """Cost of one whole block by class of asset; machines and their network, with a building of their own where no hall is given."""
    block, share = at.block(campus, name), at.inputs.tree.company.assets.network_frac_of_gpu
    if block.kind == "accelerators":
        machines = machines_usd(at, block)
        return {GPU: machines * (1.0 - share), NETWORK: machines * share, BUILDING: own_building_usd(at, campus, block)}
    if block.kind == "hall":
        return {BUILDING: hall_usd(at, block)}
    if block.kind == "battery":
        return {STORAGE: block_cost(block, at.entry(block.model).cost_usd_per_mwh)}
    if block.kind == "cooling":
        return {BUILDING: block.cost_usd}
    if block.kind in ("substation", "solar", "wind"):
        return {POWER: block.cost_usd}
    return {
        POWER: generators_usd(at, block) if block.kind == "generators" else block_cost(block, at.inputs.tree.company.assets.grid_usd_per_mw)
    }


def _value(shares: np.ndarray, world: np.ndarray, prices: np.ndarray) -> np.ndarray:
    """Cost by (case, 2, class, month) of what the case's world has bought at the case's prices."""
    out: np.ndarray = np.einsum("csim,cai->csam", shares[world], prices)
    return out


def machines_usd(at: Priced, block: Any) -> Number:
    """Cost of a batch of accelerators with their network."""
    return block_cost(block, at.entry(block.model).price_usd)


def hall_usd(at: Priced, block: Any) -> Number:
    """Cost of a hall."""
    return block_cost(block, at.inputs.tree.company.assets.building_usd_per_it_mw)


def own_building_usd(at: Priced, campus: str, block: Any) -> Number:
    """Cost of the building that a batch of accelerators brings where no hall of its phase or an earlier one is given; else none."""
    if any(b.kind == "hall" and b.phase <= np.max(block.phase) for b in at.inputs.tree.campuses[campus].blocks.values()):
        return 0.0
    it_mw = block.count * at.entry(block.model).server_kw / KW_PER_MW
    return it_mw * at.inputs.tree.company.assets.building_usd_per_it_mw


def generators_usd(at: Priced, block: Any) -> Number:
    """Cost of all units of a generator block."""
    entry = at.entry(block.model)
    return block_cost(block, entry.iso_mw * entry.cost_usd_per_mw)


@rule
def open_plant(draw: Draw, cost: PlantCost) -> None:
    """Committed assets at the start: in service at cost, worn, and deposits on what is still to come; ``cost`` by class and month."""
    balances, terms, plant = draw.balances, draw.terms, draw.state.plant
    factor = terms.gpu_price_factor
    gross, worn, ahead = _open_class(draw, _of(cost, GPU), plant.gpu, terms.gpu_life_months, draw.dates.generations)
    balances.lab_gpu, balances.lab_gpu_acc, balances.lab_cip_gpu = factor * gross, -factor * worn, factor * ahead
    gross, worn, ahead = _open_class(draw, _of(cost, NETWORK), plant.network, terms.network_life_months, draw.dates.generations)
    balances.lab_network, balances.lab_network_acc, balances.lab_cip_network = factor * gross, -factor * worn, factor * ahead
    gross, worn, ahead = _open_class(draw, _of(cost, BUILDING), plant.building, terms.building_life_months, 1)
    balances.lab_building, balances.lab_building_acc, balances.lab_cip_building = gross, -worn, ahead
    gross, worn, ahead = _open_class(draw, _of(cost, POWER), plant.power, terms.power_life_months, 1)
    balances.lab_power, balances.lab_power_acc, balances.lab_cip_power = gross, -worn, ahead
    gross, worn, ahead = _open_class(draw, _of(cost, STORAGE), plant.storage, terms.storage_life_months, 1)
    balances.lab_storage, balances.lab_storage_acc, balances.lab_cip_storage = gross, -worn, ahead


@rule
def _of(cost: PlantCost, asset: int) -> PlantCost:
    """Cost of one class by month."""
    return PlantCost(cost.ordered_usd[asset], cost.in_service_usd[asset])


@rule
def _open_class(draw: Draw, cost: PlantCost, held: PlantClass, life_months: Number, generations: int) -> tuple[Number, Number, Number]:
    """Cost of a class in service at the start, what it has lost by then, and what is paid ahead."""
    first = cost.in_service_usd[0]
    entered, left, _ = _vintages(draw, cost.in_service_usd, life_months, generations, -1.0)
    deposits = _deposits(draw, cost, 0)
    held.entered_usd, held.left_usd, held.paid_usd = entered, left, deposits + entered
    age, weight = draw.terms.opening_fleet_age_months, 1.0
    worn = first * least(age, life_months) / life_months
    for g in range(1, generations):
        weight = weight * draw.terms.refresh_frac
        worn = worn + weight * first * between(age - g * life_months, 0.0, life_months) / life_months
    return entered - left, worn - left, deposits


@rule
def build_committed(draw: Draw, cost: PlantCost, t: int) -> None:
    """Payments, transfers to service, straight-line charges and retirements of committed assets in the month.

    A deposit is paid on the order and the rest on delivery, on which the assets enter service whatever they then wait for. A vintage
    is charged from its delivery for its life; a ``refresh_frac`` of it is then bought again. The rest for machines is owed to their
    vendors until it falls due.
    """
    flows, terms, plant = draw.flows, draw.terms, draw.state.plant
    factor, generations = terms.gpu_price_factor, draw.dates.generations
    gpu = _class_month(draw, _of(cost, GPU), plant.gpu, terms.gpu_life_months, generations, t)
    owed_gpu, due_gpu = _vendor_credit(draw, _of(cost, GPU), t)
    flows.lab_commit_gpu = factor * owed_gpu
    flows.lab_pay_gpu, flows.lab_serve_gpu = factor * (gpu.paid - owed_gpu), factor * gpu.served
    flows.lab_depreciate_gpu, flows.lab_retire_gpu = factor * gpu.charged, factor * gpu.retired
    network = _class_month(draw, _of(cost, NETWORK), plant.network, terms.network_life_months, generations, t)
    owed_network, due_network = _vendor_credit(draw, _of(cost, NETWORK), t)
    flows.lab_commit_network = factor * owed_network
    flows.lab_pay_network, flows.lab_serve_network = factor * (network.paid - owed_network), factor * network.served
    flows.lab_depreciate_network, flows.lab_retire_network = factor * network.charged, factor * network.retired
    draw.state.construction.machines_due_usd = factor * (due_gpu + due_network)
    flows.lab_pay_orders = draw.state.construction.machines_due_usd
    building = _class_month(draw, _of(cost, BUILDING), plant.building, terms.building_life_months, 1, t)
    flows.lab_pay_building, flows.lab_serve_building = building.paid, building.served
    flows.lab_depreciate_building, flows.lab_retire_building = building.charged, building.retired
    power = _class_month(draw, _of(cost, POWER), plant.power, terms.power_life_months, 1, t)
    flows.lab_pay_power, flows.lab_serve_power = power.paid, power.served
    flows.lab_depreciate_power, flows.lab_retire_power = power.charged, power.retired
    storage = _class_month(draw, _of(cost, STORAGE), plant.storage, terms.storage_life_months, 1, t)
    flows.lab_pay_storage, flows.lab_serve_storage = storage.paid, storage.served
    flows.lab_depreciate_storage, flows.lab_retire_storage = storage.charged, storage.retired


@rule
def _class_month(draw: Draw, cost: PlantCost, held: PlantClass, life_months: Number, generations: int, t: int) -> ClassFlows:
    """Flows of one class of committed assets in the month, at the price of the library."""
    entered, left, charge = _vintages(draw, cost.in_service_usd, life_months, generations, float(t))
    paid = _deposits(draw, cost, t) + entered
    month = ClassFlows(most(paid - held.paid_usd, 0.0), entered - held.entered_usd, charge, left - held.left_usd)
    held.entered_usd, held.left_usd, held.paid_usd = entered, left, paid
    return month


@rule
def _in_service(draw: Draw, in_service_usd: Number, month: Number) -> Number:
    """Cost ever in service by a month not beyond the horizon; the opening fleet came at its age before it."""
    return where(month < -draw.terms.opening_fleet_age_months, 0.0, at(in_service_usd, most(month, 0.0)))


@rule
def _vintages(draw: Draw, in_service_usd: Number, life_months: Number, generations: int, month: float) -> tuple[Number, Number, Number]:
    """Cumulative cost entered and left, and the month's charge, over the first vintage and its refreshes."""
    entered, old = in_service_usd[int(max(month, 0.0))], _in_service(draw, in_service_usd, month - life_months)
    left, charge, weight = old, (entered - old) / life_months, 1.0
    for g in range(1, generations):
        young, old, weight = old, _in_service(draw, in_service_usd, month - (g + 1) * life_months), weight * draw.terms.refresh_frac
        entered, left = entered + weight * young, left + weight * old
        charge = charge + weight * (young - old) / life_months
    return entered, left, charge


@rule
def _deposits(draw: Draw, cost: PlantCost, t: int) -> Number:
    """Deposits on what is ordered by the month and not delivered."""
    return draw.terms.deposit_frac * (cost.ordered_usd[t] - cost.in_service_usd[t])


@rule
def _vendor_credit(draw: Draw, cost: PlantCost, t: int) -> tuple[Number, Number]:
    """What vendors are newly owed for machines delivered in the month, and what falls due of earlier deliveries."""
    terms, delivered = draw.terms, cost.in_service_usd
    rest, credit = 1.0 - terms.deposit_frac, terms.vendor_credit_months
    new = delivered[t] - delivered[max(t - 1, 0)]
    due = at(delivered, most(t - credit, 0.0)) - at(delivered, most(t - 1.0 - credit, 0.0))
    return rest * new, rest * due
