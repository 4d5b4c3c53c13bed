"""The JSON schema of scenario files: what the typed scenario asks for, less what a base or a patch may leave out."""

from __future__ import annotations

import json
from typing import Any

MODELINE = "# yaml-language-server: $schema=scenario.schema.json"
"""First line of every scenario file: editors complete and check by it."""
FILE_NAME = "scenario.schema.json"
_NUMBER = r"^\s*[-+]?[0-9][0-9_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?\s*\S.*$"
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_DAYS = {"ge": "formatMinimum", "le": "formatMaximum"}
_REFERENCE = {"type": "string", "description": "A file beside this one, or lib:scenarios/NAME."}


def typed_schema() -> dict[str, Any]:
    """JSON schema of the whole typed scenario: names, types, bounds, descriptions, units."""
    from gigacampus.schema.field_docs import Described
    from gigacampus.schema.scenario import Scenario

    out: dict[str, Any] = _standard(Scenario.model_json_schema(schema_generator=Described))
    return out


def _standard(node: Any) -> Any:
    """Bounds of numbers with a unit under the names that JSON schema gives them."""
    if isinstance(node, list):
        return [_standard(item) for item in node]
    if not isinstance(node, dict):
        return node
    renamed = _BOUNDS if "x-unit" in node else _DAYS if node.get("format") == "date" else {}
    return {renamed.get(key, key): _standard(value) for key, value in node.items()}


def file_schema() -> dict[str, Any]:
    """JSON schema of a scenario file.

    A file may leave anything to its base or to a library entry, so nothing is required here (the loader says what is
    missing in the end); a number with a unit may be written as text, such as ``1.2 GW``.
    """
    schema = _relaxed(typed_schema())
    tree = {"type": "object", "description": "A partial scenario; null deletes a key."}
    either = {"anyOf": [_REFERENCE, tree]}
    schema["properties"] |= {
        "base": {**_REFERENCE, "description": "The one scenario below this one: a file beside it, or lib:scenarios/NAME."},
        "patches": {
            "description": "A list is applied in order; a mapping holds patches that are applied when named.",
            "anyOf": [{"type": "array", "items": either}, {"type": "object", "additionalProperties": either}],
        },
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _relaxed(node: Any) -> Any:
    if isinstance(node, list):
        return [_relaxed(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _relaxed(value) for key, value in node.items() if key not in ("required", "discriminator", "oneOf")}
    if isinstance(node.get("required"), dict):
        out["required"] = _relaxed(node["required"])
    if "oneOf" in node:
        out["anyOf"] = _relaxed(node["oneOf"])
    if out.get("x-unit") and out.get("type") in ("number", "integer"):
        out |= {"type": [out["type"], "string"], "pattern": _NUMBER}
    return out


def text(schema: dict[str, Any] | None = None) -> str:
    """A schema as the text of its file."""
    return json.dumps(schema if schema is not None else file_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
