"""Opening and closing of the books: the first balance, what a month looks up, posting, and what is carried on.

Tables of every rule: ``x`` flows of the month, ``b`` balances (debit-positive), ``p`` the page of the draw (``rows.k``), ``past`` what
is kept by month (``rows.h``), ``w`` the world's physics by month, ``v`` paths drawn month by month
(``rows.pa``), ``dates`` integers (``rows.d``), ``t`` the month.
"""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.accounts import INDEX
from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.physics_tables import QUANTITIES
from gigacampus.company.ledger.scalar_ops import Number, at, between, least, most, where
from gigacampus.company.ledger.state_layout import (
    LEVEL_COUNT,
    LOAN_DATE_SIZE,
    LOAN_SIZE,
    LOOKED_UP,
    PHASE_DATE_SIZE,
    PHASE_SIZE,
    TRADE_SIZE,
    d,
    h,
    k,
    lo,
    pa,
    ph,
    tr,
)
from gigacampus.company.ledger.sums import post, q
from gigacampus.foundation.units import MONTHS_PER_YEAR

LOOKED = len(LOOKED_UP)
PHYSICAL = len(QUANTITIES)
LAB_FIRST, LAB_LAST = INDEX["lab_cash"], INDEX["platform_cash"]
PLATFORM_LAST = INDEX["vehicle_cash"]


def open_books(b: np.ndarray, p: np.ndarray, dates: np.ndarray) -> None:
    """Write the opening balance: cash, what is owed, paid-in capital, and the deficit that closes it.

    Committed assets stand in ``b`` already (``committed.open_plant``).
    """
    b[a.lab_cash] = p[k.opening_cash_usd]
    b[a.lab_preferred_opening] = -p[k.opening_paid_in_usd]
    if dates[d.platform_on] == 1:
        b[a.platform_cash], b[a.platform_plant] = p[k.platform_cash_usd], p[k.platform_plant_usd]
        b[a.platform_goodwill] = p[k.platform_goodwill_usd]
    _open_loans(b, p, dates)
    b[a.lab_opening_deficit] = -q.held_lab(b)
    b[a.platform_paid_in] = -q.held_platform(b)
    p[k.old_nol] = p[k.opening_nol_usd]


def _open_loans(b: np.ndarray, p: np.ndarray, dates: np.ndarray) -> None:
    """What is left at the start of instruments drawn before it."""
    for j in range(dates[d.loans]):
        row, date = dates[d.loan_rows] + LOAN_SIZE * j, dates[d.loan_dates] + LOAN_DATE_SIZE * j
        age = -dates[date]
        if age > 0:
            repaid = between((age - 1 - p[row + lo.quiet]) * p[row + lo.per_due], 0.0, 1.0)
            drawn = least(age * p[row + lo.per_window], 1.0)
            left = p[row + lo.principal_usd] * (drawn - (1.0 - p[row + lo.kept_frac]) * repaid)
            if dates[date + 1] == 0 or dates[d.platform_on] == 1:
                b[dates[date + 4]] += -left


def grow(p: np.ndarray, v: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Move every level by its factor of a month, and read what is drawn month by month."""
    if t > 0:
        for j in range(LEVEL_COUNT):
            p[k.inflation + j] = p[k.inflation + j] * p[k.inflation_growth + j]
        for j in range(dates[d.trades]):
            row = dates[d.trade_rows] + TRADE_SIZE * j
            p[row + tr.heads] = p[row + tr.heads] * p[row + tr.growth]
    p[k.momentum], p[k.token_factor], p[k.rent_factor] = v[pa.momentum, t], v[pa.token_factor, t], v[pa.rent_factor, t]
    p[k.awards_usd], p[k.short_rate] = v[pa.awards_usd, t], v[pa.short_rate, t]
    p[k.rent_before] = p[k.rent_now]
    p[k.rent_now] = p[k.rent_per_mw] * p[k.rent_factor]
    p[k.rented_before] = p[k.rented]
    if t >= dates[d.rental_first]:
        p[k.rented] = where(t > p[k.rental_last], 0.0, p[k.rented_share])
        if t == 0:
            p[k.rented_before] = p[k.rented]


def look_up(p: np.ndarray, w: np.ndarray, dates: np.ndarray, t: int) -> None:
    """The month's physics with the phases that are complete at its start, in order."""
    for j in range(LOOKED):
        p[k.it_mw + j] = w[j, t]
    campus, ready = -1, 1.0
    for j in range(dates[d.phases]):
        row, date = dates[d.phase_rows] + PHASE_SIZE * j, dates[d.phase_dates] + PHASE_DATE_SIZE * j
        if dates[date + 1] != campus:
            campus, ready = dates[date + 1], 1.0
        ready = where(p[row + ph.ordered] + p[row + ph.lag] <= t, ready, 0.0)
        p[row + ph.ready] = ready
        for n in range(PHYSICAL):
            p[k.it_mw + n] += ready * w[LOOKED + PHYSICAL * j + n, t]


def owed(b: np.ndarray, row: int) -> Number:
    """What is owed on a liability at the end of the month before; never less than nothing, so that a cent of rounding on the wrong
    side is not paid a second time.
    """
    return most(-b[row], 0.0)


def recent_burn(p: np.ndarray, past: np.ndarray, t: int) -> Number:
    """Mean monthly fall of cash before new money over the months that the raise policy looks at."""
    span = least(p[k.burn_span], float(t))
    return (at(past, h.burnt, t - span) - past[h.burnt, t]) / most(span, 1.0)


def free_cash(x: np.ndarray) -> Number:
    """Cash of operations and investing, less rent of leases."""
    return q.lab_operating(x) + q.lab_investing(x) - x[f.lab_pay_lease]


def close(x: np.ndarray, b: np.ndarray, past: np.ndarray, t: int) -> None:
    """Post the month's flows and keep its free cash."""
    post(b, x)
    past[h.burnt, t + 1] = past[h.burnt, t] + free_cash(x)


def tax_year(dates: np.ndarray, t: int) -> int:
    """Calendar years since that of the first month."""
    return (dates[d.first_month] + t) // MONTHS_PER_YEAR
