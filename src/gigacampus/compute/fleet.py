"""Which accelerator models a campus holds, by phase and month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gigacampus.foundation.references import name_of


def installed_counts(blocks: Mapping[str, Any], present_frac: Mapping[str, np.ndarray], accelerators: tuple[str, ...]) -> np.ndarray:
    """Accelerators that stand on a campus by model, from the presence of its blocks, (phase, month) each; (accelerator, phase, month)."""
    shape = next((present.shape for present in present_frac.values()), (1, 1))
    counts = np.zeros((len(accelerators), *shape))
    for key, block in blocks.items():
        if block.kind == "accelerators":
            counts[accelerators.index(name_of(block.model))] += block.count * present_frac[key]
    return counts


def mix_frac(counts: np.ndarray) -> np.ndarray:
    """Share of each model; where nothing stands yet, the mix of the first month that does.

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
