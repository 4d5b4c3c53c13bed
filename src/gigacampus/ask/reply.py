"""The answer to a question in words: always a figure that the model computes, for the place, date and change that the question names."""

from __future__ import annotations

import fnmatch
from typing import Any

from gigacampus import api
from gigacampus.answers import runner
from gigacampus.answers.answer import questions
from gigacampus.answers.headline import headline
from gigacampus.ask.routing import by_level, route
from gigacampus.ask.slots import Change, is_conditional, slots_of
from gigacampus.ask.weights import topics
from gigacampus.explore.compare import flatten
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.plain_json import known
from gigacampus.pipeline.run import run
from gigacampus.rerun.place import Place
from gigacampus.rerun.reopen import plan_of, with_files, with_value
from gigacampus.results.result import Result, Sampled, has_company
from gigacampus.schema.scenario import Scenario

WORLDS, DRAWS = 2, 64
"""A "what if" is worked out for few futures, the same ones before and after, so that it answers in seconds."""
PLACED = ("Q01", "Q02", "Q04")
"""Questions that can be asked of any place."""


def ask(result: Result, question: str) -> dict[str, Any]:
    """Whether a question is answered, by which figure, for which slots, how sure that is, and what can be asked where it is not."""
    if not question.strip():
        raise refuse("the question is empty", path="QUESTION", fix='ask in words: gigacampus ask RUN "How loud is it at night?"')
    where, slots = route(question), slots_of(question, result)
    told = {"question": question, "score": round(where.score, 3), "slots": _plain(slots), "topic": where.topic, "near": list(where.others)}
    if not where.is_sure:
        return {**told, "topic": None, "answered": False, "figure": None, "notes": [], "can_answer": can_answer(result)}
    topic = by_level(where.topic, slots["level"])
    notes: list[str] = []
    seen = _at_date(result, slots["date"], notes)
    figure = _figure(seen, topic, slots["place"], notes)
    if slots["change"] is None and is_conditional(question):
        notes.append("the change that the question asks for was not understood: the figure is that of the run as it is")
    if slots["change"] is not None:
        figure = _counterfactual(seen, topic, slots, notes)
    answered = figure is not None and not (figure.get("missing") and figure.get("value") is None and not figure.get("rows"))
    return {
        **told,
        "topic": topic,
        "answered": answered,
        "figure": figure,
        "notes": notes,
        "can_answer": [] if answered else can_answer(result),
    }


def can_answer(result: Result) -> list[str]:
    """Titles of what a run answers: nothing of a company where the scenario has none."""
    rows, asked = {row.id: row.title for row in headline(result)}, questions()
    fit = [t for t in topics() if has_company(result) or t not in asked.names or not asked[t].of_company]
    known_titles = {**runner.TITLES, **rows, **{t: asked[t].title for t in asked.names}}
    return [known_titles[t] for t in fit if t in known_titles]


def _plain(slots: dict[str, Any]) -> dict[str, Any]:
    return {**slots, "change": slots["change"].as_dict() if slots["change"] else None}


def _at_date(result: Result, date: str | None, notes: list[str]) -> Result:
    """The run read in the year that a question names: figures of a year are those of that year, figures of a month those of that month."""
    months = result.coords["month"]
    if date is None:
        return result
    label = date if len(date) > 4 else f"{date}-01"
    if label not in months:
        notes.append(f"{date} lies outside the run, which covers {months[0]} to {months[-1]}: the figure is that of the scenario's own day")
        return result
    before = months[max(months.index(label) - 1, 0)]
    notes.append(f"figures of a year are those of the twelve months from {label}")
    return result.read_on(f"{before}-15")


def _figure(result: Result, topic: str, place: dict[str, Any] | None, notes: list[str]) -> dict[str, Any] | None:
    """The figure of a topic as plain data: a question's answer, a register, or a row of the headline."""
    if topic in questions().names or topic in runner.EXTRA:
        at = Place(place["lat"], place["lon"]) if place and "lat" in place and topic in PLACED else None
        if place and at is None:
            notes.append("the figure holds for all campuses, not for the place alone")
        return dict(known(runner.ask(result, (topic,), at))[0])
    found = next((row for row in headline(result) if row.id == topic), None)
    return None if found is None else dict(known({k: v for k, v in found.as_dict().items() if k not in runner.INSIDE}))


def _counterfactual(result: Result, topic: str, slots: dict[str, Any], notes: list[str]) -> dict[str, Any] | None:
    """The figure with the inputs changed, beside the same figure without; both from the same few futures."""
    change: Change = slots["change"]
    before, after = changed(result, change)
    left, right = (_figure(_run(result, tree), topic, slots["place"], []) for tree in (before, after))
    if right is None or left is None:
        return right
    notes.append(
        f"with and without the change in the same {DRAWS} futures of {WORLDS} worlds; the inputs it moves are held at their medians"
    )
    return {**right, "before": {k: left.get(k) for k in ("value", "low", "high", "text", "value_text")}}


def changed(result: Result, change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two scenarios as plain data: the inputs of a change at their medians, and moved."""
    tree = result.scenario
    leaves = flatten({k: v for k, v in tree.items() if k not in ("library", "uncertainty")})
    paths = [p for p in leaves if any(fnmatch.fnmatchcase(p, pattern) for pattern in change.paths)]
    if not paths:
        raise refuse(f"this scenario has no {change.paths[0]}", path="QUESTION", fix="ask about something that the scenario holds")
    medians = plan_of(result).medians
    base = {**tree, "run": {**tree["run"], "worlds": WORLDS, "draws": DRAWS}}
    base["uncertainty"] = {p: spec for p, spec in tree.get("uncertainty", {}).items() if p not in paths}
    base["correlations"] = [row for row in tree.get("correlations", []) if not set(paths) & set(map(str, flatten(row).values()))]
    before = {p: medians.get(p, leaves[p]) for p in paths}
    return _with(base, before), _with(base, {p: _moved(value, change) for p, value in before.items()})


def _moved(value: Any, change: Change) -> Any:
    if change.kind == "value":
        return change.amount
    return value * change.amount if change.kind == "factor" else value + change.amount


def _with(tree: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    for path, value in values.items():
        tree = with_value(tree, path.split("."), value)
    return tree


def _run(result: Result, tree: dict[str, Any]) -> Result:
    """The result of a scenario given as plain data, without report, answers and twin."""
    try:
        scenario = Scenario.model_validate(with_files(tree, result.files))
    except ValueError as error:
        raise refuse(f"the change leaves what its input may be: {error}", path="QUESTION", fix="ask for a smaller change") from error
    outcome = run(scenario)
    points = outcome.plan
    told = {**result.manifest, "run": {**result.manifest["run"], "worlds": points.world_count, "draws": len(points.world_of_draw)}}
    sampled = Sampled(points.worlds, points.draws, points.world_of_draw)
    return Result(told, api.labels(outcome.coords), tree, outcome.arrays, sampled=sampled, files=result.files)
