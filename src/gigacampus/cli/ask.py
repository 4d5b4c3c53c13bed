"""`gigacampus ask`: a question in plain words, English or Chinese, answered by a computed figure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON
from gigacampus.cli.show import line


@guarded
def ask(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    question: Annotated[str, typer.Argument(help='Such as "How loud is it at night in Boxtown?" or "What if gas prices double?".')],
    as_json: AS_JSON = False,
) -> int:
    """Answer a question in plain words, English or Chinese: the figure it asks for, at its place and date, with a "what if" worked out."""
    from gigacampus.ask.reply import ask as answered
    from gigacampus.results import store

    found = answered(store.read(run), question)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found, ascii_only=False))
    else:
        _show(found)
    return 0 if found["answered"] else 2


def _show(found: dict[str, Any]) -> None:
    """What the terminal shows: the figure and how it was understood, or what can be asked."""
    figure = found["figure"]
    if found["answered"]:
        line(f"{found['topic']}  {figure.get('title') or figure.get('question', '')}", 0)
        line(str(figure.get("text") or figure.get("value_text")), 6)
        if "before" in figure:
            line(f"without the change: {figure['before']['text'] or figure['before']['value_text']}", 6)
        for key, value in found["slots"].items():
            if value is not None:
                line(f"understood {key}: {value}", 6)
        for note in found["notes"]:
            line(note, 6)
        return
    if figure is not None:
        line(f"{found['topic']}  {figure.get('text', '')}", 0)
    line(f"Not answered (score {found['score']:.2f}). This run can answer:", 0)
    for title in found["can_answer"]:
        line(title, 2)
