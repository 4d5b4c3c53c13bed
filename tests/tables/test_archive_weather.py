"""Weather of archives through pvlib: generated files whose hours are known, in every clock, step and leap year."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.weather import typical_year

pytest.importorskip("pvlib")
HOUR = np.arange(8760)
TRUTH_C = 10.0 + (HOUR % 24) + 0.01 * (HOUR // 24)
"""Dry bulb of each hour of local standard time."""


def truth_c(moment: datetime) -> float:
    return 10.0 + moment.hour + 0.01 * (moment.replace(year=2023).timetuple().tm_yday - 1)


def psm(clock_h, *, year=2023, step=60, leap_day=False, unit="c", site_h=-6):
    """A file of the NSRDB whose times are of UTC+``clock_h`` at a site of UTC+``site_h``."""
    place = "Source,Location ID,City,State,Country,Latitude,Longitude,Time Zone,Elevation,Local Time Zone"
    head = f"{place},Temperature Units,Pressure Units,Version"
    said = f"NSRDB,1,-,-,-,40.0,-90.0,{clock_h},250,{site_h},{unit},mbar,4.0.1"
    lines = [head, said, "Year,Month,Day,Hour,Minute,Temperature,GHI,Relative Humidity,Wind Direction,Wind Speed,Pressure"]
    clock = datetime(year, 1, 1) + timedelta(minutes=step // 2)
    while clock.year == year:
        if leap_day or (clock.month, clock.day) != (2, 29):
            local = clock + timedelta(hours=site_h - clock_h)
            day = local.replace(day=28) if (local.month, local.day) == (2, 29) else local
            value = truth_c(day) * (1.8 if unit == "F" else 1.0) + (32.0 if unit == "F" else 0.0)
            lines.append(f"{clock.year},{clock.month},{clock.day},{clock.hour},{clock.minute},{value:.3f},100,50,200,2.5,990")
        clock += timedelta(minutes=step)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "how",
    [
        {"clock_h": -6},
        {"clock_h": -6, "step": 30},
        {"clock_h": 0},
        {"clock_h": -6, "year": 2020, "leap_day": True},
        {"clock_h": -6, "unit": "F"},
    ],
)
def test_an_hour_of_the_nsrdb_stands_where_it_was(tmp_path, how):
    path = tmp_path / "p.csv"
    path.write_text(psm(**how))
    year = typical_year(str(path))
    away = np.abs(year.values["dry_bulb_c"] - TRUTH_C)
    assert year.utc_offset_h == -6.0
    kept = HOUR < 8754 if how["clock_h"] == 0 else HOUR >= 0
    np.testing.assert_array_less(away[kept], 0.02)


def pvgis(lon, leap_months):
    """A typical year of PVGIS, months from leap years where told; temperatures count the hours of universal time."""
    lines = ["Latitude (decimal degrees): 45.000", f"Longitude (decimal degrees): {lon:.3f}", "Elevation (m): 250", "month,year"]
    years = {m: 2008 if m in leap_months else 2010 for m in range(1, 13)}
    lines += [f"{m},{y}" for m, y in years.items()]
    lines.append("time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP")
    for k in range(8760):
        at = datetime(2010, 1, 1) + timedelta(hours=k)
        lines.append(f"{years[at.month]}{at:%m%d:%H}00,{k / 200:.3f},50.0,100.0,0,0,300,2.5,200,98000")
    return "\r\n".join([*lines, "", "T2m: 2-m air temperature (degree Celsius)"]) + "\r\n"


@pytest.mark.parametrize("leap_months", [(), (2,), (3,), (2, 3)])
@pytest.mark.parametrize("lon", [8.0, -100.0, 150.0])
def test_months_from_leap_years_turn_with_the_clock(tmp_path, lon, leap_months):
    path = tmp_path / "v.csv"
    path.write_text(pvgis(lon, leap_months), newline="")
    year = typical_year(str(path))
    assert year.utc_offset_h == round(lon / 15)
    np.testing.assert_allclose(year.values["dry_bulb_c"], np.roll(HOUR, round(lon / 15)) / 200, atol=1e-3)
    np.testing.assert_allclose(year.values["pressure_hpa"], 980.0)


@pytest.mark.parametrize(("unit", "words"), [("furlong", "furlong"), ("kPa", "is a unit of")])
def test_a_unit_of_the_archive_that_is_none_is_refused(tmp_path, unit, words):
    path = tmp_path / "p.csv"
    path.write_text(psm(-6, unit=unit))
    with pytest.raises(ScenarioError, match=words):
        typical_year(str(path))
