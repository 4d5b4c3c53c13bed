"""Inputs that no stage reads: said aloud, since an input that silently does nothing misleads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

FOR_READERS = ("title", "description", "source", "note", "by", "confidence", "known_from", "calibrated_on", "kind", "as_of")
"""Leaves that tell people, the loader or the type something, not a stage."""
FOR_ANSWERS = ("utility_peak_mw", "background_no2_ugm3", "background_pm25_ugm3")
"""Leaves that an answer holds a computed figure against."""
FOR_COMMANDS = ("swings", "feed_repair_h", "transformer_repair_h", "gas_repair_h")
"""Leaves, or what they stand under, that a command reads from a finished run."""
FOR_THE_LOADER = ("absent", "weather_within_km")
"""Leaves that say whether a company or a station's weather is taken at all."""
FOR_THE_RUN = ("run", "uncertainty", "correlations", "copula", "goals", "baseline", "horizon")
"""Top-level keys that steer the run itself."""


def with_parents(leaves: Iterable[str]) -> set[str]:
    """The dotted paths and every path above them.

    >>> sorted(with_parents(["a.b.c"]))
    ['a', 'a.b', 'a.b.c']
    """
    return {leaf[:end] for leaf in leaves for end in (*(i for i, c in enumerate(leaf) if c == "."), len(leaf))}


def unread(leaves: Iterable[str], read: Iterable[str]) -> list[str]:
    """Those of ``leaves`` (dotted paths) that are neither in ``read``, nor below a path in it, nor meant for readers.

    >>> unread(["campuses.a.water.price_usd_per_m3", "campuses.a.title"], {"campuses.a.power.order"})
    ['campuses.a.water.price_usd_per_m3']
    """
    known = set(read)
    out = []
    for leaf in leaves:
        parts = leaf.split(".")
        covered = any(".".join(parts[:depth]) in known for depth in range(1, len(parts) + 1))
        covered = covered or not set(parts).isdisjoint(FOR_COMMANDS)
        if not covered and parts[0] not in FOR_THE_RUN and parts[-1] not in (*FOR_READERS, *FOR_ANSWERS, *FOR_THE_LOADER):
            out.append(leaf)
    return out


def is_read(path: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern such as ``campuses.*.blocks`` covers ``path`` or a part of it.

    >>> is_read("campuses.north.blocks.grid.mw", ["campuses.*.blocks"])
    True
    """
    return any(_covers(pattern, path) for pattern in patterns)


@lru_cache(maxsize=65_536)
def _covers(pattern: str, path: str) -> bool:
    """One pattern of ``is_read``: the few patterns of the stages are held against the same paths for every figure of a run."""
    wanted, parts = pattern.split("."), path.split(".")
    return len(wanted) <= len(parts) and all(want in ("*", have) for want, have in zip(wanted, parts, strict=False))
