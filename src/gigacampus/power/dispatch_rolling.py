"""Dispatch by someone who sees a day or two ahead: each day is decided with the hours that can be foreseen, then time moves on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.power.dispatch_lp import Choices, blocks_filled, solve
from gigacampus.power.dispatch_problem import Dispatch, Problem

Array = np.ndarray


def rolled(problem: Problem, foresight_h: int, choices: Choices, guess: Dispatch) -> Dispatch:
    """The dispatch of all hours, decided day by day with ``foresight_h`` hours in view.

    The operator knows the month's highest demand so far, what the battery holds and what runs. ``guess`` says in which months the
    tariff's blocks fill; a battery begins with its reserve, and what is left in view's last hour is worth the cheapest energy in view.
    """
    filled = blocks_filled(problem, guess)
    store = problem.storage
    stored = None if store is None else float(store.floor_frac * store.mwh[0])
    running = np.array([units.count[0] for units in problem.classes])
    month, peaks, parts = problem.month(), (0.0, 0.0), []
    on_peak = problem.on_peak()
    for first in range(0, problem.hours, HOURS_PER_DAY):
        last = min(first + foresight_h, problem.hours)
        kept = slice(0, min(HOURS_PER_DAY, problem.hours - first))
        if first and month[first] != month[first - 1]:
            peaks = (0.0, 0.0)
        view = problem.window(first, last)
        mine = replace(
            choices,
            stored_mwh=0.0 if stored is None else stored,
            units_before=running,
            peaks_mw=peaks,
            filled=filled[:, month[first] : month[last - 1] + 1],
            stored_usd_per_mwh=_worth(view),
        )
        day = _cut(solve(view, mine), kept)
        parts.append(day)
        stored = None if store is None else float(day.stored_mwh[-1])
        running = day.units_on[:, -1]
        high = day.grid_mw * on_peak[first : first + day.grid_mw.size]
        peaks = (max(peaks[0], float(day.grid_mw.max())), max(peaks[1], float(high.max())))
    return _joined(parts)


def _worth(view: Problem) -> float:
    """USD of a stored MWh: what the cheapest energy in view costs to put back."""
    if view.storage is None:
        return 0.0
    prices = [view.energy_usd_per_mwh[view.grid_cap_mw > 0.0], *(u.full_mmbtu_per_mwh * view.gas_usd_per_mmbtu for u in view.classes)]
    cheapest = min((float(p.min()) for p in prices if p.size), default=0.0)
    return max(cheapest, 0.0) / view.storage.one_way_frac


def _cut(found: Dispatch, kept: slice) -> Dispatch:
    names = ("grid_mw", "unit_mw", "units_on", "charge_mw", "discharge_mw", "stored_mwh", "unserved_mw")
    return replace(found, **{name: getattr(found, name)[..., kept] for name in names})


def _joined(parts: list[Dispatch]) -> Dispatch:
    def whole(of: Callable[[Dispatch], Array]) -> Array:
        return np.concatenate([of(p) for p in parts], axis=-1)

    return Dispatch(
        grid_mw=whole(lambda d: d.grid_mw),
        unit_mw=whole(lambda d: d.unit_mw),
        units_on=whole(lambda d: d.units_on),
        charge_mw=whole(lambda d: d.charge_mw),
        discharge_mw=whole(lambda d: d.discharge_mw),
        stored_mwh=whole(lambda d: d.stored_mwh),
        unserved_mw=whole(lambda d: d.unserved_mw),
        solver=parts[0].solver,
    )
