"""Which way the rules are run: interpreted on all draws at once, or compiled for one draw at a time. Both give the same bytes."""

from __future__ import annotations

from threading import Event

rules_loaded = Event()
"""Set once this process holds compiled rules: interpreting them would no longer save the time to compile or load them."""
COMPILED_FROM = 1_500_000
"""Draws times months from which the rules are compiled. Measured in processor time: a run of 1,024 draws through 84 months takes 1.6 s
interpreted and 0.17 s compiled; loading kept machine code takes 1.1 s more, compiling it for the first time 28 s. From 1.6 million
draw-months on a run that has to compile first is done no later than one that does not.
"""
SIMULATIONS_OF_A_SESSION = 30
"""How often whoever holds a run ready (a live page, ``solve``, ``sensitivity``) is expected to simulate it."""


def compiling_pays(draws: int, months: int, simulations: int = 1) -> bool:
    """Whether so many draws through so many months, so many times, are simulated by compiled rules; nothing else decides.

    >>> compiling_pays(1024, 84), compiling_pays(20_000, 84), compiling_pays(1024, 84, SIMULATIONS_OF_A_SESSION)
    (False, True, True)
    """
    return draws * months * simulations >= COMPILED_FROM


def chosen_way(draws: int, months: int) -> dict[str, str | int]:
    """What a run says of the way that its books were simulated.

    >>> chosen_way(4, 120)["rules"]
    'interpreted'
    """
    way = "compiled" if compiling_pays(draws, months) else "interpreted"
    return {"rules": way, "draws": draws, "months": months, "compiled_from_draw_months": COMPILED_FROM}
