"""What the terminal shows: progress on stderr, tables on stdout."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

WIDE = 160
"""Characters of a line where no terminal says how wide it is."""
REPAIR_TOLD = 0.005
"""Change of a correlation from which on its repair is told."""
LEVEL_WORDS = {0: "0 placeholder", 1: "1 simple", 2: "2 full"}


def say_books(result: Any) -> None:
    """How many books were kept, and how; nothing for a campus without a company."""
    from gigacampus.company.ledger.compile_policy import way_taken
    from gigacampus.results.result import has_company

    kept, way = result.manifest["ledger"], way_taken(from_cache="company" in result.manifest["from_cache"])
    if has_company(result):
        say(f"Books: {kept['draws']} draws x {kept['months']} months, {way}")


def say(text: str) -> None:
    """One line on stdout."""
    print(text)


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar by stage on stderr; none when quiet or when stderr is not a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        tasks: dict[str, Any] = {}

        def update(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=of)
            bar.update(tasks[stage], completed=done)

        yield update


def console() -> Any:
    """Where tables are printed, texts as they are: as wide as the terminal, or as $COLUMNS or ``WIDE`` characters where there is none."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE
    return Console(width=width, markup=False, emoji=False)


def line(text: str, indent: int) -> None:
    """One line on stdout; a terminal gets it broken at spaces with the rest further in, a pipe gets it whole."""
    start = " " * indent
    if sys.stdout.isatty():
        text = textwrap.fill(
            text,
            shutil.get_terminal_size().columns,
            subsequent_indent=start + "  ",
            initial_indent=start,
            break_long_words=False,
            break_on_hyphens=False,
        )
    print(text if sys.stdout.isatty() else start + text)


def untranslated() -> None:
    """Says what another language than English leaves in English."""
    from gigacampus.foundation.language import ENGLISH, language, say
    from gigacampus.report.first_storey import NOT_TRANSLATED

    if language() != ENGLISH:
        line(say(NOT_TRANSLATED), 0)


def by_campus(found: dict[str, Any], period: str, lines: Callable[[str, Any, dict[str, Any]], Iterator[str]]) -> None:
    """What was found of each campus in the month or year under ``period``, the note, and what another language leaves in English."""
    for name, report in found["campuses"].items():
        for text in lines(name, found[period], report):
            say(text)
    say(found["note"])
    untranslated()


def wide(text: str, width: int) -> str:
    """A text at the right of ``width`` cells of the terminal, at the left where that is negative; Chinese signs take two cells.

    >>> wide("MW", 4), wide("月份", -6)
    ('  MW', '月份  ')
    """
    from rich.cells import cell_len

    rest = " " * (abs(width) - cell_len(text))
    return text + rest if width < 0 else rest + text


def headline_table(result: Any) -> None:
    """The headline with bands and model levels, and what a reader must know beside it."""
    from rich.table import Table
    from rich.text import Text

    from gigacampus.foundation.language import say, titled, value
    from gigacampus.report.first_storey import cny_of, sentences

    out = console()
    manifest = result.manifest
    for sentence in sentences(result):
        line(value(sentence, cny_of(result)), 0)
    table = Table(title=f"{manifest['title']} (as of {manifest['as_of']})", title_justify="left", show_lines=False)
    table.add_column(say("Question"))
    table.add_column(say("Answer: median (10-90 %)"))
    table.add_column(say("Level"))
    table.add_column(say("Assumed"), justify="right")
    for row in manifest["headline"]:
        share = row.get("assumed_share")
        text = Text.assemble(value(row["text"], cny_of(result)), (f"\n{row['note']}" if row.get("note") else "", "dim"))
        table.add_row(
            titled(f"headline:{row['id']}", row["title"]), text, LEVEL_WORDS[row["level"]], "" if share is None else f"{share:.0%}"
        )
    out.print(table)
    out.print(
        "Level: the simplest model on the path to the number. Assumed: share of the cited inputs on that path that rest on "
        "memory or assumption.",
        style="dim",
    )
    untranslated()
    _beside(out, manifest)


def _beside(out: Any, manifest: dict[str, Any]) -> None:
    """What a reader must know beside the figures: goals, files, cautions, inputs that moved nothing."""
    for goal in manifest["goals"]:
        out.print(f"Goal {goal['id']} {'met' if goal['met'] else 'MISSED'}: {goal['text']}")
    for text in manifest.get("files", []):
        out.print(f"Read {text}", markup=False)
    for text in manifest.get("cautions", []):
        out.print(f"Mind: {text}", style="yellow")
    unused = manifest.get("unused_inputs", [])
    if unused:
        shown = ", ".join(unused[:6]) + (f" and {len(unused) - 6} more" if len(unused) > 6 else "")
        out.print(f"Inputs that no stage read: {shown}", style="yellow")
    if (repair := manifest.get("correlation_repair", 0.0)) > REPAIR_TOLD:
        out.print(
            f"The correlations asked for cannot all hold at once: the nearest possible ones are used, up to {repair:.2f} away.",
            style="yellow",
        )
