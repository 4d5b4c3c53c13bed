"""What moving an input would do that a scenario holds certain: small prepared runs along its range, as terms of the instant estimate.

The run itself says nothing of such an input. A few runs of fewer futures, which share seed, worlds and draws with one of the scenario as
it stands, give the change of each figure's median; a quadratic through them joins the surface that the run's own futures gave.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.answers.figures import DATE_UNIT, Figure
from gigacampus.answers.headline import headline
from gigacampus.explore.instant_estimate import rounded_to
from gigacampus.explore.response_surface import GROUPS
from gigacampus.foundation.errors import ScenarioError, refuse
from gigacampus.pipeline import cache
from gigacampus.results.result import Result
from gigacampus.schema.uncertainty import Z90

WORLDS, DRAWS = 24, 240
"""Futures of a prepared run, at most."""
SHARES = (-1.0, -0.5, 0.5, 1.0)
"""Where the runs stand between the scenario's value and the two ends of the range."""
DIGITS = 4
KEPT = "prepared_input"
Run = Callable[[tuple[str, ...]], Result]


@dataclass(frozen=True)
class Span:
    """An input's value in the scenario, and the range of its lever."""

    path: str
    default: float
    low: float
    high: float
    whole: bool = False

    def values(self) -> list[float]:
        """Values of the prepared runs, without the scenario's own.

        >>> Span("a", 4.0, 2.0, 8.0).values(), Span("a", 1.0, 1.0, 2.0, whole=True).values()
        ([2.0, 3.0, 6.0, 8.0], [2.0])
        """
        reach = [(self.default - self.low) if share < 0.0 else (self.high - self.default) for share in SHARES]
        some = [float(f"{self.default + share * by:.{DIGITS}g}") for share, by in zip(SHARES, reach, strict=True)]
        rounded = [float(round(v)) for v in some] if self.whole else some
        return sorted({v for v in rounded if v != self.default and self.low <= v <= self.high})

    @property
    def step(self) -> float:
        """What counts as one standard deviation: the range as if it were a 10-90 % band."""
        return (self.high - self.low) / (2.0 * Z90)


def prepared(run: Run, span: Span, *, worlds: int, draws: int) -> dict[str, Any]:
    """Plain data of one certain input for :func:`instant_estimate.joined`, from the cache where the same was prepared before.

    ``run`` gives the scenario's result with some values set.
    """
    size = (f"run.worlds={min(worlds, WORLDS)}", f"run.draws={min(draws, DRAWS)}")
    base = run(size)
    text = f"{cache.version(__name__)}{base.manifest['hash']}{base.manifest['keys']}{span}"
    key = hashlib.sha256(text.encode()).hexdigest()
    if (found := cache.load(KEPT, key)) is not None:
        return dict(json.loads(str(found["json"][0])))
    moved = {}
    for value in span.values():
        try:
            moved[value] = run((*size, f"{span.path}={round(value) if span.whole else value!r}"))
        except ScenarioError:
            continue
    if not moved:
        raise refuse("no other value of its range can be run here", path=span.path, fix="type a value; its exact run says what is wrong")
    data = fitted_along(span, base, moved)
    cache.save(KEPT, key, {"json": np.array([json.dumps(data)])})
    return data


def fitted_along(span: Span, base: Result, moved: Mapping[float, Result]) -> dict[str, Any]:
    """Scale of the input, and for each figure the weights of its linear and square term with what they leave."""
    before = {f.id: f for f in headline(base)}
    after = {value: {f.id: f for f in headline(result)} for value, result in moved.items()}
    at = np.array([(value - span.default) / span.step for value in after])
    cap = float(len(base.coords["month"]))
    world = np.asarray(base.sampled.world_of_draw if base.sampled is not None else [])
    outcomes = {}
    for name, figure in before.items():
        some = [futures[name] for futures in after.values() if name in futures]
        lines = [known(f, cap) for f in (figure, *some)]
        if len(some) == len(at) and all(line.size == lines[0].size > 0 and np.isfinite(line).all() for line in lines):
            number = np.arange(lines[0].size) if figure.axis != "draw" else world
            outcomes[name] = along(at, lines, number)
    return {"path": span.path, "scale": {"log": False, "middle": span.default, "step": span.step}, "outcomes": outcomes}


def known(figure: Figure, cap: float) -> np.ndarray:
    """Samples of a figure, a date beyond the horizon as the month after it."""
    samples = np.asarray(figure.samples, dtype=float)
    return np.where(np.isnan(samples), cap, samples) if figure.unit == DATE_UNIT else samples


def along(at: np.ndarray, lines: Sequence[np.ndarray], world: np.ndarray) -> dict[str, Any]:
    """Weights of the terms ``z`` and ``z**2`` (all futures, then without each twelfth of the worlds), and the misfit of the median.

    >>> found = along(np.array([-1.0, 1.0]), [np.zeros(3), np.full(3, -2.0), np.full(3, 2.0)], np.arange(3))
    >>> [round(w, 9) + 0.0 for w in found["weights"][0]]
    [2.0, 0.0]
    """
    number = np.unique(world, return_inverse=True)[1]
    keeps = [np.ones(len(number), dtype=bool), *(number % GROUPS != g for g in range(GROUPS))]
    columns = np.stack([at, at**2], axis=1) if len(at) > 1 else at[:, None]
    weights, misfit = [], 0.0
    for k, keep in enumerate(keeps):
        keep = keep if keep.any() else keeps[0]
        change = np.array([np.median(line[keep]) - np.median(lines[0][keep]) for line in lines[1:]])
        solved = np.linalg.lstsq(columns, change, rcond=None)[0]
        weights.append([*solved.tolist(), 0.0][:2])
        if k == 0:
            misfit = float(np.sqrt(np.mean((change - columns @ solved) ** 2)))
    return {"weights": [[rounded_to(w) for w in row] for row in weights], "misfit": rounded_to(misfit)}
