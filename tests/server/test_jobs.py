"""Jobs in the real computing process: progress, headline, run folder, cancelling, limits, and what is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gigacampus import api
from gigacampus.server import worker
from gigacampus.server.jobs import Job, Jobs
from gigacampus.server.limits import Limits
from tests.server.conftest import finished, until

QUICK = {"scenario": "small", "worlds": 3, "draws": 8}
LONG = {"scenario": "small", "worlds": 24, "draws": 8}


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*")) if folder.exists() else []


def parts_of_cache(workshop) -> list[str]:
    return [name for name in files(workshop / "cache") if name.endswith(".part")]


def test_a_job_gives_the_run_of_the_command(client, workshop):
    job = finished(client, client.post("/api/jobs", json={**QUICK, "set": {"market.gas_usd_per_mmbtu": 9}}).json())
    assert job["state"] == "done" and job["error"] is None
    result = api.compute(workshop / "scenarios" / "small.yaml", sets=("market.gas_usd_per_mmbtu=9",), worlds=3, draws=8)
    assert job["run"] == api.folder_name(Path("small.yaml"), result)
    assert [r["value"] for r in job["headline"]["headline"]] == [r["value"] for r in result.manifest["headline"]]
    assert client.get(f"/api/runs/{job['run']}").json()["hash"] == result.manifest["hash"]
    assert client.get(f"/runs/{job['run']}/report").status_code == 200


def test_a_moved_input_moves_the_headline_and_leaves_no_folder(client, workshop):
    before = files(workshop / "runs")
    gas = "market.gas_usd_per_mmbtu"
    asked = [{}, {gas: "30 USD/MMBtu"}, {gas: 30}]
    jobs = [client.post("/api/jobs", json={**QUICK, "report": False, "set": sets}).json() for sets in asked]
    plain, moved, same = ({r["id"]: r["value"] for r in finished(client, j)["headline"]["headline"]} for j in jobs)
    assert moved == same and moved["burn_month"] > plain["burn_month"] and moved["nox_year"] == plain["nox_year"]
    assert files(workshop / "runs") == before


def test_a_bad_value_comes_back_as_a_finding(client):
    job = finished(client, client.post("/api/jobs", json={**QUICK, "set": {"market.gas_usd": 9}}).json())
    assert job["state"] == "failed" and job["error"]["findings"][0]["nearest"] == "gas_usd_per_mmbtu"


def test_a_cancelled_job_leaves_nothing_and_the_next_one_runs(server_with, workshop, tmp_path):
    client = server_with(cancel_s=60)
    job = client.post("/api/jobs", json={**LONG, "seed": 11}).json()
    job = until(client, job, lambda j: j["stage"] == "dispatch")
    waiting = client.post("/api/jobs", json=QUICK).json()
    assert client.delete(f"/api/jobs/{waiting['id']}").json()["state"] == "cancelled"
    client.delete(f"/api/jobs/{job['id']}")
    assert finished(client, job)["state"] == "cancelled"
    assert files(tmp_path / "runs") == [] and parts_of_cache(workshop) == []
    assert finished(client, client.post("/api/jobs", json=QUICK).json())["state"] == "done"
    assert len([n for n in (tmp_path / "runs").iterdir()]) == 1


def test_a_job_that_does_not_listen_is_ended_and_swept(server_with, tmp_path):
    client = server_with(cancel_s=0)
    job = client.post("/api/jobs", json={**LONG, "seed": 12}).json()
    job = until(client, job, lambda j: j["stage"])
    (tmp_path / "runs" / f".job-{job['id']}.part" / "half").mkdir(parents=True)
    client.app.app.state.house.jobs._tell = lambda message: None
    client.delete(f"/api/jobs/{job['id']}")
    assert finished(client, job)["state"] == "cancelled" and files(tmp_path / "runs") == []
    del client.app.app.state.house.jobs._tell
    assert finished(client, client.post("/api/jobs", json={**QUICK, "report": False}).json())["state"] == "done"


def test_a_job_that_is_cancelled_while_it_writes_leaves_nothing(workshop, tmp_path):
    said = []
    runs = tmp_path / "runs"
    job = {
        "path": str(workshop / "scenarios" / "small.yaml"),
        "sets": ["run.worlds=3", "run.draws=8"],
        "report": True,
        "out": str(runs),
        "staging": str(runs / ".job-1.part"),
    }
    worker.compute(job, said.append, lambda: any(event.get("stage") == "report" for event in said))
    assert said[-1] == {"event": "cancelled"} and files(runs) == []
    worker.compute(job, said.append, lambda: False)
    assert said[-1]["event"] == "done" and [p.name for p in runs.iterdir()] == [said[-1]["run"]]
    (runs / said[-1]["run"] / "mark").touch()
    worker.compute(job, said.append, lambda: False)
    assert [p.name for p in runs.iterdir()] == [said[-1]["run"]] and not (runs / said[-1]["run"] / "mark").exists()


def test_a_job_has_a_time(server_with, tmp_path):
    client = server_with(job_s=0.5)
    job = finished(client, client.post("/api/jobs", json={**LONG, "seed": 14}).json())
    assert job["state"] == "failed" and job["error"]["kind"] == "too slow" and files(tmp_path / "runs") == []


def test_the_process_that_computes_has_a_bounded_memory():
    code = (
        "from gigacampus.server.worker import bound_memory, told\nbound_memory(400_000_000)\n"
        "try:\n    bytes(500_000_000)\nexcept MemoryError as error:\n    print(told(error)['kind'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "too large"


def test_a_process_that_dies_fails_its_job_and_is_replaced(server_with):
    client = server_with(job_bytes=50_000_000)
    job = finished(client, client.post("/api/jobs", json=QUICK).json())
    assert job["state"] == "failed" and job["error"]["kind"] in ("too large", "server error", "model error")
    assert client.get("/api/scenarios").status_code == 200


def test_only_so_many_may_wait_and_only_so_many_runs_be_written(server_with, tmp_path):
    client = server_with(waiting=1, cancel_s=0)
    running = until(client, client.post("/api/jobs", json={**LONG, "seed": 15}).json(), lambda j: j["state"] == "running")
    assert client.post("/api/jobs", json=QUICK).status_code == 202
    assert client.post("/api/jobs", json=QUICK).status_code == 429
    client.delete(f"/api/jobs/{running['id']}")
    full = server_with(runs=0)
    assert full.post("/api/jobs", json=QUICK).status_code == 429


def test_closing_the_server_ends_a_running_job_and_leaves_nothing(workshop, tmp_path):
    from starlette.testclient import TestClient

    from gigacampus.server.app import application
    from gigacampus.server.catalogue import Catalogue
    from tests.server.conftest import HERE, catalogue_of

    door = application(Catalogue(tmp_path / "runs", catalogue_of(workshop).scenarios))
    with TestClient(door, base_url=HERE) as client:
        until(client, client.post("/api/jobs", json={**LONG, "seed": 16}).json(), lambda j: j["stage"])
        process = door.app.state.house.jobs._process
    assert process.returncode is not None and files(tmp_path / "runs") == []


def test_an_unknown_job_is_unknown(client):
    for method in ("GET", "DELETE"):
        assert client.request(method, "/api/jobs/none").status_code == 404


def test_words_of_another_job_are_not_heard(tmp_path):
    mine = Job("mine", {}, state="running", task={"job": "mine"})
    jobs = Jobs(tmp_path, Limits())
    jobs._hear(mine, {"job": "other", "event": "done", "run": "theirs"})
    assert mine.state == "running" and mine.run is None
    jobs._hear(mine, {"job": "mine", "event": "done", "run": "ours"})
    assert mine.state == "done" and mine.run == "ours"
