"""The platform: its own books, a licence sold to the lab, and loans from the lab when its cash runs short."""

from __future__ import annotations

import numpy as np

from gigacampus.company.bind import months_of
from gigacampus.company.books import Books
from gigacampus.company.journal import a, f
from gigacampus.units import MONTHS_PER_YEAR


def run_platform(s: Books) -> None:
    """A month of the platform; the lab's licence and its staff's time meet here."""
    p = s.bound.company.platform
    if not p.enabled:
        return
    x, years = s.flow, s.t / MONTHS_PER_YEAR
    act = np.asarray(p.activity_factor)
    x[f.platform_bill_advertising] = (
        act * p.advertising_usd_per_month * np.exp(np.asarray(p.advertising_growth_per_year) * years)
    )
    x[f.platform_earn_subscriptions] = (
        act * p.subscription_usd_per_month * np.exp(np.asarray(p.subscription_growth_per_year) * years)
    )
    x[f.platform_bill_data] = act * p.data_usd_per_month
    x[f.platform_bill_lab] = act * p.licence_from_lab_usd_per_month
    x[f.lab_data_platform] = x[f.platform_bill_lab]
    x[f.lab_pay_platform] = x[f.platform_collect_lab] = s.held(a.lab_due_to_platform)
    sold = x[f.platform_bill_advertising] + x[f.platform_earn_subscriptions] + x[f.platform_bill_data]
    x[f.platform_cost_of_revenue] = sold * p.cost_frac_of_revenue
    x[f.platform_operating_cost] = p.fixed_cost_usd_per_month * s.drivers.inflation[s.t]
    x[f.platform_pay_vendors] = s.held(a.platform_payables)
    x[f.platform_collect] = s.balance[a.platform_receivables]
    x[f.platform_lab_staff] = x[f.lab_charge_platform_staff] = s.drivers.staff_for_platform[s.t]
    _plant_and_debt(s)
    cash = s.balance[a.platform_cash] + s.cash_change("platform")
    short = np.maximum(np.asarray(p.cash_floor_usd) - cash, 0.0)
    lend = short if p.supported_by_lab else np.maximum(-cash, 0.0)
    back = np.clip(cash - 2.0 * np.asarray(p.cash_floor_usd), 0.0, s.held(a.platform_due_to_lab))
    x[f.lab_lend_platform] = x[f.platform_borrow_from_lab] = lend
    x[f.lab_platform_repays] = x[f.platform_repay_lab] = np.where(lend > 0.0, 0.0, back)


def _plant_and_debt(s: Books) -> None:
    x, p, t = s.flow, s.bound.company.platform, s.t
    life = months_of(p.plant_life_years, MONTHS_PER_YEAR)
    net = s.balance[a.platform_plant] + s.balance[a.platform_plant_acc]
    x[f.platform_buy_plant] = p.capex_usd_per_month
    x[f.platform_depreciate] = np.minimum(s.balance[a.platform_plant] / life, np.maximum(net, 0.0))
    x[f.platform_retire] = np.minimum(s.balance[a.platform_plant] / life, -s.balance[a.platform_plant_acc])
    for kind in ("notes", "term_loan"):
        held = s.drivers.debt["platform"][kind]
        x[getattr(f, f"platform_draw_{kind}")] = held["draw"][t]
        x[getattr(f, f"platform_repay_{kind}")] = held["repay"][t]
        x[f.platform_accrue_interest] += held["interest"][t]
    x[f.platform_pay_interest] = s.held(a.platform_accrued_interest)
