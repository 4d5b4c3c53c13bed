"""`gigacampus claims`: what others say about the company, judged against a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli import show
from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON, LANG, spoken


@guarded
def claims(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    file: Annotated[Path | None, typer.Option(help="CSV of other claims; its columns: library/claims/README.md.")] = None,
    only: Annotated[str | None, typer.Option(help="Show claims with this verdict only.")] = None,
    lang: LANG = "en",
    as_json: AS_JSON = False,
) -> int:
    """Judge every claim of a register: reproduced, consistent, unlikely, impossible together, or why it cannot be checked."""
    from gigacampus.answers.claims import judge, register
    from gigacampus.results import store

    found = judge.judged(store.read(run), register.read(file))
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
        return 0
    with spoken(lang):
        _show(found, only)
        show.untranslated()
    return 0


def _show(found: dict[str, Any], only: str | None) -> None:

    from rich.table import Table

    console = show.console()
    from gigacampus.foundation.language import say, value

    table = Table(*map(say, ("Id", "Claim", "Claimed", "Verdict", "What the run says")))
    for row in found["claims"]:
        if only in (None, row["verdict"]):
            table.add_row(row["id"], f"{row['claim']} ({row['claimant']})", row["claimed"], _verdict(row), value(row["text"]))
    console.print(table)
    for kind, verdicts in found["counts"].items():
        words = ", ".join(f"{n} {word}" for word, n in verdicts.items())
        console.print(f"{kind}: {words}", markup=False)
    console.print(f"{found['free_constant_count']} constants were set so that claims come out: used freedom, no evidence", markup=False)
    for pair in found["pairs"]:
        head = f"{' and '.join(pair['claims'])} {'cannot hold together' if pair['impossible'] else 'can hold together'}"
        console.print(f"{head}: {pair['text']}", markup=False)


def _verdict(row: dict[str, Any]) -> str:
    from gigacampus.foundation.language import say

    verdict = say(row["verdict"])
    word = f"{verdict} with {', '.join(row['impossible_with'])}" if row["impossible_with"] else verdict
    return word + ("\n(calibrated)" if row["fitted"] or row["role"] == "calibrate" else "")
