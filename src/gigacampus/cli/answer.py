"""`gigacampus answer`: the questions that people really ask, answered from a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def answer(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    ids: Annotated[list[str] | None, typer.Argument(
        help="Q01 to Q20, or a register: books, lenders, owners, people, siblings, worth, county, promises, rank, tornado; "
             "empty: Q01 to Q20.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="LAT,LON", help="A place, for noise, air and the wall.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Answer the questions of residents, officials and analysts: value, band, what moves it, sources, map."""
    from gigacampus.answers import asked
    from gigacampus.answers.place import parse
    from gigacampus.results import store

    found = asked.ask(store.read(run), tuple(ids or ()), parse(at) if at else None)
    if as_json:
        import json

        from gigacampus.answers.figures import known

        print(json.dumps({"answers": known(found)}, default=str))
        return 0
    for row in found:
        _show(row)
    return 0


def _show(row: dict[str, Any]) -> None:
    typer.echo(f"{row['id']}  {row['question']}")
    for line in [row, *row["figures"]]:
        head = f"{line['title']}: " if line.get("title") else ""
        typer.echo(f"      {head}{line.get('value_text') or line['text']}"
                   + (f" (10-90 %: {line['band_text']})" if line.get("band_text") else "")
                   + (f"  [{line['note']}]" if line.get("note") else ""))
    moved = [f"{d['input']} ({d['rank_correlation']:+.2f})" for d in row["drivers"] if d["rank_correlation"] is not None]
    read = [d["input"] for d in row["drivers"] if d["rank_correlation"] is None]
    if moved:
        typer.echo(f"      moved by: {', '.join(moved)}")
    if read:
        typer.echo(f"      rests on: {', '.join(read)}; no uncertain input moves it")
    for point in row.get("known", []):
        if point["deviation"] is not None:
            when = " (became known later)" if point["later"] else ""
            typer.echo(f"      known: {point['what']}, {point['text']}{when}; the model {point['far']}")
    if row.get("said"):
        typer.echo(f"      {row['said']}")
    if row.get("missing") and row["value"] is not None:
        typer.echo(f"      not in this answer: {row['missing']}")
    for entry in row.get("rows", []):
        typer.echo(f"      {_entry(entry)}")


def _entry(entry: dict[str, Any]) -> str:
    """A register's row as a line: where it holds, what it is, the median with its band or the one value, and the rest."""
    from gigacampus.answers.figures import number

    rest = {k: v for k, v in entry.items() if v not in ("", None)}
    if "what" not in rest or not {"p50", "value"} & set(entry):
        return "; ".join(f"{k}: {v}" for k, v in rest.items())
    unit = str(rest.pop("unit", ""))
    band = [rest.pop(k, None) for k in ("p10", "p50", "p90")]
    one = rest.pop("value", None) if "value" in entry else band[1]
    shown = [str(v) if isinstance(v, str) else number(v, unit) for v in (one, band[0], band[2])]
    text = shown[0] + (f" (10-90 %: {shown[1]} to {shown[2]})" if "p10" in entry and shown[1] != shown[2] else "")
    where = ", ".join(str(rest.pop(k)) for k in ("campus", "extension", "year", "month", "case") if k in rest)
    what = rest.pop("what")
    tail = "; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in rest.items())
    return f"{where + ': ' if where else ''}{what}: {text}" + (f"  [{tail}]" if tail else "")
