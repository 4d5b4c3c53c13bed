"""Names from files of others never become formulas in tables that a spreadsheet program opens."""

import csv

import numpy as np
import pytest

from gigacampus.foundation.spreadsheet import inert
from gigacampus.neighbours.noise.geodata.output import write_levels_csv

ATTACKS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1+1", '=HYPERLINK("http://x","y")', "\n=1"]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_name_that_would_be_computed_is_written_as_text(tmp_path, name):
    path = tmp_path / "levels.csv"
    write_levels_csv(path, np.array([[35.0, -90.0]]), {"level_dba": np.array([-3.5]), name: np.array([1.0])}, [name])
    with path.open(newline="", encoding="utf-8") as file:
        head, row = csv.reader(file)
    assert head[-1] == row[0] == f"'{name}"
    assert row[1:] == ["35.000000", "-90.000000", "-3.50", "1.00"]


@pytest.mark.parametrize("name", ["north fence", "a=b", "3 + 4", "ü", "", "'quoted"])
def test_other_names_stay_as_they_are(name):
    assert inert(name) == name
