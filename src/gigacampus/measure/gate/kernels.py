"""Compiled work on small pictures: drawn, read for a classifier, hashed, and compared with known hashes."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import njit

HEIGHT, WIDTH = 12, 28
PAPER = 235
"""Brightness of the empty picture."""
SQUARE, CIRCLE, TRIANGLE = 0, 1, 2
HASH_STEP = 45.0
"""Brightness by which a cell must exceed its neighbour for its bit of the hash."""


@njit(cache=True, nogil=True)
def covers(kind: int, half: int, dx: int, dy: int) -> bool:
    """Whether a shape of some half width covers the point at a distance from its centre."""
    if kind == SQUARE:
        return abs(dx) <= half and abs(dy) <= half
    if kind == CIRCLE:
        return dx * dx + dy * dy <= half * half + half // 2
    return abs(dy) <= half and 2 * abs(dx) <= half + dy


@njit(cache=True, nogil=True)
def draw(shape: np.ndarray, colour: np.ndarray, seed: np.ndarray, grain: int, out: np.ndarray) -> None:
    """Pictures in ``out`` (item, y, x, channel) of two shapes each, under grain that its seed alone decides.

    ``shape`` (item, shape, 4) holds kind, x, y and half width, ``colour`` (item, shape, channel) 0 to 255.
    """
    for i in range(shape.shape[0]):
        state = np.uint64(seed[i]) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1)
        for y in range(HEIGHT):
            for x in range(WIDTH):
                state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                noise = np.int64((state >> np.uint64(33)) % np.uint64(2 * grain + 1)) - grain
                which = -1
                for s in range(2):
                    if covers(shape[i, s, 0], shape[i, s, 3], x - shape[i, s, 1], y - shape[i, s, 2]):
                        which = s
                for c in range(3):
                    value = PAPER + noise if which < 0 else np.int64(colour[i, which, c]) + noise
                    out[i, y, x, c] = min(max(value, 0), 255)


@njit(cache=True, nogil=True)
def features(picture: np.ndarray, out: np.ndarray) -> None:
    """What a classifier reads of each picture, in ``out`` (item, feature), from its points alone.

    For red points and for other dark ones: their number, the share of their box that they fill, the box's width over its height;
    last the gap between the two boxes. All are near 0 to 1.
    """
    for i in range(picture.shape[0]):
        count, box = np.zeros(2, np.int64), np.empty((2, 4), np.int64)
        box[:, 0], box[:, 1], box[:, 2], box[:, 3] = WIDTH, -1, HEIGHT, -1
        for y in range(HEIGHT):
            for x in range(WIDTH):
                r, g, b = np.int64(picture[i, y, x, 0]), np.int64(picture[i, y, x, 1]), np.int64(picture[i, y, x, 2])
                red = r - max(g, b) > 70
                if not red and min(r, g, b) > 165:
                    continue
                k = 0 if red else 1
                count[k] += 1
                box[k, 0], box[k, 1] = min(box[k, 0], x), max(box[k, 1], x)
                box[k, 2], box[k, 3] = min(box[k, 2], y), max(box[k, 3], y)
        for k in range(2):
            wide, high = box[k, 1] - box[k, 0] + 1, box[k, 3] - box[k, 2] + 1
            there = count[k] > 0
            out[i, 3 * k] = count[k] / 50.0
            out[i, 3 * k + 1] = count[k] / (wide * high) if there else 0.0
            out[i, 3 * k + 2] = min(wide / high, 3.0) / 3.0 if there else 0.0
        gap = max(box[0, 0] - box[1, 1], box[1, 0] - box[0, 1]) - 1
        out[i, 6] = min(max(gap, 0), 10) / 10.0 if count[0] > 0 and count[1] > 0 else 1.0


@njit(cache=True, nogil=True)
def hashes(picture: np.ndarray, out: np.ndarray) -> None:
    """Difference hash of each picture, in ``out`` (item, 2): of 8 by 9 cells, which exceed the one to their right.

    The first 64 bits compare brightness, the others how much red stands above green and blue.
    """
    cells, size = np.empty((2, 8, 9)), np.empty((8, 9))
    for i in range(picture.shape[0]):
        cells[:], size[:] = 0.0, 0.0
        for y in range(HEIGHT):
            for x in range(WIDTH):
                row, column = y * 8 // HEIGHT, x * 9 // WIDTH
                r, g, b = np.float64(picture[i, y, x, 0]), np.float64(picture[i, y, x, 1]), np.float64(picture[i, y, x, 2])
                cells[0, row, column] += (r + g + b) / 3.0
                cells[1, row, column] += r - 0.5 * (g + b)
                size[row, column] += 1.0
        for word in range(2):
            code = np.uint64(0)
            for row in range(8):
                for column in range(8):
                    step = cells[word, row, column] / size[row, column] - cells[word, row, column + 1] / size[row, column + 1]
                    code = (code << np.uint64(1)) | np.uint64(step > HASH_STEP)
            out[i, word] = code


@njit(cache=True, nogil=True)
def distances(code: np.ndarray, known: np.ndarray, out: np.ndarray) -> None:
    """Fewest bits in which each hash differs from one of the known ones."""
    for i in range(code.shape[0]):
        best = np.int64(64 * code.shape[1])
        for k in range(known.shape[0]):
            apart = np.int64(0)
            for word in range(code.shape[1]):
                bits = code[i, word] ^ known[k, word]
                bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
                bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
                bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
                apart += np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))
            best = min(best, apart)
        out[i] = best
