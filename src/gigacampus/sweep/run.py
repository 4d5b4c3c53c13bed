"""Sweep: check every case, compute those that are not finished, keep each as it comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import Finding, ScenarioError
from gigacampus.sweep import store
from gigacampus.sweep.cases import Case, check, checked, groups
from gigacampus.sweep.design import Design, read_design
from gigacampus.sweep.pools import LOCAL, Pool, opened
from gigacampus.sweep.work import Done, Task, run_case

CHECKED_AT_ONCE = 25
"""Cases that a worker checks in one call."""
MOST_TRIES = 10
"""Workers that may die over one call before it is given up."""
LOOK_S = 0.5
"""Time after which a waiting client looks whether its pool still lives."""
AHEAD = 1
"""Calls that wait in the pool beyond those under way, so that no worker waits for the client."""
Tell = Callable[[store.Progress], None]


@dataclass
class Call:
    """One thing for a worker to do, and those that wait until it is done."""

    arguments: tuple[Any, ...]
    followers: list[Call] = field(default_factory=list)
    leads: bool = True
    tries: int = 0
    generation: int = 0


def work_off(
    pool: Pool,
    calls: Iterable[Call],
    function: Callable[..., Any],
    given: Callable[[Call, Any], None],
    failed: Callable[[Call, BaseException], None],
) -> None:
    """Make every call, each follower after its leader; one whose worker dies is made again. Raises ``LostPool`` with the pool."""
    ready, running = deque(calls), dict[Future[Any], Call]()
    while ready or running:
        _submit(pool, ready, running, function)
        for future in wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED).done:
            call = running.pop(future)
            error = CancelledError() if future.cancelled() else future.exception()
            if error is not None and pool.is_worker_death(error):
                call.tries += 1
                if call.generation == pool.generation:
                    pool.renew()
                if call.tries < MOST_TRIES:
                    ready.appendleft(call)
                    continue
            if error is None:
                given(call, future.result())
            else:
                failed(call, error)
            ready.extendleft(reversed(call.followers))
        pool.check()


def _submit(pool: Pool, ready: deque[Call], running: dict[Future[Any], Call], function: Callable[..., Any]) -> None:
    """Fill the pool from the front of ``ready``."""
    free = pool.width() + AHEAD - len(running)
    while ready and free > 0:
        call = ready.popleft()
        call.generation = pool.generation
        try:
            running[pool.submit(function, *call.arguments)] = call
        except Exception as error:
            ready.appendleft(call)
            pool.check()
            if not pool.is_worker_death(error):
                raise
            pool.renew()
        free -= 1


def sweep(file: Path, out: Path, *, executor: str = LOCAL, workers: int | None = None, tell: Tell | None = None) -> dict[str, Any]:
    """Work off the sweep that ``file`` describes into the folder ``out``; what is finished there stays and is not computed again.

    Returns what ``status`` says of the folder. Raises ``ScenarioError`` with every bad case before anything runs, ``LostPool`` when
    the cluster is lost, and ``OSError`` when a table cannot be written; in all of these finished cases stay.
    """
    return work(read_design(file), out, executor=executor, workers=workers, tell=tell)


def work(design: Design, out: Path, *, executor: str = LOCAL, workers: int | None = None, tell: Tell | None = None) -> dict[str, Any]:
    """The same for a design that was laid out already."""
    with opened(executor, workers) as pool:
        cases = checked(design, _check(pool, design))
        store.begin(out, design, cases)
        done = store.finished(out, (case.key for case in cases))
        left = [case for case in cases if case.key not in done]
        progress = store.Progress(out, len(cases), pool.width(), done=len(done))
        try:
            _compute(pool, design, left, progress, tell)
        finally:
            progress.note(last=True)
    return store.status(out)


def _check(pool: Pool, design: Design) -> list[str | tuple[Finding, ...]]:
    """For each case its key or its findings, in the order of the cases."""
    asked = [(design.scenario_of(k), design.sets(values)) for k, values in enumerate(design.cases)]
    calls = [Call((asked[k : k + CHECKED_AT_ONCE],)) for k in range(0, len(asked), CHECKED_AT_ONCE)]
    out: dict[int, list[str | tuple[Finding, ...]]] = {}
    work_off(pool, calls, check, lambda call, found: out.update({id(call): found}), _raise)
    return [one for call in calls for one in out[id(call)]]


def _raise(call: Call, error: BaseException) -> None:
    raise error


def _compute(pool: Pool, design: Design, cases: Sequence[Case], progress: store.Progress, tell: Tell | None) -> None:
    """Compute cases and keep each; one that the model cannot compute is told of and left out."""
    columns = tuple((path, design.is_number(path)) for path in design.paths)

    def call_of(case: Case, leads: bool) -> Call:
        progress.left[leads] += 1
        return Call((Task(case, design.scenario_of(case.number - 1), design.sets(case.values), columns),), leads=leads)

    def over(call: Call) -> None:
        progress.left[call.leads] -= 1
        progress.note()
        if tell:
            tell(progress)

    def given(call: Call, made: Done) -> None:
        store.keep(progress.folder, call.arguments[0].case.key, made.table)
        progress.done += 1
        progress.seconds[call.leads].append(made.seconds)
        over(call)

    def failed(call: Call, error: BaseException) -> None:
        progress.failed[call.arguments[0].case.number] = _reason(error)
        over(call)

    calls = []
    for group in groups(design, cases):
        first = call_of(group[0], True)
        first.followers = [call_of(case, False) for case in group[1:]]
        calls.append(first)
    progress.note()
    if tell:
        tell(progress)
    work_off(pool, calls, run_case, given, failed)


def _reason(error: BaseException) -> str:
    if isinstance(error, ScenarioError):
        return "; ".join(str(finding).replace("\n", " ") for finding in error.findings)
    return f"{type(error).__name__}: {error}"[:1000]
