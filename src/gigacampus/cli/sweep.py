"""`gigacampus sweep`: many runs of one scenario as one job that can be stopped and goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

STATUS = "status"
EVERY_S = 30.0
"""Time between two lines on the progress where no terminal shows it."""


@guarded
def sweep(
    file: Annotated[str, typer.Argument(help="Sweep file (YAML); or `status`, to ask how far a sweep is.")],
    folder: Annotated[Path | None, typer.Argument(help="With `status`: the sweep's folder.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the sweep; the same command goes on where it was stopped.")] = None,
    executor: Annotated[str, typer.Option(help="local (processes of this machine) or dask://HOST:PORT.")] = "local",
    workers: Annotated[int | None, typer.Option(help="Processes on this machine; empty: one a core.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Compute many cases of a scenario into one Parquet store; 3 when some case has no result."""
    from gigacampus.foundation.errors import refuse
    from gigacampus.sweep import store

    if file == STATUS and folder is not None:
        return _tell(store.status(folder), as_json)
    if folder is not None:
        raise refuse("one sweep file is expected", path=str(folder), fix="gigacampus sweep FILE --out DIR, or gigacampus sweep status DIR")
    if out is None:
        raise refuse("the folder of the sweep is missing", path="--out", fix="--out DIR")
    return _sweep(Path(file), out, executor, workers, as_json)


def _sweep(file: Path, out: Path, executor: str, workers: int | None, as_json: bool) -> int:
    from gigacampus.sweep.run import sweep as work

    def compute() -> int:
        with shown(quiet=as_json) as tell:
            found = work(file, out, executor=executor, workers=workers, tell=tell)
        return _tell(found, as_json)

    return resumable(compute, out)


def resumable(work: Callable[[], int], out: Path) -> int:
    """The exit code of ``work``, which fills the sweep in ``out``; says how far that is where Ctrl-C or the loss of a cluster stops it."""
    from gigacampus.sweep import store
    from gigacampus.sweep.pools import LostPool

    try:
        return work()
    except (KeyboardInterrupt, LostPool) as error:
        why = "stopped" if isinstance(error, KeyboardInterrupt) else f"stopped: {error}"
        if not (out / store.LIST).is_file():
            typer.echo(f"{why} before any case ran", err=True)
        else:
            found = store.status(out)
            typer.echo(f"{why}; {found['finished']} of {found['cases']} cases are finished, the same command goes on", err=True)
        return 130 if isinstance(error, KeyboardInterrupt) else 3


def _tell(found: dict[str, Any], as_json: bool) -> int:
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
    else:
        left = "" if found["left_s"] is None else f", {_span(found['left_s'])} left"
        print(f"{found['state']}: {found['finished']} of {found['cases']} cases{left}")
        for one in found["failed"]:
            print(f"  case {one['number']} has no result: {one['reason']}")
        print(f"Tables: {found['store']}")
    return 3 if found["failed"] else 0


@contextmanager
def shown(quiet: bool) -> Iterator[Callable[[Any], None] | None]:
    """Progress with the time left: a bar on a terminal, else a line now and then; nothing when quiet."""
    import sys
    import time

    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        said = [time.monotonic()]

        def line(progress: Any) -> None:
            if time.monotonic() - said[0] > EVERY_S:
                said[0] = time.monotonic()
                typer.echo(f"{progress.done} of {progress.cases} cases, {_span(progress.left_s())} left", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("cases"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]} left"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cases", left="?")
        yield lambda p: bar.update(task, total=p.cases, completed=p.done + len(p.failed), left=_span(p.left_s()))


def _span(seconds: float | None) -> str:
    """A span of time in words.

    >>> _span(42.0), _span(400.0), _span(9000.0), _span(None)
    ('42 s', '7 min', '2.5 h', 'unknown time')
    """
    if seconds is None:
        return "unknown time"
    return f"{seconds:.0f} s" if seconds < 120.0 else f"{seconds / 60.0:.0f} min" if seconds < 7200.0 else f"{seconds / 3600.0:.1f} h"
