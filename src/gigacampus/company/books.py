"""The state that a month hands to the next: balances, what has been ordered and raised, tax attributes."""

from __future__ import annotations

import numpy as np

from gigacampus.company import journal
from gigacampus.company.accounts import ACCOUNTS, ASSET_CLASSES, ENTITIES, LINES, rows_of
from gigacampus.company.bind import Bound, months_of
from gigacampus.company.drivers import DEBT_KINDS, Drivers
from gigacampus.company.finance.leases import finance_lease, present_value_of_rents
from gigacampus.company.journal import CASH_CLASSES, FLOWS, a
from gigacampus.company.kernels import post, tally, weighted_rows
from gigacampus.units import MONTHS_PER_YEAR

NOT_YET = 1_000_000
"""Month index of an order that has not been placed."""


class Books:
    """Balances of one chunk of draws and the counters beside them. Steps write flows of the month; ``close`` posts
    them.
    """

    def __init__(self, bound: Bound, drivers: Drivers) -> None:
        n, months = bound.n, drivers.months.count
        self.bound, self.drivers, self.n, self.t = bound, drivers, n, 0
        self.balance = np.zeros((len(ACCOUNTS), n))
        """Debit-positive, (account, draw)."""
        self.flow = np.zeros((len(FLOWS), n))
        """Entries of the month, (flow, draw)."""
        self.lines = np.zeros((len(ENTITIES) * len(LINES) + 1, n))
        self.cash = np.zeros((len(ENTITIES) * len(CASH_CLASSES) + 1, n))
        self.ordered = [np.full((len(p), n), NOT_YET) for p in bound.phases]
        """Order month by campus: (phase, draw)."""
        self.burnt = np.zeros((months + 1, n))
        """Cumulative free cash flow before each month."""
        self.post_money = np.zeros(n) + bound.company.equity.last_post_money_usd
        self.valued = np.zeros(n, dtype=np.int64)
        self.holders = np.ones(n)
        """Share kept by those who hold before the next round."""
        self.founder = np.array(np.broadcast_to(np.asarray(bound.company.equity.founder_frac, dtype=float), (n,)))
        self.unsold = np.ones((2, n))
        """What dated rounds and rounds by the policy leave this month of a share held before."""
        self.next_try = np.zeros(n, dtype=np.int64)
        self.next_urgent = np.zeros(n, dtype=np.int64)
        self.policy_due = np.zeros((months + 1, n))
        """Principal of policy debt by the month in which it falls due."""
        self.carry = np.zeros((3, n))
        """Undisclosed run rates of the history: cost over revenue, operating cost a month, anchor of revenue."""
        self.tax = {
            name: np.zeros(n) for name in ("ebt", "interest", "charge", "undisclosed", "nol", "old_nol", "denied")
        }
        self.tax["old_nol"] = self.tax["old_nol"] + bound.company.tax.opening_nol_usd
        self.tax_basis: list[tuple[int, np.ndarray]] = []
        self.year_ebt: list[np.ndarray] = []
        self.lease_basis = np.zeros((2, n))
        """Purchases of the vehicle's dated plan so far, and its debt still to be repaid evenly."""
        self.leased_bill = np.zeros(n)
        """Bills of the month for machines of extensions that investors pay."""
        self.rent_change = np.zeros((months + 1, n))
        """Change of the vehicle's monthly rent by month."""
        self.rent = np.zeros(n)
        self.lender = {
            name: np.zeros(n) for name in ("value", "rent", "service", "due", "failing", "cures", "breach", "default")
        }
        """The vehicle's collateral, its quarter so far, failed tests in a row, cures; 1 in breach, 1 in default."""
        self.finance_lease = _is_finance_lease(bound)
        self.cost_share = np.zeros(n)
        """Share of the month's machine hours that serves or is let."""
        self.merged = True
        """Whether mergers happen."""
        self.partner_cash = np.zeros(n)
        """Cash of a merged partner that may go to the lab."""
        self.capitalised = np.zeros((4, n))
        """Interest capitalised: still in construction, in service, charged so far, charge a month."""
        open_books(self)

    def total(self, *rows: int) -> np.ndarray:
        """Sum of flows of the month."""
        return self.flow[list(rows)].sum(axis=0)

    def held(self, row: int) -> np.ndarray:
        """Balance at the end of the month before, as its natural positive side for liabilities."""
        return np.abs(self.balance[row])

    def close(self) -> None:
        """Post the month's flows and tally them into lines and cash classes."""
        self.lines[:], self.cash[:] = 0.0, 0.0
        tally(
            self.lines,
            self.flow,
            journal.DEBIT,
            journal.CREDIT,
            journal.LINE_OF_ACCOUNT,
            self.cash,
            journal.CLASS_OF_FLOW,
            journal.CASH_SIGN,
        )
        post(self.balance, self.flow, journal.DEBIT, journal.CREDIT)

    def cash_change(self, entity: str) -> np.ndarray:
        """Cash flow of the entries written so far this month."""
        rows = CASH_ROWS[entity]
        return self.effect((rows, SIGN[rows]))

    def recent_burn(self) -> np.ndarray:
        """Mean monthly fall of cash before new money over the months that the raise policy looks at."""
        span = np.minimum(months_of(self.bound.company.raise_policy.burn_months), self.t)
        start = self.burnt[self.t - span, np.arange(self.n)]
        return (start - self.burnt[self.t]) / np.maximum(span, 1)

    def financing(self) -> np.ndarray:
        """Financing cash flow of the lab written so far this month."""
        return self.effect((FINANCING_ROWS, SIGN[FINANCING_ROWS]))

    def profit(self) -> np.ndarray:
        """Result before tax of the lab from the flows written so far this month."""
        return self.effect(journal.BEFORE_TAX)

    def effect(self, rows_and_signs: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """What the flows written so far add to some income lines."""
        rows, signs = rows_and_signs
        return weighted_rows(self.flow, rows, signs)


FINANCING_ROWS = np.array([i for i, x in enumerate(FLOWS) if x.entity == "lab" and x.cash == "financing"])
CASH_ROWS = {e: np.array([i for i, x in enumerate(FLOWS) if x.entity == e and x.cash]) for e in ENTITIES}
SIGN = journal.CASH_SIGN


def open_books(s: Books) -> None:
    """Write the opening balance: what is there, what is owed, paid-in capital, and the deficit that closes it."""
    company, drivers, b = s.bound.company, s.drivers, s.balance
    b[a.lab_cash] = company.opening_cash_usd
    for i, name in enumerate(ASSET_CLASSES):
        b[getattr(a, f"lab_{name}")] = drivers.committed.opening_gross[i]
        b[getattr(a, f"lab_{name}_acc")] = -drivers.committed.opening_accumulated[i]
        b[getattr(a, f"lab_cip_{name}")] = drivers.committed.opening_cip[i]
    for kind in DEBT_KINDS:
        b[getattr(a, f"lab_{kind}")] = -drivers.debt["lab"][kind]["opening"]
    b[a.lab_preferred_opening] = -np.asarray(company.equity.opening_paid_in_usd, dtype=float)
    b[a.lab_opening_deficit] = -b[rows_of("lab")].sum(axis=0)
    platform = company.platform
    if platform.enabled:
        b[a.platform_cash], b[a.platform_plant] = platform.opening_cash_usd, platform.opening_plant_usd
        b[a.platform_goodwill] = platform.goodwill_usd
        for kind in ("notes", "term_loan"):
            b[getattr(a, f"platform_{kind}")] = -drivers.debt["platform"][kind]["opening"]
        b[a.platform_paid_in] = -b[rows_of("platform")].sum(axis=0)


def _is_finance_lease(bound: Bound) -> np.ndarray:
    """1 in draws whose lease from the vehicle is a finance lease, else 0."""
    v, life = bound.company.vehicle, bound.company.assets.gpu_life_years
    if v.lease != "by_test":
        return np.full(bound.n, float(v.lease == "finance"))
    term, rate = months_of(v.term_years, MONTHS_PER_YEAR), np.asarray(v.lease_rate_frac) / MONTHS_PER_YEAR
    own_rate = np.asarray(v.incremental_rate_frac) / MONTHS_PER_YEAR
    rent = (1.0 - np.asarray(v.residual_frac) * (1.0 + rate) ** -term) / present_value_of_rents(rent=1.0, monthly_rate=rate, months=term)
    rents = present_value_of_rents(rent=rent, monthly_rate=own_rate, months=term)
    found = finance_lease(term_months=term, life_months=months_of(life, MONTHS_PER_YEAR), rents=rents, price=1.0)
    return np.broadcast_to(found, (bound.n,)).astype(float)


def service_month(s: Books, campus: int, phase: int) -> np.ndarray:
    """Month in which a phase enters service if its order stands."""
    return s.ordered[campus][phase] + s.drivers.phase_lag[campus][phase]


def phase_in_service(s: Books) -> np.ndarray:
    """Phases complete at the start of the month, in order; int (campus, draw)."""
    out = np.zeros((len(s.ordered), s.n), dtype=np.int64)
    for c, ordered in enumerate(s.ordered):
        ready = np.ones(s.n, dtype=bool)
        for k in range(ordered.shape[0]):
            ready &= service_month(s, c, k) <= s.t
            out[c] += ready
    return out
