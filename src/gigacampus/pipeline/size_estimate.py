"""What a run will need before it begins: memory and processor time from the sizes of its arrays; refused where it cannot fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.machine import HOURS_VARIABLE, MEMORY_VARIABLE, memory_of_machine_gb, told
from gigacampus.foundation.units import SECONDS_PER_HOUR
from gigacampus.registry.variables import REGISTRY

SHARE_OF_MACHINE_FRAC = 0.8
MOST_CPU_HOURS = 48.0
BYTES = 8
BYTES_PER_GB = 1e9


@dataclass(frozen=True)
class Size:
    """Lengths that a run's memory and time grow with."""

    worlds: int
    """Worlds that are computed apart: 1 where nothing physical is uncertain."""
    draws: int
    uncertain: int
    """Uncertain inputs."""
    lengths: dict[str, int]
    """Length of every registered dimension of one world."""

    @property
    def world_numbers(self) -> float:
        """Numbers that the worlds' arrays hold together, the hours of each included."""
        return self.worlds * _cells(self.lengths, lambda dims: "draw" not in dims)

    @property
    def draw_numbers(self) -> float:
        """Numbers that the draws' arrays and sampled inputs hold together."""
        return self.draws * (_cells({**self.lengths, "draw": 1}, lambda dims: "draw" in dims) + self.uncertain)

    @property
    def months_of_draws(self) -> float:
        """Months that the books are taken through."""
        return float(self.draws * self.lengths["month"])

    @property
    def hours_of_worlds(self) -> float:
        """Campus hours and phase months that physics is worked out for, in years of 8,760."""
        phases = self.lengths["phase"] * self.lengths["month"]
        return self.worlds * self.lengths["campus"] * (1.0 + phases / 12.0)

    @property
    def pairs_of_worlds(self) -> float:
        """Receptors times units whose sound and smoke is traced."""
        return float(self.worlds * self.lengths["receptor"] * (1 + self.lengths["unit"]))


def _cells(lengths: dict[str, int], counts: Callable[[tuple[str, ...]], bool]) -> float:
    total = 0.0
    for variable in REGISTRY.values():
        if counts(variable.dims):
            cells = 1.0
            for name in variable.dims:
                cells *= lengths[name]
            total += cells
    return total


@dataclass(frozen=True)
class Constants:
    """Fitted by ``benchmarks/size_estimate.py`` on real runs; memory in numbers held for each number of the results."""

    start_gb: float
    held_per_world_number: float
    held_per_draw_number: float
    start_s: float
    s_per_year_of_worlds: float
    s_per_pair_of_worlds: float
    s_per_month_of_draws: float


FITTED = Constants(
    start_gb=0.26,
    held_per_world_number=1.5,
    held_per_draw_number=3.2,
    start_s=4.4,
    s_per_year_of_worlds=0.02,
    s_per_pair_of_worlds=0.007,
    s_per_month_of_draws=9.4e-6,
)


def memory_gb(size: Size, by: Constants = FITTED) -> float:
    """Most memory that the run holds at once, in GB."""
    numbers = by.held_per_world_number * size.world_numbers + by.held_per_draw_number * size.draw_numbers
    return by.start_gb + numbers * BYTES / BYTES_PER_GB


def cpu_s(size: Size, by: Constants = FITTED) -> float:
    """Processor time without anything from the cache, in s."""
    worlds = by.s_per_year_of_worlds * size.hours_of_worlds + by.s_per_pair_of_worlds * size.pairs_of_worlds
    return by.start_s + worlds + by.s_per_month_of_draws * size.months_of_draws


@dataclass(frozen=True)
class Limits:
    """What a run may take."""

    memory_gb: float
    cpu_hours: float = MOST_CPU_HOURS

    def hold(self, size: Size) -> bool:
        """Whether a run of this size fits."""
        return memory_gb(size) <= self.memory_gb and cpu_s(size) <= self.cpu_hours * SECONDS_PER_HOUR


def limits() -> Limits:
    """Limits of this process: what the environment says, else most of the machine's memory and two days of one core."""
    memory = told(MEMORY_VARIABLE) or SHARE_OF_MACHINE_FRAC * memory_of_machine_gb()
    return Limits(memory, told(HOURS_VARIABLE) or MOST_CPU_HOURS)


def must_fit(size: Size, limit: Limits) -> None:
    """Raise ``ScenarioError`` for a run that needs more than its limits, with the largest that does fit."""
    if limit.hold(size):
        return
    needs = f"{memory_gb(size):,.1f} GB of memory and {cpu_s(size) / SECONDS_PER_HOUR:,.1f} CPU hours"
    raise refuse(
        f"{size.worlds:,} worlds, {size.draws:,} draws and {size.lengths['month']} months need about {needs}; "
        f"the limits are {limit.memory_gb:,.1f} GB and {limit.cpu_hours:g} CPU hours",
        path="run",
        fix=f"{largest(size, limit)}; `--memory-gb` ({MEMORY_VARIABLE}) and `--cpu-hours` ({HOURS_VARIABLE}) set the limits",
    )


def largest(size: Size, limit: Limits) -> str:
    """The largest runs that fit, each with one length made smaller, in words."""
    shorter: dict[str, Callable[[int], Size]] = {
        "--draws": lambda n: replace(size, draws=n),
        "--worlds": lambda n: replace(size, worlds=n),
        "--set horizon.months=": lambda n: replace(size, lengths={**size.lengths, "month": n}),
    }
    now = {"--draws": size.draws, "--worlds": size.worlds, "--set horizon.months=": size.lengths["month"]}
    fits = {flag: most for flag, make in shorter.items() if (most := _most(make, now[flag], limit)) > 0}
    told = [f"{flag}{'' if flag.endswith('=') else ' '}{most}" for flag, most in fits.items()]
    if told:
        return f"the largest that fit, each alone: {', '.join(told)}"
    smallest = replace(size, worlds=1, draws=_most(lambda n: replace(size, worlds=1, draws=n), size.draws, limit))
    if smallest.draws:
        return f"the largest that fits with one world: --worlds 1 --draws {smallest.draws}"
    return "no run of this scenario fits: take campuses, receptors or months away"


def _most(make: Callable[[int], Size], upper: int, limit: Limits) -> int:
    """The largest length up to ``upper`` with which the run fits; 0 where none does."""
    low, high = 0, upper
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if limit.hold(make(middle)) else (low, middle - 1)
    return low
