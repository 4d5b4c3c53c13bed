"""`gigacampus validate`: score the model against every published case, with data that ships or that you bring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gigacampus.cli import show
from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

if TYPE_CHECKING:
    from gigacampus.validation.case_folder import FileCount
    from gigacampus.validation.case_rows import CaseRow


@guarded
def validate(
    families: Annotated[list[str] | None, typer.Argument(help="Families to score; empty: all.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder with the layout of the bundled cases; empty: the bundled copy.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Score published cases; exit 1 when a gating case fails, or when a given file or family is scored by nothing."""
    from gigacampus.validation.families import judge

    found = judge(tuple(families or ()), data)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found.to_json()))
        return 0 if found.good else 1
    _show_cases(found.cases)
    _show_files(found.files)
    gating = [r for r in found.cases if r["gating"]]
    reported = sum(r["pass"] is None for r in found.cases)
    typer.echo(f"{len(found.cases)} cases; {len(gating)} gate, {len(gating) - len(found.failed)} of them pass; {reported} only report")
    typer.echo(f"{sum(f.read for f in found.files)} rows read, {sum(f.scored for f in found.files)} scored")
    for words in found.unjudged:
        typer.echo(f"scored by nothing: {words}")
    return 0 if found.good else 1


def _show_cases(rows: Sequence[CaseRow]) -> None:
    from rich.table import Table

    table = Table("Family", "Case", "Metric", "Value", "Limit", "Unit", "Result", "n")
    for row in rows:
        verdict = verdict_of(row)
        chosen = f" (best of {row['candidates']})" if row["candidates"] > 1 else ""
        table.add_row(
            row["family"],
            row["case"],
            row["metric"] + chosen,
            _short(row["value"]),
            _short(row["limit"]),
            row["unit"],
            verdict if row["gating"] else f"({verdict})",
            str(row["n"]),
        )
    show.console().print(table)


def verdict_of(row: CaseRow) -> str:
    """Pass or FAIL against a limit; without one a value is reported, and a row without a value is left out."""
    if row["pass"] is None:
        return "left out" if row["value"] is None else "reported"
    return "pass" if row["pass"] else "FAIL"


def _show_files(files: Sequence[FileCount]) -> None:
    from rich.table import Table

    table = Table("File", "Rows read", "Scored", "Left out and why")
    for f in files:
        why = "; ".join(f"{n} {words}" for words, n in f.left_out.items()) or f.note
        table.add_row(f.file, str(f.read) if f.read else "", str(f.scored) if f.read and f.role == "judged" else "", why)
    show.console().print(table)


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
