"""Where cash comes from when operations do not bring it: dated debt, dated rounds, the raise policy, the revolver."""

from __future__ import annotations

import numpy as np

from gigacampus.company.bind import months_of
from gigacampus.company.books import Books
from gigacampus.company.drivers import DEBT_KINDS
from gigacampus.company.journal import a, f
from gigacampus.company.partner import reach, support
from gigacampus.units import MONTHS_PER_YEAR

GOLDEN = 0.6180339887498949
"""Step of the low-discrepancy sequence that later attempts at a raise walk through."""
DRAW = {k: getattr(f, f"lab_draw_{k}") for k in DEBT_KINDS}
REPAY = {k: getattr(f, f"lab_repay_{k}") for k in DEBT_KINDS}


def service_debt(s: Books) -> None:
    """Dated instruments, and interest on the opening balances of everything owed."""
    t, x, company = s.t, s.flow, s.bound.company
    interest = np.zeros(s.n)
    for kind, held in s.drivers.debt["lab"].items():
        x[DRAW[kind]], x[REPAY[kind]] = held["draw"][t], held["repay"][t]
        x[f.lab_pay_discount] += held["discount"][t]
        x[f.lab_amortise_discount] += held["amortise"][t]
        interest = interest + held["interest"][t]
    interest = interest + s.held(a.lab_policy_debt) * company.raise_policy.debt_rate_frac / MONTHS_PER_YEAR
    interest = interest + s.held(a.lab_revolver) * company.revolver.rate_frac / MONTHS_PER_YEAR
    x[f.lab_accrue_interest] = interest
    x[f.lab_pay_interest] = s.held(a.lab_accrued_interest)
    x[f.lab_earn_interest] = (
        np.maximum(s.balance[a.lab_cash], 0.0) * s.bound.market.treasury_yield_frac / MONTHS_PER_YEAR
    )
    x[f.lab_repay_policy_debt] = s.policy_due[t]


def take_rounds(s: Books) -> None:
    """Known rounds of the month."""
    for r in s.bound.company.rounds.values():
        if s.drivers.months.index(r.day) == s.t:
            equity = np.asarray(r.raised_usd) * r.equity_frac
            s.flow[f.lab_raise_dated] += equity
            _borrow(s, np.asarray(r.raised_usd) - equity)
            _reprice(s, equity, np.asarray(r.post_money_usd), s.unsold[0])
            s.next_try = np.maximum(s.next_try, s.t + months_of(s.bound.company.raise_policy.gap_months))


def raise_by_policy(s: Books, allowed: bool) -> np.ndarray:
    """Ask investors when months of cash fall under the trigger; some attempts fail. Returns equity and debt raised."""
    policy, t = s.bound.company.raise_policy, s.t
    if not allowed or t <= s.drivers.as_of or t < s.drivers.history_months:
        return np.zeros(s.n)
    burn = s.recent_burn()
    cash = reach(s)
    wanted = (burn > 0.0) & (cash < policy.trigger_months_of_cash * burn) & (t >= s.next_try)
    wanted |= (burn > 0.0) & (cash < policy.urgent_months_of_cash * burn) & (t >= s.next_urgent)
    chance = np.mod(np.asarray(policy.luck_frac) + GOLDEN * (t - s.drivers.as_of - 1), 1.0)
    won = wanted & (chance < policy.success_frac)
    quiet = months_of(policy.gap_months)
    again = t + months_of(policy.retry_months)
    s.next_try = np.where(won, t + quiet, np.where(wanted, again, s.next_try))
    s.next_urgent = np.where(wanted, again, s.next_urgent)
    pre = pre_money(s)
    size = np.maximum(policy.size_months_of_burn * burn, policy.min_usd)
    equity = np.minimum(
        size * (1.0 - np.asarray(policy.debt_frac)),
        pre * policy.max_sold_frac / (1.0 - np.asarray(policy.max_sold_frac)),
    )
    equity = np.where(won, equity, 0.0)
    debt = equity * policy.debt_frac / np.maximum(1.0 - np.asarray(policy.debt_frac), 1e-9)
    s.flow[f.lab_raise_policy] += equity
    _borrow(s, debt)
    _reprice(s, equity, np.zeros(s.n), s.unsold[1])
    return equity + debt


def pre_money(s: Books) -> np.ndarray:
    """What investors would pay for the company before new money: the last price drifted to this month."""
    years = (s.t - s.valued) / MONTHS_PER_YEAR
    return s.post_money * np.exp(np.asarray(s.bound.market.valuation_drift_per_year) * years)


def _borrow(s: Books, amount: np.ndarray) -> None:
    """Policy debt: one payment at the end of its term."""
    s.flow[f.lab_draw_policy_debt] += amount
    term = months_of(s.bound.company.raise_policy.debt_term_years, MONTHS_PER_YEAR)
    due = np.minimum(s.t + term, s.policy_due.shape[0] - 1)
    s.policy_due[due, np.arange(s.n)] += np.where(s.t + term < s.policy_due.shape[0] - 1, amount, 0.0)


def _reprice(s: Books, equity: np.ndarray, stated_post: np.ndarray, unsold: np.ndarray) -> None:
    """Dilute holders by a round and remember its price."""
    post = np.where(stated_post > 0.0, stated_post, pre_money(s) + equity)
    sold = np.where(equity > 0.0, np.clip(equity / np.maximum(post, 1.0), 0.0, 1.0), 0.0)
    unsold *= 1.0 - sold
    if s.t > s.drivers.as_of:
        s.holders = s.holders * (1.0 - sold)
    s.founder = s.founder * (1.0 - sold)
    s.post_money = np.where(equity > 0.0, post, s.post_money)
    s.valued = np.where(equity > 0.0, s.t, s.valued)


def dilute_by_grants(s: Books) -> None:
    """Yearly grants to staff come out of everyone's share."""
    left = 1.0 - np.asarray(s.bound.company.equity.pool_refresh_per_year) / MONTHS_PER_YEAR
    s.founder = s.founder * left
    if s.t > s.drivers.as_of:
        s.holders = s.holders * left


def plug(s: Books) -> None:
    """Revolver within its limit, then arrears: what cannot be paid is owed, so cash never goes below zero."""
    x, line = s.flow, s.bound.company.revolver
    cash = s.balance[a.lab_cash] + s.cash_change("lab")
    cash = cash + support(s, cash)
    room = np.maximum(np.asarray(line.limit_usd) - s.held(a.lab_revolver), 0.0)
    draw = np.clip(np.asarray(line.draw_below_usd) - cash, 0.0, room)
    x[f.lab_draw_revolver] = draw
    back = np.clip(cash - 2.0 * np.asarray(line.draw_below_usd), 0.0, s.held(a.lab_revolver))
    x[f.lab_repay_revolver] = np.where(draw > 0.0, 0.0, back)
    cash = cash + draw - x[f.lab_repay_revolver]
    x[f.lab_fall_behind] = np.maximum(-cash, 0.0)
    x[f.lab_catch_up] = np.clip(cash, 0.0, s.held(a.lab_arrears))
