"""How like a question is to examples of each topic: cosine of the weights of the words that both hold, rare words weighing more."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from functools import cache

from gigacampus.ask.words import HAN, Text, text_of
from gigacampus.scenario import library

STEM = 5
"""Letters by which English words are compared."""
GENERAL = {"date_1_gw": "Q14", "date_2_gw": "Q14"}
"""Topics that a level in the question tells apart: their examples are one."""


def parts(text: Text) -> set[str]:
    """Beginnings of English words, and pairs of Chinese characters.

    >>> sorted(parts(text_of("Louder turbines")))
    ['loude', 'turbi']
    """
    words = {token[:STEM] for token in text.tokens}
    runs = re.findall(rf"{HAN.pattern}+", text.plain)
    return words | {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


@cache
def _table() -> tuple[list[str], dict[str, list[tuple[int, float]]], dict[str, float], float]:
    """Topics of the examples, weight of each part in the examples that hold it, weight of each part, weight of an unknown one."""
    with (library.ROOT / "ask" / "examples.csv").open(encoding="utf-8") as file:
        rows = [(row["topic"], parts(text_of(row["question"]))) for row in csv.DictReader(file)]
    count = Counter(part for _, held in rows for part in held)
    weight = {part: math.log(len(rows) / number) for part, number in count.items()}
    where: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, (_, held) in enumerate(rows):
        norm = math.sqrt(sum(weight[part] ** 2 for part in held)) or 1.0
        for part in held:
            where[part].append((number, weight[part] / norm))
    return [topic for topic, _ in rows], dict(where), weight, math.log(len(rows))


def likeness(text: Text, *, without: int = -1) -> dict[str, float]:
    """Highest likeness, 0 to 1, to an example of each topic; the empty topic is that of other matters.

    ``without`` leaves one example out, by its number, so that examples can be judged by the others.
    """
    topics, where, weight, unknown = _table()
    held = parts(text)
    norm = math.sqrt(sum(weight.get(part, unknown) ** 2 for part in held)) or 1.0
    alike: dict[int, float] = defaultdict(float)
    for part in held:
        for number, share in where.get(part, ()):
            if number != without:
                alike[number] += share * weight[part] / norm
    best: dict[str, float] = defaultdict(float)
    for number, value in alike.items():
        for topic in topics[number].split("|"):
            best[GENERAL.get(topic, topic)] = max(best[GENERAL.get(topic, topic)], value)
    return dict(best)
