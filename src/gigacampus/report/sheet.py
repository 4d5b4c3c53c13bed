"""One sheet of paper for one kind of reader: what is asked most, with value and band, from the answers of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gigacampus.answers import runner
from gigacampus.answers.answer import questions
from gigacampus.foundation.errors import nearest, refuse
from gigacampus.foundation.language import say
from gigacampus.report import first_storey, reading, words
from gigacampus.report.first_storey import Lane
from gigacampus.report.sections import shown_value, text_of_run
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.periods import as_of_month
from gigacampus.results.result import has_company

ASKED = {
    "resident": {"Q01": 4, "Q04": 3, "Q03": 3, "Q05": 3, "Q11": 3, "Q12": 2},
    "county": {"Q09": 3, "Q10": 2, "Q11": 2, "Q12": 4, "Q06": 2, "Q07": 2, "Q03": 3},
    "investor": {"Q18": 4, "Q14": 4, "Q20": 3, "Q19": 4, "Q09": 3},
    "engineer": {"Q14": 3, "Q08": 3, "Q15": 3, "Q07": 2, "Q17": 3, "Q16": 2, "Q13": 2},
}
"""Reader -> questions whose answers the sheet holds, the most asked first, and how many figures of each: 18 in all fill one page."""
OF_PLACES = ("Q01", "Q04")
"""Questions that are answered for the reader's own place where one is named."""
WITHOUT_BOOKS = "What is not on this sheet"
WITHOUT_BOOKS_TOLD = (
    "The scenario is of a campus alone. Who pays for it, what it earns, who owns it and how long the money lasts belong to a company, "
    "which it does not name; add one under `company:` to see them."
)
"""Said where a reader's questions about a company cannot be asked."""


@dataclass(frozen=True)
class Line:
    """One figure: what it is, its value, its band."""

    title: str
    value: str
    band: str


@dataclass(frozen=True)
class Part:
    """One question and its figures."""

    id: str
    question: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """All that stands on one sheet."""

    title: str
    reader: str
    place: str
    opening: tuple[str, ...]
    lanes: tuple[Lane, ...]
    months: tuple[str, ...]
    now: int
    parts: tuple[Part, ...]
    foot: str


def sheet(result: Any, reader: str, place: Place | None = None) -> Sheet:
    """The sheet of a run for a reader, and for a resident's own place where one is named."""
    if reader not in ASKED:
        raise refuse(f"no page for {reader!r}", path="--page", nearest=nearest(reader, ASKED), fix=f"one of {', '.join(ASKED)}")
    asked = tuple(q for q in ASKED[reader] if has_company(result) or not questions()[q].of_company)
    found = [row for q in asked for row in runner.ask(result, (q,), place if q in OF_PLACES else None)]
    parts = [_part(result, row, ASKED[reader][row["id"]]) for row in found]
    if len(asked) < len(ASKED[reader]):
        parts.append(Part("", say(WITHOUT_BOOKS), (), say(WITHOUT_BOOKS_TOLD)))
    manifest = result.manifest
    return Sheet(
        title=manifest["title"],
        reader=say("For the {reader}", reader=say(reader)),
        place=_place(result, place),
        opening=tuple(first_storey.told(result, text) for text in first_storey.sentences(result)),
        lanes=tuple(first_storey.lanes(result)),
        months=tuple(result.coords["month"]),
        now=as_of_month(result),
        parts=tuple(parts),
        foot=_foot(manifest),
    )


def _foot(manifest: dict[str, Any]) -> str:
    """What the numbers of the sheet are: of many worlds a band, of one none."""
    many = "Median and 10-90 % band of {worlds} worlds."
    text = "gigacampus {version}, run {hash}, as of {day}. " + (many if manifest["run"]["worlds"] > 1 else "One world alone, so no bands.")
    return say(
        f"{text} A model, no measurement; what is assumed stands in the report.",
        version=manifest.get("version", ""),
        hash=manifest["hash"],
        day=words.day_name(manifest["as_of"]),
        worlds=manifest["run"]["worlds"],
    )


def _place(result: Any, place: Place | None) -> str:
    if place is None:
        return say("All places of the scenario")
    campus, km = nearest_campus(result, place)
    where = f"{place.lat:g}, {place.lon:g}"
    return say("At {where}, {km} km from {campus}", where=where, km=f"{km:.1f}", campus=reading.campus_title(result, campus))


def _part(result: Any, row: dict[str, Any], figures: int) -> Part:
    if row.get("value") is None and not row.get("value_text"):
        missing = text_of_run(result, words.sentence(str(row.get("missing") or row["text"])))
        return Part(row["id"], reading.formulae(say(row["question"])), (), missing)
    lines = tuple(_line(result, f) for f in (row, *row.get("figures", [])) if f.get("value_text"))
    return Part(row["id"], reading.formulae(say(row["question"])), lines[:figures])


def _line(result: Any, figure: dict[str, Any]) -> Line:
    value, band = shown_value(figure)
    return Line(text_of_run(result, words.sentence(figure["title"])), value, "" if band == "–" else band)
