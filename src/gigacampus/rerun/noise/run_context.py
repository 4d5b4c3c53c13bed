"""A run opened for the noise tools: its inputs, one month, and clear words for what cannot be asked."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from gigacampus.foundation.errors import Finding, ScenarioError
from gigacampus.neighbours.noise.exposure.neighbourhood import map_month
from gigacampus.neighbours.noise.sources.plant import Period, Plant, plants_at


class RequestError(ScenarioError):
    """A question that this run cannot answer; says why and what can be asked."""

    def __str__(self) -> str:
        return "\n".join(str(f) for f in self.findings)


def refuse(problem: str, *, nearest: str = "", fix: str = "", file: str = "", line: int | None = None) -> RequestError:
    """One clear reason."""
    return RequestError([Finding(problem, nearest=nearest, fix=fix, file=file, line=line)])


def chosen(what: str, value: str, among: Sequence[str]) -> str:
    """``value`` if it is one of the names, else a refusal with the nearest."""
    if value in among:
        return value
    near = difflib.get_close_matches(value, among, 1)
    few = f"one of {', '.join(among)}" if len(among) <= 9 else f"{among[0]} to {among[-1]}"
    raise refuse(f"{what} {value!r} is not known to this run", nearest=near[0] if near else "", fix=f"give {few}")


@dataclass(frozen=True)
class RunContext:
    """What the tools need of a run."""

    result: Any
    inputs: Any
    up: dict[str, np.ndarray]
    month: int
    period: Period

    @property
    def month_label(self) -> str:
        """``2026-02``."""
        out: str = self.result.coords["month"][self.month]
        return out

    def plants(self, month: int | None = None, period: Period | None = None) -> list[Plant]:
        """Plants that sound in a month, this one unless told."""
        return plants_at(self.inputs, self.up, month=self.month if month is None else month, period=period or self.period)

    def places(self, keys: Sequence[str]) -> tuple[list[str], list[Any]]:
        """Receptors by ``campus/key`` or by key alone: labels and their inputs."""
        labels = list(self.inputs.at.receptor)
        short = {label.split("/")[1]: label for label in reversed(labels)}
        found = [short.get(key) or chosen("receptor", key, [*labels, *short] if key not in labels else labels) for key in keys]
        return found, [self.inputs.tree.campuses[label.split("/")[0]].receptors[label.split("/")[1]] for label in found]


def run_context(run: Path, *, month: str | None = None, period: str = "night") -> RunContext:
    """Open a run folder at one month; unless told the one after the scenario's day, or the first after it in which something
    sounds.
    """
    from gigacampus.rerun.reopen import reopened
    from gigacampus.results import store

    result = store.read(run)
    labels = result.coords["month"]
    at = map_month(result) if month is None else labels.index(chosen("month", month, labels))
    inputs, up = reopened(result, "noise")
    found = RunContext(result, inputs, up, at, chosen("period", period, get_args(Period)))  # type: ignore[arg-type]
    begun = first_sounding(found, at) if month is None else at
    return found if begun is None else replace(found, month=begun)


def first_sounding(run: RunContext, start: int = 0) -> int | None:
    """The first month from ``start`` on in which a plant sounds; None if none does."""
    return next((m for m in range(start, len(run.result.coords["month"])) if run.plants(m)), None)


def sounding(run: RunContext) -> list[Plant]:
    """Plants of the month, or a refusal when nothing sounds."""
    plants = run.plants()
    if not plants:
        begun = first_sounding(run)
        label = "" if begun is None else run.result.coords["month"][begun]
        fix = f"the first sound is in --month {label}" if label else "no plant of the scenario ever sounds"
        raise refuse(f"nothing sounds in {run.month_label}", fix=fix)
    return plants


def columns(places: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes of receptors."""
    return np.array([p.lat for p in places], dtype=float), np.array([p.lon for p in places], dtype=float)
