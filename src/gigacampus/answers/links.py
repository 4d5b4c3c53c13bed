"""Links between the parts of a group: each is cut, and the figure that should move is computed again beside the run's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from ruamel.yaml import YAML

from gigacampus.answers.claims.reading import FOLD, folded
from gigacampus.answers.claims.register import Judge
from gigacampus.answers.figures import month_label, number
from gigacampus.foundation.errors import ScenarioError, refuse
from gigacampus.foundation.shipped import LIBRARY
from gigacampus.registry.variables import REGISTRY
from gigacampus.rerun.what_if import changed_run, paths_of
from gigacampus.results.result import Result, has_company

FILE = "links/article_2026_01_16.yaml"
SAME_FRAC = 1e-9
"""A figure that moves by less than this share of itself does not move."""


@dataclass(frozen=True)
class Figure:
    """One figure that a link should move, or is said not to."""

    judge: Judge
    moves: bool
    why: str


@dataclass(frozen=True)
class Link:
    """One row of the table: what is cut, and what should move."""

    key: str
    title: str
    cut: dict[str, dict[str, Any]]
    figures: tuple[Figure, ...]
    switch: bool
    """A switch of the whole scenario rather than one link."""
    case: str = ""
    """Another case of the run's runway that stands for the cut."""

    def lines(self) -> list[str]:
        """The cut as ``--set`` lines of a run; a factor as ``x``."""
        rows = [f"--set {path}={str(v).lower() if isinstance(v, bool) else v}" for path, v in self.cut.get("set", {}).items()]
        rows += [f"{path} x {factor:g}" for path, factor in self.cut.get("times", {}).items()]
        return rows or ([f"the run's own case {self.case}"] if self.case else ["no input names it"])


@dataclass(frozen=True)
class Effect:
    """A link's figure with and without it: means over the futures, NaN for never."""

    link: str
    variable: str
    title: str
    unit: str
    before: float
    after: float
    moved: bool
    expected: bool
    why: str
    months: list[str] = field(default_factory=list)
    """Labels where the figure is a month."""

    @property
    def word(self) -> str:
        """``link`` or ``no link``."""
        return "link" if self.moved else "no link"

    def text(self) -> str:
        """The figure before and after, in words; why nothing moves where the table says so."""
        before, after = (self._told(value) for value in (self.before, self.after))
        if not self.moved:
            return f"{self.title}: {before} either way" + (f"; {self.why}" if self.why else "")
        share = f" ({100.0 * (self.after / self.before - 1.0):+.3g} %)" if not self.months and self.before else ""
        return f"{self.title}: {before} becomes {after}{share}" + (f"; {self.why}" if self.why else "")

    def _told(self, value: float) -> str:
        if np.isnan(value):
            return "never within the horizon"
        return month_label(value, self.months) if self.months else number(value, self.unit)

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        before, after = (None if np.isnan(v) else v for v in (self.before, self.after))
        parts = {"link": self.link, "variable": self.variable, "title": self.title, "unit": self.unit, "before": before, "after": after}
        return {**parts, "moved": self.moved, "word": self.word, "expected": self.expected, "why": self.why}


@cache
def read_links() -> tuple[Link, ...]:
    """The links and switches of the bundled article; read once a process."""
    tree = YAML(typ="safe").load((LIBRARY / FILE).read_text(encoding="utf-8"))
    return tuple(_link(key, row, switch=kind == "switches") for kind in ("links", "switches") for key, row in tree[kind].items())


def _link(key: str, row: dict[str, Any], *, switch: bool) -> Link:
    return Link(key, row["title"], row.get("cut", {}), tuple(_figure(f) for f in row["figures"]), switch, row.get("case", ""))


def _figure(row: dict[str, Any]) -> Figure:
    own = {"moves", "why"}
    judge = Judge(use="variable", **{k: v for k, v in row.items() if k not in own})
    return Figure(judge, row.get("moves", True), row.get("why", ""))


def chosen(keys: Iterable[str] = ()) -> list[Link]:
    """The links of these keys, all without any; an unknown key is refused."""
    links = {link.key: link for link in read_links()}
    wanted = list(keys) or list(links)
    for key in wanted:
        if key not in links:
            raise refuse(f"no link is called {key!r}", path="LINK", fix=f"use one of {', '.join(links)}")
    return [links[key] for key in wanted]


_CUT: WeakKeyDictionary[Result, dict[str, list[Effect]]] = WeakKeyDictionary()
"""What each link does in a result: claims ask for some links, the report for all."""


def effects(result: Result, links: Sequence[Link], *, progress: Callable[[str], None] | None = None) -> list[Effect]:
    """Every figure of ``links`` before and after its cut, in the reference world and the same few futures of the books."""
    kept = _CUT.setdefault(result, {})
    for link in links:
        if progress:
            progress(link.title)
        if repr(link) not in kept:
            kept[repr(link)] = _effects(result, link)
    return [effect for link in links for effect in kept[repr(link)]]


def _effects(result: Result, link: Link) -> list[Effect]:
    """Figures of one link before and after its cut."""
    variables = tuple(f.judge.variable for f in link.figures)
    before = changed_run(result, {}, variables)
    after = changed_run(result, paths_of(result, link.cut), variables) if link.cut else _in_case(before, link.case)
    return [_effect(link, figure, before, after) for figure in link.figures]


def _in_case(run: Result, case: str) -> Result:
    """The run with the runway of one of its other cases; itself where none is named."""
    if not case:
        return run
    if case not in run.coords["counterfactual"]:
        raise refuse(f"the run holds no case {case}", fix=f"it holds {', '.join(run.coords['counterfactual']) or 'none'}")
    column = run.array("runway_if_month")[:, run.index("counterfactual", case)]
    arrays = {name: run.array(name) for name in run.names()}
    return Result(run.manifest, run.coords, run.scenario, {**arrays, "runway_month": column}, files=run.files)


def _effect(link: Link, figure: Figure, before: Result, after: Result) -> Effect:
    """One figure before and after."""
    judge, row = figure.judge, REGISTRY[figure.judge.variable]
    values = [_value(run, judge) for run in (before, after)]
    old, new = values
    moved = not (np.isnan(old) and np.isnan(new)) and not abs(new - old) <= SAME_FRAC * max(abs(old), abs(new))
    labels = before.coords["month"] if row.name.endswith("_month") else []
    unit = "" if labels else row.unit
    return Effect(link.key, row.name, judge.title or row.title, unit, old, new, bool(moved), figure.moves, figure.why, labels)


def _value(result: Result, judge: Judge) -> float:
    """Mean of a figure over the futures; NaN where most of them never come to it."""
    found = folded(result, judge)[0]
    return float(np.median(found)) if np.isnan(found).any() else float(np.mean(found))


def rows(found: list[Effect], links: Sequence[Link]) -> list[dict[str, Any]]:
    """Plain rows of effects with the title of each link, how it is cut and the effect in words."""
    of = {link.key: link for link in links}
    return [{**e.as_dict(), "cut": "; ".join(of[e.link].lines()), "of": of[e.link].title, "text": e.text()} for e in found]


def for_manifest(result: Result, *, progress: Callable[[str], None] | None = None) -> list[dict[str, Any]]:
    """Every link cut, for the report of a run; none where the links are not those of its scenario."""
    links = read_links()
    return [] if missing(result, links) else rows(effects(result, links, progress=progress), links)


def missing(result: Result, links: Sequence[Link]) -> str:
    """Why ``links`` cannot be asked of this run; empty where they can."""
    if not has_company(result):
        return "the scenario is of a campus without a company: it has no siblings"
    try:
        for link in links:
            paths_of(result, link.cut)
            for figure in link.figures:
                if figure.judge.places not in (*FOLD, *result.coords["campus"]):
                    return f"the run has no campus {figure.judge.places}"
    except ScenarioError as reason:
        return f"the links are those of the bundled article: {reason.findings[0].problem}"
    return ""
