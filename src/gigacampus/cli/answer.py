"""`gigacampus answer`: the questions that people really ask, answered from a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON, LANG, spoken
from gigacampus.cli.show import console, line, untranslated

BAND = "10-90 % band"
ROW_NAME = 40
"""Names of rows up to so many characters are never cut."""


@guarded
def answer(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Questions such as Q01, or a register: books, lenders, owners, people, siblings, worth, county, promises, rank, tornado, "
            "burden; empty: all questions."
        ),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="LAT,LON", help="A place, for noise, air and the wall.")] = None,
    lang: LANG = "en",
    as_json: AS_JSON = False,
) -> int:
    """Answer the questions of residents, officials and analysts: value, band, what moves it; with IDS also the rows behind it."""
    from gigacampus.answers import runner
    from gigacampus.report.first_storey import cny_of
    from gigacampus.rerun.place import parse
    from gigacampus.results import store

    result = store.read(run)
    refused = runner.unknown(tuple(ids or ()))
    wanted = tuple(name for name in ids or () if not runner.unknown((name,)))
    if refused and not wanted:
        raise refused[0]
    found = runner.ask(result, wanted, parse(at) if at else None)
    none = bool(ids) and all("rows" in row and row["value"] is None and row.get("missing") for row in found)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        errors = {"errors": [problem.as_json() for problem in refused]} if refused else {}
        print(json_text({"answers": found, **errors}))
    else:
        with spoken(lang):
            for row in found:
                _show(row, whole=bool(ids), cny=cny_of(result))
            untranslated()
    for problem in refused:
        typer.echo(str(problem), err=True)
    return 2 if none or refused else 0


def _show(row: dict[str, Any], *, whole: bool, cny: float | None) -> None:
    """One answer; ``whole`` prints its table too, else the number of its rows."""
    from gigacampus.foundation.language import say, value
    from gigacampus.report.retold import input_words, retold

    line(f"{row['id']}  {say(row['question'])}", 0)
    if "rows" in row:
        line(row["text"], 6)
    for entry in [] if "rows" in row else [row, *row["figures"]]:
        head = f"{retold(entry['title'])}: " if entry.get("title") else ""
        aside = "; ".join(x for x in (entry.get("period"), _where(entry), entry.get("note")) if x)
        shown = entry["missing"] if entry.get("missing") and entry["value"] is None and not entry.get("value_text") else _said(entry)
        line(head + value(shown, cny) + (f"  [{aside}]" if aside else ""), 6)
    moved = [f"{input_words(d['input'])} ({d['rank_correlation']:+.2f})" for d in row["drivers"] if d["rank_correlation"] is not None]
    read = [input_words(d["input"]) for d in row["drivers"] if d["rank_correlation"] is None]
    if moved:
        line(f"{say('moved by')}: {', '.join(moved)}", 6)
    if read:
        line(f"rests on: {', '.join(read)}; no uncertain input moves it", 6)
    for point in row.get("known", []):
        if point["deviation"] is not None:
            when = " (became known later)" if point["later"] else ""
            line(f"known: {point['what']}, {point['text']}{when}; the model {point['far']}", 6)
    if row.get("said"):
        line(retold(row["said"]), 6)
    if row.get("missing") and row["value"] is not None:
        line(f"not in this answer: {row['missing']}", 6)
    rows = row.get("table") or row.get("rows") or []
    if rows and not whole:
        line(f"{len(rows)} rows more: gigacampus answer RUN {row['id']}", 6)
    elif rows:
        _tables(rows)


def _where(entry: dict[str, Any]) -> str:
    """The place of a figure; of the books, whose figure it is."""
    from gigacampus.answers.completion import COMPANY

    return str(entry["perimeter"]).partition(";")[0] if entry.get("place") == COMPANY else str(entry.get("place") or "")


def _said(entry: dict[str, Any]) -> str:
    """The middle with its band, or with the reason why there is none."""
    if not entry.get("value_text"):
        return str(entry["text"])
    ended = entry.get("low") is not None or entry.get("high") is not None
    if not entry.get("band_text") or (entry.get("value") is None and not ended):
        return str(entry["value_text"])
    return f"{entry['value_text']} ({'10-90 %: ' if entry.get('spread', BAND) == BAND else ''}{entry['band_text']})"


def _tables(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.padding import Padding
    from rich.table import Table as Drawn

    from gigacampus.answers.figures import number
    from gigacampus.answers.tables import tables
    from gigacampus.report.retold import retold

    out = console()
    for table in tables(rows, lambda value, unit: value if isinstance(value, str) else number(value, unit)):
        drawn = Drawn(title=retold(table.caption) or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for at, name in enumerate(table.columns):
            # A row is nothing without what it is about: other columns give way first.
            drawn.add_column(retold(name), no_wrap=at == 0 and max(map(len, (cells[0] for cells in table.rows)), default=0) <= ROW_NAME)
        for cells in table.rows:
            drawn.add_row(*map(retold, cells))
        out.print(Padding(drawn, (0, 0, 0, 6)))
