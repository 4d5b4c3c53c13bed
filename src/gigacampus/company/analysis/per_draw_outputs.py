"""Numbers by draw that look at the company from outside: siblings, price, outcome, and the worth of going on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from gigacampus.company.analysis.metrics import runway
from gigacampus.company.analysis.monthly_figures import lab_value
from gigacampus.company.analysis.terminal_states import classify
from gigacampus.company.financing.related_parties import flows_of, months_carried, received_by_month
from gigacampus.company.ledger.draw_binding import Bound, months_of
from gigacampus.company.ledger.simulation_inputs import SimulationInputs
from gigacampus.company.valuation.price_implied import Path, cash_flows, implied_growth, worth_of_phase
from gigacampus.foundation.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

Series = Mapping[str, np.ndarray]


def per_draw_outputs(
    bound: Bound, drivers: SimulationInputs, series: Series, alone: Series, lead_days: np.ndarray
) -> dict[str, np.ndarray]:
    """Registry rows by draw; ``series`` (draw, month), ``alone`` (month, draw) is the simulation without new money.

    ``lead_days`` (draw, campus, phase) from an extension's order to its service.
    """
    return {
        **_means(bound, drivers, series),
        **_priced(bound, drivers, series),
        **_phases(bound, series, lead_days),
        "runway_if_month": runway_if(bound, drivers, alone),
        "outcome_class": classify(series, series["escape_month"], series["rent_usd"]).astype(float),
    }


def year_ahead(drivers: SimulationInputs) -> slice:
    """The twelve months after ``as_of``, or the last twelve."""
    start = min(drivers.as_of + 1, max(drivers.months.count - MONTHS_PER_YEAR, 0))
    return slice(start, start + MONTHS_PER_YEAR)


def _means(bound: Bound, drivers: SimulationInputs, series: Series) -> dict[str, np.ndarray]:
    company, now = bound.company, drivers.as_of
    burn = np.maximum(-series["free_cash_flow_usd"][:, year_ahead(drivers)].mean(axis=1), 0.0)
    free = sum(np.asarray(s.free_cash_usd_per_year, dtype=float) for s in company.siblings.values())
    held = sum(np.asarray(s.cash_usd, dtype=float) for s in company.siblings.values())
    carried = np.asarray(months_carried(burn, free_cash_usd_per_year=free, cash_usd=held))
    value = lab_value(
        post_money=post_money_on(bound, drivers),
        platform=company.valuation.platform_value_usd,
        plant=series["assets_usd"][:, now] - series["cash_usd"][:, now],
        cash=series["cash_usd"][:, now],
        debt=series["debt_usd"][:, now],
    )
    return {"affiliate_support_months": np.where(np.isfinite(carried), carried, np.nan), "lab_value_usd": value}


def post_money_on(bound: Bound, drivers: SimulationInputs) -> np.ndarray:
    """Last stated price of the company itself by the month of ``as_of``: once it has merged, later rounds price the group."""
    company, at = bound.company, drivers.months.index
    joined = min((m.day for m in company.mergers.values() if at(m.day) >= 0), default=date.max)
    stated = [(r.day, r.post_money_usd) for r in company.rounds.values() if r.day <= joined]
    stated += [(m.day, m.price_usd) for m in company.mergers.values() if m.day == joined]
    priced = [(day, price) for day, price in stated if at(day) <= drivers.as_of and np.max(price) > 0.0]
    last = max(priced, key=lambda x: x[0])[1] if priced else company.equity.last_post_money_usd
    return np.broadcast_to(np.asarray(last, dtype=float), (bound.n,))


def priced_path(bound: Bound, drivers: SimulationInputs, series: Series) -> tuple[Path, np.ndarray]:
    """The path whose growth the last price is asked for, and the lab's enterprise value in that price.

    First year: revenue and cash margin of the year ahead. The platform and net cash explain their part of the price.
    """
    v, year, now = bound.company.valuation, year_ahead(drivers), drivers.as_of
    revenue = np.maximum(series["revenue_usd"][:, year].sum(axis=1), 1.0)
    path = Path(
        revenue_usd=revenue,
        growth=np.zeros(bound.n),
        years=max(round(float(np.median(v.mature_years))), 1),
        margin=v.mature_margin_frac,
        margin_now=series["cash_margin_usd"][:, year].sum(axis=1) / revenue,
        capital_per_revenue=v.mature_capital_per_revenue,
        life_years=bound.company.assets.gpu_life_years,
        tax_frac=bound.company.tax.federal_frac,
        wacc=v.wacc_frac,
        terminal_growth=v.terminal_growth_frac,
    )
    net_cash = series["cash_usd"][:, now] - series["debt_usd"][:, now]
    return path, post_money_on(bound, drivers) - v.platform_value_usd - net_cash


def _priced(bound: Bound, drivers: SimulationInputs, series: Series) -> dict[str, np.ndarray]:
    path, value = priced_path(bound, drivers, series)
    growth = implied_growth(path, value_usd=value)
    revenue, _ = cash_flows(replace(path, growth=growth))
    return {
        "implied_growth_per_year": growth,
        "implied_revenue_usd": np.broadcast_to(revenue[-1], (bound.n,)),
        "price_to_sales": value / path.revenue_usd,
    }


def _phases(bound: Bound, series: Series, lead_days: np.ndarray) -> dict[str, np.ndarray]:
    """Worth of each extension at its order and what it still costs then; NaN for the committed state and the unserved."""
    assets, plant = bound.company.assets, series["equipment_gross_usd"].T
    rate = np.divide(series["gross_profit_usd"].T, plant, out=np.zeros_like(plant), where=plant > 0.0)
    realised = series["realised_phase"]
    most = max((len(p) for p in bound.phases), default=0)
    worth = np.full((bound.n, len(bound.phases), 1 + most), np.nan)
    left = worth.copy()
    for c, phases in enumerate(bound.phases):
        for k, phase in enumerate(phases, start=1):
            there = realised[:, c] >= k
            service = np.where(there.any(axis=1), there.argmax(axis=1).astype(float), np.nan)
            cost = np.broadcast_to(np.asarray(phase.capex_usd * assets.phase_cost_factor, dtype=float), (bound.n,))
            worth[:, c, k] = worth_of_phase(
                rate,
                cost * assets.it_share_of_phase_frac,
                service=service,
                lag=months_of(lead_days[:, c, k], MONTHS_PER_YEAR / DAYS_PER_YEAR),
                life_years=assets.gpu_life_years,
                wacc=bound.company.valuation.wacc_frac,
            )
            left[:, c, k] = np.where(np.isnan(service), np.nan, cost * (1.0 - np.asarray(phase.deposit_frac)))
    return {"phase_value_before_cost_usd": worth, "phase_left_usd": left}


def runway_if(bound: Bound, drivers: SimulationInputs, alone: Series) -> np.ndarray:
    """Month in which cash falls below the floor without new money, with a sibling's money away or an event turned round.

    A closed form on the simulation without raises: cash less unpaid bills, less what the party gave up to then; (draw, case).
    Interest on the difference, and orders that would have moved with it, are left out.
    """
    company, months = bound.company, drivers.months
    own = alone["cash_usd"] - alone["arrears_usd"]
    flows = flows_of(company)
    changes: list[Any] = [-received_by_month(flows, months, company=company.party, sibling=name)[:, None] for name in company.siblings]
    for event in company.events.values():
        since = (np.arange(months.count) >= months.index(event.day))[:, None]
        changes.append(since * np.asarray(event.usd, dtype=float) * (-1.0 if event.happened else 1.0))
    zero = np.zeros_like(own)
    cases = [runway(own + x, floor=company.cash_floor_usd, arrears=zero, after=drivers.as_of) for x in changes]
    return np.stack(cases, axis=1) if cases else np.zeros((bound.n, 0))
