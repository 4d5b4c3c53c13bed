"""The platform: its own books, a licence sold to the lab, and loans from the lab when its cash runs short."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import between, least, most, where
from gigacampus.company.ledger.state_layout import d, k
from gigacampus.company.ledger.sums import q


def run_platform(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray) -> None:
    """A month of the platform; the lab's licence and its staff's time meet here."""
    x[f.platform_bill_advertising] = p[k.platform_activity] * p[k.advertising]
    x[f.platform_earn_subscriptions] = p[k.platform_activity] * p[k.platform_subscriptions]
    x[f.platform_bill_data] = p[k.platform_activity] * p[k.platform_data_usd]
    x[f.platform_bill_lab] = p[k.platform_activity] * p[k.platform_licence_usd]
    x[f.lab_data_platform] = x[f.platform_bill_lab]
    x[f.lab_pay_platform] = owed(b, a.lab_due_to_platform)
    x[f.platform_collect_lab] = x[f.lab_pay_platform]
    sold = x[f.platform_bill_advertising] + x[f.platform_earn_subscriptions] + x[f.platform_bill_data]
    x[f.platform_cost_of_revenue] = sold * p[k.platform_cost_frac]
    x[f.platform_operating_cost] = p[k.platform_fixed_usd] * p[k.inflation]
    x[f.platform_pay_vendors], x[f.platform_collect] = owed(b, a.platform_payables), b[a.platform_receivables]
    x[f.platform_lab_staff] = p[k.staff_for_platform]
    x[f.lab_charge_platform_staff] = p[k.staff_for_platform]
    _plant(x, b, p)
    x[f.platform_pay_interest] = owed(b, a.platform_accrued_interest)
    _lend(x, b, p, dates)


def _lend(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray) -> None:
    """The lab lends what keeps the platform's cash at its floor, or above nothing, and is paid back from twice the floor."""
    cash, floor = b[a.platform_cash] + q.platform_cash(x), p[k.platform_floor_usd]
    short = floor - cash if dates[d.supported_by_lab] == 1 else -cash
    lent = most(short, 0.0)
    back = where(lent > 0.0, 0.0, between(cash - 2.0 * floor, 0.0, owed(b, a.platform_due_to_lab)))
    x[f.lab_lend_platform], x[f.platform_borrow_from_lab] = lent, lent
    x[f.lab_platform_repays], x[f.platform_repay_lab] = back, back


def _plant(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    worn = b[a.platform_plant] / p[k.platform_life]
    x[f.platform_buy_plant] = p[k.platform_capex_usd]
    x[f.platform_depreciate] = least(worn, most(b[a.platform_plant] + b[a.platform_plant_acc], 0.0))
    x[f.platform_retire] = least(worn, -b[a.platform_plant_acc])
