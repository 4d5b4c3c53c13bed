"""Fit drift, its error and the volatility of the rent of accelerators to the dated rows known on a day.

Usage: ``python scripts/fit_gpu_rents.py [--as-of 2026-01-16] [--rows FILE.csv]``. The rents of the worked example are these numbers.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
from datetime import date
from pathlib import Path

from gigacampus.company.finance.price_paths import fitted_walk
from gigacampus.foundation.units import DAYS_PER_YEAR, HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YEAR
from gigacampus.scenario.library import load_entry

ROWS = Path(__file__).parents[1] / "src/gigacampus/validation/cases/company/data/gpu_rental_h100.csv"
ACCELERATOR = "h100"
DATED = re.compile(r"(\d{4})-(\d{2})")


def known_rents(rows: Path, as_of: date) -> list[tuple[float, float]]:
    """Time in years and USD an hour, the geometric middle of each range; rows without a month, or later than the day, are left out."""
    found = []
    for row in csv.DictReader(rows.read_text(encoding="utf-8").splitlines()):
        at = DATED.fullmatch(row["date"])
        if at is None or row["date"] > as_of.isoformat()[:7]:
            print(f"left out: {row['date']} ({'no month' if at is None else 'later than the day'})")
            continue
        low, high = float(row["usd_per_gpu_hour_low"]), float(row["usd_per_gpu_hour_high"])
        middle = date(int(at[1]), int(at[2]), 15).toordinal() / DAYS_PER_YEAR
        found.append((middle, math.sqrt(low * high)))
    return sorted(found)


def main() -> None:
    """Print what the rows say on the day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 1, 16))
    parser.add_argument("--rows", type=Path, default=ROWS)
    asked = parser.parse_args()
    years, rents = zip(*known_rents(asked.rows, asked.as_of), strict=True)
    drift, error, volatility = fitted_walk(years, rents)
    kw = float(load_entry("accelerators", ACCELERATOR, asked.as_of)[0]["server_kw"])
    per_mw = rents[-1] * HOURS_PER_YEAR / MONTHS_PER_YEAR / kw * KW_PER_MW
    print(f"{len(rents)} rents of an {ACCELERATOR} known on {asked.as_of}")
    print(f"last {rents[-1]:.2f} USD an hour, {per_mw:,.0f} USD a month and MW of IT")
    print(f"price_change_per_year {drift:.2f} (standard error {error:.2f}), volatility_per_sqrt_year {volatility:.2f}")


if __name__ == "__main__":
    main()
