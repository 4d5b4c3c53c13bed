"""Units and zones beside the values they belong to: one truth in every spelling, by every reader, or a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from gigacampus.answers.claims.register import read as read_claims
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.tables.headers import units_beside
from gigacampus.foundation.tables.money import read_money
from gigacampus.foundation.tables.text import table_of
from gigacampus.neighbours.noise.geodata.crs import frame
from gigacampus.neighbours.noise.geodata.heights import stated_height, unread_heights
from gigacampus.neighbours.noise.geodata.receivers import read_receivers
from gigacampus.neighbours.noise.geodata.tags import hides_nothing
from gigacampus.scenario.load_files import hourly_load

HOUR = np.arange(8760)
TRUTH_MW = 0.5 + 0.1 * np.sin(2 * np.pi * (HOUR - 9) / 24) + 0.0001 * (HOUR % 97)
"""Small, so that no bound tells GW or kW from MW."""


def load(tmp_path, header, row, first=datetime(2025, 1, 1)):
    path = tmp_path / "load.csv"
    lines = [row(f"{first + timedelta(hours=int(h)):%Y-%m-%d %H:%M}", TRUTH_MW[h]) for h in HOUR]
    path.write_text("\n".join([header, *lines]) + "\n")
    return hourly_load(path)


@pytest.mark.parametrize("unit_column", ["unit", "Units", "UOM", "load_unit", "Einheit"])
@pytest.mark.parametrize(("unit", "factor"), [("kW", 1e3), ("GW", 1e-3), ("megawatts", 1.0), ("kWh", 1e3)])
def test_a_column_of_units_converts_the_load(tmp_path, unit_column, unit, factor):
    found = load(tmp_path, f"time,load,{unit_column}", lambda t, mw: f"{t},{mw * factor:.9f},{unit}")
    np.testing.assert_allclose(found.mw, TRUTH_MW, rtol=1e-5)
    assert "not read" not in found.finding


@pytest.mark.parametrize(
    ("header", "units", "words"),
    [
        ("time,load,unit", ("MW", "kW"), "in MW and in kW"),
        ("time,load_mw,unit", ("GW", "GW"), "in GW and in mw"),
        ("time,load,unit", ("MW", ""), "in MW and in no unit"),
        ("time,load,unit", ("kPa", "kPa"), "kPa"),
    ],
)
def test_units_that_differ_are_refused(tmp_path, header, units, words):
    with pytest.raises(ScenarioError, match=words):
        load(tmp_path, header, lambda t, mw: f"{t},{mw:.6f},{units[t.endswith('1:00')]}")


def test_a_column_unit_of_machines_is_no_column_of_units(tmp_path):
    found = load(tmp_path, "time,unit,load_mw", lambda t, mw: f"{t},Unit 3,{mw:.6f}")
    np.testing.assert_allclose(found.mw, TRUTH_MW, atol=1e-6)
    assert "not read: unit" in found.finding


def test_a_unit_without_its_value_is_refused():
    table = table_of(b"a,b,unit\n1,2,kW\n", "x.csv")
    with pytest.raises(ScenarioError, match="unit of which value"):
        units_beside(table, [0, 1])


@pytest.mark.parametrize("name", ["tz", "timezone", "utc_offset", "zone"])
@pytest.mark.parametrize("said", ["UTC", "+00:00", "0"])
def test_a_column_of_zones_is_believed(tmp_path, name, said):
    with pytest.raises(ScenarioError, match="universal time"):
        load(tmp_path, f"time,{name},load_mw", lambda t, mw: f"{t},{said},{mw:.6f}")


@pytest.mark.parametrize("said", ["-5", "-05:00", "EST", "UTC-5"])
def test_a_column_of_standard_time_is_told(tmp_path, said):
    found = load(tmp_path, "time,tz,load_mw", lambda t, mw: f"{t},{said},{mw:.6f}")
    np.testing.assert_allclose(found.mw, TRUTH_MW, atol=1e-6)
    assert found.utc_offset_h == -5.0 and "UTC-5 as written" in found.finding


def test_summer_time_by_a_column_of_zones(tmp_path):
    def row(t, mw):
        summer = "2025-03-09 02:00" <= t < "2025-11-02 01:00"
        clock = datetime.fromisoformat(t) + timedelta(hours=1) * summer
        return f"{clock:%Y-%m-%d %H:%M},{'EDT' if summer else 'EST'},{mw:.6f}"

    np.testing.assert_allclose(load(tmp_path, "time,tz,load_mw", row).mw, TRUTH_MW, atol=1e-6)


@pytest.mark.parametrize(
    ("header", "stamp", "zone", "words"),
    [("time,tz,load_mw", "{}", "XYZ", "no zone that is known"), ("time,tz,load_mw", "{}-06:00", "-05:00", "contradicts the time")],
)
def test_zones_that_mean_nothing_or_contradict_are_refused(tmp_path, header, stamp, zone, words):
    with pytest.raises(ScenarioError, match=words):
        load(tmp_path, header, lambda t, mw: f"{stamp.format(t)},{zone},{mw:.6f}")


def test_a_zone_of_the_market_is_left_alone(tmp_path):
    assert "not read: zone" in load(tmp_path, "time,zone,load_mw", lambda t, mw: f"{t},COMED,{mw:.6f}").finding


def test_a_counter_is_no_load(tmp_path):
    path = tmp_path / "load.csv"
    total = np.cumsum(TRUTH_MW)
    path.write_text("energy_mwh\n" + "\n".join(f"{v:.4f}" for v in total) + "\n")
    with pytest.raises(ScenarioError, match="reading of a counter"):
        hourly_load(path)


@pytest.mark.parametrize(
    ("header", "row", "usd"),
    [
        ("period,metric,value (USD m),noise (USD bn)", "2026Q1,cash_usd,475,0.02", 2e7),
        ("period,metric,value (USD m),noise_usd", "2026Q1,cash_usd,475,2e7", 2e7),
        ("period,metric,value,unit,noise", "2026Q1,cash_usd,475,USD m,20", 2e7),
    ],
)
def test_noise_has_its_own_unit(tmp_path, header, row, usd):
    path = tmp_path / "figures.csv"
    path.write_text(f"{header}\n{row}\n")
    (found,) = read_money(path, most_rows=9, most_bytes=10_000, noise=True)
    assert (found.value, found.noise) == (475e6, pytest.approx(usd))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("period,metric,value (USD m),unit", "2026Q1,cash_usd,475,USD bn"),
        ("period,metric,value (€)", "2026Q1,cash_usd,475"),
        ("period,metric,value,noise (%)", "2026Q1,cash_usd,475,5"),
    ],
)
def test_money_in_two_units_or_another_currency_is_refused(tmp_path, header, row):
    path = tmp_path / "figures.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"unit|currency"):
        read_money(path, most_rows=9, most_bytes=10_000, noise=True)


def claimed(tmp_path, value, unit, variable="revenue_usd"):
    path = tmp_path / "claims.csv"
    path.write_text(f"id,claim,value,unit,variable,months\nX,words,{value},{unit},{variable},2027-01..2027-12\n", encoding="utf-8")
    (claim,) = read_claims(path).claims
    return claim.judge.claimed


@pytest.mark.parametrize(
    ("value", "unit"), [("5 bn", "USD"), ("5 USD bn", ""), ("$5", "bn"), ("5", "USD bn"), ("5000", "MUSD"), ("5e9", "")]
)
def test_the_unit_beside_a_claims_number_counts(tmp_path, value, unit):
    assert claimed(tmp_path, value, unit) == pytest.approx(5e9)


@pytest.mark.parametrize(("value", "unit"), [("5 bn", ""), ("5 MW", "USD"), ("5 EUR", ""), ("5 %", "USD bn"), ("USD 5", "USD bn")])
def test_a_claim_in_two_units_is_refused(tmp_path, value, unit):
    with pytest.raises(ScenarioError):
        claimed(tmp_path, value, unit)


def test_a_level_in_the_usual_spelling(tmp_path):
    assert claimed(tmp_path, "50", "dB(A)", "noise_night_dba") == 50.0


@pytest.mark.parametrize(
    ("header", "cells"), [("height,unit", "40,ft"), ("height,height_unit", "40,feet"), ("height_ft,note", "40,x"), ("z,units", "12.192,m")]
)
def test_a_receivers_height_in_the_unit_beside_it(tmp_path, header, cells):
    path = tmp_path / "r.csv"
    path.write_text(f"name,lat,lon,{header}\nN,39.99449,-82.88,{cells}\n")
    found = read_receivers(path, frame("EPSG:4326", site_lat=39.99, site_lon=-82.88), height_m=4.0, site_lat=39.99, site_lon=-82.88)
    assert found.height_m[0] == pytest.approx(12.192)


@pytest.mark.parametrize(
    "said", [{"man_made": "bridge", "height": 8}, {"man_made": "tunnel", "height": 8}, {"building": "yes", "man_made": "bridge"}]
)
def test_spans_and_tunnels_hide_nothing(said):
    assert hides_nothing(said)


def test_a_clearance_is_no_height():
    assert stated_height({"building": "yes", "maxheight": "2.1", "building:levels": 4}).height_m == 12.0
    assert stated_height({"maxheight": "2.1"}).height_m is None and stated_height({"max_height": 9}).height_m == 9.0
    assert unread_heights({"maxheight": "2.1"}) == ["maxheight"]
