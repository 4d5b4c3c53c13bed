"""A month of operations: what is served and sold, what it costs, when the cash comes and goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.company.books import Books
from gigacampus.company.journal import COST_OF_REVENUE, OPEX, a, f
from gigacampus.company.physics import QUANTITIES
from gigacampus.units import DAYS_PER_YEAR, MILLION, MONTHS_PER_YEAR

DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
BILLED = [
    f.lab_bill_api,
    f.lab_bill_government,
    f.lab_bill_cars,
    f.lab_bill_robots,
    f.lab_bill_agents,
    f.lab_bill_rental,
]
SOLD = [f.lab_earn_subscriptions, *BILLED]
ON_CREDIT = [
    f.lab_site_serving,
    f.lab_site_training,
    f.lab_bandwidth,
    f.lab_data,
    f.lab_cloud,
    f.lab_robots_agents,
    f.lab_marketing,
    f.lab_general,
    f.lab_insure,
]
STAFF = [f.lab_staff_research, f.lab_staff_operations, f.lab_staff_robots_agents, f.lab_staff_sales_admin]
PLANT = [a.lab_gpu, a.lab_network, a.lab_building, a.lab_power, a.lab_storage]


@dataclass(frozen=True)
class Delivered:
    """What the campuses gave in the month; each (draw)."""

    it_mw: np.ndarray
    served: np.ndarray
    unmet: np.ndarray
    serving_frac: np.ndarray
    training_flop: np.ndarray
    energy_usd: np.ndarray


def deliver(s: Books, phase: np.ndarray) -> Delivered:
    """Physics of the phases in service, tokens served within capacity, and the share of machine hours that served."""
    d, t = s.drivers, s.t
    got = dict(zip(QUANTITIES, d.physics.at(t, phase), strict=True))
    wanted = d.tokens[t] * d.momentum[t]
    kept = 1.0 - d.rented[t]
    served = np.minimum(wanted, got["capacity_tokens"] * kept)
    need = np.divide(served, d.tokens[t], out=np.zeros(s.n), where=d.tokens[t] > 0) * got["hours_needed"]
    hours = got["accelerator_hours"]
    share = np.clip(np.divide(need, hours, out=np.zeros(s.n), where=hours > 0), 0.0, 1.0)
    energy = got["grid_bill_usd"] + got["fuel_mmbtu"] * d.gas[t] + d.water[t]
    return Delivered(
        got["it_mw"], served, wanted - served, share, got["training_flop"] * np.maximum(kept - share, 0.0), energy
    )


def sell(s: Books, got: Delivered) -> None:
    """Revenue by line; in the history its sum is what was reported."""
    d, t, x, revenue = s.drivers, s.t, s.flow, s.bound.company.revenue
    wanted = got.served + got.unmet
    fill = np.divide(got.served, wanted, out=np.ones(s.n), where=wanted > 0)
    subscriptions, api = d.subscriptions[t] * fill, d.api[t] * fill
    if t < d.history_months:
        reported, model = d.history[0, t], subscriptions + api
        part = np.divide(subscriptions, model, out=np.ones(s.n), where=model > 0)
        s.carry[2] = np.divide(reported, model, out=np.ones(s.n), where=model > 0)
        subscriptions, api = reported * part, reported * (1.0 - part)
    else:
        anchor = s.carry[2] if d.history_months and revenue.anchor_to_history else 1.0
        subscriptions, api = subscriptions * anchor, api * anchor
        x[f.lab_bill_cars], x[f.lab_bill_robots], x[f.lab_bill_agents] = (
            d.fees[0, t] * fill,
            d.fees[1, t] * fill,
            d.fees[2, t] * fill,
        )
        x[f.lab_bill_government] = d.fees[3, t]
        x[f.lab_bill_rental] = d.rented[t] * got.it_mw * d.rent_per_mw[t]
    x[f.lab_earn_subscriptions], x[f.lab_bill_api] = subscriptions, api
    _collect(s, subscriptions)


def _collect(s: Books, subscriptions: np.ndarray) -> None:
    """Cash from customers: plans billed a year ahead, receivables at their days, rent paid in advance."""
    x, company = s.flow, s.bound.company
    ahead = np.asarray(company.revenue.annual_plan_frac) * subscriptions * (MONTHS_PER_YEAR - 1) / 2.0
    x[f.lab_bill_subscriptions] = np.maximum(subscriptions + ahead - s.held(a.lab_deferred_revenue), 0.0)
    billed = x[BILLED].sum(axis=0)
    owed = s.balance[a.lab_receivables] + billed
    x[f.lab_use_prepayment] = np.minimum(s.held(a.lab_customer_prepayments), x[f.lab_bill_rental])
    target = np.minimum(owed, billed * np.asarray(company.working_capital.receivable_days) / DAYS_PER_MONTH)
    prepaid = np.asarray(company.revenue.rental.prepaid_months) * x[f.lab_bill_rental]
    started = (
        (s.held(a.lab_customer_prepayments) <= 0.0)
        & (x[f.lab_bill_rental] > 0)
        & (s.drivers.rented[max(s.t - 1, 0)] <= 0.0)
    )
    x[f.lab_prepay_rental] = np.where(started, prepaid, 0.0)
    x[f.lab_collect] = np.maximum(owed - target - x[f.lab_use_prepayment], 0.0)


def spend(s: Books, got: Delivered) -> None:
    """Energy, sites, people and services; the same joules are cost of revenue where they serve and research where
    they train.
    """
    d, t, x, costs = s.drivers, s.t, s.flow, s.bound.company.costs
    rise, sold = d.inflation[t] / MONTHS_PER_YEAR, x[SOLD].sum(axis=0)
    cost_share = np.clip(got.serving_frac + d.rented[t], 0.0, 1.0)
    s.cost_share = cost_share
    x[f.lab_energy_serving], x[f.lab_energy_training] = got.energy_usd * cost_share, got.energy_usd * (1.0 - cost_share)
    site = got.it_mw * costs.site_usd_per_it_mw_year * rise
    x[f.lab_site_serving], x[f.lab_site_training] = site * cost_share, site * (1.0 - cost_share)
    x[f.lab_bandwidth] = got.served * costs.bandwidth_usd_per_million_tokens / MILLION
    x[f.lab_payment_fees] = x[f.lab_earn_subscriptions] * costs.payment_fee_frac
    for i, row in enumerate(STAFF):
        x[row] = d.staff[i, t]
    x[f.lab_data], x[f.lab_cloud] = costs.data_usd_per_year * rise, costs.cloud_usd_per_year * rise
    x[f.lab_robots_agents] = costs.robots_agents_usd_per_year * rise
    x[f.lab_marketing] = sold * costs.marketing_frac_of_revenue
    x[f.lab_general] = costs.general_usd_per_year * rise
    x[f.lab_insure] = s.balance[PLANT].sum(axis=0) * costs.insurance_frac_of_plant / MONTHS_PER_YEAR
    x[f.lab_fines] = d.exposure[t]
    x[f.lab_grant_stock] = d.stock[t]
    if t < d.history_months:
        x[f.lab_grant_stock] = d.history[5, t]
    _pay(s)


def _pay(s: Books) -> None:
    """Cash to suppliers, staff and utilities at their days; fines a month later."""
    x, days = s.flow, s.bound.company.working_capital
    for rows, account, pay, wait in (
        (ON_CREDIT, a.lab_payables, f.lab_pay_vendors, days.payable_days),
        (STAFF, a.lab_accrued_compensation, f.lab_pay_staff, days.payroll_days),
        ([f.lab_energy_serving, f.lab_energy_training], a.lab_accrued_energy, f.lab_pay_energy, days.energy_days),
    ):
        new = x[rows].sum(axis=0)
        owed = s.held(account) + new
        x[pay] = np.maximum(owed - np.minimum(owed, new * np.asarray(wait) / DAYS_PER_MONTH), 0.0)
    x[f.lab_pay_fines] = s.held(a.lab_accrued_legal)


def explain_history(s: Books) -> None:
    """In reported months: one residual line each for cost of revenue, operating cost, the result below EBITDA and
    cash.
    """
    d, t, x = s.drivers, s.t, s.flow
    revenue, gross, ebitda, net, spent, _ = d.history[:, t]
    x[f.lab_undisclosed_cost] = revenue - gross + s.effect(COST_OF_REVENUE)
    x[f.lab_undisclosed_opex] = gross - ebitda + s.effect(OPEX)
    rest = s.profit() - net
    x[f.lab_undisclosed_other], x[f.lab_undisclosed_other_back] = np.maximum(rest, 0.0), np.maximum(-rest, 0.0)
    gap = spent + s.cash_change("lab") - s.financing()
    x[f.lab_undisclosed_spending], x[f.lab_undisclosed_vendor_credit] = np.maximum(gap, 0.0), np.maximum(-gap, 0.0)
    weight = 1.0 / 3.0 if t >= d.history_months - 3 else 0.0
    s.carry[0] += weight * np.maximum(
        np.divide(x[f.lab_undisclosed_cost], revenue, out=np.zeros(s.n), where=revenue > 0), 0.0
    )
    s.carry[1] += weight * np.maximum(x[f.lab_undisclosed_opex], 0.0)


def carry_forward(s: Books) -> None:
    """After the history: what no line explained goes on, cost as a share of revenue, operating cost growing at its
    own rate.
    """
    d, x, company = s.drivers, s.flow, s.bound.company
    years = (s.t - d.history_months + 1) / MONTHS_PER_YEAR
    own = x[f.lab_earn_subscriptions] + x[f.lab_bill_api]
    x[f.lab_undisclosed_cost] = s.carry[0] * own
    x[f.lab_undisclosed_opex] = s.carry[1] * np.exp(np.asarray(company.costs.undisclosed_growth_per_year) * years)
    owed = s.held(a.lab_undisclosed_payables)
    left = np.maximum(np.asarray(company.assets.undisclosed_payable_months) - (s.t - d.history_months), 1.0)
    x[f.lab_pay_undisclosed_vendors] = owed / left
