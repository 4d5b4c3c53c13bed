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
            balances[up, d] += flows[k, d]
            balances[down, d] -= flows[k, d]


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

    ``lines`` (entity x line + 1, draw); ``cash`` (entity x class + 1, draw); the last rows are bins for the rest and stay
    as they are.
    """
    spare_line, spare_class = lines.shape[0] - 1, cash.shape[0] - 1
    for k in range(flows.shape[0]):
        up, down = line_of_account[debit[k]], line_of_account[credit[k]]
        slot, sign = class_of_flow[k], cash_sign[k]
        if up != spare_line:
            for d in range(flows.shape[1]):
                lines[up, d] -= flows[k, d]
        if down != spare_line:
            for d in range(flows.shape[1]):
                lines[down, d] += flows[k, d]
        if slot != spare_class:
            for d in range(flows.shape[1]):
                cash[slot, d] += sign * flows[k, d]


@njit(cache=True, nogil=True)
def weighted_rows(values: np.ndarray, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum of some rows, each times its weight; (draw)."""
    out = np.zeros(values.shape[1])
    for k in range(rows.size):
        row, weight = rows[k], weights[k]
        for d in range(values.shape[1]):
            out[d] += weight * values[row, d]
    return out


def weighted_rows_numpy(values: np.ndarray, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Plain-numpy twin of :func:`weighted_rows`."""
    return (weights[:, None] * values[rows]).sum(axis=0)


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
    spare = lines[-1].copy(), cash[-1].copy()
    np.subtract.at(lines, line_of_account[debit], flows)
    np.add.at(lines, line_of_account[credit], flows)
    np.add.at(cash, class_of_flow, cash_sign[:, None] * flows)
    lines[-1], cash[-1] = spare
