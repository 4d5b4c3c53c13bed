"""`gigacampus query`: SQL over all runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli import show
from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

GRACE_S = 5.0
"""Time that an interrupted query has to stop by itself."""


@guarded
def query(
    sql: Annotated[str, typer.Argument(help="SQL; tables: headline, draw_month, world_campus_month, ... (column run names the run).")],
    runs: Annotated[Path, typer.Option(help="Folder of runs, or one run.")] = Path("runs"),
    as_json: AS_JSON = False,
) -> int:
    """Ask all run folders a question in SQL."""
    from gigacampus.results.query import LONGEST_S
    from gigacampus.results.query import query as ask

    with _stopped_after(LONGEST_S + GRACE_S):
        columns, rows = ask(runs, sql)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text({"columns": columns, "rows": rows}))
        return 0
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if v is None else f"{v:,.6g}" if isinstance(v, float) else str(v) for v in row))
    show.console().print(table)
    return 0


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """End the process after ``seconds``: a single function of SQL cannot be interrupted."""

    def stop() -> None:
        typer.echo("the query failed: it did not stop when it was interrupted", err=True)
        os._exit(2)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
