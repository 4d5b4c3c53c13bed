"""The rules of the ledger compiled for one draw at a time by numba; their interpreted twin is ``simulate(..., interpreted=True)``."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from gigacampus.company.finance import depreciation
from gigacampus.company.ledger import accounts, journal, parameter_table, records, scalar_ops, state_layout
from gigacampus.company.ledger.compile_policy import rules_loaded
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.monthly_rules import month, open_ledger
from gigacampus.company.ledger.monthly_series import Series, record
from gigacampus.company.ledger.posting import close
from gigacampus.company.ledger.records import dtype_of, plain
from gigacampus.company.ledger.scalar_ops import RULES, TWINS
from gigacampus.company.ledger.simulation_inputs import SimulationInputs
from gigacampus.company.ledger.state_layout import Draw, Lists, Physics, PlantCost, SimulationOutput, Timeline
from gigacampus.foundation import calendar, units
from gigacampus.foundation.cache_folder import cache_folder
from gigacampus.foundation.kernel_form import kernel_form

READ = (accounts, calendar, depreciation, journal, parameter_table, records, scalar_ops, state_layout, units)
"""Modules without rules whose records and numbers the rules read."""
LEAST_DRAWS = 64
"""Draws below which another thread is not worth its start."""
OPTIONS: dict[str, Any] = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True}
"""How rules are compiled: a division by zero gives infinity, as it does interpreted; nothing in Python calls a rule, and
a call that hands over records costs more than most rules.
"""


class DrawTables(NamedTuple):
    """Record arrays with one row a draw; ``world`` and ``case`` are the row of each draw in tables of worlds and of cost."""

    balances: np.ndarray
    terms: np.ndarray
    state: np.ndarray
    paths: np.ndarray
    """(draw, month)."""
    world: np.ndarray
    case: np.ndarray


class Tables(NamedTuple):
    """Tables that draws share: physics of the worlds, what extensions add, cost of plant by case, and dates."""

    physics: np.ndarray
    """(world, month)."""
    steps: np.ndarray
    """(world, month, phase)."""
    cost: np.ndarray
    """(case, 2, class, month)."""
    dates: np.ndarray
    """One record."""


class Room(NamedTuple):
    """Records of a thread's own, written anew for each draw, and the same memory as plain numbers."""

    flows: np.ndarray
    flow_values: np.ndarray
    physics: np.ndarray
    timeline: np.ndarray
    timeline_values: np.ndarray
    series: np.ndarray
    series_values: np.ndarray
    by_month: np.ndarray
    """(series, month): written to the output in one piece."""


class Output(NamedTuple):
    """What is kept: series (series, draw, month), phases in service (campus, draw, month), MW let and USD billed (2, tenant, draw, month),
    flows (draw, month, flow) or none.
    """

    series: np.ndarray
    in_service: np.ndarray
    leases: np.ndarray
    flows: np.ndarray


def _span(first: int, last: int, draws: DrawTables, lists: Any, tables: Tables, room: Room, out: Output) -> None:
    """Simulate the draws from ``first`` to before ``last``."""
    dates = tables.dates[0]
    flows, physics, timeline, series = room.flows[0], room.physics[0], room.timeline[0], room.series[0]
    for n in range(first, last):
        for j in range(room.timeline_values.size):
            room.timeline_values[j] = 0.0
        cost = PlantCost(tables.cost[draws.case[n], 0], tables.cost[draws.case[n], 1])
        mine = Lists(lists.phases[n], lists.rounds[n], lists.loans[n], lists.jobs[n], lists.tenants[n], lists.mergers[n], lists.quarters[n])
        for t in range(dates.months):
            for j in range(room.flow_values.size):
                room.flow_values[j] = 0.0
            draw = Draw(flows, draws.balances[n], draws.terms[n], draws.state[n], physics, draws.paths[n, t], timeline, dates)
            if t == 0:
                open_ledger(draw, mine, cost)
            month(draw, mine, cost, tables.physics[draws.world[n], t], tables.steps[draws.world[n], t], t)
            cash_before_usd = draw.balances.lab_cash
            close(draw, t)
            record(series, draw, mine.mergers, cash_before_usd, t)
            for j in range(room.by_month.shape[0]):
                room.by_month[j, t] = room.series_values[j]
            for phase in mine.phases:
                out.in_service[phase.campus, n, t] += phase.in_service
            for j in range(len(mine.tenants)):
                out.leases[0, j, n, t], out.leases[1, j, n, t] = mine.tenants[j].let_mw, mine.tenants[j].bill_usd
            if out.flows.shape[1] > 0:
                for j in range(room.flow_values.size):
                    out.flows[n, t, j] = room.flow_values[j]
        for j in range(out.series.shape[0]):
            for t in range(dates.months):
                out.series[j, n, t] = room.by_month[j, t]


def simulate_draws(inputs: SimulationInputs, dates: np.ndarray, out: SimulationOutput) -> None:
    """Simulate every draw, in threads."""
    kernel, n, months = compiled_span(), inputs.world.size, inputs.months.count
    world, case = (np.require(rows, np.int64, ("C", "W")) for rows in (inputs.world, inputs.case))
    draws = DrawTables(out.balances, inputs.terms, out.state, inputs.paths, world, case)
    lists = Lists(*cast(Any, inputs.lists._replace(phases=out.phases, jobs=inputs.lists.jobs.copy(), tenants=inputs.lists.tenants.copy())))
    base, steps, cost = kernel_form(*inputs.physics, inputs.cost)
    tables = Tables(base, steps, cost, dates)
    written = Output(out.series, out.in_service, out.leases, out.flows)
    workers = max(1, min(os.cpu_count() or 1, n // LEAST_DRAWS))
    edges = np.linspace(0, n, workers + 1).astype(int)

    _compile(kernel, (draws, lists, tables, _room(months), written))

    def span(first: int, last: int) -> None:
        kernel(first, last, draws, lists, tables, _room(months), written)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(span, edges[:-1], edges[1:]))


def _room(months: int) -> Room:
    flows, physics, timeline, series = (np.zeros(1, dtype_of(kind)) for kind in (Flows, Physics, Timeline, Series))
    values = plain(flows)[0], plain(timeline)[0], plain(series)[0]
    return Room(flows, values[0], physics, timeline, values[1], series, values[2], np.empty((values[2].size, months)))


@cache
def compiled_span() -> Any:
    """The simulation of a span of draws for numba to compile, which keeps the machine code in :func:`folder`."""
    import numba
    from numba.extending import overload

    from gigacampus.foundation.compiled import njit

    config, options = cast(Any, numba.config), cast(Any, OPTIONS)
    for function in (*RULES, *TWINS):
        overload(function, strict=False, jit_options=options)(_stands_for(TWINS.get(function, function)))
    place, before = folder(), config.CACHE_DIR
    config.CACHE_DIR = str(place)
    try:
        return njit(cache=_can_be_written(place), nogil=True, error_model="numpy")(_span)
    finally:
        config.CACHE_DIR = before


def _stands_for(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_, **__: function


def _can_be_written(place: Path) -> bool:
    """Whether machine code can be kept there; where not, each process compiles for itself."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(place, os.W_OK)


def _compile(kernel: Any, arguments: tuple[Any, ...]) -> None:
    """Load or compile the rules before any draw needs them; whoever waits for a compiler is told once, and how long it took."""
    if kernel.signatures:
        return
    waits = not are_kept()
    if waits:
        print("Compiling the rules of the books, once for this version of them: about half a minute.", file=sys.stderr, flush=True)
    began = time.perf_counter()
    kernel(0, 0, *arguments)
    rules_loaded.set()
    if waits:
        print(f"Compiled in {time.perf_counter() - began:.0f} s.", file=sys.stderr, flush=True)


def are_kept() -> bool:
    """Whether machine code of today's rules is on disk."""
    return any(folder().rglob("*.nbc"))


def folder() -> Path:
    """Where the machine code of today's rules is kept: beside the sources as other compiled Python is, or where ``NUMBA_CACHE_DIR`` says,
    or in the cache. Its name carries the hash of the sources, since numba does not see when a function in another file changes.
    """
    named, beside = os.environ.get("NUMBA_CACHE_DIR"), Path(__file__).parent / "__pycache__"
    kept = Path(named) if named else beside if _can_be_written(beside) else cache_folder("kernels")
    return kept / f"ledger-{source_hash(sources())}"


def sources() -> list[Path]:
    """Files in which a function stands that is compiled with the ledger, and those of the records and numbers that they read."""
    names = {function.__module__ for function in RULES} | {module.__name__ for module in READ} | {__name__}
    return sorted(Path(str(sys.modules[name].__file__)) for name in names)


def source_hash(files: Iterable[Path]) -> str:
    """Hash of the names and texts of files."""
    text = hashlib.sha256()
    for file in files:
        text.update(f"{file.parent.name}/{file.name}".encode() + b"\0" + file.read_bytes() + b"\0")
    return text.hexdigest()[:16]
