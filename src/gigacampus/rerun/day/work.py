"""What the machines do through a day: demand by minute, tokens served, machines at work, what the gates let through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.compute.minutes import machine_split
from gigacampus.foundation.units import HOURS_PER_DAY, MINUTES_PER_HOUR
from gigacampus.power.demand_stage import it_hours_mw
from gigacampus.power.swings.minutes import held
from gigacampus.products.demand import day_profile
from gigacampus.products.minutes import gates_per_h, posts_per_day
from gigacampus.rerun.day.clock import HOURS, MINUTES, Clock
from gigacampus.rerun.day.supply import Supply
from gigacampus.rerun.reopen import reopened
from gigacampus.rerun.single_draw_books import median_draw
from gigacampus.results.result import Result, has_company


@dataclass(frozen=True)
class Tokens:
    """Output tokens of one month, all campuses together, and the share of machine-hours set apart to serve them."""

    asked: float
    served: float
    ability: float
    """Tokens that all machines could serve."""

    @property
    def serving_frac(self) -> float:
        """Share of machine-hours that serving takes."""
        return min(self.served / self.ability, 1.0) if self.ability > 0.0 else 0.0


@dataclass(frozen=True)
class Work:
    """A day's work; arrays are (minute,)."""

    profile: np.ndarray
    tokens: Tokens
    asked_per_min: np.ndarray
    served_per_min: np.ndarray
    planned_per_min: np.ndarray
    """Served without the trip."""
    it_mw: np.ndarray
    machines: dict[str, np.ndarray]
    """Of the campus: serving, ready, training, waiting without power."""
    training_flop_per_min: np.ndarray
    rates: dict[str, np.ndarray]
    """Posts, prompts and outputs of the image tool, a minute."""


def work_of(result: Result, at: Clock, supply: Supply) -> Work:
    """Demand follows one profile of the day; a machine without power first stops training, then serving."""
    inputs, _ = reopened(result, "serving")
    compute = inputs.tree.compute
    products = reopened(result, "products")[0].tree.products
    peak = 1.0 / compute.serving.load_over_peak_frac
    profile = day_profile(peak, peak_h=products.demand_peak_h, steps=MINUTES)
    tokens, minutes = tokens_of(result, at.month, compute.serving_share_max_frac), at.month_hours * MINUTES_PER_HOUR
    planned = tokens.served / minutes * profile
    busy_planned, powered = _busy(result, at, supply)
    busy = busy_planned * powered
    share = _share_of_campus(result, at)
    most = tokens.ability * compute.serving_share_max_frac * peak / minutes * (1.0 - share * (1.0 - powered))
    served = np.where(powered < 1.0, np.minimum(planned, most), planned)
    load = compute.serving.load_over_peak_frac * profile
    machines = machine_split(busy_planned, serving_frac=tokens.serving_frac, load_frac=load)
    machines = _without_power(machines, busy, np.divide(served, planned, out=np.ones_like(served), where=planned > 0.0))
    hours, flop = (float(result.planned(n)[0, at.campus, at.month]) for n in ("accelerator_hours", "training_flop"))
    each = flop / hours / MINUTES_PER_HOUR if hours > 0.0 else 0.0
    return Work(
        profile=profile,
        tokens=tokens,
        asked_per_min=tokens.asked / minutes * profile,
        served_per_min=served,
        planned_per_min=planned,
        it_mw=_it_mw(result, at, supply),
        machines=machines,
        training_flop_per_min=machines["training"] * each,
        rates={name: rate / (HOURS_PER_DAY * MINUTES_PER_HOUR) * profile for name, rate in _per_day(result, at).items()},
    )


def tokens_of(result: Result, month: int, serving_share_max_frac: float) -> Tokens:
    """Tokens of a month as the books' middle future has them; without a company by the planned machines."""
    ability = float(result.planned("serving_capacity_tokens")[0, month]) / serving_share_max_frac if serving_share_max_frac > 0.0 else 0.0
    if has_company(result):
        draw = median_draw(result)
        served, unmet = (float(result.array(name)[draw, month]) for name in ("tokens_served", "tokens_unmet"))
        return Tokens(served + unmet, served, ability)
    asked = float(result.reference("tokens_demanded")[month])
    return Tokens(asked, min(asked, ability * serving_share_max_frac), ability)


def _busy(result: Result, at: Clock, supply: Supply) -> tuple[np.ndarray, np.ndarray]:
    """Machines of the campus at work as planned, and what of them a trip leaves with power, over that; (minute,).

    Hours follow cooling and supply; their mean over the month is the stage's.
    """
    inputs, _ = reopened(result, "serving")
    count, served = (float(result.planned(n)[0, at.campus, at.month]) for n in ("accelerators_in_service", "it_served_frac"))
    it, power = _cooled_it_mw(result, at), supply.month
    given = it * (1.0 - np.divide(power.unserved_mw, power.facility_load_mw, out=np.zeros_like(it), where=power.facility_load_mw > 0.0))
    shape = given / given.mean() if given.mean() > 0.0 else np.ones_like(given)
    busy = held(count * inputs.tree.compute.utilisation_frac * served * shape[at.of_month : at.of_month + HOURS])
    load = supply.minutes.facility_load_mw
    had, has = (load - minutes.unserved_mw for minutes in (supply.planned, supply.minutes))
    left = np.divide(has, had, out=np.ones_like(load), where=had > 0.0)
    return busy, np.where(supply.minutes.unserved_mw > supply.planned.unserved_mw + 1e-9, left, 1.0)


def _cooled_it_mw(result: Result, at: Clock) -> np.ndarray:
    """IT load that is cooled in every hour of the month; (hour,)."""
    inputs, up = reopened(result, "demand")
    return it_hours_mw(inputs, up, at.campus, at.month)


def _it_mw(result: Result, at: Clock, supply: Supply) -> np.ndarray:
    """IT load that is cooled and powered; (minute,)."""
    cooled = held(_cooled_it_mw(result, at)[at.of_month : at.of_month + HOURS])
    load = held(supply.day.facility_load_mw)
    out: np.ndarray = cooled * (1.0 - np.divide(supply.minutes.unserved_mw, load, out=np.zeros_like(load), where=load > 0.0))
    return out


def _share_of_campus(result: Result, at: Clock) -> float:
    """Share of the company's powered machines that stands at the campus."""
    powered = (result.planned("accelerators_in_service") * result.planned("it_served_frac"))[0, :, at.month]
    return float(powered[at.campus] / powered.sum()) if powered.sum() > 0.0 else 0.0


def _without_power(machines: dict[str, np.ndarray], busy: np.ndarray, served_frac: np.ndarray) -> dict[str, np.ndarray]:
    """The machines when only ``busy`` of them have power: training gives way first, then those that stand ready."""
    whole = sum(machines.values(), np.zeros_like(busy))
    serving = np.minimum(machines["serving"] * served_frac, busy)
    ready = np.minimum(machines["ready"], busy - serving)
    return {"serving": serving, "ready": ready, "training": busy - serving - ready, "unpowered": np.maximum(whole - busy, 0.0)}


def _per_day(result: Result, at: Clock) -> dict[str, np.ndarray | float]:
    """Posts, prompts and outputs of the image tool, a day, under the rules of each minute."""
    products, _ = reopened(result, "products")
    inputs, up = reopened(result, "red_lines")
    gates = {f"outputs_{name}": rate * HOURS_PER_DAY for name, rate in gates_per_h(inputs, up, at.positions).items()}
    prompts = float(result.reference("prompts_per_day")[at.month])
    return {"posts": posts_per_day(products, at.month), "prompts": prompts, **gates}
