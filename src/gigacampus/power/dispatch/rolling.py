"""Dispatch decided part by part, then time moves on: day by day by someone who sees a day or two ahead, month by month for speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.power.dispatch.linear_programme import Choices, blocks_filled, solve
from gigacampus.power.dispatch.problem import Dispatch, Problem, permits_broken

Array = np.ndarray


SEAM_H = 48
"""Hours of the next month in view when a month is decided: the battery and what runs cross the seam at their worth."""
SEPARATE = "month by month with two days of the next in view, so that no least cost is proven"
Step = tuple[int, int, int]
"""First hour of a part, the hour after its last, and the hour after the last one in view."""
Progress = Callable[[int, int], None]
"""Told how many parts are decided, of how many."""


def least(problem: Problem, choices: Choices, progress: Progress | None = None) -> Dispatch:
    """The cheapest dispatch with all hours known: month by month where nothing but battery and running units ties months together.

    Whole units, a ratchet, and a yearly limit of a permit that separate months would break, are solved for all hours at once.
    """
    months = np.flatnonzero(np.diff(problem.month(), prepend=-1))
    if choices.integer or problem.tariff.ratchet_frac or not problem.classes or months.size == 1:
        return solve(problem, choices)
    ends = [*months[1:], problem.hours]
    steps = [(int(a), int(b), int(min(b + SEAM_H, problem.hours))) for a, b in zip(months, ends, strict=True)]
    found = solve(problem, choices, lambda p, c, filled: _walked(p, steps, c, filled, progress, ring=True))
    broken = any(int(row["first_month_over"]) >= 0 for row in permits_broken(problem, found))
    return solve(problem, choices) if broken else replace(found, note="; ".join(filter(None, [SEPARATE, found.note])))


def rolled(problem: Problem, foresight_h: int, choices: Choices, guess: Dispatch, progress: Progress | None = None) -> Dispatch:
    """The dispatch of all hours, decided day by day with ``foresight_h`` hours in view.

    The operator knows the month's highest demand so far, what the battery holds and what runs. ``guess`` says in which months the
    tariff's blocks fill; a battery begins with its reserve, and what is left in view's last hour is worth the cheapest energy in view.
    """
    starts = range(0, problem.hours, HOURS_PER_DAY)
    steps = [(first, min(first + HOURS_PER_DAY, problem.hours), min(first + foresight_h, problem.hours)) for first in starts]
    return _walked(problem, steps, choices, blocks_filled(problem, guess), progress)


def _walked(
    problem: Problem, steps: list[Step], choices: Choices, filled: Array, progress: Progress | None, *, ring: bool = False
) -> Dispatch:
    """``steps`` one after the other; ``ring``: the battery ends with at least what it begins with, and that is what suits the first."""
    store, started = problem.storage, time.monotonic()
    stored = None if store is None else float(store.floor_frac * store.mwh[0])
    running = np.array([units.count[0] for units in problem.classes])
    if ring:
        before = solve(problem.window(*steps[0][:2]), replace(choices, filled=filled[:, :1]))
        stored, running = None if store is None else float(before.stored_mwh[-1]), before.units_on[:, -1]
    after = min(stored, float(store.mwh[-1])) if ring and store is not None and stored is not None else 0.0
    month, peaks, parts = problem.month(), (0.0, 0.0), []
    on_peak = problem.on_peak()
    for done, (first, end, last) in enumerate(steps):
        if first and month[first] != month[first - 1]:
            peaks = (0.0, 0.0)
        view = problem.window(first, last)
        mine = replace(
            choices,
            time_limit_s=choices.time_limit_s - (time.monotonic() - started),
            stored_mwh=0.0 if stored is None else stored,
            units_before=running,
            peaks_mw=peaks,
            filled=filled[:, month[first] : month[last - 1] + 1],
            stored_usd_per_mwh=_worth(view),
            stored_after_mwh=after if last == problem.hours else 0.0,
        )
        known = view if ring else view.known(int(max(end - first, min(problem.notice_h, view.hours))))
        part = _cut(solve(known, mine), slice(0, end - first))
        parts.append(part)
        stored = None if store is None else float(part.stored_mwh[-1])
        running = part.units_on[:, -1]
        high = part.grid_mw * on_peak[first:end]
        peaks = (max(peaks[0], float(part.grid_mw.max())), max(peaks[1], float(high.max())))
        if progress is not None:
            progress(done + 1, len(steps))
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
