"""What the machine has, and what of it a run may take."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from gigacampus.foundation.errors import refuse

MEMORY_VARIABLE, HOURS_VARIABLE = "GIGACAMPUS_MEMORY_GB", "GIGACAMPUS_CPU_HOURS"
"""Environment variables that limit a run; `gigacampus run` has a flag for each."""
BYTES_PER_GB = 1e9
MOST_KNOWN_GB = 1e3
"""Memory of a machine that does not say how much it has: then only the flag limits a run."""


def told(variable: str) -> float | None:
    """The limit that an environment variable sets; None where it sets none. Raises ``ScenarioError`` for what is no size."""
    text = os.environ.get(variable)
    if not text:
        return None
    with suppress(ValueError):
        if 0.0 < (value := float(text)) < float("inf"):
            return value
    raise refuse(f"{variable} is {text!r}, which is no size", fix="give a number above 0, such as 16")


def memory_of_machine_gb() -> float:
    """Memory of the machine, or of the container where that is less, in GB."""
    found = [MOST_KNOWN_GB]
    with suppress(ValueError, OSError, AttributeError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / BYTES_PER_GB)
    with suppress(ValueError, OSError):
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")) / BYTES_PER_GB)
    return min(found)
