"""Which posts are copies of earlier ones, to the byte or nearly, in bounded memory."""

from __future__ import annotations

import re

import numpy as np

from gigacampus.measure.kernels import near_copies, signatures

VALUES, BANDS = 64, 16
"""MinHash values of a text, and bands of four in which candidates are sought."""
LEAST_ALIKE = 0.7
"""Share of shingles in common from which two texts are near copies."""
REMEMBERED = 200_000
"""Texts back to which near copies are found."""
SLOTS = 2**19
EXACT = 500_000
"""Texts in each of two generations in which exact copies are found."""
SHORTEST = 8
"""Bytes of a text without links, names and marks from which it can be a near copy."""
LINK_OR_NAME = re.compile(rb"https?://\S*|@[\w.]+|^rt\s")
MARKS = bytes(range(33)) + b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def normalised(text: str) -> bytes:
    """A text in lower case without links, names, spaces and ASCII marks.

    >>> normalised("RT @one Hello, World! https://x.example")
    b'helloworld'
    """
    raw = text.lower().encode()
    if b"http" in raw or b"@" in raw or raw.startswith(b"rt "):
        raw = LINK_OR_NAME.sub(b"", raw)
    return raw.translate(None, MARKS)


class Seen:
    """Hashes of the texts seen, in two generations of bounded size."""

    def __init__(self, size: int = EXACT) -> None:
        self.size = size
        self.young: set[int] = set()
        self.old: set[int] = set()

    def seen(self, text: str) -> bool:
        """Whether this very text came before; remembers its hash."""
        key, young = hash(text), self.young
        if key in young or key in self.old:
            return True
        young.add(key)
        if len(young) >= self.size:
            self.young, self.old = set(), young
        return False


class NearCopies:
    """Signatures of the newest texts and the tables by which candidates are found."""

    def __init__(self, remembered: int = REMEMBERED, slots: int = SLOTS) -> None:
        random = np.random.default_rng(20260116)
        self.multiplier = random.integers(1, 2**32, VALUES, dtype=np.uint32) | np.uint32(1)
        self.offset = random.integers(0, 2**32, VALUES, dtype=np.uint32)
        self.kept = np.zeros((remembered, VALUES), np.uint32)
        self.table = np.full((BANDS, slots), -1, np.int64)
        self.count = 0

    def seen(self, texts: list[bytes]) -> np.ndarray:
        """Which of some normalised texts are nearly like an earlier one, bool; too short ones are not."""
        told = [i for i, text in enumerate(texts) if len(text) >= SHORTEST]
        out = np.zeros(len(texts), bool)
        if not told:
            return out
        start = np.concatenate([[0], np.cumsum([len(texts[i]) for i in told])])
        signature = np.empty((len(told), VALUES), np.uint32)
        signatures(np.frombuffer(b"".join(texts[i] for i in told), np.uint8), start, self.multiplier, self.offset, signature)
        found = np.zeros(len(told), bool)
        near_copies(signature, self.count, self.kept, self.table, VALUES // BANDS, LEAST_ALIKE, found)
        self.count += len(told)
        out[told] = found
        return out
