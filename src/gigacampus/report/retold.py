"""Texts that were made in English, told again in the language of the page: by sentence, from the one catalogue.

Figures and answers join words and numbers before the page is written, and a run folder keeps its texts in English. So a
catalogue's text with ``{fields}`` is read here as a pattern; what its fields hold is told again in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from gigacampus.answers.labels import named
from gigacampus.foundation.language import ENGLISH, catalogue, language, say, value

LEAST_LETTERS = 3
"""Letters outside of its fields that a text of the catalogue needs to be found by pattern: fewer would fit anything."""
MOST_FOR_A_LETTER = 8
"""Letters that the fields of a text may hold for each of its own: a short text would take a strange sentence apart."""
_FIELD = re.compile(r"\{(\w+)\}")
_PIECE = re.compile(r"(?<=[.;])\s+|\n")
_ENDS = {".": "。", ";": "；", "": ""}
_READ = ("title", "text", "format", "domain", "sort")
"""Keys of a specification whose strings are read by people, or name a part of what is drawn."""
_TIME = re.compile(r"\d{4}-\d{2}(-\d{2}.*)?")
"""Times in rows, which the drawing parses."""
_FRAMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(.+) (P10|P90)"), "{0} {1}"),
    (re.compile(r"(.+) \(([^()]*)\)"), "{0} ({1})"),
    (re.compile(r"(.+?) \((.+)\)"), "{0} ({1})"),
    (re.compile(r"(.+) \\ (.+)"), "{0} \\ {1}"),
    (re.compile(r"([^:]+): (.+)"), "{0}：{1}"),
    (re.compile(r"(.+?), (.+)"), "{0}，{1}"),
)
"""How labels and values are joined: a column with its unit, a point of a band, two axes, a value after its label, a list."""


def retold(text: str, told: Callable[[str], str] = value) -> str:
    """A text in the language spoken here, sentence by sentence; what the catalogue does not hold is left to ``told``."""
    if language() == ENGLISH or not text:
        return text
    whole = catalogue(language()).get(text)
    if whole is not None:
        return whole
    out = ""
    for piece in _PIECE.split(text):
        body = piece.rstrip(".;")
        end = piece[len(body) :][:1]
        with_stop = _found(piece, told) if end and _found(body, told) is None else None
        out += (with_stop or _piece(body, told) + _ENDS[end]) + ("\n" if "\n" in text else "")
    return out.rstrip("\n")


def input_words(path: str) -> str:
    """An input in words: what it is, of which thing and at which campus.

    >>> input_words("campuses.north_site.blocks.hall_a.it_mw"), input_words("campuses.*.blocks")
    ('IT power of hall a at north site', 'blocks at every campus')
    """
    what, thing, campus = named(path)
    text = retold(what)
    text = say("{what} of {thing}", what=text, thing=thing) if thing else text
    campus = say("every campus") if campus == "*" else campus
    return say("{what} at {place}", what=text, place=campus) if campus else text


def _piece(text: str, told: Callable[[str], str]) -> str:
    """One sentence without its stop, or a label."""
    found = _found(text, told)
    if found is not None:
        return found
    for frame, joined in _FRAMES:
        match = frame.fullmatch(text)
        if match:
            parts = [_piece(part, told) for part in match.groups()]
            if parts != list(match.groups()):
                return joined.format(*parts)
    return told(text)


def _found(text: str, told: Callable[[str], str]) -> str | None:
    """The catalogue's own text, or the one whose pattern fits."""
    words = catalogue(language())
    cases = (text, text[:1].lower() + text[1:], text[:1].upper() + text[1:])
    for case in cases:
        if case in words:
            return words[case]
    for letters, longest, pattern, said in _patterns(language()):
        for case in cases[::2]:
            match = pattern.fullmatch(case) if longest in case else None
            if match and sum(map(len, match.groups())) <= MOST_FOR_A_LETTER * letters:
                return said.format(**{name: _piece(part, told) for name, part in match.groupdict().items()})
    return None


@cache
def _patterns(spoken: str) -> list[tuple[int, str, re.Pattern[str], str]]:
    """Texts with fields, those that say most first: their letters, their longest part, their pattern, and what is said."""
    found = []
    for text, said in catalogue(spoken).items():
        parts = _FIELD.split(text)
        letters = sum(c.isalpha() for part in parts[::2] for c in part)
        if len(parts) > 1 and letters >= LEAST_LETTERS:
            body = "".join(f"(?P<{part}>[^;]+?)" if k % 2 else re.escape(part) for k, part in enumerate(parts))
            found.append((letters, max(parts[::2], key=len), re.compile(body), said))
    return sorted(found, key=lambda row: -row[0])


def figure(spec: dict[str, Any], told: Callable[[str], str] = value) -> dict[str, Any]:
    """A specification with every text that people read told again: drawing, key, caption and table."""
    if language() == ENGLISH:
        return spec
    meta = spec["usermeta"]
    table = {
        "columns": [retold(column, told) for column in meta["table"]["columns"]],
        "rows": [[retold(cell, told) if isinstance(cell, str) else cell for cell in row] for row in meta["table"]["rows"]],
    }
    key = [{**entry, "label": retold(entry["label"], told)} for entry in meta["key"]]
    drawing = {k: _walked(v, k, told) for k, v in spec.items() if k not in ("usermeta", "description")}
    words = {"caption": retold(meta["caption"], told), "key": key, "table": table, "finding": retold(meta.get("finding") or "", told)}
    return {**drawing, "description": retold(spec["description"], told), "usermeta": {**meta, **words}}


def _walked(part: Any, key: str, told: Callable[[str], str]) -> Any:
    """A part of a drawing under its key: rows of data whole, elsewhere what is read."""
    if isinstance(part, dict):
        return {k: _walked(v, k, told) for k, v in part.items()}
    if isinstance(part, list):
        return [_row(v, told) if key == "values" and isinstance(v, dict) else _walked(v, key, told) for v in part]
    return retold(part, told) if key in _READ and isinstance(part, str) else part


def _row(row: dict[str, Any], told: Callable[[str], str]) -> dict[str, Any]:
    return {k: retold(v, told) if isinstance(v, str) and not _TIME.fullmatch(v) else v for k, v in row.items()}
