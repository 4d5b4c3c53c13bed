"""What committed blocks bring by the month of their order and of their delivery, whatever later stops or limits them.

Power that is missing, a permit that comes late, a court order and a retirement change what runs. They change neither what was
bought nor when it is paid, so the books take their dates from here and not from what is in service.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gigacampus.buildout.presence import Timetable
from gigacampus.foundation.calendar import Months
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.buildout import (
    AcceleratorBlock,
    BatteryBlock,
    Block,
    CoolingBlock,
    GeneratorBlock,
    GridBlock,
    HallBlock,
    RetirementBlock,
    SolarBlock,
    SubstationBlock,
    WindBlock,
)

Arrays = dict[str, np.ndarray]
PRICED = (AcceleratorBlock, HallBlock, GridBlock, GeneratorBlock, BatteryBlock)
"""Kinds of blocks that the books know a price of."""
PRICED_IF_STATED = (SubstationBlock, CoolingBlock, SolarBlock, WindBlock)
"""Kinds that cost what they state themselves: the usual price of the first two is within that of grid tranches and halls."""


def purchases(inputs: Inputs) -> Arrays:
    """Share of each committed block ordered and delivered so far, (block, month) each; month 0 holds what stood before the horizon too."""
    at = inputs.at
    shares = np.zeros((2, len(at.block), at.months.count))
    for c, name in enumerate(at.campus):
        campus = inputs.tree.campuses[name]
        timetable = Timetable(inputs.tree.as_of, campus.schedule, inputs.tree.library)
        position = at.of_campus(at.block, c)
        for key, bought in _bought(campus.blocks, timetable, at.months):
            shares[:, position[key]] = bought
    return {"block_ordered_frac": shares[0], "block_delivered_frac": shares[1]}


def _bought(blocks: dict[str, Block], timetable: Timetable, months: Months) -> Iterator[tuple[str, np.ndarray]]:
    """Committed blocks that have a price, each with its share ordered and delivered by the end of each month; (2, month).

    A block whose order is not dated is ordered on its delivery: what nobody dated moves no month before it.
    """
    end = np.arange(months.count) + 1.0
    for key, block in blocks.items():
        if not _costs(block) or block.phase > 0 or block.in_service is None or _gone_before(block, months):
            continue
        delivered = timetable.start(block, months)
        ordered = delivered if block.ordered is None else min(months.position(block.ordered), delivered)
        share = _left_at_start(key, blocks, timetable, months) if delivered <= 0.0 else 1.0
        yield key, share * np.stack([end > ordered, end > delivered])


def _costs(block: Block) -> bool:
    return isinstance(block, PRICED) or (isinstance(block, PRICED_IF_STATED) and bool(np.any(block.cost_usd)))


def _gone_before(block: Block, months: Months) -> bool:
    return block.out_of_service is not None and months.position(block.out_of_service) <= 0.0


def _left_at_start(key: str, blocks: dict[str, Block], timetable: Timetable, months: Months) -> float:
    """Share of a block that earlier retirements leave at the start of the horizon."""
    left = 1.0
    for other in blocks.values():
        if isinstance(other, RetirementBlock) and other.block == key and timetable.start(other, months) <= 0.0:
            left *= 1.0 - other.share_frac
    return left
