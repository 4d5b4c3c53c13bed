"""The year of one campus of a finished run, dispatched again by a solver that sees prices, beside the merit order of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.foundation.errors import nearest, refuse
from gigacampus.power.dispatch_dp import solve_dp
from gigacampus.power.dispatch_lp import Choices, Infeasible, solve
from gigacampus.power.dispatch_problem import BILL_PARTS, COST_PARTS, Dispatch, Problem, cost_parts, objective_usd, permits_broken
from gigacampus.power.dispatch_rolling import rolled
from gigacampus.power.dispatch_year import year_of
from gigacampus.rerun.reopen import reopened
from gigacampus.results.result import Result

SOLVERS = ("merit", "dp", "lp", "milp")
FORESIGHT = {"perfect": 0, "24h": 24, "48h": 48}


def dispatched(
    result: Result, *, campus: str = "", year: int | None = None, solver: str = "lp", foresight: str = "perfect", n_minus_1: bool = False
) -> dict[str, Any]:
    """Cost by part, energy, starts, battery and permits of a campus's year, reference world, planned path.

    ``solver``: merit, dp (one class of whole units by price and start cost), lp (counts of units relaxed)
    or milp (whole units, a proven gap); ``foresight``: perfect, 24h or 48h.
    """
    _one_of("--solver", solver, SOLVERS)
    _one_of("--foresight", foresight, tuple(FORESIGHT))
    key, c = _campus(result, campus)
    inputs, up = reopened(result, "dispatch")
    at, months = _months(inputs.at.months, year)
    given = year_of(c, inputs, up, months)
    problem = replace(given.problem, n_minus_1=n_minus_1)
    choices = Choices(integer=solver == "milp")
    try:
        best = solve(problem, choices) if solver != "merit" or foresight != "perfect" else None
        found = {"merit": given.merit}.get(solver, best) if solver != "dp" else solve_dp(problem)
        if FORESIGHT[foresight] and solver not in ("merit", "dp"):
            found = rolled(problem, FORESIGHT[foresight], replace(choices, integer=False), given.merit)
    except Infeasible as error:
        raise refuse(str(error), path=f"campuses.{key}", fix="give the campus more supply, or ease that limit") from None
    assert found is not None
    answer = {"campus": key, "year": at, "months": len(months), "solver": solver, "foresight": foresight, **summary(problem, found)}
    answer["beside"] = _beside(
        problem, {"merit order": given.merit, **({} if best is None else {"programme with all hours in view": best})}, found
    )
    return answer


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
        "battery_loss_mwh": float((found.charge_mw - found.discharge_mw).sum()),
        "unserved_mwh": float(found.unserved_mw.sum()),
        "unserved_hours": int((found.unserved_mw > 1e-6).sum()),
        "proven_gap_frac": _gap(problem, found),
        "note": found.note,
        "permits": permits_broken(problem, found),
    }


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
    if campus and campus not in known:
        close = nearest(campus, known)
        hint = f"did you mean {close}?" if close else f"the run has {', '.join(known)}"
        raise refuse(f"no campus is called {campus!r}", path="--campus", fix=hint)
    key = campus or known[0]
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
