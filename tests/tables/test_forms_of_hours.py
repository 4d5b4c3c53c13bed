"""One year of hours in the shapes that markets, meters and spreadsheets give it: ranges of time, a day across, clocks in hundreds."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.tables.days_across import days_across
from gigacampus.foundation.tables.text import table_of
from gigacampus.scenario.load_files import hourly_load, hourly_price
from tests.tables.load_mutants import TRUTH_MW

START = datetime(2025, 1, 1)
TIMES = {
    "entso-e": ("MTU (CET/CEST),Actual Total Load [MW] - BZN|XX", lambda a, b: f"{a:%d.%m.%Y %H:%M} - {b:%d.%m.%Y %H:%M}"),
    "iso range": ("Time interval,load_mw", lambda a, b: f"{a.isoformat()}/{b.isoformat()}"),
    "words": ("period,load_mw", lambda a, b: f"{a:%Y-%m-%d %H:%M} to {b:%Y-%m-%d %H:%M}"),
    "day and range": ("date,time,load_mw", lambda a, b: f"{a:%Y-%m-%d},{a:%H:%M}-{b:%H:%M}"),
    "weekday": ("time,load_mw", lambda a, b: f"{a:%a %Y-%m-%d %H:%M}"),
    "close": ("Local time,load_mw", lambda a, b: f"{a:%d%b%Y %H:%M:%S}"),
    "hundreds": ("date,hour_ending,load_mw", lambda a, b: f"{a:%m/%d/%Y},{100 * (a.hour + 1):04d}"),
    "both clocks": ("time_utc,time_local,load_mw", lambda a, b: f"{a + timedelta(hours=6):%Y-%m-%d %H:%M},{a:%Y-%m-%d %H:%M}"),
}


def load_of(path, text):
    path.write_text(text, encoding="utf-8")
    return hourly_load(path)


@pytest.mark.parametrize("form", TIMES)
def test_times_in_every_form_lay_the_same_year(form, tmp_path):
    header, write = TIMES[form]
    hours = [START + timedelta(hours=k) for k in range(8760)]
    rows = (f"{write(a, a + timedelta(hours=1))},{mw:.4f}" for a, mw in zip(hours, TRUTH_MW, strict=True))
    np.testing.assert_allclose(load_of(tmp_path / "a.csv", "\n".join([header, *rows])).mw, TRUTH_MW, atol=1e-3)


def across(header, day, values, step=1, per_day=24):
    rows = (
        f"{day(START + timedelta(days=d))}," + ",".join(f"{v:.4f}" for v in values[per_day * d : per_day * (d + 1)]) for d in range(365)
    )
    return "\n".join([header, *rows])


def iso(day):
    return f"{day:%Y-%m-%d}"


COLUMNS = {
    "h1": [f"h{k}" for k in range(1, 25)],
    "HE01": [f"HE{k:02d}" for k in range(1, 25)],
    "Hour 1": [f"Hour {k}" for k in range(1, 25)],
    "0": [str(k) for k in range(24)],
    "00:00": [f"{k:02d}:00" for k in range(24)],
    "01:00": [f"{k:02d}:00" for k in range(1, 25)],
    "h1_mw": [f"h{k}_mw" for k in range(1, 25)],
    "H01 (MW)": [f"H{k:02d} (MW)" for k in range(1, 25)],
}


@pytest.mark.parametrize("columns", COLUMNS)
def test_a_day_across_lays_the_same_year(columns, tmp_path):
    found = load_of(tmp_path / "a.csv", across(",".join(["date", *COLUMNS[columns]]), iso, TRUTH_MW))
    np.testing.assert_allclose(found.mw, TRUTH_MW, atol=1e-3)
    assert "columns of a day taken as rows" in found.finding and ("no unit" in found.finding) == ("mw" not in columns.lower())


def test_month_and_day_half_hours_kilowatts_and_prices_across(tmp_path):
    text = across("month,day," + ",".join(COLUMNS["h1"]), lambda d: f"{d.month},{d.day}", TRUTH_MW)
    np.testing.assert_allclose(load_of(tmp_path / "a.csv", text).mw, TRUTH_MW, atol=1e-3)
    halves = ",".join(f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 30))
    text = across(f"date,{halves}", iso, np.repeat(TRUTH_MW, 2), per_day=48)
    np.testing.assert_allclose(load_of(tmp_path / "b.csv", text).mw, TRUTH_MW, atol=1e-3)
    text = across("date," + ",".join(f"h{k} (kW)" for k in range(1, 25)), iso, 1000.0 * TRUTH_MW)
    np.testing.assert_allclose(load_of(tmp_path / "c.csv", text).mw, TRUTH_MW, atol=1e-3)
    (tmp_path / "p.csv").write_text(across("date," + ",".join(COLUMNS["HE01"]), iso, TRUTH_MW), encoding="utf-8")
    np.testing.assert_allclose(hourly_price(tmp_path / "p.csv").usd_per_mwh, TRUTH_MW, atol=1e-3)


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        (["date", *(f"h{k}_mw" for k in range(1, 24)), "h24_kw"], "", "in MW and kW|in kw and mw"),
        (["date", *(f"h{k}" for k in range(1, 26))], ",7.0", "25 hours"),
        (["date", *(f"hour_beginning_{k}" for k in range(1, 25))], "", "said to begin"),
    ],
)
def test_a_day_across_that_could_mean_two_things_is_refused(header, row, words, tmp_path):
    text = "\n".join([",".join(header), *(f"{iso(START + timedelta(days=d))}" + ",5.0" * 24 + row for d in range(365))])
    with pytest.raises(ScenarioError, match=words):
        load_of(tmp_path / "a.csv", text)


def test_what_does_not_count_a_day_through_is_left_as_it_is():
    for header in (["date", *(f"h{k}" for k in range(1, 24))], ["date", *(f"h{k}" for k in range(2, 25)), "h30"], ["date", "load_mw"]):
        table = table_of("\n".join([",".join(header), ",".join(["2025-01-01", *["5"] * (len(header) - 1)])]).encode(), "a.csv")
        assert days_across(table, "load") is table


def test_scales_without_a_unit_and_loads_that_only_rise_are_asked_or_told(tmp_path):
    rows = "\n".join(f"{mw / 100.0:.5f}" for mw in TRUTH_MW)
    with pytest.raises(ScenarioError, match="shares of a peak"):
        load_of(tmp_path / "a.csv", f"load\n{rows}")
    assert load_of(tmp_path / "b.csv", f"load_mw\n{rows}").mw.max() < 1.0
    (tmp_path / "p.csv").write_text(f"price\n{rows}", encoding="utf-8")
    with pytest.raises(ScenarioError, match="USD/kWh, or USD/MWh"):
        hourly_price(tmp_path / "p.csv")
    (tmp_path / "c.csv").write_text("price (cents/kWh)\n" + "\n".join(f"{mw / 10.0:.5f}" for mw in TRUTH_MW), encoding="utf-8")
    np.testing.assert_allclose(hourly_price(tmp_path / "c.csv").usd_per_mwh, TRUTH_MW, atol=1e-3)
    total = "\n".join(f"{mw:.4f}" for mw in np.cumsum(TRUTH_MW) / 1000.0)
    assert "a counter" in load_of(tmp_path / "d.csv", f"load_mw\n{total}").finding
