"""Which way the rules are run: interpreted on all draws at once, or compiled for one draw at a time. Both give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event

rules_loaded = Event()
"""Set once this process holds compiled rules: interpreting them would no longer save the time to compile or load them."""


@dataclass
class Interpreted:
    """Months that a process has interpreted, in draws. Who has spent on them what loading costs is likely to go on, as a sweep does."""

    months: int = 0

    def add(self, draws: int, months: int) -> None:
        """Count a simulation."""
        self.months += (draws + STEP_DRAWS) * months


interpreted_so_far = Interpreted()
COMPILED_FROM = 1_500_000
"""Draws times months from which rules are compiled that nobody compiled before, which takes 28 s of processor time."""
STEP_DRAWS = 350
"""Draws that cost as much as an interpreted month does whatever its draws: 3 ms of processor time."""
LOADED_FROM = 50_000
"""Interpreted months, in draws, that take as long as loading kept machine code, 1 s of processor time. Compiled they take a sixth."""
SIMULATIONS_OF_A_SESSION = 30
"""How often whoever holds a run ready (a live page, ``solve``, ``sensitivity``) is expected to simulate it."""


def compiling_pays(draws: int, months: int, simulations: int = 1) -> bool:
    """Whether so many draws through so many months, so many times, are worth compiling the rules for the first time.

    >>> compiling_pays(1024, 84), compiling_pays(20_000, 84), compiling_pays(1024, 84, SIMULATIONS_OF_A_SESSION)
    (False, True, True)
    """
    return draws * months * simulations >= COMPILED_FROM


def loading_pays(draws: int, months: int, simulations: int = 1, so_far: int = 0) -> bool:
    """Whether so many draws through so many months, so many times, are worth loading machine code that is kept, after so many
    interpreted months ``so_far``.

    >>> loading_pays(1024, 84), loading_pays(4, 84), loading_pays(4, 84, SIMULATIONS_OF_A_SESSION), loading_pays(4, 84, so_far=40_000)
    (True, False, True, True)
    """
    return so_far + (draws + STEP_DRAWS) * months * simulations >= LOADED_FROM


def way_taken(*, from_cache: bool) -> str:
    """What a command says of the way that books were simulated; no result depends on it.

    >>> way_taken(from_cache=True)
    'from the cache'
    """
    return "from the cache" if from_cache else "compiled" if rules_loaded.is_set() else "interpreted"
