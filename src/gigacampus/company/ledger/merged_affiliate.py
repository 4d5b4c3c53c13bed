"""A sibling that the lab has merged with: its cash carries the lab from the day on."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.mergers import partner_month
from gigacampus.company.ledger.scalar_ops import Number, most, where
from gigacampus.company.ledger.state_layout import MERGER_SIZE, d, k, me


def join(p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """On the day of a merger: the partner's cash counts, and the price of the whole group is what investors now pay for."""
    for j in range(dates[d.mergers]):
        if dates[dates[d.merger_dates] + j] == t:
            row = dates[d.merger_rows] + MERGER_SIZE * j
            p[k.partner_cash] = p[k.partner_cash] + p[row + me.cash_usd]
            price = where(p[row + me.price_usd] > 0.0, p[row + me.price_usd], p[k.pre_money])
            p[k.pre_money] = price / p[row + me.kept_frac]


def support(x: np.ndarray, p: np.ndarray, dates: np.ndarray, cash: Number, t: int) -> None:
    """What partners give so that the lab ends the month at its floor; ``cash`` is what it would end with alone."""
    for j in range(dates[d.mergers]):
        if dates[dates[d.merger_dates] + j] <= t:
            row = dates[d.merger_rows] + MERGER_SIZE * j
            gap = p[k.cash_floor_usd] - cash - x[f.lab_support_from_group]
            held, given = partner_month(p[k.partner_cash], p[row + me.free_cash_usd], gap)
            p[k.partner_cash] = held
            x[f.lab_support_from_group] += given


def reach(b: np.ndarray, p: np.ndarray) -> Number:
    """Cash that the lab can count on: its own and what partners may give."""
    return b[a.lab_cash] + most(p[k.partner_cash], 0.0)


def outside_sales(p: np.ndarray, dates: np.ndarray, t: int) -> Number:
    """Revenue that merged partners add to the group in the month, less what they and the lab sell each other."""
    out = p[k.partner_cash] * 0.0
    for j in range(dates[d.mergers]):
        if dates[dates[d.merger_dates] + j] <= t:
            out = out + p[dates[d.merger_rows] + MERGER_SIZE * j + me.outside_sales_usd]
    return out
