"""Energisation against the plan: what stands, what holds back the rest, and what that costs in compute, time and money."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import worlds
from gigacampus.foundation.calendar import HOURS_IN_MONTH
from gigacampus.registry.variables import BINDING
from gigacampus.results.periods import as_of_month, when, year_ahead, year_period
from gigacampus.results.result import Result, has_company

NEEDED = ("it_wanted_mw", "h100e_wanted", "plan_mwh", "plan_unserved_mwh", "plan_unserved_hours")
STAGES = ("buildout", "energisation")
ABSENT = "hours of H100 accelerators (or as many of others) that the plan wanted and that were not there"


def hours_of(result: Result) -> np.ndarray:
    """Hours of each month of the run; (month,)."""
    out: np.ndarray = HOURS_IN_MONTH[[int(label[5:]) - 1 for label in result.coords["month"]]].astype(float)
    return out


def missing_mw(result: Result) -> dict[str, np.ndarray]:
    """IT power that the plan wants and that is not in service, by what holds it back; (world, campus, month) each.

    ``late``: accelerators that are not installed yet or stand still; each other key: the constraint that binds the rest.
    """
    wanted, installed, running = (worlds(result, n) for n in ("it_wanted_mw", "it_installed_mw", "it_in_service_mw"))
    binds = np.rint(worlds(result, "binding_constraint")).astype(int)
    all_of_it = np.maximum(wanted - running, 0.0)
    late = np.minimum(np.maximum(wanted - installed, 0.0), all_of_it)
    held = {name: np.where(binds == k, all_of_it - late, 0.0) for k, name in enumerate(BINDING) if k > 0}
    return {"late": late, **held}


def months_behind(result: Result) -> np.ndarray:
    """Months by which compute delivered since the start of the horizon lags that of the plan; (world, month), all campuses."""
    hours = hours_of(result)
    plan, ran = (np.cumsum(worlds(result, n).sum(axis=1) * hours, axis=1) for n in ("h100e_wanted", "h100e_in_service"))
    at = np.arange(1, hours.size + 1, dtype=float)
    return np.stack([at - np.interp(r, np.concatenate([[0.0], p]), np.concatenate([[0.0], at])) for p, r in zip(plan, ran, strict=True)])


def missing_compute_h(result: Result) -> np.ndarray:
    """H100-equivalent hours that the plan wants and that do not stand; (world, campus, month)."""
    out: np.ndarray = np.maximum(worlds(result, "h100e_wanted") - worlds(result, "h100e_in_service"), 0.0) * hours_of(result)
    return out


def unserved_share(result: Result, id: str) -> Figure:
    """Share of the energy that the plan wanted in the year ahead and did not get, with the campus-hours."""
    year = year_ahead(result)
    wanted, unserved = (worlds(result, n).sum(axis=1)[:, year].sum(axis=1) for n in ("plan_mwh", "plan_unserved_mwh"))
    share = np.divide(unserved, wanted, out=np.zeros_like(wanted), where=wanted > 0.0)
    title = f"Energy wanted by the plan and not served {when(result)}"
    return figure(id, title, share, "share", STAGES, period=year_period(result))


def costs(result: Result, id: str) -> tuple[Figure, ...]:
    """What the missing power of the year ahead costs: energy unserved, hours, compute, time, and money where there is a company."""
    year, period = year_ahead(result), year_period(result)
    hours = worlds(result, "plan_unserved_hours").sum(axis=1)[:, year].sum(axis=1)
    compute = missing_compute_h(result).sum(axis=1)[:, year].sum(axis=1)
    behind = months_behind(result)[:, year.stop - 1]
    rows = (
        unserved_share(result, f"{id}_unserved"),
        figure(f"{id}_hours", "campus-hours in which the plan wanted more than was served", hours, "h", STAGES, period=period),
        figure(
            f"{id}_compute",
            "hours of H100 accelerators (or as many of others) that the plan wanted and that were not there",
            compute,
            "h",
            STAGES,
            period=period,
        ),
        figure(f"{id}_behind", "compute delivered by then lags the plan by", behind, "months", STAGES, period=period),
    )
    return (*rows, *_money(result, id))


def _money(result: Result, id: str) -> tuple[Figure, ...]:
    """What the missing megawatts would have earned before their energy, by the company's own books."""
    from gigacampus.answers.questions.worth_of_speed import by_draw, earned_per_mw

    needs = ("gross_profit_usd", "energy_cost_usd", "it_mw_used", "equipment_gross_usd", "cash_usd")
    if not has_company(result) or not all(result.has(n) for n in needs):
        return ()
    year, draws = year_ahead(result), result.array("cash_usd").shape[0]
    earned = earned_per_mw(result, by_draw(result, "company.valuation.wacc_frac", draws))
    span_h = hours_of(result)[year].sum() / (year.stop - year.start)
    mw_months = float(np.median(worlds(result, "plan_unserved_mwh").sum(axis=1)[:, year].sum(axis=1))) / span_h
    title = "what that power would have brought before its energy, at the gross profit of what runs"
    note = "the middle world's missing power; the band is that of the books"
    return (figure(f"{id}_money", title, earned * mw_months, "USD", ("company", *STAGES), period=year_period(result), note=note),)


def table(result: Result, campus: int) -> list[dict[str, Any]]:
    """Month by month of the year ahead at one campus, medians: wanted, in service, missing by what holds it, compute missing."""
    wanted, running = (worlds(result, n)[:, campus] for n in ("it_wanted_mw", "it_in_service_mw"))
    missing = {name: mw[:, campus] for name, mw in missing_mw(result).items()}
    compute, behind = missing_compute_h(result)[:, campus], months_behind(result)
    first = as_of_month(result)
    rows = []
    for m in range(first, min(first + 13, wanted.shape[1])):
        held = {f"missing_{name}_mw": round(float(mw[:, m].mean()), 1) for name, mw in missing.items() if mw.any()}
        rows.append(
            {
                "month": result.coords["month"][m],
                "plan_it_mw": round(float(np.median(wanted[:, m])), 1),
                "in_service_it_mw": round(float(np.median(running[:, m])), 1),
                **held,
                "missing_h100e_hours": round(float(np.median(compute[:, m]))),
                "months_behind": round(float(np.median(behind[:, m])), 2),
            }
        )
    return rows
