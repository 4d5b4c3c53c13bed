"""What a chunk of draws is simulated with: the page of each draw, the worlds' tables, and dates that no draw changes."""

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
from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.mergers import kept_share
from gigacampus.company.ledger.state_layout import (
    DATES,
    HISTORY,
    LEVEL_COUNT,
    LEVELS,
    LOAN,
    MERGER,
    NEVER,
    PARAMETERS,
    PATHS,
    PHASE,
    PLATFORM,
    PLATFORM_LEVELS,
    RENTAL,
    ROUND,
    ROWS,
    TRADE,
    VEHICLE,
    k,
    pa,
    table_rows,
)
from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

FUNCTIONS = {
    "research": f.lab_staff_research,
    "operations": f.lab_staff_operations,
    "robots_agents": f.lab_staff_robots_agents,
    "sales_admin": f.lab_staff_sales_admin,
}
PLATFORM_DEBT = ("notes", "term_loan")
"""Kinds of debt that the platform's books know."""


@dataclass(frozen=True)
class SimulationInputs:
    """Inputs of the simulation for one chunk of draws."""

    months: Months
    history_months: int
    """Months from the start that the reported quarters cover."""
    as_of: int
    """Index of the month of ``as_of``; the last month where it lies beyond the horizon."""
    page: np.ndarray
    """Every draw's parameters and what it carries, (draw, row)."""
    paths: np.ndarray
    """What is drawn month by month before the simulation, (draw, row, month)."""
    dates: np.ndarray
    """Month indices, switches and first rows of blocks; int."""
    physics: np.ndarray
    """Physics of the worlds, (world, row, month)."""
    world: np.ndarray
    """World of each draw."""
    cost: np.ndarray
    """Committed assets as ``committed.by_month`` gives them, (case, row, month)."""
    case: np.ndarray
    """Case of each draw."""


def gather_inputs(
    bound: Bound,
    months: Months,
    as_of: date,
    up: Mapping[str, np.ndarray],
    physics: np.ndarray,
    world: np.ndarray,
    cost: np.ndarray,
    case: np.ndarray,
) -> SimulationInputs:
    """SimulationInputs of one chunk of draws; ``physics`` as ``physics.world_tables`` and ``cost`` as ``committed.by_month`` give them."""
    covered = history_length(bound.company.history, months)
    now = min(months.index(as_of), months.count - 1)
    leaves = _Page(bound, months)
    leaves.fixed(covered)
    leaves.phases(up, world)
    leaves.rounds()
    leaves.loans()
    leaves.trades()
    leaves.mergers()
    leaves.history(covered)
    leaves.dates |= {"months": months.count, "history_months": covered, "as_of": now}
    leaves.dates["first_month"] = int(months.calendar_month()[0])
    page = np.empty((bound.n, len(leaves.rows)))
    for row, value in enumerate(leaves.rows):
        page[:, row] = value
    integers = np.array([*(leaves.dates.get(name, 0) for name in DATES), *leaves.more_dates], dtype=np.int64)
    paths = paths_of(bound, covered, months.count, now)
    return SimulationInputs(months, covered, now, page, paths, integers, physics, world, cost, case)


class _Page:
    """Rows of the page as they are collected: plain numbers, or arrays by draw."""

    def __init__(self, bound: Bound, months: Months) -> None:
        self.bound, self.company, self.months = bound, bound.company, months
        self.rows: list[Any] = [0.0] * len(ROWS)
        self.dates: dict[str, int] = {}
        self.more_dates: list[int] = []

    def read(self, text: str) -> None:
        """Parameters of one table of ``rows``."""
        for name, path, *how in table_rows(text):
            self.rows[getattr(k, name)] = _made(self.leaf(path), how[0] if how else "")

    def leaf(self, path: str) -> Any:
        """Value at a path: a number, or an array by draw."""
        return reduce(getattr, path.split("."), self.bound)

    def levels(self, text: str) -> None:
        """First level and factor of a month of prices that grow at a constant rate."""
        for name, first, rate in table_rows(text):
            self.rows[getattr(k, name)] = 1.0 if first == "-" else self.leaf(first)
            self.rows[getattr(k, name) + LEVEL_COUNT] = _made(self.leaf(rate), "growth")

    def fixed(self, covered: int) -> None:
        """Everything that is no list: parameters, levels, switches, what is carried from the start."""
        company, index, set_ = self.company, self.months.index, self.dates
        self.read(PARAMETERS)
        self.levels(LEVELS)
        set_["platform_on"] = int(company.platform.enabled)
        if company.platform.enabled:
            set_["supported_by_lab"] = int(company.platform.supported_by_lab)
            self.read(PLATFORM)
            self.levels(PLATFORM_LEVELS)
        set_["vehicle_start"] = NEVER if company.vehicle.start is None else index(company.vehicle.start)
        if company.vehicle.start is not None:
            self.read(VEHICLE)
            self.rows[k.lease_factor] = level_rent_factor(company.vehicle)
            self.rows[k.finance_lease] = is_finance_lease(company.vehicle, company.assets.gpu_life_years)
            self.rows[k.lease_right] = rents_at_own_rate(company.vehicle)
        start = company.revenue.government_start
        set_["government_start"] = index(start) if start else 0
        set_["allowance"], set_["impairment"] = int(company.tax.allowance), int(company.assets.impairment)
        self.rental(company.revenue.rental)
        self.carried(covered)

    def rental(self, rental: Any) -> None:
        """Compute let to others: from when to when."""
        self.dates["rental_first"] = NEVER if rental.start is None else self.months.index(rental.start)
        if rental.start is None:
            return
        self.read(RENTAL)
        self.rows[k.rental_last] = NEVER
        if rental.notice is not None:
            days = months_of(rental.notice_days, MONTHS_PER_YEAR / DAYS_PER_YEAR)
            self.rows[k.rental_last] = self.months.index(rental.notice) + days

    def carried(self, covered: int) -> None:
        """What the first month finds."""
        revenue, rows = self.company.revenue, self.rows
        rows[k.anchor] = 1.0
        self.dates["anchored"] = int(covered > 0 and bool(revenue.anchor_to_history))
        lives = np.minimum(np.min(rows[k.life_gpu]), np.min(rows[k.life_network]))
        span = self.months.count + float(np.max(rows[k.fleet_age]))
        self.dates["generations"] = int(np.ceil(span / lives)) + 1 if np.any(np.asarray(rows[k.refresh_frac]) > 0.0) else 1

    def block(self, name: str, count: int) -> None:
        """Start a block of ``count`` items at the end of the page."""
        self.dates |= {f"{name}s": count, f"{name}_rows": len(self.rows), f"{name}_dates": len(DATES) + len(self.more_dates)}

    def phases(self, up: Mapping[str, np.ndarray], world: np.ndarray) -> None:
        """Extensions, campus by campus, and months from order to service as each draw's world has them."""
        self.block("phase", sum(len(x) for x in self.bound.phases))
        days = np.asarray(up["phase_lead_days"], dtype=float)[world]
        terms = self.company.orders.terms_days if any(self.bound.phases) else 0.0
        grace = months_of(self.company.assets.stranded_months) if any(self.bound.phases) else 0
        per = MONTHS_PER_YEAR / DAYS_PER_YEAR
        for c, phases in enumerate(self.bound.phases):
            for n, phase in enumerate(phases):
                held = {
                    "capex_usd": np.asarray(phase.capex_usd) * self.company.assets.phase_cost_factor,
                    "deposit_frac": phase.deposit_frac,
                    "per_lead": 1.0 / np.asarray(months_of(phase.lead_days + terms, per)),
                    "needs_cash_usd": phase.needs_cash_usd,
                    "lag": months_of(days[:, c, 1 + n], per),
                    "last": months_of(phase.lead_days, per) + grace,
                    "ordered": float(NEVER),
                    "ready": 0.0,
                }
                self.rows += [held[name] for name in PHASE]
                self.more_dates += [self.months.index(phase.planned_order), c]

    def rounds(self) -> None:
        """Dated rounds."""
        self.block("round", len(self.company.rounds))
        for item in self.company.rounds.values():
            self.rows += [getattr(item, name) for name in ROUND]
            self.more_dates.append(self.months.index(item.day))

    def loans(self) -> None:
        """Dated instruments."""
        self.block("loan", len(self.company.loans))
        for name, loan in self.company.loans.items():
            if loan.entity == "platform" and loan.kind not in PLATFORM_DEBT:
                raise ValueError(f"company.loans.{name}: the platform's books know {' and '.join(PLATFORM_DEBT)}, not {loan.kind}")
            term = np.asarray(months_of(loan.term_years, MONTHS_PER_YEAR))
            quiet = np.minimum(np.rint(np.asarray(loan.interest_only_years) * MONTHS_PER_YEAR), term - 1.0)
            held = {
                "principal_usd": loan.principal_usd,
                "rate_frac": loan.rate_frac,
                "per_window": 1.0 / np.asarray(months_of(loan.draw_months)),
                "per_term": 1.0 / term,
                "per_due": 1.0 / (term - quiet),
                "quiet": quiet,
                "discount_usd": np.asarray(loan.discount_frac) * loan.principal_usd,
                "kept_frac": loan.refinanced_frac,
                "floating": float(loan.floating),
                "base_floor_frac": loan.base_floor_frac,
            }
            self.rows += [held[x] for x in LOAN]
            kind = f"{loan.entity}_draw_{loan.kind}", f"{loan.entity}_repay_{loan.kind}"
            drawn = self.months.index(loan.drawn)
            account = getattr(a, f"{loan.entity}_{loan.kind}")
            self.more_dates += [drawn, int(loan.entity == "platform"), *(getattr(f, x) for x in kind), account]

    def trades(self) -> None:
        """People by trade."""
        self.block("trade", len(self.company.people))
        for trade in self.company.people.values():
            held = {
                "heads": trade.heads,
                "growth": _made(trade.heads_growth_per_year, "growth"),
                "heads_max": trade.heads_max,
                "cash_usd": trade.cash_usd_per_head_year,
                "stock_usd": trade.stock_usd_per_head_year,
                "platform_frac": trade.platform_frac,
                "attrition_per_year": trade.attrition_per_year,
                "hire_cost_usd": trade.hire_cost_usd,
                "heads_before": np.minimum(trade.heads, trade.heads_max),
            }
            self.rows += [held[name] for name in TRADE]
            self.more_dates.append(FUNCTIONS[trade.function])

    def mergers(self) -> None:
        """Dated mergers; one of before the horizon has its price and its owners in the opening books."""
        self.block("merger", len(self.company.mergers))
        for m in self.company.mergers.values():
            partner, day = self.company.siblings[m.partner], self.months.index(m.day)
            kept = kept_share(exchange_ratio=m.exchange_ratio, partner_shares_per_share=m.partner_shares_per_share)
            free = np.asarray(partner.free_cash_usd_per_year) - np.asarray(m.debt_usd) * m.debt_rate_frac
            sales = np.asarray(m.revenue_usd_per_year) - m.sells_to_lab_usd_per_year - m.buys_from_lab_usd_per_year
            held = {
                "cash_usd": np.asarray(partner.cash_usd) * m.support_frac,
                "free_cash_usd": free * m.support_frac,
                "kept_frac": kept if day >= 0 else 1.0,
                "outside_sales_usd": sales / MONTHS_PER_YEAR,
                "price_usd": m.price_usd if day >= 0 else 0.0,
            }
            self.rows += [held[name] for name in MERGER]
            self.more_dates.append(max(day, 0))

    def history(self, covered: int) -> None:
        """Reported quarters as figures of one month; where only a total is known the quarters that it covers are scaled to it."""
        self.dates["history_rows"] = len(self.rows)
        company, n = self.company, self.bound.n
        quarters = sorted(company.history.values(), key=lambda x: self.months.index(x.start))
        out = np.zeros((len(quarters), len(HISTORY), n))
        for j, quarter in enumerate(quarters):
            for i, name in enumerate(HISTORY):
                out[j, i] = np.asarray(getattr(quarter, name), dtype=float) / 3.0
        summed = slice(0, company.history_totals.quarters)
        inside = np.clip(covered - 3 * np.arange(len(quarters)), 0, 3)[summed]
        for i, name in enumerate(HISTORY):
            total = getattr(company.history_totals, name, None)
            if total is not None and covered:
                now = np.tensordot(inside, out[summed, i], axes=1)
                out[summed, i] *= np.divide(total, now, out=np.ones(n), where=now != 0.0)
        self.rows += list(out.reshape(-1, n))


def _made(value: Any, how: str) -> Any:
    """A value of the scenario as the simulation reads it; words as in ``rows.PARAMETERS``."""
    if how in ("growth", "decline"):
        return np.exp(np.asarray(value, dtype=float) * (1.0 if how == "growth" else -1.0) / MONTHS_PER_YEAR)
    if how == "whole":
        return np.maximum(np.rint(np.asarray(value, dtype=float)), 0.0)
    return months_of(value, {"months": 1.0, "years": MONTHS_PER_YEAR}[how]) if how else value


def momentum(revenue: Any, covered: int, months: int, draws: int) -> np.ndarray:
    """Extra growth of users and paid tokens after the reported months, dying away with its half life; (draw, month)."""
    since = np.maximum(np.arange(months) - covered, 0.0) / MONTHS_PER_YEAR
    half, rate = (np.asarray(x, dtype=float).reshape(-1, 1) for x in (revenue.momentum_half_life_years, revenue.momentum_per_year))
    grown = np.exp(rate * half / np.log(2.0) * (1.0 - 2.0 ** (-since / half)))
    return np.broadcast_to(grown, (draws, months)).copy()


def paths_of(bound: Bound, covered: int, months: int, now: int) -> np.ndarray:
    """Everything that is drawn month by month; (draw, row of ``rows.PATHS``, month). Nothing wanders up to month ``now``."""
    company, market = bound.company, bound.market
    shape = {"months": months, "draws": bound.n, "first": now}
    out = np.empty((bound.n, len(PATHS), months))
    out[:, pa.momentum] = momentum(company.revenue, covered, months, bound.n)
    out[:, pa.token_factor] = price_factor(company.revenue.token_price_path, "token", **shape).T
    out[:, pa.rent_factor] = price_factor(company.revenue.rental.price_path, "rent", **shape).T
    out[:, pa.awards_usd] = awards(company.revenue.government_awards, **shape).T
    out[:, pa.short_rate] = short_rate(market, **shape).T
    return out


def is_finance_lease(vehicle: Any, life_years: Any) -> np.ndarray | float:
    """1 where the lease from the vehicle is a finance lease of the lab, else 0."""
    if vehicle.lease != "by_test":
        return float(vehicle.lease == "finance")
    term, life = months_of(vehicle.term_years, MONTHS_PER_YEAR), months_of(life_years, MONTHS_PER_YEAR)
    return finance_lease(term_months=term, life_months=life, rents=rents_at_own_rate(vehicle), price=1.0)


def rents_at_own_rate(vehicle: Any) -> np.ndarray | float:
    """Present value, at what the lab would pay to borrow, of the rents of machines that cost a dollar."""
    term, rate = months_of(vehicle.term_years, MONTHS_PER_YEAR), np.asarray(vehicle.incremental_rate_frac) / MONTHS_PER_YEAR
    return present_value_of_rents(level_rent_factor(vehicle), rate, term)


def level_rent_factor(vehicle: Any) -> np.ndarray:
    """Monthly level rent in arrears per dollar bought, for a term and a residual that the rent does not repay."""
    rate, term = np.asarray(vehicle.lease_rate_frac) / MONTHS_PER_YEAR, months_of(vehicle.term_years, MONTHS_PER_YEAR)
    left = np.asarray(vehicle.residual_frac) * (1.0 + rate) ** -term
    safe = np.where(rate > 0.0, rate, 1.0)
    annuity = np.where(rate > 0.0, (1.0 - (1.0 + rate) ** -term) / safe, term)
    return (1.0 - left) / annuity


def history_length(history: Mapping[str, Any], months: Months) -> int:
    """Months that reported quarters cover; they must follow each other from the start of the horizon."""
    starts = sorted(months.index(q.start) for q in history.values())
    if starts != [3 * i for i in range(len(starts))]:
        raise ValueError("company.history: quarters must follow each other without a gap from the start of the horizon")
    return min(3 * len(starts), months.count)
