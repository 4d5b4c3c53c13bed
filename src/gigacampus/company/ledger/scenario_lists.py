"""Lists of the scenario as record arrays by draw: extensions, rounds, loans, jobs, tenants, mergers, reported quarters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gigacampus.company.finance.tenancies import lease_months, months_until
from gigacampus.company.ledger.draw_binding import Bound, months_of
from gigacampus.company.ledger.mergers import kept_share
from gigacampus.company.ledger.records import Record, dtype_of, hints_of
from gigacampus.company.ledger.state_layout import (
    JOB_FUNCTIONS,
    LOAN_KINDS,
    NEVER,
    FundingRound,
    Job,
    Loan,
    Merger,
    Phase,
    ReportedQuarter,
    Tenant,
)
from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

PLATFORM_DEBT = ("notes", "term_loan")
"""Kinds of debt that the platform's books know."""
MONTHS_PER_DAY = MONTHS_PER_YEAR / DAYS_PER_YEAR
MONTHS_PER_QUARTER = 3


class ListTables(NamedTuple):
    """Record arrays (draw, item) of each list."""

    phases: np.ndarray
    rounds: np.ndarray
    loans: np.ndarray
    jobs: np.ndarray
    tenants: np.ndarray
    mergers: np.ndarray
    quarters: np.ndarray


def list_tables(bound: Bound, months: Months, covered: int, lead_days: np.ndarray) -> ListTables:
    """Every list of the scenario; ``lead_days`` (draw, campus, phase) from an extension's order to its service."""
    company = bound.company
    return ListTables(
        _table(Phase, phases(bound, months, lead_days), bound.n),
        _table(FundingRound, [funding_round(x, months) for x in company.rounds.values()], bound.n),
        _table(Loan, [loan(name, x, months) for name, x in company.loans.items()], bound.n),
        _table(Job, [job(x) for x in company.people.values()], bound.n),
        _table(Tenant, [tenant(name, x, months) for name, x in company.revenue.rental.tenants.items()], bound.n),
        _table(Merger, [merger(x, company.siblings[x.partner], months) for x in company.mergers.values()], bound.n),
        reported_quarters(bound, months, covered),
    )


def _table(kind: type[Record], items: list[Mapping[str, Any]], draws: int) -> np.ndarray:
    out = np.empty((draws, len(items)), dtype_of(kind))
    for j, item in enumerate(items):
        for name in hints_of(kind):
            out[name][:, j] = item[name]
    return out


def phases(bound: Bound, months: Months, lead_days: np.ndarray) -> list[Mapping[str, Any]]:
    """Extensions, campus by campus, and months from order to service as each draw's world has them."""
    out: list[Mapping[str, Any]] = []
    assets = bound.company.assets
    terms_days = bound.company.orders.terms_days if any(bound.phases) else 0.0
    grace = months_of(assets.stranded_months) if any(bound.phases) else 0
    for c, of_campus in enumerate(bound.phases):
        for n, phase in enumerate(of_campus):
            out.append(
                {
                    "planned_month": months.index(phase.planned_order),
                    "campus": c,
                    "capex_usd": np.asarray(phase.capex_usd) * assets.phase_cost_factor,
                    "deposit_frac": phase.deposit_frac,
                    "paid_per_month_frac": 1.0 / np.asarray(months_of(phase.lead_days + terms_days, MONTHS_PER_DAY)),
                    "needs_cash_usd": phase.needs_cash_usd,
                    "lead_months": months_of(lead_days[:, c, 1 + n], MONTHS_PER_DAY),
                    "stranded_after_months": months_of(phase.lead_days, MONTHS_PER_DAY) + grace,
                    "ordered_month": float(NEVER),
                    "in_service": 0.0,
                }
            )
    return out


def funding_round(item: Any, months: Months) -> Mapping[str, Any]:
    """A dated round."""
    return {
        "month": months.index(item.day),
        "raised_usd": item.raised_usd,
        "equity_frac": item.equity_frac,
        "post_money_usd": item.post_money_usd,
    }


def loan(name: str, item: Any, months: Months) -> Mapping[str, Any]:
    """A dated instrument."""
    if item.entity == "platform" and item.kind not in PLATFORM_DEBT:
        raise ValueError(f"company.loans.{name}: the platform's books know {' and '.join(PLATFORM_DEBT)}, not {item.kind}")
    term = np.asarray(months_of(item.term_years, MONTHS_PER_YEAR))
    quiet = np.minimum(np.rint(np.asarray(item.interest_only_years) * MONTHS_PER_YEAR), term - 1.0)
    return {
        "drawn_month": months.index(item.drawn),
        "of_platform": int(item.entity == "platform"),
        "kind": LOAN_KINDS.index(item.kind),
        "principal_usd": item.principal_usd,
        "rate_frac": item.rate_frac,
        "drawn_per_month_frac": 1.0 / np.asarray(months_of(item.draw_months)),
        "discount_per_month_frac": 1.0 / term,
        "repaid_per_month_frac": 1.0 / (term - quiet),
        "interest_only_months": quiet,
        "discount_usd": np.asarray(item.discount_frac) * item.principal_usd,
        "refinanced_frac": item.refinanced_frac,
        "is_floating": float(item.floating),
        "base_floor_frac": item.base_floor_frac,
    }


def job(item: Any) -> Mapping[str, Any]:
    """People of one kind."""
    return {
        "function": JOB_FUNCTIONS.index(item.function),
        "headcount": item.heads,
        "growth": np.exp(np.asarray(item.heads_growth_per_year, dtype=float) / MONTHS_PER_YEAR),
        "headcount_max": item.heads_max,
        "cash_usd_per_year": item.cash_usd_per_head_year,
        "stock_usd_per_year": item.stock_usd_per_head_year,
        "platform_frac": item.platform_frac,
        "attrition_per_year": item.attrition_per_year,
        "hire_cost_usd": item.hire_cost_usd,
        "headcount_before": np.minimum(item.heads, item.heads_max),
    }


def tenant(name: str, item: Any, months: Months) -> Mapping[str, Any]:
    """A tenant, with the chance of its course already drawn: when it comes, when it stops paying, when it leaves."""
    luck, stream = item.draw_quantile, f"tenant {name}"
    notice = months_of(item.notice_days, MONTHS_PER_DAY)
    late = np.rint(np.asarray(item.start_delay_days, dtype=float) * MONTHS_PER_DAY)
    asking = np.asarray(item.asks_per_year, dtype=float) > 0.0
    asked = np.where(asking, months_until(luck, f"{stream} asks", rate_per_year=item.asks_per_year), 0.0)
    leaves = months_until(luck, f"{stream} leaves", rate_per_year=item.leaves_per_year) + notice
    term = np.where(np.asarray(item.term_months) > 0.0, np.rint(item.term_months), float(NEVER))
    first = NEVER if item.start is None else months.index(item.start)
    return {
        "start_month": first + late + asked,
        "end_month": float(NEVER) if item.notice is None else months.index(item.notice) + notice + 1,
        "is_asking": asking,
        "it_mw": item.it_mw,
        "share_frac": item.share_frac,
        "contract_usd_per_mw_month": 0.0 if item.usd_per_mw_month is None else item.usd_per_mw_month,
        "has_contract_price": float(item.usd_per_mw_month is not None),
        "term_months": np.maximum(term, 1.0),
        "lasts_months": np.minimum(lease_months(luck, stream, term_months=term, renewal_frac=item.renewal_frac), leaves),
        "pays_months": months_until(luck, f"{stream} pays", rate_per_year=item.default_per_year),
        "returned_months": notice,
        "prepaid_months": item.prepaid_months,
        "begun_month": float(NEVER),
        **dict.fromkeys(("signed_mw", "rent_usd_per_mw_month", "prepaid_usd", "let_mw", "bill_usd"), 0.0),
    }


def merger(item: Any, affiliate: Any, months: Months) -> Mapping[str, Any]:
    """A dated merger; one of before the horizon has its price and its owners in the opening books."""
    day = months.index(item.day)
    kept = kept_share(exchange_ratio=item.exchange_ratio, partner_shares_per_share=item.partner_shares_per_share)
    free = np.asarray(affiliate.free_cash_usd_per_year) - np.asarray(item.debt_usd) * item.debt_rate_frac
    sales = np.asarray(item.revenue_usd_per_year) - item.sells_to_lab_usd_per_year - item.buys_from_lab_usd_per_year
    return {
        "month": max(day, 0),
        "cash_usd": np.asarray(affiliate.cash_usd) * item.support_frac,
        "free_cash_usd_per_year": free * item.support_frac,
        "kept_frac": kept if day >= 0 else 1.0,
        "outside_sales_usd": sales / MONTHS_PER_YEAR,
        "price_usd": item.price_usd if day >= 0 else 0.0,
    }


def reported_quarters(bound: Bound, months: Months, covered: int) -> np.ndarray:
    """Reported quarters as figures of one month; where only a total is known the quarters that it covers are scaled to it."""
    company, n = bound.company, bound.n
    quarters = sorted(company.history.values(), key=lambda x: months.index(x.start))
    out = np.zeros((n, len(quarters)), dtype_of(ReportedQuarter))
    summed = slice(0, company.history_totals.quarters)
    inside = np.clip(covered - MONTHS_PER_QUARTER * np.arange(len(quarters)), 0, MONTHS_PER_QUARTER)[summed]
    for name in hints_of(ReportedQuarter):
        for j, quarter in enumerate(quarters):
            out[name][:, j] = np.asarray(getattr(quarter, name), dtype=float) / MONTHS_PER_QUARTER
        total = getattr(company.history_totals, name, None)
        if total is not None and covered:
            now = np.tensordot(inside, np.ascontiguousarray(out[name].T)[summed], axes=1)
            out[name][:, summed] *= np.divide(total, now, out=np.ones(n), where=now != 0.0)[:, None]
    return out
