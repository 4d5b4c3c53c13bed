"""Slips of the keyboard in English words: one letter left out, doubled, swapped or wrong."""

from __future__ import annotations

from gigacampus.ask.features import ENDINGS, vectors
from gigacampus.ask.words import Text

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 5
"""Letters from which a word is mended: shorter ones are too near to others."""


def corrected(text: Text, usual: dict[str, float]) -> Text:
    """A text whose unknown words are mended to the most usual word one slip away.

    >>> corrected(Text(" gas turbins ", ("gas", "turbins")), {"turbines": 2.0, "gas": 1.0}).tokens
    ('gas', 'turbines')
    """
    tokens = tuple(_nearest(token, usual) for token in text.tokens)
    return text if tokens == text.tokens else Text(text.plain, tokens)


def _nearest(token: str, usual: dict[str, float]) -> str:
    if len(token) < SHORTEST or not token.isalpha() or _is_known(token, usual):
        return token
    return min(sorted(slips(token) & usual.keys()), key=lambda word: usual[word], default=token)


def _is_known(token: str, usual: dict[str, float]) -> bool:
    known, _ = vectors()
    return any(token.endswith(end) and (word := token.removesuffix(end)) and (word in known or word in usual) for end in ENDINGS)


def slips(word: str) -> set[str]:
    """Words one slip away from a word.

    >>> sorted(slips("ab") & {"a", "ba", "abc", "b", "xb", "ab"})
    ['a', 'ab', 'abc', 'b', 'ba', 'xb']
    """
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return {
        made
        for left, right in cuts
        for made in (
            *(left + letter + right for letter in LETTERS),
            *((left + right[1:], *(left + letter + right[1:] for letter in LETTERS)) if right else ()),
            *((left + right[1] + right[0] + right[2:],) if len(right) > 1 else ()),
        )
    }
