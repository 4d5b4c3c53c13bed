"""A figure and its period in every spelling that people use: claims and actuals read the same number, or refuse it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from gigacampus.answers.claims import register
from gigacampus.answers.claims.stated import in_words
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.tables.money import read_money
from gigacampus.foundation.tables.periods import period_of
from gigacampus.registry.variables import REGISTRY

SCALES = {1e3: ("thousand", "thousands", "k"), 1e6: ("million", "millions", "m", "mn", "MM"), 1e9: ("billion", "bn", "B", "Mrd")}
SHAPES = ("${n} {s}", "${n}{s}", "USD {n} {s}", "{n} {s} USD", "US${n} {s}", "{n} USD {s}", "{n} {s} dollars", "{n} {s} of dollars")
SIGNS = {"{}": 1.0, "-{}": -1.0, "({})": -1.0, "\u2212{}": -1.0, "\u2013{}": -1.0}
MONEY = [
    (sign.format(shape.format(n=number, s=word)), factor * float(number) * way)
    for (sign, way), shape, (factor, words), number in itertools.product(SIGNS.items(), SHAPES, SCALES.items(), ("475", "4.75"))
    for word in words
]
"""Cells and their dollars."""
PERIODS = {
    ("2026-04", "2026-04"): ("2026-04", "2026/4", "04/2026", "Apr 2026", "April 2026", "apr. 2026", "Apr-26", "Apr '26"),
    ("2026-07", "2026-09"): ("2026Q3", "2026-Q3", "Q3 2026", "Q3'26", "3Q26", "3Q 2026", "FY26Q3", "Q3 FY2026", "2026-07..2026-09"),
    ("2026-01", "2026-06"): ("H1 2026", "2026H1", "1H26", "H1'26", "2026 H1", "Jan 2026 to June 2026"),
    ("2026-01", "2026-12"): ("2026", "FY26", "FY2026", "CY2026", "2026-01 - 2026-12", "2026Q1..2026Q4"),
}


def claim(folder: Path, **row: str) -> register.Claim:
    row = {"id": "A", "claim": "words", **row}
    path = folder / "c.csv"
    path.write_text(",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values()) + "\n", encoding="utf-8")
    return register.read(path).claims[0]


def test_money_in_every_spelling_is_the_same_claim_and_the_same_actual(tmp_path):
    lines = "\n".join(f"A{k},x,{cell},net_income_usd" for k, (cell, _) in enumerate(MONEY))
    (tmp_path / "c.csv").write_text(f"id,claim,value,variable\n{lines}\n", encoding="utf-8")
    claimed = [c.judge.claimed for c in register.read(tmp_path / "c.csv").claims]
    assert claimed == pytest.approx([usd for _, usd in MONEY])
    rows = "\n".join(f"2026-01,net_income,{cell}" for cell, _ in MONEY)
    (tmp_path / "a.csv").write_text(f"period,metric,value\n{rows}\n", encoding="utf-8")
    read = read_money(tmp_path / "a.csv", most_rows=2000, most_bytes=1_000_000)
    assert [row.value for row in read] == pytest.approx([usd for _, usd in MONEY])


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("5 billion", ""),
        ("5bn", ""),
        ("5", "million"),
        ("5 bn", "MW"),
        ("$5", "MW"),
        ("€5 m", ""),
        ("5", "€m"),
        ("5 C$ m", ""),
        ("$5 m", "USD bn"),
    ],
)
def test_money_without_its_dollars_is_refused_by_both(cell, unit, tmp_path):
    with pytest.raises(ScenarioError):
        claim(tmp_path, value=cell, unit=unit, variable="revenue_usd")
    (tmp_path / "a.csv").write_text(f"period,metric,value,unit\n2026-01,revenue,{cell},{unit}\n", encoding="utf-8")
    with pytest.raises(ScenarioError):
        read_money(tmp_path / "a.csv", most_rows=9, most_bytes=1000)


def test_scale_words_stand_before_any_unit(tmp_path):
    for value, unit, variable, own in (
        ("5 million", "gallons", "water_m3", 5e6 * 0.003785411784),
        ("5", "thousand acre-feet", "water_m3", 5000 * 1233.48183754752),
        ("2 million", "", "paying_users", 2e6),
        ("2", "billion", "tokens_served", 2e9),
        ("1.5 GW", "", "it_installed_mw", 1500.0),
    ):
        assert claim(tmp_path, value=value, unit=unit, variable=variable).judge.claimed == pytest.approx(own)


@pytest.mark.parametrize(("ends", "cell"), [(ends, cell) for ends, cells in PERIODS.items() for cell in cells])
def test_periods_in_every_spelling(ends, cell, tmp_path):
    found = period_of(cell)
    assert found is not None and (found.first, found.last) == ends and found.fiscal == ("FY" in cell)
    months = "..".join(dict.fromkeys(ends))
    read = claim(tmp_path, value="5", unit="USD", variable="revenue_usd", months=cell).judge
    assert read.months == months and ("taken as" in read.why) == ("FY" in cell)
    assert claim(tmp_path, value=cell, variable="escape_month", relation="by").judge.claimed == ends[1]


@pytest.mark.parametrize(
    "cell", ["2026Q5", "H3 2026", "2026-13", "2026-00", "26", "Q1", "2026-03..2026-01", "Jan 26", "next year", "2026-02-30x"]
)
def test_what_names_no_period_is_refused(cell, tmp_path):
    assert period_of(cell) is None
    with pytest.raises(ScenarioError, match="none"):
        claim(tmp_path, value="5", unit="USD", variable="revenue_usd", months=cell)


def test_a_relation_and_a_date_may_stand_with_the_number(tmp_path):
    for cell, relation in (
        ("at least 2 GW", "at_least"),
        (">2 GW", "at_least"),
        ("up to 2 GW", "at_most"),
        ("~2 GW", "about"),
        ("≤2 GW", "at_most"),
    ):
        read = claim(tmp_path, value=cell, variable="it_installed_mw").judge
        assert (read.relation, read.claimed) == (relation, 2000.0)
    dated = claim(tmp_path, value="2 GW by H1 2026", variable="it_installed_mw").judge
    assert (dated.relation, dated.claimed, dated.months) == ("at_least", 2000.0, "2026-06")
    assert in_words("at least 5", {"variable": "revenue_usd", "relation": "at_most"}) == "at least 5"


@pytest.mark.parametrize("name", sorted(n for n, v in REGISTRY.items() if v.kind == "stock" and "month" in v.dims and v.unit == "MW"))
def test_what_stands_is_never_summed_over_months(name, tmp_path):
    assert claim(tmp_path, value="5", unit="MW", variable=name, months="2026").judge.over_months != "sum"
    with pytest.raises(ScenarioError, match="not summed"):
        claim(tmp_path, value="5", unit="MW", variable=name, months="2026", over_months="sum")


def test_months_shares_and_factors_that_contradict_the_variable_are_refused(tmp_path):
    for row, words in (
        ({"variable": "escape_month", "value": "2027", "relation": "at_most"}, "is a month"),
        ({"variable": "revenue_usd", "value": "2026-09", "relation": "by"}, "is no month"),
        ({"variable": "goodput_frac", "value": "95"}, "percent"),
        ({"variable": "goodput_frac", "value": "95", "unit": "frac"}, "percent"),
        ({"variable": "revenue_usd", "value": "5", "unit": "USD", "factor": "1e-9"}, "another unit"),
        ({"variable": "revenue_usd", "value": "5", "unit": "USD", "factor": "0"}, "compares nothing"),
    ):
        with pytest.raises(ScenarioError, match=words):
            claim(tmp_path, **row)
    assert claim(tmp_path, variable="goodput_frac", value="95 %").judge.claimed == pytest.approx(0.95)


@pytest.mark.parametrize("number_format", ["[$€-2] #,##0", '#,##0 "€"', "£#,##0", "[$EUR] #,##0", "[$¥-411]#,##0"])
def test_a_currency_that_only_a_cells_format_says_counts(number_format, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (("period", "metric", "value"), ("2026-01", "revenue", 5e6)):
        book.active.append(row)
    for shown, refused in ((number_format, True), ("$#,##0", False), ("[$USD] #,##0", False), ('#,##0.0,,"M"', False)):
        book.active["C2"].number_format = shown
        book.save(tmp_path / "a.xlsx")
        if refused:
            with pytest.raises(ScenarioError):
                read_money(tmp_path / "a.xlsx", most_rows=9, most_bytes=1_000_000)
        else:
            assert read_money(tmp_path / "a.xlsx", most_rows=9, most_bytes=1_000_000)[0].value == 5e6


def test_per_cent_that_only_a_cells_format_says_counts(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (("id", "claim", "value", "variable"), ("A", "x", 0.95, "goodput_frac")):
        book.active.append(row)
    for shown in ("General", "0%", "0.00%"):
        book.active["C2"].number_format = shown
        book.save(tmp_path / "c.xlsx")
        assert register.read(tmp_path / "c.xlsx").claims[0].judge.claimed == pytest.approx(0.95)
