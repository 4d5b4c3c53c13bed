"""Topics learned from examples: kernel ridge regression over what questions are compared by; each example can be judged by the others."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from gigacampus.ask.weights import NAMES, Rarities, Seen, seen
from gigacampus.ask.words import text_of
from gigacampus.scenario import library

GENERAL = {"date_1_gw": "Q14", "date_2_gw": "Q14"}
"""Topics that a level in the question tells apart: their examples are one."""
RIDGE = 0.3
"""Added to the diagonal of the likeness of examples: larger trusts each less."""
Example = tuple[tuple[str, ...], str]


@cache
def examples() -> tuple[Example, ...]:
    """Topics and words of every example; the empty topic is that of other matters."""
    with (library.ROOT / "ask" / "examples.csv").open(encoding="utf-8") as file:
        return tuple((tuple(GENERAL.get(t, t) for t in row["topic"].split("|")), row["question"]) for row in csv.DictReader(file))


def _rarity(held: Sequence[frozenset[str]], least: int = 1) -> dict[str, float]:
    """Logarithm of how few of the examples hold each thing that at least so many hold."""
    counts = Counter(name for names in held for name in names)
    return {name: math.log(len(held) / counts[name]) for name in sorted(counts) if counts[name] >= least}


def rarities(told: Sequence[Seen]) -> Rarities:
    """How rare each word, piece and idea of the examples is."""
    words, ideas = _rarity([frozenset(one.words) for one in told]), _rarity([one.ideas for one in told])
    return Rarities(words, _rarity([one.pieces for one in told], least=2), ideas, math.log(len(told)))


class Fit:
    """Weights of examples for every topic."""

    def __init__(self, given: Sequence[Example]) -> None:
        texts = [text_of(question) for _, question in given]
        usual = rarities([seen(text, {}) for text in texts]).words
        told = [seen(text, usual) for text in texts]
        self.topics = tuple(sorted({topic for held, _ in given for topic in held}))
        self.rarities = rarities(told)
        self.columns = self.rarities.columns()
        self.meaning = np.stack([self.rarities.meaning(one) for one in told])
        self.rest = np.stack([self.rarities.rest(one, self.columns) for one in told])
        self.truth = np.array([[float(topic in held) for topic in self.topics] for held, _ in given])
        product = (self.meaning @ self.meaning.T + self.rest @ self.rest.T).astype(float)
        self.inverse = np.linalg.inv(product + product * product + RIDGE * np.eye(len(told)))
        self.weights = self.inverse @ self.truth

    def by_the_others(self) -> np.ndarray:
        """Scores of every example by all the other examples, shape (example, topic)."""
        out: np.ndarray = self.truth - self.weights / np.diag(self.inverse)[:, None]
        return out

    def packed(self) -> dict[str, np.ndarray]:
        """The arrays of the file that `weights.learned` reads."""
        tables = {"words": self.rarities.words, "pieces": self.rarities.pieces, "ideas": self.rarities.ideas}
        example, column = np.nonzero(self.rest)
        out = {name: _text(names) for name, names in zip(NAMES, (self.topics, *tables.values()), strict=True)}
        out |= {f"{name}_rarity": np.array(list(table.values()), np.float32) for name, table in tables.items()}
        out |= {name: getattr(self, name).astype(np.float16) for name in ("meaning", "weights")}
        out |= {"example": example.astype(np.uint16), "column": column.astype(np.uint16)}
        return out | {"value": self.rest[example, column].astype(np.float16), "unseen": np.array(self.rarities.unseen)}


def _text(names: Iterable[str]) -> np.ndarray:
    return np.frombuffer("\n".join(names).encode("utf-8"), np.uint8)
