"""The cheapest set of walls, silencers and moves that keeps receivers below their limits, and what each decibel costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from gigacampus.neighbours.noise.propagation.bands import BANDS, a_level_dba

MOST_EXACT = 10
"""Up to this many measures every combination is tried; beyond, measures are added greedily and then pruned."""


@dataclass(frozen=True)
class Measure:
    """Something that can be bought: a wall (changes the layout), a silencer (changes power) or a move (changes the layout)."""

    name: str
    cost_usd: float
    who: str
    """Who can order it: operator, county, state."""
    gain_db: np.ndarray = field(default_factory=lambda: np.zeros(BANDS))
    """Insertion loss by octave on the sources of ``groups``; zero for walls and moves."""
    groups: tuple[str, ...] = ()
    layout: str = ""
    """Key of the wall or move that the transfer function understands; empty for silencers."""


@dataclass(frozen=True)
class Plan:
    """A set of measures and what it does."""

    measures: tuple[str, ...]
    cost_usd: float
    level_dba: np.ndarray
    """(receiver,)."""
    excess_db: float
    """Largest level over its limit; zero or less when every limit is kept."""
    usd_per_db_person: float
    """Cost over the sum of decibels gained times people; infinite when nothing is gained."""
    exact: bool


TransferOf = Callable[[frozenset[str]], np.ndarray]
"""Layout keys in place -> loss (receiver, source, band)."""


def cheapest_plan(
    measures: Iterable[Measure],
    *,
    loss_of: TransferOf,
    power_db: np.ndarray,
    group: tuple[str, ...],
    limit_dba: np.ndarray,
    people: np.ndarray,
) -> Plan:
    """Least cost subject to limits at all receivers; the quietest plan when none keeps them.

    ``power_db`` is (source, band), ``group`` the group of each source. Every combination up to ten measures, else a
    greedy search by decibel of worst excess per dollar with pruning, which gives a good plan but not surely the best.
    """
    options = tuple(measures)
    judge = _judge(options, loss_of, power_db, group, limit_dba, people)
    if len(options) <= MOST_EXACT:
        sets = [frozenset(c) for n in range(len(options) + 1) for c in combinations(range(len(options)), n)]
        plans = [judge(s, True) for s in sorted(sets, key=lambda s: sum(options[i].cost_usd for i in s))]
        kept = [p for p in plans if p.excess_db <= 0.0]
        return kept[0] if kept else min(plans, key=lambda p: (round(p.excess_db, 6), p.cost_usd))
    return _greedy(options, judge)


def each_alone(
    measures: Iterable[Measure],
    *,
    loss_of: TransferOf,
    power_db: np.ndarray,
    group: tuple[str, ...],
    limit_dba: np.ndarray,
    people: np.ndarray,
) -> list[Plan]:
    """What nothing, and then each measure alone, does."""
    options = tuple(measures)
    judge = _judge(options, loss_of, power_db, group, limit_dba, people)
    return [judge(s, True) for s in (frozenset(), *(frozenset([i]) for i in range(len(options))))]


def _greedy(options: tuple[Measure, ...], judge: Callable[[frozenset[int], bool], Plan]) -> Plan:
    chosen: frozenset[int] = frozenset()
    plan = judge(chosen, False)
    while plan.excess_db > 0.0 and len(chosen) < len(options):
        rest = [i for i in range(len(options)) if i not in chosen]
        trial = {i: judge(chosen | {i}, False) for i in rest}
        best = max(rest, key=lambda i: (plan.excess_db - trial[i].excess_db) / max(options[i].cost_usd, 1.0))
        if trial[best].excess_db >= plan.excess_db - 1e-6:
            break
        chosen, plan = chosen | {best}, trial[best]
    for i in sorted(chosen, key=lambda i: -options[i].cost_usd):
        without = judge(chosen - {i}, False)
        if without.excess_db <= max(plan.excess_db, 0.0):
            chosen, plan = chosen - {i}, without
    return plan


def _judge(
    options: tuple[Measure, ...],
    loss_of: TransferOf,
    power_db: np.ndarray,
    group: tuple[str, ...],
    limit_dba: np.ndarray,
    people: np.ndarray,
) -> Callable[[frozenset[int], bool], Plan]:
    losses: dict[frozenset[str], np.ndarray] = {}

    def levels(chosen: frozenset[int]) -> np.ndarray:
        layout = frozenset(options[i].layout for i in chosen if options[i].layout)
        if layout not in losses:
            losses[layout] = loss_of(layout)
        power = power_db.copy()
        for i in chosen:
            power[np.isin(group, options[i].groups)] -= options[i].gain_db
        energy = (10.0 ** (0.1 * (power - losses[layout]))).sum(axis=1)
        return a_level_dba(10.0 * np.log10(energy))

    bare = levels(frozenset())

    def judge(chosen: frozenset[int], exact: bool) -> Plan:
        level = levels(chosen)
        cost = float(sum(options[i].cost_usd for i in chosen))
        gained = float(((bare - level) * people).sum())
        return Plan(
            tuple(options[i].name for i in sorted(chosen)),
            cost,
            level,
            float((level - limit_dba).max()),
            cost / gained if gained > 1e-9 else np.inf,
            exact,
        )

    return judge
