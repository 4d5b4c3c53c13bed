"""A campus with what its run says, and what of it may be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gigacampus.atlas.campuses import Campus

NOT_KNOWN = "not known"
Band = tuple[float, float, float]
"""10 %, median and 90 %."""
PER_YEAR = ("facility_design_mw", "it_in_service_mw", "h100e_in_service", "co2_t", "co2_grid_t", "water_m3", "unit_count", "nox_t")
PEOPLE = ("noise_people_above_45", "noise_people_above_55")


@dataclass(frozen=True)
class Row:
    """A campus with its bands by variable and year; a missing entry says: not known."""

    campus: Campus
    bands: dict[tuple[str, str], Band]

    def band(self, name: str, year: str) -> Band | None:
        """The band of a variable over a year, where it is known."""
        if not self.campus.steps:
            return None
        if name == "water_m3" and not (self.campus.cooling and self.campus.has_weather):
            return None
        if name in ("unit_count", "co2_t", "nox_t") and self.campus.onsite_mw is None:
            return None
        return self.bands.get((name, year))


def years(rows: Sequence[Row]) -> list[str]:
    """Calendar years of the batch."""
    return sorted({year for row in rows for _, year in row.bands})
