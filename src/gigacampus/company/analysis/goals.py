"""Claims about the books as one number a draw: at or above zero when the claim is true, and by how much in dollars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gigacampus.company.analysis.metrics import LASTING, brought_in

Series = Mapping[str, np.ndarray]
Margin = Callable[[Series], np.ndarray]
"""Monthly series (month, draw) -> one number a draw: at or above zero when the claim is true."""


@dataclass(frozen=True)
class Goal:
    """A claim, and which simulation shows whether it holds."""

    id: str
    text: str
    """As a reader says it: ``lasting positive EBITDA by 2027-12``."""
    margin: Margin
    raises: bool = True
    """Whether the company may raise new money."""
    lean: bool = False
    """Whether cash and arrears are all that it needs."""
    months: int = 0
    """Months from the start of the horizon that decide it; 0: all."""


def lasting_margin(name: str, by: int, *, after: int = 0) -> Margin:
    """How far a series is above lasting break-even by month ``by``: the best start's worst three-month mean over its year.

    Starts before month ``after`` do not count.

    >>> s = {"x": np.concatenate([-np.ones((6, 1)), np.full((20, 1), 3.0)])}
    >>> float(lasting_margin("x", 8)(s)[0]), float(lasting_margin("x", 5)(s)[0])
    (3.0, -1.0)
    """

    def margin(series: Series) -> np.ndarray:
        x = series[name]
        total = np.cumsum(np.concatenate([np.zeros_like(x[:1]), x]), axis=0)
        mean = np.concatenate([np.full_like(x[:2], -np.inf), (total[3:] - total[:-3]) / 3.0])
        starts = range(max(after, 2), min(by, x.shape[0] - LASTING) + 1)
        out: np.ndarray = np.max([mean[m : m + LASTING].min(axis=0) for m in starts], axis=0)
        return out

    return margin


def cash_margin(first: int, last: int) -> Margin:
    """Least cash above the floor from month ``first`` to ``last``; unpaid bills count as cash that is missing.

    >>> s = {"cash_usd": np.array([[9.0], [3.0], [0.0]]), "arrears_usd": np.array([[0.0], [0.0], [2.0]]), "cash_floor_usd": np.ones(1)}
    >>> float(cash_margin(0, 1)(s)[0]), float(cash_margin(0, 2)(s)[0])
    (2.0, -3.0)
    """

    def margin(series: Series) -> np.ndarray:
        own = series["cash_usd"] - series["arrears_usd"] - series["cash_floor_usd"]
        return np.asarray(own[first : last + 1].min(axis=0))

    return margin


def escape_margin(by: int, *, after: int) -> Margin:
    """Cash above the floor that is left, at its least, in the best month up to ``by`` from which nothing more is raised, or the cash
    that the last year brings in beside interest on cash held, whichever is less.

    The counterpart of :func:`gigacampus.company.analysis.metrics.path_escape`.
    """

    def margin(series: Series) -> np.ndarray:
        raised = np.cumsum(series["outside_capital_usd"], axis=0)
        own = series["cash_usd"] - series["arrears_usd"] - raised
        least = np.minimum.accumulate(own[::-1], axis=0)[::-1] + raised - series["cash_floor_usd"]
        last = min(by, least.shape[0] - LASTING - 1)
        earned = brought_in(series["free_cash_flow_usd"], series["interest_income_usd"])
        return np.asarray(np.minimum(least[after + 1 : last + 1].max(axis=0), earned))

    return margin
