"""Fit the slip of planned dates on the tracker's forecasts of December 2025 and print how well it does.

    python scripts/fit_slip.py [--data DIR] [--leave-out NAME ...] [--write]

Reached milestones count with their slip, the others as right-censored on 2026-08-03. The constants used for the Memphis
scenarios leave their own campuses out. ``--write`` puts the constants into the library with where they come from.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from gigacampus.buildout.slip import slip_quantile_days
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.slip_fit import (
    CONSTANTS,
    GRID_DAYS,
    SNAPSHOT_DAY,
    Gumbel,
    binomial_band,
    crps_days,
    fit,
    leave_one_campus_out,
    milestones_of,
)

ROOT = Path(__file__).parents[1]
ENTRY = ROOT / "src" / "gigacampus" / "library" / "schedule" / "slip_epoch_2026.yaml"


def entry_text(fitted: Gumbel, note: str) -> str:
    """The library entry as YAML."""

    def row(value: object, unit: str) -> str:
        return (
            f"  {{value: {value}, unit: {unit}, source: E1, date: {SNAPSHOT_DAY}, known_from: {SNAPSHOT_DAY}, "
            f'confidence: derived, note: "{note}"}}'
        )

    return "\n".join(
        [
            "title: Slip of tracked AI campuses between December 2025 and August 2026, Memphis campuses left out",
            "location_days:",
            row(round(fitted.location_days, 1), "day"),
            "scale_days:",
            row(round(fitted.scale_days, 1), "day"),
            "calibrated_on:",
            row(SNAPSHOT_DAY, '""'),
            "",
        ]
    )


def main() -> None:
    """Fit, score, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "src" / "gigacampus" / "validation" / "cases" / "buildout" / "data")
    parser.add_argument("--leave-out", nargs="*", default=["Colossus 1", "Colossus 2"])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    rows = milestones_of(CaseFolder(asked.data).inputs("sites/epoch/forecast_backtest.csv"))
    known = [m for m in rows if m.campus not in asked.leave_out]
    left = [m for m in rows if m.campus in asked.leave_out]
    fitted = fit(known)
    quantiles = [slip_quantile_days(q, fitted.location_days, scale_days=fitted.scale_days) for q in (0.1, 0.5, 0.9)]
    print(
        f"{len(known)} milestones of {len({m.campus for m in known})} campuses, {sum(m.reached for m in known)} reached, "
        f"{sum(m.tells for m in known)} reached or overdue; left out: {', '.join(asked.leave_out) or 'none'}"
    )
    print(
        f"Gumbel, {CONSTANTS} constants: location {fitted.location_days:.1f} d, scale {fitted.scale_days:.1f} d; "
        "P10/P50/P90 " + " / ".join(f"{q:.0f}" for q in quantiles) + " d"
    )
    scores = leave_one_campus_out(known, known)
    print(
        f"CRPS, each campus left out, {scores.n} milestones: model {scores.model:.1f} d, no slip {scores.no_slip:.1f} d, "
        f"median slip {scores.median_slip:.1f} d"
    )
    low, high = binomial_band(scores.counted, 0.8)
    print(f"inside the 80 % band: {scores.inside} of {scores.counted} that can be told (binomial 95 %: {low} to {high})")
    for m in left:
        own = crps_days(fitted.cdf(GRID_DAYS), m.slip_days, reached=m.reached)
        print(
            f"{m.campus} {m.mw:.0f} MW, unseen: slip {m.slip_days:.0f} d at probability "
            f"{float(fitted.cdf(np.array(m.slip_days))):.2f}, CRPS {own:.1f} d"
        )
    if asked.write:
        ENTRY.write_text(entry_text(fitted, f"scripts/fit_slip.py, maximum likelihood, {len(known)} milestones"), encoding="utf-8")
        print(f"written: {ENTRY.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
