"""A sibling that the lab has merged with: its cash carries the lab from the day on."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.books import Books
from gigacampus.company.journal import a, f
from gigacampus.company.mergers import kept_share, partner_month
from gigacampus.units import MONTHS_PER_YEAR


def merged(s: Books) -> list[tuple[Any, int]]:
    """Mergers that have happened by this month, with their months."""
    dated = [(m, max(s.drivers.months.index(m.day), 0)) for m in s.bound.company.mergers.values()]
    return [(m, month) for m, month in dated if month <= s.t and s.merged]


def join(s: Books) -> None:
    """On the day: the partner's cash counts, and the price of the whole group is what investors now pay for."""
    for m, month in merged(s):
        if month == s.t:
            partner = s.bound.company.siblings[m.partner]
            s.partner_cash = s.partner_cash + np.asarray(partner.cash_usd) * m.support_frac
            kept = kept_share(exchange_ratio=m.exchange_ratio, partner_shares_per_share=m.partner_shares_per_share)
            s.post_money = s.post_money / kept
            s.founder = s.founder * kept
            s.holders = s.holders * kept if s.t > s.drivers.as_of else s.holders


def support(s: Books, cash: np.ndarray) -> np.ndarray:
    """What partners give so that the lab ends the month at its floor; ``cash`` is what it would end with alone."""
    given = np.zeros(s.n)
    joined = merged(s)
    for m, _ in joined:
        partner = s.bound.company.siblings[m.partner]
        s.partner_cash, more = partner_month(
            cash=s.partner_cash,
            free_cash_usd_per_year=np.asarray(partner.free_cash_usd_per_year) * m.support_frac,
            debt=m.debt_usd,
            debt_rate_frac=m.debt_rate_frac,
            gap=np.asarray(s.bound.company.cash_floor_usd) - cash - given,
        )
        given = given + more
    s.flow[f.lab_support_from_group] = given
    return given


def reach(s: Books) -> np.ndarray:
    """Cash that the lab can count on: its own and what partners may give."""
    return s.balance[a.lab_cash] + np.maximum(s.partner_cash, 0.0)


def partner_lines(s: Books) -> dict[str, float]:
    """The partner's revenue of the month, and what it and the lab sold each other."""
    out = {"revenue": 0.0, "to_lab": 0.0, "from_lab": 0.0}
    for m, _ in merged(s):
        out["revenue"] += m.revenue_usd_per_year / MONTHS_PER_YEAR
        out["to_lab"] += m.sells_to_lab_usd_per_year / MONTHS_PER_YEAR
        out["from_lab"] += m.buys_from_lab_usd_per_year / MONTHS_PER_YEAR
    return out
