"""One answer: a figure with its band, what moves it, where it comes from, and how far it lies from what became known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gigacampus.answers.figures import Figure, State, number
from gigacampus.foundation.kinds import Kind, Kinds
from gigacampus.foundation.source_tree import plain
from gigacampus.scenario import library
from gigacampus.scenario.parse_cache import read_kept


class Missing(Exception):
    """The run cannot answer; the text says what it lacks, the state whether the scenario or the model does."""

    def __init__(self, reason: str, state: State = State.NOT_IN_SCENARIO) -> None:
        super().__init__(reason)
        self.state = state


@dataclass(frozen=True)
class Answer:
    """What a question file gives."""

    figure: Figure
    more: tuple[Figure, ...] = ()
    compare: Mapping[str, float | str] = field(default_factory=dict)
    """Name of a known point -> our figure for it, in its unit."""
    map: dict[str, Any] | None = None
    table: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""
    """What the figures mean, in words."""
    lacks: str = ""
    """What the question asks for and the run cannot give."""
    place: str = "all campuses"
    """Where the figures hold that do not say it themselves."""


@dataclass(frozen=True)
class Question(Kind):
    """One question: its key is the name, its words are the title."""

    module: str
    """Has ``answer(result, place)``, which gives an ``Answer``; it says what it needs by ``reductions.needed``."""
    asked_by: str
    """Who asks it."""
    of_company: bool = False
    """Asked of a company's books: a campus without a company is not asked."""
    known: tuple[Mapping[str, Any], ...] = ()
    """Figures that became public and that the answer can be held against."""


@cache
def questions() -> Kinds[Question]:
    """Questions in the order in which they are answered, one row each, from the library."""
    path = library.ROOT / "questions" / "questions.yaml"
    rows: dict[str, dict[str, Any]] = plain(read_kept(path, path.name))
    return Kinds(
        "questions",
        *(
            Question(
                key,
                row["question"],
                module=f"gigacampus.answers.questions.{row['module']}",
                asked_by=row["asked_by"],
                of_company=row.get("of_company", False),
                known=tuple(row["known"]),
            )
            for key, row in rows.items()
        ),
    )


def concerns(point: Mapping[str, Any], scenario: Mapping[str, Any]) -> bool:
    """Whether a known point is about something that the scenario holds; one without ``about`` is about any campus.

    >>> concerns({"about": "campuses.north"}, {"campuses": {"south": {}}}), concerns({}, {})
    (False, True)
    """
    node: Any = scenario
    for part in str(point["about"]).split(".") if "about" in point else ():
        if part not in node:
            return False
        node = node[part]
    return True


def known_points(question: str, answer: Answer, as_of: str, scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each known point that concerns the scenario beside our figure: deviation as a share, or in months; ``later`` when the
    scenario could not know it.
    """
    out = []
    for point in questions()[question].known:
        if not concerns(point, scenario):
            continue
        ours = answer.compare.get(point["name"])
        row = {
            **point,
            "known_on": str(point["known_on"]),
            "ours": ours,
            "deviation": deviation(ours, point["value"], point["unit"]),
            "later": False,
        }
        row["text"] = number(point["value"], point["unit"]) if isinstance(point["value"], int | float) else str(point["value"])
        row["far"] = apart(row["deviation"], point["unit"])
        row["later"] = row["known_on"] > as_of
        row["note"] = (
            "became known after the scenario's day: a forecast's deviation, and an input of the later scenario" if row["later"] else ""
        )
        out.append(row)
    return out


STEPS = ("dBA", "deg", "month")
"""Units in which a deviation is a difference, not a share."""


def deviation(ours: float | str | None, known: float | str, unit: str = "") -> float | None:
    """Share by which ours lies above the known value; a difference for levels, bearings and months; None where either is missing.

    >>> deviation(110.0, 100.0), deviation("2026-09", "2026-07", "month"), deviation(41.0, 39.0, "dBA"), deviation(None, 1.0)
    (0.10000000000000009, 2.0, 2.0, None)
    """
    if ours is None:
        return None
    if isinstance(ours, str) or isinstance(known, str):
        dated = [str(x).split("-") for x in (ours, known)]
        if any(len(d) != 2 or not all(p.isdigit() for p in d) for d in dated):
            return None
        a, b = ((int(year) * 12 + int(month)) for year, month in dated)
        return float(a - b)
    if math.isnan(float(ours)):
        return None
    if unit in STEPS:
        return float(ours) - float(known)
    return float(ours) / float(known) - 1.0 if known else None


def apart(found: float | None, unit: str) -> str:
    """A deviation as text.

    >>> apart(0.1, "USD"), apart(-2.0, "month"), apart(0.001, "1"), apart(None, "1")
    ('10 % above', '2 months earlier', 'the same', '')
    """
    if found is None:
        return ""
    size = f"{abs(found):.1f}".removesuffix(".0") if unit in STEPS else f"{100.0 * abs(found):.0f}"
    word = "%" if unit not in STEPS else "months" if unit == "month" and size != "1" else unit
    more, less = ("later", "earlier") if unit == "month" else ("above", "below")
    return "the same" if size == "0" else f"{size} {word} {more if found > 0.0 else less}"


def point(lat: float, lon: float, **properties: Any) -> dict[str, Any]:
    """One GeoJSON point."""
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}


def features(points: list[dict[str, Any]]) -> dict[str, Any]:
    """A GeoJSON collection."""
    return {"type": "FeatureCollection", "features": points}
