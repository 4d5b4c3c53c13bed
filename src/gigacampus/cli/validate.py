"""`gigacampus validate`: score the model against every published case, with data that ships or that you bring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli import show
from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def validate(
    families: Annotated[list[str] | None, typer.Argument(help="Families to score; empty: all.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder with the layout of validation/data; empty: the bundled copy.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Score published cases; exit 1 when a gating case fails."""
    from gigacampus.validation.families import cases

    rows = cases(tuple(families or ()), data)
    failed = [r for r in rows if r["gating"] and r["pass"] is False]
    if as_json:
        import json

        print(json.dumps({"cases": rows}, default=str))
        return 1 if failed else 0
    _show(rows)
    gating = [r for r in rows if r["gating"]]
    typer.echo(f"{len(rows)} cases; {len(gating)} gate, {len(gating) - len(failed)} of them pass")
    return 1 if failed else 0


def _show(rows: list[dict[str, object]]) -> None:

    from rich.table import Table

    table = Table("Family", "Case", "Metric", "Value", "Limit", "Unit", "Result", "n")
    for row in rows:
        verdict = "skipped" if row["pass"] is None else ("pass" if row["pass"] else "FAIL")
        table.add_row(
            str(row["family"]),
            str(row["case"]),
            str(row["metric"]),
            _short(row["value"]),
            _short(row["limit"]),
            str(row["unit"]),
            verdict if row["gating"] else f"({verdict})",
            str(row["n"]),
        )
    show.console().print(table)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else ("" if value is None else str(value))
