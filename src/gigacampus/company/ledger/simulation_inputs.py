"""What a chunk of draws is simulated with: the parameters of each draw, the worlds' tables, lists of the scenario, and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np

from gigacampus.company.finance.leases import finance_lease, present_value_of_rents
from gigacampus.company.finance.price_paths import awards, price_factor, short_rate
from gigacampus.company.ledger.draw_binding import Bound, months_of
from gigacampus.company.ledger.parameter_table import LettingTerms, LevelGrowth, Levels, PlatformLevels, PlatformTerms, Terms, VehicleTerms
from gigacampus.company.ledger.physics_tables import WorldTables
from gigacampus.company.ledger.records import Record, dtype_of, hints_of
from gigacampus.company.ledger.scenario_lists import ListTables, list_tables
from gigacampus.company.ledger.state_layout import NEVER, Dates, Paths, State
from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import DAYS_PER_YEAR, MONTHS_PER_YEAR


@dataclass(frozen=True)
class SimulationInputs:
    """Inputs of the simulation for one chunk of draws."""

    months: Months
    history_months: int
    """Months from the start that the reported quarters cover."""
    as_of: int
    """Index of the month of ``as_of``; the first or last month where it lies before or beyond the horizon."""
    terms: np.ndarray
    """``Terms`` of each draw."""
    state: np.ndarray
    """``State`` that the first month finds in each draw."""
    lists: ListTables
    """Lists of the scenario by draw."""
    paths: np.ndarray
    """``Paths`` (draw, month)."""
    dates: np.ndarray
    """One ``Dates``."""
    physics: WorldTables
    """Physics of the worlds."""
    world: np.ndarray
    """World of each draw."""
    cost: np.ndarray
    """Committed assets as ``committed_assets.cost_by_case`` gives them, (case, 2, class, month)."""
    case: np.ndarray
    """Case of each draw."""


def gather_inputs(
    bound: Bound,
    months: Months,
    as_of: date,
    up: Mapping[str, np.ndarray],
    physics: WorldTables,
    world: np.ndarray,
    cost: np.ndarray,
    case: np.ndarray,
) -> SimulationInputs:
    """Inputs of one chunk of draws; ``physics`` as ``physics_tables.world_tables``, ``cost`` as ``cost_by_case`` give them."""
    covered = history_length(bound.company.history, months)
    now = min(months.index(as_of), months.count - 1)
    terms, state, dates = np.zeros(bound.n, dtype_of(Terms)), np.zeros(bound.n, dtype_of(State)), np.zeros(1, dtype_of(Dates))
    _fill_terms(terms, bound)
    _fill_state(state, bound, terms)
    _fill_dates(dates, bound.company, months, covered)
    dates["months"], dates["history_months"], dates["as_of"] = months.count, covered, now
    dates["generations"] = _generations(terms, months.count)
    lists = list_tables(bound, months, covered, np.asarray(up["phase_lead_days"], dtype=float)[world])
    paths = paths_of(bound, covered, months.count, now)
    return SimulationInputs(months, covered, max(now, 0), terms, state, lists, paths, dates, physics, world, cost, case)


def _read(records: np.ndarray, kind: type[Record], bound: Bound) -> None:
    """Fill the fields of a record that are given by the scenario."""
    for name in hints_of(kind):
        stated = getattr(kind, name, None)
        if stated is not None:
            path, how = stated
            records[name] = made(reduce(getattr, path.split("."), bound), how)


def _fill_terms(terms: np.ndarray, bound: Bound) -> None:
    """Parameters; those of a thing that the scenario lacks stay zero, and unread."""
    company = bound.company
    _read(terms, Terms, bound)
    _read(terms["growth"], LevelGrowth, bound)
    if any(np.any(tenant.asks_per_year > 0.0) for tenant in company.revenue.rental.tenants.values()):
        _read(terms["letting"], LettingTerms, bound)
    if company.vehicle.start is not None:
        vehicle = terms["vehicle"]
        _read(vehicle, VehicleTerms, bound)
        vehicle["rent_per_usd"] = level_rent_factor(company.vehicle)
        vehicle["is_finance_lease"] = is_finance_lease(company.vehicle, company.assets.gpu_life_years)
        vehicle["right_of_use_per_usd"] = rents_at_own_rate(company.vehicle)
    if company.platform.enabled:
        _read(terms["platform"], PlatformTerms, bound)


def _fill_state(state: np.ndarray, bound: Bound, terms: np.ndarray) -> None:
    """What the first month finds."""
    _read(state["levels"], Levels, bound)
    state["levels"]["inflation"], state["levels"]["token_price"] = 1.0, 1.0
    if bound.company.platform.enabled:
        _read(state["platform_levels"], PlatformLevels, bound)
    state["operations"]["anchor"] = 1.0
    state["lease"]["cures_left"] = terms["vehicle"]["cures_max"]


def _fill_dates(dates: np.ndarray, company: Any, months: Months, covered: int) -> None:
    """When things begin, and what is on."""

    def begins(day: date | None, otherwise: int) -> int:
        return otherwise if day is None else months.index(day)

    dates["first_calendar_month"] = int(months.calendar_month()[0])
    dates["vehicle_start"] = begins(company.vehicle.start, NEVER)
    dates["government_start"] = begins(company.revenue.government_start or None, 0)
    dates["platform_on"] = int(company.platform.enabled)
    dates["supported_by_lab"] = int(company.platform.enabled and company.platform.supported_by_lab)
    dates["anchored"] = int(covered > 0 and bool(company.revenue.anchor_to_history))
    dates["allowance"], dates["impairment"] = int(company.tax.allowance), int(company.assets.impairment)


def _generations(terms: np.ndarray, months: int) -> int:
    """How often machines may be bought within the horizon."""
    if not np.any(terms["refresh_frac"] > 0.0):
        return 1
    lives = min(terms["gpu_life_months"].min(), terms["network_life_months"].min())
    return int(np.ceil((months + terms["opening_fleet_age_months"].max()) / lives)) + 1


def made(value: Any, how: str) -> Any:
    """A value of the scenario as the rules read it; ``how`` as in ``parameter_table.given``."""
    if how in ("growth", "decline"):
        return np.exp(np.asarray(value, dtype=float) * (1.0 if how == "growth" else -1.0) / MONTHS_PER_YEAR)
    if how == "days":
        return np.rint(np.asarray(value, dtype=float) * MONTHS_PER_YEAR / DAYS_PER_YEAR)
    return months_of(value, {"months": 1.0, "years": MONTHS_PER_YEAR}[how]) if how else value


def momentum(revenue: Any, covered: int, months: int, draws: int) -> np.ndarray:
    """Extra growth of users and paid tokens after the reported months, dying away with its half life; (draw, month)."""
    since = np.maximum(np.arange(months) - covered, 0.0) / MONTHS_PER_YEAR
    half, rate = (np.asarray(x, dtype=float).reshape(-1, 1) for x in (revenue.momentum_half_life_years, revenue.momentum_per_year))
    grown = np.exp(rate * half / np.log(2.0) * (1.0 - 2.0 ** (-since / half)))
    return np.broadcast_to(grown, (draws, months)).copy()


def paths_of(bound: Bound, covered: int, months: int, now: int) -> np.ndarray:
    """Everything that is drawn month by month; records (draw, month). Nothing wanders up to month ``now``."""
    company, market = bound.company, bound.market
    shape = {"months": months, "draws": bound.n, "first": now}
    out = np.empty((bound.n, months), dtype_of(Paths))
    out["momentum"] = momentum(company.revenue, covered, months, bound.n)
    out["token_price_factor"] = price_factor(company.revenue.token_price_path, "token", **shape).T
    out["rent_factor"] = price_factor(company.revenue.rental.price_path, "rent", **shape).T
    out["awards_usd"] = awards(company.revenue.government_awards, **shape).T
    out["short_rate_frac"] = short_rate(market, **shape).T
    return out


def is_finance_lease(vehicle: Any, life_years: Any) -> np.ndarray | float:
    """1 where the lease from the vehicle is a finance lease of the lab, else 0."""
    if vehicle.lease != "by_test":
        return float(vehicle.lease == "finance")
    term, life = months_of(vehicle.term_years, MONTHS_PER_YEAR), months_of(life_years, MONTHS_PER_YEAR)
    out: np.ndarray | float = finance_lease(term_months=term, life_months=life, rents=rents_at_own_rate(vehicle), price=1.0)
    return out


def rents_at_own_rate(vehicle: Any) -> np.ndarray | float:
    """Present value, at what the lab would pay to borrow, of the rents of machines that cost a dollar."""
    term, rate = months_of(vehicle.term_years, MONTHS_PER_YEAR), np.asarray(vehicle.incremental_rate_frac) / MONTHS_PER_YEAR
    out: np.ndarray | float = present_value_of_rents(level_rent_factor(vehicle), rate, term)
    return out


def level_rent_factor(vehicle: Any) -> np.ndarray:
    """Monthly level rent in arrears per dollar bought, for a term and a residual that the rent does not repay."""
    rate, term = np.asarray(vehicle.lease_rate_frac) / MONTHS_PER_YEAR, months_of(vehicle.term_years, MONTHS_PER_YEAR)
    left = np.asarray(vehicle.residual_frac) * (1.0 + rate) ** -term
    safe = np.where(rate > 0.0, rate, 1.0)
    annuity = np.where(rate > 0.0, (1.0 - (1.0 + rate) ** -term) / safe, term)
    out: np.ndarray = (1.0 - left) / annuity
    return out


def history_length(history: Mapping[str, Any], months: Months) -> int:
    """Months that reported quarters cover; they must follow each other from the start of the horizon."""
    starts = sorted(months.index(q.start) for q in history.values())
    if starts != [3 * i for i in range(len(starts))]:
        raise ValueError("company.history: quarters must follow each other without a gap from the start of the horizon")
    return min(3 * len(starts), months.count)
