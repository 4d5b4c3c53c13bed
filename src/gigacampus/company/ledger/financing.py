"""Where cash comes from when operations do not bring it: dated debt, dated rounds, the raise policy, the revolver."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.merged_affiliate import reach, support
from gigacampus.company.ledger.posting import owed, recent_burn
from gigacampus.company.ledger.scalar_ops import Number, add_at, between, least, most, where
from gigacampus.company.ledger.state_layout import LOAN_DATE_SIZE, LOAN_SIZE, ROUND_SIZE, d, h, k, lo, ro
from gigacampus.company.ledger.sums import q
from gigacampus.foundation.units import MONTHS_PER_YEAR

GOLDEN = 0.6180339887498949
"""Step of the low-discrepancy sequence that later attempts at a raise walk through."""


def service_debt(x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Dated instruments, and interest on the opening balances of everything owed."""
    for j in range(dates[d.loans]):
        row, date = dates[d.loan_rows] + LOAN_SIZE * j, dates[d.loan_dates] + LOAN_DATE_SIZE * j
        age = t - dates[date]
        if age >= 0 and (dates[date + 1] == 0 or dates[d.platform_on] == 1):
            _loan(x, p, row, dates[date + 1], dates[date + 2], dates[date + 3], age, dates[date] >= 0)
    policy = owed(b, a.lab_policy_debt) * p[k.policy_debt_rate_frac] / MONTHS_PER_YEAR
    x[f.lab_accrue_interest] += policy + owed(b, a.lab_revolver) * p[k.revolver_rate_frac] / MONTHS_PER_YEAR
    x[f.lab_pay_interest] = owed(b, a.lab_accrued_interest)
    x[f.lab_earn_interest] = most(b[a.lab_cash], 0.0) * p[k.short_rate] / MONTHS_PER_YEAR
    x[f.lab_repay_policy_debt] = past[h.policy_due, t]


def _loan(x: np.ndarray, p: np.ndarray, row: int, platform: int, draw_row: int, repay_row: int, age: int, young: bool) -> None:
    """One instrument ``age`` months after its draw: drawn evenly over its window, interest on the opening balance of each month, then
    level principal from the end of the interest-only time to the end of the term; a discount only where its draw is on the books.
    """
    principal, quiet = p[row + lo.principal_usd], p[row + lo.quiet]
    due = principal * (1.0 - p[row + lo.kept_frac])
    before = principal * least(age * p[row + lo.per_window], 1.0)
    repaid_before = due * between((age - 1 - quiet) * p[row + lo.per_due], 0.0, 1.0)
    x[draw_row] += principal * least((age + 1) * p[row + lo.per_window], 1.0) - before
    x[repay_row] += due * between((age - quiet) * p[row + lo.per_due], 0.0, 1.0) - repaid_before
    rate = p[row + lo.rate_frac] + p[row + lo.floating] * most(p[k.short_rate], p[row + lo.base_floor_frac])
    interest = (before - repaid_before) * rate / MONTHS_PER_YEAR
    if platform == 1:
        x[f.platform_accrue_interest] += interest
    else:
        x[f.lab_accrue_interest] += interest
        if young:
            written = least((age + 1) * p[row + lo.per_term], 1.0) - least(age * p[row + lo.per_term], 1.0)
            x[f.lab_amortise_discount] += p[row + lo.discount_usd] * written
            if age == 0:
                x[f.lab_pay_discount] += p[row + lo.discount_usd]


def take_rounds(x: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Known rounds of the month."""
    p[k.kept_dated] = 1.0
    for j in range(dates[d.rounds]):
        if dates[dates[d.round_dates] + j] == t:
            row = dates[d.round_rows] + ROUND_SIZE * j
            equity = p[row + ro.raised_usd] * p[row + ro.equity_frac]
            x[f.lab_raise_dated] += equity
            _borrow(x, p, past, dates, p[row + ro.raised_usd] - equity, t)
            _reprice(p, equity, p[row + ro.post_money_usd], k.kept_dated)
            p[k.next_try] = most(p[k.next_try], t + p[k.gap])


def raise_by_policy(x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Ask investors when months of cash fall under the trigger; some attempts fail."""
    p[k.raised_usd], p[k.kept_policy] = 0.0, 1.0
    if dates[d.may_raise] == 0 or t <= dates[d.as_of] or t < dates[d.history_months]:
        return
    burn, cash = recent_burn(p, past, t), reach(b, p)
    wanted = (burn > 0.0) & (cash < p[k.trigger_months_of_cash] * burn) & (t >= p[k.next_try])
    urgent = (burn > 0.0) & (cash < p[k.urgent_months_of_cash] * burn) & (t >= p[k.next_urgent])
    asked = wanted | urgent
    place = p[k.luck_frac] + GOLDEN * (t - dates[d.as_of] - 1)
    won = asked & (place - np.floor(place) < p[k.success_frac])
    p[k.next_try] = where(won, t + p[k.gap], where(asked, t + p[k.retry], p[k.next_try]))
    p[k.next_urgent] = where(asked, t + p[k.retry], p[k.next_urgent])
    size = most(p[k.size_months_of_burn] * burn, p[k.min_raise_usd])
    most_sold = p[k.pre_money] * p[k.max_sold_frac] / (1.0 - p[k.max_sold_frac])
    equity = where(won, least(size * (1.0 - p[k.policy_debt_frac]), most_sold), 0.0)
    debt = equity * p[k.policy_debt_frac] / most(1.0 - p[k.policy_debt_frac], 1e-9)
    x[f.lab_raise_policy] += equity
    _borrow(x, p, past, dates, debt, t)
    _reprice(p, equity, 0.0, k.kept_policy)
    p[k.raised_usd] = equity + debt


def _borrow(x: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, amount: Number, t: int) -> None:
    """Policy debt: one payment at the end of its term."""
    x[f.lab_draw_policy_debt] += amount
    add_at(past, h.policy_due, least(t + p[k.policy_debt_term], float(dates[d.months])), amount)


def _reprice(p: np.ndarray, equity: Number, stated_post: Number, kept_row: int) -> None:
    """Remember the price of a round, and what it leaves of a share held before."""
    post = where(stated_post > 0.0, stated_post, p[k.pre_money] + equity)
    p[kept_row] = p[kept_row] * (1.0 - where(equity > 0.0, between(equity / most(post, 1.0), 0.0, 1.0), 0.0))
    p[k.pre_money] = where(equity > 0.0, post, p[k.pre_money])


def plug(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Money of merged partners, the revolver within its limit, then arrears: what cannot be paid is owed, so cash never goes below zero.

    The rent of machines that the lab lives by is the last bill to go unpaid.
    """
    support(x, p, dates, b[a.lab_cash] + q.lab_cash(x), t)
    cash, drawn = b[a.lab_cash] + q.lab_cash(x), owed(b, a.lab_revolver)
    draw = between(p[k.draw_below_usd] - cash, 0.0, most(p[k.revolver_limit_usd] - drawn, 0.0))
    repaid = where(draw > 0.0, 0.0, between(cash - 2.0 * p[k.draw_below_usd], 0.0, drawn))
    x[f.lab_draw_revolver], x[f.lab_repay_revolver] = draw, repaid
    left = cash + draw - repaid
    x[f.lab_fall_behind] = most(-left, 0.0)
    x[f.lab_catch_up] = between(left, 0.0, owed(b, a.lab_arrears))
    rent = x[f.lab_pay_lease] + x[f.lab_pay_operating_lease]
    p[k.unpaid_rent] = between(rent - (q.bills(x) - x[f.lab_fall_behind]), 0.0, rent)
