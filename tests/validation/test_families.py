"""What a folder is held to: every row counted, nothing passes without a limit, nothing given is judged by nothing."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from gigacampus.cli.validate import validate, verdict_of
from gigacampus.foundation.errors import ScenarioError
from gigacampus.validation.case_folder import BUNDLED, CaseFolder, Row, leave_out, score
from gigacampus.validation.case_rows import case, inside, may_gate
from gigacampus.validation.families import FAMILIES, judge
from gigacampus.validation.unscored_files import reason
from tests.validation.folders import copied, text_of, with_text

QUICK = ("safety", "traffic", "water", "power")


@pytest.fixture(scope="module")
def quick():
    return judge(QUICK)


def run(*args):
    app = typer.Typer()
    app.command()(validate)
    return CliRunner().invoke(app, list(args), env={"COLUMNS": "250"})


def test_every_row_of_every_judged_file_is_scored_or_left_out_for_a_reason(quick):
    judged = [f for f in quick.files if f.role == "judged"]
    assert len(judged) >= 8
    for f in judged:
        assert f.read == f.scored + sum(f.left_out.values()) > 0, f.file


def test_no_row_passes_without_a_limit(quick):
    assert not [r for r in quick.cases if r["limit"] is None and (r["pass"] is not None or r["gating"])]
    assert not [r for r in quick.cases if r["gating"] and r["pass"] is None]


def test_recalled_and_assumed_rows_never_gate(quick):
    assert not [r for r in quick.cases if r["gating"] and ("recalled" in r["source"] + r["case"] or "assumed" in r["source"] + r["case"])]
    assert [may_gate(c) for c in ("seen", "derived", "recalled", "assumed", "", "seen, rate assumed")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_the_bundled_copy_is_judged_whole(quick):
    assert quick.good and quick.unjudged == []


def test_every_table_that_ships_is_judged_an_input_or_named_as_none():
    """Of the families that take long, what they ask for is told by their names alone."""
    folder = CaseFolder()
    names = {p.name.removesuffix(".gz") for p in folder.files()}
    sources = "".join(p.read_text(encoding="utf-8") for p in BUNDLED.parent.glob("*.py"))
    unknown = [n for p in folder.files() if (n := folder.label(p)) and p.name.removesuffix(".gz") not in sources and not reason(n)]
    families = ("aermod_point_rural_hourly.csv", "aermod_point_urban_hourly.csv", "macrs_", "coreweave_debt", "differential_scene_")
    assert [n for n in unknown if not any(f in n for f in families)] == [] and len(names) > 60


def test_a_case_without_a_limit_reports_and_one_beyond_it_fails():
    assert verdict_of(case("x", "a", "m", 1.0, source="s", gating=True)) == "reported"
    assert verdict_of(case("x", "a", "m", None, 1.0, source="s", gating=True)) == "left out"
    assert verdict_of(case("x", "a", "m", 2.0, 1.0, source="s", gating=True)) == "FAIL"
    assert case("x", "a", "m", float("nan"), 1.0, source="s", gating=True)["pass"] is False
    assert inside("x", "a", "m", 5.0, 1.0, 3.0, source="s")["limit"] == 3.0


def test_the_first_reason_stays_and_a_score_counts_more():
    row = Row({"a": "1"})
    leave_out([row], "first")
    leave_out([row], "second")
    assert row.left_out == "first" and not row.scored
    score([row])
    assert row.scored


def test_a_file_whose_rows_no_scorer_knows_ends_with_exit_1(tmp_path):
    header = text_of("safety/queue_verification.csv").splitlines()[0]
    strange = ",".join("x" if name != "confidence" else "seen" for name in header.split(","))
    folder = with_text(tmp_path, safety__queue_verification=f"{header}\n{strange}\n")
    found = judge(("safety",), folder)
    assert not found.good and any("queue_verification" in words and "none of its 1 rows" in words for words in found.unjudged)
    result = run("safety", "--data", str(folder))
    assert result.exit_code == 1 and "scored by nothing" in result.output


def test_a_misspelt_file_ends_with_exit_1(tmp_path):
    copied(tmp_path, "traffic/signal_delay_hcm.csv")
    (tmp_path / "traffic" / "signal_delay_hcm.csv").rename(tmp_path / "traffic" / "signal_delays.csv")
    found = judge(("traffic",), tmp_path)
    assert any("signal_delays.csv: no scorer knows" in words for words in found.unjudged) and not found.good


def test_an_empty_file_ends_with_exit_1(tmp_path):
    folder = with_text(tmp_path, traffic__signal_delay_hcm="cycle_s,green_s,vc_ratio,capacity_vph,period_h,control_delay_s\n")
    assert judge(("traffic",), folder).unjudged[0] == "traffic/signal_delay_hcm.csv: it has no rows"


@pytest.mark.parametrize("family", [f for f in FAMILIES if f != "air"])
def test_a_family_that_is_asked_for_and_scored_by_nothing_ends_with_exit_1(tmp_path, family):
    found = judge((family,), tmp_path)
    assert [words for words in found.unjudged if f"family {family}" in words] and not found.good


def test_an_empty_folder_is_judged_by_nothing(tmp_path):
    assert any("no case of any family" in words for words in judge(("air", "water"), tmp_path).unjudged)


def test_json_holds_cases_files_and_what_nothing_judged(tmp_path):
    folder = copied(tmp_path, "traffic/signal_delay_hcm.csv", "traffic/uxsim_corridor.csv")
    result = run("traffic", "--data", str(folder), "--json")
    said = json.loads(result.output)
    assert result.exit_code == 0 and said["unjudged"] == []
    assert {"family", "case", "metric", "value", "limit", "gating", "pass"} <= set(said["cases"][0])
    assert {f["file"]: (f["read"], f["scored"], f["left_out"]) for f in said["files"]} == {
        "traffic/signal_delay_hcm.csv": (36, 36, {}),
        "traffic/uxsim_corridor.csv": (9, 9, {}),
    }


def test_the_text_says_rows_read_scored_and_left_out(tmp_path):
    result = run("water", "--data", str(copied(tmp_path, "water/facts.csv")))
    assert "25 a price, a plan or an input of scenarios" in result.output and "only report" in result.output
    assert "(pass)" not in "".join(line for line in result.output.splitlines() if "reported" in line)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="is no folder"):
        judge((), tmp_path / "none")
