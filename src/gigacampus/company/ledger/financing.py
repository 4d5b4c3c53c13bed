"""Where cash comes from when operations do not bring it: dated debt, dated rounds, the raise policy, the revolver."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gigacampus.company.ledger import flow_sums, statement_sums
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.merged_affiliate import reach, support
from gigacampus.company.ledger.posting import owed, recent_burn
from gigacampus.company.ledger.scalar_ops import Number, add_at, between, least, most, rule, where
from gigacampus.company.ledger.state_layout import DELAYED_DRAW, NOTES, TERM_LOAN, VENDOR_FINANCING, Draw, FundingRound, Loan, Merger
from gigacampus.foundation.units import MONTHS_PER_YEAR

GOLDEN = 0.6180339887498949
"""Step of the low-discrepancy sequence that later attempts at a raise walk through."""


@rule
def service_debt(draw: Draw, loans: Sequence[Loan], t: int) -> None:
    """Dated instruments, and interest on the opening balances of everything owed."""
    flows, balances, terms = draw.flows, draw.balances, draw.terms
    for loan in loans:
        age = t - loan.drawn_month
        if age >= 0 and (loan.of_platform == 0 or draw.dates.platform_on == 1):
            _serve_loan(draw, loan, age)
    policy = owed(balances.lab_policy_debt) * terms.policy_debt_rate_frac / MONTHS_PER_YEAR
    flows.lab_accrue_interest += policy + owed(balances.lab_revolver) * terms.revolver_rate_frac / MONTHS_PER_YEAR
    flows.lab_pay_interest = owed(balances.lab_accrued_interest)
    flows.lab_earn_interest = most(balances.lab_cash, 0.0) * draw.paths.short_rate_frac / MONTHS_PER_YEAR
    flows.lab_repay_policy_debt = draw.timeline.policy_debt_due_usd[t]


@rule
def _serve_loan(draw: Draw, loan: Loan, age: int) -> None:
    """One instrument ``age`` months after its draw: drawn evenly over its window, interest on the opening balance of each month, then
    level principal from the end of the interest-only time to the end of the term; a discount only where its draw is on the books.
    """
    flows, principal, quiet = draw.flows, loan.principal_usd, loan.interest_only_months
    due = principal * (1.0 - loan.refinanced_frac)
    before = principal * least(age * loan.drawn_per_month_frac, 1.0)
    repaid_before = due * between((age - 1 - quiet) * loan.repaid_per_month_frac, 0.0, 1.0)
    drawn = principal * least((age + 1) * loan.drawn_per_month_frac, 1.0) - before
    _book_loan(flows, loan, drawn, due * between((age - quiet) * loan.repaid_per_month_frac, 0.0, 1.0) - repaid_before)
    rate = loan.rate_frac + loan.is_floating * most(draw.paths.short_rate_frac, loan.base_floor_frac)
    interest = (before - repaid_before) * rate / MONTHS_PER_YEAR
    if loan.of_platform == 1:
        flows.platform_accrue_interest += interest
    else:
        flows.lab_accrue_interest += interest
        if loan.drawn_month >= 0:
            written = least((age + 1) * loan.discount_per_month_frac, 1.0) - least(age * loan.discount_per_month_frac, 1.0)
            flows.lab_amortise_discount += loan.discount_usd * written
            if age == 0:
                flows.lab_pay_discount += loan.discount_usd


@rule
def _book_loan(flows: Flows, loan: Loan, drawn: Number, repaid: Number) -> None:
    """Draw and repayment of the month by who owes it and its kind."""
    if loan.of_platform == 1:
        if loan.kind == NOTES:
            flows.platform_draw_notes += drawn
            flows.platform_repay_notes += repaid
        elif loan.kind == TERM_LOAN:
            flows.platform_draw_term_loan += drawn
            flows.platform_repay_term_loan += repaid
    elif loan.kind == NOTES:
        flows.lab_draw_notes += drawn
        flows.lab_repay_notes += repaid
    elif loan.kind == TERM_LOAN:
        flows.lab_draw_term_loan += drawn
        flows.lab_repay_term_loan += repaid
    elif loan.kind == DELAYED_DRAW:
        flows.lab_draw_delayed_draw += drawn
        flows.lab_repay_delayed_draw += repaid
    elif loan.kind == VENDOR_FINANCING:
        flows.lab_draw_vendor_financing += drawn
        flows.lab_repay_vendor_financing += repaid


@rule
def take_rounds(draw: Draw, rounds: Sequence[FundingRound], t: int) -> None:
    """Known rounds of the month."""
    raising = draw.state.raising
    raising.kept_dated_frac = 1.0
    for funding in rounds:
        if funding.month == t:
            equity = funding.raised_usd * funding.equity_frac
            draw.flows.lab_raise_dated += equity
            _borrow(draw, funding.raised_usd - equity, t)
            raising.kept_dated_frac = raising.kept_dated_frac * _price_round(draw, equity, funding.post_money_usd)
            raising.next_try_month = most(raising.next_try_month, t + draw.terms.gap_months)


@rule
def raise_by_policy(draw: Draw, t: int) -> None:
    """Ask investors when months of cash fall under the trigger; some attempts fail."""
    terms, raising, dates = draw.terms, draw.state.raising, draw.dates
    raising.raised_usd, raising.kept_policy_frac = 0.0, 1.0
    if dates.may_raise == 0 or t <= dates.as_of or t < dates.history_months:
        return
    burn, cash = recent_burn(draw, t), reach(draw)
    wanted = (burn > 0.0) & (cash < terms.trigger_months_of_cash * burn) & (t >= raising.next_try_month)
    urgent = (burn > 0.0) & (cash < terms.urgent_months_of_cash * burn) & (t >= raising.next_urgent_month)
    asked = wanted | urgent
    place = terms.raise_luck_quantile + GOLDEN * (t - dates.as_of - 1)
    won = asked & (place - np.floor(place) < terms.success_frac)
    raising.next_try_month = where(won, t + terms.gap_months, where(asked, t + terms.retry_months, raising.next_try_month))
    raising.next_urgent_month = where(asked, t + terms.retry_months, raising.next_urgent_month)
    size = most(terms.size_months_of_burn * burn, terms.min_raise_usd)
    most_sold = draw.state.levels.pre_money_usd * terms.max_sold_frac / (1.0 - terms.max_sold_frac)
    equity = where(won, least(size * (1.0 - terms.policy_debt_frac), most_sold), 0.0)
    debt = equity * terms.policy_debt_frac / most(1.0 - terms.policy_debt_frac, 1e-9)
    draw.flows.lab_raise_policy += equity
    _borrow(draw, debt, t)
    raising.kept_policy_frac = raising.kept_policy_frac * _price_round(draw, equity, 0.0)
    raising.raised_usd = equity + debt


@rule
def _borrow(draw: Draw, amount: Number, t: int) -> None:
    """Policy debt: one payment at the end of its term."""
    draw.flows.lab_draw_policy_debt += amount
    due = least(t + draw.terms.policy_debt_term_months, float(draw.dates.months))
    add_at(draw.timeline.policy_debt_due_usd, due, amount)


@rule
def _price_round(draw: Draw, equity: Number, stated_post_usd: Number) -> Number:
    """Remember the price of a round; what it leaves of a share held before."""
    levels = draw.state.levels
    post = where(stated_post_usd > 0.0, stated_post_usd, levels.pre_money_usd + equity)
    kept = 1.0 - where(equity > 0.0, between(equity / most(post, 1.0), 0.0, 1.0), 0.0)
    levels.pre_money_usd = where(equity > 0.0, post, levels.pre_money_usd)
    return kept


@rule
def plug(draw: Draw, mergers: Sequence[Merger], t: int) -> None:
    """Money of merged affiliates, the revolver within its limit, then arrears: what cannot be paid is owed, so cash never goes below
    zero.

    The rent of machines that the lab lives by is the last bill to go unpaid.
    """
    flows, balances, terms = draw.flows, draw.balances, draw.terms
    support(draw, mergers, balances.lab_cash + statement_sums.lab_cash(flows), t)
    cash, drawn = balances.lab_cash + statement_sums.lab_cash(flows), owed(balances.lab_revolver)
    more = between(terms.draw_below_usd - cash, 0.0, most(terms.revolver_limit_usd - drawn, 0.0))
    repaid = where(more > 0.0, 0.0, between(cash - 2.0 * terms.draw_below_usd, 0.0, drawn))
    flows.lab_draw_revolver, flows.lab_repay_revolver = more, repaid
    left = cash + more - repaid
    flows.lab_fall_behind = most(-left, 0.0)
    flows.lab_catch_up = between(left, 0.0, owed(balances.lab_arrears))
    rent = flows.lab_pay_lease + flows.lab_pay_operating_lease
    draw.state.lease.unpaid_rent_usd = between(rent - (flow_sums.bills(flows) - flows.lab_fall_behind), 0.0, rent)
