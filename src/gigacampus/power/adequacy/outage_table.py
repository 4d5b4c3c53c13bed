"""Supply that can fail: the capacity outage probability table, hour by hour, and what outages leave short."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from gigacampus.foundation.types import Numeric
from gigacampus.power.adequacy.shortage_kernels import loss_hours

Array = np.ndarray


@dataclass(frozen=True)
class Group:
    """Identical units that fail alone."""

    unit_mw: Array
    """Power of one unit in each hour; (hour,)."""
    out_probability: Array
    """Probability that k units are out; (units + 1,)."""


class OutageTable(NamedTuple):
    """Capacity outage probability table of several groups, as the compiled loop reads it; group 0 is the largest."""

    unit_mw: Array
    """(group, hour), MW."""
    standing: Array
    """Units of groups 1, 2, ... that stand in each state; (group - 1, state)."""
    probability: Array
    """(state,)."""
    available: Array
    """Probability that no more than a units of group 0 stand; (units + 1,)."""
    partial: Array
    """Expected units of group 0 where no more than a stand; (units + 1,)."""
    left_out: float
    """Probability of the states that were too rare to keep: most by which any hour's probability is too small."""


def units_out_probability(units: int, outage_frac: float, *, per_transformer: float = 0.0, transformer_outage_frac: float = 0.0) -> Array:
    """Probability that k of identical units are out, by their own failure or that of the transformer before them.

    Parameters
    ----------
    units : int
        Units of the group, no unit.
    outage_frac : float
        Share of hours in which a unit is out of order, 0 to 1.
    per_transformer : float, optional
        Units behind one transformer, no unit; 0: transformers never fail.
    transformer_outage_frac : float, optional
        Share of hours in which a transformer is out of order, 0 to 1.

    Returns
    -------
    array
        Probability of 0 .. ``units`` units out, no unit, shape (units + 1,).

    Notes
    -----
    Valid for: units that fail independently of each other, and transformers likewise.

    References
    ----------
    BILLINTON96 : capacity outage probability table, chapter 2; binomial where no transformer fails.

    Examples
    --------
    >>> units_out_probability(2, 0.1).round(3)
    array([0.81, 0.18, 0.01])
    >>> units_out_probability(2, 0.0, per_transformer=2.0, transformer_outage_frac=0.05).round(3)
    array([0.95, 0.  , 0.05])
    """
    size = int(per_transformer) if per_transformer >= 1.0 and transformer_outage_frac > 0.0 else 0
    if not size:
        return _binomial(units, outage_frac)
    out = np.ones(1)
    for first in range(0, units, size):
        behind = min(size, units - first)
        block = (1.0 - transformer_outage_frac) * _binomial(behind, outage_frac)
        block[-1] += transformer_outage_frac
        out = np.convolve(out, block)
    return out


def _binomial(units: int, outage_frac: float) -> Array:
    out = np.ones(1)
    for _ in range(units):
        out = np.convolve(out, [1.0 - outage_frac, outage_frac])
    return out


def outage_table(groups: list[Group], *, least_probability: float = 1e-13) -> OutageTable:
    """Capacity outage probability table of groups of units, exact but for states rarer than ``least_probability``.

    Parameters
    ----------
    groups : list[Group]
        Groups of identical units; at least one.
    least_probability : float, optional
        States rarer than this are left out and their probability is told, no unit.

    Returns
    -------
    OutageTable
        Table over the units of the largest group and the joint states of all others, MW and probabilities.

    Notes
    -----
    Valid for: groups that fail independently of each other; capacities may differ by the hour, since states are counts and not MW.

    References
    ----------
    BILLINTON96 : capacity outage probability table by recursion over units, chapter 2.

    Examples
    --------
    >>> small, large = (Group(np.full(1, mw), units_out_probability(n, q)) for mw, n, q in ((16.0, 3, 0.1), (40.0, 1, 0.2)))
    >>> table = outage_table([small, large])
    >>> table.standing.ravel().tolist(), table.probability.round(2).tolist(), table.available.round(3).tolist()
    ([1.0, 0.0], [0.8, 0.2], [0.001, 0.028, 0.271, 1.0])
    """
    order = sorted(groups, key=lambda g: -g.out_probability.size)
    standing, probability = _joint_states(tuple(g.out_probability.tobytes() for g in order[1:]), least_probability)
    first = order[0].out_probability[::-1]
    return OutageTable(
        unit_mw=np.ascontiguousarray([g.unit_mw for g in order], dtype=float),
        standing=standing,
        probability=probability,
        available=np.cumsum(first),
        partial=np.cumsum(first * np.arange(first.size)),
        left_out=max(0.0, 1.0 - float(probability.sum())),
    )


@lru_cache(maxsize=512)
def _joint_states(out_probability: tuple[bytes, ...], least_probability: float) -> tuple[Array, Array]:
    """Units that stand (group, state) and probability (state,) of the joint states of groups, given by their probabilities as bytes.

    Months and worlds differ in power and load far more often than in how many units stand; nobody writes into what it gives.
    """
    states, probability = np.zeros((0, 1)), np.ones(1)
    for each in map(np.frombuffer, out_probability):
        joint = np.outer(probability, each)
        kept, out = np.nonzero(joint >= least_probability)
        states = np.vstack([states[:, kept], each.size - 1 - out])
        probability = joint[kept, out]
    return np.ascontiguousarray(states), probability


def shortage(load_mw: Array, table: OutageTable) -> tuple[Array, Array]:
    """Loss of load probability and expected unserved power of every hour.

    Parameters
    ----------
    load_mw : array
        Load of each hour, MW.
    table : OutageTable
        Capacity outage probability table over the same hours.

    Returns
    -------
    tuple[array, array]
        Probability that load is above what stands, no unit, and expected MW above it, MW; shapes (hour,).

    Notes
    -----
    Valid for: hours taken one by one; storage and repairs, which tie hours together, are left to ``adequacy.outage_years``.

    References
    ----------
    BILLINTON96 : loss of load expectation and loss of energy expectation, chapter 2.

    Examples
    --------
    >>> table = outage_table([Group(np.full(2, 10.0), units_out_probability(3, 0.1))])
    >>> [a.round(4).tolist() for a in shortage(np.array([20.0, 25.0]), table)]
    [[0.028, 0.271], [0.29, 1.645]]
    """
    lolp, eue_mw = np.zeros(load_mw.size), np.zeros(load_mw.size)
    loss_hours(np.ascontiguousarray(load_mw, dtype=float), *table[:5], lolp, eue_mw)
    return lolp, eue_mw


def battery_credit_frac(power_mw: Numeric, usable_mwh: Numeric, *, credit_h: float) -> Array:
    """Share of a battery's power that counts as firm: its hours at full power over those that firm supply must last.

    Parameters
    ----------
    power_mw : float or array
        Power, MW.
    usable_mwh : float or array
        Energy when full less what is held back, MWh.
    credit_h : float
        Hours that firm supply must last, h.

    Returns
    -------
    array
        Share, 0 to 1, shape of the arguments together.

    Notes
    -----
    Valid for: a battery that is full when it is called.

    References
    ----------
    DEF : energy over power and hours, no more than 1.

    Examples
    --------
    >>> battery_credit_frac(np.array([100.0, 0.0]), np.array([180.0, 0.0]), credit_h=4.0).round(3)
    array([0.45, 0.  ])
    """
    power = np.asarray(power_mw, dtype=float)
    lasts_h = np.divide(usable_mwh, power, out=np.zeros_like(power), where=power > 0.0)
    out: Array = np.minimum(lasts_h / credit_h, 1.0)
    return out
