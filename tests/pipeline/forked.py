"""Runs commands in copies of one warm process, each in a bad place of its own; reads jobs from stdin and prints what came of them.

A job: ``arguments`` of the command, ``env``, ``limit`` of a file's size in bytes, ``now_s`` of the clock, and what happens when the
command opens or moves the file number ``at_write``: an ``error`` number, or none and the process is killed. ``kill_after_s`` kills it
at any moment; ``signal`` is sent once the tables are written and before the folder is complete.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time

WRITES = ("os.rename", "os.mkdir", "os.link", "os.symlink")


def at_writes(job, counted) -> None:
    """Count what is opened for writing, moved or made; at one of them fail or die."""

    def hook(event, arguments):
        if event == "open":
            name, _, flags = arguments
            if not (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or str(name).startswith("/dev/") or isinstance(name, int):
                return
        elif event not in WRITES:
            return
        counted[0] += 1
        if counted[0] == job.get("at_write"):
            if job.get("error") is None:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(job["error"], os.strerror(job["error"]), str(arguments[0]))

    sys.addaudithook(hook)


def when_written(number) -> None:
    """Send this process a signal once it has written tables."""
    from gigacampus.results import store

    write = store.write

    def stopped(*given, **named):
        write(*given, **named)
        os.kill(os.getpid(), number)

    store.write = stopped
    signal.signal(signal.SIGINT, signal.default_int_handler)


def command(job, stderr) -> int:
    from gigacampus.cli import main

    os.environ.update(job.get("env", {}))
    time.tzset()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(stderr, 2)
    if job.get("limit"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["limit"], job["limit"]))
    if "signal" in job:
        when_written(job["signal"])
    if "now_s" in job:
        time.time = lambda: job["now_s"]
    counted = [0]
    at_writes(job, counted)
    sys.argv = ["gigacampus", *job["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as done:
        code = int(done.code or 0)
    sys.stderr.flush()
    os.write(stderr, f"\n{counted[0]}".encode())
    return code


def started(job):
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed once the process has ended)
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = command(job, file.fileno())
        finally:
            os._exit(code)
    return pid, file


def ended(job, pid, file):
    if job.get("kill_after_s") is not None:
        time.sleep(job["kill_after_s"])
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with file:
        file.seek(0)
        said, _, count = file.read().decode(errors="replace").rpartition("\n")
    return {"code": code, "stderr": said, "writes": int(count) if count.isdigit() else None}


def keep_pages() -> None:
    """Draw the page of equal runs once: what is tried here is how files are written, and drawing takes half of a run."""
    from gigacampus.report import page

    drawn, kept = page.page, {}

    def drawn_once(result, viewer, against=None):
        name = result.manifest["hash"], bool(viewer)
        if name not in kept:
            kept[name] = drawn(result, viewer, against)
        return kept[name]

    page.page = drawn_once


def main() -> None:
    """Warm up by the first line's job, then run a round of jobs for each line: those of one round at the same time."""
    import gigacampus.api
    import gigacampus.cli

    assert gigacampus.api
    keep_pages()
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.argv = ["gigacampus", *json.loads(sys.stdin.readline())["arguments"]]
    try:
        gigacampus.cli.main()
    except SystemExit as done:
        assert not done.code or done.code == 1
    for line in sys.stdin:
        running = [(job, *started(job)) for job in json.loads(line)]
        os.write(out, json.dumps([ended(*each) for each in running]).encode() + b"\n")


if __name__ == "__main__":
    main()
