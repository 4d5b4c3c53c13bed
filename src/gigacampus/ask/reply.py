"""The answer to a question in words: always a figure that the model computes, for the place, date and change that the question names.

What a run keeps is told as it stands; what computes anew is imported only where a question needs it.
"""

from __future__ import annotations

from typing import Any

from gigacampus.answers.answer import questions
from gigacampus.answers.register_names import TITLES
from gigacampus.ask.routing import by_level, route
from gigacampus.ask.slots import is_conditional, slots_of
from gigacampus.ask.topic_figure import computed, is_answer, kept
from gigacampus.ask.weights import topics
from gigacampus.foundation.errors import refuse
from gigacampus.results.result import Result, has_company

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
    if slots["change"] is None and is_conditional(question):
        notes.append("the change that the question asks for was not understood: the figure is that of the run as it is")
    figure = _answer(result, seen, topic, slots, notes)
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
    rows, asked = {row["id"]: row["title"] for row in result.manifest.get("headline", [])}, questions()
    fit = [t for t in topics() if has_company(result) or t not in asked.names or not asked[t].of_company]
    known_titles = {**TITLES, **rows, **{t: asked[t].title for t in asked.names}}
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


def _answer(result: Result, seen: Result, topic: str, slots: dict[str, Any], notes: list[str]) -> dict[str, Any] | None:
    """The figure as the run keeps it, else computed: at the place and date, and with the change, that the question names."""
    place = _place(topic, slots["place"], notes)
    if slots["change"] is not None:
        from gigacampus.ask.what_if import counterfactual

        return counterfactual(seen, topic, slots["change"], place, notes)
    return (kept(result, topic) if seen is result and place is None else None) or computed(seen, topic, place)


def _place(topic: str, place: dict[str, Any] | None, notes: list[str]) -> dict[str, Any] | None:
    """Where a figure is asked for; None for all campuses."""
    if place and "lat" in place and topic in PLACED:
        return place
    if place and is_answer(topic):
        notes.append("the figure holds for all campuses, not for the place alone")
    return None
