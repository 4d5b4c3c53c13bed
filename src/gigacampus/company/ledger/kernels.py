"""The rules of the simulation, compiled for one draw at a time; their interpreted twin is ``simulate(..., interpreted=True)``."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from gigacampus.company.ledger.machine_code import Unusable, keep, loaded, place
from gigacampus.company.ledger.monthly_rules import simulate_months
from gigacampus.company.ledger.scalar_ops import TWINS
from gigacampus.company.ledger.state_layout import PAST_MONTHS, d

PACKAGE = __name__.split(".ledger")[0]
LEAST_DRAWS = 64
"""Draws below which another thread is not worth its start."""
OUTER: dict[str, Any] = {"_nrt": False, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
INNER: dict[str, Any] = {**OUTER, "forceinline": True}
"""How rules are compiled. They make no arrays, so they do not count who holds one: threads that share a table would wait for each other
at every call. Nothing in Python calls them, and they stand in one piece: a call that hands over tables costs more than most rules.
"""


def march_draws(
    page: np.ndarray,
    balance: np.ndarray,
    physics: np.ndarray,
    world: np.ndarray,
    cost: np.ndarray,
    case: np.ndarray,
    paths: np.ndarray,
    dates: np.ndarray,
    out: np.ndarray,
    stage: np.ndarray,
    kept: np.ndarray,
) -> None:
    """Simulate every draw, in threads; draws are the first dimension but of ``out`` and ``stage``, where they are the second."""
    kernel, n = compiled_march(), page.shape[0]
    workers = max(1, min(os.cpu_count() or 1, n // LEAST_DRAWS))
    edges = np.linspace(0, n, workers + 1).astype(int)
    read = [np.ascontiguousarray(table) for table in (physics, world, cost, case, paths, dates)]
    shared = (page, balance, *read, out, stage, kept)
    months = int(dates[d.months])

    def span(first: int, last: int) -> None:
        own = [np.zeros(shape) for shape in ((kept.shape[2],), (PAST_COUNT, months + 2), (len(out), months), (len(stage), months))]
        kernel(first, last, *shared, *own)

    if workers == 1:
        span(0, n)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(span, edges[:-1], edges[1:]))


LAYOUT = ("i", "i", "f2", "f2", "f3", "i1", "f3", "i1", "f3", "i1", "f3", "f3", "f3", "f1", "f2", "f2", "f2")
"""What :func:`_span` takes: the draws' first and last, the tables of :func:`march_draws`, and room of its own."""


def _span(
    first: int,
    last: int,
    page: np.ndarray,
    balance: np.ndarray,
    physics: np.ndarray,
    world: np.ndarray,
    cost: np.ndarray,
    case: np.ndarray,
    paths: np.ndarray,
    dates: np.ndarray,
    out: np.ndarray,
    stage: np.ndarray,
    kept: np.ndarray,
    x: np.ndarray,
    past: np.ndarray,
    series: np.ndarray,
    phase: np.ndarray,
) -> None:
    months = dates[d.months]
    for n in range(first, last):
        for t in range(months + 2):
            for j in range(PAST_COUNT):
                past[j, t] = 0.0
        for t in range(months):
            for j in range(stage.shape[0]):
                phase[j, t] = 0.0
        flow = kept[n if kept.shape[1] > 0 else 0]
        simulate_months(x, balance[n], page[n], past, physics[world[n]], cost[case[n]], paths[n], dates, series, phase, flow)
        for j in range(out.shape[0]):
            for t in range(months):
                out[j, n, t] = series[j, t]
        for j in range(stage.shape[0]):
            for t in range(months):
                stage[j, n, t] = phase[j, t]


PAST_COUNT = len(PAST_MONTHS)


@cache
def compiled_march() -> Callable[..., None]:
    """The simulation of a span of draws as machine code, kept between runs under a name that carries the hash of all its rules."""
    file = place(named())
    with suppress(OSError, Unusable):
        return loaded(file.read_bytes(), LAYOUT)
    return loaded(keep(intermediate_code(), file), LAYOUT)


@cache
def usable() -> bool:
    """Whether the compiled rules can be used here; where not, the reason is told once."""
    try:
        compiled_march()
    except Unusable as reason:
        warnings.warn(f"the books are interpreted, which gives the same and takes longer: {reason}", RuntimeWarning, stacklevel=2)
        return False
    return True


def intermediate_code() -> str:
    """What the compiler makes of today's rules."""
    from numba import types

    kinds = {"f": types.float64, "i": types.int64}
    kernel = _compiled(_span, {})
    kernel.compile(tuple(types.Array(kinds[x[0]], int(x[1]), "C") if len(x) > 1 else kinds[x] for x in LAYOUT))
    return str(kernel.inspect_llvm(kernel.signatures[0]))


@cache
def named() -> str:
    """Name of the compiled march of today's rules and of how they are compiled."""
    return f"march-{hashlib.sha256(repr((digest(_span), LAYOUT, OUTER, INNER)).encode()).hexdigest()[:16]}"


def is_kept() -> bool:
    """Whether the machine code of today's rules is kept where a run would find it."""
    return place(named()).is_file()


def _compiled(function: Any, done: dict[Any, Any]) -> Any:
    """Compiled copy of a function in which every function of this package is compiled too, twins in place."""
    from numba import njit

    if function not in done:
        names: dict[str, Any] = {}
        for name, found in reached(function):
            if "." in name:
                head, tail = name.split(".")
                module = names.setdefault(head, ModuleType(head))
                setattr(module, tail, _compiled(found, done) if isinstance(found, FunctionType) else found)
            elif isinstance(found, FunctionType):
                names[name] = _compiled(found, done)
        copy = FunctionType(function.__code__, {**function.__globals__, **names}, function.__name__)
        copy.__qualname__ = f"{function.__name__}_{digest(function)}"
        done[function] = njit(**(INNER if function is not _span else OUTER))(copy)
    return done[function]


def reached(function: Any) -> Iterator[tuple[str, Any]]:
    """What a function reads from its module: functions of this package (twins in their place), members of tables by ``table.name``,
    arrays and plain values.
    """
    for name in function.__code__.co_names:
        found = function.__globals__.get(name)
        if isinstance(found, ModuleType) and "__file__" not in vars(found):
            yield from ((f"{name}.{x}", getattr(found, x)) for x in function.__code__.co_names if x in vars(found))
        elif isinstance(found, FunctionType) and found.__module__.startswith(PACKAGE):
            yield name, TWINS.get(found, found)
        elif isinstance(found, (np.ndarray, int, float, tuple, str)):
            yield name, found


@cache
def digest(function: Any) -> str:
    """Hash of a function's code and of everything it reaches in this package: functions, rows of tables, arrays, numbers."""
    text = hashlib.sha256(function.__code__.co_code + repr(function.__code__.co_consts).encode())
    for name, found in reached(function):
        text.update(name.encode())
        known = digest(found).encode() if isinstance(found, FunctionType) else None
        text.update(known or (found.tobytes() if isinstance(found, np.ndarray) else repr(found).encode()))
    return text.hexdigest()[:16]
