"""Distributions of scalar inputs, rank correlation, and the seeded sampling plan of worlds and draws."""

from __future__ import annotations

from gigacampus.scenario.quantity import Spec


class Distribution(Spec):
    """Placeholder base; the family of distributions replaces it."""


class CorrelationSpec(Spec):
    """Rank correlation between two uncertain paths."""

    a: str
    b: str
    rank: float
