"""How near the live page's instant estimate is to exact runs of the same moves, figure by figure, and how often its own error holds.

Run from the root of the repository:
``PYTHONPATH=src python benchmarks/estimate.py scenarios/xai-2026-01.yaml 200 --books --kept exact.json``. ``--books`` moves inputs of the
books alone, whose exact runs take the physics from the cache; ``--named`` moves those that have plain words, which move most;
``--kept`` keeps exact figures, so that another estimate is held against the same runs. Peers: none; the exact run is the baseline.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus import api
from gigacampus.answers.headline import headline
from gigacampus.explore.instant_estimate import QUANTILES, Move, estimate, fitted
from gigacampus.pipeline.run import WORLD_READS
from gigacampus.scenario.document import load
from gigacampus.scenario.plan import is_read
from gigacampus.scenario.shifted_band import set_line
from gigacampus.server.levers import OWN_WORDS, chosen

ROUNDING_FRAC = 1e-3
"""Error below which an estimate counts as right whatever it states, over the band's width."""


def random_moves(scenario: Any, paths: list[str], rng: random.Random) -> tuple[dict[str, Move], tuple[str, ...]]:
    """One to three inputs, each held or shifted within its own distribution, as moves and as sets."""
    moves, sets = {}, []
    for path in rng.sample(paths, min(rng.choice([1, 2, 3]), len(paths))):
        value = float(f"{float(scenario.uncertainty[path].quantile(np.array(rng.uniform(0.05, 0.95)))):.4g}")
        moves[path] = Move(value, rng.random() < 0.5)
        sets.append(f"{path}={value!r}" if moves[path].held else set_line(scenario, path, value))
    return moves, tuple(sets)


def bands(figures: Any, months: int) -> dict[str, list[float]]:
    """10, 50 and 90 % of each figure, a date beyond the horizon as the month after it."""
    return {
        f.id: [float(q) for q in np.quantile(np.where(np.isnan(f.samples), months, f.samples), QUANTILES)]
        for f in figures
        if f.axis in ("world", "draw")
    }


def judged(file: Path, size: tuple[str, ...], count: int, asked: argparse.Namespace) -> list[tuple[str, float, float]]:
    """Figure, error of the median and stated error (both over the band's width) of every estimate that could be given."""
    kept, words = asked.kept, [pattern for _, pattern, _ in OWN_WORDS]
    scenario = load(file, sets=size)[0]
    result = api.first(file, size)
    figures = [f for f in headline(result) if f.axis in ("world", "draw")]
    data = fitted(result, figures, chosen(list(scenario.uncertainty)))
    months, rng = len(data["months"]), random.Random(asked.seed)
    paths = [p for p in scenario.uncertainty if not (asked.books and is_read(p, WORLD_READS)) and (is_read(p, words) or not asked.named)]
    was, out = bands(figures, months), []
    known: dict[str, Any] = json.loads(kept.read_text()) if kept and kept.is_file() else {}
    for _ in range(count):
        moves, sets = random_moves(scenario, paths, rng)
        key = " ".join((str(file), *size, *sets))
        if key not in known:
            known[key] = bands(headline(api.first(file, (*size, *sets))), months)
            if kept:
                kept.write_text(json.dumps(known))
        for outcome in data["outcomes"]:
            found, before = estimate(data, outcome, moves), was[outcome["id"]]
            width = before[2] - before[0]
            if found is not None and width > 0.0:
                true = known[key][outcome["id"]][1] - before[1]
                out.append((outcome["id"], abs(float(found[0][1]) - true) / width, found[1] / width))
    return out


def told(rows: list[tuple[str, float, float]]) -> None:
    """A line a figure: how many estimates, median error and coverage; moves that touch nothing are told apart."""
    print(f"{'figure':24} {'estimates':>9} {'median error':>12} {'90 %':>7} {'stated':>7} {'covered':>8} {'covered, where it moves':>24}")
    for name in [*dict.fromkeys(r[0] for r in rows), "all"]:
        mine = np.array([r[1:] for r in rows if name in (r[0], "all")])
        inside = mine[:, 0] <= mine[:, 1] + ROUNDING_FRAC
        moves = (mine[:, 0] > ROUNDING_FRAC) | (mine[:, 1] > 10 * ROUNDING_FRAC)
        part = f"{inside[moves].mean():.0%} of {moves.sum()}" if moves.any() else "-"
        line = f"{np.median(mine[:, 0]):12.2%} {np.quantile(mine[:, 0], 0.9):7.2%} {np.median(mine[:, 1]):7.2%}"
        print(f"{name:24} {len(mine):9} {line} {inside.mean():8.0%} {part:>24}")


def main() -> None:
    """Judge the estimate of one scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("moves", type=int)
    parser.add_argument("--books", action="store_true")
    parser.add_argument("--named", action="store_true")
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--draws", type=int, default=1024)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    size = (f"run.worlds={asked.worlds}", f"run.draws={asked.draws}")
    told(judged(asked.scenario, size, asked.moves, asked))


if __name__ == "__main__":
    main()
