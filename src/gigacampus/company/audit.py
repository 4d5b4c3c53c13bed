"""One future in whole cents: an exact ledger, its statements, and a workbook whose formulas rebuild both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gigacampus.company import journal
from gigacampus.company.accounts import ACCOUNTS, ENTITIES, LINES, rows_of
from gigacampus.company.bind import Bound
from gigacampus.company.drivers import Drivers
from gigacampus.company.journal import CASH_CLASSES, FLOWS
from gigacampus.company.march import march, opening

CENTS = 100
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
        return self.flows @ (up - down)

    def cash_class(self, entity: str, name: str) -> np.ndarray:
        """A class of the cash-flow statement by month, in cents."""
        slot = ENTITIES.index(entity) * len(CASH_CLASSES) + CASH_CLASSES.index(name)
        sign = np.where(slot == journal.CLASS_OF_FLOW, journal.CASH_SIGN, 0.0).astype(np.int64)
        return self.flows @ sign


def audit(bound: Bound, drivers: Drivers, draw: int = 0) -> Audited:
    """March the chunk and keep one draw in whole cents; every entry is rounded once, so every sum is exact."""
    first = np.rint(opening(drivers)[:, draw] * CENTS).astype(np.int64)
    for entity, name in zip(ENTITIES, CAPITAL, strict=True):
        first[getattr(journal.a, name)] -= first[rows_of(entity)].sum()
    series, _ = march(bound, drivers, keep_flows=True)
    flows = np.rint(series["flows"][:, :, draw] * CENTS).astype(np.int64)
    balances = np.tile(first, (len(flows), 1))
    for month, entries in enumerate(flows):
        change = np.zeros(len(ACCOUNTS), dtype=np.int64)
        np.add.at(change, journal.DEBIT, entries)
        np.subtract.at(change, journal.CREDIT, entries)
        balances[month:] += change
    return Audited(first, flows, balances, drivers.months.labels())


def consolidated(books: Audited) -> np.ndarray:
    """Balances of lab and platform together by account, inter-company pairs struck out; cents (month, account).

    A pair must cancel to within the rounding of its entries, else the books of the two disagree and this raises.
    """
    from gigacampus.company.accounts import INDEX, INTERCOMPANY

    out = books.balances.copy()
    out[:, rows_of("vehicle")] = 0
    for one, two in INTERCOMPANY:
        left = out[:, INDEX[one]] + out[:, INDEX[two]]
        if np.abs(left).max() > len(books.months):
            raise ValueError(f"{one} and {two} do not cancel")
        out[:, INDEX[one]], out[:, INDEX[two]] = left, 0
    return out


def write_workbook(books: Audited, path: Path, *, currency: str = "USD", rate: float = 1.0) -> None:
    """A workbook of one future: the journal as numbers, accounts and three statements as formulas over it, with checks.

    ``rate`` turns USD into the display currency in the statements sheet alone. Needs openpyxl (extra ``xlsx``).
    """
    from openpyxl import Workbook

    book = Workbook()
    journal_sheet = book.active
    journal_sheet.title = "Journal"
    accounts = book.create_sheet("Accounts")
    statements = book.create_sheet("Statements")
    for row in _journal_rows(books):
        journal_sheet.append(row)
    for row in _account_rows(books):
        accounts.append(row)
    for row in _statement_rows(books, currency, rate):
        statements.append(row)
    for sheet, freeze in ((journal_sheet, "E2"), (accounts, "E2"), (statements, "C4")):
        sheet.freeze_panes = freeze
        for cells in sheet.iter_rows(min_row=2, min_col=3):
            for cell in cells:
                cell.number_format = "#,##0.00;[Red]-#,##0.00"
    book.save(path)


def _journal_rows(books: Audited) -> Iterator[list[object]]:
    yield ["flow", "debit", "credit", "cash class", *books.months]
    for k, flow in enumerate(FLOWS):
        yield [
            flow.name,
            flow.debit,
            flow.credit,
            f"{flow.entity} {flow.cash}" if flow.cash else "",
            *(books.flows[:, k] / CENTS).tolist(),
        ]


def column(index: int) -> str:
    """Letters of a spreadsheet column, 1-based.

    >>> column(1), column(28)
    ('A', 'AB')
    """
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


FIRST = 5
"""Column of the first month on the journal and accounts sheets (column 4 holds classes or opening balances)."""
LAST_FLOW = len(FLOWS) + 1
LAST_ACCOUNT = len(ACCOUNTS) + 1


def _account_rows(books: Audited) -> Iterator[list[object]]:
    yield ["account", "side", "line", "opening", *books.months]
    span = len(books.months)
    for k, account in enumerate(ACCOUNTS):
        row: list[object] = [account.name, account.side, f"{account.entity} {account.line}", books.opening[k] / CENTS]
        for m in range(span):
            month = f"Journal!{column(FIRST + m)}$2:{column(FIRST + m)}${LAST_FLOW}"
            debit = f"SUMIF(Journal!$B$2:$B${LAST_FLOW},$A{k + 2},{month})"
            credit = f"SUMIF(Journal!$C$2:$C${LAST_FLOW},$A{k + 2},{month})"
            row.append(f"=ROUND({column(FIRST + m - 1)}{k + 2}+{debit}-{credit},2)")
        yield row


def _statement_rows(books: Audited, currency: str, rate: float) -> Iterator[list[object]]:
    """Income, cash flow and balance of each entity, in the display currency; checks in the journal's."""
    span = len(books.months)
    yield [f"Statements in {currency}", ""]
    yield ["exchange rate", rate]
    yield ["entity", "line", *books.months]
    for entity in ENTITIES:
        for line in LINES:
            yield [entity, line, *(_change(f"{entity} {line}", m) for m in range(span))]
        for name in CASH_CLASSES:
            yield [entity, f"cash from {name}", *(_cash(f"{entity} {name}", entity, m) for m in range(span))]
        for side, sign in (("asset", 1), ("contra_asset", 1), ("liability", -1)):
            yield [entity, side.replace("_", " "), *(_held(entity, side, sign, m) for m in range(span))]
        yield [entity, "check: accounts sum to zero", *(_zero(entity, m) for m in range(span))]


def _range(m: int) -> str:
    letters = column(FIRST + m)
    return f"Accounts!{letters}$2:{letters}${LAST_ACCOUNT}"


def _change(key: str, m: int) -> str:
    """An income line: what its profit-and-loss accounts gained in the month, credit-positive."""
    where = f"Accounts!$C$2:$C${LAST_ACCOUNT}"
    sides = ",".join(
        f'SUMIFS({{r}},{where},"{key}",Accounts!$B$2:$B${LAST_ACCOUNT},"{side}")' for side in ("revenue", "expense")
    )
    first, second = (f"SUM({sides.format(r=_range(k))})" for k in (m - 1, m))
    return f"=ROUND({first}-{second},2)*$B$2"


def _cash(key: str, entity: str, m: int) -> str:
    letters = column(FIRST + m)
    month = f"Journal!{letters}$2:{letters}${LAST_FLOW}"
    at = f'Journal!$D$2:$D${LAST_FLOW},"{key}"'
    into = f'SUMIFS({month},{at},Journal!$B$2:$B${LAST_FLOW},"{entity}_cash")'
    out = f'SUMIFS({month},{at},Journal!$C$2:$C${LAST_FLOW},"{entity}_cash")'
    return f"=ROUND({into}-{out},2)*$B$2"


def _held(entity: str, side: str, sign: int, m: int) -> str:
    where = f'Accounts!$A$2:$A${LAST_ACCOUNT},"{entity}_*",Accounts!$B$2:$B${LAST_ACCOUNT},"{side}"'
    return f"=ROUND({sign}*SUMIFS({_range(m)},{where}),2)*$B$2"


def _zero(entity: str, m: int) -> str:
    return f'=ROUND(SUMIF(Accounts!$A$2:$A${LAST_ACCOUNT},"{entity}_*",{_range(m)}),2)'
