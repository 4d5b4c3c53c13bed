"""One future in whole cents: an exact ledger and its statements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.company.ledger import journal
from gigacampus.company.ledger.accounts import ACCOUNTS, ENTITIES, INDEX, INTERCOMPANY, LINES, rows_of
from gigacampus.company.ledger.draw_binding import Bound
from gigacampus.company.ledger.journal import CASH_CLASSES
from gigacampus.company.ledger.simulate import opening, simulate
from gigacampus.company.ledger.simulation_inputs import SimulationInputs

CENTS = 100
GROUP = ("lab", "platform")
"""Entities that the group's page adds up, what they owe each other struck out."""
CAPITAL = ("lab_opening_deficit", "platform_paid_in", "vehicle_equity")
"""Accounts that take the rounding of the opening balance, by entity."""


@dataclass(frozen=True)
class Audited:
    """Whole cents of one draw."""

    opening: np.ndarray
    """int64 (account)."""
    flows: np.ndarray
    """int64 (month, flow)."""
    balances: np.ndarray
    """int64 (month, account), debit-positive."""
    months: list[str]

    def imbalance(self) -> int:
        """Largest sum of an entity's balances in any month, in cents: zero."""
        return max(int(np.abs(self.balances[:, rows_of(e)].sum(axis=1)).max()) for e in ENTITIES)

    def line(self, entity: str, line: str) -> np.ndarray:
        """An income line by month, credit-positive, in cents."""
        slot = ENTITIES.index(entity) * len(LINES) + LINES.index(line)
        up = np.where(journal.LINE_OF_ACCOUNT[journal.CREDIT] == slot, 1, 0)
        down = np.where(journal.LINE_OF_ACCOUNT[journal.DEBIT] == slot, 1, 0)
        out: np.ndarray = self.flows @ (up - down)
        return out

    def cash_class(self, entity: str, name: str) -> np.ndarray:
        """A class of the cash-flow statement by month, in cents."""
        slot = ENTITIES.index(entity) * len(CASH_CLASSES) + CASH_CLASSES.index(name)
        sign = np.where(slot == journal.CLASS_OF_FLOW, journal.CASH_SIGN, 0.0).astype(np.int64)
        return self.flows @ sign


def audit(bound: Bound, drivers: SimulationInputs, draw: int = 0) -> Audited:
    """Simulate the chunk and keep one draw in whole cents; every entry is rounded once, so every sum is exact."""
    first = np.rint(opening(drivers)[:, draw] * CENTS).astype(np.int64)
    for entity, name in zip(ENTITIES, CAPITAL, strict=True):
        first[INDEX[name]] -= first[rows_of(entity)].sum()
    series, _ = simulate(bound, drivers, keep_flows=True)
    flows = np.rint(series["flows"][:, :, draw] * CENTS).astype(np.int64)
    balances = np.tile(first, (len(flows), 1))
    for month, entries in enumerate(flows):
        change = np.zeros(len(ACCOUNTS), dtype=np.int64)
        np.add.at(change, journal.DEBIT, entries)
        np.subtract.at(change, journal.CREDIT, entries)
        balances[month:] += change
    return Audited(first, flows, balances, drivers.months.labels())


def consolidated(books: Audited) -> np.ndarray:
    """Balances of the group by account, inter-company pairs struck out; cents (month, account).

    A pair must cancel to within the rounding of its entries, else the books of the two disagree and this raises.
    """

    out = books.balances.copy()
    for entity in set(ENTITIES) - set(GROUP):
        out[:, rows_of(entity)] = 0
    for one, two in INTERCOMPANY:
        left = out[:, INDEX[one]] + out[:, INDEX[two]]
        if np.abs(left).max() > len(books.months):
            raise ValueError(f"{one} and {two} do not cancel")
        out[:, INDEX[one]], out[:, INDEX[two]] = left, 0
    return out
