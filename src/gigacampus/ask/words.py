"""The words of a question: split, compared with the vocabulary, and those that nobody knows counted."""

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


def unknown(text: Text, known: Iterable[str]) -> float:
    """How many words say something that no part of the vocabulary knows; two Chinese characters count as a word.

    >>> unknown(text_of("How loud is the giraffe?"), ("loud*",))
    1.0
    """
    common, han = _common()
    ends = [w for w in known if not HAN.search(w)]
    whole = {t for w in ends if not w.endswith("*") for t in w.split()}
    heads = tuple(w[:-1].split()[-1] for w in ends if w.endswith("*") and w[:-1].strip())
    whole |= {t for w in ends if w.endswith("*") for t in w[:-1].split()[:-1]}
    strange = [
        t for t in text.tokens if t not in common and t not in whole and not t.startswith(heads) and not t[0].isdigit() and len(t) > 1
    ]
    left = text.plain
    for word in sorted((w for w in known if HAN.search(w)), key=len, reverse=True):
        left = left.replace(word, "")
    return len(strange) + sum(1 for c in HAN.findall(left) if c not in han) / 2.0


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """A table of the library's words, by key."""
    path: Path = library.ROOT / "ask" / f"{name}.yaml"
    return dict(plain(read_kept(path, path.name)))


@cache
def _common() -> tuple[frozenset[str], frozenset[str]]:
    """English words and Chinese characters that say nothing of what a question is about."""
    told = vocabulary("common")
    return frozenset(told["en"].split()), frozenset(told["zh"])
