"""What a request can read of runs and scenarios is what the command line says of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gigacampus.answers import runner
from gigacampus.foundation.errors import ScenarioError
from gigacampus.rerun.place import parse
from gigacampus.results import store
from gigacampus.scenario.document import load
from gigacampus.scenario.file_schema import text
from gigacampus.server.inputs import HANDFUL
from tests.pipeline.conftest import SMALL

RUN = "/api/runs/small-first"


@pytest.fixture(scope="module")
def result(workshop):
    return store.read(workshop / "runs" / "small-first")


def test_a_run_is_listed_and_tells_its_headline(client, result):
    (row,) = [r for r in client.get("/api/runs").json() if r["name"] == "small-first"]
    assert row["worlds"] == 3 and row["draws"] == 8 and row["hash"] == result.manifest["hash"]
    said = client.get(RUN).json()
    assert [h["value"] for h in said["headline"]] == [h["value"] for h in result.manifest["headline"]]
    assert all(h["shown"] and h["title"] for h in said["headline"]) and said["levels"]["noise"] == 2


@pytest.mark.parametrize("at", [None, "39.999,-82.885"])
def test_answers_are_those_of_the_command(client, result, at):
    given = client.get(f"{RUN}/answers", params={"at": at, "id": ["Q01", "Q08"]} if at else {"id": ["Q01", "Q08"]}).json()["answers"]
    ours = runner.ask(result, ("Q01", "Q08"), parse(at) if at else None)
    assert [a["text"] for a in given] == [a["text"] for a in ours]


def test_a_place_that_is_none_and_a_question_that_is_none_are_one_error_each(client):
    for query, word in (({"at": "here"}, "no place"), ({"id": "Q99"}, "no question")):
        refused = client.get(f"{RUN}/answers", params=query)
        assert refused.status_code == 422 and word in refused.json()["error"]["findings"][0]["problem"]


def test_claims_are_judged(client):
    found = client.get(f"{RUN}/claims").json()
    assert found["claims"] and {"id", "verdict", "text"} <= set(found["claims"][0])


def test_every_variable_can_be_read_or_says_that_it_is_too_large(client, result):
    for row in client.get(f"{RUN}/variables").json():
        answer = client.get(f"{RUN}/variables/{row['variable']}")
        if answer.status_code == 422:
            assert "at most" in answer.json()["error"]["findings"][0]["problem"] and "hour" in row["dims"]
            continue
        found = answer.json()
        lengths = {"hour": 8760, "phase": len(result.coords["phase"])} | {d: len(found["coords"][d]) for d in found["coords"]}
        wanted, got = tuple(lengths[d] for d in found["dims"]), np.array(found["p50"], dtype=float).shape
        assert got == (wanted[: wanted.index(0) + 1] if 0 in wanted else wanted), row


def test_a_variable_is_the_band_of_the_run(client, result):
    found = client.get(f"{RUN}/variables/cash_usd").json()
    assert np.allclose(found["p90"], result.band("cash_usd")["p90"]) and found["unit"] == "USD"
    refused = client.get(f"{RUN}/variables/cash_us").json()["error"]["findings"][0]
    assert refused["nearest"] == "cash_usd"


def test_the_report_comes_in_a_sandbox(client, workshop):
    answer = client.get("/runs/small-first/report")
    assert answer.content == (workshop / "runs" / "small-first" / "report.html").read_bytes()
    policy = answer.headers["content-security-policy"]
    assert "sandbox allow-scripts" in policy and "allow-same-origin" not in policy and "default-src 'none'" in policy


def test_the_page_allows_its_own_script_and_its_own_server_only(client):
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy


def test_sliders_carry_unit_band_default_and_words(client):
    found = client.get("/api/scenarios/small/inputs").json()
    rows = {r["path"]: r for r in found["inputs"]}
    gas = rows["market.gas_usd_per_mmbtu"]
    assert gas["unit"] == "USD/MMBtu" and gas["p10"] == pytest.approx(2.8) and gas["p90"] == pytest.approx(5.2)
    assert gas["default"] == pytest.approx((2.8 * 5.2) ** 0.5) and gas["low"] < gas["p10"] and gas["floor"] == 0 and gas["about"]
    assert 0 < sum(r["lead"] for r in found["inputs"]) <= HANDFUL
    assert [p for p, r in rows.items() if not r["certain"]] == list(load_small().uncertainty)


def test_every_other_number_of_a_scenario_can_be_found_with_a_range_inside_its_bounds(client):
    rows = {r["path"]: r for r in client.get("/api/scenarios/small/inputs").json()["inputs"] if r["certain"]}
    chance = rows["company.raise_policy.success_frac"]
    assert chance["p10"] == chance["default"] == chance["p90"] and chance["low"] < chance["default"] < chance["high"] <= 1.0
    assert all(r["floor"] <= r["low"] <= r["default"] <= r["high"] <= r["ceiling"] for r in rows.values())
    assert not any(path.startswith(("run.", "uncertainty.")) for path in rows)
    assert not any(r["low"] < r["high"] for path, r in rows.items() if path.endswith((".lat", ".lon")))
    assert any(r["lead"] for r in rows.values())


def load_small():
    from gigacampus.scenario.document import read_string, typed

    return typed(read_string(SMALL))[0]


def test_the_inputs_that_move_the_answers_of_a_run_lead():
    from gigacampus.scenario.document import read_string, typed
    from gigacampus.server.inputs import sliders, strongest

    scenario, document = typed(read_string(SMALL + "  campuses.north.blocks.hall.it_mw: {kind: uniform, low: 90, high: 110}\n"))
    path = "campuses.north.blocks.hall.it_mw"
    told = [{"drivers": [{"input": path, "rank_correlation": -0.9}, {"input": "gone.path", "rank_correlation": None}]}]
    rows = sliders(scenario, document, strongest(told))
    assert next(r for r in rows if r["path"] == path)["lead"] and strongest(told)[0] == path


def test_validation_says_what_the_command_says(client, workshop):
    with pytest.raises(ScenarioError) as caught:
        load(workshop / "scenarios" / "broken.yaml")
    refused = client.post("/api/validate", json={"text": (workshop / "scenarios" / "broken.yaml").read_text()})
    ours = [(f.problem, f.path, f.line, f.fix) for f in caught.value.findings]
    assert refused.status_code == 422
    assert [(f["problem"], f["path"], f["line"], f["fix"]) for f in refused.json()["error"]["findings"]] == ours
    assert client.post("/api/validate", json={"text": SMALL}).json()["campuses"] == ["north", "south"]


def test_the_schema_is_that_of_the_files(client):
    assert client.get("/api/schema").json() == json.loads(text())


def test_a_broken_scenario_is_refused_by_its_form_too(client):
    assert client.get("/api/scenarios/broken/inputs").status_code == 422
