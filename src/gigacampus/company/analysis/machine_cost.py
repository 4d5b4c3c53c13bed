"""What an accelerator-hour and a million tokens cost by part, and who uses the machines: serving, tenants, training.

Arrays are (draw, month). Fixed parts are owed whether machines work or not; running parts follow the hours at work. What fixed parts cost
while machines stand without power or without work is a part of its own, borne by the hours at work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.units import MILLION

FIXED = {
    "chips": "chips_cost_usd",
    "network": "network_cost_usd",
    "building": "building_cost_usd",
    "power_plant": "generation_cost_usd",
    "staff": "operations_staff_usd",
    "sites": "site_upkeep_usd",
    "insurance_taxes": "plant_insurance_tax_usd",
}
"""Part -> its monthly variable."""
RUNNING = {"energy": "energy_cost_usd"}
TRAFFIC = {"traffic": "traffic_usd"}
"""Owed for tokens alone."""
IDLE, BETWEEN_PEAKS = "idle", "between_peaks"

Costs = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Use:
    """Hours of all machines and whose they are, (draw, month)."""

    hours_held: np.ndarray
    hours_at_work: np.ndarray
    serving_frac: np.ndarray
    """Of the hours at work."""
    let_frac: np.ndarray
    """Of the hours at work."""
    busy_frac: np.ndarray | float = 1.0
    """Share of the serving hours that make tokens: mean load over peak load."""

    @property
    def at_work_frac(self) -> np.ndarray:
        """Share of the hours held in which machines are at work."""
        held = np.where(self.hours_held > 0.0, self.hours_held, 1.0)
        return np.clip(self.hours_at_work / held, 0.0, 1.0)

    def shares(self) -> dict[str, np.ndarray]:
        """Share of the hours at work by user; the three sum to one."""
        let = np.clip(self.let_frac, 0.0, 1.0)
        serving = np.clip(self.serving_frac, 0.0, 1.0 - let)
        return {"serving": serving, "tenants": let, "training": 1.0 - let - serving}


def cost_of_hours(fixed: Costs, running: Costs, use: Use, *, share: np.ndarray | float = 1.0) -> dict[str, np.ndarray]:
    """USD over all months of the hours at work that ``share`` is of, by part, the idle hours that they bear as a part; (draw).

    >>> one = np.ones((1, 1))
    >>> use = Use(10.0 * one, 8.0 * one, 0.5 * one, 0.25 * one)
    >>> {k: round(float(v[0]), 6) for k, v in cost_of_hours({"chips": 100.0 * one}, {"energy": 8.0 * one}, use, share=0.5).items()}
    {'chips': 40.0, 'energy': 4.0, 'idle': 10.0}
    """
    work = use.at_work_frac
    parts = {name: (usd * work * share).sum(axis=-1) for name, usd in fixed.items()}
    parts |= {name: (usd * share).sum(axis=-1) for name, usd in running.items()}
    parts[IDLE] = sum(((usd * (1.0 - work) * share).sum(axis=-1) for usd in fixed.values()), start=np.zeros(work.shape[:-1]))
    return parts


def cost_per_accelerator_hour(fixed: Costs, running: Costs, use: Use) -> dict[str, np.ndarray]:
    """USD of one accelerator-hour at work by part; NaN where no machine works; (draw).

    >>> one = np.ones((1, 1))
    >>> use = Use(10.0 * one, 8.0 * one, one, 0.0 * one)
    >>> {k: round(float(v[0]), 6) for k, v in cost_per_accelerator_hour({"chips": 100.0 * one}, {"energy": 8.0 * one}, use).items()}
    {'chips': 10.0, 'energy': 1.0, 'idle': 2.5}
    """
    hours = use.hours_at_work.sum(axis=-1)
    return {name: _over(usd, hours) for name, usd in cost_of_hours(fixed, running, use).items()}


def cost_of_serving(fixed: Costs, running: Costs, traffic: Costs, use: Use) -> dict[str, np.ndarray]:
    """USD over all months of the company's own tokens by part: busy hours, hours between peaks, idle hours, traffic; (draw).

    Tenants' hours bear their own cost, so that letting a share of the machines moves no part of a token that is made anyway.
    """
    share = use.shares()["serving"]
    busy = np.broadcast_to(np.asarray(use.busy_frac, dtype=float), share.shape)
    whole = cost_of_hours(fixed, running, use, share=share)
    parts = cost_of_hours(fixed, running, use, share=share * busy)
    between = sum(whole[name] - parts[name] for name in whole if name != IDLE)
    rest = {name: usd.sum(axis=-1) for name, usd in traffic.items()}
    return {**parts, IDLE: whole[IDLE], BETWEEN_PEAKS: np.asarray(between), **rest}


def per_million_tokens(costs: Costs, tokens: np.ndarray) -> dict[str, np.ndarray]:
    """USD for a million of the ``tokens`` (draw) served, by part; NaN where none is served.

    >>> per_million_tokens({"chips": np.array([4.0])}, np.array([2e6]))["chips"].tolist()
    [2.0]
    """
    return {name: _over(usd * MILLION, tokens) for name, usd in costs.items()}


def cost_by_user(fixed: Costs, running: Costs, use: Use) -> dict[str, np.ndarray]:
    """USD over all months of the machines by who uses them; the three sum to all that the machines cost; (draw)."""
    return {name: total(cost_of_hours(fixed, running, use, share=share)) for name, share in use.shares().items()}


def total(parts: Costs) -> np.ndarray:
    """Sum of the parts."""
    out: np.ndarray = np.sum(list(parts.values()), axis=0)
    return out


def kept_residual(explained: np.ndarray, reported: np.ndarray, *, last: slice) -> np.ndarray:
    """USD a month of reported cost of revenue that machines, traffic and fees do not explain, over the ``last`` reported months; (draw).

    It goes on as that amount: nothing makes it grow.

    >>> kept_residual(np.array([[1.0, 2.0, 3.0]]), np.array([[9.0, 5.0, 6.0]]), last=slice(1, 3)).tolist()
    [3.0]
    """
    out: np.ndarray = (reported - explained)[..., last].mean(axis=-1)
    return out


def _over(usd: np.ndarray, per: np.ndarray) -> np.ndarray:
    out: np.ndarray = np.divide(usd, per, out=np.full_like(usd, np.nan), where=per > 0.0)
    return out
