"""Which inputs an outcome's spread comes from: Sobol indices where inputs are independent, Shapley effects where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from gigacampus.answers.labels import title
from gigacampus.company.analysis.goals import Goal
from gigacampus.company.analysis.sensitivity import normal_scores, shapley_effects, sobol_indices, sobol_points
from gigacampus.explore.run_session import Held
from gigacampus.explore.solving import strongest
from gigacampus.foundation.errors import refuse
from gigacampus.registry.stages import BY_NAME
from gigacampus.scenario.unread_inputs import is_read

INPUTS = 16
LOG2_SOBOL = 10
LOG2_SHAPLEY = 12
METHODS = ("auto", "sobol", "shapley")
WORLDS, OTHERS = "the physical inputs, world by world", "all other inputs of the books"


@dataclass(frozen=True)
class Sampler:
    """Futures from points in the unit cube: a coordinate for each input of the books, each stretch of a t copula, and the world."""

    held: Held

    @property
    def dimensions(self) -> int:
        """Coordinates of a point."""
        return self.held.rerun.joint.latents + 1

    def draws(self, points: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Every uncertain input that the books read, by draw, and the world of each draw."""
        u = ndtr(self.held.rerun.joint.scores(ndtri(np.clip(points[:, :-1], 1e-12, 1.0 - 1e-12))))
        worlds = np.unique(self.held.rerun.world_of_draw)
        world = worlds[np.minimum((points[:, -1] * worlds.size).astype(int), worlds.size - 1)]
        books = {path: self.held.rerun.at(path, u[:, i]) for i, path in enumerate(self.held.free)}
        read = BY_NAME["company"].reads
        physical = {path: column[world] for path, column in self.held.plan.worlds.items() if is_read(path, read)}
        return {**physical, **books}, world


def shares(held: Held, goal: Goal, *, method: str = "auto", inputs: int = INPUTS, seed: int = 1) -> dict[str, Any]:
    """Share of the variance of the outcome's normal score by input; plain data, largest first."""
    if method not in METHODS:
        raise refuse(f"no method is called {method!r}", path="--method", fix=f"use {', '.join(METHODS)}")
    if not held.free:
        raise refuse("no input of the books is uncertain in this scenario", path="uncertainty", fix="add an uncertainty block")
    own = held.own(goal)
    if np.all(own == own[0]):
        raise refuse(
            f"{goal.text}: the same in every future of this run, so there is no spread to share out",
            path="--of",
            fix="ask for another month or goal, or widen what is uncertain",
        )
    chosen = strongest(held, goal)[:inputs]
    linked = correlated(held, chosen)
    use = method if method != "auto" else ("shapley" if linked else "sobol")
    told = "; ".join(" with ".join(title(p) for p in pair) for pair in linked)
    why = (
        f"some inputs are correlated ({told}), so that Sobol indices of each alone would count twice what they share"
        if linked
        else "these inputs are independent"
    )
    rows = _sobol(held, goal, chosen, seed, own) if use == "sobol" else _shapley(held, goal, chosen, seed)
    if use == "sobol" and linked:
        why = f"correlated inputs ({told}) are joined into one factor, which keeps Sobol indices valid"
    if use == "shapley" and held.rerun.joint.groups:
        why += "; what a set of inputs explains is what a quadratic of their normal scores does, which a t copula makes less than all"
    rows.sort(key=lambda row: -row["share"])
    return {
        "goal": goal.id,
        "text": goal.text,
        "method": use,
        "why": why,
        "correlated": linked,
        "rows": rows,
        "dependence": held.dependence,
        "explained": float(sum(row["share"] for row in rows)),
        "draws_marched": held.rerun.simulated,
    }


def correlated(held: Held, paths: list[str]) -> list[list[str]]:
    """Pairs of inputs of the books, at least one of them in ``paths``, that depend on each other."""
    named = [[held.free[i], held.free[j]] for i, j in held.rerun.joint.linked()]
    return [pair for pair in named if set(pair) & set(paths)]


def _score(own: np.ndarray) -> Any:
    """Normal score of an outcome among the run's own futures; a monotone function, ties at their middle."""
    own = np.sort(own)

    def score(values: np.ndarray) -> np.ndarray:
        rank = 0.5 * (np.searchsorted(own, values, "left") + np.searchsorted(own, values, "right"))
        return np.asarray(ndtri((rank + 0.5) / (own.size + 1.0)))

    return score


def _sobol(held: Held, goal: Goal, chosen: list[str], seed: int, own: np.ndarray) -> list[dict[str, Any]]:
    make, score = Sampler(held), _score(own)
    names, factors = _factors(held, chosen)
    first, total = sobol_indices(
        lambda x: score(held.rerun.futures(goal, *make.draws(x))), make.dimensions, log2_n=LOG2_SOBOL, seed=seed, factors=factors
    )
    return [
        {"inputs": paths, "title": _joined(paths), "share": float(a), "total": float(b)}
        for paths, a, b in zip(names, first, total, strict=True)
    ]


def _factors(held: Held, chosen: list[str]) -> tuple[list[list[str]], np.ndarray]:
    """Inputs of each factor, and the factor of each coordinate: correlated inputs together with their stretch, the rest of the books,
    the worlds.
    """
    copula, label = held.rerun.joint, np.arange(len(held.free))
    for i, j in copula.linked():
        label[label == label[j]] = label[i]
    wanted = list(dict.fromkeys(int(label[held.free.index(p)]) for p in chosen))
    names = [[p for p, k in zip(held.free, label, strict=True) if k == group] for group in wanted]
    others = len(names)
    every = [*label, *(label[group[0]] for group in copula.groups)]
    factors = [wanted.index(int(k)) if k in wanted else others for k in every]
    if others in factors:
        names.append([OTHERS])
    return [*names, [WORLDS]], np.array([*factors, len(names)])


def _shapley(held: Held, goal: Goal, chosen: list[str], seed: int) -> list[dict[str, Any]]:
    make = Sampler(held)
    draws, world = make.draws(sobol_points(LOG2_SHAPLEY, make.dimensions, seed))
    outcome = held.rerun.futures(goal, draws, world)
    every = {**{path: column[world] for path, column in held.plan.worlds.items()}, **draws}
    physical = [p for p in held.plan.worlds if np.ptp(every[p]) > 0.0]
    strength = (
        np.abs(normal_scores(np.stack([every[p] for p in physical], axis=1)).T @ normal_scores(outcome[:, None])[:, 0])
        if physical
        else np.zeros(0)
    )
    paths = [*chosen[: INPUTS - 4], *(physical[i] for i in np.argsort(-strength)[:4])]
    effect = shapley_effects(np.stack([every[p] for p in paths], axis=1), outcome, seed=seed)
    return [{"inputs": [p], "title": title(p), "share": float(e), "total": None} for p, e in zip(paths, effect, strict=True)]


def _joined(paths: list[str]) -> str:
    return " with ".join(p if p in (WORLDS, OTHERS) else title(p) for p in paths)
