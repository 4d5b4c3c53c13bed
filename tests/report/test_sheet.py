"""One sheet of paper for each kind of reader: one page, its answers' own numbers, no host."""

from __future__ import annotations

import re

import pytest

from gigacampus import api
from gigacampus.foundation.errors import ScenarioError
from gigacampus.report import sheet_html, sheet_pdf
from gigacampus.report.reading import formulae
from gigacampus.report.sheet import ASKED, sheet
from gigacampus.rerun.place import Place


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from datetime import date

    from gigacampus.scenario.place_starter import Wish, campus_at

    path = tmp_path_factory.mktemp("sheet") / "mine.yaml"
    path.write_text(campus_at(Wish("Mine", 34.98, -90.03, 60.0, "gas", True, date(2026, 10, 1))).text, encoding="utf-8")
    return api.compute(path, sets=("horizon.months=24", "run.worlds=3", "run.draws=8"), twin=False)


def test_every_sheet_takes_as_many_figures_as_one_page_holds():
    assert {sum(figures.values()) for figures in ASKED.values()} == {18}


@pytest.mark.parametrize("reader", ASKED)
def test_each_reader_gets_one_page_with_the_numbers_of_the_answers(run, reader):
    made = sheet(run, reader)
    answers = {row["id"]: row for row in run.manifest["answers"]}
    for part in made.parts:
        assert part.lines or part.note
        if part.lines and answers[part.id]["value_text"]:
            assert part.question == formulae(answers[part.id]["question"])
    data = sheet_pdf.pdf(made)
    assert data.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", data)) == 1
    text = sheet_html.html(made)
    assert "<script" not in text and "http" not in re.sub(r"http-equiv", "", text)
    assert all(sentence.split(" (")[0][:30] in text for sentence in made.opening[:1])


def test_a_resident_gets_the_levels_of_the_own_place(run):
    far, near = (sheet(run, "resident", Place(34.98 + d, -90.03)) for d in (0.05, 0.006))
    night = [float(made.parts[0].lines[-1].value.split()[0]) for made in (far, near)]
    assert night[1] > night[0] + 5.0 and "km from" in near.place


def test_a_page_for_nobody_is_refused(run):
    with pytest.raises(ScenarioError, match="resident"):
        sheet(run, "residents")


def test_without_the_maker_of_pdf_the_error_says_what_works(run, monkeypatch):
    monkeypatch.setattr(sheet_pdf, "find_spec", lambda name: None)
    with pytest.raises(ScenarioError, match="--html"):
        sheet_pdf.pdf(sheet(run, "county"))


def test_one_world_has_no_band_on_the_sheet(run, monkeypatch):
    assert re.search(r"band of \d+ worlds", sheet(run, "county").foot)
    monkeypatch.setitem(run.manifest, "run", {**run.manifest["run"], "worlds": 1})
    assert "One world alone" in sheet(run, "county").foot and "1 worlds" not in sheet(run, "county").foot


def test_an_investor_of_a_campus_alone_is_told_what_is_absent(run, monkeypatch):
    assert not [p for p in sheet(run, "investor").parts if not p.id]
    monkeypatch.setitem(run.scenario, "company", {"absent": True})
    made = sheet(run, "investor")
    assert [p.id for p in made.parts][-1] == "" and "a campus alone" in made.parts[-1].note
    assert "cash" not in made.parts[-1].note.lower() and made.parts[-1].note.split(".")[0] in sheet_html.html(made)
