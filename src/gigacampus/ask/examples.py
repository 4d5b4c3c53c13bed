"""Topics learned from examples: kernel ridge regression over what questions are compared by; each example can be judged by the others.

Three parts make a question's row, each of length 1 times its weight: the mean of its words' vectors, its words and pieces, and its
ideas, rare ones weighing more. How alike two questions are is the product of their rows and its square.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from gigacampus.ask.asked import asked_part
from gigacampus.ask.features import ideas_in, parts, vectors, worded
from gigacampus.ask.words import Text, text_of
from gigacampus.scenario import library

GENERAL = {"date_1_gw": "Q14", "date_2_gw": "Q14"}
"""Topics that a level in the question tells apart: their examples are one."""
MEANING, PIECES, IDEAS = 3.0, 1.0, 0.5
"""Weights of the three parts of a row."""
RIDGE = 0.3
"""Added to the diagonal of the likeness of examples: larger trusts each less."""
RARE = 1.5
"""Power of a word's rarity by which its vector counts."""
STRANGE = 0.3
"""Part of the rarity of a piece that no example holds, by which it makes the others count less."""


@dataclass(frozen=True)
class Seen:
    """What one question is compared by."""

    words: tuple[str, ...]
    pieces: frozenset[str]
    ideas: frozenset[str]


def seen(text: Text) -> Seen:
    """What a question is compared by, without the change that it supposes."""
    asked = asked_part(text)
    return Seen(worded(asked), parts(asked), ideas_in(asked))


@cache
def examples() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Topics and words of every example; the empty topic is that of other matters."""
    with (library.ROOT / "ask" / "examples.csv").open(encoding="utf-8") as file:
        return tuple((tuple(GENERAL.get(t, t) for t in row["topic"].split("|")), row["question"]) for row in csv.DictReader(file))


@cache
def topics() -> tuple[str, ...]:
    """Every topic that an example has; the empty one is that of other matters."""
    return tuple(sorted({topic for held, _ in examples() for topic in held}))


def _rarity(held: Sequence[frozenset[str]]) -> dict[str, float]:
    """Logarithm of how few of the examples hold each thing."""
    return {name: math.log(len(held) / count) for name, count in Counter(n for names in held for n in names).items()}


class Learned:
    """Weights of the examples for every topic."""

    def __init__(self) -> None:
        told = [seen(text_of(question)) for _, question in examples()]
        self.unseen = math.log(len(told))
        self.words = _rarity([frozenset(one.words) for one in told])
        pieces = Counter(p for one in told for p in one.pieces)
        self.pieces = {p: rare for p, rare in _rarity([one.pieces for one in told]).items() if pieces[p] > 1}
        self.ideas = _rarity([one.ideas for one in told])
        self.column = {key: i for i, key in enumerate([*((PIECES, name) for name in self.pieces), *((IDEAS, name) for name in self.ideas)])}
        self.rows = np.stack([self._row(one) for one in told])
        self.truth = np.array([[float(topic in held) for topic in topics()] for held, _ in examples()])
        self.weights = np.linalg.solve(self._ridged(), self.truth)

    def _ridged(self) -> np.ndarray:
        out: np.ndarray = self._alike(self.rows).astype(float)
        out[np.diag_indices_from(out)] += RIDGE
        return out

    def _alike(self, rows: np.ndarray) -> np.ndarray:
        product = rows @ self.rows.T
        out: np.ndarray = product + product * product
        return out

    def _row(self, one: Seen) -> np.ndarray:
        known, table = vectors()
        mean = np.zeros(table.shape[1], np.float32)
        for word in one.words:
            mean += self.words.get(word, self.unseen) ** RARE * table[known[word]]
        rest = np.zeros(len(self.column), np.float32)
        strange = STRANGE * self.unseen**2 * len(one.pieces - self.pieces.keys())
        for weight, rarity, names, more in ((PIECES, self.pieces, one.pieces, strange), (IDEAS, self.ideas, one.ideas, 0.0)):
            held = {name: rarity[name] for name in names if name in rarity}
            size = math.sqrt(sum(rare * rare for rare in held.values()) + more) or 1.0
            for name, rare in held.items():
                rest[self.column[weight, name]] = math.sqrt(weight) * rare / size
        return np.concatenate([math.sqrt(MEANING) * mean / (float(np.linalg.norm(mean)) or 1.0), rest])

    def scores(self, text: Text) -> np.ndarray:
        """How much a question is of each topic: about 1 for its own, about 0 for the others; shape (topic,)."""
        out: np.ndarray = (self._alike(self._row(seen(text))[None]) @ self.weights)[0]
        return out

    @cached_property
    def by_the_others(self) -> np.ndarray:
        """Scores of every example by all the other examples, shape (example, topic)."""
        out: np.ndarray = self.truth - self.weights / np.diag(np.linalg.inv(self._ridged()))[:, None]
        return out


@cache
def learned() -> Learned:
    """The weights, worked out once."""
    return Learned()
