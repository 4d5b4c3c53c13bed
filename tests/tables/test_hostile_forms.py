"""Forms that are easily taken for something else, each over all its siblings: the right value, or a refusal."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import numpy as np
import pytest

from gigacampus.answers.claims.register import read as read_claims
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.tables.cells import NO_NUMBER
from gigacampus.neighbours.noise.geodata.crs import frame
from gigacampus.neighbours.noise.geodata.receivers import read_receivers
from gigacampus.neighbours.noise.geodata.terrain import ascii_grid
from gigacampus.rerun.actuals import read_actuals
from gigacampus.scenario.hourly_names import ENERGY
from gigacampus.scenario.load_files import ALL_NINES, hourly_load
from tests.tables.load_mutants import TRUTH_MW

TIMES = [datetime(2025, 1, 1) + timedelta(hours=h) for h in range(8760)]
LABELS = [f"{year}-{month:02d}" for year in (2026, 2027) for month in range(1, 13)]


def written(tmp_path, lines, encoding="utf-8", name="t.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def refusal(read, *arguments) -> str:
    with pytest.raises(ScenarioError) as error:
        read(*arguments)
    assert all(f.fix or f.nearest for f in error.value.findings), str(error.value)
    return str(error.value)


def load_rows(header, values, form="%Y-%m-%d %H:%M"):
    return [header, *(f"{t:{form}},{v:.4f}" for t, v in zip(TIMES, values, strict=True))]


@pytest.mark.parametrize("form", ["%y-%m-%d %H:%M", "%m/%d/%y %H:%M", "%d.%m.%y %H:%M", "%d-%m-%y %H:%M", "%y/%m/%d %H:%M"])
def test_years_of_two_digits_are_read_in_any_place(tmp_path, form):
    found = hourly_load(written(tmp_path, load_rows("time,load_mw", TRUTH_MW, form)))
    np.testing.assert_allclose(found.mw, TRUTH_MW, atol=1e-4)
    assert "from 2025-01-01" in found.finding


def test_a_number_of_nines_far_above_the_rest_is_a_recorders_mark(tmp_path):
    lines = load_rows("time,load_mw", TRUTH_MW)
    hour = lines[3000].split(",")[0]
    for mark in ALL_NINES[::5]:
        text = refusal(hourly_load, written(tmp_path, [*lines[:3000], f"{hour},{mark}", *lines[3001:]]))
        assert ":3001" in text and "without a value" in text
    high = np.where(np.arange(8760) == 3000, 999.0, 6.0 * TRUTH_MW)
    assert hourly_load(written(tmp_path, load_rows("time,load_mw", high))).mw.max() == 999.0


@pytest.mark.parametrize("name", ["energy_mwh", ENERGY[0], ENERGY[-1]])
@pytest.mark.parametrize("reset_h", [24, 168, 730, 0])
def test_a_counter_that_begins_anew_is_no_load(tmp_path, name, reset_h):
    total = np.cumsum(TRUTH_MW * 0.02)
    if reset_h:
        total = total - np.repeat(total[::reset_h], reset_h)[:8760]
    for values in (total, total[::-1]):
        assert "reading of a counter" in refusal(hourly_load, written(tmp_path, load_rows(f"time,{name}", values)))


@pytest.mark.parametrize("name", ["t", "Zeitpunkt (lokal)", "when", "MTU", "ts"])
@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p"])
def test_times_under_a_name_that_nobody_knows_are_times(tmp_path, name, form):
    head, *rows = load_rows(f"{name},load_mw", TRUTH_MW, form)
    start = 4344
    found = hourly_load(written(tmp_path, [head, *rows[start:], *rows[:start]]))
    np.testing.assert_allclose(found.mw, TRUTH_MW, atol=1e-4)
    assert "no time stamps" not in found.finding and "not read" not in found.finding
    meters = ["2025010100,1735689600"] * 8760
    plain = hourly_load(written(tmp_path, ["meter,account,load_mw", *(f"{m},{v:.4f}" for m, v in zip(meters, TRUTH_MW, strict=True))]))
    assert "not read: meter, account" in plain.finding


def test_seconds_under_a_name_that_nobody_knows_are_universal_time(tmp_path):
    rows = [f"{int((t - datetime(1970, 1, 1)).total_seconds())},80" for t in TIMES]
    assert "universal time" in refusal(hourly_load, written(tmp_path, ["unix_time,load_mw", *rows]))


def test_serial_days_of_the_other_calendar_are_asked_for(tmp_path):
    for zero, known in ((datetime(1899, 12, 30), True), (datetime(1904, 1, 1), False)):
        rows = ["date,load_mw", *(f"{(t - zero).total_seconds() / 86400:.9f},{v:.4f}" for t, v in zip(TIMES, TRUTH_MW, strict=True))]
        path = written(tmp_path, rows)
        if known:
            np.testing.assert_allclose(hourly_load(path).mw, TRUTH_MW, atol=1e-4)
        else:
            assert "count from 1904" in refusal(hourly_load, path)


@pytest.mark.parametrize(("mark", "scale"), [(65_535.0, 1.0), (6553.5, 1.0), (327.67, 0.03), (2400.0, 0.5)])
def test_hours_far_above_all_others_are_told(tmp_path, mark, scale):
    high = np.where(np.isin(np.arange(8760), (3000, 3001)), mark, scale * TRUTH_MW * 1000 / 100)
    found = hourly_load(written(tmp_path, load_rows("time,load_kw", high)))
    assert "2 hours more than 2 times above nearly all others" in found.finding and "first at 6 May 00:00" in found.finding
    assert "above nearly all" not in hourly_load(written(tmp_path, load_rows("time,load_mw", TRUTH_MW))).finding


def test_energy_without_a_unit_is_asked_for_it_where_rows_are_shorter_than_an_hour(tmp_path):
    rows = [f"{t + timedelta(minutes=30 * k):%Y-%m-%d %H:%M},80" for t in TIMES for k in range(2)]
    for name in (ENERGY[0], ENERGY[-1]):
        assert "the energy of each 30 minutes" in refusal(hourly_load, written(tmp_path, [f"time,{name}", *rows]))
    assert hourly_load(written(tmp_path, ["time,energy_mwh", *rows])).mw.max() == pytest.approx(160.0)


@pytest.mark.parametrize("words", ["All values in kW", "Unit: GW", "meter 7 (kWh)"])
def test_a_unit_above_the_header_is_not_passed_over(tmp_path, words):
    lines = load_rows("time,load", TRUTH_MW)
    for above in (words, f"# {words}"):
        assert "above the header stands" in refusal(hourly_load, written(tmp_path, [above, *lines]))
    assert hourly_load(written(tmp_path, ["Export in MW", *lines])).mw.max() == pytest.approx(TRUTH_MW.max(), abs=1e-4)
    money = ["period,metric,value", "2026Q1,revenue,475"]
    for above in ("(in USD millions)", "USD bn", "# in thousands", "$000s", "EUR"):
        assert "above the header stands" in refusal(read_actuals, written(tmp_path, [above, *money]), LABELS)


def test_hours_at_nothing_are_told_and_encodings_with_a_mark_are_read(tmp_path):
    values = np.where(np.arange(8760) == 1610, 0.0, TRUTH_MW)
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert "1 hours at 0 MW" in hourly_load(written(tmp_path, load_rows("time,load_mw", values), encoding)).finding


@pytest.mark.parametrize("mark", [*map(str, NO_NUMBER), "1e30", "-1e30", "--", "n/a", "#N/A", "NULL"])
def test_marks_of_no_value_are_no_claim_and_no_figure(tmp_path, mark):
    refusal(read_claims, written(tmp_path, ["id,claim,value,unit,variable", f"a,words,{mark},USD,revenue_usd"]))
    refusal(read_actuals, written(tmp_path, ["period,metric,value,unit", f"2026Q1,net_income,{mark},USD m"]), LABELS)


@pytest.mark.parametrize(
    ("rows", "claimed"),
    [
        (['a,n,"420,000",,chips,about'], "420,000 may be 420.000 or 420000"),
        (['a,n,"420,000",,chips,about', "b,n,1.5,,chips,about"], 420_000.0),
        (['a,n,"420,000",,chips,about', 'b,n,"1,5",,chips,about'], 420.0),
        (['a,n,"1,420,000",,chips,about'], 1_420_000.0),
        (["a,n,2027-13,,chips,by"], "is no month"),
        (["a,n,soon,,chips,by"], "is no month"),
    ],
)
def test_a_claim_is_one_number_or_says_which_two_it_could_be(tmp_path, rows, claimed):
    lines = ["id,claim,value,unit,variable,relation", *(row.replace("chips", "accelerators_in_service") for row in rows)]
    path = written(tmp_path, lines)
    if isinstance(claimed, str):
        assert claimed in refusal(read_claims, path)
    else:
        assert read_claims(path).claims[0].judge.claimed == claimed


@pytest.mark.parametrize("share", ["5", "-1", "nan", "0"])
def test_a_share_that_is_none_is_refused(tmp_path, share):
    path = written(tmp_path, ["id,claim,value,unit,variable,within_frac", f"a,n,5,USD bn,revenue_usd,{share}"])
    with pytest.raises(ScenarioError, match="within_frac"):
        read_claims(path)


PLACES = ((39.995, -82.88), (40.0, -82.875))
AXES = (("lat", "lon"), ("Latitude", "Longitude"), ("Lat (deg)", "Lon (deg)"), ("lat_deg", "lon_deg"), ("Y", "X"))


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ","), (";", "."), ("\t", ","), ("\t", ".")])
@pytest.mark.parametrize("digits", [3, 5])
def test_receivers_stand_where_they_were_written(tmp_path, axes, separator, decimal, digits):
    places = frame("EPSG:4326", site_lat=39.99, site_lon=-82.88)
    for turned in (False, True):
        lines = [separator.join(["name", *axes])]
        for k, (lat, lon) in enumerate(PLACES):
            cells = (lon, lat) if turned else (lat, lon)
            lines.append(separator.join([f"r{k}", *(f"{v:.{digits}f}".replace(".", decimal) for v in cells)]))
        found = read_receivers(written(tmp_path, lines), places, height_m=4.0, site_lat=39.99, site_lon=-82.88)
        np.testing.assert_allclose(np.column_stack([found.lat, found.lon]), PLACES, atol=1e-6)
        assert any("latitude stands before longitude" in text for text in found.findings) == turned


def test_a_receiver_column_that_stands_twice_and_an_empty_height_are_told(tmp_path):
    places = frame("EPSG:4326", site_lat=39.99, site_lon=-82.88)
    path = written(tmp_path, ["name,lon,lat,lat,height_m", "a,-82.88,39.995,39.999,"])
    found = read_receivers(path, places, height_m=4.0, site_lat=39.99, site_lon=-82.88)
    assert any("lat stands twice" in text for text in found.findings) and any("4 m taken" in text for text in found.findings)


GRID = {"ncols": "3", "nrows": "2", "xllcorner": "-82.9", "yllcorner": "39.9", "cellsize": "0.1", "nodata_value": "-9999"}
CELLS = ["240 241 242", "243 244 245"]


def grid(tmp_path, head):
    return ascii_grid(written(tmp_path, [*(f"{k} {v}" for k, v in head), *CELLS], name="g.asc"))


def test_every_header_of_a_grid_is_read_or_refused(tmp_path):
    truth = grid(tmp_path, GRID.items())
    for order in itertools.islice(itertools.permutations(GRID.items()), 0, None, 37):
        assert grid(tmp_path, order).x0 == truth.x0
    steps = [(k, v) for k, v in GRID.items() if k != "cellsize"] + [("dx", "0.1"), ("dy", "0.1")]
    centres = [(k.replace("corner", "center"), "-82.85" if k[0] == "x" else "39.95") if k[1:3] == "ll" else (k, v) for k, v in GRID.items()]
    mixed = [(k, v) if k[0] != "y" else centres[3] for k, v in GRID.items()]
    upper = [(k.upper(), v) for k, v in GRID.items()]
    for head in (steps, centres, mixed, upper, [*GRID.items(), ("dx", "0.1"), ("dy", "0.1")]):
        found = grid(tmp_path, head)
        np.testing.assert_allclose((found.x0, found.y0, found.step_x, found.step_y), (truth.x0, truth.y0, 0.1, 0.1))
        np.testing.assert_array_equal(found.altitude, truth.altitude)
    wrong = [[*GRID.items(), extra] for extra in [*GRID.items(), ("zunits", "2"), ("dx", "0.2"), ("scale", "0.1")]]
    wrong += [[(k, v) for k, v in GRID.items() if k != lost] for lost in GRID if lost != "nodata_value"]
    wrong += [[(k, bad if k == name else v) for k, v in GRID.items()] for name in list(GRID)[:5] for bad in ("nan", "inf", "2.5x", "")]
    wrong += [[(k, "3.5" if k == name else v) for k, v in GRID.items()] for name in ("ncols", "nrows")]
    for head in wrong:
        refusal(grid, tmp_path, head)


def test_a_formula_without_its_value_is_named(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    for value, words in (("=80+1", "=80+1 is not a number"), (None, "not a usable number"), (81, "")):
        book = openpyxl.Workbook()
        book.active.append(["Figures of the quarter"])
        book.active.merge_cells("A1:D1")
        for row in (["period", "metric", "value", "unit"], ["2026Q1", "revenue", value, "USD m"]):
            book.active.append(row)
        book.save(tmp_path / "b.xlsx")
        if words:
            assert words in refusal(read_actuals, tmp_path / "b.xlsx", LABELS)
        else:
            assert [row.value for row in read_actuals(tmp_path / "b.xlsx", LABELS)] == [81e6]
