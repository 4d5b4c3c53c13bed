"""Posting: the one compiled kernel of the ledger."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def post(balances: np.ndarray, flows: np.ndarray, debit: np.ndarray, credit: np.ndarray) -> None:
    """Add each flow to its debit account and take it from its credit account, in place.

    ``balances`` (account, draw), debit-positive; ``flows`` (flow, draw).
    """
    for k in range(flows.shape[0]):
        up, down = debit[k], credit[k]
        for d in range(flows.shape[1]):
            x = flows[k, d]
            if x != 0.0:
                balances[up, d] += x
                balances[down, d] -= x


@njit(cache=True, nogil=True)
def tally(
    lines: np.ndarray,
    flows: np.ndarray,
    debit: np.ndarray,
    credit: np.ndarray,
    line_of_account: np.ndarray,
    cash: np.ndarray,
    class_of_flow: np.ndarray,
    cash_sign: np.ndarray,
) -> None:
    """Sum a month's flows into income lines (credit-positive) and cash classes (inflow-positive), in place.

    ``lines`` (entity x line + 1, draw); ``cash`` (entity x class + 1, draw); the last rows are bins for the rest.
    """
    for k in range(flows.shape[0]):
        up, down = line_of_account[debit[k]], line_of_account[credit[k]]
        slot, sign = class_of_flow[k], cash_sign[k]
        for d in range(flows.shape[1]):
            x = flows[k, d]
            if x != 0.0:
                lines[up, d] -= x
                lines[down, d] += x
                cash[slot, d] += sign * x


def post_numpy(balances: np.ndarray, flows: np.ndarray, debit: np.ndarray, credit: np.ndarray) -> None:
    """Plain-numpy twin of :func:`post`."""
    np.add.at(balances, debit, flows)
    np.subtract.at(balances, credit, flows)


def tally_numpy(
    lines: np.ndarray,
    flows: np.ndarray,
    debit: np.ndarray,
    credit: np.ndarray,
    line_of_account: np.ndarray,
    cash: np.ndarray,
    class_of_flow: np.ndarray,
    cash_sign: np.ndarray,
) -> None:
    """Plain-numpy twin of :func:`tally`."""
    np.subtract.at(lines, line_of_account[debit], flows)
    np.add.at(lines, line_of_account[credit], flows)
    np.add.at(cash, class_of_flow, cash_sign[:, None] * flows)
