"""A month of operations: what is served and sold, what it costs, when the cash comes and goes."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import Number, between, least, most, ratio, where
from gigacampus.company.ledger.state_layout import HISTORY_SIZE, TRADE_SIZE, d, k, tr
from gigacampus.company.ledger.sums import q
from gigacampus.foundation.units import DAYS_PER_YEAR, MILLION, MONTHS_PER_YEAR

DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
QUARTER = 3


def deliver(p: np.ndarray) -> None:
    """Tokens served within capacity, the share of machine hours that served, training, and what energy and water cost."""
    wanted, kept = p[k.tokens_demanded] * p[k.momentum], 1.0 - p[k.rented]
    served = least(wanted, p[k.capacity_tokens] * kept)
    need = ratio(served, p[k.tokens_demanded], 0.0) * p[k.hours_needed]
    share = between(ratio(need, p[k.accelerator_hours], 0.0), 0.0, 1.0)
    p[k.served], p[k.unmet], p[k.serving_frac] = served, wanted - served, share
    p[k.trained_flop] = p[k.training_flop] * most(kept - share, 0.0)
    p[k.energy_usd] = p[k.grid_bill_usd] + p[k.fuel_mmbtu] * p[k.gas] + p[k.water_usd]


def sell(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Revenue by line; in the history its sum is what was reported."""
    fill = ratio(p[k.served], p[k.served] + p[k.unmet], 1.0)
    subscriptions = p[k.paying_users] * p[k.arpu] * p[k.momentum] * fill
    price = p[k.token_price] * p[k.token_factor] / MILLION
    tokens = p[k.tokens_demanded] * price * p[k.api_usd_per_million_tokens] * p[k.api_share_of_tokens_frac]
    api = tokens * p[k.momentum] * fill
    if t < dates[d.history_months]:
        reported, model = p[_reported(dates, t)], subscriptions + api
        part = ratio(subscriptions, model, 1.0)
        p[k.anchor] = ratio(reported, model, 1.0)
        x[f.lab_earn_subscriptions], x[f.lab_bill_api] = reported * part, reported * (1.0 - part)
    else:
        anchor = p[k.anchor] if dates[d.anchored] == 1 else 1.0
        x[f.lab_earn_subscriptions], x[f.lab_bill_api] = subscriptions * anchor, api * anchor
        price = price * fill
        x[f.lab_bill_cars] = p[k.tokens_from_cars] * p[k.car_usd_per_million_tokens] * price
        x[f.lab_bill_robots] = p[k.tokens_from_robots] * p[k.robot_usd_per_million_tokens] * price
        x[f.lab_bill_agents] = p[k.tokens_from_agents] * p[k.agent_usd_per_million_tokens] * price
        if t >= dates[d.government_start]:
            x[f.lab_bill_government] = p[k.government_usd_per_year] / MONTHS_PER_YEAR
        x[f.lab_bill_government] += p[k.awards_usd]
        x[f.lab_bill_rental] = p[k.rented] * p[k.it_mw] * p[k.rent_now]
    _collect(x, b, p)


def _reported(dates: np.ndarray, t: int) -> int:
    """First row of the reported quarter that a month lies in, as figures of one month."""
    return dates[d.history_rows] + HISTORY_SIZE * (t // QUARTER)


def _collect(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    """Cash from customers: plans billed a year ahead, receivables at their days, rent paid in advance."""
    ahead = p[k.annual_plan_frac] * x[f.lab_earn_subscriptions] * (MONTHS_PER_YEAR - 1) / 2.0
    x[f.lab_bill_subscriptions] = most(x[f.lab_earn_subscriptions] + ahead - owed(b, a.lab_deferred_revenue), 0.0)
    billed, prepaid = q.billed(x), owed(b, a.lab_customer_prepayments)
    due = b[a.lab_receivables] + billed
    x[f.lab_use_prepayment] = least(prepaid, x[f.lab_bill_rental])
    started = (prepaid <= 0.0) & (x[f.lab_bill_rental] > 0.0) & (p[k.rented_before] <= 0.0)
    x[f.lab_prepay_rental] = where(started, p[k.prepaid_months] * x[f.lab_bill_rental], 0.0)
    kept = least(due, billed * p[k.receivable_days] / DAYS_PER_MONTH)
    x[f.lab_collect] = most(due - kept - x[f.lab_use_prepayment], 0.0)


def employ(x: np.ndarray, p: np.ndarray, dates: np.ndarray) -> None:
    """Wages and the cost of hiring by function, what the platform is charged for its share of the lab's people, and stock."""
    p[k.staff_for_platform] = 0.0
    for j in range(dates[d.trades]):
        row = dates[d.trade_rows] + TRADE_SIZE * j
        heads = least(p[row + tr.heads], p[row + tr.heads_max])
        hired = most(heads - p[row + tr.heads_before] * (1.0 - p[row + tr.attrition_per_year] / MONTHS_PER_YEAR), 0.0)
        p[row + tr.heads_before] = heads
        cost = (heads * p[row + tr.cash_usd] / MONTHS_PER_YEAR + hired * p[row + tr.hire_cost_usd]) * p[k.inflation]
        x[dates[dates[d.trade_dates] + j]] += cost
        p[k.staff_for_platform] = p[k.staff_for_platform] + cost * p[row + tr.platform_frac]
        x[f.lab_grant_stock] += heads * p[row + tr.stock_usd] / MONTHS_PER_YEAR


def spend(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Energy, sites, people and services; the same joules are cost of revenue where they serve and research where they train."""
    rise = p[k.inflation] / MONTHS_PER_YEAR
    share = between(p[k.serving_frac] + p[k.rented], 0.0, 1.0)
    p[k.cost_share] = share
    x[f.lab_energy_serving], x[f.lab_energy_training] = p[k.energy_usd] * share, p[k.energy_usd] * (1.0 - share)
    site = p[k.it_mw] * p[k.site_usd_per_it_mw_year] * rise
    x[f.lab_site_serving], x[f.lab_site_training] = site * share, site * (1.0 - share)
    x[f.lab_bandwidth] = p[k.served] * p[k.bandwidth_usd_per_million_tokens] / MILLION
    x[f.lab_payment_fees] = x[f.lab_earn_subscriptions] * p[k.payment_fee_frac]
    employ(x, p, dates)
    x[f.lab_data], x[f.lab_cloud] = p[k.data_usd_per_year] * rise, p[k.cloud_usd_per_year] * rise
    x[f.lab_robots_agents], x[f.lab_general] = p[k.robots_agents_usd_per_year] * rise, p[k.general_usd_per_year] * rise
    x[f.lab_marketing] = q.sold(x) * p[k.marketing_frac_of_revenue]
    x[f.lab_insure] = q.held_plant(b) * p[k.insurance_frac_of_plant] / MONTHS_PER_YEAR
    x[f.lab_fines] = p[k.exposure_usd]
    if t < dates[d.history_months]:
        x[f.lab_grant_stock] = p[_reported(dates, t) + 5]
    x[f.lab_pay_vendors] = _paid(q.vendor_bills(x), owed(b, a.lab_payables), p[k.payable_days])
    x[f.lab_pay_staff] = _paid(q.wages(x), owed(b, a.lab_accrued_compensation), p[k.payroll_days])
    x[f.lab_pay_energy] = _paid(q.energy_bills(x), owed(b, a.lab_accrued_energy), p[k.energy_days])
    x[f.lab_pay_fines] = owed(b, a.lab_accrued_legal)


def _paid(bills: Number, open_bills: Number, days: Number) -> Number:
    """Cash to suppliers at their days: all that is owed but the last days' bills."""
    due = open_bills + bills
    return most(due - least(due, bills * days / DAYS_PER_MONTH), 0.0)


def explain_history(x: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """In reported months: one residual line each for cost of revenue, operating cost, the result below EBITDA and cash."""
    row = _reported(dates, t)
    revenue, gross, ebitda, net, spent = p[row], p[row + 1], p[row + 2], p[row + 3], p[row + 4]
    x[f.lab_undisclosed_cost] = revenue - gross + q.lab_cost_of_revenue(x)
    x[f.lab_undisclosed_opex] = gross - ebitda + q.lab_opex(x)
    rest = q.lab_before_tax(x) - net
    x[f.lab_undisclosed_other], x[f.lab_undisclosed_other_back] = most(rest, 0.0), most(-rest, 0.0)
    gap = spent + q.lab_cash(x) - q.lab_financing(x)
    x[f.lab_undisclosed_spending], x[f.lab_undisclosed_vendor_credit] = most(gap, 0.0), most(-gap, 0.0)
    if t >= dates[d.history_months] - QUARTER:
        p[k.undisclosed_cost_frac] += most(ratio(x[f.lab_undisclosed_cost], revenue, 0.0), 0.0) / QUARTER
        p[k.undisclosed_opex_usd] += most(x[f.lab_undisclosed_opex], 0.0) / QUARTER


def carry_forward(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """After the history: what no line explained goes on, cost as a share of revenue, operating cost growing at its own rate."""
    x[f.lab_undisclosed_cost] = p[k.undisclosed_cost_frac] * (x[f.lab_earn_subscriptions] + x[f.lab_bill_api])
    p[k.undisclosed_opex_usd] = p[k.undisclosed_opex_usd] * p[k.undisclosed_growth]
    x[f.lab_undisclosed_opex] = p[k.undisclosed_opex_usd]
    left = most(p[k.undisclosed_payable_months] - (t - dates[d.history_months]), 1.0)
    x[f.lab_pay_undisclosed_vendors] = owed(b, a.lab_undisclosed_payables) / left
