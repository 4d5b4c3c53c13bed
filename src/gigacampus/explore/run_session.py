"""Hold the books of a finished run ready to be asked again: inputs, physics of all worlds, draws, distributions."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from gigacampus.company.analysis.copula import Copula
from gigacampus.company.analysis.goals import Goal, Series, cash_margin, escape_margin, lasting_margin
from gigacampus.company.analysis.metrics import LASTING
from gigacampus.company.analysis.rerun import LedgerRerun
from gigacampus.company.ledger.simulation_inputs import history_length
from gigacampus.foundation.errors import nearest, refuse
from gigacampus.foundation.units import DAYS_PER_YEAR, MONTHS_PER_YEAR
from gigacampus.pipeline.run import WORLD_READS
from gigacampus.registry.stages import BY_NAME
from gigacampus.registry.variables import REGISTRY
from gigacampus.rerun.reopen import reopened_draws
from gigacampus.results.result import Result, refuse_without_company
from gigacampus.scenario.plan import Plan, correlation_matrix
from gigacampus.scenario.t_copula import groups
from gigacampus.scenario.unread_inputs import is_read
from gigacampus.schema.scenario import Scenario

BREAK_EVEN = {
    "ebitda_by": ("ebitda_usd", "EBITDA"),
    "ebit_by": ("ebit_usd", "EBIT"),
    "net_by": ("net_income_usd", "net income"),
    "fcf_by": ("free_cash_flow_usd", "free cash flow"),
}
GOALS = {
    **{name: f"lasting positive {title} by a month: {name}=2027-12" for name, (_, title) in BREAK_EVEN.items()},
    "escape_by": "no outside capital needed from some month up to this one on, and cash comes in at the end: escape_by=2029-12",
    "runway": "cash above its floor for at least so many months if no new money comes: runway=24",
    "solvent_until": "cash never below its floor up to a month, raising under the policy: solvent_until=2028-12",
}
"""What can be asked, as the help says it."""


@dataclass(frozen=True)
class Held:
    """A run that can be asked again."""

    rerun: LedgerRerun
    scenario: Scenario
    plan: Plan
    labels: list[str]
    now: int
    """Month of ``as_of``."""
    after: int
    """First month of which a break-even counts."""
    kept: Series
    """Monthly series of the run's own futures, (month, draw), and the floor of their cash."""

    def own(self, goal: Goal) -> np.ndarray:
        """Margin of a goal in the run's own futures: from what the run kept, simulated again where it needs more."""
        if goal.raises:
            with contextlib.suppress(KeyError):
                return goal.margin(self.kept)
        out: np.ndarray = self.rerun.margins(goal, [{}])[0]
        return out

    @property
    def dependence(self) -> str:
        """What new futures take of how the run's inputs hang together, where more is to be said than that they correlate."""
        said = []
        if self.rerun.joint.groups:
            said.append(
                f"Correlated inputs hang together by the run's own t copula ({self.scenario.copula.degrees_of_freedom:g} degrees "
                "of freedom): in each future they are stretched together, and the stretch is drawn like an input."
            )
        across = sum((pair.a in self.free) != (pair.b in self.free) for pair in self.scenario.correlations)
        if across:
            said.append(
                f"New futures draw the worlds apart from the books: {across} correlation{'s' * (across > 1)} between an input of "
                "physics and one of the books count in the run's own futures alone."
            )
        return " ".join(said)

    @property
    def free(self) -> tuple[str, ...]:
        """Uncertain inputs that only the books read."""
        return self.rerun.free

    @cached_property
    def late(self) -> LedgerRerun:
        """The same company whose plant not yet in service comes a month later."""
        return later(self.rerun, self.now)

    def moves_physics(self, path: str) -> bool:
        """Whether a stage of the worlds may read ``path``, so that the physics held here would no longer be its own."""
        return is_read(path, WORLD_READS)


def hold(result: Result) -> Held:
    """The books of ``result``, from memory or from its folder."""
    refuse_without_company(result)
    opened = reopened_draws(result, "company")
    scenario, laid = opened.scenario, opened.plan
    free = tuple(p for p in laid.company if is_read(p, BY_NAME["company"].reads))
    rerun = LedgerRerun(
        opened.inputs,
        opened.up,
        laid.world_of_draw,
        opened.sampled,
        free,
        {p: scenario.uncertainty[p].quantile for p in free},
        _copula(free, scenario),
    )
    months = opened.inputs.at.months
    now = max(min(months.index(scenario.as_of), months.count - 1), 0)
    after = max(history_length(scenario.company.history, months), now + 1)
    floor = rerun.draws.get("company.cash_floor_usd", np.full(rerun.count, float(opened.inputs.tree.company.cash_floor_usd)))
    return Held(rerun, scenario, laid, months.labels(), now, after, _Kept(result, {"cash_floor_usd": floor}))


class _Kept(dict[str, np.ndarray]):
    """Series by (month, draw), looked up in a result when first asked for."""

    def __init__(self, result: Result, more: Mapping[str, np.ndarray]) -> None:
        super().__init__(more)
        self.result = result

    def __missing__(self, name: str) -> np.ndarray:
        self[name] = self.result.array(name).T
        return self[name]


def _copula(free: tuple[str, ...], scenario: Scenario) -> Copula:
    """How the inputs of the books hang together as the plan draws them; a stretch that they share with physics is drawn for them alone."""
    paths = sorted(scenario.uncertainty)
    whole, _ = correlation_matrix(paths, scenario)
    joined = groups((pair.a, pair.b) for pair in scenario.correlations) if scenario.copula.kind == "t" else []
    rows = tuple(tuple(paths.index(p) for p in group) for group in joined)
    return Copula(whole, rows, scenario.copula.degrees_of_freedom).part([paths.index(p) for p in free])


def goal_of(held: Held, text: str) -> Goal:
    """The goal that a text such as ``ebitda_by=2027-12`` names; one clear refusal otherwise."""
    name, _, value = text.partition("=")
    if name not in GOALS:
        raise refuse(f"no goal is called {name!r}", path="goal", nearest=nearest(name, GOALS), fix=_help())
    if not value:
        raise refuse(f"{name} needs a value", path="goal", fix=GOALS[name].rpartition(": ")[2])
    if name == "runway":
        return _runway(held, value)
    by = _month(held, name, value)
    label = held.labels[by]
    if name in BREAK_EVEN:
        series, title = BREAK_EVEN[name]
        margin = lasting_margin(series, by, after=held.after)
        return Goal(text, f"lasting positive {title} by {label}", margin, months=by + LASTING)
    if name == "escape_by":
        return Goal(text, f"path escape by {label}: no outside capital from then on, and cash comes in", escape_margin(by, after=held.now))
    text_by = f"cash never below its floor up to {label}, raising under the policy"
    return Goal(text, text_by, cash_margin(held.now + 1, by), lean=True, months=by + 1)


def _runway(held: Held, value: str) -> Goal:
    longest = len(held.labels) - held.now
    months: Any = int(value) if value.isdigit() and len(value) < 6 else None
    if months is None or not 2 <= months <= longest:
        raise refuse(f"{value!r} is no runway that the run can show", path="goal", fix=f"give whole months from 2 to {longest}")
    last = held.now + months - 1
    text = f"cash above its floor for at least {months} months if no new money comes"
    return Goal(f"runway={months}", text, cash_margin(held.now + 1, last), raises=False, lean=True, months=last + 1)


def _month(held: Held, name: str, value: str) -> int:
    """Index of ``2027-12``, or of the December of ``2027``, if the run can judge it."""
    label = f"{value}-12" if len(value) == 4 and value.isdigit() else value
    last = len(held.labels) - 1 - (LASTING if name in BREAK_EVEN or name == "escape_by" else 0)
    first = held.after if name in BREAK_EVEN else held.now + 1
    why = f"; a lasting state needs {LASTING} more months to be judged" if last < len(held.labels) - 1 else ""
    if last < first:
        raise refuse("the run is too short to judge this goal", path="goal", fix=f"run it with a longer horizon{why}")
    fix = f"give a month from {held.labels[first]} to {held.labels[last]}{why}"
    if label not in held.labels:
        raise refuse(f"{value!r} is no month of the run", path="goal", nearest=nearest(label, held.labels), fix=fix)
    by = held.labels.index(label)
    if not first <= by <= last:
        raise refuse(f"{label} cannot be judged", path="goal", fix=fix)
    return by


def _help() -> str:
    return "use one of " + ", ".join(text.rpartition(": ")[2] for text in GOALS.values())


def later(rerun: LedgerRerun, now: int, *, months: int = 1) -> LedgerRerun:
    """The same company whose plant comes ``months`` later from the month after ``now`` on; demand keeps its dates.

    Each month's physics is that of as many months before, payments that follow it included, and an extension takes as much longer
    from its order. The season of a month moves along with its plant.
    """
    moved = {name: _shifted(name, array, now, months) for name, array in rerun.up.items()}
    lead = moved["phase_lead_days"]
    moved["phase_lead_days"] = np.where(lead > 0.0, lead + months * DAYS_PER_YEAR / MONTHS_PER_YEAR, lead)
    return replace(rerun, up=moved, simulated=0)


KEEPS_ITS_DATES = ("products", "red_lines", "weather")
"""Stages that do not wait for plant."""


def _shifted(name: str, array: np.ndarray, now: int, months: int) -> np.ndarray:
    row = REGISTRY[name]
    if row.dims[-1] != "month" or row.stage in KEEPS_ITS_DATES:
        return array
    at = np.arange(array.shape[-1])
    return array[..., np.where(at > now, np.maximum(at - months, min(now, array.shape[-1] - 1)), at)]
