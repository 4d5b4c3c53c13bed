"""What committed blocks bring by the month of their order and of their delivery, whatever later stops or limits them.

Power that is missing, a permit that comes late, a court order and a retirement change what runs. They change neither what was
bought nor when it is paid, so the books take their dates from here and not from what is in service.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gigacampus.buildout.presence import Timetable
from gigacampus.foundation.calendar import Months
from gigacampus.foundation.references import name_of
from gigacampus.foundation.units import KW_PER_MW
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.buildout import AcceleratorBlock, BatteryBlock, Block, GeneratorBlock, GridBlock, HallBlock, RetirementBlock

Arrays = dict[str, np.ndarray]


def purchases(inputs: Inputs) -> Arrays:
    """The registry's rows of quantities ordered and delivered so far, by month; month 0 holds what stood before the horizon too."""
    at = inputs.at
    months = at.months.count
    models, units, batteries = list(at.accelerator), list(at.unit), list(at.battery)
    accelerators = np.zeros((2, len(models), months))
    halls, grid = np.zeros((2, len(at.campus), months)), np.zeros((2, len(at.campus), months))
    generators, storage = np.zeros((2, len(units), months)), np.zeros((2, len(batteries), months))
    for c, name in enumerate(at.campus):
        campus = inputs.tree.campuses[name]
        timetable = Timetable(inputs.tree.as_of, campus.schedule, inputs.tree.library)
        machines_mw = np.zeros((2, months))
        for key, block, bought in _bought(campus.blocks, timetable, at.months):
            if isinstance(block, AcceleratorBlock):
                model = name_of(block.model)
                accelerators[:, models.index(model)] += block.count * bought
                machines_mw += block.count * inputs.tree.library.accelerators[model].server_kw / KW_PER_MW * bought
            elif isinstance(block, HallBlock):
                halls[:, c] += block.it_mw * bought
            elif isinstance(block, GridBlock):
                grid[:, c] += block.mw * bought
            elif isinstance(block, GeneratorBlock):
                generators[:, units.index(f"{name}/{key}")] += block.count * bought
            elif isinstance(block, BatteryBlock):
                storage[:, batteries.index(f"{name}/{key}")] += block.mwh * bought
        if not any(isinstance(block, HallBlock) and block.phase == 0 for block in campus.blocks.values()):
            halls[:, c] = machines_mw
    rows = {"accelerators": accelerators, "hall_it_mw": halls, "grid_mw": grid, "units": generators, "battery_mwh": storage}
    return {f"{what}_{state}": table[i] for what, table in rows.items() for i, state in enumerate(("ordered", "delivered"))}


def _bought(blocks: dict[str, Block], timetable: Timetable, months: Months) -> Iterator[tuple[str, Any, np.ndarray]]:
    """Committed blocks of things, each with its share ordered and delivered by the end of each month; (2, month).

    A block whose order is not dated is ordered on its delivery: what nobody dated moves no month before it.
    """
    end = np.arange(months.count) + 1.0
    for key, block in blocks.items():
        if block.phase > 0 or block.in_service is None or _gone_before(block, months):
            continue
        delivered = timetable.start(block, months)
        ordered = delivered if block.ordered is None else min(months.position(block.ordered), delivered)
        share = _left_at_start(key, blocks, timetable, months) if delivered <= 0.0 else 1.0
        yield key, block, share * np.stack([end > ordered, end > delivered])


def _gone_before(block: Block, months: Months) -> bool:
    return block.out_of_service is not None and months.position(block.out_of_service) <= 0.0


def _left_at_start(key: str, blocks: dict[str, Block], timetable: Timetable, months: Months) -> float:
    """Share of a block that earlier retirements leave at the start of the horizon."""
    left = 1.0
    for other in blocks.values():
        if isinstance(other, RetirementBlock) and other.block == key and timetable.start(other, months) <= 0.0:
            left *= 1.0 - other.share_frac
    return left
