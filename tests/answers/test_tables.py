"""Rows of answers as tables: nothing is lost, units stand in the heads, and a reader gets them in the terminal and in the report."""

import json

import pytest
import typer

from gigacampus.answers import runner
from gigacampus.answers.figures import number
from gigacampus.answers.tables import tables
from gigacampus.cli.answer import _show
from gigacampus.cli.sources import sources
from gigacampus.report import registers


def say(value, unit):
    return value if isinstance(value, str) else number(value, unit)


def test_rows_of_one_shape_make_one_table_and_no_row_is_lost():
    rows = [
        {"what": "paid", "unit": "USD", "p10": 1e6, "p50": 2e6, "p90": 3e6},
        {"what": "left", "value": 0.25, "unit": "share"},
        {"year": "2026", "to_city_usd": 5e8, "to_state_usd": 2.5e10},
        {"year": "2027", "to_city_usd": 6e8, "to_state_usd": 0},
    ]
    first, second = tables(rows, say)
    assert first.columns == ("What", "Value", "10-90 %")
    assert first.rows == (("paid", "USD 2 M", "USD 1 M to USD 3 M"), ("left", "25 %", "–"))
    assert second.columns == ("Year", "To city (USD bn)", "To state (USD bn)")
    assert second.rows == (("2026", "0.5", "25"), ("2027", "0.6", "0"))


def test_what_all_rows_say_becomes_the_caption():
    (only,) = tables([{"what": "owned", "month": m, "value": v, "unit": "share"} for m, v in (("2026-01", 0.4), ("2027-01", 0.3))], say)
    assert only.caption == "owned" and only.columns == ("Month", "Value") and only.rows[1] == ("2027-01", "30 %")


@pytest.mark.parametrize("low_and_high", [(None, None), (3.0, 3.0), (1.0, 5.0)])
def test_a_band_says_whether_there_is_a_spread(low_and_high):
    low, high = low_and_high
    (only,) = tables([{"what": "wait", "unit": "min", "p10": low, "p50": low and 3.0, "p90": high}], say)
    assert only.rows[0][-1] == {None: "–", 3.0: "no spread", 1.0: "1 min to 5 min"}[low]


def test_every_row_of_every_answer_stands_in_a_table(result):
    for answer in runner.ask(result):
        found = list(tables(answer["table"], say))
        assert sum(len(t.rows) for t in found) == len(answer["table"]), answer["id"]
        assert all(len(r) == len(t.columns) for t in found for r in t.rows)
        assert ("<table>" in registers.rows(answer["table"], answer["question"])) == bool(answer["table"])


def test_the_terminal_prints_the_rows_of_a_question_that_is_named(result, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    (found,) = runner.ask(result, ("Q09",))
    _show(found, whole=True, cny=None)
    named = capsys.readouterr().out
    assert "2026" in named and "Waived (USD" in named and "rows more" not in named
    _show(found, whole=False, cny=None)
    listed = capsys.readouterr().out
    assert "rows more: gigacampus answer RUN Q09" in listed and "Waived (USD" not in listed


def test_sources_of_a_run_are_its_provenance_and_its_caution_counts_its_defaults(folder, result, capsys):
    with pytest.raises(typer.Exit) as done:
        sources(folder, as_json=True)
    listed = json.loads(capsys.readouterr().out)["values"]
    assert done.value.exit_code == 0 and [row["path"] for row in listed] == [row["path"] for row in result.manifest["provenance"]]
    read = [row for row in listed if row["file"].startswith("library/defaults/") and row["stages"]]
    (told,) = [text for text in result.manifest["cautions"] if "library's defaults" in text]
    assert told.startswith(f"{len(read)} inputs") and len(told) < 400
