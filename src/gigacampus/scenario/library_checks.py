"""What is wrong with the library: entries that do not load or do not fit their type, source keys that nobody lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import Finding, ScenarioError, nearest
from gigacampus.scenario.class_rows import whole_entry
from gigacampus.scenario.library import ROOT, families, names, source_keys, sources


def complaints(root: Path | None = None) -> list[Finding]:
    """What is wrong with the library: entries that do not load or do not fit their type, source keys that nobody lists."""
    from pydantic import ValidationError

    known = sources(root)
    found: list[Finding] = []
    for family in families():
        for name in names(family, root):
            if not ((root or ROOT) / family / f"{name}.yaml").is_file():
                continue
            try:
                values, facts = whole_entry(family, name, date.max, root=root)
                _fits(family, name, values)
            except ScenarioError as error:
                found += error.findings
            except ValidationError as error:
                found += [
                    Finding(item["msg"], f"lib:{family}/{name}.{'.'.join(map(str, item['loc'][2:]))}", f"library/{family}/{name}.yaml")
                    for item in error.errors()
                ]
            else:
                found += [
                    Finding(
                        f"source {cited!r} is in no sources*.yaml",
                        f"lib:{family}/{name}.{key}",
                        fact.file,
                        fact.line,
                        nearest(cited, known),
                    )
                    for key, fact in facts.items()
                    for cited in source_keys(fact.source)
                    if cited not in known
                ]
    return found


def _fits(family: str, name: str, values: dict[str, Any]) -> None:
    from gigacampus.schema.scenario import LibrarySpec

    LibrarySpec.model_validate({family: {name: values}})
