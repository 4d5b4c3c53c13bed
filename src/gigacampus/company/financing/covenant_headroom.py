"""How far the vehicle's lenders are from calling a breach: ratios and headroom by month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gigacampus.company.finance.covenants import MONTHS_PER_TEST, debt_service_cover, headroom, loan_to_value
from gigacampus.company.ledger.draw_binding import Bound


def trailing(series: np.ndarray) -> np.ndarray:
    """Sum of the last three months; (month, draw).

    >>> trailing(np.array([[1.0], [2.0], [3.0], [4.0]]))[:, 0].tolist()
    [1.0, 3.0, 6.0, 9.0]
    """
    total = np.cumsum(np.concatenate([np.zeros((MONTHS_PER_TEST, *series.shape[1:])), series]), axis=0)
    out: np.ndarray = total[MONTHS_PER_TEST:] - total[:-MONTHS_PER_TEST]
    return out


def covenant_series(bound: Bound, series: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Cover of the last three months, loan to value, and headroom of the tightest covenant; (month, draw), NaN without a loan."""
    rules = bound.company.vehicle.covenants
    cover = debt_service_cover(rent=trailing(series["vehicle_net_rent_usd"]), fees=0.0, service=trailing(series["vehicle_service_usd"]))
    value = loan_to_value(loan=series["vehicle_loan_usd"], value=series["vehicle_value_usd"])
    live = np.isfinite(value)
    room = headroom(
        dscr=np.where(live, cover, np.nan),
        dscr_min=rules.dscr_min,
        ltv=value,
        ltv_max=rules.ltv_max_frac,
        cash=np.where(live, series["cash_usd"], np.nan),
        cash_min=rules.lab_cash_min_usd,
    )
    return {"vehicle_dscr": np.where(live, cover, np.nan), "vehicle_ltv_frac": value, "covenant_headroom_frac": room}
