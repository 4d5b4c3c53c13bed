"""What a question is compared by: the ideas that its words name, its words and their pieces, and the meaning of its words."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from itertools import pairwise

import numpy as np

from gigacampus.ask.words import HAN, Text, vocabulary
from gigacampus.scenario import library

STEM = 5
"""Letters by which English words are compared."""
LONGEST_PHRASE, LONGEST_HAN = 6, 10
"""Words of an English phrase, and characters of a Chinese one, that an idea's words may have."""
VECTOR_HAN = 4
"""Characters of the longest Chinese word that has a vector."""
ENDINGS = ("", "s", "ed", "ing", "'s", "d")
"""Endings that a word without a vector of its own may lose."""


def ideas_in(text: Text) -> frozenset[str]:
    """Ideas that a question's words name.

    >>> sorted(ideas_in(Text(" how loud are the turbines ", ("how", "loud", "are", "the", "turbines"))))
    ['noise', 'turbines']
    """
    whole, heads, han = _index()
    found: set[str] = set()
    for start in range(len(text.tokens)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(text.tokens)) + 1):
            phrase = " ".join(text.tokens[start:end])
            found |= whole.get(phrase, set())
            for cut in range(len(phrase) - len(text.tokens[end - 1]) + 1, len(phrase) + 1):
                found |= heads.get(phrase[:cut], set())
    if text.is_chinese:
        left = text.plain
        for word in vocabulary("common")["compounds"]:
            left = left.replace(word, "|")
        for start in range(len(text.plain)):
            for size in range(2, LONGEST_HAN + 1):
                found |= han.get(text.plain[start : start + size], set())
        for sign in left:
            found |= han.get(sign, set())
    return frozenset(found)


@cache
def _index() -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, set[str]]]:
    """Ideas by whole English phrase, by beginning of one, and by Chinese word."""
    whole: dict[str, set[str]] = defaultdict(set)
    heads: dict[str, set[str]] = defaultdict(set)
    han: dict[str, set[str]] = defaultdict(set)
    for idea, row in vocabulary("ideas").items():
        for word in row["en"]:
            (heads if word.endswith("*") else whole)[word.rstrip("*")].add(idea)
        for word in row["zh"]:
            han[word].add(idea)
    return dict(whole), dict(heads), dict(han)


def parts(text: Text) -> frozenset[str]:
    """Beginnings of English words and of pairs of them; Chinese characters and pairs of them.

    >>> sorted(parts(Text(" louder turbines ", ("louder", "turbines"))))
    ['loude', 'loude turbi', 'turbi']
    """
    stems = [token[:STEM] for token in text.tokens]
    found = {*stems, *(" ".join(pair) for pair in pairwise(stems))}
    for run in re.findall(rf"{HAN.pattern}+", text.plain):
        found |= {*run, *(run[i : i + 2] for i in range(len(run) - 1))}
    return frozenset(found)


@cache
def vectors() -> tuple[dict[str, int], np.ndarray]:
    """Row of each word that has a vector, and the vectors: (word, number), each of length 1 or near it."""
    with np.load(library.ROOT / "ask" / "word_vectors.npz", allow_pickle=False) as held:
        words, table = bytes(held["words"]).decode("utf-8").split("\n"), held["vectors"].astype(np.float32)
    return {word: row for row, word in enumerate(words)}, table / np.linalg.norm(table, axis=1, keepdims=True)


def worded(text: Text) -> tuple[str, ...]:
    """Words of a text that have a vector; Chinese by the longest word that fits.

    >>> worded(Text(" louder turbines ", ("louder", "turbines")))
    ('louder', 'turbines')
    """
    known, _ = vectors()
    out: list[str] = []
    for token in text.tokens:
        whole = next((w for end in ENDINGS if token.endswith(end) and (w := token.removesuffix(end)) in known), None)
        out += [whole] if whole else [part for part in re.split("[-.']", token) if part in known]
    for run in re.findall(rf"{HAN.pattern}+", text.plain):
        start = 0
        while start < len(run):
            size = next((n for n in range(VECTOR_HAN, 0, -1) if run[start : start + n] in known and start + n <= len(run)), 0)
            out += [run[start : start + size]] if size else []
            start += size or 1
    return tuple(out)
