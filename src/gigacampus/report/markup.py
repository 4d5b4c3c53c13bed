"""Small makers of HTML in which nothing of the data can become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from gigacampus.report import words

_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")


def esc(value: Any) -> str:
    """Text as HTML, quotes included.

    >>> esc('<b a="1">')
    '&lt;b a=&quot;1&quot;&gt;'
    """
    return escape(str(value), quote=True)


def raised(text: str) -> str:
    """Prose as HTML: powers of ten as raised figures that every typeface has, no line broken before a percent sign.

    >>> raised("8×10²⁷ FLOP")
    '8×10<sup>27</sup> FLOP'
    """
    kept = re.sub(r"(?<=\d) (?=%)", "&nbsp;", esc(text))
    return re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{2,}", lambda m: f"<sup>{m.group().translate(_LOWERED)}</sup>", kept)


def cell(value: Any) -> str:
    """A value of a table as text: numbers short, months by name, gaps as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return words.month_name(str(value))
    return words.significant(float(value), 4)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], caption: str) -> str:
    """A table whose first column heads its rows, in a box that scrolls and takes the keyboard."""
    listed = list(rows)
    numeric = [_numeric(v) for v in listed[0]] if listed else [""] * len(columns)
    numeric[0] = ""
    head = "".join(f'<th scope="col"{kind}>{esc(c)}</th>' for c, kind in zip(columns, numeric, strict=True))
    body = "".join(_row(r) for r in listed)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(caption)}"><table><caption '
        f'class="unseen">{esc(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(values: Sequence[Any]) -> str:
    first, *rest = values
    cells = "".join(f"<td{_numeric(v)}>{esc(cell(v))}</td>" for v in rest)
    return f'<tr><th scope="row">{esc(cell(first))}</th>{cells}</tr>'


_NUMBER = re.compile(r"(?!\d{4}$)[−-]?\$?\d[\d,.]*( %)?|–")
"""Text that is lined up like a number; a year is not."""


def _numeric(value: Any) -> str:
    """Class of a cell that holds a number, written out or not."""
    number = value is None or isinstance(value, int | float) or _NUMBER.fullmatch(str(value))
    return ' class="number"' if number else ""


def details(summary: str, inside: str, is_open: bool = False) -> str:
    """A part that opens on demand."""
    return f"<details{' open' if is_open else ''}><summary>{esc(summary)}</summary>{inside}</details>"


def copyable(name: str, title: str, text: str) -> str:
    """A text with a button that copies it; the viewer shows the button."""
    return (
        f'<div class="copyable"><h3 id="{name}-title">{esc(title)}</h3><button type="button" data-copy="{name}" '
        "hidden>Copy</button>"
        f'<pre id="{name}" tabindex="0" aria-labelledby="{name}-title">{esc(text)}</pre></div>'
    )


def by_columns(part: Any) -> Any:
    """A specification whose lists of like records (``values``) become ``columns`` and ``rows``: names once instead of in each record."""
    if isinstance(part, list):
        return [by_columns(one) for one in part]
    if not isinstance(part, dict):
        return part
    records = part.get("values")
    if not (isinstance(records, list) and records and all(isinstance(r, dict) and r.keys() == records[0].keys() for r in records)):
        return {name: by_columns(value) for name, value in part.items()}
    rest = {name: by_columns(value) for name, value in part.items() if name != "values"}
    return {**rest, "columns": list(records[0]), "rows": [[r[name] for name in records[0]] for r in records]}


def json_block(name: str, value: Any) -> str:
    """Data for the viewer: inert, and unable to end its own element."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"), default=str)
    inert = text.replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{inert}</script>'
