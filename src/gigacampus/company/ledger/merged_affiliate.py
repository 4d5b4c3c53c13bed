"""An affiliate that the lab has merged with: its cash carries the lab from the day on."""

from __future__ import annotations

from collections.abc import Sequence

from gigacampus.company.ledger.mergers import partner_month
from gigacampus.company.ledger.scalar_ops import Number, most, rule, where
from gigacampus.company.ledger.state_layout import Draw, Merger


@rule
def join(draw: Draw, mergers: Sequence[Merger], t: int) -> None:
    """On the day of a merger: the affiliate's cash counts, and the price of the whole group is what investors now pay for."""
    raising, levels = draw.state.raising, draw.state.levels
    for merger in mergers:
        if draw.dates.may_merge == 1 and merger.month == t:
            raising.affiliate_cash_usd = raising.affiliate_cash_usd + merger.cash_usd
            price = where(merger.price_usd > 0.0, merger.price_usd, levels.pre_money_usd)
            levels.pre_money_usd = price / merger.kept_frac


@rule
def support(draw: Draw, mergers: Sequence[Merger], cash_usd: Number, t: int) -> None:
    """What affiliates give so that the lab ends the month at its floor; ``cash_usd`` is what it would end with alone."""
    flows, raising = draw.flows, draw.state.raising
    for merger in mergers:
        if draw.dates.may_merge == 1 and merger.month <= t:
            gap = draw.terms.cash_floor_usd - cash_usd - flows.lab_support_from_group
            held, given = partner_month(raising.affiliate_cash_usd, merger.free_cash_usd_per_year, gap)
            raising.affiliate_cash_usd = held
            flows.lab_support_from_group += given


@rule
def reach(draw: Draw) -> Number:
    """Cash that the lab can count on: its own and what affiliates may give."""
    return draw.balances.lab_cash + most(draw.state.raising.affiliate_cash_usd, 0.0)


@rule
def outside_sales(draw: Draw, mergers: Sequence[Merger], t: int) -> Number:
    """Revenue that merged affiliates add to the group in the month, less what they and the lab sell each other."""
    out = draw.state.raising.affiliate_cash_usd * 0.0
    for merger in mergers:
        if draw.dates.may_merge == 1 and merger.month <= t:
            out = out + merger.outside_sales_usd
    return out
