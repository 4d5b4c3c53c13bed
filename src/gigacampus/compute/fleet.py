"""Which accelerator models a campus holds, by phase and month, from its dated blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.foundation.references import name_of


def planned_counts(blocks: Mapping[str, Any], months: Months, accelerators: tuple[str, ...], phases: int) -> np.ndarray:
    """Accelerators in place by plan, without slip; shape (accelerator, phase, month).

    Used for the mix of models only; how many are in service is the buildout's answer. Phase k holds the committed
    blocks by date and the ordered phases up to k complete.
    """
    counts = np.zeros((len(accelerators), phases, months.count))
    lost = _retired_share(blocks, months)
    for key, block in blocks.items():
        if block.kind != "accelerators":
            continue
        kind = accelerators.index(name_of(block.model))
        present = np.ones(months.count) if block.phase else _present(block, months)
        counts[kind, block.phase :] += block.count * present * (1.0 - lost.get(key, 0.0))
    return counts


def mix_frac(counts: np.ndarray) -> np.ndarray:
    """Share of each model; where the plan holds nothing yet, the mix of the first month that does.

    >>> mix_frac(np.array([[[0.0, 3.0]], [[0.0, 1.0]]]))[:, 0, 0].tolist()
    [0.75, 0.25]
    """
    total = counts.sum(axis=0)
    first = np.argmax(total > 0, axis=-1)
    start = np.take_along_axis(counts, np.broadcast_to(first[None, :, None], (counts.shape[0], counts.shape[1], 1)), -1)
    filled = np.where(total[None] > 0, counts, start)
    out: np.ndarray = filled / np.maximum(filled.sum(axis=0), 1e-300)
    return out


def young_frac(in_service: np.ndarray, months: int) -> np.ndarray:
    """Share of accelerators that entered service within the last ``months`` months; month is the last axis.

    >>> young_frac(np.array([100.0, 100.0, 200.0, 200.0]), 1).tolist()
    [0.0, 0.0, 0.5, 0.0]
    """
    added = np.maximum(np.diff(in_service, axis=-1, prepend=in_service[..., :1]), 0.0)
    total = np.cumsum(added, axis=-1)
    before = np.zeros_like(total)
    before[..., months:] = total[..., :-months]
    out: np.ndarray = np.clip((total - before) / np.maximum(in_service, 1e-300), 0.0, 1.0) * (in_service > 0)
    return out


def _present(block: Any, months: Months) -> np.ndarray:
    enter = months.position(block.in_service, block.slip_days)
    leave = months.position(block.out_of_service) if block.out_of_service else np.inf
    index = np.arange(months.count)
    return ((index + 1 > enter) & (index < leave)).astype(float)


def _retired_share(blocks: Mapping[str, Any], months: Months) -> dict[str, np.ndarray]:
    lost: dict[str, np.ndarray] = {}
    for block in blocks.values():
        if block.kind == "retirement":
            share = block.share_frac * _present(block, months)
            lost[block.block] = np.minimum(lost.get(block.block, 0.0) + share, 1.0)
    return lost
