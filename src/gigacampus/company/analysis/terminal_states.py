"""How each future ends: escaped, coasting, sold, let out, dead."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gigacampus.company.analysis.metrics import LASTING, brought_in

CLASSES = ("escape", "coast", "rented_out", "sold", "dead")
TITLES = {
    "escape": "Needs no outside capital to the end and earns more cash than it spends",
    "coast": "Coasting: lives on cash raised before or still to be raised; does not yet pay for itself",
    "rented_out": "Lives on letting its machines to others",
    "sold": "Investors of later rounds own most of it",
    "dead": "Cannot pay its bills for half a year",
}
UNPAID_MONTHS = 6
LET_FRAC = 0.5
OWNED_FRAC = 0.5


def classify(series: Mapping[str, np.ndarray], escape_month: np.ndarray, rent_usd: np.ndarray | None = None) -> np.ndarray:
    """Class of each draw as an index of :data:`CLASSES`; series by (draw, month).

    The first that holds, worst first: bills unpaid for half a year running; holders of today diluted below half; more than half
    of last year's revenue from letting machines; path escape, if the last year brought in cash beside interest on cash held; else
    coasting. Who outlasts the horizon while cash drains away, or on its interest, coasts.
    """
    unpaid = series["arrears_usd"] > 0.0
    run = np.zeros(unpaid.shape[0], dtype=int)
    longest = run.copy()
    for month in range(unpaid.shape[1]):
        run = np.where(unpaid[:, month], run + 1, 0)
        longest = np.maximum(longest, run)
    year = slice(-LASTING, None)
    revenue = series["revenue_usd"][:, year].sum(axis=1)
    rent = np.zeros_like(revenue) if rent_usd is None else rent_usd[:, year].sum(axis=1)
    out = np.full(unpaid.shape[0], CLASSES.index("coast"))
    earns = brought_in(series["free_cash_flow_usd"].T, series["interest_income_usd"].T) > 0.0
    out[~np.isnan(escape_month) & earns] = CLASSES.index("escape")
    out[rent > LET_FRAC * np.maximum(revenue, 1e-9)] = CLASSES.index("rented_out")
    out[series["founder_share_frac"][:, -1] < OWNED_FRAC] = CLASSES.index("sold")
    out[longest >= UNPAID_MONTHS] = CLASSES.index("dead")
    return out


def shares(classes: np.ndarray) -> dict[str, float]:
    """Share of draws by class; sums to one.

    >>> shares(np.array([0, 0, 4, 1]))["escape"]
    0.5
    """
    return {name: float((classes == i).mean()) for i, name in enumerate(CLASSES)}
