"""The rules of the march, compiled for one draw at a time; their interpreted twin is ``march(..., interpreted=True)``."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from numba import njit

from gigacampus.company.alike import TWINS
from gigacampus.company.months import march_months
from gigacampus.company.rows import PAST_MONTHS, d

PACKAGE = __name__.rsplit(".", 1)[0]
LEAST_DRAWS = 64
"""Draws below which another thread is not worth its start."""
INNER = {"_nrt": False, "forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""How rules are compiled. They make no arrays, so they do not count who holds one: threads that share a table would wait for each other
at every call. They are called by each other alone, and stand in one piece: a call that hands over tables costs more than most rules.
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
    """March every draw, in threads; draws are the first dimension but of ``out`` and ``stage``, where they are the second."""
    kernel, n = compiled_march(), page.shape[0]
    workers = max(1, min(os.cpu_count() or 1, n // LEAST_DRAWS))
    edges = np.linspace(0, n, workers + 1).astype(int)
    spans = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    shared = (page, balance, physics, world, cost, case, paths, dates, out, stage, kept)
    if workers == 1:
        kernel(0, n, *shared)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda span: kernel(*span, *shared), spans))


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
) -> None:
    months, spare = dates[d.months], np.zeros((0, kept.shape[2]))
    x, past = np.zeros(kept.shape[2]), np.zeros((PAST_COUNT, months + 2))
    series, phase = np.zeros((out.shape[0], months)), np.zeros((stage.shape[0], months))
    for n in range(first, last):
        for t in range(months + 2):
            for j in range(PAST_COUNT):
                past[j, t] = 0.0
        for t in range(months):
            for j in range(stage.shape[0]):
                phase[j, t] = 0.0
        flow = kept[n] if kept.shape[1] > 0 else spare
        march_months(x, balance[n], page[n], past, physics[world[n]], cost[case[n]], paths[n], dates, series, phase, flow)
        for j in range(out.shape[0]):
            for t in range(months):
                out[j, n, t] = series[j, t]
        for j in range(stage.shape[0]):
            for t in range(months):
                stage[j, n, t] = phase[j, t]


PAST_COUNT = len(PAST_MONTHS)


@cache
def compiled_march() -> Any:
    """The march of a span of draws as machine code, kept between runs under a name that carries the hash of all its rules."""
    return _compiled(_span, {})


def named() -> str:
    """Name of the compiled march of today's rules."""
    return f"{_span.__name__}_{digest(_span)}"


def is_kept() -> bool:
    """Whether the machine code of today's rules is loaded, or kept where a run would find it."""
    kernel = compiled_march()
    return bool(kernel.signatures) or any(Path(kernel.stats.cache_path).glob(f"*{named()}-*.nbi"))


def _compiled(function: Any, done: dict[Any, Any]) -> Any:
    """Compiled copy of a function in which every function of this package is compiled too, twins in place."""
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
        copy.__qualname__ = named() if function is _span else f"{function.__name__}_{digest(function)}"
        options: dict[str, Any] = {"cache": True} if function is _span else INNER
        done[function] = njit(nogil=True, error_model="numpy", **options)(copy)
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
