"""Archives' files in the forms that people have them in: every value in its hour, or a refusal that says why."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.weather import typical_year
from gigacampus.scenario.weather.columns import CHANGES
from tests.tables.archive_files import MIXED, PSM_UNITS, TMY3_HEAD, TRUTH, psm, pvgis, tmy3

pytest.importorskip("pvlib")
NOTHING = {c: -9999 for c in ("dry_bulb_c", "rh_pct", "pressure_hpa", "wind_dir_deg", "wind_speed_ms", "ghi_w_m2")}
MARKED_HOUR = 100
PSM_ROW, PVGIS_ROW = 12 * MARKED_HOUR, MARKED_HOUR + 6
"""The row of that hour in rows of five minutes, and in universal time six hours on."""
READ = {
    "psm carriage returns": lambda: psm().replace("\n", "\r\n"),
    "psm mark": lambda: "\ufeff" + psm(),
    "psm half hours": lambda: psm(step=30, stamp=0),
    "psm leap day": lambda: psm(year=2020, leap_day=True),
    "psm leap year without its day": lambda: psm(year=2020),
    "psm months of many years": lambda: psm(years=MIXED),
    "psm zone of half an hour": lambda: psm(clock_h=-5.5, zone_h=-5.5),
    "psm height with decimals": lambda: psm(height_m=247.5),
    "psm empty cells behind": lambda: psm().replace("\n", ",,,\n"),
    "psm -9999 among five minutes": lambda: psm(step=5, stamp=0, put={PSM_ROW: {"Temperature": -9999, "GHI": -9999}}),
    "psm 999 among half hours": lambda: psm(step=30, put={2 * MARKED_HOUR: {"Relative Humidity": 999}}),
    "psm empty among half hours": lambda: psm(step=30, put={2 * MARKED_HOUR: {"Wind Speed": ""}}),
    "tmy3": lambda: tmy3(),
    "tmy3 mark": lambda: "\ufeff" + tmy3(),
    "tmy3 midnight of the next day": lambda: tmy3(clock="00:00"),
    "tmy3 middle of the hour": lambda: tmy3(clock="middle"),
    "tmy3 saved by a spreadsheet": lambda: tmy3(spreadsheet=True),
    "tmy3 months of many years": lambda: tmy3(years=MIXED),
    "tmy3 -9900": lambda: tmy3(put={MARKED_HOUR: dict.fromkeys(NOTHING, -9900)}),
    "tmy3 quoted head": lambda: tmy3(head=",".join(f'"{name}"' for name in TMY3_HEAD.split(","))),
    "tmy3 zone of half an hour": lambda: tmy3(zone_h=-5.5),
    "pvgis": lambda: pvgis(),
    "pvgis older": lambda: pvgis(offset_line=False).replace("\r\n", "\n"),
    "pvgis mark": lambda: "\ufeff" + pvgis(),
    "pvgis months of many years": lambda: pvgis(years=MIXED),
    "pvgis -9999": lambda: pvgis(put={PVGIS_ROW: NOTHING}),
}
REFUSED = {
    "of two half hours one is -99": (
        lambda: psm(step=30, put={2 * MARKED_HOUR: {"Temperature": -99}}),
        "dry_bulb_c at 5 January 04:00 is -99",
    ),
    "of two half hours one is 99.9": (
        lambda: psm(step=30, put={2 * MARKED_HOUR: {"Wind Speed": 99.9}}),
        "wind_speed_ms at 5 January 04:00 is 99.9",
    ),
    "two years": (lambda: psm(year=2022) + psm().split("\n", 3)[3], "stands more than once"),
    "an hour twice": (lambda: psm() + psm().split("\n")[500] + "\n", "stands more than once"),
    "an hour missing": (lambda: psm().replace("2023,01,21,", "2023,01,20,", 1), "stands more than once|0 rows of the hour"),
    "no wind": (lambda: psm(without=("Wind Speed",)), "wind_speed_ms is missing"),
    "no place": (lambda: psm(lat=390.0), "no place on land"),
    "kelvin that are none": (lambda: psm(units=(*PSM_UNITS[:2], "kelvin", *PSM_UNITS[3:])), "dry_bulb_c"),
    "TMY3 from 00:00": (lambda: tmy3(clock="begin"), "begins at 00:00"),
    "TMY3 in Fahrenheit": (lambda: tmy3(head=TMY3_HEAD.replace("Dry-bulb (C)", "Dry-bulb (F)")), "dry_bulb_c is missing"),
    "TMY3 of no place": (lambda: tmy3(lat=139.99), "no place on land"),
    "PVGIS cut": (lambda: pvgis(hours=8000), "8,000 hours"),
    "PVGIS of a leap year": (lambda: pvgis(hours=8784), "8,784 hours"),
    "PVGIS of no place": (lambda: pvgis(lat=399.0), "no place on land"),
    "PVGIS in hPa": (lambda: pvgis(pascal=1.0), "pressure_hpa"),
    "PVGIS series": (lambda: pvgis().replace("month,year", "Slope: 0 deg."), "a series of hours"),
}


@pytest.mark.parametrize("form", READ)
def test_every_value_of_an_archive_stands_in_its_hour(tmp_path, form):
    path = tmp_path / "W.CSV"
    path.write_text(READ[form](), newline="")
    year = typical_year(str(path))
    known = np.arange(8760) != MARKED_HOUR if any(word in form for word in ("99", "empty among")) else np.full(8760, True)
    for column in CHANGES:
        if column != "total_cloud_tenths" or form.startswith("tmy3"):
            np.testing.assert_allclose(year.values[column][known], TRUTH[column][known], atol=0.011, err_msg=column)
    if not known.all():
        assert any("1 hours missing" in note for note in year.notes), year.notes


@pytest.mark.parametrize("form", REFUSED)
def test_a_file_of_an_archive_that_is_no_year_of_a_place_is_refused(tmp_path, form):
    make, words = REFUSED[form]
    path = tmp_path / "w.csv"
    path.write_text(make(), newline="")
    with pytest.raises(ScenarioError, match=words):
        typical_year(str(path))


def test_times_of_another_clock_are_moved_to_the_station_s_own(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(psm(clock_h=0))
    kept = np.arange(8760) < 8755
    np.testing.assert_allclose(typical_year(str(path)).values["dry_bulb_c"][kept], TRUTH["dry_bulb_c"][kept], atol=0.011)


def test_humidity_comes_from_the_dew_point_where_a_file_has_no_other(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(psm(without=("Relative Humidity",)))
    year = typical_year(str(path))
    warm = TRUTH["dry_bulb_c"] > 15.0
    assert year.values["rh_pct"][warm].min() > 68.0 and year.values["rh_pct"][warm].max() < 78.0
    assert any("from the dew point" in note for note in year.notes)


@pytest.mark.parametrize("absurd", ["-99", "99.9"])
def test_one_absurd_row_of_a_table_of_minutes_is_no_part_of_a_mean(tmp_path, absurd):
    head = "time,dry_bulb_c,rh_pct,pressure_hpa,wind_dir_deg,wind_speed_ms,total_cloud_tenths,ceiling_m,ghi_w_m2"
    row = ",".join(f"{TRUTH[c].mean():.1f}" for c in ("dry_bulb_c", "rh_pct", "pressure_hpa", "wind_dir_deg", "wind_speed_ms"))
    times = np.datetime64("2023-01-01T00:00") + np.arange(4 * 8760) * np.timedelta64(15, "m")
    lines = [head, *(f"{str(t).replace('T', ' ')},{row},5,3000,100" for t in times)]
    column = {"-99": 1, "99.9": 5}[absurd]
    cells = lines[1001].split(",")
    lines[1001] = ",".join([*cells[:column], absurd, *cells[column + 1 :]])
    path = tmp_path / "w.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(ScenarioError, match=rf"is {absurd}, not within"):
        typical_year(str(path))
