"""The proxy's pipeline on shapes that it draws: prompt filter, generator, output classifier, hashes of items taken down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from time import process_time

import numpy as np

from gigacampus.measure.gate import kernels
from gigacampus.measure.gate.requests import COLOURS, REDS, is_line, sentences
from gigacampus.products.roc import roc_curve

BATCH = 20_000
"""Pictures that are held at once."""
GRAIN = 34
"""Largest change of brightness by the grain of a picture."""
NEAR_GAP, FAR_GAP = 3, 8
"""Points between two shapes: fewer than the first is near; far ones keep from there to the second."""
WRONG_PLACE, WRONG_COLOUR = 0.04, 0.02
"""Share of pictures in which the generator puts a shape elsewhere, or paints it otherwise, than it was asked."""
KNOWN = 50
"""Items taken down whose hashes are kept."""
HASH_BITS = 2
"""Bits by which a hash may differ from a known one."""
TRAINING = 20_000
Progress = Callable[[str, int, int], None]
GATES = ("prompt_filter", "output_classifier", "known_items")


@dataclass(frozen=True)
class Mix:
    """What comes: share of requests for the line, and share of requests that are copies of items taken down."""

    asked_frac: float = 0.05
    copies_frac: float = 0.005


@dataclass(frozen=True)
class Items:
    """What happened to each request, had no gate stopped it before; each array is (item,)."""

    violates: np.ndarray
    """Whether its picture is the line, as it was drawn."""
    copied: np.ndarray
    filtered: np.ndarray
    score: np.ndarray
    """Score of the output classifier."""
    distance: np.ndarray
    """Bits to the nearest hash of an item taken down."""

    def stopped(self, threshold: float) -> dict[str, np.ndarray]:
        """Which items each gate stops when it sees them all, by gate in order."""
        return dict(zip(GATES, (self.filtered, self.score >= threshold, self.distance <= HASH_BITS), strict=True))


@dataclass(frozen=True)
class Scenes:
    """What the generator draws: shapes (item, shape, 4), colours (item, shape, channel) and whether it is the line (item,)."""

    shape: np.ndarray
    colour: np.ndarray
    violates: np.ndarray


@dataclass(frozen=True)
class Gate:
    """A fitted classifier and the hashes of items taken down with the scenes that they were made of."""

    weight: np.ndarray
    known: Scenes
    code: np.ndarray


def asked_for(count: int, asked_frac: float, random: np.random.Generator) -> np.ndarray:
    """Number of a sentence for each request, shape (item,)."""
    asks = sentences().asks
    line, other = np.flatnonzero(asks), np.flatnonzero(~asks)
    wants = random.random(count) < asked_frac
    return np.where(wants, line[random.integers(0, len(line), count)], other[random.integers(0, len(other), count)])


def generated(number: np.ndarray, random: np.random.Generator) -> Scenes:
    """Scenes that the generator draws for some sentences, with its own mistakes."""
    told, count = sentences(), len(number)
    near = told.near[number] ^ (random.random(count) < WRONG_PLACE)
    colour, kind = told.colour[number].copy(), told.kind[number]
    wrong = random.random(colour.shape) < WRONG_COLOUR
    colour[wrong] = random.integers(0, len(COLOURS), int(wrong.sum()))
    half = random.integers(2, 4, (count, 2))
    gap = np.where(near, random.integers(0, NEAR_GAP, count), random.integers(NEAR_GAP, FAR_GAP + 1, count))
    left = half[:, 0] + random.integers(0, 4, count)
    x = np.stack([left, left + half.sum(axis=1) + 1 + gap], axis=1)
    y = np.stack([random.integers(3, kernels.HEIGHT - 3, count) for _ in range(2)], axis=1)
    rgb = np.array(list(COLOURS.values()))[colour] + random.integers(-18, 19, (count, 2, 3))
    return Scenes(np.stack([kind, x, y, half], axis=2), np.clip(rgb, 0, 255), is_line(colour < len(REDS), kind, near))


def joined(where: np.ndarray, one: Scenes, other: Scenes) -> Scenes:
    """Scenes of ``one`` where ``where``, of ``other`` elsewhere."""
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(Scenes))
    return Scenes(*(np.where(where.reshape(-1, *(1,) * (a.ndim - 1)), a, b) for a, b in pairs))


def drawn(scenes: Scenes, random: np.random.Generator) -> np.ndarray:
    """Pictures of some scenes, uint8 (item, y, x, channel)."""
    count = len(scenes.violates)
    out = np.empty((count, kernels.HEIGHT, kernels.WIDTH, 3), np.uint8)
    kernels.draw(scenes.shape, scenes.colour, random.integers(0, 2**63, count), GRAIN, out)
    return out


def design(pictures: np.ndarray) -> np.ndarray:
    """Features of pictures, their squares and products, and a constant, (item, column)."""
    read = np.empty((len(pictures), 7))
    kernels.features(pictures, read)
    first, second = np.triu_indices(read.shape[1])
    return np.concatenate([np.ones((len(read), 1)), read, read[:, first] * read[:, second]], axis=1)


def fitted(matrix: np.ndarray, violates: np.ndarray, *, ridge: float = 1e-2, steps: int = 12) -> np.ndarray:
    """Weights of a logistic regression by Newton's method, shape (column,)."""
    weight = np.zeros(matrix.shape[1])
    for _ in range(steps):
        share = logistic(matrix @ weight)
        slope = matrix.T @ (violates - share) - ridge * weight
        bend = (matrix * (share * (1.0 - share))[:, None]).T @ matrix + ridge * np.eye(len(weight))
        weight += np.linalg.solve(bend, slope)
    return weight


def logistic(x: np.ndarray) -> np.ndarray:
    """1/(1 + exp(-x)), for any x."""
    out: np.ndarray = 0.5 * (1.0 + np.tanh(0.5 * x))
    return out


def hashes_of(pictures: np.ndarray) -> np.ndarray:
    """Difference hash of each picture, uint64 (item, word)."""
    code = np.empty((len(pictures), 2), np.uint64)
    kernels.hashes(pictures, code)
    return code


def trained(seed: np.random.SeedSequence) -> Gate:
    """A gate whose classifier has learned from labelled pictures of its own, half of them the line, and that knows some items."""
    random = np.random.default_rng(seed)
    scenes = generated(asked_for(TRAINING, 0.5, random), random)
    weight = fitted(design(drawn(scenes, random)), scenes.violates)
    line = np.flatnonzero(sentences().asks)
    found = generated(line[random.integers(0, len(line), 2 * KNOWN)], random)
    kept = np.flatnonzero(found.violates)[:KNOWN]
    known = Scenes(*(getattr(found, f.name)[kept] for f in fields(Scenes)))
    return Gate(weight, known, hashes_of(drawn(known, random)))


def observed(
    count: int, gate: Gate, mix: Mix, seed: np.random.SeedSequence, *, name: str = "", progress: Progress | None = None
) -> tuple[Items, dict[str, float]]:
    """What happens to ``count`` requests at each gate, and processor seconds by step; batches have seeds of their own."""
    parts, spent = [], dict.fromkeys(("requests and filter", "generator", "classifier", "hashes"), 0.0)
    sizes = [min(BATCH, count - start) for start in range(0, count, BATCH)]
    for n, (size, own) in enumerate(zip(sizes, seed.spawn(len(sizes)), strict=True)):
        parts.append(_batch(size, gate, mix, np.random.default_rng(own), spent))
        if progress:
            progress(name, n * BATCH + size, count)
    return Items(*(np.concatenate(column) for column in zip(*parts, strict=True))), spent


def _batch(count: int, gate: Gate, mix: Mix, random: np.random.Generator, spent: dict[str, float]) -> tuple[np.ndarray, ...]:
    times = [process_time()]
    number = asked_for(count, mix.asked_frac, random)
    copied = random.random(count) < mix.copies_frac
    which = random.integers(0, len(gate.known.violates), count)
    filtered = sentences().stopped[number] & ~copied
    times.append(process_time())
    again = Scenes(*(getattr(gate.known, f.name)[which] for f in fields(Scenes)))
    scenes = joined(copied, again, generated(number, random))
    pictures = drawn(scenes, random)
    times.append(process_time())
    score = logistic(design(pictures) @ gate.weight)
    times.append(process_time())
    distance = np.empty(count, np.int64)
    kernels.distances(hashes_of(pictures), gate.code, distance)
    times.append(process_time())
    for step, used in zip(spent, np.diff(times), strict=True):
        spent[step] += float(used)
    return scenes.violates, copied, filtered, score, distance


def threshold_for(items: Items, false_positive_frac: float) -> float:
    """Lowest score at which the classifier stops no more than a share of harmless items."""
    curve = roc_curve(items.violates, items.score)
    return float(curve.threshold[max(int(np.searchsorted(curve.false_positive_frac, false_positive_frac, side="right")) - 1, 0)])
