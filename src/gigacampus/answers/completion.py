"""What a figure says besides its number: period, place, perimeter, sources, and what stands behind its band."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gigacampus.answers.drivers import sources
from gigacampus.answers.figures import BANDED, Figure, Spread, path_of, worded
from gigacampus.registry.company_variables import PERIMETERS
from gigacampus.registry.stages import BY_NAME
from gigacampus.results.result import Result
from gigacampus.scenario.library import UNPUBLISHED
from gigacampus.scenario.unread_inputs import is_read

NO_BAND = {"reference": Spread.REFERENCE, "share": Spread.COUNTED}
COMPANY = "the whole company"
"""Place of a figure that the books give and no campus narrows."""


def complete(made: Figure, result: Result, *, period: str = "", place: str = "") -> Figure:
    """The figure with all that a reader of it alone must know: period, place, perimeter, sources, and what its band rests on."""
    place = made.place or (COMPANY if made.axis == "draw" else place)
    spread = spread_of(made, result)
    if spread not in BANDED:
        made = replace(made, low=None, high=None)
    return worded(
        replace(
            made,
            period=made.period or period,
            place=place,
            perimeter=perimeter(result, place, made.perimeter or ("lab" if "company" in made.stages else "")),
            assumed_share=assumed_share(made.stages, result.manifest.get("provenance", [])),
            sources=made.sources or sources(result, made.stages),
            spread=spread,
            computed=made.computed or how(made, result),
        )
    )


def spread_of(made: Figure, result: Result) -> Spread:
    """Whether a band stands behind the figure; where its ends coincide, why."""
    if made.low != made.high:
        return Spread.BAND
    if made.axis == "fixed" or not uncertain(result, made.stages):
        return Spread.CERTAIN
    if made.axis in NO_BAND:
        return NO_BAND[made.axis]
    return Spread.ONE if made.samples.size <= 1 else Spread.SAME


def uncertain(result: Result, stages: tuple[str, ...]) -> list[str]:
    """Sampled inputs that the path to ``stages`` reads."""
    points = result.sampled
    if points is None:
        return []
    patterns = [p for name in path_of(stages) for p in BY_NAME[name].reads]
    return [path for path in (*points.worlds, *points.draws) if is_read(path, patterns)]


def how(made: Figure, result: Result) -> str:
    """How a figure comes from the run's futures, in words."""
    count = made.samples.size
    if made.axis not in ("world", "draw") or not count:
        return f"{NO_BAND.get(made.axis, 'one value')}, by {', '.join(made.stages)}"
    return f"median and 10-90 % of {count} {made.axis}{'s' if count != 1 else ''}, by {', '.join(made.stages)}"


def perimeter(result: Result, place: str, whose: str = "") -> str:
    """The company, which part of it (a key of ``PERIMETERS``), and the campuses that a place takes in: one that it names, else all."""
    company, campuses = result.scenario.get("company", {}), result.coords["campus"]
    named = [c for c in campuses if place in (c, f"campus {c}") or place.startswith(f"{c}/")]
    part = f", {PERIMETERS[whose]}" if whose else ""
    return f"{company.get('party') or 'the company'}{part}; {', '.join(named or campuses) or 'no campus'}"


def assumed_share(stages: tuple[str, ...], provenance: list[dict[str, Any]]) -> float | None:
    """Share of the cited inputs on the path to ``stages`` that are recalled or assumed; None where none is cited."""
    path = set(path_of(stages))
    on_path = [p for p in provenance if not path.isdisjoint(p.get("stages", ()))]
    return sum(p["confidence"] in UNPUBLISHED for p in on_path) / len(on_path) if on_path else None
