"""Everything that a chunk of draws needs and that no balance can change: prices, users, heads, dated debt, history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from gigacampus.calendar import Months
from gigacampus.company.bind import Bound, months_of
from gigacampus.company.committed import Committed
from gigacampus.company.physics import CampusTable
from gigacampus.units import DAYS_PER_YEAR, MILLION, MONTHS_PER_YEAR

DEBT_KINDS = ("notes", "term_loan", "delayed_draw", "vendor_financing")
FUNCTIONS = ("research", "operations", "robots_agents", "sales_admin")
HISTORY = (
    "revenue_usd",
    "gross_profit_usd",
    "ebitda_usd",
    "net_income_usd",
    "cash_spent_usd",
    "stock_compensation_usd",
)


@dataclass(frozen=True)
class Drivers:
    """Arrays by (month, draw) unless said otherwise; USD a month."""

    months: Months
    history_months: int
    """Months from the start that the reported quarters cover."""
    as_of: int
    """Index of the month of ``as_of``; the last month where it lies beyond the horizon."""
    physics: CampusTable
    committed: Committed
    subscriptions: np.ndarray
    """Before the limit of capacity and before the anchor."""
    api: np.ndarray
    tokens: np.ndarray
    """Output tokens asked for."""
    momentum: np.ndarray
    fees: np.ndarray
    """Revenue of cars, robots, agents, government before the limit of capacity; (4, month, draw)."""
    rent_per_mw: np.ndarray
    rented: np.ndarray
    """Share of IT power let."""
    gas: np.ndarray
    """USD per MMBtu."""
    water: np.ndarray
    exposure: np.ndarray
    staff: np.ndarray
    """Cash cost by function; (function, month, draw)."""
    staff_for_platform: np.ndarray
    stock: np.ndarray
    inflation: np.ndarray
    history: np.ndarray
    """Reported figures; (figure, month of history, draw)."""
    phase_lag: tuple[tuple[np.ndarray, ...], ...]
    """Months from order to service of each phase of each campus; (draw) each."""
    debt: Mapping[str, dict[str, dict[str, np.ndarray]]]
    """Dated instruments: entity -> kind -> draw, repay, interest, discount, amortise, opening."""


def _wide(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    return np.broadcast_to(np.asarray(value, dtype=float), shape)


def _of_world(values: np.ndarray, world: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(values, dtype=float)[world].T)


def gather(
    bound: Bound, months: Months, as_of: date, up: Mapping[str, np.ndarray], physics: CampusTable, committed: Committed
) -> Drivers:
    """Drivers of one chunk of draws."""
    world, company = physics.world, bound.company
    shape = (months.count, bound.n)
    years = np.arange(months.count)[:, None] / MONTHS_PER_YEAR
    covered = history_length(company.history, months)
    price = _prices(company.revenue, years, covered, shape)
    staff, charged, stock = _staff(company.people, years, bound.market.inflation_per_year, shape)
    return Drivers(
        months=months,
        history_months=covered,
        as_of=min(months.index(as_of), months.count - 1),
        physics=physics,
        committed=committed,
        subscriptions=_of_world(up["paying_users"], world) * price["arpu"] * price["momentum"],
        api=_of_world(up["tokens_demanded"], world)
        * price["token"]
        * company.revenue.api_usd_per_million_tokens
        * company.revenue.api_share_of_tokens_frac
        / MILLION
        * price["momentum"],
        tokens=_of_world(up["tokens_demanded"], world),
        momentum=price["momentum"],
        fees=_fees(company.revenue, up, world, price["token"], months, shape),
        rent_per_mw=price["rent"],
        rented=_rented(company.revenue.rental, months, shape),
        gas=_wide(bound.market.gas_usd_per_mmbtu * np.exp(bound.market.gas_drift_per_year * years), shape),
        water=_of_world(np.asarray(up["water_bill_usd"], dtype=float).sum(axis=1), world),
        exposure=_of_world(up["red_line_exposure_usd"], world),
        staff=staff,
        staff_for_platform=charged,
        stock=stock,
        inflation=_wide(np.exp(bound.market.inflation_per_year * years), shape),
        history=_history(company, months, covered, bound.n),
        phase_lag=_phase_lag(bound, up, world),
        debt=_dated_debt(company.loans, months, bound.n),
    )


def history_length(history: Mapping[str, Any], months: Months) -> int:
    """Months that reported quarters cover; they must follow each other from the start of the horizon."""
    starts = sorted(months.index(q.start) for q in history.values())
    if starts != [3 * i for i in range(len(starts))]:
        raise ValueError("company.history: quarters must follow each other without a gap from the start of the horizon")
    return min(3 * len(starts), months.count)


def _history(company: Any, months: Months, covered: int, n: int) -> np.ndarray:
    """Reported figures a month; where only a total is known the quarters are scaled to it."""
    out = np.zeros((len(HISTORY), covered, n))
    for quarter in company.history.values():
        first = months.index(quarter.start)
        for i, name in enumerate(HISTORY):
            out[i, first : first + 3] = np.asarray(getattr(quarter, name), dtype=float) / 3.0
    for i, name in enumerate(HISTORY):
        total = getattr(company.history_totals, name, None)
        if total is not None and covered:
            now = out[i].sum(axis=0)
            out[i] *= np.divide(total, now, out=np.ones(n), where=now != 0.0)
    return out


def _prices(revenue: Any, years: np.ndarray, covered: int, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    since = np.maximum(years - covered / MONTHS_PER_YEAR, 0.0)
    half = np.asarray(revenue.momentum_half_life_years)
    spent = half / np.log(2.0) * (1.0 - 2.0 ** (-since / half))
    return {
        "arpu": _wide(revenue.arpu_usd_per_month * np.exp(revenue.arpu_change_per_year * years), shape),
        "token": _wide(np.exp(revenue.token_price_change_per_year * years), shape),
        "momentum": _wide(np.exp(revenue.momentum_per_year * spent), shape),
        "rent": _wide(revenue.rental.usd_per_mw_month * np.exp(revenue.rental.price_change_per_year * years), shape),
    }


def _fees(
    revenue: Any,
    up: Mapping[str, np.ndarray],
    world: np.ndarray,
    token: np.ndarray,
    months: Months,
    shape: tuple[int, ...],
) -> np.ndarray:
    out = np.zeros((4, *shape))
    for i, name in enumerate(("car", "robot", "agent")):
        price = getattr(revenue, f"{name}_usd_per_million_tokens")
        out[i] = _of_world(up[f"tokens_from_{name}s"], world) * token * price / MILLION
    start = months.index(revenue.government_start) if revenue.government_start else 0
    out[3, max(start, 0) :] = np.asarray(revenue.government_usd_per_year) / MONTHS_PER_YEAR
    return out


def _rented(rental: Any, months: Months, shape: tuple[int, ...]) -> np.ndarray:
    out = np.zeros(shape)
    if rental.start is not None:
        first = max(months.index(rental.start), 0)
        out[first:] = np.asarray(rental.share_frac)
        if rental.notice is not None:
            last = months.index(rental.notice) + months_of(rental.notice_days, MONTHS_PER_YEAR / DAYS_PER_YEAR)
            out = np.where(np.arange(shape[0])[:, None] > last, 0.0, out)
    return out


def _staff(
    people: Mapping[str, Any], years: np.ndarray, inflation: Any, shape: tuple[int, ...]
) -> tuple[np.ndarray, ...]:
    cash, charged, stock = np.zeros((len(FUNCTIONS), *shape)), np.zeros(shape), np.zeros(shape)
    for trade in people.values():
        heads = np.minimum(trade.heads * np.exp(trade.heads_growth_per_year * years), trade.heads_max)
        cost = heads * trade.cash_usd_per_head_year * np.exp(inflation * years) / MONTHS_PER_YEAR
        cash[FUNCTIONS.index(trade.function)] += cost
        charged += cost * trade.platform_frac
        stock += heads * trade.stock_usd_per_head_year / MONTHS_PER_YEAR
    return cash, charged, stock


def _phase_lag(bound: Bound, up: Mapping[str, np.ndarray], world: np.ndarray) -> tuple[tuple[np.ndarray, ...], ...]:
    """Months from order to service as each draw's world has them: lead, deliveries and slip together."""
    days = np.asarray(up["phase_lead_days"], dtype=float)[world]
    return tuple(
        tuple(months_of(days[:, c, 1 + k], MONTHS_PER_YEAR / DAYS_PER_YEAR) for k in range(len(phases)))
        for c, phases in enumerate(bound.phases)
    )


def _dated_debt(loans: Mapping[str, Any], months: Months, n: int) -> dict[str, dict[str, dict[str, np.ndarray]]]:
    names = ("draw", "repay", "interest", "discount", "amortise")
    out = {
        e: {k: {**{x: np.zeros((months.count, n)) for x in names}, "opening": np.zeros(n)} for k in DEBT_KINDS}
        for e in ("lab", "platform")
    }
    for loan in loans.values():
        held = out[loan.entity][loan.kind]
        for name, values in loan_flows(loan, months, n).items():
            held[name] = held[name] + values
    return out


def loan_flows(loan: Any, months: Months, n: int) -> dict[str, np.ndarray]:
    """Flows of one dated instrument by (month, draw): drawn evenly over its window, interest on the opening balance
    of each
    month, then level principal from the end of the interest-only time to the end of the term."""
    age = (np.arange(months.count) - months.index(loan.drawn))[:, None]
    window, term = months_of(loan.draw_months), months_of(loan.term_years, MONTHS_PER_YEAR)
    quiet = np.minimum(np.rint(np.asarray(loan.interest_only_years) * MONTHS_PER_YEAR).astype(np.int64), term - 1)
    principal, kept = np.asarray(loan.principal_usd, dtype=float), np.asarray(loan.refinanced_frac, dtype=float)
    drawn = principal * np.clip((age + 1) / window, 0.0, 1.0)
    back = principal * (1.0 - kept) * np.clip((age - quiet) / (term - quiet), 0.0, 1.0)
    balance, before = _wide(drawn - back, (months.count, n)), np.clip(age / window, 0.0, 1.0) * principal
    back_before = principal * (1.0 - kept) * np.clip((age - 1 - quiet) / (term - quiet), 0.0, 1.0)
    discount = np.asarray(loan.discount_frac) * principal * (age[0] <= 0)
    written = discount * (np.clip((age + 1) / term, 0.0, 1.0) - np.clip(age / term, 0.0, 1.0))
    first = (age[0] > 0) * 1.0
    return {
        "draw": _wide(drawn - before, balance.shape),
        "repay": _wide(back - back_before, balance.shape),
        "interest": _wide((before - back_before) * np.asarray(loan.rate_frac) / MONTHS_PER_YEAR, balance.shape),
        "discount": _wide(np.where(age == 0, discount, 0.0), balance.shape),
        "amortise": _wide(written, balance.shape),
        "opening": _wide((before - back_before)[0] * first, (n,)),
    }
