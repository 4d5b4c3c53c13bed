"""Which figure a question asks for: the ideas that its words name and the examples that it is like speak for topics; the surest answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from gigacampus.ask.examples import likeness
from gigacampus.ask.words import Text, found_in, han_in, text_of, unknown, vocabulary

LEAST = 0.57
"""Score below which a question is declined."""
DOUBT = 1.0
"""Weight that speaks against every topic from the start."""
STRANGE, MOST_STRANGE = 0.22, 5.0
"""Weight of each word that is unknown, and how many of them count."""
ELSEWHERE = 0.8
"""Weight against a question that names neither a campus nor its company nor two ideas of the field, and holds unknown words."""
OTHER_MATTER = 4.0
"""Weight against a question that names another matter."""
LIKE, LIKE_OTHER = 4.0, 4.0
"""Weight of full likeness to an example: for its topic, and against all topics where it is an example of another matter."""
LEVELS = {1.0: "date_1_gw", 2.0: "date_2_gw"}
ASKING = frozenset({"when", "how_many", "share", "cost", "duration", "worth_it", "context", "elsewhere", "permit"})
"""Ideas that any field has."""
SALIENT = 2.5
"""An idea that speaks this strongly for some topic speaks ..."""
MISSED = 0.35
"""... this much against every topic that it does not belong to."""


SUPPOSED = 0.6
"""Weight of an idea that only the change names which a question supposes."""
CHANGE = re.compile(
    r" (?:(?:what if|what happens if|if|suppose|assuming|imagine|如果|假如|要是|假设|若|倘若)[^,:;]*[,:;] ?(.+)|(.+?) if .+)"
)
"""A question after, or before, the change that it supposes."""


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


def by_level(topic: str, level: dict[str, Any] | None) -> str:
    """The topic of a date by the level that a question sets: 1 or 2 GW."""
    return LEVELS.get(level["value"], topic) if topic == "Q14" and level and level["unit"] == "GW" else topic


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


def asked_part(text: Text) -> Text:
    """A question without the change that it supposes, where what is left names an idea of its own.

    >>> asked_part(text_of("What if interest rates rise, how long does the cash last?")).tokens[:3]
    ('how', 'long', 'does')
    """
    found = CHANGE.match(text.plain)
    left = text_of(found[1] or found[2]) if found else text
    return left if ideas_in(left) & _salient() else text


def route(question: str, *, without: int = -1) -> Route:
    """The topic that a question asks for, with how sure that is; ``without`` leaves one example out.

    >>> route("How loud will it be in my bedroom at night?").topic, route("Who won the cup final?").is_sure
    ('Q01', False)
    """
    text = text_of(question)
    ideas, asked = ideas_in(text), ideas_in(asked_part(text))
    like = likeness(text, without=without)
    weights = {
        topic: _weight(asked, row) + SUPPOSED * _weight(ideas - asked, row) + LIKE * like.get(topic, 0.0) for topic, row in topics().items()
    }
    ranked = sorted(weights, key=lambda topic: -weights[topic])
    best = weights[ranked[0]]
    if best <= 0.0:
        return Route(ranked[0], 0.0)
    against = DOUBT + _doubts(text, ideas) + LIKE_OTHER * like.get("", 0.0)
    near = tuple(topic for topic in ranked[1:4] if weights[topic] >= 0.75 * best)
    return Route(ranked[0], best / (best + against), near)


def _doubts(text: Text, ideas: frozenset[str]) -> float:
    """Weight that speaks against the question being about a campus or its company at all."""
    strange = min(unknown(text, _known()), MOST_STRANGE)
    at_home = "context" in ideas or len(ideas - ASKING) >= 2
    return STRANGE * strange + (0.0 if at_home or not strange else ELSEWHERE) + (OTHER_MATTER if "elsewhere" in ideas else 0.0)


def _weight(ideas: frozenset[str], row: dict[str, float]) -> float:
    missed = sum(1 for idea in ideas & _salient() if idea not in row)
    return sum(row.get(idea, 0.0) for idea in ideas) - MISSED * missed
