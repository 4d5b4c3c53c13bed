"""Requests that mean harm: each is refused with a plain answer, and nothing outside of the listings is touched."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from gigacampus.foundation.errors import ScenarioError
from gigacampus.server.app import LOOPBACK, application
from gigacampus.server.catalogue import catalogue
from gigacampus.server.guard import HEADERS, Door
from gigacampus.server.limits import Limits
from tests.server.conftest import HERE, SECRET, catalogue_of

NAMES = [
    "..",
    "../runs/small-first",
    "..%2fruns",
    "%2e%2e",
    ".small-first",
    "/etc",
    "small-first/../../x",
    "small-first%00",
    "a" * 5000,
    ".job-1.part",
    "small-first ",
    "SMALL-FIRST",
    "~",
    "$HOME",
    "C:%5c",
    "..%5c..",
    "%ff%fe",
    "con",
    "*",
    "manifest.json",
]


def plain(answer):
    """A refusal as one JSON object without a trace of where it arose."""
    problem = answer.json()["error"]
    assert "Traceback" not in answer.text and "site-packages" not in answer.text
    assert problem["kind"] and (problem.get("message") or problem.get("findings"))
    return problem


OPENED: list[str] = []
sys.addaudithook(lambda event, given: OPENED.append(str(given[0])) if event in ("open", "os.listdir", "os.scandir") else None)


@pytest.mark.parametrize("name", NAMES)
def test_only_listed_names_reach_a_folder(client, name, workshop):
    client.get("/api/runs/none/claims"), client.get("/api/scenarios")
    OPENED.clear()
    said = quote(name, safe="%")
    for path in (f"/api/runs/{said}", f"/api/runs/{said}/claims", f"/runs/{said}/report", f"/api/scenarios/{said}/inputs"):
        answer = client.get(path)
        assert answer.status_code in (404, 422), (path, answer.status_code)
        plain(answer)
    assert client.post("/api/jobs", json={"scenario": name}).status_code in (404, 422)
    assert [p for p in OPENED if (p != str(workshop / "runs") and "manifest" in p) or "etc" in p] == []


def test_the_watch_over_opened_files_sees_a_run_being_read(client, workshop):
    OPENED.clear()
    assert client.get("/api/runs/small-first").status_code == 200
    assert str(workshop / "runs" / "small-first" / "manifest.json") in OPENED


@pytest.mark.parametrize("path", ["run.worlds", "run", "run.draws", "run.seed"])
def test_a_set_cannot_lift_the_limits_of_a_run(client, path):
    answer = client.post("/api/jobs", json={"scenario": "small", "set": {path: 4000}})
    assert answer.status_code == 422 and "settings" in plain(answer)["findings"][0]["problem"]


@pytest.mark.parametrize(
    "value",
    [
        "beside.csv",
        "beside.CSV ",
        "../x.yaml",
        "/etc/passwd",
        "{weather: beside.csv}",
        "lib:../x",
        "a\nb",
        "\u202e",
        "x" * 201,
        [1],
        {"a": 1},
        None,
        "lib:weather/../x",
    ],
)
def test_a_set_can_name_no_file_and_hold_no_tree(client, value):
    answer = client.post("/api/jobs", json={"scenario": "small", "set": {"campuses.north.site.weather": value}})
    assert answer.status_code == 422
    plain(answer)


@pytest.mark.parametrize("path", ["", "a=b", "a..b", ".a", "A.b", "a b", "base/..", "__class__", "a" * 300, "é"])
def test_a_set_needs_a_path(client, path):
    assert client.post("/api/jobs", json={"scenario": "small", "set": {path: 1}}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"scenario": "small", "worlds": 65}',
        b'{"scenario": "small", "draws": 0}',
        b'{"scenario": "small", "draws": 1e9}',
        b'{"scenario": "small", "seed": -1}',
        b'{"scenario": 3}',
        b'{"scenario": "small", "seed": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"scenario": "small", "more": 1}',
        b'{"scenario": "small", "set": {"a.b": NaN}}',
        b'{"scenario": "small", "set": {"a.b": 1e999}}',
        b'{"scenario": "small", "set": {"a.b": ' + b"9" * 400 + b"}}",
        b'{"scenario": "small", "worlds": "4"}'[:-3] + b"x}",
        json.dumps({"scenario": "small", "set": {f"a.b{i}": 1 for i in range(101)}}).encode(),
    ],
)
def test_bodies_that_are_none(client, body):
    answer = client.post("/api/jobs", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    plain(answer)


def test_too_much_is_refused_before_it_is_read(client):
    size = Limits().body_bytes + 1
    assert client.post("/api/validate", content=b"x" * size).status_code == 413
    chunks = (b"x" * 10_000 for _ in range(1000))
    assert client.post("/api/validate", content=chunks).status_code == 413
    for length in ("-1", "1e3", "99999999999999999999", "abc"):
        assert client.get("/api/runs", headers={"content-length": length}).status_code == 413


def test_a_body_that_trickles_is_cut_off():
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    async def forever():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        raise AssertionError("reached")

    door = Door(app, Limits(body_s=0.1), LOOPBACK)
    scope = {"type": "http", "method": "POST", "path": "/api/validate", "headers": [(b"host", b"localhost")], "query_string": b""}
    with ThreadPoolExecutor(1) as thread:  # a browser test in this process may keep a loop running in the main thread
        thread.submit(asyncio.run, door(scope, forever, send)).result(timeout=30)
    assert sent[0]["status"] == 408


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8377",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "0.0.0.0",
        "[::2]",
        "10.0.0.1:8377",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
    ],
)
def test_other_host_names_are_not_ours(client, host):
    answer = client.get("/api/runs", headers={"host": host})
    assert answer.status_code == 421
    plain(answer)
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8377", "127.0.0.1:1", "[::1]:8377"])
def test_loopback_names_are_ours(client, host):
    assert client.get("/api/scenarios", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
    ],
)
def test_other_pages_can_neither_ask_nor_start(client, headers):
    jobs = client.get("/api/jobs").json()
    assert client.post("/api/jobs", json={"scenario": "small"}, headers=headers).status_code == 403
    assert client.get("/api/runs", headers=headers).status_code == 403
    assert client.get("/api/jobs").json() == jobs


def test_a_link_may_lead_to_the_page_and_the_page_may_ask(client):
    assert client.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200
    assert client.get("/api/runs", headers={"origin": HERE, "sec-fetch-site": "same-origin"}).status_code == 200
    navigated = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.post("/api/jobs", json={"scenario": "small"}, headers=navigated).status_code == 403


def test_every_answer_carries_its_armour_and_no_cors(client):
    for path in ("/", "/api/runs", "/api/none", "/runs/small-first/report"):
        headers = client.get(path).headers
        assert all(headers[k] == v for k, v in HEADERS.items()) and "frame-ancestors 'none'" in headers["content-security-policy"]
        assert not [k for k in headers if k.startswith("access-control")]
    assert client.options("/api/runs", headers={"origin": HERE, "access-control-request-method": "GET"}).status_code == 405


@pytest.fixture(scope="module")
def closed(workshop):
    door = application(catalogue_of(workshop), addresses=True, token=SECRET, port=8377)
    with TestClient(door, base_url=HERE, follow_redirects=False) as found:
        yield found


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer "},
        {"authorization": f"Bearer {SECRET[:-1]}"},
        {"authorization": SECRET},
        {"authorization": f"Basic {SECRET}"},
        {"authorization": "Bearer \xe9\xff"},
        {"cookie": "gigacampus_8377=wrong"},
        {"cookie": "gigacampus_1=" + SECRET},
        {"cookie": ";;;=\x01"},
    ],
)
def test_without_the_token_nothing_is_told(closed, headers):
    encoded = {k: v.encode("latin-1") for k, v in headers.items()}
    for method, path in (("GET", "/"), ("GET", "/api/runs"), ("POST", "/api/jobs"), ("GET", "/runs/small-first/report"), ("GET", "/none")):
        assert closed.request(method, path, headers=encoded).status_code == 401
    assert closed.get("/?token=wrong", headers=encoded).status_code == 401
    assert closed.get(f"/api/runs?token={SECRET}", headers=encoded).status_code == 401
    assert closed.get("/?" + "&".join(["token=x"] * 50), headers=encoded).status_code == 401


def test_the_token_opens_by_header_and_by_cookie(closed):
    assert closed.get("/api/runs", headers={"authorization": f"Bearer {SECRET}"}).status_code == 200
    entered = closed.get(f"/?token={SECRET}")
    cookie = entered.headers["set-cookie"]
    assert entered.status_code == 303 and entered.headers["location"] == "/" and "HttpOnly" in cookie and "SameSite" in cookie
    assert closed.get("/", headers={"cookie": cookie.split(";")[0]}).status_code == 200
    assert closed.get("/api/runs", headers={"authorization": f"Bearer {SECRET}", "host": "evil.example"}).status_code == 421
    assert closed.get("/api/runs", headers={"authorization": f"Bearer {SECRET}", "host": "10.0.0.1:80"}).status_code == 200


def test_what_is_served_is_named_once_and_exists(workshop, tmp_path):
    with pytest.raises(ScenarioError, match="no such scenario"):
        catalogue([tmp_path / "none.yaml"], tmp_path)
    with pytest.raises(ScenarioError, match="nothing to serve"):
        catalogue([tmp_path], tmp_path)
    (tmp_path / "small.yaml").write_text("title: other\n")
    with pytest.raises(ScenarioError, match="two of the name"):
        catalogue([workshop / "scenarios" / "small.yaml", tmp_path], tmp_path)
    found = catalogue([workshop / "scenarios", workshop / "scenarios" / "small.yaml", workshop / "runs" / "small-first"], tmp_path / "none")
    assert list(found.scenarios) == ["broken", "small"] and list(found.runs()) == ["small-first"]
    assert {"xai-2026-01", "abilene", "hyperion"} <= set(catalogue([Path(__file__).parents[2] / "scenarios"], tmp_path / "none").scenarios)
