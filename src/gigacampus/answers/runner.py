"""Asking a run questions: each by its own file, with what moves the answer, its sources, and the reason where there is none."""

from __future__ import annotations

import contextlib
import importlib
import math
from typing import Any

from gigacampus.answers import drivers as moves
from gigacampus.answers.answer import Answer, Missing, known_points, questions
from gigacampus.answers.figures import Figure, known
from gigacampus.answers.questions import MODULES
from gigacampus.foundation.errors import nearest, refuse
from gigacampus.rerun.place import Place
from gigacampus.results.result import Result

MONEY = ("books", "lenders", "owners", "people", "siblings", "worth", "county")
"""Registers that a run carries along for its report."""
EXTRA = (*MONEY, "promises", "rank", "tornado")


def ask(result: Result, ids: tuple[str, ...] = (), place: Place | None = None) -> list[dict[str, Any]]:
    """Answers to ``ids``, or to all questions, ready for JSON; those that the run cannot answer say what is missing."""
    known = (*MODULES, *EXTRA)
    for name in ids:
        if name not in known:
            raise refuse(f"no question is called {name!r}", path="ID", nearest=nearest(name, known), fix=f"use {', '.join(known)}")
    return [_extra(result, name) if name in EXTRA else _one(result, name, place) for name in ids or tuple(MODULES)]


def _one(result: Result, name: str, place: Place | None) -> dict[str, Any]:
    head = {"id": name, "question": questions()[name]["question"], "asked_by": questions()[name]["asked_by"]}
    try:
        answer = importlib.import_module(MODULES[name]).answer(result, place)
    except Missing as reason:
        return {
            **head,
            "value": None,
            "low": None,
            "high": None,
            "unit": "",
            "text": f"not answered: {reason}",
            "missing": str(reason),
            "drivers": [],
            "sources": [],
            "level": None,
            "known": [],
            "map": None,
            "figures": [],
            "table": [],
        }
    return {**head, **_told(result, name, answer)}


def _told(result: Result, name: str, answer: Answer) -> dict[str, Any]:
    figure = answer.figure
    found = moves.drivers(result, answer.samples, answer.axis, figure.stages) or moves.stated(result, figure.stages)
    known = known_points(name, answer, str(result.manifest["as_of"]), result.scenario)
    scored = [k for k in known if k["deviation"] is not None and not k["later"]]
    return {
        **_plain(figure),
        "id": name,
        "title": figure.title,
        "text": _sentence(answer),
        "drivers": found,
        "sources": moves.sources(result, figure.stages),
        "known": known,
        "known_point": scored[0]["value"] if scored else None,
        "deviation": scored[0]["deviation"] if scored else None,
        "map": answer.map,
        "figures": [_plain(f) for f in answer.more],
        "table": answer.table,
        "said": answer.said,
        "missing": answer.lacks,
    }


def _plain(figure: Figure) -> dict[str, Any]:
    keys = ("id", "title", "value", "low", "high", "unit", "level", "text", "value_text", "band_text", "note")
    row = {k: getattr(figure, k) for k in keys}
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def _sentence(answer: Answer) -> str:
    parts = [f"{f.title}: {f.text}" for f in (answer.figure, *answer.more)]
    return ". ".join([*parts, *(x for x in (answer.said, answer.lacks) if x)])


def _extra(result: Result, name: str) -> dict[str, Any]:
    """Registers that are no single number: promises made, people and pits."""
    try:
        return dict(importlib.import_module(f"gigacampus.answers.questions.{name}").answer(result))
    except Missing as reason:
        raise refuse(str(reason), path=name, fix="choose a run that holds it") from None


def for_manifest(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """What a run folder carries along for its report: the answers, people nearby and the address door."""
    from gigacampus.answers.questions.siblings import giving
    from gigacampus.rerun.address_grid import map_of

    drawn = map_of(result, use_cache=use_cache)
    return {"answers": known(ask(result)), "registers": known(registers(result)), "flows": giving(result), "map": drawn}


def registers(result: Result) -> list[dict[str, Any]]:
    """The money's registers, those that the run can fill."""
    found = []
    for name in MONEY:
        with contextlib.suppress(Missing):
            found.append(dict(importlib.import_module(f"gigacampus.answers.questions.{name}").answer(result)))
    return found
