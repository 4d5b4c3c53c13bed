"""Cost of the committed assets: what entered service when, what was paid for it before, what it loses each month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.company.ledger.accounts import ASSET_CLASSES
from gigacampus.company.ledger.draw_binding import Mirror
from gigacampus.company.ledger.journal import CLASS_STEP, a, f
from gigacampus.company.ledger.scalar_ops import Number, at, between, least, most, ratio, where
from gigacampus.company.ledger.state_layout import d, k
from gigacampus.registry.stage_inputs import Inputs

CLASSES = len(ASSET_CLASSES)


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


def unit_cost(blocks: list[Any], default: Number) -> Number:
    """Cost of one unit: the stated costs where there are any, the default for the rest, weighted by quantity."""
    amounts = [_quantity(b) for b in blocks]
    spent = sum(_stated(b.cost_usd, default * amount) for b, amount in zip(blocks, amounts, strict=True))
    return ratio(spent, sum(amounts), default)


@dataclass(frozen=True)
class Priced:
    """Campuses and library with some inputs replaced: each by an array over cases."""

    inputs: Inputs
    at: Mapping[str, np.ndarray]

    def blocks(self, kind: str, *, campus: str = "", model: str = "") -> list[Any]:
        """Committed blocks of one kind, of one campus or of one model when named; one whose phase is drawn counts where any case has it."""
        return [
            self.block(c, name)
            for c in self.inputs.at.campus
            if campus in ("", c)
            for name, b in self.inputs.tree.campuses[c].blocks.items()
            if b.kind == kind and np.any(np.equal(b.phase, 0)) and (not model or b.model.rsplit("/", 1)[-1] == model)
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
    worlds = held["gpu"].shape[0]
    return _value(held, np.arange(worlds), _prices(Priced(inputs, {}), worlds), inputs)


def cost_by_case(
    inputs: Inputs, up: Mapping[str, np.ndarray], reference: np.ndarray, world: np.ndarray, draws: Mapping[str, np.ndarray]
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
    at = Priced(inputs, dict(zip(moved, cases.T[1:], strict=True)))
    return _value(_holdings(up), cases[:, 0].astype(int), _prices(at, len(cases)), inputs), case.reshape(-1)


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


def _prices(at: Priced, cases: int) -> dict[str, np.ndarray]:
    """Price of one unit of each item of :func:`_holdings`; (case, item)."""
    coords, assets = at.inputs.at, at.inputs.tree.company.assets
    prices: dict[str, list[Number]] = {
        "gpu": [unit_cost(at.blocks("accelerators", model=m), at.entry("accelerators", m).price_usd) for m in coords.accelerator],
        "building": [unit_cost(at.blocks("hall", campus=c), assets.building_usd_per_it_mw) for c in coords.campus],
        "grid": [unit_cost(at.blocks("grid_tranche", campus=c), assets.grid_usd_per_mw) for c in coords.campus],
        "storage": [_battery_cost(at, c) for c in coords.campus],
        "generators": [_generator_cost(at, at.block(*unit.split("/", 1))) for unit in coords.unit],
    }
    return {k: np.array([np.broadcast_to(p, cases) for p in items]).reshape(len(items), cases).T.copy() for k, items in prices.items()}


def _value(held: Mapping[str, np.ndarray], world: np.ndarray, prices: Mapping[str, np.ndarray], inputs: Inputs) -> np.ndarray:
    """Cost by (case, class, month) of what the case's world holds at the case's prices."""
    part = {k: np.einsum("cim,ci->cm", held[k][world], p) for k, p in prices.items()}
    share = inputs.tree.company.assets.network_frac_of_gpu
    gpu = part["gpu"]
    return np.stack([gpu * (1.0 - share), gpu * share, part["building"], part["grid"] + part["generators"], part["storage"]], axis=1)


def _ever(stock: np.ndarray) -> np.ndarray:
    """Opening stock plus every later addition; units that leave do not give money back."""
    stock = np.asarray(stock, dtype=float)
    return stock[:, :1] + np.concatenate([np.zeros_like(stock[:, :1]), np.cumsum(np.maximum(np.diff(stock, axis=1), 0.0), axis=1)], axis=1)


def _finite_or(values: np.ndarray, other: np.ndarray) -> np.ndarray:
    first = np.asarray(values, dtype=float)
    first = first[:, :, 0] if first.ndim == 4 else first
    other = np.asarray(other, dtype=float)
    return np.where(np.isfinite(first), first, other[:, :, 0] if other.ndim == 4 else other)


def _generator_cost(at: Priced, block: Any) -> Number:
    entry = at.entry("generators", block.model)
    return unit_cost([block], entry.iso_mw * entry.cost_usd_per_mw)


def _battery_cost(at: Priced, campus: str) -> Number:
    blocks = at.blocks("battery", campus=campus)
    return unit_cost(blocks, at.entry("batteries", blocks[0].model).cost_usd_per_mwh) if blocks else 0.0


def by_month(cost: np.ndarray) -> np.ndarray:
    """Table that the rules read: cost in service and its running sum over months; (case, 2 x class, month)."""
    return np.ascontiguousarray(np.concatenate([cost, np.cumsum(cost, axis=2)], axis=1))


def open_plant(b: np.ndarray, p: np.ndarray, c: np.ndarray, dates: np.ndarray) -> None:
    """Committed assets at the start: in service at cost, worn, and paid for ahead; ``c`` as :func:`by_month`."""
    for n in range(CLASSES):
        entered, left, _ = _vintages(p, c, dates, n, -1.0)
        ahead = _paid_ahead(p, c, n, -1.0, 0.0)
        p[k.entered_gpu + n], p[k.left_gpu + n], p[k.paid_gpu + n] = entered, left, ahead + entered - c[n, 0]
        worn = c[n, 0] * least(p[k.fleet_age], p[k.life_gpu + n]) / p[k.life_gpu + n]
        b[a.lab_gpu + n] = _factor(p, n) * (entered - left)
        b[a.lab_gpu_acc + n] = -_factor(p, n) * (worn - left)
        b[a.lab_cip_gpu + n] = _factor(p, n) * (ahead - c[n, 0])


def build_committed(x: np.ndarray, p: np.ndarray, c: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Payments, transfers to service, straight-line charges and retirements of committed assets in the month.

    A deposit is paid one lead before service, the rest evenly until then. A vintage is charged from its month of service for its
    life; a ``refresh_frac`` of it is then bought again.
    """
    for n in range(CLASSES):
        row, factor = CLASS_STEP * n, _factor(p, n)
        entered, left, charge = _vintages(p, c, dates, n, float(t))
        paid = _paid_ahead(p, c, n, float(t), c[CLASSES + n, t]) + entered - c[n, t]
        x[f.lab_pay_gpu + row] = factor * most(paid - p[k.paid_gpu + n], 0.0)
        x[f.lab_serve_gpu + row] = factor * (entered - p[k.entered_gpu + n])
        x[f.lab_depreciate_gpu + row] = factor * charge
        x[f.lab_retire_gpu + row] = factor * (left - p[k.left_gpu + n])
        p[k.entered_gpu + n], p[k.left_gpu + n], p[k.paid_gpu + n] = entered, left, paid


def _factor(p: np.ndarray, n: int) -> Number:
    """What multiplies the library's price of a class."""
    return p[k.gpu_price_factor] if n < 2 else 1.0


def _in_service(p: np.ndarray, c: np.ndarray, n: int, month: Number) -> Number:
    """Cost ever in service by a month not beyond the horizon; the opening fleet came at its age before it."""
    return where(month < -p[k.fleet_age], 0.0, at(c, n, most(month, 0.0)))


def _vintages(p: np.ndarray, c: np.ndarray, dates: np.ndarray, n: int, month: float) -> tuple[Number, Number, Number]:
    """Cumulative cost entered and left, and the month's charge, over the first vintage and its refreshes."""
    life = p[k.life_gpu + n]
    entered, old = c[n, int(max(month, 0.0))], _in_service(p, c, n, month - life)
    left, charge, weight = old, (entered - old) / life, 1.0
    for g in range(1, dates[d.generations] if n < 2 else 1):
        young, old, weight = old, _in_service(p, c, n, month - (g + 1) * life), weight * p[k.refresh_frac]
        entered, left = entered + weight * young, left + weight * old
        charge = charge + weight * (young - old) / life
    return entered, left, charge


def _paid_ahead(p: np.ndarray, c: np.ndarray, n: int, month: float, running: Number) -> Number:
    """Cumulative payments for first vintages: the deposit one lead ahead, the rest evenly until service.

    ``running`` is the sum over months of the cost in service up to this one; beyond the horizon the last cost stays.
    """
    last, lead = c.shape[1] - 1.0, p[k.order_lead]
    then = between(month + lead, 0.0, last)
    ahead = at(c, n, then)
    even = (at(c, CLASSES + n, then) + most(month + lead - last, 0.0) * ahead - running) / most(lead, 1.0)
    return where(lead > 0.0, p[k.deposit_frac] * ahead + (1.0 - p[k.deposit_frac]) * even, ahead)
