"""The lab joins a sibling: what its holders keep, what the partner's cash can carry, what the group's books leave out."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.units import MONTHS_PER_YEAR


def kept_share(*, exchange_ratio: Any, partner_shares_per_share: Any) -> Any:
    """Share of the group that the lab's holders own: the partner's shares they get over all there are afterwards.

    ``exchange_ratio`` shares of the partner for one of the lab; ``partner_shares_per_share`` shares of the partner outstanding before,
    for one of the lab. Source: stock-for-stock exchange.

    >>> float(kept_share(exchange_ratio=0.25, partner_shares_per_share=1.0))
    0.2
    """
    return exchange_ratio / (exchange_ratio + partner_shares_per_share)


def partner_month(*, cash: Any, free_cash_usd_per_year: Any, debt: Any, debt_rate_frac: Any, gap: Any) -> tuple[Any, Any]:
    """Cash that the partner ends a month with, and what it gives the lab: its gap, as far as cash goes, but never a loan.

    The partner earns a twelfth of its yearly free cash less interest on its debt before it gives. Works on numbers and arrays alike.

    >>> [float(x) for x in partner_month(cash=10.0, free_cash_usd_per_year=12.0, debt=0.0, debt_rate_frac=0.0, gap=25.0)]
    [0.0, 11.0]
    """
    held = cash + (free_cash_usd_per_year - debt * debt_rate_frac) / MONTHS_PER_YEAR
    given = np.minimum(np.maximum(gap, 0.0), np.maximum(held, 0.0))
    return held - given, given


def group_revenue(*, lab: Any, partner: Any, sold_to_lab: Any, bought_from_lab: Any) -> Any:
    """Revenue of both from outside: what each sold the other is nobody's revenue.

    Source: FASB ASC 810-10-45-1.

    >>> float(group_revenue(lab=5.0, partner=5.0, sold_to_lab=5.0, bought_from_lab=5.0))
    0.0
    """
    return lab + partner - sold_to_lab - bought_from_lab
