"""What a person does not see of a workbook is read and told, by every reader of tables."""

from __future__ import annotations

import warnings
from datetime import datetime

import pytest

from gigacampus.answers.claims import register
from gigacampus.foundation.tables.money import months_of_period, read_money
from gigacampus.foundation.tables.text import read_table
from gigacampus.neighbours.noise.geodata.crs import frame
from gigacampus.neighbours.noise.geodata.receivers import read_receivers
from gigacampus.scenario.load_files import hourly_load

openpyxl = pytest.importorskip("openpyxl")


def filtered(sheet):
    sheet.auto_filter.ref = "A1:B3"
    sheet.row_dimensions[3].hidden = True


def one_row(sheet):
    sheet.row_dimensions[2].hidden = True


def one_column(sheet):
    sheet.column_dimensions["B"].hidden = True


def whole(sheet):
    sheet.parent.create_sheet("Notes")
    sheet.sheet_state = "hidden"


WAYS = {filtered: "1 rows (a filter is in use)", one_row: "1 rows", one_column: "columns B", whole: "the whole sheet"}
MONEY = [("period", "metric", "value", "unit"), ("2026-04", "revenue", 475, "USD m"), ("2026-05", "revenue", 480, "USD m")]


def book(folder, rows, *ways):
    file = folder / "b.xlsx"
    held = openpyxl.Workbook()
    for row in rows:
        held.active.append(row)
    for way in ways:
        way(held.active)
    held.save(file)
    return file


@pytest.mark.parametrize("way", WAYS)
def test_what_is_hidden_is_read_and_told(tmp_path, way):
    table = read_table(book(tmp_path, MONEY, way), known=lambda cell: cell == "period")
    assert len(table.rows) == 2 and table.unseen in table.notes
    assert WAYS[way] in table.unseen and "read all the same" in table.unseen


def test_nothing_is_told_where_nothing_is_hidden(tmp_path):
    assert read_table(book(tmp_path, MONEY)).unseen == ""


def test_the_finding_of_a_load_tells_it(tmp_path):
    rows = [("load_mw",), *((70.0 + k % 24,) for k in range(8760))]
    found = hourly_load(book(tmp_path, rows, one_row))
    assert "1 rows" in found.finding and found.mw.max() == 93.0


def test_figures_claims_and_receivers_tell_it(tmp_path):
    with pytest.warns(RuntimeWarning, match=r"hidden in the workbook.*filter is in use"):
        assert [row.value for row in read_money(book(tmp_path, MONEY, filtered), most_rows=9, most_bytes=10**6)] == [475e6, 480e6]
    with pytest.warns(RuntimeWarning, match="hidden in the workbook"):
        assert len(register.read(book(tmp_path, [("id", "claim"), ("A", "words"), ("B", "more")], one_row)).claims) == 2
    rows = [("name", "lon", "lat"), ("home", -82.88, 39.99)]
    heard = read_receivers(book(tmp_path, rows, one_row), frame("EPSG:4326", **SITE), height_m=4.0, **SITE)
    assert any("hidden in the workbook" in told for told in heard.findings) and len(heard.names) == 1


SITE = {"site_lat": 39.99, "site_lon": -82.88}


def test_a_month_that_the_workbook_keeps_as_its_first_day_is_that_month(tmp_path):
    rows = [MONEY[0], (datetime(2026, 4, 1), *MONEY[1][1:]), (datetime(2026, 5, 1), *MONEY[2][1:])]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read_money(book(tmp_path, rows), most_rows=9, most_bytes=10**6)
    labels = ["2026-03", "2026-04", "2026-05"]
    assert [(months_of_period(row.period, labels), row.value) for row in found] == [((1,), 475e6), ((2,), 480e6)]
