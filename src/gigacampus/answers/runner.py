"""Asking a run questions: each by its own file, with what moves the answer, its sources, and the reason where there is none."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

from gigacampus.answers import drivers as moves
from gigacampus.answers.answer import Answer, Missing, known_points, questions
from gigacampus.answers.completion import COMPANY, complete, perimeter
from gigacampus.answers.figures import DATED, INSIDE, Figure, Spread, State
from gigacampus.answers.register_names import EXTRA, MONEY, OF_COMPANY
from gigacampus.foundation.errors import ScenarioError, nearest, refuse
from gigacampus.foundation.plain_json import known
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.periods import year_period
from gigacampus.results.result import Result, has_company

NO_COMPANY = "the scenario is of a campus without a company"


def ask(result: Result, ids: tuple[str, ...] = (), place: Place | None = None) -> list[dict[str, Any]]:
    """Answers to ``ids``, or to all questions, ready for JSON; those that the run cannot answer say what is missing."""
    for problem in unknown(ids):
        raise problem
    if place is not None:
        nearest_campus(result, place)
    return [_extra(result, name) if name in EXTRA else _one(result, name, place) for name in ids or asked_of(result)]


def unknown(ids: tuple[str, ...]) -> list[ScenarioError]:
    """What is wrong with each name that is no question and no register."""
    listed = (*questions().names, *EXTRA)
    return [
        refuse(f"no question is called {name!r}", path="ID", nearest=nearest(name, listed), fix=f"use {', '.join(listed)}")
        for name in ids
        if name not in listed
    ]


def asked_of(result: Result) -> tuple[str, ...]:
    """Questions that are asked of a run when none is named: those about a company's books only where there is a company."""
    return tuple(name for name in questions().names if has_company(result) or not questions()[name].of_company)


def _one(result: Result, name: str, place: Place | None) -> dict[str, Any]:
    asked = questions()[name]
    head = {"id": name, "question": asked.title, "asked_by": asked.asked_by}
    try:
        if asked.of_company and not has_company(result):
            raise Missing(NO_COMPANY)
        answer = importlib.import_module(asked.module).answer(result, place)
    except Missing as reason:
        return {**head, **_unanswered(result, reason)}
    except ScenarioError as reason:
        return {**head, **_unanswered(result, Missing(str(reason), State.NOT_MODELLED))}
    return {**head, **_told(result, name, answer)}


def _unanswered(result: Result, reason: Missing) -> dict[str, Any]:
    """The shape of an answer that is none, with the reason and whose it is."""
    return {
        "value": None,
        "low": None,
        "high": None,
        "unit": "",
        "title": "",
        "text": f"not answered: {reason}",
        "missing": str(reason),
        "state": str(reason.state),
        "spread": "",
        "period": "",
        "place": "",
        "perimeter": perimeter(result, ""),
        "assumed_share": None,
        "computed": "",
        "drivers": [],
        "sources": [],
        "level": None,
        "known": [],
        "map": None,
        "figures": [],
        "table": [],
    }


def _told(result: Result, name: str, answer: Answer) -> dict[str, Any]:
    figure, more = (complete(answer.figure, result, period=year_period(result), place=answer.place), _more(result, answer))
    found = moves.drivers(result, figure.samples, figure.axis, figure.stages) or moves.stated(result, figure.stages)
    points = known_points(name, answer, str(result.manifest["as_of"]), result.scenario)
    scored = [k for k in points if k["deviation"] is not None and not k["later"]]
    return {
        **_plain(figure),
        "id": name,
        "title": figure.title,
        "text": _sentence(answer, (figure, *more)),
        "drivers": found,
        "sources": figure.sources,
        "known": points,
        "known_point": scored[0]["value"] if scored else None,
        "deviation": scored[0]["deviation"] if scored else None,
        "map": answer.map,
        "figures": [_plain(f) for f in more],
        "table": answer.table,
        "said": answer.said,
        "missing": answer.lacks,
    }


def _plain(figure: Figure) -> dict[str, Any]:
    return {k: v for k, v in known(figure.as_dict()).items() if k not in INSIDE}


def _more(result: Result, answer: Answer) -> tuple[Figure, ...]:
    return tuple(complete(f, result, period=year_period(result), place=answer.place) for f in answer.more)


def _sentence(answer: Answer, figures: tuple[Figure, ...]) -> str:
    parts = [f"{f.title}: {f.text}" for f in figures]
    covered = f"Of {figures[0].perimeter}" if "company" in figures[0].stages else ""
    return ". ".join([*parts, *(x for x in (answer.said, answer.lacks, covered) if x)])


def _extra(result: Result, name: str) -> dict[str, Any]:
    """Registers that are no single number: promises made, people and pits."""
    try:
        return _register(result, name)
    except Missing as reason:
        return {**_unanswered(result, reason), "id": name, "question": f"Register {name}", "rows": []}


def _register(result: Result, name: str) -> dict[str, Any]:
    """A register with what its first number says besides: who is counted, and what stands behind its band."""
    if name in OF_COMPANY and not has_company(result):
        raise Missing(NO_COMPANY)
    found = dict(importlib.import_module(f"gigacampus.answers.questions.{name}").answer(result))
    spread = Spread.COUNTED if found["low"] is None else Spread.SAME if found["low"] == found["high"] else Spread.BAND
    state = State.NEVER if found["value"] is None and found["unit"] in DATED else State.KNOWN
    covered = perimeter(result, "", found.pop("whose", ""))
    return {"place": COMPANY, "perimeter": covered, "state": str(state), "spread": str(spread), **found}


def for_manifest(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """What a run folder carries along for its report: the answers, people nearby and the address door."""
    from gigacampus.answers.at_place import at_receptors
    from gigacampus.answers.opening import opening
    from gigacampus.answers.questions.siblings import giving
    from gigacampus.rerun.address_grid import map_of
    from gigacampus.rerun.group_exposure import by_group

    drawn = {**map_of(result, use_cache=use_cache), "groups": by_group(result, use_cache=use_cache)}
    if drawn.get("door"):
        drawn["door"]["places"] = at_receptors(result, use_cache=use_cache)
    told = {"opening": opening(result), "claims": known(claims_of(result))}
    return {**told, "answers": known(ask(result)), "registers": known(registers(result)), "flows": giving(result), "map": drawn}


def claims_of(result: Result) -> list[dict[str, Any]]:
    """Verdicts on the bundled register in its order, each with its part; none where no claim concerns a campus of the run."""
    from gigacampus.answers.claims import judge, register

    bundled = register.read()
    if bundled.about not in ("", *result.coords["campus"]):
        return []
    parts = {claim.id: claim.part for claim in bundled.claims}
    return [{**row, "part": parts[row["id"]]} for row in judge.judged(result, bundled)["claims"]]


def registers(result: Result) -> list[dict[str, Any]]:
    """The money's registers, those that the run can fill."""
    found = []
    for name in MONEY:
        with contextlib.suppress(Missing):
            found.append(_register(result, name))
    return found
