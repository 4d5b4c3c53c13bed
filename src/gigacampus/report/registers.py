"""The registers that a run carries along: each under its question, its rows as tables that open on demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gigacampus.answers.tables import Table, tables
from gigacampus.foundation.language import say
from gigacampus.report import words
from gigacampus.report.markup import details, esc, table
from gigacampus.report.retold import retold


def section(result: Any) -> str:
    """Each register under its question, closed but for its first lines."""
    found = result.manifest.get("registers", [])
    if not found:
        return "<p>This run holds no registers; <code>gigacampus answer RUN books owners worth county</code> makes them.</p>"
    return "".join(_register(r) for r in found)


def _register(register: dict[str, Any]) -> str:
    value, unit = register.get("value"), register.get("unit", "1")
    low, high = register.get("low"), register.get("high")
    band = words.band(low, high, unit) if words.number(low, unit) != words.number(high, unit) else ""
    shown = f"{words.number(value, unit)}{f' ({band})' if band else ''}" if isinstance(value, int | float) else "–"
    return (
        f'<article class="answer"><h3>{esc(register["question"])}</h3>'
        f'<p class="value"><small>{esc(words.with_month_names(register["title"]))}</small> {esc(shown)}</p><p>{esc(register["text"])}</p>'
        f"{rows(register['rows'], register['question'])}</article>"
    )


def rows(found: list[dict[str, Any]], question: str, named: Callable[[str], str] = str) -> str:
    """Rows of an answer or a register, closed; nothing where there are none. ``named`` says keys of places by their title."""
    made = list(tables(found, _say))
    names = _apart([_caption(t, say(question), i, len(made)) for i, t in enumerate(made)])
    inside = "".join(
        (f"<p>{esc(retold(words.sentence(t.caption)))}</p>" if t.caption else "")
        + table([named(retold(c)) for c in t.columns], [[_cell(v, named) for v in row] for row in t.rows], name)
        for t, name in zip(made, names, strict=True)
    )
    return details(say("All rows"), inside) if made else ""


def _apart(names: list[str]) -> list[str]:
    """Names of tables of which no two are the same: a reader who hears them jumps from one to the next.

    >>> _apart(["Flows", "Flows", "Worth"])
    ['Flows (1)', 'Flows (2)', 'Worth']
    """
    return [f"{name} ({names[: k + 1].count(name)})" if names.count(name) > 1 else name for k, name in enumerate(names)]


def _cell(value: Any, named: Callable[[str], str]) -> Any:
    return named(retold(value)) if isinstance(value, str) else value


def _caption(found: Table, question: str, index: int, count: int) -> str:
    part = retold(words.sentence(found.caption)) if found.caption else say("Part {index} of {count}", index=index + 1, count=count)
    return f"{question} {part}" if count > 1 else question


def _say(value: Any, unit: str) -> str:
    if isinstance(value, str):
        return words.with_month_names(value)
    return words.number(float(value), unit)
