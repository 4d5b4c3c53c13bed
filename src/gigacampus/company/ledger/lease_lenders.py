"""A month of the vehicle's loan: rent received, debt served, covenants tested, and what a failed test brings."""

from __future__ import annotations

import numpy as np

from gigacampus.company.finance.covenants import MONTHS_PER_TEST, collateral_value, cure_amount, equity_cure, failing_tests
from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import least, most, where
from gigacampus.company.ledger.state_layout import d, k
from gigacampus.foundation.units import MONTHS_PER_YEAR


def collect_rent(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    """Rent of the month, less what the lab could not pay of the month before, and what it catches up with its arrears."""
    before, rent = b[a.vehicle_rent_receivable], p[k.lease_rent]
    after = least(least(before + p[k.unpaid_rent], before + rent), owed(b, a.lab_arrears))
    x[f.vehicle_bill_rent] = rent
    x[f.vehicle_collect_rent] = before + rent - after


def serve_loan(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    """Fees, interest and principal; owners pay what rent does not, until a default; free cash goes to them, or in a breach to the loan.

    Each draw falls due evenly over the term, what a sweep or a cure paid down falls due no more; unpaid interest joins the loan.
    """
    loan, rent = owed(b, a.vehicle_loan), x[f.vehicle_collect_rent]
    fees = b[a.vehicle_equipment] * p[k.vehicle_fee_frac] / MONTHS_PER_YEAR
    interest, due = loan * p[k.vehicle_debt_rate_frac] / MONTHS_PER_YEAR, least(loan, p[k.loan_due])
    cash = b[a.vehicle_cash] + rent
    topped = where(p[k.vehicle_default] > 0.0, 0.0, most(fees + interest + due - cash, 0.0))
    left = cash + topped
    x[f.vehicle_pay_fees] = least(fees, left)
    x[f.vehicle_pay_interest] = least(interest, left - x[f.vehicle_pay_fees])
    x[f.vehicle_add_interest] = interest - x[f.vehicle_pay_interest]
    left = left - x[f.vehicle_pay_fees] - x[f.vehicle_pay_interest]
    swept = where(p[k.vehicle_breach] > 0.0, least(left, loan), least(left, due))
    x[f.vehicle_repay_loan] = swept
    x[f.vehicle_distribute] = where(p[k.vehicle_breach] > 0.0, 0.0, left - swept)
    x[f.vehicle_equity_in] += topped
    p[k.vehicle_net_rent], p[k.vehicle_service] = rent - fees, interest + due


def hold_covenants(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Value of the machines a month on, and at a quarter's end the tests on the loan after the month's payments."""
    ratio = p[k.rent_now] / most(p[k.rent_before], 1e-9)
    p[k.vehicle_value] = collateral_value(p[k.vehicle_value], x[f.vehicle_buy], ratio, p[k.collateral_kept])
    p[k.quarter_rent] = p[k.quarter_rent] + p[k.vehicle_net_rent]
    p[k.quarter_service] = p[k.quarter_service] + p[k.vehicle_service]
    if (t - dates[d.vehicle_start]) % MONTHS_PER_TEST == MONTHS_PER_TEST - 1:
        _quarter(x, b, p)


def _quarter(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    """The tests; a cure pays the loan down at once, a failure after the sweeps that nobody cures is a default."""
    loan = owed(b, a.vehicle_loan) + x[f.vehicle_draw_loan] + x[f.vehicle_add_interest] - x[f.vehicle_repay_loan]
    due = cure_amount(p[k.quarter_rent], p[k.quarter_service], loan, p[k.vehicle_value], p[k.dscr_min], p[k.ltv_max_frac])
    poor = (p[k.lab_cash_min_usd] > 0.0) & (b[a.lab_cash] < p[k.lab_cash_min_usd])
    failing = failing_tests((due > 0.0) | poor, p[k.failing_tests])
    curable = where(poor | (p[k.vehicle_default] > 0.0), 0.0, due)
    paid = equity_cure(failing, p[k.sweep_tests], curable, p[k.cures_left], owed(b, a.vehicle_equity), p[k.cure_max_frac])
    x[f.vehicle_equity_in] += paid
    x[f.vehicle_repay_loan] += paid
    p[k.cures_left] = p[k.cures_left] - where(paid > 0.0, 1.0, 0.0)
    p[k.vehicle_default] = where((failing > p[k.sweep_tests]) & (paid == 0.0), 1.0, p[k.vehicle_default])
    p[k.failing_tests] = where(paid > 0.0, 0.0, failing)
    p[k.vehicle_breach] = where((p[k.failing_tests] > 0.0) | (p[k.vehicle_default] > 0.0), 1.0, 0.0)
    p[k.quarter_rent], p[k.quarter_service] = 0.0, 0.0
