"""Tokens of a post from its size: linear in characters by language, in bytes beyond one a character, links, replies and reposts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

from gigacampus.foundation.source_tree import plain
from gigacampus.scenario import library
from gigacampus.scenario.parse_cache import read_kept

SCRIPTS = {
    "Jpan": re.compile(r"[\u3040-\u30ff]"),
    "Hang": re.compile(r"[\uac00-\ud7af]"),
    "Hani": re.compile(r"[\u3400-\u9fff]"),
    "Cyrl": re.compile(r"[\u0400-\u04ff]"),
    "Arab": re.compile(r"[\u0600-\u06ff]"),
    "Thai": re.compile(r"[\u0e00-\u0e7f]"),
    "Deva": re.compile(r"[\u0900-\u097f]"),
    "Grek": re.compile(r"[\u0370-\u03ff]"),
}


ANY_SCRIPT = re.compile("|".join(letters.pattern for letters in SCRIPTS.values()))
FIRST = SCRIPTS["Jpan"]
"""The script that goes before all others: a letter of it settles the matter."""


@cache
def constants() -> dict[str, float]:
    """Fitted constants, tokens each."""
    path = library.ROOT / "stream" / "tokens.yaml"
    return {name: float(value) for name, value in plain(read_kept(path, path.name)).items()}


def script_of(text: str) -> str:
    """The first of the scripts that a text holds; Latn where it holds none of them.

    >>> script_of("hello"), script_of("привет"), script_of("こんにちは")
    ('Latn', 'Cyrl', 'Jpan')
    """
    found = None if text.isascii() else ANY_SCRIPT.search(text)
    if found is None:
        return "Latn"
    if FIRST.match(found[0]):
        return "Jpan"
    return next(name for name, letters in SCRIPTS.items() if letters.search(text))


@lru_cache(4096)
def class_of(script: str, lang: str) -> str:
    """The group that a text is counted in: English, another Latin language, an unknown one, or another script."""
    if script != "Latn":
        return "other_script"
    return "english" if lang.startswith("en") else "unknown" if lang in ("", "und") else "other_latin"


def tokens_of(group: str, chars: float, extra_bytes: float, links: float, replies: float, reposts: float, posts: float) -> float:
    """Tokens of some posts of one group in sum.

    >>> round(tokens_of("english", 100.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    24
    """
    k = constants()
    extra = k["per_extra_byte_other_script"] if group == "other_script" else k["per_extra_byte_latin"]
    marks = k["per_link"] * links + k["per_reply"] * replies + k["per_repost"] * reposts
    return k[f"per_char_{group}"] * chars + extra * extra_bytes + marks + k["per_post"] * posts


def tokens_in(groups: Sequence[str], *features: Sequence[float]) -> float:
    """Tokens of some posts in sum, by their groups: characters, bytes beyond one a character, links, replies, reposts of each."""
    rows = np.array([*features, np.ones(len(groups))], float)
    kinds = {group: number for number, group in enumerate(sorted(set(groups)))}
    kind = np.fromiter(map(kinds.__getitem__, groups), np.int64, len(groups))
    return sum(tokens_of(group, *rows[:, kind == number].sum(axis=1).tolist()) for group, number in kinds.items())
