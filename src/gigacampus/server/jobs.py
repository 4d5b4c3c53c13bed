"""Jobs: one run at a time in a process of its own, with progress, a headline as soon as there is one, and an end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import sys
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from gigacampus.server.limits import Limits
from gigacampus.server.reading import Busy

LINE_BYTES = 8_000_000
OVER = ("done", "failed", "cancelled")
PREPARES = {"moved": 1, "shown": 2, "ahead": 3}
"""How long the small runs of a certain input wait: of one that somebody moved, that a page shows, that the server prepares by itself."""


@dataclass
class Job:
    """One run that somebody asked for."""

    id: str
    request: dict[str, Any]
    state: str = "waiting"
    """waiting, running, done, failed or cancelled."""
    stage: str = ""
    done: int = 0
    of: int = 0
    headline: dict[str, Any] | None = None
    """Known before the run folder is written."""
    run: str | None = None
    error: dict[str, Any] | None = None
    sets: list[str] = field(default_factory=list)
    """What the request sets, as ``--set`` takes it."""
    found: dict[str, Any] | None = None
    live: dict[str, Any] | None = None
    """Series and estimate of the live page; asked for apart, since they are long."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once something has changed, and then replaced."""
    stopping: bool = False
    task: dict[str, Any] = field(default_factory=dict)
    """What the process is told; not shown."""
    later: int = 0
    """Waits behind all jobs with less, and gives way to them: one of the levels of preparing (``PREPARES``), 0 for all other jobs."""
    paused: bool = False
    """Told to give way; it waits again once the process has let it go."""

    def shown(self) -> dict[str, Any]:
        """What a client gets to see."""
        keys = ("id", "request", "state", "stage", "done", "of", "headline", "run", "error", "sets", "found")
        return {key: getattr(self, key) for key in keys}

    def end(self, state: str, error: dict[str, Any] | None = None) -> None:
        """Close the job, once."""
        if self.state not in OVER:
            self.state, self.error = state, error
            self.tell()

    def tell(self) -> None:
        """Wake those who wait for news of this job."""
        self.changed.set()
        self.changed = asyncio.Event()


class Jobs:
    """The queue, and the process that works it off. All methods belong to the server's event loop."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self.known: OrderedDict[str, Job] = OrderedDict()
        self._waiting: asyncio.PriorityQueue[tuple[int, int, Job]] = asyncio.PriorityQueue()
        self._order = count()
        self.leaving = False
        self._running: Job | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._work: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process, so that it is warm when the first job comes."""
        await self._warm_process()
        self._work = asyncio.create_task(self._work_off())

    async def close(self) -> None:
        """Cancel what runs, end the process, leave nothing behind."""
        for job in self.known.values():
            self.cancel(job)
        running = [job for job in self.known.values() if job.state not in OVER]
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._settled(running), 2 * self.limits.cancel_s)
        if self._work is not None:
            self._work.cancel()
        await self._kill()
        for job in running:
            shutil.rmtree(job.task["staging"], ignore_errors=True)

    def leave(self) -> None:
        """End every stream of news, since the server ends: a stream that stays open would be cut off."""
        self.leaving = True
        for job in self.known.values():
            job.tell()

    async def over(self, job: Job) -> None:
        """Wait for a job's end."""
        while job.state not in OVER:
            await job.changed.wait()

    async def _settled(self, jobs: list[Job]) -> None:
        while any(job.state not in OVER for job in jobs):
            await asyncio.sleep(0.02)

    def submit(self, request: dict[str, Any], task: dict[str, Any], *, later: int = 0) -> Job:
        """Queue a job behind all that are not ``later``; ``Busy`` when too many wait."""
        if sum(job.state == "waiting" for job in self.known.values()) >= self.limits.waiting:
            raise Busy(f"{self.limits.waiting} jobs are waiting already; cancel one or ask again later")
        job = Job(secrets.token_hex(8), request, later=later)
        job.sets = task["sets"]
        job.task = {**task, "job": job.id, "out": str(self.folder), "staging": str(self.folder / f".job-{job.id}.part")}
        self.known[job.id] = job
        for old in [k for k, j in self.known.items() if j.state in OVER][: max(0, len(self.known) - self.limits.remembered)]:
            del self.known[old]
        self._queue(job)
        if self._running is not None and self._running.later > later:
            self._pause(self._running)
        return job

    def _queue(self, job: Job) -> None:
        self._waiting.put_nowait((job.later, next(self._order), job))

    def _pause(self, job: Job) -> None:
        """Tell a running job to give way; nothing is lost but the stage that it is in, the others are in the cache."""
        if job.state == "running" and not job.stopping and not job.paused:
            job.paused = True
            self._tell({"cancel": job.task["job"]})

    def cancel(self, job: Job) -> None:
        """A waiting job ends at once; a running one is told, and ended if it does not listen."""
        if job.state == "waiting":
            job.end("cancelled")
        elif job.state == "running" and not job.stopping:
            job.stopping = True
            self._tell({"cancel": job.task["job"]})
            asyncio.get_running_loop().call_later(self.limits.cancel_s, self._end_if_running, job)

    def _end_if_running(self, job: Job) -> None:
        if job.state == "running" and self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _work_off(self) -> None:
        while True:
            job = (await self._waiting.get())[2]
            if job.state != "waiting":
                continue
            self._running = job
            try:
                await self._run(job)
            except (OSError, ValueError) as error:
                await self._lose(job)
                job.end("failed", {"kind": "server error", "message": f"the computing process failed: {error}"[:300]})
            self._running = None

    async def _run(self, job: Job) -> None:
        process = await self._warm_process()
        job.state = "running"
        job.tell()
        self._tell(job.task)
        try:
            async with asyncio.timeout(self.limits.job_s):
                while job.state == "running" and (line := await process.stdout.readline()):  # type: ignore[union-attr]
                    self._hear(job, json.loads(line))
        except TimeoutError:
            await self._lose(job)
            job.end("failed", {"kind": "too slow", "message": f"the job took longer than {self.limits.job_s:g} s"})
        if job.state == "running":
            await self._lose(job)
            lost = {"kind": "too large", "message": "the computing process ended; it may have run out of memory"}
            job.end(*(("cancelled", None) if job.stopping else ("failed", lost)))
        await self._warm_process()

    def _hear(self, job: Job, said: dict[str, Any]) -> None:
        if said.pop("job") != job.task["job"]:
            return
        event = said.pop("event")
        if event == "stage":
            job.stage, job.done, job.of = said["stage"], said["done"], said["of"]
        elif event == "headline":
            job.headline = said
        elif event in ("live", "found"):
            setattr(job, event, said)
        elif event == "cancelled" and job.paused and not job.stopping:
            job.state, job.paused = "waiting", False
            job.task["job"] = secrets.token_hex(8)
            self._queue(job)
        else:
            job.run = said.get("run")
            job.end(event, said.get("error"))
        job.tell()

    def _tell(self, message: dict[str, Any]) -> None:
        if self._process is not None and self._process.stdin is not None and self._process.returncode is None:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _warm_process(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            source = str(Path(__file__).parents[2])
            paths = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "gigacampus.server.worker",
                str(self.limits.job_bytes),
                limit=LINE_BYTES,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": paths},
            )
        return self._process

    async def _lose(self, job: Job) -> None:
        """End the process, and what it half wrote, before anybody is told that the job is over."""
        await self._kill()
        shutil.rmtree(job.task["staging"], ignore_errors=True)

    async def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None
