"""Remember what a pure function of arrays gave: the same layout and air serve many worlds of a run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

import numpy as np

KEPT = 64


def remembered(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """``function`` of arrays and plain values, with its last results kept by the bytes of its arguments, read-only."""
    kept: dict[bytes, np.ndarray] = {}

    @wraps(function)
    def wrapped(*parts: object) -> np.ndarray:
        digest = hashlib.blake2b(digest_size=16)
        for part in parts:
            if isinstance(part, np.ndarray):
                digest.update(repr(part.shape).encode() + np.ascontiguousarray(part).tobytes())
            else:
                digest.update(repr(part).encode())
        key = digest.digest()
        if key not in kept:
            if len(kept) >= KEPT:
                kept.clear()
            kept[key] = function(*parts)
            kept[key].flags.writeable = False
        return kept[key]

    return wrapped
