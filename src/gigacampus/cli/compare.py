"""`gigacampus compare`: what differs between two runs, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli import show
from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def compare(
    a: Annotated[Path, typer.Argument(help="First run folder.")],
    b: Annotated[Path, typer.Argument(help="Second run folder.")],
    rows: Annotated[int, typer.Option(help="How many output rows to show.")] = 20,
    as_json: AS_JSON = False,
) -> int:
    """Show the inputs and outputs in which two runs differ; with the same seed the difference is free of sampling noise."""
    from dataclasses import asdict

    from gigacampus.explore import compare as diff
    from gigacampus.results import store

    left, right = store.read(a), store.read(b)
    changed, headline, outputs = diff.inputs(left, right), diff.headlines(left, right), diff.outputs(left, right)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text({"inputs": [asdict(c) for c in changed], "headline": headline, "outputs": [asdict(c) for c in outputs]}))
        return 0
    from rich.table import Table

    console = show.console()
    console.print(f"{len(changed)} inputs differ")
    for change in changed[:40]:
        said = "" if change.kind == "shift" else f" ({change.kind}{'' if change.shifted else ', not moved'})"
        console.print(f"  {change.path}: {change.a!r} -> {change.b!r}{said}", markup=False)
    table = Table("Question", "A", "B")
    for line in headline:
        if line["differs"]:
            table.add_row(line["title"], line["a"], line["b"])
    console.print(table)
    table = Table("Output", "Year", "A (median)", "B (median)", "B - A, 10-90 %")
    for row in outputs[:rows]:
        band = f"{row.low:,.4g} to {row.high:,.4g}" if row.paired else "runs have other draws"
        table.add_row(f"{row.title} ({row.unit})", row.year, f"{row.a:,.4g}", f"{row.b:,.4g}", band)
    console.print(table)
    return 0
