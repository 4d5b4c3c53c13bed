"""A power meter held against a run: energy and the highest hour of each metered month beside the band over worlds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.company.finance.scores import binomial_band, crps_ensemble
from gigacampus.foundation.errors import refuse
from gigacampus.rerun.named_campus import campus_named
from gigacampus.results.result import Result, without_reference
from gigacampus.scenario.load_files import metered_load

BAND_FRAC = 0.8
NOTE = (
    "energy is what the campus was served (asked for, less unmet), the highest hour is of what it asked for; both on the planned path, "
    "in years of 8,760 hours (29 February is left out); months of one campus move together, so the honest count is for independent months"
)
QUANTITIES = {"energy_mwh": "MWh", "peak_mw": "MW"}
"""Scored quantities and their units."""


def of_campus(result: Result, campus: str | None) -> str:
    """The named campus, or the only one."""
    names: list[str] = list(result.coords["campus"])
    if campus is None and len(names) > 1:
        raise refuse("the run has several campuses: whose meter is it?", path="--campus", fix=f"one of {', '.join(names)}")
    return names[0] if campus is None else campus_named(result, campus)


def futures(result: Result, campus: str, month: int) -> dict[str, np.ndarray]:
    """What each world says of one month of a campus: energy served in MWh, and the highest hour in MW; (world)."""
    at = result.index("campus", campus)
    served = result.planned("demand_mwh") - result.planned("unserved_mwh")
    both = {"energy_mwh": served[:, at, month], "peak_mw": result.planned("facility_peak_mw")[:, at, month]}
    return {name: without_reference(values) for name, values in both.items()}


def held_against(run: Path, file: Path, campus: str | None = None) -> dict[str, Any]:
    """Every metered month of a file beside a run: error, place in the band, score."""
    from gigacampus.results import store

    return scored(store.read(run), file, campus)


def scored(result: Result, file: Path, campus: str | None = None) -> dict[str, Any]:
    """Report on a meter's file; months outside the run are told and not scored."""
    name, meter = of_campus(result, campus), metered_load(file)
    labels = list(result.coords["month"])
    within = [month for month in meter.by_month if month in labels]
    if not within:
        raise refuse(
            f"the meter's months {min(meter.by_month)} to {max(meter.by_month)} lie outside the run",
            file=str(file),
            fix=f"give months from {labels[0]} to {labels[-1]}",
        )
    rows = [row for month in within for row in _rows(month, meter.by_month[month], futures(result, name, labels.index(month)))]
    return {
        "campus": name,
        "finding": meter.finding,
        "note": NOTE,
        "rows": rows,
        "load_factor": {month: _load_factor(meter.by_month[month]) for month in within},
        "outside": [month for month in meter.by_month if month not in labels],
        "summary": {quantity: _summary([r for r in rows if r["quantity"] == quantity]) for quantity in QUANTITIES},
    }


def _load_factor(mw: np.ndarray) -> float | None:
    return float(mw.mean() / mw.max()) if mw.max() > 0.0 else None


def _rows(month: str, mw: np.ndarray, said: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """One month's energy (an hour's mean in MW is its energy in MWh) and highest hour beside the worlds."""
    out = []
    for quantity, metered in {"energy_mwh": float(mw.sum()), "peak_mw": float(mw.max())}.items():
        low, middle, high = (float(x) for x in np.percentile(said[quantity], [10, 50, 90]))
        out.append(
            {
                "month": month,
                "quantity": quantity,
                "unit": QUANTITIES[quantity],
                "metered": metered,
                "p10": low,
                "p50": middle,
                "p90": high,
                "error": middle - metered,
                "inside": bool(low <= metered <= high),
                "crps": crps_ensemble(said[quantity], metered),
            }
        )
    return out


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    low, high = binomial_band(len(rows), BAND_FRAC)
    metered = sum(row["metered"] for row in rows)
    return {
        "months": len(rows),
        "inside": sum(row["inside"] for row in rows),
        "honest": [round(low * len(rows)), round(high * len(rows))],
        "error_over_metered": sum(row["error"] for row in rows) / metered if metered else None,
    }
