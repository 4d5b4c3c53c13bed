"""The words of a question: split, and compared with the vocabulary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gigacampus.foundation.source_tree import plain
from gigacampus.scenario import library
from gigacampus.scenario.parse_cache import read_kept

LONGEST = 400
"""Characters of a question that are read."""
TOKEN = re.compile(r"[a-z0-9]+(?:[.'-][a-z0-9]+)*")
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Text:
    """A question ready to be compared with words."""

    plain: str
    """Lower case, one space between words, at both ends too."""
    tokens: tuple[str, ...]

    @property
    def is_chinese(self) -> bool:
        return bool(HAN.search(self.plain))


def text_of(question: str) -> Text:
    """A question in lower case and one width, its marks taken away.

    >>> text_of("How LOUD, at night?").tokens
    ('how', 'loud', 'at', 'night')
    """
    told = unicodedata.normalize("NFKC", question[:LONGEST]).casefold().replace("\u2019", "'")
    tokens = tuple(TOKEN.findall(told))
    return Text(f" {' '.join(told.split())} ", tokens)


def found_in(text: Text, words: Iterable[str]) -> set[str]:
    """Which of some English words or phrases occur; a trailing ``*`` stands for any ending.

    >>> sorted(found_in(text_of("noisy turbines"), ("nois*", "turbine", "turbine*")))
    ['nois*', 'turbine*']
    """
    joined = f" {' '.join(text.tokens)} "
    return {w for w in words if (f" {w[:-1]}" if w.endswith("*") else f" {w} ") in joined}


def han_in(text: Text, words: Iterable[str]) -> set[str]:
    """Which of some Chinese words occur anywhere in the text, but as a piece of a word that means something else.

    >>> han_in(text_of("什么影响利润?"), ["响", "利润"])
    {'利润'}
    """
    if not text.is_chinese:
        return set()
    left = text.plain
    for word in vocabulary("common")["compounds"]:
        left = left.replace(word, "|")
    return {w for w in words if w in (text.plain if len(w) > 1 else left)}


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """A table of the library's words, by key."""
    path: Path = library.ROOT / "ask" / f"{name}.yaml"
    return dict(plain(read_kept(path, path.name)))
