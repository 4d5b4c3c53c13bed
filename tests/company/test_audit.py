"""The audited draw is exact to the cent, and the workbook's formulas rebuild it."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.ledger.accounts import ACCOUNTS, ENTITIES, INDEX, LINES, rows_of
from gigacampus.company.ledger.audit import GROUP, audit, consolidated
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.currency import Currency, display_currency
from gigacampus.company.ledger.journal import CASH_CLASSES, FLOWS
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import simulate
from gigacampus.company.ledger.workbook import ELIMINATED, FIRST_ACCOUNT_MONTH, FIRST_FLOW_MONTH, column, write_workbook, years_of
from gigacampus.foundation.errors import ScenarioError
from gigacampus.rerun.single_draw_books import by_year
from tests.company.synthetic import RICH, inputs, tables

MONTHS = 24


@pytest.fixture(scope="module")
def chunk():
    i, up = inputs(RICH, months=MONTHS), tables(MONTHS)
    return stage.prepare(i, up, stack(up), stock_cost(i, up), np.array([0, 1]), {}, slice(0, 2))


@pytest.fixture(scope="module")
def exact(chunk):
    return audit(*chunk)


def test_cents_balance_exactly_and_agree_with_the_march(chunk, exact):
    assert exact.imbalance() == 0
    series, _ = simulate(*chunk)
    assert np.allclose(exact.balances[:, INDEX["lab_cash"]] / 100.0, series["cash_usd"][:, 0], atol=1.0)
    assert np.allclose(exact.line("lab", "revenue") / 100.0, series["revenue_usd"][:, 0], atol=1.0)


def test_cash_classes_tie_to_the_cash_account_to_the_cent(exact):
    for entity in ENTITIES:
        held = np.concatenate([[exact.opening[INDEX[f"{entity}_cash"]]], exact.balances[:, INDEX[f"{entity}_cash"]]])
        assert np.array_equal(np.diff(held), sum(exact.cash_class(entity, c) for c in CASH_CLASSES))


def test_consolidation_is_the_sum_less_eliminations(exact):
    whole = consolidated(exact)
    both = [i for i, x in enumerate(ACCOUNTS) if x.entity != "vehicle"]
    assert np.array_equal(whole[:, both].sum(axis=1), exact.balances[:, both].sum(axis=1))
    assert np.abs(exact.balances[:, INDEX["lab_due_from_platform"]]).max() > 1e6
    assert np.abs(whole[:, INDEX["lab_due_from_platform"]]).max() <= MONTHS
    assert np.all(whole[:, INDEX["platform_revenue_lab"]] == 0)


def test_books_of_two_that_disagree_are_refused(exact):
    wrong = exact.balances.copy()
    wrong[:, INDEX["lab_due_from_platform"]] += 10_000
    with pytest.raises(ValueError, match="do not cancel"):
        consolidated(type(exact)(exact.opening, exact.flows, wrong, exact.months))


def _sumif(sheet: dict, criteria: str, key: str, values: str) -> float:
    def cells(text):
        letters, first, last = re.fullmatch(r"(?:\w+!)?\$?([A-Z]+)\$?(\d+):\$?[A-Z]+\$?(\d+)", text).groups()
        return [f"{letters}{n}" for n in range(int(first), int(last) + 1)]

    return sum(sheet[v] or 0.0 for k, v in zip(cells(criteria), cells(values), strict=True) if sheet[k] == key)


def test_account_formulas_rebuild_the_balances_to_the_cent(exact, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "books.xlsx"
    write_workbook(exact, path)
    book = openpyxl.load_workbook(path)
    entries = {c.coordinate: c.value for row in book["Journal"].iter_rows() for c in row}
    accounts = book["Accounts"]
    pattern = re.compile(r"=ROUND\(([A-Z]+\d+)\+SUMIF\((.+?),(\$A\d+),(.+?)\)-SUMIF\((.+?),\$A\d+,(.+?)\),2\)")
    for k in range(len(ACCOUNTS)):
        known = {f"D{k + 2}": accounts[f"D{k + 2}"].value}
        for m in range(MONTHS):
            cell = accounts[f"{column(5 + m)}{k + 2}"]
            before, debits, _, values, credits_, _ = pattern.fullmatch(cell.value).groups()
            name = accounts[f"A{k + 2}"].value
            known[cell.coordinate] = round(
                known[before] + _sumif(entries, debits, name, values) - _sumif(entries, credits_, name, values), 2
            )
            assert round(known[cell.coordinate] * 100) == exact.balances[m, k], (cell.coordinate, ACCOUNTS[k].name)


def _recalculated(path):
    openpyxl = pytest.importorskip("openpyxl")
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(path.parent / "out"), str(path)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    book = openpyxl.load_workbook(path.parent / "out" / path.name, data_only=True)
    return {name: {str(r[0]).strip(): r[1:] for r in book[name].iter_rows(values_only=True)} for name in book.sheetnames}


@pytest.fixture(scope="module")
def folder(exact, tmp_path_factory):
    openpyxl = pytest.importorskip("openpyxl")
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice on PATH")
    folder = tmp_path_factory.mktemp("books")
    write_workbook(exact, folder / "written.xlsx", currency=Currency("CNY", 7.0602, "a rate"))
    openpyxl.load_workbook(folder / "written.xlsx").save(folder / "books.xlsx")
    return folder


@pytest.fixture(scope="module")
def recalculated(folder):
    return _recalculated(folder / "books.xlsx")


def _cents(row, rate=7.0602):
    return np.rint(np.array(row, dtype=float) / rate * 100).astype(np.int64)


def test_libreoffice_recalculates_every_page_to_the_cent(exact, recalculated):
    years = years_of(exact.months)
    for entity in ENTITIES:
        page, held = recalculated[entity.capitalize()], exact.balances
        for line in LINES:
            mine = exact.line(entity, line)
            if line != "tax":
                assert np.array_equal(_cents(page[line.replace("_", " ")][:MONTHS]), mine), (entity, line)
            if line == "revenue":
                assert np.array_equal(_cents(page[line][MONTHS : MONTHS + len(years)]), [mine[at].sum() for at in years.values()])
        assert np.array_equal(_cents(page["Net income"][:MONTHS]), sum(exact.line(entity, x) for x in LINES))
        assert np.array_equal(_cents(page["Assets"][:MONTHS]), held[:, rows_of(entity, side=("asset", "contra_asset"))].sum(axis=1))
        assert np.array_equal(_cents(page["Liabilities"][:MONTHS]), -held[:, rows_of(entity, side=("liability",))].sum(axis=1))
        assert _cents(page["Assets"][MONTHS:])[0] == _cents(page["Assets"][:MONTHS])[years[exact.months[0][:4]][-1]]
        for name in CASH_CLASSES:
            assert np.array_equal(_cents(page[f"from {name}"][:MONTHS]), exact.cash_class(entity, name))


def test_the_numbers_beside_the_formulas_are_those_that_a_spreadsheet_computes(folder, recalculated):
    openpyxl = pytest.importorskip("openpyxl")
    mine, other = (openpyxl.load_workbook(folder / name, data_only=True) for name in ("written.xlsx", "out/books.xlsx"))
    compared = 0
    for sheet in mine:
        for row, theirs in zip(sheet.iter_rows(values_only=True), other[sheet.title].iter_rows(values_only=True), strict=True):
            numbers = [(x, y) for x, y in zip(row[1:], theirs[1:], strict=True) if isinstance(y, int | float)]
            assert all(isinstance(x, int | float) for x, _ in numbers), (sheet.title, row[0])
            np.testing.assert_allclose([x for x, _ in numbers], [y for _, y in numbers], rtol=1e-12, atol=1e-6)
            compared += len(numbers)
    assert compared > 5_000


def test_a_reader_that_does_not_compute_finds_the_numbers(exact, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    write_workbook(exact, tmp_path / "b.xlsx")
    values, formulas = (openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=only) for only in (True, False))
    cells = [(sheet.title, c.coordinate) for sheet in formulas for row in sheet.iter_rows() for c in row if str(c.value).startswith("=")]
    assert len(cells) > 5_000 and all(isinstance(values[s][at].value, int | float) for s, at in cells)
    revenue = [values["Lab"].cell(5, 2 + m).value for m in range(MONTHS)]
    assert np.array_equal(np.rint(np.array(revenue) * 100).astype(np.int64), exact.line("lab", LINES[0]))


def test_checks_of_every_page_are_zero_and_would_not_be(exact, recalculated):
    for name in ("Lab", "Platform", "Vehicle", "Group"):
        for check in ("assets less liabilities and equity", "cash flow less change of cash"):
            assert not np.any(np.array(recalculated[name][check][:MONTHS], dtype=float)), (name, check)
    whole = consolidated(exact)
    group = rows_of("lab", side=("asset", "contra_asset")) + rows_of("platform", side=("asset", "contra_asset"))
    struck = [i for i, x in enumerate(ACCOUNTS) if x.name in ELIMINATED]
    assert np.array_equal(_cents(recalculated["Group"]["Assets"][:MONTHS]), whole[:, [i for i in group if i not in struck]].sum(axis=1))
    assert _cents(recalculated["Group"]["revenue"][:MONTHS]).sum() < sum(exact.line(e, "revenue").sum() for e in GROUP)


def test_a_changed_entry_moves_the_statements_and_a_changed_balance_fails_its_check(folder, recalculated):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(folder / "books.xlsx")
    entry = book["Journal"].cell([f.name for f in FLOWS].index("lab_bill_api") + 2, FIRST_FLOW_MONTH + 2)
    entry.value += 1000.0
    book["Accounts"].cell(INDEX["platform_cash"] + 2, FIRST_ACCOUNT_MONTH + 4).value = 12.0
    book.save(folder / "changed.xlsx")
    changed = _recalculated(folder / "changed.xlsx")
    assert (_cents(changed["Lab"]["Net income"][:MONTHS]) - _cents(recalculated["Lab"]["Net income"][:MONTHS])).tolist()[2] == 100_000
    assert not np.any(np.array(changed["Lab"]["assets less liabilities and equity"][:MONTHS], dtype=float))
    for check in ("assets less liabilities and equity", "cash flow less change of cash"):
        assert np.any(np.array(changed["Platform"][check][:MONTHS], dtype=float))


def test_a_display_currency_scales_and_changes_nothing_else(exact, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    cells = []
    for name, money in (("usd", Currency()), ("cny", Currency("CNY", 7.0, "x"))):
        write_workbook(exact, tmp_path / f"{name}.xlsx", currency=money)
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        cells.append({(s.title, c.coordinate): c.value for s in book for row in s.iter_rows() for c in row})
    changed = {where for where in cells[0].keys() | cells[1].keys() if cells[0].get(where) != cells[1].get(where)}
    assert {coordinate for _, coordinate in changed} == {"A1", "A2", "B2", "C2"}
    one, other = (by_year(exact, "lab", money) for money in (Currency(), Currency("CNY", 7.0, "x")))
    assert all(other[y][k] == pytest.approx(7.0 * v) for y, row in one.items() for k, v in row.items())


def test_a_currency_is_shown_at_the_newest_rate_known_on_the_day():
    assert display_currency("CNY", date(2025, 9, 1)).per_usd == 7.1161
    assert display_currency("usd", date(1990, 1, 1)) == Currency()
    for code, day in (("EUR", date(2026, 1, 1)), ("CNY", date(2020, 1, 1))):
        with pytest.raises(ScenarioError):
            display_currency(code, day)
