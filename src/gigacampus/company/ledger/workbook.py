"""A workbook of one audited future: entries as numbers; accounts, three statements on one page and checks as live formulas.

``Journal`` holds every entry by month, ``Accounts`` rolls balances forward from it, and one page for each entity and one for the
group shows income statement, balance sheet and cash flow by month and by year. Change an entry and every page follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from gigacampus.company.ledger.accounts import ACCOUNTS, ENTITIES, INTERCOMPANY, LINES, Account
from gigacampus.company.ledger.audit import CENTS, GROUP, Audited
from gigacampus.company.ledger.currency import Currency
from gigacampus.company.ledger.journal import CASH_CLASSES, FLOWS
from gigacampus.foundation.whole_file import whole_file

Row = list[object]
FIRST_FLOW_MONTH = 6
"""Column of the first month on the journal: name, debit, credit, cash key, sign before it."""
FIRST_ACCOUNT_MONTH = 5
"""Column of the first month on the accounts: name, key, group's key, opening before it."""
FIRST_ROW = 4
"""Row of a page's first line, after title, rate and months."""
FIRST_MONTH = 2
"""Column of the first month on a page."""
LAST_FLOW, LAST_ACCOUNT = len(FLOWS) + 1, len(ACCOUNTS) + 1
RESULTS = ("revenue", "expense")
HELD = ("asset", "contra_asset")
ELIMINATED = {name for pair in INTERCOMPANY for name in pair}
NUMBER = "#,##0.00;[Red]-#,##0.00"


def write_workbook(books: Audited, path: Path, *, currency: Currency | None = None) -> None:
    """Write ``books``. Pages show ``currency``; journal, accounts and checks stay in USD. Needs openpyxl (extra ``xlsx``)."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    pages = {entity.capitalize(): entity for entity in (*ENTITIES, "group")}
    for name, entity in pages.items():
        sheet = book.create_sheet(name)
        for row in page_rows(books, entity, currency or Currency()):
            sheet.append(row)
        for cells in sheet.iter_rows(min_col=1, max_col=1):
            cells[0].font = Font(bold=not str(cells[0].value or " ").startswith(" "))
        _dress(sheet, "B4", 2, 4)
    for name, rows, freeze, first in (("Accounts", account_rows(books), "E2", 4), ("Journal", journal_rows(books), "F2", 6)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        _dress(sheet, freeze, first, 2)
    with whole_file(path) as part:
        book.save(part)


def _dress(sheet: Any, freeze: str, first_column: int, first_row: int) -> None:
    sheet.freeze_panes = freeze
    sheet.column_dimensions["A"].width = 38
    for cells in sheet.iter_rows(min_row=first_row, min_col=first_column):
        for cell in cells:
            cell.number_format = NUMBER


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


def key_of(account: Account, group: bool = False) -> str:
    """Statement line that an account belongs to: ``lab income revenue``, ``lab owned cash``, ``lab owed debt``."""
    if group and account.entity not in GROUP:
        return ""
    whose = "group" if group else account.entity
    if group and account.name in ELIMINATED:
        return "group eliminated"
    kind = "income" if account.side in RESULTS else "owned" if account.side in HELD else account.side
    return f"{whose} {kind} {account.line}"


def journal_rows(books: Audited) -> Iterator[Row]:
    """Every entry of every month as a number."""
    yield ["flow", "debit", "credit", "cash", "sign", *books.months]
    for k, flow in enumerate(FLOWS):
        sign = 1 if flow.debit.endswith("_cash") else -1 if flow.credit.endswith("_cash") else 0
        cash = f"{flow.entity} {flow.cash}" if flow.cash else ""
        yield [flow.name, flow.debit, flow.credit, cash, sign, *(books.flows[:, k] / CENTS).tolist()]


def account_rows(books: Audited) -> Iterator[Row]:
    """Balances, debit positive: opening as a number, each month the one before plus debits less credits."""
    yield ["account", "line", "line of the group", "opening", *books.months]
    for k, account in enumerate(ACCOUNTS):
        row: Row = [account.name, key_of(account), key_of(account, group=True), int(books.opening[k]) / CENTS]
        for m in range(len(books.months)):
            month = _entries(m)
            debit = f"SUMIF(Journal!$B$2:$B${LAST_FLOW},$A{k + 2},{month})"
            credit = f"SUMIF(Journal!$C$2:$C${LAST_FLOW},$A{k + 2},{month})"
            row.append(f"=ROUND({column(FIRST_ACCOUNT_MONTH + m - 1)}{k + 2}+{debit}-{credit},2)")
        yield row


def _entries(m: int) -> str:
    letters = column(FIRST_FLOW_MONTH + m)
    return f"Journal!{letters}$2:{letters}${LAST_FLOW}"


def page_rows(books: Audited, entity: str, currency: Currency) -> Iterator[Row]:
    """One page: head, income statement, balance sheet, cash flow, checks; months, then years."""
    page = Page(entity, books.months)
    income(page)
    balance_sheet(page)
    cash_flow(page)
    checks(page)
    title = f"{entity.capitalize()}: statements in {currency.code}"
    yield [title + (", without what its members owe each other" if page.group else "")]
    yield [f"{currency.code} for one USD", currency.per_usd, currency.note]
    yield ["", *books.months, *page.years]
    yield from page.rows


class Page:
    """Rows of one page as they are added; totals refer to earlier rows by name."""

    def __init__(self, entity: str, months: list[str]) -> None:
        self.entity, self.group = entity, entity == "group"
        self.span, self.years = len(months), years_of(months)
        self.rows: list[Row] = []
        self.at: dict[str, int] = {}

    def head(self, label: str) -> None:
        """A title without numbers."""
        self.rows.append([label])

    def add(self, label: str, formula: Callable[[int], str], *, held: bool = False, name: str = "") -> None:
        """A line: a formula for each month; a year sums it, or takes its last month where it is a balance."""
        at = FIRST_ROW + len(self.rows)
        self.at[name or label.strip()] = at
        row: Row = [label, *(f"={formula(m)}" for m in range(self.span))]
        for positions in self.years.values():
            first, last = (column(FIRST_MONTH + m) for m in (positions[0], positions[-1]))
            row.append(f"={last}{at}" if held else f"=SUM({first}{at}:{last}{at})")
        self.rows.append(row)

    def total(self, label: str, names: Sequence[str], *, held: bool = False) -> None:
        """A line that adds earlier ones."""
        self.add(label, lambda m: "+".join(self.cell(n, m) for n in names) or "0", held=held)

    def cell(self, name: str, m: int) -> str:
        """Where an earlier line stands in month ``m``."""
        return f"{column(FIRST_MONTH + m)}{self.at[name]}"

    def sum_of(self, key: str, m: int) -> str:
        """Balances of the accounts of a line at the end of month ``m``, debit positive; -1 is the opening."""
        letters, keys = column(FIRST_ACCOUNT_MONTH + m), "C" if self.group else "B"
        return f'SUMIF(Accounts!${keys}$2:${keys}${LAST_ACCOUNT},"{key}",Accounts!{letters}$2:{letters}${LAST_ACCOUNT})'


SUBTOTALS = {
    "cost_of_revenue": "Gross profit",
    "opex": "EBITDA",
    "depreciation": "Operating income",
    "interest": "Profit before tax",
    "tax": "Net income",
}


def income(page: Page) -> None:
    """Income statement: what the profit-and-loss accounts gained in the month, credit positive."""

    def gained(name: str) -> Callable[[int], str]:
        key = f"{page.entity} income {name}"
        return lambda m: f"ROUND({page.sum_of(key, m - 1)}-{page.sum_of(key, m)},2)*$B$2"

    page.head("Income statement")
    for i, name in enumerate(LINES):
        page.add(f"  {name.replace('_', ' ')}", gained(name), name=name)
        if name in SUBTOTALS:
            page.total(SUBTOTALS[name], LINES[: i + 1])


def balance_sheet(page: Page) -> None:
    """Balance sheet: what is owned, owed, paid in and kept."""
    whose = GROUP if page.group else (page.entity,)
    accounts = [x for x in ACCOUNTS if x.entity in whose and not (page.group and x.name in ELIMINATED)]

    def held(kind: str, name: str) -> Callable[[int], str]:
        key, sign = f"{page.entity} {kind} {name}", "" if kind == "owned" else "-"
        return lambda m: f"ROUND({sign}{page.sum_of(key, m)},2)*$B$2"

    page.head("Balance sheet")
    for title, kind, sides in (("Assets", "owned", HELD), ("Liabilities", "liability", ("liability",)), ("Equity", "equity", ("equity",))):
        names = list(dict.fromkeys(x.line for x in accounts if x.side in sides))
        for name in names:
            page.add(f"  {name.replace('_', ' ')}", held(kind, name), held=True, name=f"{kind} {name}")
        rows = [f"{kind} {name}" for name in names]
        if kind == "equity":
            page.add("  results so far", partial(_kept, page), held=True)
            rows.append("results so far")
        page.total(title, rows, held=True)
    page.total("Liabilities and equity", ["Liabilities", "Equity"], held=True)


def _kept(page: Page, m: int) -> str:
    """Results of all months so far: profit-and-loss accounts are never closed."""
    keys = [f"{page.entity} income {name}" for name in LINES] + (["group eliminated"] if page.group else [])
    return "ROUND(-(" + "+".join(page.sum_of(k, m) for k in keys) + "),2)*$B$2"


def cash_flow(page: Page) -> None:
    """Cash flow by class, from the entries that touch the cash account."""

    def moved(name: str) -> Callable[[int], str]:
        def formula(m: int) -> str:
            parts = []
            for whose in GROUP if page.group else (page.entity,):
                at = f'{_entries(m)},Journal!$D$2:$D${LAST_FLOW},"{whose} {name}",Journal!$E$2:$E${LAST_FLOW}'
                parts.append(f"SUMIFS({at},1)-SUMIFS({at},-1)")
            return f"ROUND({'+'.join(parts)},2)*$B$2"

        return formula

    page.head("Cash flow")
    for name in CASH_CLASSES:
        page.add(f"  from {name}", moved(name), name=name)
    page.total("Change of cash", CASH_CLASSES)


def checks(page: Page) -> None:
    """Rows that are zero when the page is right; USD."""
    cash = f"{page.entity} owned cash"
    page.head("Checks (USD, zero)")
    page.add(
        "  assets less liabilities and equity",
        lambda m: f"ROUND(({page.cell('Assets', m)}-{page.cell('Liabilities and equity', m)})/$B$2,2)",
        held=True,
    )
    page.add(
        "  cash flow less change of cash",
        lambda m: f"ROUND({page.cell('Change of cash', m)}/$B$2-({page.sum_of(cash, m)}-{page.sum_of(cash, m - 1)}),2)",
    )
    if page.group:
        page.add("  what members owe each other, rounding", lambda m: f"ROUND({page.sum_of('group eliminated', m)},2)", held=True)


def years_of(months: list[str]) -> dict[str, list[int]]:
    """Positions of the months of each calendar year.

    >>> years_of(["2025-12", "2026-01", "2026-02"])
    {'2025': [0], '2026': [1, 2]}
    """
    out: dict[str, list[int]] = {}
    for i, month in enumerate(months):
        out.setdefault(month[:4], []).append(i)
    return out
