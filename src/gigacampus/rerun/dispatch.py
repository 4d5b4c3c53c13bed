"""The year of one campus of a finished run, dispatched again by a solver that sees prices, beside the merit order of the run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.power.dispatch.dynamic_programme import solve_dp
from gigacampus.power.dispatch.linear_programme import Choices, Infeasible, OutOfTime
from gigacampus.power.dispatch.problem import (
    BILL_PARTS,
    COST_PARTS,
    Dispatch,
    Problem,
    UnitClass,
    cost_parts,
    objective_usd,
    permits_broken,
)
from gigacampus.power.dispatch.rolling import Progress, least, rolled
from gigacampus.power.dispatch.year import year_of
from gigacampus.rerun.named_campus import campus_named
from gigacampus.rerun.reopen import reopened
from gigacampus.results.result import Result

SOLVERS = ("merit", "dp", "lp", "milp")
SOLVER_READS = ("min_up_h", "min_down_h", "start_usd_per_mw")
"""Figures of a machine by which a solver weighs its starts."""
FORESIGHT = {"perfect": 0, "24h": 24, "48h": 48}


@dataclass(frozen=True)
class Asked:
    """How a year is to be dispatched."""

    solver: str = "lp"
    """merit, dp (one class of whole units by price and start cost), lp (counts of units relaxed) or milp (whole units, a proven gap)."""
    foresight: str = "perfect"
    """perfect, 24h or 48h."""
    n_minus_1: bool = False
    time_limit_s: float = 120.0
    """Wall time for each answer that a solver gives."""


def dispatched(
    result: Result, asked: Asked, *, campus: str = "", year: int | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Cost by part, energy, starts, battery and permits of a campus's year, reference world, planned path."""
    _one_of("--solver", asked.solver, SOLVERS)
    _one_of("--foresight", asked.foresight, tuple(FORESIGHT))
    if asked.foresight != "perfect" and asked.solver != "lp":
        sees = "the hours of its month" if asked.solver == "merit" else "all hours"
        raise refuse(f"{asked.solver} decides with {sees} in view", path="--foresight", fix="--solver lp decides day by day")
    key, c = _campus(result, campus)
    inputs, up = reopened(result, "dispatch")
    at, months = _months(inputs.at.months, year)
    given = year_of(c, inputs, up, months)
    problem = replace(given.problem, n_minus_1=asked.n_minus_1)
    _worth_serving(problem, key)
    try:
        best, found = _solved(problem, given.merit, asked, progress)
    except Infeasible as error:
        raise refuse(str(error), path=f"campuses.{key}", fix="give the campus more supply, or ease that limit") from None
    answer = {"campus": key, "year": at, "months": len(months), "solver": asked.solver, "foresight": asked.foresight}
    answer |= {"answered_by": "merit" if found.solver == "merit" else asked.solver, **summary(problem, found)}
    others = {"merit order": given.merit, **({} if best is None else {"programme with all hours in view": best})}
    return answer | {"beside": _beside(problem, others, found), "typical": _standing_in(result, key, problem.classes)}


def _solved(problem: Problem, merit: Dispatch, asked: Asked, progress: Progress | None) -> tuple[Dispatch | None, Dispatch]:
    """The programme with all hours in view, none where it is not asked for or not found, and the dispatch that is asked for."""
    choices = Choices(integer=asked.solver == "milp", time_limit_s=asked.time_limit_s)
    if asked.solver == "merit":
        return None, merit
    late = f"no optimum was found in {asked.time_limit_s:g} s: --time-limit-s gives the solver longer"
    own = {"dp": solve_dp(problem)} if asked.solver == "dp" else {}
    try:
        best = least(problem, choices, progress)
        if asked.solver in own:
            return best, own[asked.solver]
        hours = FORESIGHT[asked.foresight]
        return best, rolled(problem, hours, choices, merit, progress) if hours else best
    except OutOfTime:
        found = own.get(asked.solver, merit)
        shown = "" if asked.solver in own else "; the figures are the merit order's"
        return None, replace(found, note=late + shown)


def _worth_serving(problem: Problem, key: str) -> None:
    """Refuse a worth of unmet load by which a solver would rather serve nobody."""
    prices = [problem.energy_usd_per_mwh[problem.grid_cap_mw > 0.0]]
    prices += [(u.full_mmbtu_per_mwh * problem.gas_usd_per_mmbtu)[u.count > 0.0] for u in problem.classes]
    cheapest = min((float(p.min()) for p in prices if p.size), default=0.0)
    if problem.unserved_usd_per_mwh < cheapest:
        least = f"the cheapest energy of the year costs {cheapest:,.0f} USD/MWh"
        path = f"campuses.{key}.power.unserved_usd_per_mwh"
        text = f"unmet load weighs {problem.unserved_usd_per_mwh:,.0f} USD/MWh and {least}: leaving the load unmet would be cheapest"
        raise refuse(text, path=path, fix="state what an hour without power is worth, thousands of USD/MWh")


def _standing_in(result: Result, campus: str, classes: tuple[UnitClass, ...]) -> dict[str, list[str]]:
    """Model of the campus's units -> those of its figures that only a solver reads and that are typical of its kind."""
    blocks = result.scenario["campuses"][campus]["blocks"]
    models = {f"library.{blocks[name]['model'].removeprefix('lib:').replace('/', '.')}" for u in classes for name in u.key.split(", ")}
    out: dict[str, list[str]] = {}
    for row in result.manifest["provenance"]:
        entry, _, figure = row["path"].rpartition(".")
        if entry in models and figure in SOLVER_READS and str(row.get("note", "")).startswith("typical of"):
            out.setdefault(entry.rpartition(".")[2], []).append(figure)
    return {model: sorted(figures) for model, figures in sorted(out.items())}


def summary(problem: Problem, found: Dispatch) -> dict[str, Any]:
    """Cost by part and the year's sums of one dispatch."""
    parts = cost_parts(problem, found)
    return {
        "cost_usd": {name: parts[name] for name in COST_PARTS},
        "bill_usd": sum(parts[name] for name in BILL_PARTS),
        "total_usd": parts["total_usd"],
        "unserved_worth_usd": parts["unserved_usd"],
        "load_mwh": float(problem.load_mw.sum()),
        "grid_mwh": float(found.grid_mw.sum()),
        "grid_peak_mw": float(found.grid_mw.max(initial=0.0)),
        "onsite_mwh": float(found.unit_mw.sum()),
        "starts": float(found.starts().sum()),
        "battery_discharge_mwh": float(found.discharge_mw.sum()),
        "battery_full_cycles": _full_cycles(problem, found),
        "battery_loss_mwh": float((found.charge_mw - found.discharge_mw).sum()),
        "unserved_mwh": float(found.unserved_mw.sum()),
        "unserved_hours": int((found.unserved_mw > 1e-6).sum()),
        "proven_gap_frac": _gap(problem, found),
        "note": found.note,
        "permits": permits_broken(problem, found),
    }


def _full_cycles(problem: Problem, found: Dispatch) -> float:
    """Energy given over the energy held while there is a battery: what wears its cells, beside age."""
    held_mwh = np.zeros(1) if problem.storage is None else problem.storage.mwh
    held_mwh = held_mwh[held_mwh > 0.0]
    return float(found.discharge_mw.sum() / held_mwh.mean()) if held_mwh.size else 0.0


def _gap(problem: Problem, found: Dispatch) -> float | None:
    """Cost above the least that the solver proves possible, over the cost; None where it proves nothing."""
    if not np.isfinite(found.bound_usd):
        return None
    cost = objective_usd(problem, found)
    return float((cost - found.bound_usd) / cost) if cost > 0.0 else 0.0


def _beside(problem: Problem, others: dict[str, Dispatch], found: Dispatch) -> list[dict[str, Any]]:
    own = objective_usd(problem, found)
    return [
        {"of": name, "total_usd": cost_parts(problem, other)["total_usd"], "more_usd": objective_usd(problem, other) - own}
        for name, other in others.items()
    ]


def _campus(result: Result, campus: str) -> tuple[str, int]:
    known = tuple(result.coords["campus"])
    key = campus_named(result, campus) if campus else known[0]
    return key, known.index(key)


def _months(months: Any, year: int | None) -> tuple[int, list[int]]:
    """Months of a calendar year in the horizon; the last whole year where none is named."""
    years = months.year()
    whole = [int(y) for y in np.unique(years) if (years == y).sum() == 12]
    at = year if year is not None else (whole[-1] if whole else int(years[-1]))
    found = [int(i) for i in np.flatnonzero(years == at)]
    if not found:
        raise refuse(f"the run has no month of {at}", path="--year", fix=f"name a year from {years[0]} to {years[-1]}")
    return at, found


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise refuse(f"{value!r} is none of {', '.join(known)}", path=option, fix=f"name one of {', '.join(known)}")
