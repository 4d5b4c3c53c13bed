"""Every number in the library's tables lies within bounds that its column's name sets; a column without any is refused."""

from __future__ import annotations

import csv
import re

import pytest

from gigacampus.foundation.shipped import LIBRARY

BY_NAME = {
    "lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "geoid": (1e9, 1e15), "usaf_id": (1e4, 1e6), "tz_offset_h": (-12.0, 14.0),
    "year": (1900.0, 2200.0), "macrs_year": (1.0, 50.0),
    "month": (1.0, 12.0), "day": (1.0, 31.0), "hour_ending": (1.0, 24.0), "percent": (0.0, 100.0), "quarter_placed_in_service": (1.0, 4.0),
    "recovery_period_years": (1.0, 50.0), "years": (1.0, 50.0), "days": (1.0, 366.0), "hours": (1.0, 8784.0), "elev_m": (-430.0, 6000.0),
    "factor": (0.0, 100.0), "low": (-1e3, 1e12), "mid": (-1e3, 1e12), "high": (-1e3, 1e12), "value": (-1e15, 1e15), "people": (0.0, 1e8),
    "images": (0.0, 1e9), "violating_images": (0.0, 1e9), "h100e": (0.0, 1e8), "forecast": (-1e13, 1e13), "usd_per_unit": (0.0, 1e9),
    "income_usd2018_per_person": (0.0, 1e6), "lmax_dba_at_15_24_m": (50.0, 120.0), "building_sq_ft": (1e3, 1e8), "parcel_acres": (0.1, 1e5),
    "chip_count_2026_08": (0.0, 1e7), "energy_usd_per_mwh": (1.0, 1e3), "grid_co2_t_per_mwh": (0.0, 1.5), "calm_pct": (0.0, 100.0),
}  # fmt: skip
"""Columns whose name sets no bounds by its ending."""
BY_FORM = {
    r".*_frac": (0.0, 1.0), r".*_mw(_\d{4}_\d{2})?": (0.0, 1e5), r"f\d+": (-50.0, 130.0), r".*_c": (-90.0, 65.0), r".*_ms": (0.0, 75.0),
    r".*_m(_[a-z]+)?": (0.0, 1e5),
}  # fmt: skip


def bounds_of(name: str) -> tuple[float, float] | None:
    """Lowest and highest value of a column; None where its name sets none."""
    return BY_NAME.get(name) or next((b for form, b in BY_FORM.items() if re.fullmatch(form, name)), None)


def numbers_of(path):
    """Column and value of every cell of the columns that hold numbers alone."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    head, *rows = list(csv.reader(lines))
    for i, name in enumerate(head):
        cells = [row[i] for row in rows if i < len(row) and row[i].strip()]
        try:
            yield from ((name, float(cell)) for cell in [*map(str, map(float, cells))])
        except ValueError:
            continue


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.csv")), ids=lambda p: p.stem)
def test_every_number_of_a_table_is_within_its_bounds(path):
    for name, value in numbers_of(path):
        bounds = bounds_of(f"macrs_{name}" if path.stem.startswith("macrs") and name == "year" else name)
        assert bounds is not None, f"{name}: set its bounds here"
        assert bounds[0] <= value <= bounds[1], (name, value)


def test_a_slip_is_seen():
    assert bounds_of("sales_tax_frac") == bounds_of("black_frac") == (0.0, 1.0)
    assert bounds_of("tons") is None and bounds_of("lat") == (-90.0, 90.0)
