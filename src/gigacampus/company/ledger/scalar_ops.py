"""Arithmetic that reads alike for one draw and for all of them, so that each rule of the simulation is written once.

A rule takes row-indexed tables. Interpreted, a row holds all draws (``x[row]`` is an array); compiled, it holds one (``x[row]`` is
a number). ``kernels.py`` puts the ``one_`` twins in the place of these functions when it compiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Number = Any
"""A number of one draw, or an array of all draws."""


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


def at(table: np.ndarray, row: int, month: Number) -> Number:
    """Entry of a row at a month that may differ by draw; ``table`` (row, month, draw).

    >>> at(np.arange(6.0).reshape(1, 3, 2), 0, np.array([2, 0])).tolist(), float(one_at(np.arange(3.0).reshape(1, 3), 0, 2.0))
    ([4.0, 1.0], 2.0)
    """
    draws = np.arange(table.shape[2])
    return table[row, np.asarray(month).astype(np.int64), draws]


def add_at(table: np.ndarray, row: int, month: Number, amount: Number) -> None:
    """Add to the entry of a row at a month that may differ by draw.

    >>> t = np.zeros((1, 2, 2)); add_at(t, 0, np.array([0, 1]), 5.0); t.tolist()
    [[[5.0, 0.0], [0.0, 5.0]]]
    """
    draws = np.arange(table.shape[2])
    table[row, np.asarray(month).astype(np.int64), draws] += amount


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


def one_at(table: np.ndarray, row: int, month: float) -> float:
    """Twin of :func:`at` for one draw; ``table`` (row, month)."""
    return table[row, int(month)]


def one_add_at(table: np.ndarray, row: int, month: float, amount: float) -> None:
    """Twin of :func:`add_at` for one draw; ``table`` (row, month)."""
    table[row, int(month)] += amount


TWINS: dict[Callable[..., Any], Callable[..., Any]] = {
    least: one_least,
    most: one_most,
    where: one_where,
    between: one_between,
    ratio: one_ratio,
    at: one_at,
    add_at: one_add_at,
}
