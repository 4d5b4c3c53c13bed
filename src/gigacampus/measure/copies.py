"""Which posts are copies of earlier ones, to the byte or nearly, in bounded memory: many texts at once, by plain numpy.

Compiled loops would be twice as fast here, but loading a compiler takes three times the memory that the tables need.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

VALUES, BANDS = 64, 16
"""MinHash values of a text, and bands of four in which candidates are sought."""
SHINGLE = 5
"""Bytes of a shingle."""
LEAST_ALIKE = 0.7
"""Share of shingles in common from which two texts are near copies."""
REMEMBERED = 200_000
"""Texts back to which near copies are found."""
SLOTS = 2**19
EXACT = 500_000
"""Texts in each of two generations in which exact copies are found."""
SHORTEST = 8
"""Bytes of a text without links, names and marks from which it can be a near copy."""
NUMBERS = 2**31
"""Texts after which their numbers begin anew: what the tables of candidates hold."""
LINK_OR_NAME = re.compile(rb"https?://\S*|@[\w.]+|^rt\s")
MARKS = bytes(range(33)) + b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
SEPARATOR = b"\xff"
"""A byte that no text holds: UTF-8 does not use it."""
SPREAD, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD)


def normalised(texts: Sequence[str]) -> list[bytes]:
    """Texts in lower case without links, names, spaces and ASCII marks.

    >>> normalised(["RT @one Hello, World! https://x.example", "one"])
    [b'helloworld', b'one']
    """
    lowered = [text.lower().encode() for text in texts]
    for i, raw in enumerate(lowered):
        if b"http" in raw or b"@" in raw or raw.startswith(b"rt "):
            lowered[i] = LINK_OR_NAME.sub(b"", raw)
    return SEPARATOR.join(lowered).translate(None, MARKS).split(SEPARATOR)


class Seen:
    """Hashes of the texts seen, in two generations of bounded size: open tables, 0 an empty place."""

    def __init__(self, size: int = EXACT) -> None:
        self.size, self.count = size, 0
        self.young, self.old = (np.zeros(4 * 2 ** (size - 1).bit_length(), np.uint64) for _ in range(2))

    def seen(self, texts: Sequence[str]) -> np.ndarray:
        """Which of some texts came before to the letter, bool; remembers their hashes. At most ``size`` texts at once."""
        keys = np.fromiter(map(hash, texts), np.int64, len(texts)).view(np.uint64)
        keys[keys == 0] = 1
        out = np.ones(len(keys), bool)
        first = np.unique(keys, return_index=True)[1]
        out[first] = (self.young[_place(self.young, keys[first])] != 0) | (self.old[_place(self.old, keys[first])] != 0)
        new = keys[~out]
        if self.count + len(new) > self.size:
            self.young, self.old, self.count = np.zeros_like(self.young), self.young, 0
        self.count += len(new)
        while len(new):
            place = _place(self.young, new)
            self.young[place] = new
            new = new[self.young[place] != new]
        return out


def _place(table: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Where each key stands in an open table, or the empty place where it would."""
    last = np.uint64(len(table) - 1)
    place = keys & last
    going = np.arange(len(keys))
    while len(going):
        held = table[place[going]]
        going = going[(held != 0) & (held != keys[going])]
        place[going] = (place[going] + np.uint64(1)) & last
    return place


def signatures(texts: Sequence[bytes], multiplier: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """MinHash values of some texts, (value, text): the least of each hash over a text's shingles; a shorter text is one of its own.

    Sixteen bits a value: two texts of 500 shingles without one in common share 0.4 % of their values.
    """
    sizes = np.array([len(text) for text in texts])
    start = np.cumsum(sizes) - sizes
    count = np.maximum(sizes - SHINGLE + 1, 1)
    byte = np.frombuffer(b"".join(texts) + bytes(SHINGLE), np.uint8).astype(np.uint64)
    two = (byte[:-1] << np.uint64(8)) | byte[1:]
    hashed = (two[:-4] << np.uint64(24)) | (two[2:-2] << np.uint64(8)) | byte[4:-1] | np.uint64(1 << 8 * SHINGLE)
    for i in np.flatnonzero(sizes < SHINGLE):
        hashed[start[i]] = int.from_bytes(b"\x01" + texts[int(i)])
    hashed *= SPREAD
    short = ((hashed ^ (hashed >> np.uint64(29))) >> np.uint64(16)).astype(np.uint16)
    first = np.cumsum(count) - count
    short = short[np.repeat(start - first, count) + np.arange(count.sum())]
    out, held = np.empty((len(multiplier), len(texts)), np.uint16), np.empty_like(short)
    for k in range(len(multiplier)):
        np.multiply(short, multiplier[k], out=held)
        held += offset[k]
        np.minimum.reduceat(held, first, out=out[k])
    return out


class NearCopies:
    """Signatures of the newest texts and the tables by which candidates are found."""

    def __init__(self, remembered: int = REMEMBERED, slots: int = SLOTS) -> None:
        random = np.random.default_rng(20260116)
        self.multiplier = random.integers(1, 2**16, VALUES, dtype=np.uint16) | np.uint16(1)
        self.offset = random.integers(0, 2**16, VALUES, dtype=np.uint16)
        self.kept = np.zeros((remembered, VALUES), np.uint16)
        """The newest signatures, a text at the place of its number modulo the length."""
        self.table, self.slots = np.full(BANDS * slots, -1, np.int32), slots
        """The newest text with the values of a band, by band and slot."""
        self.count = 0

    def seen(self, texts: Sequence[bytes]) -> np.ndarray:
        """Which of some normalised texts are nearly like an earlier one, bool; too short ones are not."""
        told = [i for i, text in enumerate(texts) if len(text) >= SHORTEST]
        out = np.zeros(len(texts), bool)
        if told:
            out[told] = self.alike(signatures([texts[i] for i in told], self.multiplier, self.offset))
        return out

    def alike(self, signature: np.ndarray) -> np.ndarray:
        """Which signatures (value, text) have ``LEAST_ALIKE`` of their values in common with an earlier one; keeps them."""
        texts = signature.shape[1]
        number = (self.count + np.arange(texts)) % NUMBERS
        self.count = (self.count + texts) % NUMBERS
        self.kept[number % len(self.kept)] = signature.T
        other = self._candidates(self._slot(signature), np.tile(number, BANDS)).reshape(BANDS, texts)
        band, text = np.nonzero((other >= 0) & (other < number) & (number[-1] - other < len(self.kept)))
        same = self.kept[other[band, text] % len(self.kept)] == self.kept[number[text] % len(self.kept)]
        out = np.zeros(texts, bool)
        out[text[np.count_nonzero(same, axis=1) >= LEAST_ALIKE * VALUES]] = True
        return out

    def _slot(self, signature: np.ndarray) -> np.ndarray:
        """Place in the table of each band of each signature, (band times text,)."""
        rows = signature.reshape(BANDS, VALUES // BANDS, -1)
        key = np.repeat(np.arange(1, BANDS + 1, dtype=np.uint64)[:, None], signature.shape[1], axis=1)
        for row in range(VALUES // BANDS):
            key = (key ^ rows[:, row]) * MIX
            key ^= key >> np.uint64(33)
        slot = (key % np.uint64(self.slots)).astype(np.int64)
        return (slot + self.slots * np.arange(BANDS)[:, None]).ravel()

    def _candidates(self, slot: np.ndarray, number: np.ndarray) -> np.ndarray:
        """The text that stood at each place before; puts the new ones there, one after the other."""
        before: np.ndarray = self.table[slot]
        order = np.argsort(slot, kind="stable")
        again = np.flatnonzero(slot[order][1:] == slot[order][:-1])
        before[order[again + 1]] = number[order[again]]
        self.table[slot] = number
        return before
