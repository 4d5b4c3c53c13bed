"""Which inputs move an answer, and where the inputs on its path come from."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from gigacampus.answers.figures import path_of
from gigacampus.registry.stages import BY_NAME
from gigacampus.results.result import Result
from gigacampus.scenario import library
from gigacampus.scenario.unread_inputs import is_read

SHOWN = 4


def rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Spearman's rho with mean ranks for ties; NaN in ``y`` ('never') ranks last.

    >>> round(rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, np.nan])), 3)
    1.0
    """
    return _alike(_ranks(np.asarray(x, dtype=float)), _ranks(np.asarray(y, dtype=float)))


def _alike(a: np.ndarray, b: np.ndarray) -> float:
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / scale if scale > 0 else 0.0


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks less their mean."""
    _, inverse, count = np.unique(np.where(np.isnan(values), np.inf, values), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2.0)[inverse]
    return np.asarray(ranks - ranks.mean())


@lru_cache(maxsize=1024)
def _ranks_of(column: bytes) -> np.ndarray:
    """Ranks of an input's values, which many answers are held against."""
    return _ranks(np.frombuffer(column))


def drivers(result: Result, samples: np.ndarray, axis: str, stages: tuple[str, ...], *, shown: int = SHOWN) -> list[dict[str, Any]]:
    """The uncertain inputs on the path that move with the answer, the one that stands out of chance most first.

    ``clear``: the correlation stands out of what chance gives, twice over, among as many futures as the input has values: a
    physical input has one in each world.
    """
    columns, own = _columns(result, axis, len(samples), stages), _ranks(np.asarray(samples, dtype=float))
    worlds = set(result.sampled.worlds) if result.sampled else set()
    scored = []
    for path, column in columns.items():
        count = len(np.unique(result.sampled.world_of_draw)) if axis == "draw" and path in worlds and result.sampled else len(samples)
        scored.append((path, _alike(_ranks_of(np.asarray(column, dtype=float).tobytes()), own), math.sqrt(max(count - 1, 1))))
    top = sorted((s for s in scored if s[1] != 0.0), key=lambda s: -abs(s[1]) * s[2])[:shown]
    return [{"input": path, "rank_correlation": round(rho, 2), "clear": abs(rho) * root >= 2.0} for path, rho, root in top]


def column_of(result: Result, path: str) -> np.ndarray:
    """Values of an uncertain input by draw."""
    points = result.sampled
    if points is None:
        raise KeyError(path)
    return points.draws[path] if path in points.draws else points.worlds[path][points.world_of_draw]


def _columns(result: Result, axis: str, count: int, stages: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Sampled inputs that the path of ``stages`` reads, one value for each sample."""
    points = result.sampled
    if points is None or axis == "fixed":
        return {}
    patterns = [p for name in path_of(stages) for p in BY_NAME[name].reads]
    worlds = {p: v for p, v in points.worlds.items() if is_read(p, patterns)}
    if axis == "world":
        return {p: v[-count:] for p, v in worlds.items() if len(v) >= count > 1}
    draws = {p: v for p, v in points.draws.items() if is_read(p, patterns)}
    return {**draws, **{p: v[points.world_of_draw] for p, v in worlds.items()}}


def stated(result: Result, stages: tuple[str, ...]) -> list[dict[str, Any]]:
    """For an answer that has no band: the subtrees that its path reads, as the inputs that would move it."""
    names = dict.fromkeys(p for s in stages for p in BY_NAME[s].reads if p not in ("horizon", "library", "as_of"))
    return [{"input": path, "rank_correlation": None, "clear": False} for path in list(names)[:SHOWN]]


def sources(result: Result, stages: tuple[str, ...], *, shown: int = 6) -> list[str]:
    """Sources of the cited inputs on the path with how many values each gives: first what the figure's own stages read, then what
    the stages before them read, each the most used first.
    """
    path, own, texts = set(path_of(stages)), set(stages), _texts()
    near: dict[str, int] = {}
    count: dict[str, int] = {}
    for (readers, source), values in _cited(result).items():
        if not path.isdisjoint(readers):
            is_near = not own.isdisjoint(readers)
            for key in library.source_keys(source) or [source]:
                count[key] = count.get(key, 0) + values
                near[key] = near.get(key, 0) + values * is_near
    ranked = sorted(count, key=lambda k: (-near[k], -count[k], k))
    named = [k for k in ranked if k not in ("A0", "R0", "")]
    out = [f"{_title(key, texts)} ({count[key]} value{'s' if count[key] != 1 else ''})" for key in named[:shown]]
    rest = count.get("A0", 0) + count.get("R0", 0)
    return out + ([f"assumed or recalled, no source ({rest} values)"] if rest else [])


_CITED: WeakKeyDictionary[Result, tuple[Any, Counter[tuple[tuple[str, ...], str]]]] = WeakKeyDictionary()


def _cited(result: Result) -> Counter[tuple[tuple[str, ...], str]]:
    """How many values of a run each set of stages reads from each source: counted once, and asked for by every figure."""
    rows = result.manifest.get("provenance", [])
    kept = _CITED.get(result)
    if kept is None or kept[0] is not rows:
        kept = _CITED[result] = rows, Counter((tuple(row.get("stages", ())), row["source"]) for row in rows)
    return kept[1]


@cache
def _texts() -> dict[str, dict[str, Any]]:
    return library.sources()


def _title(key: str, texts: dict[str, dict[str, Any]]) -> str:
    row = texts.get(key)
    return key if row is None else ", ".join(str(row[k]) for k in ("what", "publisher") if row.get(k))
