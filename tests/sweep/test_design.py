"""A sweep's file: four ways to lay out cases, and every slip refused where it stands."""

import json
import math

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.sweep.design import read_design

PUE, CASH = "campuses.first.cooling.design_pue", "company.opening_cash_usd"


def design(tmp_path, text, **files):
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    path = tmp_path / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return read_design(path)


def refusal(tmp_path, text, **files):
    with pytest.raises(ScenarioError) as caught:
        design(tmp_path, text, **files)
    return caught.value.findings[0]


def test_a_grid_gives_every_combination_with_the_last_input_fastest(tmp_path):
    made = design(tmp_path, f"scenario: grid-campus\nworlds: 2\ngrid:\n  {PUE}: [1.2, 1.3]\n  {CASH}: [1e9, 4 GUSD]\n")
    assert [tuple(case.values()) for case in made.cases] == [(1.2, 1e9), (1.2, "4 GUSD"), (1.3, 1e9), (1.3, "4 GUSD")]
    assert made.is_number(PUE) and not made.is_number(CASH)
    assert made.sets(made.cases[1]) == ("run.worlds=2", f"{PUE}=1.2", f'{CASH}="4 GUSD"')
    assert made.scenario.name == "grid-campus.yaml" and made.scenario.is_absolute()


def test_a_latin_hypercube_has_one_case_in_each_stratum_of_every_range(tmp_path):
    text = f"scenario: grid-campus\nlatin_hypercube:\n  {PUE}: [1.2, 1.4]\n  {CASH}: {{low: 1e9, high: 1e10, log: true}}\n  samples: 20\n"
    made = design(tmp_path, text)
    shares = [sorted((case[PUE] - 1.2) / 0.2 for case in made.cases), sorted(math.log10(case[CASH]) - 9.0 for case in made.cases)]
    assert all([int(20 * share) for share in column] == list(range(20)) for column in shares)
    assert [case[PUE] for case in made.cases] != sorted(case[PUE] for case in made.cases)
    outside = text.replace("  samples: 20\n", "") + "samples: 20\n"
    assert design(tmp_path, outside).cases == made.cases
    assert design(tmp_path, outside + "seed: 2\n").cases != made.cases


def test_whole_ranges_give_whole_numbers(tmp_path):
    made = design(tmp_path, "scenario: grid-campus\nsamples: 9\nlatin_hypercube:\n  horizon.months: {low: 6, high: 60, whole: true}\n")
    values = [case["horizon.months"] for case in made.cases]
    assert all(isinstance(v, int) and 6 <= v <= 60 for v in values) and len(set(values)) == 9


def test_a_table_is_read_in_its_own_habits(tmp_path):
    table = f"{PUE};{CASH};campuses.first.power.order\n1,25;2 GUSD;grid_first\n1,3;;\n"
    made = design(tmp_path, "scenario: grid-campus\ncsv: cases.csv\n", cases=table)
    assert made.cases == ({PUE: 1.25, CASH: "2 GUSD", "campuses.first.power.order": "grid_first"}, {PUE: 1.3})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario: grid-campus\ngird: {a.b: [1]}\n", "unknown key"),
        ("scenario: grid-campus\n", "one way"),
        ("scenario: grid-campus\ngrid: {a.b: [1]}\ncases: [{a.b: 1}]\n", "one way"),
        ("grid: {a.b: [1]}\n", "one way"),
        ("scenario: nowhere\ngrid: {a.b: [1]}\n", "no such scenario"),
        ("scenario: grid-campus\ngrid: {a.b: 1}\n", "list of values"),
        ("scenario: grid-campus\ngrid: {a.b: []}\n", "list of values"),
        ("scenario: grid-campus\nworlds: 1.5\ngrid: {a.b: [1]}\n", "whole number"),
        ("scenario: grid-campus\nsamples: 4\ngrid: {a.b: [1]}\n", "belongs to"),
        ("scenario: grid-campus\nlatin_hypercube: {a.b: [1, 2]}\n", "samples is missing"),
        ("scenario: grid-campus\nlatin_hypercube: {a.b: [2, 1], samples: 3}\n", "rises"),
        ("scenario: grid-campus\nlatin_hypercube: {a.b: {low: 0, high: 1, log: true}, samples: 3}\n", "rises"),
        ("scenario: grid-campus\nlatin_hypercube: {a.b: [1 GUSD, 2], samples: 3}\n", "plain numbers"),
        ("scenario: grid-campus\ncases: []\n", "0 cases"),
        (f"scenario: grid-campus\ngrid: {json.dumps({f'a.b{k}': list(range(10)) for k in range(6)})}\n", "1,000,000 cases"),
    ],
)
def test_slips_are_refused_with_their_reason(tmp_path, text, said):
    found = refusal(tmp_path, text)
    assert said in found.problem and found.fix and found.file.endswith("sweep.yaml")


def test_tables_that_are_none_are_refused_with_their_line(tmp_path):
    asked = "scenario: grid-campus\ncsv: cases.csv\n"
    assert refusal(tmp_path, asked, cases="a.b,a.b\n1,2\n").line == 1
    empty = refusal(tmp_path, asked, cases="a.b,a.c\n1,2\n,\n-,\n")
    assert "sets nothing" in empty.problem and empty.line == 4
    assert "No such file" in refusal(tmp_path, "scenario: grid-campus\ncsv: none.csv\n").problem


def test_a_row_of_units_goes_with_every_value(tmp_path):
    table = f"{PUE},{CASH}\n,GUSD\n1.2,4\n1.3,\n"
    made = design(tmp_path, "scenario: grid-campus\ncsv: cases.csv\n", cases=table)
    assert list(made.cases) == [{PUE: 1.2, CASH: "4 GUSD"}, {PUE: 1.3}]


@pytest.mark.parametrize("words", ["# all powers in kW", "# money in USD bn", "# EUR"])
def test_a_unit_above_the_paths_is_asked_about(tmp_path, words):
    table = f"{words}\n{PUE},{CASH}\n1.2,4\n"
    assert "above the header" in refusal(tmp_path, "scenario: grid-campus\ncsv: cases.csv\n", cases=table).problem
