"""Weather that cannot be of its place or of a whole measured year is refused or told: seasons, weight of the air, what stands still."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.scenario.weather import typical_year
from gigacampus.scenario.weather.columns import CHANGES, Station, standard_hpa, year_of
from gigacampus.scenario.weather.site import fits


def site_at(lat, lon=-82.88, elevation_m=247.0):
    return SimpleNamespace(lat=lat, lon=lon, elevation_m=elevation_m, weather_within_km=300.0)


def moved(year, **changes):
    return replace(year, **{"values": {**year.values, **changes.pop("values", {})}, **changes})


@pytest.mark.parametrize(("months", "word"), [(0, ""), (2, "told"), (3, "refused"), (6, "refused"), (9, "refused")])
@pytest.mark.parametrize("lat", [39.99, -33.0])
def test_a_year_that_begins_in_another_month_is_seen_by_its_sun(lat, months, word):
    year = typical_year("lib:weather/columbus_oh")
    turn = months * 730 + (4380 if lat < 0.0 else 0)
    turned = moved(year, values={k: np.roll(v, 24 * round(turn / 24)) for k, v in year.values.items()}, lat=None, lon=None)
    wrong, told = fits(site_at(lat), turned)
    assert any("sunny season" in f.problem for f in wrong) == (word == "refused")
    assert any("sunny season" in text for text in told) == (word == "told")
    assert not any("sunny season" in f.problem for f in fits(site_at(5.0), turned)[0])


@pytest.mark.parametrize("height_m", [1600.0, 700.0, 2300.0])
@pytest.mark.parametrize("stated", [True, False])
def test_pressure_reduced_to_the_sea_is_none_of_the_site(height_m, stated):
    year = typical_year("lib:weather/columbus_oh")
    here = moved(year, elevation_m=height_m if stated else None)
    wrong, told = fits(site_at(39.99, elevation_m=height_m), here)
    assert any("pressure of the weather file" in text for text in ([f.problem for f in wrong] if stated else told))
    as_high = moved(here, values={"pressure_hpa": year.values["pressure_hpa"] * standard_hpa(height_m) / standard_hpa(247.0)})
    wrong, told = fits(site_at(39.99, elevation_m=height_m), as_high)
    assert not wrong and not any("pressure of the weather file" in text for text in told)


@pytest.mark.parametrize("column", CHANGES)
def test_what_stands_still_all_year_is_told(column):
    base = typical_year("lib:weather/columbus_oh")
    still = year_of({**base.values, column: np.full(8760, base.values[column].max())}, Station(-5.0, 247.0, 39.99, -82.88), "a.epw")
    assert any("the same in every hour" in note and column in note for note in still.notes)
