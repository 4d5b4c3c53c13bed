"""`gigacampus solve` as a user meets it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.commands import in_process
from tests.explore.conftest import SCENARIO

RENT = "company.revenue.rental.usd_per_mw_month"


def test_solve_speaks_in_lines_and_in_one_json_object(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    made = in_process("run", "one.yaml", "--out", "runs", "--no-twin", "--json")
    folder = json.loads(made.stdout)["run_folder"]
    told = in_process("solve", folder, "--goal", "ebitda_by=2027-12", "--vary", RENT, cwd=tmp_path)
    assert told.returncode == 0 and "at least USD" in told.stdout and RENT in told.stdout
    found = json.loads(in_process("solve", folder, "--goal", "ebitda_by=2027-12", "--vary", RENT, "--json").stdout)
    assert found["required"]["value"] > found["required"]["now"] and found["required"]["text"] in told.stdout
    wrong = in_process("solve", folder, "--vary", "company.revenue.rentals.usd_per_mw_month", "--json")
    assert wrong.returncode == 2 and json.loads(wrong.stdout)["error"]["findings"][0]["nearest"] == RENT
    assert "Traceback" not in wrong.stderr
    changed = in_process("solve", folder, "--set", "company.opening_cash_usd=1")
    assert changed.returncode == 2 and "finished run" in changed.stderr
    shutil.rmtree(Path(tmp_path / folder) / "tables")
    broken = in_process("solve", folder)
    assert broken.returncode in (2, 3) and "Traceback" not in broken.stderr


def test_a_scenario_without_uncertain_books_is_told_so(tmp_path):
    text = SCENARIO.partition("uncertainty:")[0]
    (tmp_path / "certain.yaml").write_text(text, encoding="utf-8")
    done = in_process("solve", "certain.yaml", "--goal", "runway=24", cwd=tmp_path)
    assert done.returncode == 2 and "uncertainty block" in done.stderr
