"""Weather: files, the shift and the heat wave, wet bulb, stability."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.psychrometrics import humidity_ratio, saturation_kpa
from gigacampus.power import weather_stage
from gigacampus.scenario.weather import COLUMNS, stations, typical_year
from gigacampus.schema.power import HeatWaveSpec, WeatherSpec
from tests.power import synthetic


def weather(spec=None):
    given = synthetic.inputs(weather=spec)
    return weather_stage.run(given, {})


def test_all_stations_are_bundled_and_match_their_list():
    assert len(stations()) == 8
    for key, row in stations().items():
        year = typical_year(f"lib:weather/{key}")
        assert year.values["dry_bulb_c"].mean() == pytest.approx(float(row["mean_dry_bulb_c"]), abs=0.01)
        assert (year.values["wind_speed_ms"] < 0.5).mean() * 100 == pytest.approx(float(row["calm_pct"]), abs=0.051)


def test_published_wet_bulb_of_memphis():
    wet = weather()["wet_bulb_degc"][0]
    assert wet.mean() == pytest.approx(12.9, abs=0.3)
    assert np.quantile(wet, 0.996) == pytest.approx(26.3, abs=0.6)


def test_shift_keeps_relative_humidity():
    base, hot = weather(), weather(WeatherSpec(shift_c=3.0))
    np.testing.assert_allclose(hot["dry_bulb_degc"] - base["dry_bulb_degc"], 3.0)

    def vapour_over_saturation(w):
        dry, wet, p = w["dry_bulb_degc"], w["wet_bulb_degc"], w["pressure_kpa"]
        ws = humidity_ratio(saturation_kpa(wet), p)
        ratio = ((2501 - 2.326 * wet) * ws - 1.006 * (dry - wet)) / (2501 + 1.86 * dry - 4.186 * wet)
        return ratio / (0.621945 + ratio) * p / saturation_kpa(dry)

    warm = base["wet_bulb_degc"] > 0.5
    np.testing.assert_allclose(vapour_over_saturation(hot)[warm], vapour_over_saturation(base)[warm], atol=2e-3)


def test_heat_wave_touches_its_days_only():
    base, hot = weather(), weather(WeatherSpec(heat_wave=HeatWaveSpec(first="07-15", days=10, add_c=6.0)))
    added = hot["dry_bulb_degc"][0] - base["dry_bulb_degc"][0]
    first = (181 + 14) * 24
    assert np.count_nonzero(added) == 240 and np.allclose(added[first : first + 240], 6.0)
    assert np.all(hot["wet_bulb_degc"][0, first : first + 240] > base["wet_bulb_degc"][0, first : first + 240])


def test_stability_is_never_unstable_by_night_nor_stable_by_day():
    stability = weather()["stability_class"][0].reshape(365, 24)
    assert stability[:, :4].min() >= 4
    assert stability[:, 12].max() <= 4
    assert set(np.unique(stability)) <= {1, 2, 3, 4, 5, 6}


def epw_of(values):
    head = ["LOCATION,Town,ST,USA,TMY3,1,35.0,-90.0,-6.0,81.0", *["X,0"] * 6, "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"]
    rows = []
    for h in range(8760):
        cells = ["0"] * 35
        day = np.datetime64("2015-01-01") + h // 24
        cells[1:4] = [*str(day).split("-")[1:], str(h % 24 + 1)]
        for column, i in {
            "dry_bulb_c": 6,
            "rh_pct": 8,
            "wind_dir_deg": 20,
            "wind_speed_ms": 21,
            "total_cloud_tenths": 22,
            "ceiling_m": 25,
            "ghi_w_m2": 13,
        }.items():
            cells[i] = repr(float(values[column][h]))
        cells[9] = repr(float(values["pressure_hpa"][h] * 100.0))
        rows.append(",".join(cells))
    return "\n".join(head + rows)


def test_an_epw_and_a_csv_of_the_same_year_agree(tmp_path):
    values = typical_year("lib:weather/memphis_tn").values
    (tmp_path / "town.epw").write_text(epw_of(values))
    table = "\n".join([",".join(COLUMNS), *(",".join(repr(float(values[c][h])) for c in COLUMNS) for h in range(8760))])
    (tmp_path / "town.csv").write_text("# utc_offset_h: -6\n" + table)
    epw, own = typical_year(str(tmp_path / "town.epw")), typical_year(str(tmp_path / "town.csv"))
    assert epw.utc_offset_h == own.utc_offset_h == -6.0
    for column in COLUMNS:
        np.testing.assert_allclose(epw.values[column], values[column], rtol=1e-12)
        np.testing.assert_allclose(own.values[column], values[column], rtol=1e-12)


@pytest.mark.parametrize(
    "text,words",
    [
        ("dry_bulb_c\n1\n", "no column"),
        (",".join(COLUMNS) + "\n" + ",".join(["1"] * 8), "8760"),
        (",".join(COLUMNS) + "\n" + "\n".join([",".join(["x"] * 8)] * 8760), "not a number"),
        (",".join(COLUMNS) + "\n" + "\n".join([",".join(["500"] * 8)] * 8760), "not within"),
    ],
)
def test_a_bad_file_is_refused_in_words(tmp_path, text, words):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(ScenarioError, match=words):
        typical_year(str(tmp_path / "bad.csv"))


def test_a_heat_wave_needs_a_day_of_the_year():
    with pytest.raises(ValueError, match="not a day"):
        weather_stage.added_heat_k(WeatherSpec(heat_wave=HeatWaveSpec(first="02-30")))


def test_the_year_is_parsed_once():
    assert typical_year("lib:weather/memphis_tn") is typical_year("lib:weather/memphis_tn")
    assert isinstance(synthetic.inputs().tree, SimpleNamespace)


@pytest.mark.parametrize(("lon", "offset_h"), [(-77.0, -5.0), (-90.05, -6.0), (116.4, 8.0)])
def test_a_year_without_a_clock_has_that_of_its_longitude(lon, offset_h):
    """Fifteen degrees an hour; the sun's height, and by it the classes of the air, follow the clock."""
    year, place = typical_year("lib:weather/memphis_tn"), (35.0, lon, 80.0)
    told, untold = (weather_stage._computed(weather_stage._Held(replace(year, utc_offset_h=h)), place, 0.0, None) for h in (offset_h, None))
    for name, hours in told.items():
        np.testing.assert_array_equal(untold[name], hours, err_msg=name)
