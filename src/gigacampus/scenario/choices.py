"""The families of the scenario: every union of kinds and every closed list of names, read from the types."""

from __future__ import annotations

from dataclasses import dataclass

from gigacampus.schema.fields import kinds_of, walk_models
from gigacampus.schema.scenario import Scenario


@dataclass(frozen=True)
class Family:
    """One choice that a scenario offers."""

    path: str
    """Where it is chosen; ``*`` stands for any key."""
    what: str
    members: dict[str, str]
    """Name -> what it is."""


def families() -> list[Family]:
    """All families in the order of the scenario."""
    found: dict[str, Family] = {}
    for path, said, slot in walk_models(Scenario):
        what = said.split("\n")[0]
        models = slot.models()
        kinds = {kind: (model.__doc__ or "").split("\n")[0] for model in models for kind in kinds_of(model)}
        if len(models) > 1 and kinds:
            found[path] = Family(path, what or f"one of {len(kinds)} kinds", kinds)
        names = slot.named_choices()
        if len(names) > 1 and path.rsplit(".", 1)[-1] != "confidence":
            found[path] = Family(path, what or "one of these names", names)
    return list(found.values())
