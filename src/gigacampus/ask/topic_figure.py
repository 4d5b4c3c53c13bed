"""The figure of a topic: as the run keeps it, or computed. What computes is imported only then."""

from __future__ import annotations

from typing import Any

from gigacampus.answers.answer import questions
from gigacampus.answers.figures import INSIDE
from gigacampus.answers.register_names import EXTRA
from gigacampus.foundation.plain_json import known
from gigacampus.foundation.version import __version__
from gigacampus.results.result import Result


def is_answer(topic: str) -> bool:
    """Whether a topic is a question or a register; else it is a row of the headline."""
    return topic in questions().names or topic in EXTRA


def kept(result: Result, topic: str) -> dict[str, Any] | None:
    """The figure that this version wrote into the run; None where it wrote none."""
    told = result.manifest
    if told.get("version") != __version__:
        return None
    parts = ("answers", "registers") if is_answer(topic) else ("headline",)
    found = next((row for part in parts for row in told.get(part, []) if row["id"] == topic), None)
    return found if found is None or is_answer(topic) else _row(found)


def _row(told: dict[str, Any]) -> dict[str, Any]:
    """A row of the headline without what only the program reads."""
    return {k: v for k, v in known(told).items() if k not in INSIDE}


def computed(result: Result, topic: str, place: dict[str, Any] | None) -> dict[str, Any] | None:
    """The figure of a topic as plain data: a question's answer, a register, or a row of the headline."""
    if is_answer(topic):
        from gigacampus.answers import runner
        from gigacampus.rerun.place import Place

        return dict(known(runner.ask(result, (topic,), Place(place["lat"], place["lon"]) if place else None))[0])
    from gigacampus.answers.headline import headline

    return next((_row(row.as_dict()) for row in headline(result) if row.id == topic), None)
