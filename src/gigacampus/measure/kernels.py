"""Compiled near-duplicate search: MinHash over shingles of bytes, candidates by bands in tables of fixed size."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import njit

SHINGLE = 5
"""Bytes of a shingle."""


@njit(cache=True, nogil=True)
def signatures(text: np.ndarray, start: np.ndarray, multiplier: np.ndarray, offset: np.ndarray, out: np.ndarray) -> None:
    """MinHash values of each text in ``out`` (text, value); ``text`` holds all bytes, ``start`` where each begins, and the end.

    A text shorter than a shingle is one shingle of its own.
    """
    for i in range(len(start) - 1):
        first, last = start[i], start[i + 1]
        count = max(last - first - SHINGLE + 1, 1)
        for k in range(out.shape[1]):
            out[i, k] = np.uint32(0xFFFFFFFF)
        for j in range(count):
            piece = np.uint64(1)
            for b in range(first + j, min(first + j + SHINGLE, last)):
                piece = piece * np.uint64(256) + np.uint64(text[b])
            piece = piece * np.uint64(0x9E3779B97F4A7C15)
            short = np.uint32((piece ^ (piece >> np.uint64(29))) >> np.uint64(16))
            for k in range(out.shape[1]):
                out[i, k] = min(out[i, k], np.uint32(short * multiplier[k] + offset[k]))


@njit(cache=True, nogil=True)
def near_copies(signature: np.ndarray, first: int, kept: np.ndarray, table: np.ndarray, rows: int, least: float, out: np.ndarray) -> None:
    """Mark in ``out`` each text that is like an earlier one, and keep it for those that follow.

    ``kept`` (place, value) holds the newest signatures, text ``n`` at place ``n`` modulo its length; ``table`` (band, slot) the
    newest text with the values of that band, ``rows`` of them to a band; alike are two whose share of equal values is ``least``
    or more.
    """
    bands, slots = table.shape
    for i in range(signature.shape[0]):
        number = first + i
        best = 0
        for b in range(bands):
            key = np.uint64(b + 1)
            for r in range(rows):
                key = (key ^ np.uint64(signature[i, b * rows + r])) * np.uint64(0xFF51AFD7ED558CCD)
                key ^= key >> np.uint64(33)
            slot = np.int64(key % np.uint64(slots))
            other = table[b, slot]
            table[b, slot] = number
            if best < signature.shape[1] and other >= 0 and number - other < kept.shape[0]:
                same = 0
                for k in range(signature.shape[1]):
                    same += signature[i, k] == kept[other % kept.shape[0], k]
                best = max(best, same)
        out[i] = best >= least * signature.shape[1]
        for k in range(signature.shape[1]):
            kept[number % kept.shape[0], k] = signature[i, k]
