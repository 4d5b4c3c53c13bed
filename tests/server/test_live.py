"""What the live page asks for: bands that are shifted, goals, series with the estimate, and news of a job as it comes."""

from __future__ import annotations

import json
import time

import pytest
from starlette.testclient import TestClient

from gigacampus import api
from gigacampus.explore.instant_estimate import Move, estimate
from gigacampus.explore.run_session import hold
from gigacampus.explore.solving import solve
from gigacampus.server.app import application
from gigacampus.server.jobs import Jobs
from gigacampus.server.levers import AREAS, chosen, named
from gigacampus.server.limits import Limits
from gigacampus.server.reading import Busy
from tests.server.conftest import HERE, catalogue_of, finished, until

QUICK = {"scenario": "small", "worlds": 3, "draws": 8, "report": False}
CASH = "company.opening_cash_usd"
GAS = "market.gas_usd_per_mmbtu"


def values(job):
    return {r["id"]: r["value"] for r in job["headline"]["headline"]}


def test_a_shifted_band_is_the_run_of_the_line_that_the_job_shows(client, workshop):
    job = finished(client, client.post("/api/jobs", json={**QUICK, "shift": {CASH: 9e9}}).json())
    (line,) = [s for s in job["sets"] if not s.startswith("run.")]
    path = workshop / "scenarios" / "small.yaml"
    ours = api.compute(path, sets=(line,), worlds=3, draws=8, twin=False)
    assert values(job) == {r["id"]: r["value"] for r in ours.manifest["headline"]}
    assert ours.scenario["uncertainty"][CASH] == {"kind": "uniform", "low": 7.5e9, "high": 10.5e9}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"shift": {GAS: -2}}, GAS),
        ({"shift": {"company.cash_floor_usd": 1e9}}, "company.cash_floor_usd"),
        ({"shift": {GAS: 4}, "set": {GAS: 4}}, GAS),
        ({"shift": {"run.worlds": 2}}, "set.run"),
    ],
)
def test_a_band_that_cannot_be_shifted_is_refused_at_once_with_its_path(client, body, path):
    refused = client.post("/api/jobs", json={**QUICK, **body})
    assert refused.status_code == 422 and refused.json()["error"]["findings"][0]["path"] == path


def test_a_goal_is_answered_as_the_command_answers_it(client, workshop):
    asked = {**QUICK, "goal": "solvent_until=2027-06", "vary": [CASH], "set": {GAS: 5.0}}
    job = finished(client, client.post("/api/solve", json=asked).json())
    result = api.first(workshop / "scenarios" / "small.yaml", (f"{GAS}=5.0", "run.worlds=3", "run.draws=8"))
    ours = json.loads(json.dumps(solve(hold(result), asked["goal"], (CASH,))))
    assert job["state"] == "done" and job["found"] == ours and "required" in ours


def test_a_goal_that_is_none_fails_with_its_fix(client):
    for goal, vary in (("runway=900", []), ("solvent_until=2027-06", ["campuses.south.blocks.chips.slip_days"])):
        job = finished(client, client.post("/api/solve", json={**QUICK, "goal": goal, "vary": vary}).json())
        assert job["state"] == "failed" and job["error"]["findings"][0]["fix"]


def test_a_job_gives_five_figures_four_series_and_an_estimate(client):
    job = finished(client, client.post("/api/jobs", json={**QUICK, "worlds": 24, "draws": 48}).json())
    live = client.get(f"/api/jobs/{job['id']}/live").json()
    shown = {r["id"] for r in job["headline"]["headline"]}
    assert len(live["five"]) == 5 and set(live["five"]) <= shown
    assert [s["id"] for s in live["series"]] == ["power", "cash", "noise", "county"]
    assert all(len(s["p50"]) == len(s["months"]) == 36 for s in live["series"])
    outcomes = {o["id"]: o for o in live["estimate"]["outcomes"]}
    assert list(outcomes) == [r["id"] for r in job["headline"]["headline"] if r["id"] in live["five"]]
    change, error = estimate(live["estimate"], outcomes["burn_month"], {GAS: Move(8.0, held=True)})
    assert change[1] > 0.0 and 0.0 < error < change[1]


def test_a_job_with_a_report_has_nothing_live(client):
    job = finished(client, client.post("/api/jobs", json={**QUICK, "report": True}).json())
    assert client.get(f"/api/jobs/{job['id']}/live").json() is None


def test_events_tell_every_state_up_to_the_end(client):
    job = client.post("/api/jobs", json={**QUICK, "seed": 21}).json()
    with client.stream("GET", f"/api/jobs/{job['id']}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
    assert told[-1]["state"] == "done" and told[-1]["headline"]
    assert told[-1] == client.get(f"/api/jobs/{job['id']}").json()
    assert len({t["stage"] for t in told}) > 3 and all(t["state"] in ("waiting", "running") for t in told[:-1])


def test_levers_are_two_of_each_area_and_the_last_campus_leads():
    paths = [f"campuses.{c}.cooling.design_pue" for c in ("old", "new")] + [
        "compute.utilisation_frac",
        GAS,
        CASH,
        "red_lines.review.reported_frac",
    ]
    found = chosen(paths)
    assert found == ["compute.utilisation_frac", "campuses.new.cooling.design_pue", GAS, CASH]
    assert chosen(paths, strongest=["campuses.old.cooling.design_pue"])[1] == "campuses.old.cooling.design_pue"
    more = ["company.raise_policy.success_frac", "market.gas_usd_per_mmbtu", "company.staff_usd", "campuses.new.phases.one.slip_days"]
    assert chosen([GAS], certain=more) == ["campuses.new.phases.one.slip_days", GAS, "company.raise_policy.success_frac"]
    assert {named(p)[0] for p in found} <= set(AREAS) and named("red_lines.review.reported_frac") == ("", "")


SUCCESS = "company.raise_policy.success_frac"


def test_a_certain_input_is_prepared_behind_other_jobs_and_gives_way_to_them(client):
    asked = {"scenario": "small", "path": SUCCESS, "worlds": 3, "draws": 8}
    first = until(client, client.post("/api/prepare", json=asked).json(), lambda job: job["state"] == "running")
    exact = finished(client, client.post("/api/jobs", json={**QUICK, "seed": 4242}).json())
    between = client.get(f"/api/jobs/{first['id']}").json()
    assert exact["state"] == "done" and between["state"] in ("waiting", "running")
    over = finished(client, first)
    assert over["state"] == "done" and over["found"]["path"] == SUCCESS and over["run"] is None
    assert len(over["found"]["outcomes"]["burn_month"]["weights"][0]) == 2


def test_what_the_server_prepares_by_itself_gives_way_to_what_a_page_prepares(tmp_path):
    for running, comes, gives_way in ((2, 1, True), (1, 1, False), (1, 2, False), (1, 0, True), (0, 1, False)):
        jobs, told = Jobs(tmp_path, Limits()), []
        jobs._tell = told.append
        first = jobs.submit({}, {"sets": []}, later=running)
        first.state, jobs._running = "running", first
        assert jobs._waiting.get_nowait()[2] is first
        jobs.submit({}, {"sets": []}, later=comes)
        assert (first.paused, told) == ((True, [{"cancel": first.id}]) if gives_way else (False, []))
    jobs = Jobs(tmp_path, Limits())
    own, page, exact = (jobs.submit({}, {"sets": []}, later=later) for later in (2, 1, 0))
    assert [jobs._waiting.get_nowait()[2] for _ in range(3)] == [exact, page, own]


def test_cancelled_jobs_leave_their_place_to_others(tmp_path):
    jobs = Jobs(tmp_path, Limits(waiting=2))
    first, second = (jobs.submit({}, {"sets": []}) for _ in range(2))
    with pytest.raises(Busy):
        jobs.submit({}, {"sets": []})
    jobs.cancel(first)
    third = jobs.submit({}, {"sets": []})
    assert [second.state, third.state] == ["waiting"] * 2
    with pytest.raises(Busy):
        jobs.submit({}, {"sets": []})


def test_a_moved_input_is_prepared_before_what_is_only_shown(client):
    asked = {"scenario": "small", "path": SUCCESS, "worlds": 3, "draws": 8}
    shown = client.post("/api/prepare", json={**asked, "path": "company.opening_cash_usd"})
    shown = shown.json() if shown.status_code == 202 else client.post("/api/prepare", json={**asked, "draws": 7}).json()
    moved = finished(client, client.post("/api/prepare", json={**asked, "moved": True}).json())
    assert moved["state"] == "done" and client.get(f"/api/jobs/{shown['id']}").json()["state"] in ("waiting", "running")
    assert finished(client, shown)["state"] == "done"


def test_a_server_prepares_its_certain_levers_before_it_is_asked(workshop):
    with TestClient(application(catalogue_of(workshop), ahead=True), base_url=HERE) as client:
        end = time.monotonic() + 60.0
        while not (jobs := client.get("/api/jobs").json()):
            assert time.monotonic() < end
            time.sleep(0.02)
        assert jobs[0]["request"]["scenario"] == "small"
        rows = {r["path"]: r for r in client.get("/api/scenarios/small/inputs").json()["inputs"]}
        assert rows[jobs[0]["request"]["path"]]["certain"] and rows[jobs[0]["request"]["path"]]["lead"]


@pytest.mark.parametrize("path", [GAS, "company.nothing_usd", "run.draws", "campuses.south.site.lat"])
def test_what_has_a_band_or_no_range_is_not_prepared(client, path):
    refused = client.post("/api/prepare", json={"scenario": "small", "path": path})
    assert refused.status_code == 422 and refused.json()["error"]["findings"][0]["path"] == path
