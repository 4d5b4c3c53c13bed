"""The process that computes: warm, bounded in memory, one job at a time; one JSON object a line in and out.

It stands apart from the server so that a job can always be ended, and that what a job uses up ends with it.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

Say = Callable[[dict[str, Any]], None]
QUIET_S = 0.05
"""Least time between two words on the progress of one stage."""
LEAVE_S = 10.0
"""Time to stop by itself once nobody listens any more."""


class Stopped(BaseException):
    """The job was cancelled. Not an ``Exception``: no stage may take it for its own."""


class Inbox:
    """Jobs that came in, and those that were cancelled."""

    def __init__(self, stream: TextIO) -> None:
        self.jobs: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._cancelled: set[str] = set()
        self._ended = False
        threading.Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _listen(self, stream: TextIO) -> None:
        for line in stream:
            message = json.loads(line)
            if "cancel" in message:
                self._cancelled.add(message["cancel"])
            else:
                self.jobs.put(message)
        self._ended = True
        self.jobs.put(None)
        time.sleep(LEAVE_S)
        os._exit(1)

    def stopped(self, job: str) -> bool:
        """Whether a job should not go on."""
        return self._ended or job in self._cancelled


def compute(job: dict[str, Any], say: Say, stopped: Callable[[], bool]) -> None:
    """Run one job; its last word is ``done``, ``failed`` or ``cancelled``, and only ``done`` leaves a run folder."""
    staging = Path(job["staging"])
    try:
        last: dict[str, Any] = {"event": "done", "run": _run(job, staging, say, stopped)}
    except Stopped:
        last = {"event": "cancelled"}
    except Exception as error:
        last = {"event": "failed", "error": told(error)}
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    say(last)


def _run(job: dict[str, Any], staging: Path, say: Say, stopped: Callable[[], bool]) -> str | None:
    from gigacampus import api
    from gigacampus.results.run_folder import publish
    from gigacampus.server import live
    from gigacampus.server.reading import shown

    progress = _progress(say, stopped)
    path, sets = Path(job["path"]), tuple(job["sets"])
    if job.get("prepare"):
        say({"event": "found", **live.prepared_input(path, job["prepare"], progress)})
        return None
    result = _first(path, sets, progress)
    if job.get("solve"):
        say({"event": "found", **live.solved(result, job["solve"])})
        return None
    said = {key: result.manifest[key] for key in ("title", "as_of", "run", "goals", "unused_inputs")}
    say({"event": "headline", "headline": shown(result.manifest["headline"], result), **said})
    if not job["report"]:
        say({"event": "live", **live.drawn(result, job.get("levers") or ())})
        return None
    api.complete(result, path, sets=sets, progress=progress)
    progress("report", 0, 1)
    name = api.folder_name(path, result)
    api.save(result, staging, name)
    progress("report", 1, 1)
    publish(staging / name, Path(job["out"]) / name)
    return name


KEPT = 2
"""Results that stay in memory: a goal is mostly asked of the state that was just computed."""
_results: OrderedDict[tuple[Path, tuple[str, ...], str], Any] = OrderedDict()


def _first(path: Path, sets: tuple[str, ...], progress: Callable[[str, int, int], None]) -> Any:
    """The computed result of a scenario file, from memory where the same was just asked."""
    from gigacampus import api
    from gigacampus.foundation.cache_folder import file_hash

    key = path, sets, file_hash(path)
    if key not in _results:
        _results[key] = api.first(path, sets, progress=progress)
        while len(_results) > KEPT:
            _results.popitem(last=False)
    _results.move_to_end(key)
    return _results[key]


def _progress(say: Say, stopped: Callable[[], bool]) -> Callable[[str, int, int], None]:
    """Says how far a job is, not too often, and stops it where it was cancelled."""
    last = ("", 0.0)

    def progress(stage: str, done: int, of: int) -> None:
        nonlocal last
        if stopped():
            raise Stopped
        now = time.monotonic()
        if stage != last[0] or done == of or now - last[1] > QUIET_S:
            last = stage, now
            say({"event": "stage", "stage": stage, "done": done, "of": of})

    return progress


def told(error: Exception) -> dict[str, Any]:
    """An error as the command line would tell it; never a traceback."""
    from gigacampus.foundation.errors import ScenarioError

    if isinstance(error, ScenarioError):
        found: dict[str, Any] = error.as_json()["error"]  # type: ignore[assignment]
        return found
    if isinstance(error, MemoryError):
        return {"kind": "too large", "message": "the job needs more memory than this server gives one job"}
    if isinstance(error, OSError):
        return {"kind": "file error", "message": str(error.strerror or error)}
    return {"kind": "model error", "message": f"{type(error).__name__}: {error}"[:1000]}


def bound_memory(size: int) -> None:
    """Hold this process to ``size`` bytes of address space, where the system can."""
    try:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    except (ImportError, ValueError, OSError):
        return


def warm() -> None:
    """Import what a job needs before the first one comes."""
    from importlib import import_module

    from gigacampus.registry.stages import STAGES
    from gigacampus.report import page  # noqa: F401
    from gigacampus.results import store  # noqa: F401

    for stage in STAGES:
        import_module(stage.module)


def main() -> None:
    """Serve jobs from stdin until it ends. Whatever else writes to stdout writes to stderr instead."""
    bound_memory(int(sys.argv[1]))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    inbox = Inbox(sys.stdin)
    warm()
    while (job := inbox.jobs.get()) is not None:
        name = job["job"]

        def say(event: dict[str, Any], name: str = name) -> None:
            out.write(json.dumps({"job": name, **event}, default=str) + "\n")
            out.flush()

        compute(job, say, lambda name=name: inbox.stopped(name))  # type: ignore[misc]


if __name__ == "__main__":
    main()
