"""`gigacampus report`: a run's report written again, or one sheet of paper for one kind of reader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON, LANG, spoken


@guarded
def report(
    run: RUN,
    page: Annotated[str | None, typer.Option("--page", help="One sheet: resident, county, investor or engineer.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="LAT,LON", help="The reader's own place, for noise and air.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="PDF to write, of one page.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="HTML to write; without --page the whole report.")] = None,
    paper: Annotated[str, typer.Option("--paper", help="a4 or letter.")] = "a4",
    lang: LANG = "en",
    as_json: AS_JSON = False,
) -> int:
    """Write one printable sheet of a run for a resident, a county, an investor or an engineer, or the whole report again."""
    from gigacampus.foundation.errors import refuse
    from gigacampus.results import store

    if pdf is None and html is None:
        raise refuse("nothing to write", path="--pdf", fix="name a file: --pdf page.pdf or --html page.html")
    if page is None and (pdf is not None or at is not None):
        wrong = "--pdf" if pdf is not None else "--at"
        raise refuse(f"{wrong} is for one sheet", path=wrong, fix="choose --page resident, county, investor or engineer")
    with spoken(lang):
        written = _whole(store.read(run), html) if page is None else _sheet(store.read(run), page, at, pdf, html, paper)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text({"written": [str(path) for path in written]}))
        return 0
    for path in written:
        typer.echo(f"wrote {path}")
    return 0


def _whole(result: object, html: Path | None) -> list[Path]:
    from gigacampus.report.page import write

    assert html is not None
    return [write(result, html)]


def _sheet(result: object, page: str, at: str | None, pdf: Path | None, html: Path | None, paper: str) -> list[Path]:
    from gigacampus.foundation.errors import refuse
    from gigacampus.foundation.whole_file import write_bytes, write_text
    from gigacampus.report import sheet_html, sheet_pdf
    from gigacampus.report.sheet import sheet
    from gigacampus.rerun.place import parse

    if paper not in sheet_pdf.SIZES:
        raise refuse(f"no paper called {paper!r}", path="--paper", fix=f"one of {', '.join(sheet_pdf.SIZES)}")
    made = sheet(result, page, parse(at) if at else None)
    out = []
    if html is not None:
        out.append(write_text(html, sheet_html.html(made)))
    if pdf is not None:
        write_bytes(pdf, sheet_pdf.pdf(made, paper))
        out.append(pdf)
    return out
