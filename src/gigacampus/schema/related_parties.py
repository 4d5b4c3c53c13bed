"""Inputs of what passes between the company and its siblings and suppliers."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le

from gigacampus.foundation.types import Day, Spec, Unit
from gigacampus.schema.public import Cost


class SiblingSpec(Spec):
    """Another company of the same owner."""

    free_cash_usd_per_year: Annotated[float, Unit("USD/year"), Ge(-1e15), Le(1e15)] = 0.0
    """Cash that it generates a year after its own needs; negative: it spends."""
    cash_usd: Cost = 0.0
    """Its cash when the horizon starts."""


class FlowSpec(Spec):
    """One dated flow between the company and a sibling or supplier."""

    day: Day
    """Day of the flow."""
    from_party: str
    """Who pays or delivers: ``company.party``, a sibling or a supplier."""
    to_party: str
    """Who receives."""
    kind: Literal["goods", "service", "equity", "debt", "data"]
    """What passes: goods, service, equity, debt or data."""
    usd: Cost
    """Amount."""
    source: str = ""
    """Where the flow was published."""
    round: str = ""
    """Key of the round in which this equity was bought; the party then stands among the owners."""


class EventSpec(Spec):
    """A dated decision of a sibling about money for the company, and whether it went through; the run shows the other case."""

    day: Day
    """Day of the decision."""
    usd: Cost
    """What it brings or would have brought the company."""
    happened: bool = False
    """Whether it went through; the counterfactual is the other case."""
    source: str = ""
    """Where the decision was published."""
