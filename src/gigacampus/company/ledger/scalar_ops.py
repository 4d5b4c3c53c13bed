"""Arithmetic that reads alike for one draw and for all of them, so that each rule of the simulation is written once.

A rule reads named fields. Interpreted, a field holds all draws (an array); compiled, it holds one (a number). ``kernels.py`` tells
the compiler to take the ``one_`` twins for these functions, and every function marked :func:`rule` as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

Number = Any
"""A number of one draw, or an array of all draws."""
Function = TypeVar("Function", bound=Callable[..., Any])
RULES: list[Callable[..., Any]] = []
"""Every function that the ledger runs interpreted on all draws and compiled on each."""


def rule(function: Function) -> Function:
    """Mark a function that is compiled with the ledger; called from Python it stays what it is."""
    RULES.append(function)
    return function


def least(first: Number, second: Number) -> Number:
    """The smaller of two.

    >>> float(least(2.0, 3.0)), one_least(2.0, 3.0)
    (2.0, 2.0)
    """
    return np.minimum(first, second)


def most(first: Number, second: Number) -> Number:
    """The larger of two.

    >>> float(most(2.0, 3.0)), one_most(2.0, 3.0)
    (3.0, 3.0)
    """
    return np.maximum(first, second)


def where(holds: Number, yes: Number, no: Number) -> Number:
    """``yes`` where a condition holds, else ``no``; both are computed.

    >>> float(where(True, 1.0, 2.0)), one_where(False, 1.0, 2.0)
    (1.0, 2.0)
    """
    return np.where(holds, yes, no)


def between(value: Number, low: Number, high: Number) -> Number:
    """``value`` held within bounds; the upper one wins where they cross.

    >>> between(np.array([-1.0, 0.5, 3.0]), 0.0, 1.0).tolist(), one_between(3.0, 0.0, 1.0)
    ([0.0, 0.5, 1.0], 1.0)
    """
    return np.minimum(np.maximum(value, low), high)


def ratio(part: Number, whole: Number, otherwise: float) -> Number:
    """``part / whole`` where the whole is positive.

    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0]), 0.0).tolist(), one_ratio(1.0, 0.0, 1.0)
    ([0.25, 0.0], 1.0)
    """
    fine = np.asarray(whole) > 0.0
    return np.where(fine, part / np.where(fine, whole, 1.0), otherwise)


def at(series: Number, month: Number) -> Number:
    """Entry of a series at a month that may differ by draw; ``series`` (month, draw).

    >>> at(np.arange(6.0).reshape(3, 2), np.array([2, 0])).tolist(), float(one_at(np.arange(3.0), 2.0))
    ([4.0, 1.0], 2.0)
    """
    return series[np.asarray(month).astype(np.int64), np.arange(series.shape[1])]


def add_at(series: Number, month: Number, amount: Number) -> None:
    """Add to the entry of a series at a month that may differ by draw; ``series`` (month, draw).

    >>> s = np.zeros((2, 2)); add_at(s, np.array([0, 1]), 5.0); s.tolist()
    [[5.0, 0.0], [0.0, 5.0]]
    """
    series[np.asarray(month).astype(np.int64), np.arange(series.shape[1])] += amount


def one_least(first: float, second: float) -> float:
    """Twin of :func:`least` for one draw."""
    return first if first < second else second


def one_most(first: float, second: float) -> float:
    """Twin of :func:`most` for one draw."""
    return first if first > second else second


def one_where(holds: bool, yes: float, no: float) -> float:
    """Twin of :func:`where` for one draw."""
    return yes if holds else no


def one_between(value: float, low: float, high: float) -> float:
    """Twin of :func:`between` for one draw."""
    raised = value if value > low else low
    return raised if raised < high else high


def one_ratio(part: float, whole: float, otherwise: float) -> float:
    """Twin of :func:`ratio` for one draw."""
    return part / whole if whole > 0.0 else otherwise


def one_at(series: np.ndarray, month: float) -> float:
    """Twin of :func:`at` for one draw; ``series`` (month)."""
    out: float = series[int(month)]
    return out


def one_add_at(series: np.ndarray, month: float, amount: float) -> None:
    """Twin of :func:`add_at` for one draw; ``series`` (month)."""
    series[int(month)] += amount


TWINS: dict[Callable[..., Any], Callable[..., Any]] = {
    least: one_least,
    most: one_most,
    where: one_where,
    between: one_between,
    ratio: one_ratio,
    at: one_at,
    add_at: one_add_at,
}
