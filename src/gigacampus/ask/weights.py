"""What was learned from the examples, read from one file: how much a question is of each topic.

A question's row has four parts, each of length 1 times its weight: the mean of its words' vectors, how near its nearest word stands to
each word of the examples, its words and pieces, and its ideas, rare ones weighing more. How alike two questions are is the product of
their rows and its square; a topic's score is the likeness to each example times that example's weight for the topic.
`scripts/fit_ask.py` makes the file by `learning.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from gigacampus.ask.asked import asked_part
from gigacampus.ask.features import ideas_in, parts, vectors, worded
from gigacampus.ask.spelling import corrected
from gigacampus.ask.words import Text
from gigacampus.scenario import library

FILE = library.ROOT / "ask" / "learned.npz"
MEANING, NEARNESS, PIECES, IDEAS = 2.0, 2.0, 1.0, 0.5
"""Weights of the four parts of a row."""
NEAR = 0.5
"""Cosine of two words' vectors from which one counts as near the other."""
RARE = 1.5
"""Power of a word's rarity by which its vector counts."""
STRANGE = 0.3
"""Part of the rarity of a piece that no example holds, by which it makes the others count less."""
NAMES = ("topics", "words", "pieces", "ideas")


@dataclass(frozen=True)
class Seen:
    """What one question is compared by."""

    words: tuple[str, ...]
    pieces: frozenset[str]
    ideas: frozenset[str]


def seen(text: Text, usual: dict[str, float]) -> Seen:
    """What a question is compared by, without the change that it supposes and with slips of the keyboard mended towards usual words."""
    asked = corrected(asked_part(text), usual)
    return Seen(worded(asked), parts(asked), ideas_in(asked))


@dataclass(frozen=True)
class Rarities:
    """Logarithm of how few of the examples hold each word, piece and idea."""

    words: dict[str, float]
    pieces: dict[str, float]
    ideas: dict[str, float]
    unseen: float
    """Rarity of what no example holds."""

    def meaning(self, one: Seen) -> np.ndarray:
        """Mean of the vectors of a question's words, of length sqrt(MEANING), shape (direction,)."""
        known, table = vectors()
        mean = np.zeros(table.shape[1], np.float32)
        for word in one.words:
            mean += self.words.get(word, self.unseen) ** RARE * table[known[word]]
        out: np.ndarray = math.sqrt(MEANING) * mean / (float(np.linalg.norm(mean)) or 1.0)
        return out

    def nearness(self, one: Seen) -> np.ndarray:
        """How near the nearest word of a question stands to each word of the examples, of length sqrt(NEARNESS), shape (word,)."""
        known, table = vectors()
        if not one.words:
            return np.zeros(len(self.words), np.float32)
        cosine = (table[[known[word] for word in self.words]] @ table[[known[word] for word in one.words]].T).max(axis=1)
        near = np.maximum(cosine - NEAR, 0.0) / (1.0 - NEAR) * np.array(list(self.words.values()), np.float32)
        out: np.ndarray = math.sqrt(NEARNESS) * near / (float(np.linalg.norm(near)) or 1.0)
        return out

    def named(self, one: Seen) -> dict[tuple[float, str], float]:
        """Values of a question's pieces and ideas that an example holds, by weight and name."""
        strange = STRANGE * self.unseen**2 * len(one.pieces - self.pieces.keys())
        out: dict[tuple[float, str], float] = {}
        for weight, rarity, names, more in ((PIECES, self.pieces, one.pieces, strange), (IDEAS, self.ideas, one.ideas, 0.0)):
            held = {name: rarity[name] for name in sorted(names) if name in rarity}
            size = math.sqrt(sum(rare * rare for rare in held.values()) + more) or 1.0
            out |= {(weight, name): math.sqrt(weight) * rare / size for name, rare in held.items()}
        return out

    def rest(self, one: Seen, columns: dict[tuple[float, str], int]) -> np.ndarray:
        """All of a question's row but its meaning: pieces and ideas, then nearness; shape (column,)."""
        out = np.zeros(len(columns), np.float32)
        for key, value in self.named(one).items():
            out[columns[key]] = value
        return np.concatenate([out, self.nearness(one)])

    def columns(self) -> dict[tuple[float, str], int]:
        """Place of each piece and idea in a row."""
        return {key: i for i, key in enumerate([*((PIECES, name) for name in self.pieces), *((IDEAS, name) for name in self.ideas)])}


@dataclass(frozen=True)
class Learned:
    """The examples' rows and their weights for every topic."""

    topics: tuple[str, ...]
    rarities: Rarities
    columns: dict[tuple[float, str], int]
    meaning: np.ndarray
    """Shape (example, direction)."""
    example: np.ndarray
    """The example of each value that is not 0 of the rest of its row; shape (value,)."""
    column: np.ndarray
    value: np.ndarray
    weights: np.ndarray
    """Shape (example, topic)."""

    def scores(self, text: Text) -> np.ndarray:
        """How much a question is of each topic: about 1 for its own, about 0 for the others; shape (topic,)."""
        one = seen(text, self.rarities.words)
        rest = self.rarities.rest(one, self.columns)
        product = self.meaning @ self.rarities.meaning(one)
        product = product + np.bincount(self.example, self.value * rest[self.column], len(product))
        out: np.ndarray = (product + product * product) @ self.weights
        return out


@cache
def learned(path: Path = FILE) -> Learned:
    """What the file holds."""
    with np.load(path, allow_pickle=False) as held:
        topics, *tables = (bytes(held[name]).decode("utf-8").split("\n") for name in NAMES)
        rare = [dict(zip(names, held[f"{name}_rarity"].tolist(), strict=True)) for name, names in zip(NAMES[1:], tables, strict=True)]
        rarities = Rarities(rare[0], rare[1], rare[2], float(held["unseen"]))
        meaning, weights, value = (held[name].astype(np.float32) for name in ("meaning", "weights", "value"))
        return Learned(tuple(topics), rarities, rarities.columns(), meaning, held["example"], held["column"], value, weights)


def topics() -> tuple[str, ...]:
    """Every topic that an example has; the empty one is that of other matters."""
    return learned().topics
