"""Every route of the API's own schema, with values that fit it and values that do not: only answers that it documents."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gigacampus.server import routes
from gigacampus.server.app import application
from gigacampus.server.catalogue import Catalogue

QUICK = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
REQUESTS = int(os.environ.get("FUZZED_REQUESTS", 100_000))
"""Requests of the long family, over all operations."""
KNOWN = ("small-first", "small", "broken", "cash_usd", "noise_night_dba", "39.99,-82.88", "Q01", "promises", "market.gas_usd_per_mmbtu")
JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
TEXT = st.sampled_from(KNOWN) | st.text(max_size=60) | st.from_regex(re.compile(r"[./\\%a-z0-9]{1,30}", re.ASCII), fullmatch=True)


def fitting(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    """Values that fit a JSON schema, as far as this API's schemas go."""
    if "$ref" in schema:
        return fitting(whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "anyOf" in schema:
        return st.one_of(*(fitting(part, whole) for part in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        required = {k: fitting(v, whole) for k, v in schema["properties"].items() if k in schema.get("required", [])}
        return st.fixed_dictionaries(
            required, optional={k: fitting(v, whole) for k, v in schema["properties"].items() if k not in required}
        )
    if kind == "object":
        return st.dictionaries(
            st.sampled_from(KNOWN) | st.text(max_size=20), fitting(schema.get("additionalProperties", {}), whole), max_size=3
        )
    if kind == "array":
        return st.lists(fitting(schema.get("items", {}), whole), max_size=4)
    ends = {"min_value": schema.get("minimum"), "max_value": schema.get("maximum")}
    plain = {
        "integer": st.integers(**ends),
        "number": st.floats(allow_nan=False, allow_infinity=False, **ends),
        "boolean": st.booleans(),
        "null": st.none(),
        "string": TEXT,
    }
    return plain.get(kind or "", JUNK)


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, what) for path, methods in schema["paths"].items() for method, what in methods.items()]


@pytest.fixture(scope="module")
def schema(client):
    return client.get("/api/openapi.json").json()


def test_the_schema_lists_every_route_and_documents_its_refusals(schema):
    listed = {(path, method) for path, method, _ in operations(schema)}
    assert {("/api/jobs", "post"), ("/api/jobs/{job}", "delete"), ("/api/runs/{name}/variables/{variable}", "get")} <= listed
    assert {(r.path, m.lower()) for r in routes.api.routes if r.include_in_schema for m in r.methods} == listed
    assert all({"404", "413", "421", "422"} <= set(what["responses"]) for _, _, what in operations(schema))


OPERATIONS = operations(application(Catalogue(Path("none"))).app.openapi())


EACH = pytest.mark.parametrize(("path", "method", "what"), OPERATIONS, ids=[f"{m} {p}" for p, m, _ in OPERATIONS])
MANY = settings(deadline=None, max_examples=-(-REQUESTS // len(OPERATIONS)), suppress_health_check=list(HealthCheck), database=None)
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}


def mismatches(value: Any, shape: dict[str, Any], whole: dict[str, Any], at: str = "answer") -> list[str]:
    """Where a JSON value is not what a schema says."""
    if "$ref" in shape:
        return mismatches(value, whole["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]], whole, at)
    if "anyOf" in shape:
        each = [mismatches(value, part, whole, at) for part in shape["anyOf"]]
        return min(each, key=len)
    kind = shape.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind in ("integer", "number"))):
        return [f"{at} is {type(value).__name__}, not {kind}"]
    if "enum" in shape and value not in shape["enum"]:
        return [f"{at} is {value!r}"]
    found = []
    if isinstance(value, dict):
        known, extra = shape.get("properties", {}), shape.get("additionalProperties", {})
        found += [f"{at} lacks {name}" for name in shape.get("required", []) if name not in value]
        for name, child in value.items():
            found += mismatches(child, known.get(name, extra if isinstance(extra, dict) else {}), whole, f"{at}.{name}")
    elif isinstance(value, list):
        for k, child in enumerate(value):
            found += mismatches(child, shape.get("items", {}), whole, f"{at}[{k}]")
    return found


def test_a_mismatch_is_seen():
    shape = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a", "b"]}
    assert mismatches({"a": 1.5}, shape, {}) == ["answer lacks b", "answer.a is float, not integer"]
    assert mismatches([True], {"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "null"}]}}, {})


@pytest.mark.parametrize("listing", ["/api/runs", "/api/jobs", "/api/scenarios"])
@pytest.mark.parametrize("name", ["/", "%2F"])
def test_a_name_that_is_a_slash_is_unknown_and_not_the_list(client, listing, name):
    answer = client.get(f"{listing}/{name}", follow_redirects=False)
    assert answer.status_code == 404 and answer.json()["error"]["kind"]


@EACH
@QUICK
@given(data=st.data())
def test_only_documented_answers(client, schema, path, method, what, data):
    ask(client, schema, path, method, what, data)


@pytest.mark.slow
@EACH
@MANY
@given(data=st.data())
def test_a_hundred_thousand_requests(client, schema, path, method, what, data):
    ask(client, schema, path, method, what, data)


def segment(text: str) -> str:
    """A segment of a path that a client sends as it is: it drops what is empty, and takes ``.`` and ``..`` for ways up."""
    return text if text not in ("", ".", "..") else "x"


def ask(client, schema, path, method, what, data):
    """One drawn request and what its answer may be."""
    filled, query = path, {}
    for parameter in what.get("parameters", []):
        value = data.draw(fitting(parameter["schema"], schema) | TEXT, label=parameter["name"])
        if parameter["in"] == "path":
            filled = filled.replace("{" + parameter["name"] + "}", quote(segment(str(value)), safe=""))
        elif value is not None:
            query[parameter["name"]] = value
    body = what.get("requestBody")
    sent = {}
    if body:
        shape = fitting(body["content"]["application/json"]["schema"], schema)
        drawn = json.dumps(data.draw(st.one_of(shape, shape, JUNK), label="body"))
        sent = {"content": drawn.encode(), "headers": {"content-type": "application/json"}}
    answer = client.request(method.upper(), filled, params=query, **sent)
    assert answer.status_code < 500 and "Traceback" not in answer.text
    assert answer.headers["content-type"].startswith("application/json") or answer.status_code == 200
    if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), filled):
        said = what["responses"].get(str(answer.status_code))
        assert said is not None, (filled, answer.status_code, answer.text[:300])
        shape = said.get("content", {}).get("application/json", {}).get("schema", {})
        assert mismatches(answer.json(), shape, schema) == [], (filled, answer.text[:300])
    if answer.status_code >= 400:
        assert answer.json()["error"]["kind"]
    if method == "post" and answer.status_code == 202:
        client.delete(f"/api/jobs/{answer.json()['id']}")
