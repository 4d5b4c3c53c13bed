"""Which way the rules are run: interpreted on all draws at once, or compiled for one draw at a time. Both give the same bytes."""

from __future__ import annotations

COMPILED_FROM = 50_000
"""Draws times months of a simulation from which the rules are compiled: interpreting so many takes seconds, compiling once half a
minute, and whoever simulates so many does so again and again.
"""


def compiling_pays(draws: int, months: int) -> bool:
    """Whether so many draws through so many months are simulated by compiled rules; nothing else decides.

    >>> compiling_pays(4, 120), compiling_pays(10_000, 120)
    (False, True)
    """
    return draws * months >= COMPILED_FROM


def chosen_way(draws: int, months: int) -> dict[str, str | int]:
    """What a run says of the way that its books were simulated.

    >>> chosen_way(4, 120)["rules"]
    'interpreted'
    """
    way = "compiled" if compiling_pays(draws, months) else "interpreted"
    return {"rules": way, "draws": draws, "months": months, "compiled_from_draw_months": COMPILED_FROM}
