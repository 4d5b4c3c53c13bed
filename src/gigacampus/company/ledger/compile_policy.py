"""Whether it pays to interpret the rules of the simulation: seconds that it takes against those that loading or compiling them takes.

What is kept compiled is loaded when interpreting has cost as much as loading. What is not is compiled when interpreting, over all
processes since the rules last changed, has cost as much as compiling: whoever runs once never waits for a compiler, and nobody pays more
than twice the least.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from gigacampus.foundation.cache_folder import cache_folder

LOAD_S, COMPILE_S = 0.1, 40.0
"""Processor time to load the compiled rules, and to compile them."""
MONTH_S, DRAW_S = 3.2e-3, 9e-6
"""Processor time to interpret a month: of any draws, and of each more."""
AT_ONCE = "GIGACAMPUS_COMPILE"
"""Environment variable that says to compile at once where it is set."""
_here_s = [0.0]


def interpreting_pays(draws: int, months: int) -> bool:
    """Whether to interpret a simulation of so many draws and months; notes what it costs."""
    cost_s = months * (MONTH_S + DRAW_S * draws)
    _here_s[0] += cost_s
    if os.environ.get(AT_ONCE):
        return False
    return _here_s[0] <= LOAD_S or (not _kept() and _with_others_s(cost_s) <= COMPILE_S)


def much_follows() -> None:
    """Say that this process will simulate enough to load what is kept from its first simulation on."""
    _here_s[0] = max(_here_s[0], LOAD_S)


def _kept() -> bool:
    from gigacampus.company.ledger.kernels import is_kept

    return is_kept()


def _with_others_s(cost_s: float) -> float:
    """Seconds that interpreting these rules has cost with this simulation, over all processes; those that cannot be noted do not count."""
    spent_s, note = cost_s, _note()
    with suppress(OSError, ValueError):
        spent_s += float(note.read_text(encoding="utf-8"))
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{spent_s:.3f}", encoding="utf-8")
    return spent_s


def _note() -> Path:
    """File with the seconds that interpreting today's rules has cost."""
    from gigacampus.company.ledger.kernels import named

    return cache_folder("interpreted") / f"{named()}.s"
