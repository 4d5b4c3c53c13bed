"""Generated hostile scenarios: at every leaf of the JSON schema a value of a wrong type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gigacampus.scenario.file_schema import typed_schema

WRONG: dict[str, tuple[Any, ...]] = {
    "number": ("abc", [1], {"a": 1}, True, "1 parsec", "2026-01-01"),
    "integer": ("abc", [1], {"a": 1}, True, 1.5, -1e29),
    "boolean": ("abc", [1], {"a": 1}, 7, "maybe"),
    "string": (5, [1], {"a": 1}, True, 1.5),
    "array": ("abc", 5, {"a": 1}, True),
    "object": ("abc", 5, [1], True),
}
KEY = "k"


def leaves() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """(dotted path, scenario data that holds a wrong value there, the wrong value), one for each leaf of the schema."""
    schema = typed_schema()
    for count, (parts, kind, siblings) in enumerate(_walk(schema, schema["$defs"], (), {}, ())):
        options = WRONG[kind]
        wrong = options[count % len(options)]
        yield ".".join(parts), _nested(parts, siblings, wrong), wrong


def _walk(
    node: dict[str, Any], types: dict[str, Any], parts: tuple[str, ...], siblings: dict[tuple[str, ...], str], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, dict[tuple[str, ...], str]]]:
    """Leaves below one schema node; ``siblings`` holds the kinds that the unions on the way need."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        if name not in above:
            yield from _walk(types[name], types, parts, siblings, (*above, name))
    elif "discriminator" in node:
        for kind, reference in node["discriminator"]["mapping"].items():
            yield from _walk({"$ref": reference}, types, parts, {**siblings, parts: kind}, above)
    elif "anyOf" in node:
        for option in node["anyOf"]:
            if option.get("type") != "null":
                yield from _walk(option, types, parts, siblings, above)
    elif node.get("type") == "object":
        if parts:
            yield parts, "object", {p: k for p, k in siblings.items() if p != parts}
        for name, child in node.get("properties", {}).items():
            if name != "kind":
                yield from _walk(child, types, (*parts, name), siblings, above)
        if isinstance(node.get("additionalProperties"), dict):
            yield from _walk(node["additionalProperties"], types, (*parts, KEY), siblings, above)
    elif node.get("type") == "array":
        yield parts, "array", siblings
        if "items" in node:
            yield from _walk(node["items"], types, (*parts, "0"), siblings, above)
    elif node.get("type") in WRONG:
        yield parts, node["type"], siblings


def _nested(parts: tuple[str, ...], siblings: dict[tuple[str, ...], str], wrong: Any) -> dict[str, Any]:
    value = wrong
    for depth in range(len(parts), 0, -1):
        part = parts[depth - 1]
        if part == "0":
            value = [value]
        else:
            kind = siblings.get(parts[: depth - 1])
            value = {part: value} | ({"kind": kind} if kind else {})
    return value
