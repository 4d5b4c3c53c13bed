"""Where cases are computed: processes of this machine, or a cluster that runs already."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, Protocol

from gigacampus.foundation.errors import printable, refuse

LOCAL, DASK = "local", "dask://"
CONNECT_S = 10.0
MOST_WORKERS = 1024


class LostPool(RuntimeError):
    """The pool is gone for good: finished cases stay, the rest must wait for another."""


class Pool(Protocol):
    """What a sweep needs of the place where it computes."""

    generation: int
    """Counts how often the pool was made whole: a death that belongs to an earlier one is dealt with already."""

    def width(self) -> int:
        """Cases that it computes at a time."""
        ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Start a call."""
        ...

    def renew(self) -> None:
        """After a worker died: make the pool whole again."""
        ...

    def check(self) -> None:
        """Raise ``LostPool`` where the pool can never answer any more."""
        ...

    def is_worker_death(self, error: BaseException) -> bool:
        """Whether a call ended because its worker did, so that another may do it."""
        ...


def _begin_worker(end: Connection) -> None:
    """Leave Ctrl-C to the client, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        with suppress(EOFError, OSError):
            end.recv()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class LocalPool:
    """Processes of this machine. They end when the client closes the pool, and when it dies without a word."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.generation = 0
        self._executor: Executor | None = None
        self._hold: Connection | None = None

    def width(self) -> int:
        """Processes."""
        return self.workers

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Start a call in a process that is free."""
        if self._executor is None:
            end, self._hold = multiprocessing.Pipe(duplex=False)
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin_worker, initargs=(end,))
        return self._executor.submit(function, *arguments)

    def renew(self) -> None:
        """End what is left of the processes; the next call starts others."""
        self.close()
        self.generation += 1

    def check(self) -> None:
        """Processes of this machine can always be started anew."""

    def is_worker_death(self, error: BaseException) -> bool:
        """Whether a process was ended from outside, as by a lack of memory."""
        return isinstance(error, BrokenExecutor)

    def close(self) -> None:
        """End all processes at once, whatever they do."""
        if self._hold is not None:
            self._hold.close()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = self._hold = None


class DaskPool:
    """A cluster of dask.distributed. Its workers see the scenario's files under the same path."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.generation = 0
        self._width = 1
        self._executor = client.get_executor(pure=False)

    def width(self) -> int:
        """Threads of all workers, one at least."""
        with suppress(OSError):
            workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
            self._width = max(1, sum(int(worker["nthreads"]) for worker in workers))
        return self._width

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Start a call on a worker that is free."""
        return self._executor.submit(function, *arguments)  # type: ignore[no-any-return]

    def renew(self) -> None:
        """The cluster starts workers anew by itself."""

    def check(self) -> None:
        """Nothing replaces the scheduler."""
        if self.client.status != "running":
            raise LostPool("the cluster's scheduler is gone")

    def is_worker_death(self, error: BaseException) -> bool:
        """Whether workers died over a call, or the scheduler forgot it."""
        return isinstance(error, (import_module("distributed").KilledWorker, CancelledError))


@contextmanager
def opened(executor: str, workers: int | None) -> Iterator[Pool]:
    """The pool that ``--executor`` names; its calls are ended when the block ends, however it does."""
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise refuse(f"{workers} workers", path="--workers", fix=f"give 1 to {MOST_WORKERS}")
    if executor == LOCAL:
        pool = LocalPool(workers or os.cpu_count() or 1)
        try:
            yield pool
        finally:
            pool.close()
    elif executor.startswith(DASK) and executor != DASK:
        if workers is not None:
            raise refuse("a cluster brings its own workers", path="--workers", fix="leave it out, or start more workers on the cluster")
        with _cluster(executor.removeprefix(DASK)) as client:
            yield DaskPool(client)
    else:
        raise refuse(f"unknown executor {printable(executor)!r}", path="--executor", fix=f"{LOCAL}, or {DASK}HOST:PORT")


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise refuse("dask.distributed is not installed", path="--executor", fix="pip install 'gigacampus[cluster]'") from None
    try:
        client = distributed.Client(f"tcp://{address}", timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = printable(str(error).splitlines()[0] if str(error) else type(error).__name__)
        raise refuse(
            f"no scheduler answers at {printable(address)}: {reason}", path="--executor", fix="start it: dask scheduler --port 8786"
        ) from None
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_S)
