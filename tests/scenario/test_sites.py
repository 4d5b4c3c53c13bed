"""Sites at the edges of the map: right, or refused with the reason."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.great_circle import great_circle_m
from gigacampus.foundation.sun import solar_elevation_deg
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.neighbours.noise.geometry.local_projection import east_north_m, lat_lon_deg
from gigacampus.neighbours.receptors import local_xy_m
from gigacampus.scenario.document import read_string, typed
from gigacampus.scenario.weather.columns import TypicalYear
from gigacampus.scenario.weather.site import fits
from gigacampus.schema.power import SiteSpec

TEXT = """\
title: A site
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 3}
campuses:
  only:
    site: {lat: LAT, lon: LON, elevation_m: HIGH}
"""


def refusal(lat=35.0, lon=-90.0, high=100.0):
    try:
        typed(read_string(TEXT.replace("LAT", str(lat)).replace("LON", str(lon)).replace("HIGH", str(high))))
    except ScenarioError as error:
        return [f for f in error.findings if f.file and f.line == 6 and f.fix]
    return []


@pytest.mark.parametrize("lat", [-90, -80.5, 85, 90])
def test_a_pole_is_refused_because_no_flat_plane_holds_there(lat):
    assert any(f.path == "campuses.only.site.lat" and "projection" in f.problem for f in refusal(lat=lat))


@pytest.mark.parametrize(("name", "value"), [("lon", 181), ("lon", -200), ("high", -500), ("high", 7000)])
def test_no_such_place_on_earth_is_refused(name, value):
    assert any("out of range" in f.problem for f in refusal(**{name: value}))


def test_a_site_below_the_sea_is_taken_and_its_air_is_denser():
    from gigacampus.power.weather_stage import pressure_at_site_kpa

    assert refusal(high=-400.0) == []
    station = np.array([101.325])
    below, above = (pressure_at_site_kpa(station, rise)[0] for rise in (-400.0, 400.0))
    assert 105.0 < below < 107.0 and 95.0 < above < 98.0


@pytest.mark.parametrize(("lat", "lon", "word"), [(-35.0, -90.0, "latitude"), (35.0, 90.0, "longitude")])
def test_the_wrong_half_of_the_globe_is_refused_with_the_slip_that_explains_it(lat, lon, word):
    assert any("km away" in f.problem and f"a lost minus sign of the {word}" in f.problem for f in refusal(lat=lat, lon=lon))


@pytest.mark.parametrize(("lon", "clock_h"), [(179.9, 12.0), (-179.9, 12.0), (179.9, -12.0), (-179.9, -11.0)])
def test_clocks_on_both_sides_of_the_date_line_fit_the_sun_there(lon, clock_h):
    noon_h = 12.0 + clock_h - lon / 15.0
    sun = np.maximum(np.cos(2.0 * np.pi * (np.arange(HOURS_PER_YEAR) + 0.5 - noon_h) / 24.0), 0.0)
    year = TypicalYear({"ghi_w_m2": 800.0 * sun, "pressure_hpa": np.full(HOURS_PER_YEAR, 1013.0)}, clock_h, 0.0, -17.0, 180.0, ())
    assert fits(SiteSpec(lat=-17.0, lon=lon, elevation_m=0.0), year)[0] == []


@pytest.mark.parametrize("lat", [-79.0, -35.0, 0.0, 35.0, 79.0])
@pytest.mark.parametrize("lon", [-180.0, -179.999, 0.0, 179.999, 180.0])
def test_places_about_a_site_are_where_the_sphere_has_them(lat, lon):
    for east, north in ((900.0, 0.0), (-900.0, 0.0), (0.0, 700.0), (-300.0, -400.0)):
        there = lat_lon_deg(east, north, site_lat=lat, site_lon=lon)
        assert -180.0 <= there[1] <= 180.0
        assert great_circle_m(*there, lat0_deg=lat, lon0_deg=lon) == pytest.approx(np.hypot(east, north), rel=2e-3)
        np.testing.assert_allclose(east_north_m(*there, site_lat=lat, site_lon=lon), [east, north], atol=1e-6)
        np.testing.assert_allclose(np.stack(local_xy_m(*there, lat0_deg=lat, lon0_deg=lon)), [east, north], rtol=3e-3, atol=1.0)


def test_the_sun_of_the_southern_half_stands_high_in_january():
    north, south = (solar_elevation_deg(lat, 0.0, 0.0).reshape(365, 24).max(axis=1) for lat in (35.0, -35.0))
    assert south[:31].mean() > 70.0 > 40.0 > north[:31].mean() and abs(north.max() - south.max()) < 1.0
