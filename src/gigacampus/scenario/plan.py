"""The seeded sampling plan: worlds of physical inputs, draws of company inputs, rank correlations over both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from gigacampus.foundation.errors import Finding, ScenarioError
from gigacampus.registry.renamed import first_input
from gigacampus.scenario.t_copula import groups, rows_of, stretch
from gigacampus.scenario.unread_inputs import is_read
from gigacampus.schema.fields import slot_at
from gigacampus.schema.uncertainty import standard_normal

if TYPE_CHECKING:
    from gigacampus.schema.scenario import Scenario

COMPANY = ("company.", "market.")
"""Prefixes of the inputs that only the company reads, where the caller does not say what world stages read."""


@dataclass(frozen=True)
class Plan:
    """All the points of a run. World 0 is the reference, all medians; draws are spread over the other worlds.

    (A run of one world has only the reference, and its draws use it.)
    """

    worlds: dict[str, np.ndarray]
    """Physical path -> float64[world]; entry 0 is the median."""
    draws: dict[str, np.ndarray]
    """Company path -> float64[draw]."""
    world_of_draw: np.ndarray
    """int64[draw]: the world in which each draw lives."""
    medians: dict[str, float]
    """Every uncertain path -> its median."""
    repair: float
    """Largest change of a correlation that made the asked matrix possible; 0 when it was."""

    def fingerprint(self) -> str:
        """Hash of every point: two plans with the same fingerprint give the same draws."""
        digest = hashlib.sha256(self.world_of_draw.tobytes())
        for path, column in [*self.worlds.items(), *self.draws.items()]:
            digest.update(path.encode() + b"\0" + column.tobytes())
        return digest.hexdigest()

    def by_draw(self, reads: Sequence[str] | None = None) -> dict[str, np.ndarray]:
        """Every uncertain input by draw, a physical one with the value of the draw's world; only those that ``reads`` cover.

        What reads both kinds (a price that physics and the books use) must take its values from here.
        """
        physical = {path: column[self.world_of_draw] for path, column in self.worlds.items()}
        every = {**physical, **self.draws}
        return every if reads is None else {path: values for path, values in every.items() if is_read(path, reads)}

    @property
    def physical(self) -> tuple[str, ...]:
        """Paths that world stages read."""
        return tuple(self.worlds)

    @property
    def company(self) -> tuple[str, ...]:
        """Paths that only the company reads."""
        return tuple(self.draws)

    @property
    def world_count(self) -> int:
        """Worlds, the reference included."""
        return next((len(values) for values in self.worlds.values()), int(self.world_of_draw.max()) + 1)


def plan(scenario: Scenario, world_reads: Sequence[str] | None = None) -> Plan:
    """Lay out the worlds and draws of a scenario. Same seed, same bytes; a further input moves no other.

    ``world_reads`` are the patterns that world stages read (``campuses.*.blocks``); without them every path that does
    not begin with ``company.`` or ``market.`` counts as physical.
    """
    paths = sorted(scenario.uncertainty, key=first_input)
    physical = [p for p in paths if _is_physical(p, world_reads)]
    company = [p for p in paths if p not in physical]
    worlds, draws = scenario.run.worlds, scenario.run.draws
    first, sampled = (1, worlds - 1) if worlds > 1 else (0, 1)
    world_of_draw = first + np.arange(draws) % sampled
    seed, middle = scenario.run.seed, np.full(1, 0.5)
    u_worlds = {p: stratified(seed, first_input(p), sampled) if first else middle for p in physical}
    u_draws = {p: stratified(seed, first_input(p), draws) for p in company}
    repair = _correlate(u_worlds, u_draws, world_of_draw - first, scenario)
    at = scenario.uncertainty
    medians = {p: at[p].median() for p in paths}
    return Plan(
        worlds={p: np.concatenate([[medians[p]], at[p].quantile(u)[: worlds - 1]]) for p, u in u_worlds.items()},
        draws={p: np.asarray(at[p].quantile(u), dtype=float) for p, u in u_draws.items()},
        world_of_draw=world_of_draw,
        medians=medians,
        repair=repair,
    )


def world_scenario(scenario: Scenario, plan: Plan, k: int) -> Scenario:
    """World ``k`` as an ordinary scalar scenario: nothing uncertain is left, company inputs stand at their medians."""
    return next(world_scenarios(scenario, plan, [k]))


def reference_world(scenario: Scenario) -> Scenario:
    """World 0, every uncertain input at its median, without laying out the others."""
    medians = {path: given.median() for path, given in scenario.uncertainty.items()}
    return next(_worlds(scenario, medians, [(0, {})]))


def world_scenarios(scenario: Scenario, plan: Plan, some: Iterable[int]) -> Iterator[Scenario]:
    """The worlds ``some``, each as :func:`world_scenario` gives it."""
    return _worlds(scenario, plan.medians, ((k, {path: float(column[k]) for path, column in plan.worlds.items()}) for k in some))


def _worlds(scenario: Scenario, medians: dict[str, float], points: Iterable[tuple[int, dict[str, float]]]) -> Iterator[Scenario]:
    """Scalar scenarios of numbered points; inputs that a point leaves out stand at their medians."""
    whole = _whole(scenario, medians)
    for k, values in points:
        data = scenario.model_dump()
        for path, value in {**medians, **values}.items():
            _put(data, path.split("."), round(value) if path in whole else value)
        data |= {"uncertainty": {}, "correlations": [], "run": {**data["run"], "worlds": 1, "draws": 1}}
        try:
            yield type(scenario).model_validate(data)
        except ValidationError as error:
            raise ScenarioError(
                Finding(f"in world {k}: {item['msg']}", path=".".join(map(str, item["loc"])), fix="narrow the distribution of this path")
                for item in error.errors()
            ) from None


def _is_physical(path: str, world_reads: Sequence[str] | None) -> bool:
    return is_read(path, world_reads) if world_reads is not None else not path.startswith(COMPANY)


def _whole(scenario: Scenario, paths: Iterable[str]) -> set[str]:
    """Those of some paths whose fields take whole numbers only."""
    data = scenario.model_dump()
    slots = ((path, slot_at(type(scenario), path.split("."), data)) for path in paths)
    return {path for path, slot in slots if slot is not None and float not in slot.choices}


def _put(data: Any, parts: Sequence[str], value: float) -> None:
    for part in parts[:-1]:
        data = data[int(part)] if isinstance(data, list) else data[part]
    data[int(parts[-1]) if isinstance(data, list) else parts[-1]] = value


def random_bits(seed: int, name: str, count: int) -> np.ndarray:
    """``count`` 64-bit numbers of a stream of its own for each seed and name; counter-based, the same on every machine.

    Source: splitmix64 (Steele, Lea and Flood 2014), started at a SHA-256 of seed and name.

    >>> [hex(x) for x in random_bits(1, "a", 2)] == [hex(x) for x in random_bits(1, "a", 3)[:2]]
    True
    """
    start = int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:8], "little")
    with np.errstate(over="ignore"):
        z = np.uint64(start) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def stratified(seed: int, path: str, count: int) -> np.ndarray:
    """Probabilities of one input, one in each of ``count`` equal strata, in an order of its own; float64[count].

    Source: Latin hypercube sampling (McKay, Beckman and Conover 1979). Each path has its own stream, so that a further
    input, stage or correlation of others leaves its points where they are.

    >>> sorted((stratified(1, "company.opening_cash_usd", 4) * 4).astype(int).tolist())
    [0, 1, 2, 3]
    """
    order = np.argsort(random_bits(seed, f"order of {path}", count), kind="stable")
    inside = (random_bits(seed, f"place of {path}", count) >> np.uint64(11)).astype(float) * 2.0**-53
    return (order + inside) / count


def correlation_matrix(paths: Sequence[str], scenario: Scenario) -> tuple[np.ndarray, float]:
    """Correlations of the normal scores for the asked rank correlations, and the largest change that repair made.

    Source: r = 2 sin(pi rho / 6) (Pearson 1907) for the Gaussian copula. A t copula has the same, and with it Kendall's tau.
    """
    index = {path: i for i, path in enumerate(paths)}
    asked = np.eye(len(paths))
    for pair in scenario.correlations:
        i, j = index[pair.a], index[pair.b]
        asked[i, j] = asked[j, i] = 2.0 * np.sin(np.pi * pair.rank / 6.0)
    possible = nearest_correlation(asked)
    return possible, float(np.abs(possible - asked).max(initial=0.0))


def nearest_correlation(matrix: np.ndarray, *, rounds: int = 200, floor: float = 1e-10) -> np.ndarray:
    """The correlation matrix nearest to ``matrix``: alternating projections with Dykstra's correction.

    Source: Higham (2002). A matrix that is possible already comes back unchanged.
    """
    if matrix.size == 0 or np.linalg.eigvalsh(matrix).min() >= floor:
        return matrix
    current, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(rounds):
        shifted = current - correction
        values, vectors = np.linalg.eigh(shifted)
        positive = (vectors * np.maximum(values, floor)) @ vectors.T
        correction, previous = positive - shifted, current
        current = positive.copy()
        np.fill_diagonal(current, 1.0)
        if np.abs(current - previous).max() < 1e-12:
            break
    values, vectors = np.linalg.eigh(current)
    positive = (vectors * np.maximum(values, floor)) @ vectors.T
    scale = np.sqrt(np.diag(positive))
    out: np.ndarray = positive / np.outer(scale, scale)
    return out


def _correlate(u_worlds: dict[str, np.ndarray], u_draws: dict[str, np.ndarray], world: np.ndarray, scenario: Scenario) -> float:
    """Reorder the points of correlated inputs so that their ranks follow; returns the largest change that repair made.

    Source: Iman and Conover (1982). The points themselves stay, inputs that are correlated with nothing stay in place,
    and a draw's company inputs follow the physical inputs of its world.
    """
    linked = {path for pair in scenario.correlations for path in (pair.a, pair.b)}
    physical, company = ([p for p in u if p in linked] for u in (u_worlds, u_draws))
    if not linked:
        return 0.0
    matrix, repair = correlation_matrix([*physical, *company], scenario)
    factor, split = np.linalg.cholesky(matrix), len(physical)
    z_worlds = np.array([standard_normal(u_worlds[p]) for p in physical]).reshape(split, int(world.max()) + 1)
    z_draws = np.array([standard_normal(u_draws[p]) for p in company]).reshape(len(company), len(world))
    scores = factor[split:, split:] @ z_draws
    if split:
        scores = scores + factor[split:, :split] @ z_worlds[:, world]
    of_worlds = factor[:split, :split] @ z_worlds
    if scenario.copula.kind == "t":
        _stretch(of_worlds, scores, physical, company, world, scenario)
    for path, score in zip(physical, of_worlds, strict=True):
        u_worlds[path] = _in_order_of(score, u_worlds[path])
    for path, score in zip(company, scores, strict=True):
        u_draws[path] = _in_order_of(score, u_draws[path])
    return repair


def _stretch(
    of_worlds: np.ndarray, of_draws: np.ndarray, physical: list[str], company: list[str], world: np.ndarray, scenario: Scenario
) -> None:
    """Stretch the scores of each group by one factor a future, in place; of a group with physical inputs, one a world."""
    nu, seed = scenario.copula.degrees_of_freedom, scenario.run.seed
    for group in groups((pair.a, pair.b) for pair in scenario.correlations):
        here, there = rows_of(group, physical), rows_of(group, company)
        count = of_worlds.shape[1] if here else len(world)
        factor = stretch(stratified(seed, f"stretch of {first_input(group[0])}", count), nu)
        of_worlds[here] *= factor if here else 1.0
        of_draws[there] *= factor[world] if here else factor


def _in_order_of(score: np.ndarray, points: np.ndarray) -> np.ndarray:
    """``points`` rearranged to have the ranks of ``score``."""
    return np.sort(points)[np.argsort(np.argsort(score, kind="stable"), kind="stable")]
