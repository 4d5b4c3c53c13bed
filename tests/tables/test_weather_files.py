"""Weather files: what marks a missing value is never data, what is valid is read, what is not is refused when the scenario is loaded."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import load
from gigacampus.scenario.weather import COLUMNS, typical_year
from gigacampus.scenario.weather.epw import COLUMN
from gigacampus.scenario.weather.site import fits
from gigacampus.scenario.weather.tabular import read_table_year

HEAD = [
    "LOCATION,Nowhere,OH,USA,SYN,999999,39.99,-82.88,-5.0,247.0",
    "DESIGN CONDITIONS,0",
    "TYPICAL/EXTREME PERIODS,0",
    "GROUND TEMPERATURES,0",
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
    "COMMENTS 1,made up",
    "COMMENTS 2,made up",
    "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
]
SCENARIO = """title: weather case
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 24}
campuses:
  first:
    site: {lat: LAT, lon: LON, elevation_m: 247, weather: NAME}
    blocks: {hall: {kind: hall, it_mw: 92.3, in_service: 2026-03-01}}
company: {opening_cash_usd: 4 GUSD}
"""


def rows(hours=8760, year=2015):
    out = []
    for i in range(hours):
        t = datetime(year, 1, 1) + timedelta(hours=i)
        h = t.hour
        sun = max(0.0, 700 * math.sin(math.pi * (h - 5.5) / 13)) if 6 <= h <= 18 else 0.0
        dry = 11 + 12 * math.sin(2 * math.pi * (i / 24 - 110) / 365) + 4 * math.sin(2 * math.pi * (h - 9) / 24)
        row = [t.year, t.month, t.day, h + 1, 60, "?9?9", f"{dry:.1f}", "5.0", 65, 98800, 0, 0, 300, f"{sun:.0f}", *[0] * 6]
        row += [
            (i * 37) % 360,
            f"{2 + 2 * (9 <= h < 18) + (i % 5) * 0.4:.1f}",
            (i // 7) % 11,
            5,
            16.0,
            1500 if (i // 7) % 11 > 5 else 77777,
        ]
        out.append([*row, 9, 999999999, 100, 0.05, 0, 88, 0.2, 0, 1])
    return out


BASE = rows()


def epw(tmp_path, table, head=HEAD, name="a.epw", encoding="utf-8"):
    path = tmp_path / name
    path.write_text("\n".join([*head, *(",".join(map(str, row)) for row in table)]) + "\n", encoding=encoding)
    return path


def changed(change):
    table = [list(row) for row in BASE]
    for i, row in enumerate(table):
        change(i, row)
    return table


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return typical_year(str(epw(tmp_path_factory.mktemp("base"), BASE)))


MARKS = {
    "dry_bulb_c": "99.9",
    "rh_pct": 999,
    "pressure_hpa": 999999,
    "wind_dir_deg": 999,
    "wind_speed_ms": 999,
    "ghi_w_m2": 9999,
    "ceiling_m": 99999,
}
MARKS["total_cloud_tenths"] = 99


@pytest.mark.parametrize("mark", ["own", "-9999"])
@pytest.mark.parametrize("column", COLUMNS)
def test_every_missing_mark_is_told_and_filled(tmp_path, base, column, mark):
    def lose(i, row):
        if i % 20 == 0:
            row[COLUMN[column]] = MARKS[column] if mark == "own" else mark

    found = typical_year(str(epw(tmp_path, changed(lose))))
    values, truth = found.values[column], base.values[column]
    assert any(note.startswith(f"{column}:") and "438 hours missing" in note for note in found.notes)
    assert np.isfinite(values).all() and values.min() >= truth.min() and values.max() <= truth.max()
    kept = np.arange(8760) % 20 != 0
    np.testing.assert_array_equal(values[kept], truth[kept])


@pytest.mark.parametrize("column", ["dry_bulb_c", "rh_pct", "wind_dir_deg", "wind_speed_ms", "ghi_w_m2"])
def test_a_column_that_is_missing_altogether_is_refused(tmp_path, column):
    def lose(_, row):
        row[COLUMN[column]] = MARKS[column]

    with pytest.raises(ScenarioError, match=f"{column} is missing in 8,760 of 8,760 hours"):
        typical_year(str(epw(tmp_path, changed(lose))))


def test_clouds_that_are_missing_come_from_the_sun_and_pressure_from_the_height(tmp_path):
    def lose(_, row):
        row[9], row[22], row[25] = 999999, 99, 99999

    found = typical_year(str(epw(tmp_path, changed(lose))))
    assert found.values["total_cloud_tenths"].min() >= 0.0 and found.values["total_cloud_tenths"].max() <= 10.0
    assert found.values["pressure_hpa"].mean() == pytest.approx(983.9, abs=0.5)
    assert sum("8,760 hours missing" in note for note in found.notes) == 3


@pytest.mark.parametrize(
    ("column", "value"), [(6, 70), (8, 130), (9, 20000), (13, 2000), (20, 400), (21, 80), (22, 11), (25, 50000), (6, "abc")]
)
def test_what_no_weather_can_be_is_refused(tmp_path, column, value):
    def spoil(i, row):
        if i == 100:
            row[column] = value

    with pytest.raises(ScenarioError, match=r"5 January 04:00|not a number"):
        typical_year(str(epw(tmp_path, changed(spoil))))


def test_valid_files_of_every_shape_are_read(tmp_path, base):
    nine = [*HEAD[:6], "COMMENTS 1,second", *HEAD[6:]]
    for path in (
        epw(tmp_path, BASE, name="bom.epw", encoding="utf-8-sig"),
        epw(tmp_path, BASE, nine, "nine.epw"),
        epw(tmp_path, BASE, name="UPPER.EPW"),
        epw(tmp_path, BASE, [HEAD[0].replace("Nowhere", "Köln"), *HEAD[1:]], "latin.epw", "cp1252"),
        epw(tmp_path, BASE[4000:] + BASE[:4000], name="turned.epw"),
    ):
        for column in COLUMNS:
            np.testing.assert_array_equal(typical_year(str(path)).values[column], base.values[column])
    leap = typical_year(str(epw(tmp_path, rows(8784, 2020), name="leap.epw")))
    assert leap.notes == ("29 February left out", *base.notes) and leap.values["dry_bulb_c"][59 * 24] == float(rows(8784, 2020)[60 * 24][6])


@pytest.mark.parametrize(
    ("table", "head", "words"),
    [
        (BASE[:-1], HEAD, "8,759 of 8760 hours"),
        (BASE + BASE[:1], HEAD, "stands twice"),
        (BASE, HEAD[1:], "LOCATION"),
        (BASE, HEAD[:-1], "DATA PERIODS"),
        (BASE, [*HEAD[:-1], "DATA PERIODS,1,4,Data,Sunday"], "4 records an hour"),
        (BASE, ["LOCATION,N,OH,USA,SYN,9,390.99,-82.88,-5.0,247.0", *HEAD[1:]], "no place"),
        ([row[:20] for row in BASE], HEAD, "20 cells"),
    ],
)
def test_what_is_no_epw_says_why(tmp_path, table, head, words):
    with pytest.raises(ScenarioError, match=words):
        typical_year(str(epw(tmp_path, table, head)))


def scenario(tmp_path, weather, lat=39.99, lon=-82.88):
    path = tmp_path / "s.yaml"
    path.write_text(SCENARIO.replace("LAT", str(lat)).replace("LON", str(lon)).replace("NAME", weather), encoding="utf-8")
    return path


def test_weather_is_checked_when_the_scenario_is_loaded(tmp_path):
    epw(tmp_path, BASE, name="UPPER.EPW")
    _, document = load(scenario(tmp_path, "UPPER.EPW"))
    assert any("8,760 hours of weather" in text for text in document.understood)
    epw(tmp_path, BASE[:-1], name="short.epw")
    with pytest.raises(ScenarioError) as error:
        load(scenario(tmp_path, "short.epw"))
    assert error.value.findings[0].path == "campuses.first.site.weather" and "8,759" in str(error.value)


@pytest.mark.parametrize(
    ("lat", "lon", "words"),
    [
        (39.99, 82.88, "lost minus sign of the longitude"),
        (-82.88, 39.99, "lat: -82.88 is out of range"),
        (-70.0, 39.98, "km away"),
        (-39.99, -82.88, "lost minus sign of the latitude"),
        (35.0, -120.0, "km away"),
    ],
)
@pytest.mark.parametrize("weather", ["lib:weather/columbus_oh", "a.epw"])
def test_a_site_far_from_its_weather_is_refused(tmp_path, lat, lon, words, weather):
    epw(tmp_path, BASE)
    with pytest.raises(ScenarioError, match=words):
        load(scenario(tmp_path, weather, lat, lon))


def csv_of(year, chance):
    """One table of a year: columns shuffled, units and marks of the writer's choice."""
    forms = {
        "dry_bulb_c": (("dry_bulb_c", 1, 0), ("Temperature (°C)", 1, 0), ("temp_f", 1.8, 32),
                       ("Dry Bulb [degF]", 1.8, 32), ("temp_kelvin", 1, 273.15)),
        "rh_pct": (("rh_pct", 1, 0), ("RH (%)", 1, 0), ("relative_humidity", 1, 0), ("rh_frac", 0.01, 0)),
        "pressure_hpa": (("pressure_hpa", 1, 0), ("Pressure (Pa)", 100, 0), ("pressure_kpa", 0.1, 0), ("pressure, mbar", 1, 0)),
        "wind_dir_deg": (("wind_dir_deg", 1, 0), ("Wind direction (°)", 1, 0)),
        "wind_speed_ms": (("wind_speed_ms", 1, 0), ("Wind speed (m/s)", 1, 0), ("wind_speed_mph", 1 / 0.44704, 0),
                          ("wspd (km/h)", 3.6, 0), ("Wind speed [kn]", 3.6 / 1.852, 0)),
        "total_cloud_tenths": (("total_cloud_tenths", 1, 0), ("Cloud cover (%)", 10, 0), ("cloud_cover_oktas", 0.8, 0)),
        "ceiling_m": (("ceiling_m", 1, 0),),
        "ghi_w_m2": (("ghi_w_m2", 1, 0), ("GHI (W/m2)", 1, 0), ("ghi (kW/m²)", 0.001, 0), ("ghi_mj_m2", 0.0036, 0),
                     ("GHI [Wh/m²]", 1, 0), ("global_radiation (kJ/m2)", 3.6, 0), ("GHI (J/cm²)", 0.36, 0)),
    }  # fmt: skip
    separator = chance.choice(",;\t")
    decimal = chance.choice(".,") if separator != "," else "."
    columns = []
    for column in COLUMNS:
        name, factor, offset = chance.choice(forms[column])
        cells = [f"{v * factor + offset:.7g}".replace(".", decimal) for v in year.values[column]]
        columns.append((name, cells))
    if chance.random() < 0.7:
        start = chance.choice((0, 4000))
        stamps = [datetime(2023, 1, 1) + timedelta(hours=h) for h in range(8760)]
        form = chance.choice(("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"))
        columns = [(n, c[start:] + c[:start]) for n, c in columns]
        columns.append(("time", [t.strftime(form) for t in stamps[start:] + stamps[:start]]))
    if chance.random() < 0.4:
        columns.append(("remark", ["x"] * 8760))
    chance.shuffle(columns)
    return columns, separator


def test_energy_of_the_sun_is_divided_by_its_interval(tmp_path, base):
    start, kept = datetime(2023, 1, 1), [name for name in COLUMNS if name != "ghi_w_m2"]
    lines = [",".join(["time", "ghi (Wh/m2)", *kept])]
    for k in range(2 * 8760):
        cells = [f"{base.values['ghi_w_m2'][k // 2] / 2:.6g}", *(f"{base.values[name][k // 2]:.7g}" for name in kept)]
        lines.append(",".join([f"{start + timedelta(minutes=30 * k):%Y-%m-%d %H:%M}", *cells]))
    path = tmp_path / "half_hours.csv"
    path.write_text("\n".join(lines))
    np.testing.assert_allclose(typical_year(str(path)).values["ghi_w_m2"], base.values["ghi_w_m2"], rtol=1e-5)


def outcome(tmp_path, base, seed):
    chance = random.Random(seed)
    columns, separator = csv_of(base, chance)
    fault = chance.choice(("", "", "", "gap", "twice", "marks", "too hot", "foreign unit"))
    table = [list(r) for r in zip(*(c for _, c in columns), strict=True)]
    names = [n for n, _ in columns]
    number = next(i for i, n in enumerate(names) if n.lower().startswith(("dry", "temp")))
    if fault == "gap":
        del table[3000]
    elif fault == "twice":
        table.insert(17, table[16])
    elif fault == "marks":
        for k in range(0, 8760, 50):
            table[k][number] = chance.choice(("-9999", "", "NA"))
    elif fault == "too hot":
        table[99][number] = "1234"
    elif fault == "foreign unit":
        names[number] = "temperature (MW)"
    path = tmp_path / "w.csv"
    heads = [f'"{n}"' if separator in n else n for n in names]
    path.write_text(
        "\n".join(separator.join(r) for r in [heads, *table]), encoding=chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
    )
    try:
        year = typical_year(str(path))
    except ScenarioError as error:
        assert fault in ("gap", "twice", "too hot", "foreign unit") or "may be" in str(error), (seed, fault, str(error))
        return "refused", fault
    assert fault in ("", "marks"), (seed, fault)
    for column in COLUMNS:
        close = np.isclose(year.values[column], base.values[column], rtol=1e-4, atol=1e-3 if fault == "" else 2.0)
        assert close.all(), (seed, column, int((~close).sum()))
    return "read", fault


def test_a_sample_of_generated_tables(tmp_path, base):
    counts = Counter(outcome(tmp_path, base, seed)[0] for seed in range(4))
    assert counts["read"] >= 2


@pytest.mark.slow
def test_many_generated_tables(tmp_path, base, capsys):
    counts = Counter(outcome(tmp_path, base, seed) for seed in range(1000, 2000))
    with capsys.disabled():
        print("\nweather tables: outcome by fault")
        for (word, fault), n in sorted(counts.items()):
            print(f"  {word:<8} {fault or 'none':<14} {n:>6,}")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('723170,"GREENSBORO",NC,-5.0,36.100,-79.950,273\nDate (MM/DD/YYYY),Time (HH:MM),ETR (W/m^2)\n', "TMY3"),
        ("Source,Location ID,City\nNSRDB,1,-\n", "NSRDB PSM"),
        ("Latitude (decimal degrees): 45.000\nLongitude (decimal degrees): 8.000\n", "PVGIS"),
    ],
)
def test_formats_of_archives_need_their_reader_and_say_so(tmp_path, text, kind, monkeypatch):
    import sys

    path = tmp_path / "w.csv"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "pvlib", None)
    with pytest.raises(ScenarioError, match=rf"a {kind} file; reading it needs pvlib(.|\n)*gigacampus\[weather\]"):
        typical_year(str(path))


@pytest.mark.parametrize(
    ("name", "factor", "words"),
    [
        ("cloud_cover", 0.1, "shares, or tenths"),
        ("total_cloud_tenths", 0.1, "shares, or tenths"),
        ("cloud_cover", 0.8, "eighths, or tenths"),
        ("cloud_cover_frac", 0.1, ""),
        ("cloud_cover (oktas)", 0.8, ""),
        ("cloud_cover", 1.0, ""),
    ],
)
def test_a_cover_of_the_sky_on_another_scale_is_asked_for(name, factor, words):
    tenths = np.arange(8760) // 7 % 11
    cells = {
        "dry_bulb_c": 11.0,
        "rh_pct": 65,
        "pressure_hpa": 988,
        "wind_dir_deg": 90,
        "wind_speed_ms": 2,
        "ceiling_m": 1500,
        "ghi_w_m2": 0,
    }
    body = "\n".join(",".join([*map(str, cells.values()), f"{t * factor:.2f}"]) for t in tenths)
    content = f"{','.join([*cells, name])}\n{body}\n".encode()
    if words:
        with pytest.raises(ScenarioError, match=words):
            read_table_year(content, "w.csv")
    else:
        np.testing.assert_allclose(read_table_year(content, "w.csv").values["total_cloud_tenths"], tenths, atol=1e-9)


def station_table(path, changed=None, names=None, turned=0):
    """The library's station as a CSV: columns under other names or scales, rows turned against their times."""
    year = typical_year("lib:weather/columbus_oh").values
    table = {(names or {}).get(c, c): np.roll((changed or {}).get(c, lambda v: v)(year[c]), turned) for c in COLUMNS}
    times = [datetime(2023, 1, 1) + timedelta(hours=h) for h in range(8760)]
    rows = [",".join([f"{t:%Y-%m-%d %H:%M}", *(f"{v[k]:.6g}" for v in table.values())]) for k, t in enumerate(times)]
    path.write_text("\n".join([",".join(["time", *table]), *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("column", "name", "scale", "words"),
    [
        ("ghi_w_m2", "ghi", 0.0036, "MJ/m2 or J/cm2"),
        ("ghi_w_m2", "global_radiation", 0.36, "MJ/m2 or J/cm2"),
        ("wind_dir_deg", "wind_dir", np.pi / 180.0, "radians"),
        ("wind_dir_deg", "wind_direction", 1 / 22.5, "sixteenths"),
        ("wind_dir_deg", "wdir", 0.1, "tens of degrees"),
        ("wind_speed_ms", "wspd", 3.6, "km/h"),
        ("pressure_hpa", "pressure", 100.0, "not within"),
        ("pressure_hpa", "pressure", 0.02953, "not within"),
        ("rh_pct", "humidity", 0.01, "rh_frac"),
    ],
)
def test_a_column_without_a_unit_on_another_scale_is_asked_for_it(tmp_path, column, name, scale, words):
    path = station_table(tmp_path / "w.csv", {column: lambda v: v * scale}, {column: name})
    with pytest.raises(ScenarioError, match=words):
        typical_year(str(path))


def test_columns_without_a_unit_are_told(tmp_path):
    found = typical_year(str(station_table(tmp_path / "w.csv", names={"wind_speed_ms": "wspd", "dry_bulb_c": "temp"})))
    assert {"wspd: no unit stated, taken as m/s", "temp: no unit stated, taken as degC"} <= set(found.notes)


ALONE = [("dry_bulb_c", -73.3), ("dry_bulb_c", 60.0), ("pressure_hpa", 800.0), ("pressure_hpa", 1090.0)]


@pytest.mark.parametrize(("column", "mark"), ALONE)
def test_an_hour_alone_far_off_its_neighbours_is_no_weather(tmp_path, column, mark):
    path = station_table(tmp_path / "w.csv", {column: lambda v: np.where(np.arange(8760) % 1000 == 3, mark, v)})
    with pytest.raises(ScenarioError, match="off the hours on both sides"):
        typical_year(str(path))


@pytest.mark.parametrize(("turned", "word"), [(5, "refused"), (12, "refused"), (-6, "refused"), (2, "told"), (0, "")])
def test_hours_of_another_clock_are_seen_by_the_sun(tmp_path, turned, word):
    station_table(tmp_path / "w.csv", turned=turned)
    year = typical_year(str(tmp_path / "w.csv"))
    wrong, told = fits(SimpleNamespace(lat=39.99, lon=-82.88, elevation_m=247.0, weather_within_km=300.0), year)
    said = {"refused": wrong, "told": told}.get(word, [])
    assert (len(wrong), len(told)) == ((word == "refused"), (word == "told"))
    assert all("site's noon" in str(text) for text in said)
