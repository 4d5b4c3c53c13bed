"""What the customers' plan wants: accelerators on the dates that were planned, whatever holds them or their power back."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from gigacampus.buildout.presence import Timetable, monthly, presences
from gigacampus.foundation.calendar import Months
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import KW_PER_MW
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.buildout import AcceleratorBlock, Block, LegalBlock, PhaseSpec

Arrays = dict[str, np.ndarray]


def wanted(inputs: Inputs) -> Arrays:
    """IT power and compute that the plan wants, (campus, month) each: no slip, no court, no limit of supply, halls or permits."""
    at = inputs.at
    out = {name: np.zeros((len(at.campus), at.months.count)) for name in ("it_wanted_mw", "h100e_wanted")}
    for c, name in enumerate(at.campus):
        campus, library = inputs.tree.campuses[name], inputs.tree.library
        timetable = Timetable(inputs.tree.as_of, campus.schedule.model_copy(update={"slip": "none"}), library)
        blocks = as_planned(campus.blocks)
        phase = planned_phase(campus.phases, at.months)
        states = len(campus.phases) + 1
        presence = presences(blocks, phases=len(campus.phases), states=states, timetable=timetable, windows=monthly(at.months))
        for key, block in blocks.items():
            if isinstance(block, AcceleratorBlock):
                _add(out, c, block, presence[key][phase, np.arange(at.months.count)], library)
    return out


def as_planned(blocks: dict[str, Block]) -> dict[str, Block]:
    """Blocks on the dates of the plan: no slip of their own, no wait for a supplier, no event of the law."""
    kept = {key: block for key, block in blocks.items() if not isinstance(block, LegalBlock)}
    return {key: block.model_copy(update={"slip_days": 0.0, "ordered": None}) for key, block in kept.items()}


def planned_phase(phases: dict[str, PhaseSpec], months: Months) -> np.ndarray:
    """Phase in service in each month if each is ordered on its day and comes after its lead time; (month,), integers."""
    starts = np.maximum.accumulate([months.position(p.planned_order, p.lead_days) for p in phases.values()] or [np.inf])
    out: np.ndarray = (np.arange(months.count)[:, None] >= starts[None, :]).sum(axis=1)
    return out


def _add(out: Arrays, c: int, block: AcceleratorBlock, share: np.ndarray, library: SimpleNamespace) -> None:
    entry = entry_of(library, block.model)
    out["it_wanted_mw"][c] += block.count * share * entry.server_kw / KW_PER_MW
    out["h100e_wanted"][c] += block.count * share * entry.h100_equivalents
