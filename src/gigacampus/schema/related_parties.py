"""Inputs of what passes between the company and its siblings and suppliers."""

from __future__ import annotations

from typing import Literal

from gigacampus.foundation.types import USD, Day, Spec
from gigacampus.schema.public import Cost


class SiblingSpec(Spec):
    """Another company of the same owner."""

    free_cash_usd_per_year: USD = 0.0
    cash_usd: Cost = 0.0


class FlowSpec(Spec):
    """One dated flow between the company and a sibling or supplier."""

    day: Day
    from_party: str
    to_party: str
    kind: Literal["goods", "service", "equity", "debt", "data"]
    usd: Cost
    source: str = ""
    round: str = ""
    """Key of the round in which this equity was bought; the party then stands among the owners."""


class EventSpec(Spec):
    """A dated decision of a sibling about money for the company, and whether it went through; the run shows the other case."""

    day: Day
    usd: Cost
    """What it brings or would have brought the company."""
    happened: bool = False
    source: str = ""
