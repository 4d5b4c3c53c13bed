"""The audited draw is exact to the cent, and the workbook's formulas rebuild it."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.accounts import ACCOUNTS, ENTITIES, LINES
from gigacampus.company.audit import audit, column, consolidated, write_workbook
from gigacampus.company.committed import stock_cost
from gigacampus.company.journal import CASH_CLASSES, a
from gigacampus.company.march import march
from gigacampus.company.physics import stack
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
    series, _ = march(*chunk)
    assert np.allclose(exact.balances[:, a.lab_cash] / 100.0, series["cash_usd"][:, 0], atol=1.0)
    assert np.allclose(exact.line("lab", "revenue") / 100.0, series["revenue_usd"][:, 0], atol=1.0)


def test_cash_classes_tie_to_the_cash_account_to_the_cent(exact):
    for entity in ENTITIES:
        held = np.concatenate(
            [[exact.opening[getattr(a, f"{entity}_cash")]], exact.balances[:, getattr(a, f"{entity}_cash")]]
        )
        assert np.array_equal(np.diff(held), sum(exact.cash_class(entity, c) for c in CASH_CLASSES))


def test_consolidation_is_the_sum_less_eliminations(exact):
    whole = consolidated(exact)
    both = [i for i, x in enumerate(ACCOUNTS) if x.entity != "vehicle"]
    assert np.array_equal(whole[:, both].sum(axis=1), exact.balances[:, both].sum(axis=1))
    assert np.abs(exact.balances[:, a.lab_due_from_platform]).max() > 1e6
    assert np.abs(whole[:, a.lab_due_from_platform]).max() <= MONTHS
    assert np.all(whole[:, a.platform_revenue_lab] == 0)


def test_books_of_two_that_disagree_are_refused(exact):
    wrong = exact.balances.copy()
    wrong[:, a.lab_due_from_platform] += 10_000
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


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on PATH")
def test_libreoffice_recalculates_to_the_cent(exact, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "books.xlsx"
    write_workbook(exact, path)
    subprocess.run(
        [
            "soffice",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "out"),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    sheet = openpyxl.load_workbook(tmp_path / "out" / "books.xlsx", data_only=True)["Statements"]
    rows = {(r[0], r[1]): r[2:] for r in sheet.iter_rows(values_only=True)}
    for entity in ENTITIES:
        for line in LINES:
            assert np.array_equal(
                np.rint(np.array(rows[entity, line], dtype=float) * 100).astype(np.int64), exact.line(entity, line)
            )
        assert not np.any(np.array(rows[entity, "check: accounts sum to zero"], dtype=float))
