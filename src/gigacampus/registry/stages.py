"""The ordered list of stages: the table of contents of the model. `gigacampus explain` prints it.

A stage is a pure function ``run(inputs, up) -> {variable: array}``. ``inputs`` holds the scenario subtrees named in
``reads`` and nothing else; ``up`` holds the arrays that the stages named in ``needs`` gave. Stages of scope "world" see
one ordinary scalar scenario; the stage of scope "draws" sees all worlds and all draws at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One row of the table: what it is called, where its function is, what it may read, what must come first."""

    name: str
    module: str
    needs: tuple[str, ...]
    reads: tuple[str, ...]
    level: int
    """0 placeholder by a published formula, 1 simple honest model, 2 full model of its area."""
    scope: str = "world"
    plans_with: tuple[str, ...] = ()
    """Inputs of the books that it sees at their medians in every world: what an operator expects, not what a future brings."""

    @property
    def sees(self) -> tuple[str, ...]:
        """All subtrees that its inputs hold."""
        return self.reads + self.plans_with

    @property
    def leaves_out(self) -> str:
        """What the stage does not model, in words for a reader."""
        return LEAVES_OUT[self.name]


STAGES: tuple[Stage, ...] = (
    Stage(
        "buildout",
        "gigacampus.buildout.stage",
        (),
        (
            "horizon",
            "as_of",
            "library",
            "campuses.*.blocks",
            "campuses.*.phases",
            "campuses.*.schedule",
            "campuses.*.announced",
            "campuses.*.power.reserve_units",
            "campuses.*.cooling.design_pue",
            "campuses.*.cooling.auxiliary_frac",
        ),
        2,
    ),
    Stage("weather", "gigacampus.power.weather_stage", (), ("weather", "campuses.*.site"), 1),
    Stage("cooling", "gigacampus.cooling.stage", ("weather",), ("library", "campuses.*.cooling", "campuses.*.blocks"), 1),
    Stage(
        "demand",
        "gigacampus.power.demand_stage",
        ("buildout", "cooling"),
        ("horizon", "compute", "campuses.*.cooling", "campuses.*.power"),
        1,
    ),
    Stage(
        "dispatch",
        "gigacampus.power.dispatch.dispatch_stage",
        ("buildout", "weather", "cooling", "demand"),
        ("horizon", "library", "compute", "campuses.*.cooling", "campuses.*.power", "campuses.*.blocks", "campuses.*.site"),
        1,
        plans_with=("market.gas_usd_per_mmbtu",),
    ),
    Stage(
        "adequacy",
        "gigacampus.power.adequacy.adequacy_stage",
        ("buildout", "weather", "cooling"),
        ("horizon", "library", "compute", "campuses.*.cooling", "campuses.*.power", "campuses.*.blocks", "campuses.*.site"),
        1,
    ),
    Stage(
        "energisation",
        "gigacampus.power.energisation_stage",
        ("buildout", "cooling", "dispatch"),
        ("horizon", "compute", "campuses.*.cooling", "campuses.*.power"),
        1,
    ),
    Stage(
        "emissions",
        "gigacampus.power.emissions_stage",
        ("buildout", "dispatch"),
        ("horizon", "library", "campuses.*.power", "campuses.*.blocks"),
        1,
    ),
    Stage(
        "training",
        "gigacampus.compute.training_stage",
        ("buildout", "demand", "dispatch"),
        ("horizon", "library", "compute", "campuses.*.blocks"),
        1,
    ),
    Stage("products", "gigacampus.products.products_stage", (), ("horizon", "products"), 1),
    Stage(
        "serving",
        "gigacampus.compute.serving_stage",
        ("buildout", "dispatch", "products"),
        ("horizon", "library", "compute", "products.robots"),
        1,
    ),
    Stage("traffic", "gigacampus.neighbours.traffic.stage", ("buildout",), ("horizon", "campuses.*.traffic"), 1),
    Stage(
        "noise",
        "gigacampus.neighbours.noise.stage",
        ("buildout", "weather", "cooling", "demand", "dispatch", "traffic"),
        ("horizon", "library", "campuses.*.site", "campuses.*.blocks", "campuses.*.receptors", "campuses.*.noise"),
        2,
    ),
    Stage(
        "air",
        "gigacampus.neighbours.air.stage",
        ("buildout", "weather", "emissions"),
        ("horizon", "library", "campuses.*.site", "campuses.*.blocks", "campuses.*.receptors", "campuses.*.air"),
        1,
    ),
    Stage(
        "water",
        "gigacampus.neighbours.water.stage",
        ("buildout", "weather", "demand"),
        ("horizon", "campuses.*.water", "campuses.*.cooling"),
        1,
    ),
    Stage("red_lines", "gigacampus.products.red_lines_stage", ("products",), ("horizon", "red_lines"), 1),
    Stage(
        "company",
        "gigacampus.company.stage",
        ("buildout", "demand", "dispatch", "emissions", "training", "products", "serving", "water", "red_lines"),
        ("horizon", "as_of", "library", "company", "market", "campuses.*.county", "campuses.*.phases", "campuses.*.blocks"),
        1,
        "draws",
    ),
)

LEAVES_OUT = {
    "buildout": "what the company keeps secret; courts and votes, which are a chance of a stop; slip that depends on the lead time",
    "weather": "any year but the typical one of the named station; the climate's trend, unless the scenario shifts it; soundings",
    "cooling": "hot air drawn in again, fouling, pre-cooling by spray; uneven load within a pair of plants",
    "demand": "what runs on the machines by the hour of the day; jobs come as shares of the month",
    "dispatch": "hourly prices of a market, starts carried over a month's end, a view shorter than the month; the utility's own network",
    "adequacy": "the battery and repairs, which the command `adequacy` plays through; maintenance outages; the utility's own shortages",
    "energisation": "who waits for the power that is late, and what it costs them; customers who leave the plan",
    "emissions": "carbon monoxide and organic compounds better than by general factors; ammonia slip; leaks of gas on the way",
    "training": "measured jobs above 16,384 accelerators, which are extrapolated; jobs that span campuses",
    "products": "what a rival does to demand; people who leave because of what the product does",
    "serving": "speculative decoding, separate pools for prompts and answers; the shapes of models that are not public",
    "traffic": "level of service, crashes beyond their growth with traffic, roads beyond the narrowest element near the gate",
    "noise": "levels beyond 1 km without a wide band; tones, bangs and starts as such; buildings and terrain that no file gives",
    "air": "wakes of buildings around stacks, terrain, deposition, particles formed on the way; hours of high emission within a month",
    "water": "water for wet control of turbines; the aquifer itself",
    "red_lines": "who is harmed, and how much; waves of an hour; why people who work on safety leave",
    "company": "laws of tax other than those of the United States; lenders taking the machines; terms of stock that are not public",
}
"""One line for each stage; the documents say more."""

BY_NAME = {s.name: s for s in STAGES}


def with_needed(names: Iterable[str]) -> set[str]:
    """Stages and all that they need."""
    out = set(names)
    for row in reversed(STAGES):
        if row.name in out:
            out |= set(row.needs)
    return out
