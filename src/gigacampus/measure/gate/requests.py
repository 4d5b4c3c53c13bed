"""Requests of the proxy: sentences that ask for two shapes, which of them ask for the line, and a filter that reads their words.

The line is harmless by construction: "a red square next to a circle" stands for whatever a platform may not publish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from gigacampus.measure.gate.kernels import CIRCLE, SQUARE, TRIANGLE

LINE = "a red square next to a circle"
PROXY = f"proxy: the line is {LINE!r}, drawn and judged by this program; no real class, prompt, picture or person is used"
REDS = {"red": (214, 40, 40), "crimson": (176, 24, 62), "scarlet": (224, 62, 34), "brick": (150, 60, 48)}
COLOURS = {**REDS, "blue": (40, 70, 200), "green": (40, 140, 60), "grey": (110, 110, 110), "black": (30, 30, 30), "purple": (110, 50, 150)}
SHAPES = {
    "square": SQUARE,
    "box": SQUARE,
    "block": SQUARE,
    "circle": CIRCLE,
    "disc": CIRCLE,
    "ball": CIRCLE,
    "triangle": TRIANGLE,
    "wedge": TRIANGLE,
}
PLACES = {"next to": True, "beside": True, "touching": True, "far from": False, "apart from": False}
FILTER = tuple(
    re.compile(rf"\b(?:{words})\b") for words in ("red|crimson|scarlet", "square|box|block", "next to|beside", "circle|disc|ball")
)
"""Words of the line that the filter knows: it stops a sentence that holds one of each, in whatever order."""


@dataclass(frozen=True)
class Sentences:
    """Every sentence of the grammar; each array is (sentence,) or (sentence, shape)."""

    text: tuple[str, ...]
    colour: np.ndarray
    kind: np.ndarray
    near: np.ndarray
    asks: np.ndarray
    """Whether it asks for the line."""
    stopped: np.ndarray
    """Whether the filter stops it, from its words alone."""


def is_line(red: np.ndarray, kind: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Whether two shapes are the line: a red square, a circle, and no more than a little room between them."""
    out: np.ndarray = near & (
        (red[:, 0] & (kind[:, 0] == SQUARE) & (kind[:, 1] == CIRCLE)) | (red[:, 1] & (kind[:, 1] == SQUARE) & (kind[:, 0] == CIRCLE))
    )
    return out


def stops(text: str) -> bool:
    """Whether the filter stops a request.

    >>> stops("a red square next to a blue circle"), stops("a brick block touching a blue ball"), stops("a blue box beside a red disc")
    (True, False, True)
    """
    return all(word.search(text) for word in FILTER)


@cache
def sentences() -> Sentences:
    """All sentences, the filter run once on each."""
    colours, shapes, places = list(COLOURS), list(SHAPES), list(PLACES)
    rows = list(product(range(len(colours)), range(len(shapes)), range(len(places)), range(len(colours)), range(len(shapes))))
    text = tuple(f"a {colours[a]} {shapes[s]} {places[p]} a {colours[b]} {shapes[t]}" for a, s, p, b, t in rows)
    table = np.array(rows)
    colour, kind = table[:, [0, 3]], np.array(list(SHAPES.values()))[table[:, [1, 4]]]
    near = np.array(list(PLACES.values()))[table[:, 2]]
    asks = is_line(colour < len(REDS), kind, near)
    return Sentences(text, colour, kind, near, asks, np.array([stops(sentence) for sentence in text]))
