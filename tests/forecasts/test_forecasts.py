"""A published forecast is what the run said, cannot be changed or written over, and is scored as the run itself would be."""

import json

import numpy as np
import pytest

from gigacampus.company.finance.scores import crps_ensemble
from gigacampus.forecasts.grade import grade
from gigacampus.forecasts.publish import publish, sidecar
from gigacampus.foundation.errors import ScenarioError
from gigacampus.rerun.actuals import METRICS
from gigacampus.results import store
from gigacampus.results.result import Result
from tests.commands import in_process

LABELS = [f"{2025 + k // 12}-{k % 12 + 1:02d}" for k in range(36)]
HEAD = "period,metric,value,unit\n"
REVENUE_HISTORY = (90e6, 120e6)
DRAWS = 400


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A run of 400 futures whose first two quarters were reported, as of August 2025."""
    rng = np.random.default_rng(7)
    flow = 4e7 * np.exp(0.3 * rng.standard_normal((DRAWS, 1))) * (1.0 + 0.1 * rng.standard_normal((DRAWS, 36)))
    flow[:, :3], flow[:, 3:6] = REVENUE_HISTORY[0] / 3.0, REVENUE_HISTORY[1] / 3.0
    arrays = {variable: flow * (1.0 + 0.1 * k) for k, variable in enumerate(dict.fromkeys(v for v, _ in METRICS.values()))}
    manifest = {"title": "Two quarters", "as_of": "2025-08-10", "hash": "0123456789abcdef", "run": {"worlds": 1, "draws": DRAWS}}
    scenario = {"company": {"history": {"a": {}, "b": {}}}}
    target = tmp_path_factory.mktemp("runs") / "run"
    with store.folder(target) as work:
        store.write(Result(manifest, {"month": LABELS}, scenario, arrays), work)
    return target


@pytest.fixture(scope="module")
def published(run_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "august.json"
    return path, publish(run_folder, path)


def table(tmp_path, text):
    path = tmp_path / "actuals.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def revenue(run_folder):
    variable, _ = METRICS["revenue"]
    return store.read(run_folder).array(variable)


def test_what_is_published_is_what_the_run_says(published, run_folder):
    path, said = published
    made = json.loads(path.read_text())
    assert said["sha256"] == sidecar(path).read_text().split()[0] and made["run_hash"] == "0123456789abcdef"
    line = next(one for one in made["lines"] if (one["metric"], one["period"]) == ("revenue", "2026Q1"))
    quarter = revenue(run_folder)[:, 12:15].sum(axis=1)
    at = dict(zip(made["levels"], line["quantiles"], strict=True))
    assert [at[q] for q in (0.1, 0.5, 0.9)] == pytest.approx(np.quantile(quarter, [0.1, 0.5, 0.9]), rel=1e-5)
    periods = [one["period"] for one in made["lines"] if one["metric"] == "revenue"]
    assert periods[0] == "2025-08" and "2025Q3" in periods and "2025Q2" not in periods and "2025" not in periods and "2026" in periods
    assert "2026-07" in periods and "2026-08" not in periods, "months of a year ahead alone"


def test_naive_forecasts_repeat_the_last_quarter_and_its_growth(published):
    made = json.loads(published[0].read_text())
    lines = {(one["metric"], one["period"]): one["naive"] for one in made["lines"]}
    assert lines["revenue", "2025Q3"]["last"] == pytest.approx(120e6)
    assert lines["revenue", "2025Q3"]["last_growth"] == pytest.approx(160e6, rel=1e-5)
    assert lines["revenue", "2025Q4"]["last_growth"] == pytest.approx(160e6 * 4 / 3, rel=1e-5)
    assert lines["revenue", "2025-08"]["last"] == pytest.approx(40e6)
    assert lines["cash", "2025Q3"] == {} and lines["capex", "2025Q3"] == {}


def test_scores_are_those_of_the_run_within_what_quantiles_lose(published, run_folder, tmp_path):
    path = table(tmp_path, "2025Q3,revenue,70,USD m\n2025Q4,Revenue,0.9e8,\n2026Q1,revenue,5e8,\n2027,revenue,0.6,USD bn\n")
    found = grade(published[0], path)
    quarter = revenue(run_folder)[:, 6:9].sum(axis=1)
    first = found["rows"][0]
    assert first["actual_usd"] == 70e6 and first["crps_usd"] == pytest.approx(crps_ensemble(quarter, 70e6), rel=0.03)
    inside = [bool(np.quantile(quarter, 0.1) <= 70e6 <= np.quantile(quarter, 0.9))] + [row["inside"] for row in found["rows"][1:]]
    s = found["summary"]
    assert (s["n"], s["inside"], s["ended_before_publication"]) == (4, sum(inside), 3 if published[1]["published_on"] < "2028" else 4)
    assert found["rows"][2]["inside"] is False and s["places"][2] == 1.0
    against = s["naive"]["last"]
    assert against["n"] == 4 and against["skill"] == pytest.approx(1.0 - against["crps_over_actual"] / against["naive_crps_over_actual"])
    mine = np.mean([row["crps_usd"] / row["actual_usd"] for row in found["rows"]])
    assert s["crps_over_actual"] == pytest.approx(mine) and 0.0 < s["sharpness_over_actual"] < 3.0


def test_figures_that_are_no_forecast_are_listed_and_not_scored(published, tmp_path):
    found = grade(published[0], table(tmp_path, "2025Q2,revenue,1.2e8,\n2027-03,revenue,4e7,\n2025Q4,revenue,9e7,\n"))
    assert [(row["period"], row["line"]) for row in found["left_out"]] == [("2025Q2", 2), ("2027-03", 3)]
    assert "had ended" in found["left_out"][0]["reason"] and "longer period" in found["left_out"][1]["reason"]
    assert found["summary"]["n"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025Q4,revenue,90,MW\n", "unknown unit|energy|MW"),
        ("2025Q4,revenue,90,EUR m\n", "EUR"),
        ("2025Q4,revenue,90,\n", "in which unit"),
        ("1999Q4,revenue,9e7,\n", "no period"),
        ("2025Q4,turnips,9e7,\n", "unknown metric"),
    ],
)
def test_what_cannot_be_read_is_refused(published, tmp_path, text, said):
    with pytest.raises(ScenarioError, match=said):
        grade(published[0], table(tmp_path, text))


def test_a_forecast_is_never_overwritten_nor_graded_after_a_change(published, run_folder, tmp_path):
    path = tmp_path / "mine.json"
    publish(run_folder, path)
    whole = path.read_bytes()
    with pytest.raises(ScenarioError, match="never overwritten"):
        publish(run_folder, path)
    path.unlink()
    with pytest.raises(ScenarioError, match="never overwritten"):
        publish(run_folder, path)
    path.write_bytes(whole.replace(b"Two quarters", b"Two Quarters"))
    actuals = table(tmp_path, "2025Q4,revenue,9e7,\n")
    with pytest.raises(ScenarioError, match="changed after it was published"):
        grade(path, actuals)
    path.write_bytes(whole)
    assert grade(path, actuals)["summary"]["n"] == 1
    sidecar(path).unlink()
    with pytest.raises(ScenarioError, match="together"):
        grade(path, actuals)


def test_the_command_speaks_json(run_folder, tmp_path):
    def told(*asked):
        done = in_process("forecast", *asked, "--json")
        return done.returncode, json.loads(done.stdout)

    path = tmp_path / "f.json"
    code, made = told("publish", run_folder, "--out", path)
    assert code == 0 and made["lines"] > 100
    assert told("publish", run_folder, "--out", path)[0] == 2
    code, found = told("grade", path, table(tmp_path, "2025Q4,revenue,9e7,\n"))
    assert code == 0 and found["sha256"] == made["sha256"] and found["summary"]["n"] == 1


def test_a_campus_without_a_company_has_no_forecast_to_publish(tmp_path):
    manifest = {"title": "Alone", "as_of": "2025-08-10", "hash": "0123456789abcdef", "run": {"worlds": 1, "draws": 1}}
    with store.folder(tmp_path / "run") as work:
        store.write(Result(manifest, {"month": LABELS}, {"company": {"absent": True}}, {}), work)
    with pytest.raises(ScenarioError, match="without a company"):
        publish(tmp_path / "run", tmp_path / "f.json")
    assert not (tmp_path / "f.json").exists()
