"""`gigacampus solve` as a user meets it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.test_commands import campus
from tests.explore.conftest import SCENARIO

RENT = "company.revenue.rental.usd_per_mw_month"


def test_solve_speaks_in_lines_and_in_one_json_object(tmp_path):
    (tmp_path / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    made = campus("run", "one.yaml", "--out", "runs", "--no-twin", "--json", cwd=tmp_path)
    folder = json.loads(made.stdout)["run_folder"]
    told = campus("solve", folder, "--goal", "ebitda_by=2027-12", "--vary", RENT, cwd=tmp_path)
    assert told.returncode == 0 and "at least USD" in told.stdout and RENT in told.stdout
    found = json.loads(campus("solve", folder, "--goal", "ebitda_by=2027-12", "--vary", RENT, "--json", cwd=tmp_path).stdout)
    assert found["required"]["value"] > found["required"]["now"] and found["required"]["text"] in told.stdout
    wrong = campus("solve", folder, "--vary", "company.revenue.rentals.usd_per_mw_month", "--json", cwd=tmp_path)
    assert wrong.returncode == 2 and json.loads(wrong.stdout)["error"]["findings"][0]["nearest"] == RENT
    assert "Traceback" not in wrong.stderr
    changed = campus("solve", folder, "--set", "company.opening_cash_usd=1", cwd=tmp_path)
    assert changed.returncode == 2 and "finished run" in changed.stderr
    shutil.rmtree(Path(tmp_path / folder) / "tables")
    broken = campus("solve", folder, cwd=tmp_path)
    assert broken.returncode in (2, 3) and "Traceback" not in broken.stderr


def test_a_scenario_without_uncertain_books_is_told_so(tmp_path):
    text = SCENARIO.partition("uncertainty:")[0]
    (tmp_path / "certain.yaml").write_text(text, encoding="utf-8")
    done = campus("solve", "certain.yaml", "--goal", "runway=24", cwd=tmp_path)
    assert done.returncode == 2 and "uncertainty block" in done.stderr
