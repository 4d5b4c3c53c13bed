"""The language in which a run is told: English texts are the keys of one catalogue a language; numbers and months follow the locale."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")
CATALOGUES = Path(__file__).parents[1] / "library" / "words"
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside, :func:`say` speaks ``language``."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language spoken here.

    >>> with speaking("zh"): language()
    'zh'
    """
    return _spoken.get()


def say(text: str, **fields: Any) -> str:
    """An English text of the program in the language spoken here, its ``{fields}`` filled in; English where it is not translated.

    >>> say("{power} run in {month}", power="704 MW", month="2026-01")
    '704 MW run in 2026-01'
    """
    found = text if _spoken.get() == ENGLISH else catalogue(_spoken.get()).get(text) or text
    return found.format(**fields) if fields else found


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text -> text of a language; empty texts are left out."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        entries = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}
