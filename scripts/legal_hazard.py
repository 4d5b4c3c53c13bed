"""Hazard of legal delay from the dated cases of the Memphis campuses, as known on a day.

python scripts/legal_hazard.py [--day 2026-01-16] [--data DIR] [--until 2027-06-30]
"""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path

from gigacampus.buildout.legal import Exposure, hazard

ROOT = Path(__file__).parents[1]
FIRST_UNITS = {"colossus_1": date(2024, 7, 31), "southaven_plant": date(2025, 8, 1)}
"""First day with contested units at each site; no court or agency has stopped a unit at either."""


def exposures(path: Path) -> list[Exposure]:
    """Sites with the dated legal steps of the timeline (notices, suits, motions)."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if r["topic"] == "legal" and float(r["value"] or 0) > 0 and "noise" not in r["what"]]
    return [
        Exposure(site, first, tuple(date.fromisoformat(r["date"]) for r in rows if r["site"] == site))
        for site, first in FIRST_UNITS.items()
    ]


def main() -> None:
    """Print rates of challenges and of stops, and the probability until a day."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "src" / "gigacampus" / "validation" / "cases" / "buildout" / "data")
    parser.add_argument("--day", type=date.fromisoformat, default=date(2026, 1, 16))
    parser.add_argument("--until", type=date.fromisoformat, default=date(2027, 6, 30))
    asked = parser.parse_args()
    sites = exposures(asked.data / "sites" / "xai_timeline.csv")
    years = (asked.until - asked.day).days / 365.0
    for kind in ("challenges", "stops"):
        rate = hazard(sites, kind, last_day=asked.day)
        print(
            f"{kind}: {rate.events} in {rate.years:.2f} site-years to {asked.day}: {rate.mean_per_year:.2f} a year "
            f"(80 % band {rate.low_per_year:.2f} to {rate.high_per_year:.2f}); at one site within {years:.2f} years: "
            f"probability {rate.probability_frac(years):.2f}"
        )


if __name__ == "__main__":
    main()
