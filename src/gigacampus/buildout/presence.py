"""How much of each dated block is there: by phase state and by time window.

A window is a piece of time, in months since the start of the horizon. Months give the run; single days give the
comparison with dated facts. Presence is the share of the window in which the block stands, from 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import numpy as np

from gigacampus.buildout.slip import order_lead_days, slip_days
from gigacampus.foundation.calendar import DAYS_IN_MONTH, Months
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import DAYS_PER_YEAR, MONTHS_PER_YEAR
from gigacampus.schema.buildout import AcceleratorBlock, Block, LegalBlock, RetirementBlock, ScheduleSpec

UNSLIPPED = ("retirement", "legal")
"""Kinds that construction does not delay: a deadline or a court date stands."""


@dataclass(frozen=True)
class Windows:
    """Pieces of time in months since ``months.start``; both arrays have shape (window,)."""

    months: Months
    lower: np.ndarray
    upper: np.ndarray

    def overlap(self, start: float, end: float) -> np.ndarray:
        """Share of each window that lies in [start, end)."""
        shared = np.minimum(end, self.upper) - np.maximum(start, self.lower)
        out: np.ndarray = np.clip(shared, 0.0, None) / (self.upper - self.lower)
        return out


def monthly(months: Months) -> Windows:
    """One window for each month of the horizon."""
    index = np.arange(months.count, dtype=np.float64)
    return Windows(months, index, index + 1.0)


def daily(months: Months, days: list[date]) -> Windows:
    """One window of one day for each of ``days``."""
    lower = np.array([months.position(day) for day in days])
    return Windows(months, lower, lower + 1.0 / DAYS_IN_MONTH[[day.month - 1 for day in days]])


@dataclass(frozen=True)
class Timetable:
    """What turns a planned date into a date: the day of knowledge, the schedule and the library."""

    as_of: date
    schedule: ScheduleSpec
    library: SimpleNamespace

    def slip_for(self, lead_days: float) -> float:
        """Slip in days of something planned ``lead_days`` ahead."""
        if self.schedule.slip == "none":
            return 0.0
        entry = entry_of(self.library, self.schedule.model)
        quantile = 0.5 if self.schedule.slip == "median" else self.schedule.construction_slip_quantile
        return slip_days(lead_days, quantile, location_days=entry.location_days, scale_days=entry.scale_days)

    def start(self, block: Block, months: Months) -> float:
        """Position at which a committed block enters service; plans up to ``as_of`` are facts and do not slip."""
        assert block.in_service is not None
        lead = (block.in_service - self.as_of).days
        slipped = lead > 0 and block.slips and block.kind not in UNSLIPPED
        slip = block.slip_days + (self.slip_for(float(lead)) if slipped else 0.0)
        position = months.position(block.in_service, slip)
        if isinstance(block, AcceleratorBlock) and block.ordered is not None:
            return max(position, months.position(block.ordered, self.order_days(block)))
        return position

    def order_days(self, block: AcceleratorBlock) -> float:
        """Days that the supplier needs for a batch of this size."""
        entry = entry_of(self.library, block.model)
        return order_lead_days(
            block.count,
            entry.world_shipments_per_year,
            first_delivery_days=entry.order_lead_days,
            share_frac=self.schedule.shipment_share_frac,
        )


def presences(blocks: dict[str, Block], *, phases: int, states: int, timetable: Timetable, windows: Windows) -> dict[str, np.ndarray]:
    """Presence of every block after retirements and legal events; each array has shape (phase state, window).

    ``phases`` is the campus's own number of phases, ``states`` the number of phase states of the run; states beyond the
    campus's last phase repeat it.
    """
    own = {key: _own(key, blocks, phases=phases, states=states, timetable=timetable, windows=windows) for key in blocks}
    out = dict(own)
    for key, block in blocks.items():
        if isinstance(block, RetirementBlock):
            out[block.block] = out[block.block] * (1.0 - block.share_frac * own[key])
        elif isinstance(block, LegalBlock):
            for name in block.stops:
                out[name] = out[name] * (1.0 - own[key])
    return out


def wait_months(block: Block, *, timetable: Timetable, months: Months, phase_starts: list[float]) -> np.ndarray:
    """Months from the beginning of each month until a block enters service, 0 from then on; (month,).

    ``phase_starts`` has the month of the horizon in which each uncommitted phase enters service.
    """
    if block.phase > 0:
        begin = phase_starts[block.phase - 1]
    else:
        begin = -math.inf if block.in_service is None else timetable.start(block, months)
    out: np.ndarray = np.maximum(begin - np.arange(months.count), 0.0)
    return out


def _own(key: str, blocks: dict[str, Block], *, phases: int, states: int, timetable: Timetable, windows: Windows) -> np.ndarray:
    block = blocks[key]
    state = np.minimum(np.arange(states), phases)
    if isinstance(block, LegalBlock) and block.court_stop_quantile >= block.probability_frac:
        return np.zeros((states, windows.lower.size))
    begin = -math.inf if block.in_service is None else timetable.start(block, windows.months)
    if isinstance(block, RetirementBlock) and block.after and blocks[block.after].in_service is not None:
        begin = max(begin, timetable.start(blocks[block.after], windows.months))
    end = _end(block, begin, windows.months)
    if block.phase > 0 and block.kind not in UNSLIPPED:
        begin = -math.inf
    return np.where((state >= block.phase)[:, None], windows.overlap(begin, end)[None, :], 0.0)


def _end(block: Block, begin: float, months: Months) -> float:
    end = math.inf if block.out_of_service is None else months.position(block.out_of_service)
    if isinstance(block, LegalBlock):
        return min(end, begin + block.duration_days * MONTHS_PER_YEAR / DAYS_PER_YEAR)
    return end
