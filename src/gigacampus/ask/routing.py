"""Which figure a question asks for: the topic that the examples speak for most, or none where they speak for other matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.ask.weights import learned, topics
from gigacampus.ask.words import text_of

LEAST = 0.5
"""Score below which a question is declined."""
SHARPNESS = 8.0
"""By which scores become shares: the larger, the surer."""
NEAR = 0.15
"""A topic whose score falls short of the best by less is told as near."""
LEVELS = {1.0: "date_1_gw", 2.0: "date_2_gw"}


@dataclass(frozen=True)
class Route:
    """Where a question leads."""

    topic: str
    score: float
    """From 0 to 1: share of the topic against other matters."""
    others: tuple[str, ...] = ()
    """Topics nearly as likely."""

    @property
    def is_sure(self) -> bool:
        return self.score >= LEAST


def by_level(topic: str, level: dict[str, Any] | None) -> str:
    """The topic of a date by the level that a question sets: 1 or 2 GW."""
    return LEVELS.get(level["value"], topic) if topic == "Q14" and level and level["unit"] == "GW" else topic


def route(question: str) -> Route:
    """The topic that a question asks for, with how sure that is.

    >>> route("How loud will it be in my bedroom at night?").topic, route("Who won the cup final?").is_sure
    ('Q01', False)
    """
    text = text_of(question)
    return of_scores(learned().scores(text)) if text.tokens or text.is_chinese else Route(topics()[-1], 0.0)


def of_scores(scores: np.ndarray) -> Route:
    """The route of a question by its score for each topic, other matters first."""
    ranked = sorted(range(1, scores.size), key=lambda i: -scores[i])
    best = scores[ranked[0]]
    near = tuple(topics()[i] for i in ranked[1:4] if scores[i] > best - NEAR)
    return Route(topics()[ranked[0]], float(1.0 / (1.0 + np.exp(SHARPNESS * (scores[0] - best)))), near)
