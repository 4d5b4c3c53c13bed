"""`gigacampus query`: SQL over all runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli import show
from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def query(
    sql: Annotated[str, typer.Argument(help="SQL; tables: headline, draw_month, world_campus_month, ... (column run names the run).")],
    runs: Annotated[Path, typer.Option(help="Folder of runs, or one run.")] = Path("runs"),
    as_json: AS_JSON = False,
) -> int:
    """Ask all run folders a question in SQL."""
    from gigacampus.results.query import query as ask

    columns, rows = ask(runs, sql)
    if as_json:
        import json

        print(json.dumps({"columns": columns, "rows": rows}, default=str))
        return 0
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if v is None else f"{v:,.6g}" if isinstance(v, float) else str(v) for v in row))
    show.console().print(table)
    return 0
