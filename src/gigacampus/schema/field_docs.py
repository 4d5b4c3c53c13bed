"""What the source of a spec says of its fields: the text under each, read when someone asks, since no run needs it."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema


@cache
def said_of(model: type[BaseModel]) -> dict[str, str]:
    """Text under each field of a spec, its own and those that it inherits.

    >>> from gigacampus.schema.scenario import RunSpec
    >>> said_of(RunSpec)["seed"].splitlines()[0] != ""
    True
    """
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found |= _in_file(base.__module__).get(base.__qualname__, {})
    return {name: text for name, text in found.items() if name in model.model_fields}


@cache
def _in_file(module: str) -> dict[str, dict[str, str]]:
    """Field -> text, by class of a module."""
    source = getattr(sys.modules[module], "__file__", None)
    tree = ast.parse(Path(source).read_text(encoding="utf-8")) if source else ast.Module([], [])
    return {node.name: _of_class(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> dict[str, str]:
    pairs = zip(node.body, node.body[1:], strict=False)
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairs
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


class Described(GenerateJsonSchema):
    """JSON schema in which every field of a spec carries its text and the source of its default.

    Figures that a kind's typical row may give are not required.
    """

    def model_schema(self, schema: Any) -> Any:
        """Schema of one model."""
        made = super().model_schema(schema)
        for name, text in said_of(schema["cls"]).items():
            made["properties"][name].setdefault("description", text)
        for name, row in schema["cls"].library_defaults.items():
            made["properties"][name]["x-default-source"] = f"{row.confidence}, {row.source}" + (f": {row.note}" if row.note else "")
        required = [name for name in made.get("required", ()) if name not in schema["cls"].figures_of_class()]
        return {**{key: value for key, value in made.items() if key != "required"}, **({"required": required} if required else {})}
