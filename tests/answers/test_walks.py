"""Four people with ten minutes each, at the command line: a planner, an analyst, a commissioner, a resident."""

import json
from pathlib import Path

import pytest

from tests.commands import in_process

ROOT = Path(__file__).parents[2]
SMALL = ("--worlds", "3", "--draws", "20", "--no-twin")
AS_THE_FOLDER = ("--worlds", "6", "--draws", "60", "--no-twin")


def campus(*arguments, cwd, code=0, of="stdout"):
    done = in_process(*arguments, cwd=cwd)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return getattr(done, of)


def answers(*arguments, cwd):
    return {row["id"]: row for row in json.loads(campus("answer", *arguments, "--json", cwd=cwd))["answers"]}


def test_a_planner_brings_an_hourly_load(tmp_path):
    (tmp_path / "mine.csv").write_text("hour,mw\n" + "".join(f"{h},{60 + 20 * (h % 24 > 7)}\n" for h in range(8760)), encoding="utf-8")
    campus("new", "plant", "--template", "gas", "--from-load", "mine.csv", cwd=tmp_path)
    ran = json.loads(campus("run", "plant.yaml", "--out", "runs", *SMALL, "--json", cwd=tmp_path))
    found = answers(ran["run_folder"], "Q08", "Q13", "Q07", cwd=tmp_path)
    assert found["Q08"]["unit"] == "units" and found["Q13"]["value"] > 0
    mwh = next(f["value"] for f in found["Q13"]["figures"] if f["id"] == "Q13_rate")
    assert 0.4 < mwh < 0.8
    assert "units" in campus("answer", ran["run_folder"], "Q08", cwd=tmp_path)


def test_an_analyst_changes_growth_and_sees_what_moved(folder, tmp_path):
    scenario, base = ROOT / "scenarios" / "xai-2026-01.yaml", folder
    more = ("--set", "company.revenue.arpu_usd_per_month=50", "--set", "company.revenue.anchor_to_history=false")
    changed = json.loads(campus("run", scenario, "--out", "runs", *AS_THE_FOLDER, *more, "--json", cwd=tmp_path))["run_folder"]
    told = json.loads(campus("compare", base, changed, "--json", cwd=tmp_path))
    assert {c["path"] for c in told["inputs"]} == {"company.revenue.arpu_usd_per_month", "company.revenue.anchor_to_history"}
    assert any(o["variable"] == "revenue_usd" for o in told["outputs"])
    before, after = (answers(run, "Q18", cwd=tmp_path)["Q18"] for run in (base, changed))
    assert before["text"] != after["text"] and after["drivers"]
    verdict = json.loads(campus("claims", changed, "--json", cwd=tmp_path))
    assert len(verdict["claims"]) == 60
    mine = tmp_path / "mine.csv"
    mine.write_text(
        "id,claim,value,unit,claimant,variable,months,over_months,relation\n"
        "A1,revenue of 2027 above a billion,1e9,USD,me,revenue_usd,2027-01..2027-12,sum,at_least\n",
        encoding="utf-8",
    )
    own = json.loads(campus("claims", changed, "--file", mine, "--json", cwd=tmp_path))["claims"][0]
    assert own["verdict"] in ("reproduced", "consistent", "unlikely") and 0 <= own["tail"] <= 1


def test_a_commissioner_asks_what_the_county_gives_and_gets(folder, tmp_path):
    found = answers(folder, "Q09", "Q10", "promises", cwd=tmp_path)
    table = next(r for r in found["Q09"]["table"] if r["campus"] == "colossus_2" and r["year"] == "2027")
    assert table["paid_usd"] > 0 and table["waived_usd"] > table["paid_usd"]
    assert sum(v for k, v in table.items() if k.startswith("to_")) == pytest.approx(table["paid_usd"], abs=8)
    assert table["paid_p10_usd"] < table["paid_usd"] < table["paid_p90_usd"]
    assert found["Q09"]["low"] < found["Q09"]["value"] < found["Q09"]["high"] and found["Q10"]["low"] < found["Q10"]["high"]
    assert found["Q10"]["figures"][1]["unit"] == "USD" and found["promises"]["rows"]
    assert "waived" in campus("answer", folder, "Q09", cwd=tmp_path)


def test_a_resident_names_an_address(folder, tmp_path):
    found = answers(folder, "Q01", "Q02", "Q04", "--at", "34.9836,-90.0352", cwd=tmp_path)
    assert 30 < found["Q01"]["value"] < 80 and found["Q01"]["low"] < found["Q01"]["value"] < found["Q01"]["high"]
    assert found["Q04"]["map"]["type"] == "FeatureCollection"
    said = campus("answer", folder, "Q01", "--at", "34.9836,-90.0352", cwd=tmp_path)
    assert "km from the plant" in said and "dBA" in said
    report = (Path(folder) / "report.html").read_text(encoding="utf-8")
    assert "How loud is the plant at my house" in report


def test_a_resident_who_swaps_the_numbers_is_told(folder, tmp_path):
    said = campus("answer", folder, "Q01", "--at=-90.03,34.98", cwd=tmp_path, code=2, of="stderr")
    assert "latitude comes first" in said
