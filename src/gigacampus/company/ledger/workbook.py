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
from gigacampus.company.ledger.formulas import Formula, less, rounded, total, with_values
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
    values = []
    for name, entity in pages.items():
        sheet = book.create_sheet(name)
        values.append(_filled(sheet, page_rows(books, entity, currency or Currency())))
        for cells in sheet.iter_rows(min_col=1, max_col=1):
            cells[0].font = Font(bold=not str(cells[0].value or " ").startswith(" "))
        _dress(sheet, "B4", 2, 4)
    for name, rows, freeze, first in (("Accounts", account_rows(books), "E2", 4), ("Journal", journal_rows(books), "F2", 6)):
        sheet = book.create_sheet(name)
        values.append(_filled(sheet, rows))
        _dress(sheet, freeze, first, 2)
    with whole_file(path) as part:
        book.save(part)
        with_values(part, {f"xl/worksheets/sheet{i}.xml": cells for i, cells in enumerate(values, start=1)})


def _filled(sheet: Any, rows: Iterator[Row]) -> dict[str, float]:
    """Append rows to a sheet; the numbers of their formulas by cell."""
    out: dict[str, float] = {}
    for r, row in enumerate(rows, start=1):
        sheet.append(row)
        out |= {f"{column(c)}{r}": float(cell.value) for c, cell in enumerate(row, start=1) if isinstance(cell, Formula)}
    return out


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
            text = f"=ROUND({column(FIRST_ACCOUNT_MONTH + m - 1)}{k + 2}+{debit}-{credit},2)"
            row.append(Formula(text, int(books.balances[m, k]) / CENTS))
        yield row


def _entries(m: int) -> str:
    letters = column(FIRST_FLOW_MONTH + m)
    return f"Journal!{letters}$2:{letters}${LAST_FLOW}"


def page_rows(books: Audited, entity: str, currency: Currency) -> Iterator[Row]:
    """One page: head, income statement, balance sheet, cash flow, checks; months, then years."""
    page = Page(entity, books, currency.per_usd)
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

    def __init__(self, entity: str, books: Audited, per_usd: float) -> None:
        self.entity, self.group = entity, entity == "group"
        self.books, self.per_usd = books, per_usd
        self.span, self.years = len(books.months), years_of(books.months)
        self.rows: list[Row] = []
        self.at: dict[str, int] = {}
        self.values: dict[str, list[float]] = {}
        self.accounts: dict[str, list[int]] = {}
        for k, account in enumerate(ACCOUNTS):
            self.accounts.setdefault(key_of(account, group=self.group), []).append(k)

    def head(self, label: str) -> None:
        """A title without numbers."""
        self.rows.append([label])

    def add(self, label: str, formula: Callable[[int], Formula], *, held: bool = False, name: str = "") -> None:
        """A line: a formula for each month; a year sums it, or takes its last month where it is a balance."""
        at = FIRST_ROW + len(self.rows)
        self.at[name or label.strip()] = at
        months = [formula(m) for m in range(self.span)]
        values = self.values[name or label.strip()] = [part.value for part in months]
        row: Row = [label, *(Formula(f"={part}", part.value) for part in months)]
        for positions in self.years.values():
            first, last = (column(FIRST_MONTH + m) for m in (positions[0], positions[-1]))
            whole = Formula(f"=SUM({first}{at}:{last}{at})", sum(values[m] for m in positions))
            row.append(Formula(f"={last}{at}", values[positions[-1]]) if held else whole)
        self.rows.append(row)

    def total(self, label: str, names: Sequence[str], *, held: bool = False) -> None:
        """A line that adds earlier ones."""
        self.add(label, lambda m: total(self.cell(n, m) for n in names), held=held)

    def cell(self, name: str, m: int) -> Formula:
        """Where an earlier line stands in month ``m``."""
        return Formula(f"{column(FIRST_MONTH + m)}{self.at[name]}", self.values[name][m])

    def shown(self, part: Formula) -> Formula:
        """USD in the page's currency."""
        return Formula(f"{part}*$B$2", part.value * self.per_usd)

    def sum_of(self, key: str, m: int) -> Formula:
        """Balances of the accounts of a line at the end of month ``m``, debit positive; -1 is the opening."""
        letters, keys = column(FIRST_ACCOUNT_MONTH + m), "C" if self.group else "B"
        balances = self.books.balances[m] if m >= 0 else self.books.opening
        value = int(balances[self.accounts.get(key, [])].sum()) / CENTS
        return Formula(f'SUMIF(Accounts!${keys}$2:${keys}${LAST_ACCOUNT},"{key}",Accounts!{letters}$2:{letters}${LAST_ACCOUNT})', value)


SUBTOTALS = {
    "cost_of_revenue": "Gross profit",
    "opex": "EBITDA",
    "depreciation": "Operating income",
    "interest": "Profit before tax",
    "tax": "Net income",
}


def income(page: Page) -> None:
    """Income statement: what the profit-and-loss accounts gained in the month, credit positive."""

    def gained(name: str) -> Callable[[int], Formula]:
        key = f"{page.entity} income {name}"
        return lambda m: page.shown(rounded(less(page.sum_of(key, m - 1), page.sum_of(key, m))))

    page.head("Income statement")
    for i, name in enumerate(LINES):
        page.add(f"  {name.replace('_', ' ')}", gained(name), name=name)
        if name in SUBTOTALS:
            page.total(SUBTOTALS[name], LINES[: i + 1])


def balance_sheet(page: Page) -> None:
    """Balance sheet: what is owned, owed, paid in and kept."""
    whose = GROUP if page.group else (page.entity,)
    accounts = [x for x in ACCOUNTS if x.entity in whose and not (page.group and x.name in ELIMINATED)]

    def held(kind: str, name: str) -> Callable[[int], Formula]:
        key, sign = f"{page.entity} {kind} {name}", 1 if kind == "owned" else -1
        return lambda m: page.shown(rounded(page.sum_of(key, m), sign))

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


def _kept(page: Page, m: int) -> Formula:
    """Results of all months so far: profit-and-loss accounts are never closed."""
    keys = [f"{page.entity} income {name}" for name in LINES] + (["group eliminated"] if page.group else [])
    return page.shown(rounded(total(page.sum_of(k, m) for k in keys), -1))


def cash_flow(page: Page) -> None:
    """Cash flow by class, from the entries that touch the cash account."""

    def moved(name: str) -> Callable[[int], Formula]:
        def formula(m: int) -> Formula:
            parts = []
            for whose in GROUP if page.group else (page.entity,):
                at = f'{_entries(m)},Journal!$D$2:$D${LAST_FLOW},"{whose} {name}",Journal!$E$2:$E${LAST_FLOW}'
                cents = int(page.books.cash_class(whose, name)[m])
                parts.append(Formula(f"SUMIFS({at},1)-SUMIFS({at},-1)", cents / CENTS))
            return page.shown(rounded(total(parts)))

        return formula

    page.head("Cash flow")
    for name in CASH_CLASSES:
        page.add(f"  from {name}", moved(name), name=name)
    page.total("Change of cash", CASH_CLASSES)


def checks(page: Page) -> None:
    """Rows that are zero when the page is right; USD."""
    cash = f"{page.entity} owned cash"

    def balanced(m: int) -> Formula:
        apart = less(page.cell("Assets", m), page.cell("Liabilities and equity", m))
        return rounded(Formula(f"({apart})/$B$2", apart.value / page.per_usd))

    def followed(m: int) -> Formula:
        flow, change = page.cell("Change of cash", m), less(page.sum_of(cash, m), page.sum_of(cash, m - 1))
        return rounded(Formula(f"{flow}/$B$2-({change})", flow.value / page.per_usd - change.value))

    page.head("Checks (USD, zero)")
    page.add("  assets less liabilities and equity", balanced, held=True)
    page.add("  cash flow less change of cash", followed)
    if page.group:
        label = "  what members owe each other, rounding"
        page.add(label, lambda m: rounded(page.sum_of("group eliminated", m)), held=True)


def years_of(months: list[str]) -> dict[str, list[int]]:
    """Positions of the months of each calendar year.

    >>> years_of(["2025-12", "2026-01", "2026-02"])
    {'2025': [0], '2026': [1, 2]}
    """
    out: dict[str, list[int]] = {}
    for i, month in enumerate(months):
        out.setdefault(month[:4], []).append(i)
    return out
