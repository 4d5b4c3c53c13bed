"""What stands behind a figure: the stages that lead to it, the inputs that they read, and the sources of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gigacampus.answers.completion import assumed_share, uncertain
from gigacampus.answers.drivers import sources
from gigacampus.answers.figures import path_of
from gigacampus.foundation.language import say
from gigacampus.registry.stages import BY_NAME, STAGES
from gigacampus.registry.variables import REGISTRY

SHOWN = 6
ABSENT = ("horizon", "library", "as_of")
"""Roots that every stage reads, which say nothing of one."""


def key_of(stages: Iterable[str]) -> str:
    """Name under which the chain behind some stages is kept.

    >>> key_of(["noise", "company", "noise"])
    'company+noise'
    """
    return "+".join(sorted({s for s in stages if s in BY_NAME}))


def stages_of_variables(names: Iterable[str]) -> tuple[str, ...]:
    """Stages that give some variables of the registry."""
    return tuple(dict.fromkeys(REGISTRY[name].stage for name in names if name in REGISTRY))


def chain(result: Any, stages: Iterable[str]) -> list[dict[str, Any]]:
    """What is behind a figure, part by part: a title, and lines to read."""
    mine = tuple(s for s in stages if s in BY_NAME)
    path = set(path_of(mine))
    ordered = [s for s in STAGES if s.name in path]
    levels = result.manifest.get("levels", {})
    steps = [f"{s.name} ({say('level {level}', level=levels.get(s.name, s.level))}): {_reads(s.reads)}" for s in ordered]
    cited = [row for row in result.manifest.get("provenance", []) if path & set(row.get("stages", ()))]
    share = assumed_share(mine, result.manifest.get("provenance", [])) if cited else None
    spread = uncertain(result, mine) if result.sampled is not None else []
    rests = (
        [say("{count} cited inputs, {share} % of them assumed or recalled", count=len(cited), share=round(100 * share))]
        if share is not None
        else []
    )
    if spread:
        more = say(" and {count} more", count=len(spread) - SHOWN) if len(spread) > SHOWN else ""
        rests.append(say("{count} of the inputs are uncertain: {names}", count=len(spread), names=", ".join(spread[:SHOWN]) + more))
    parts = [
        ("Stages, in order, and what each reads", steps),
        ("Inputs", rests),
        ("Sources, by how many values each gives", sources(result, mine)),
    ]
    return [{"title": say(title), "lines": lines} for title, lines in parts if lines]


def _reads(patterns: Iterable[str]) -> str:
    own = [p for p in patterns if p.split(".")[0] not in ABSENT]
    return ", ".join(own[:SHOWN]) + (", …" if len(own) > SHOWN else "") if own else say("what the stages before it give")
