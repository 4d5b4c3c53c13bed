"""Which figure a question asks for: every idea that its words name speaks for some topics, and the surest topic answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gigacampus.ask.words import Text, found_in, han_in, text_of, unknown, vocabulary

LEAST = 0.51
"""Score below which a question is declined."""
DOUBT = 1.1
"""Weight that speaks against every topic from the start."""
STRANGE = 0.55
"""Weight of each word that is unknown."""
ELSEWHERE = 0.9
"""Weight that speaks against a question that names neither a campus nor its company and holds unknown words."""
SALIENT = 2.5
"""An idea that speaks this strongly for some topic speaks ..."""
MISSED = 0.35
"""... this much against every topic that it does not belong to."""


@dataclass(frozen=True)
class Route:
    """Where a question leads."""

    topic: str
    score: float
    """From 0 to 1: share of the weight that speaks for the topic."""
    others: tuple[str, ...] = ()
    """Topics nearly as likely."""

    @property
    def is_sure(self) -> bool:
        return self.score >= LEAST


@cache
def topics() -> dict[str, dict[str, float]]:
    """Weight of each idea, by topic."""
    return vocabulary("topics")


@cache
def _salient() -> frozenset[str]:
    return frozenset(idea for weights in topics().values() for idea, weight in weights.items() if weight >= SALIENT)


@cache
def _known() -> tuple[str, ...]:
    tables = (vocabulary("ideas"), vocabulary("levers"))
    return tuple(word for table in tables for row in table.values() for word in (*row["en"], *row["zh"]))


def ideas_in(text: Text) -> frozenset[str]:
    """Ideas that a question's words name."""
    return frozenset(idea for idea, row in vocabulary("ideas").items() if found_in(text, row["en"]) or han_in(text, row["zh"]))


def route(question: str) -> Route:
    """The topic that a question asks for, with how sure that is.

    >>> route("How loud will it be in my bedroom at night?").topic, route("Who won the cup final?").is_sure
    ('Q01', False)
    """
    text = text_of(question)
    ideas = ideas_in(text)
    weights = {topic: _weight(ideas, row) for topic, row in topics().items()}
    ranked = sorted(weights, key=lambda topic: -weights[topic])
    best = weights[ranked[0]]
    if best <= 0.0:
        return Route(ranked[0], 0.0)
    strange = unknown(text, _known())
    against = DOUBT + STRANGE * strange + (ELSEWHERE if strange and "context" not in ideas else 0.0)
    near = tuple(topic for topic in ranked[1:4] if weights[topic] >= 0.75 * best)
    return Route(ranked[0], best / (best + against), near)


def _weight(ideas: frozenset[str], row: dict[str, float]) -> float:
    missed = sum(1 for idea in ideas & _salient() if idea not in row)
    return sum(row.get(idea, 0.0) for idea in ideas) - MISSED * missed
