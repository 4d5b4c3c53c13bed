"""The part of a question that asks, apart from the change that it supposes."""

from __future__ import annotations

import re

from gigacampus.ask.features import ideas_in
from gigacampus.ask.words import Text, text_of

ANYWHERE = frozenset(
    {"when", "how_many", "share", "cost", "duration", "worth_it", "context", "elsewhere", "permit", "chance", "concentration", "house"}
)
"""Ideas that any field has: they alone make no question."""
CHANGE = re.compile(
    r" (?:(?:what if|what happens if|if|suppose|assuming|imagine|如果|假如|要是|假设|若|倘若)[^,:;]*[,:;] ?(.+)|(.+?) if .+)"
)
"""A question after, or before, the change that it supposes."""


def asked_part(text: Text) -> Text:
    """A question without the change that it supposes, where what is left names an idea of its own.

    >>> asked_part(text_of("What if interest rates rise, how long does the cash last?")).tokens[:3]
    ('how', 'long', 'does')
    """
    found = CHANGE.match(text.plain)
    if found is None:
        return text
    left = text_of(found[1] or found[2])
    return left if ideas_in(left) - ANYWHERE else text
