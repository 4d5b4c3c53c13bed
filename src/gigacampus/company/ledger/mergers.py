"""The lab joins a sibling: what its holders keep, what the partner's cash can carry."""

from __future__ import annotations

from gigacampus.company.ledger.scalar_ops import Number, least, most, rule
from gigacampus.foundation.units import MONTHS_PER_YEAR


def kept_share(exchange_ratio: Number, partner_shares_per_share: Number) -> Number:
    """Share of the group that the lab's holders own: the partner's shares they get over all there are afterwards.

    ``exchange_ratio`` shares of the partner for one of the lab; ``partner_shares_per_share`` shares of the partner outstanding before,
    for one of the lab. Source: stock-for-stock exchange.

    >>> float(kept_share(exchange_ratio=0.25, partner_shares_per_share=1.0))
    0.2
    """
    return exchange_ratio / (exchange_ratio + partner_shares_per_share)


@rule
def partner_month(cash: Number, free_cash_usd_per_year: Number, gap: Number) -> tuple[Number, Number]:
    """Cash that the partner ends a month with, and what it gives the lab: its gap, as far as cash goes, but never a loan.

    The partner earns a twelfth of its yearly free cash before it gives. Works on numbers and arrays alike.

    >>> [float(x) for x in partner_month(cash=10.0, free_cash_usd_per_year=12.0, gap=25.0)]
    [0.0, 11.0]
    """
    held = cash + free_cash_usd_per_year / MONTHS_PER_YEAR
    given = least(most(gap, 0.0), most(held, 0.0))
    return held - given, given
