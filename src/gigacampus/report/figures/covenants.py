"""How far the lenders of the leasing vehicle are from a breach: room under the tightest covenant by month."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette

FEWEST = 0.1
"""Share of futures that must have a loan to test; with fewer there is no band."""
HIGHEST = 1.0
"""Room beyond the whole limit again is cut: nothing is decided there. Where even the lowest median lies beyond, it stays in sight."""


def draw(result: Any) -> base.Spec:
    """Band of the room over futures that are tested, the edge at zero, and the share of futures in breach."""
    months, room = result.coords["month"], reading.samples(result, "covenant_headroom_frac")
    band = base.settled(live_band(room))
    broken = (reading.samples(result, "covenant_breach") > 0.0).mean(axis=0)
    share = {k: np.where(np.isfinite(band["p50"]), broken, np.nan) for k in band}
    axis = base.Axis("Room under the tightest covenant, over its limit (%)", "%", 100.0)
    cut = in_sight(band)
    return base.by_month(
        result,
        [*base.banded(months, band, axis, palette.TEAL, cut=cut), base.level_line(0.0, "below: in breach", axis, palette.RED)],
        [("Room", band, axis), ("Futures in breach", share, axis)],
        key=[("Median and middle 80 % of futures with a loan", palette.TEAL, "line"), ("A covenant is broken", palette.RED, "dash")],
        caption=caption(result),
        description="Band by month: room under the tightest covenant of the leasing vehicle's loan, with the line at which it is broken.",
    )


def in_sight(band: dict[str, np.ndarray]) -> tuple[float, float]:
    """The range that is shown: zero, the lowest room, and the lowest median, however much room there is.

    >>> in_sight({k: np.array([v]) for k, v in (("p10", 1.0), ("p50", 1.1), ("p90", 1.2))})
    (-0.1, 1.2)
    >>> in_sight({k: np.array([v, 9.0]) for k, v in (("p10", -0.2), ("p50", 0.4), ("p90", 0.5))})
    (-0.2, 1.0)
    """
    if not np.isfinite(band["p10"]).any():
        return -0.1, 0.1
    top = max(HIGHEST, 1.5 * float(np.nanmin(band["p50"])))
    return min(-0.1, float(np.nanmin(band["p10"]))), min(top, max(0.1, float(np.nanmax(band["p90"]))))


def live_band(samples: np.ndarray) -> dict[str, np.ndarray]:
    """Quantiles by month over the futures in which there is something to test; NaN where that is fewer than a tenth.

    >>> live_band(np.array([[1.0, np.nan], [3.0, np.nan]]))["p50"].tolist()
    [2.0, nan]
    """
    out = {k: np.full(samples.shape[1], np.nan) for k in ("p10", "p50", "p90")}
    for t in np.flatnonzero(np.isfinite(samples).mean(axis=0) >= FEWEST):
        live = samples[np.isfinite(samples[:, t]), t]
        for k, q in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
            out[k][t] = np.quantile(live, q)
    return out


def caption(result: Any) -> str:
    """First breach in words, the class of the lease, and the ratios today."""
    months = result.coords["month"]
    breach = reading.samples(result, "covenant_breach_month")
    parts = [f"A covenant breaks {words.shares(float(np.isfinite(breach).mean()))} by {words.month_name(months[-1])}."]
    kind = reading.samples(result, "finance_lease")
    if np.isfinite(kind).any():
        finance = float((kind[np.isfinite(kind)] > 0.5).mean())
        parts.append(
            "The lease is a finance lease in every future: machines and a debt in the books, rent below EBITDA."
            if finance == 1.0
            else "The lease is an operating lease in every future: its rent is a cost inside EBITDA."
            if finance == 0.0
            else f"The lease is a finance lease {words.shares(finance)} and an operating lease in the others."
        )
    told = {"vehicle_dscr": "rent covers debt service {} times", "vehicle_ltv_frac": "the loan is {} of the machines' value"}
    rent = (reading.samples(result, "ebitda_usd") - reading.samples(result, "ebitda_after_rent_usd")).sum(axis=1)
    if np.any(rent > 0.0):
        below = words.number(float(np.median(rent)), "USD")
        parts.append(f"Rent of {below} over the horizon stands below EBITDA because of that.")
    for name, what in told.items():
        band = live_band(reading.samples(result, name))["p50"]
        at = np.flatnonzero(np.isfinite(band))
        if at.size:
            t = int(at[np.argmin(np.abs(at - _now(result)))])
            shown = words.significant(float(band[t])) if name == "vehicle_dscr" else words.percent(float(band[t]))
            parts.append(f"In {words.month_name(months[t])} {what.format(shown)}.")
    return " ".join([*parts, "The loan's own terms are not public: usual ones are assumed. Source: company.vehicle of the scenario."])


def _now(result: Any) -> int:
    months, label = result.coords["month"], str(result.manifest["as_of"])[:7]
    return months.index(label) if label in months else 0


FIGURE = base.Figure("covenants", "How far the vehicle's lenders are from a breach", draw, ("covenant_headroom_frac",))
