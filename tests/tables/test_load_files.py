"""Hourly loads: the cases people met, each with its right value; and generated files whose truth is known."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.unit_names import UnknownUnit, factor_to
from gigacampus.scenario.load_files import hourly_load
from tests.tables.load_mutants import TRUTH_MW, mutant

START = datetime(2025, 1, 1)
LOAD = [85 + 10 * np.sin(2 * np.pi * (h // 24 - 100) / 365) + 3 * np.sin(2 * np.pi * (h % 24 - 9) / 24) for h in range(8760)]
STAMPS = [START + timedelta(hours=h) for h in range(8760)]
JANUARY_MWH = 55_930.0


def read(tmp_path, lines, encoding="utf-8"):
    path = tmp_path / "load.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return hourly_load(path)


def refusal(tmp_path, lines, encoding="utf-8"):
    with pytest.raises(ScenarioError) as error:
        read(tmp_path, lines, encoding)
    (finding,) = error.value.findings
    assert finding.fix
    return finding


def test_decimal_commas_between_semicolons(tmp_path):
    rows = [f"{t:%d.%m.%Y %H:%M};{v:.2f}".replace(".", ",").replace(",", ".", 2) for t, v in zip(STAMPS, LOAD, strict=True)]
    found = read(tmp_path, ["Zeit;Leistung_MW", *rows])
    assert found.mw.max() == pytest.approx(98.0, abs=0.01) and found.mw.sum() == pytest.approx(744_600, abs=50)
    assert "decimal commas" in found.finding and "8,760 hours from 2025-01-01" in found.finding


def test_thousands_under_one_header(tmp_path):
    found = read(tmp_path, ["load_mw", *(f"{20 * v:,.1f}" for v in LOAD)])
    assert found.mw.max() == pytest.approx(1960.0, abs=0.1) and found.mw.min() == pytest.approx(1440.0, abs=1.0)


@pytest.mark.parametrize("cell", ["{:.0f}", "{:.2f}"])
def test_a_decimal_comma_between_commas_is_refused(tmp_path, cell):
    rows = [f"{t:%Y-%m-%d %H:%M},{cell.format(v)},42" for t, v in zip(STAMPS, LOAD, strict=True)]
    assert "3 cells where the header names 2" in refusal(tmp_path, ["timestamp,load_mw", *rows]).problem
    assert "which is the facility's load" in refusal(tmp_path, [f"{v:.2f}".replace(".", ",") for v in LOAD]).problem


def test_three_digits_behind_every_mark_cannot_be_told(tmp_path):
    assert "may be" in refusal(tmp_path, ["load_mw", *(f"{v:.3f}".replace(".", ",") for v in LOAD)]).problem
    assert "may be" in refusal(tmp_path, ["t;load_kw", *(f"x;{1000 * v:,.0f}".replace(",", ".") for v in LOAD)]).problem


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("load_kw", 1e3),
        ("Load (kW)", 1e3),
        ("Demand [MW]", 1.0),
        ("Leistung / GW", 1e-3),
        ("power, W", 1e6),
        ("loadKW", 1e3),
        ("Energy (kWh)", 1e3),
    ],
)
def test_the_unit_of_the_header_counts(tmp_path, header, scale):
    rows = [f"{t:%Y-%m-%d %H:%M}\t{scale * v:.6f}" for t, v in zip(STAMPS, LOAD, strict=True)]
    found = read(tmp_path, [f"timestamp\t{header}", *rows])
    assert found.mw.max() == pytest.approx(98.0, abs=0.001) and "98.0 MW" in found.finding


@pytest.mark.parametrize("header", ["load_kva", "Load (%)", "Load (°C)", "temperature_c", "it_load_mw", "price", "load_mvar"])
def test_another_quantity_is_no_load(tmp_path, header):
    rows = [f"{t:%Y-%m-%d %H:%M},{v:.2f}" for t, v in zip(STAMPS, LOAD, strict=True)]
    assert refusal(tmp_path, [f"timestamp,{header}", *rows]).line == 1


@pytest.mark.parametrize(
    ("header", "words"),
    [("load_mva", "apparent power"), ("Load (kVA)", "apparent power"), ("MVA", "apparent power"), ("load_mvar", "reactive")],
)
def test_a_power_that_is_none_in_mw_is_refused_for_what_it_is(tmp_path, header, words):
    rows = [f"{t:%Y-%m-%d %H:%M},{v:.2f}" for t, v in zip(STAMPS, LOAD, strict=True)]
    found = refusal(tmp_path, [f"timestamp,{header}", *rows])
    assert words in found.problem and not found.nearest


@pytest.mark.parametrize("others", ["load_mva", "load_mvar"])
def test_the_power_of_a_meter_is_taken_beside_its_apparent_power(tmp_path, others):
    rows = [f"{t:%Y-%m-%d %H:%M},{1.25 * v:.2f},{v:.2f}" for t, v in zip(STAMPS, LOAD, strict=True)]
    found = read(tmp_path, [f"timestamp,{others},load_mw", *rows])
    assert found.mw.max() == pytest.approx(98.0, abs=0.01) and f"not read: {others}" in found.finding


@pytest.mark.parametrize(
    ("unit", "tonnes"), [("kt", 1e3), ("kt CO2", 1e3), ("ktCO2e", 1e3), ("t CO2-eq", 1.0), ("million tonnes CO2", 1e6)]
)
def test_a_mass_says_of_what_it_is(unit, tonnes):
    assert factor_to(unit, "t") == (tonnes, 0.0)


@pytest.mark.parametrize("unit", ["Mt", "MT", "mt CO2", "MtCO2e"])
def test_metric_tons_or_megatonnes_are_asked_for_in_words_that_can_be_read(unit):
    with pytest.raises(UnknownUnit, match=r"metric tons.* or million tonnes"):
        factor_to(unit, "t")
    assert factor_to("t", "t") == (1.0, 0.0) and factor_to("million tonnes", "t") == (1e6, 0.0)


def test_kilowatts_without_a_unit_are_asked_for_it(tmp_path):
    assert "state the unit" in refusal(tmp_path, ["load", *(f"{1000 * v:.1f}" for v in LOAD)]).fix


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_load_is_taken_by_its_name(tmp_path, order):
    rows = [
        ("timestamp", "load_mw", "outdoor_temp_c"),
        *((f"{t:%Y-%m-%d %H:%M}", f"{v:.2f}", "30") for t, v in zip(STAMPS, LOAD, strict=True)),
    ]
    found = read(tmp_path, [",".join(row[i] for i in order) for row in rows])
    assert found.mw.max() == pytest.approx(98.0, abs=0.01) and "not read: outdoor_temp_c" in found.finding


def test_rows_are_laid_by_their_own_month_and_day(tmp_path):
    july = datetime(2024, 7, 1)
    rows = [f"{july + timedelta(hours=i):%Y-%m-%d %H:%M},{LOAD[(i + 181 * 24) % 8760]:.2f}" for i in range(8760)]
    found = read(tmp_path, ["timestamp,load_mw", *rows])
    assert found.mw[:744].sum() == pytest.approx(JANUARY_MWH, abs=1.0) and "from 2024-07-01" in found.finding
    leap = [f"{datetime(2024, 1, 1) + timedelta(hours=i):%Y-%m-%d %H:%M},{LOAD[i]:.2f}" for i in range(8760)]
    assert "29 February is in the file" in refusal(tmp_path, ["timestamp,load_mw", *leap]).problem


def test_a_whole_leap_year_leaves_its_day_out(tmp_path):
    rows = [f"{datetime(2024, 1, 1) + timedelta(hours=i):%Y-%m-%d %H:%M},{i}" for i in range(8784)]
    found = read(tmp_path, ["timestamp,load_mw", *rows])
    assert found.mw[59 * 24] == 60 * 24 and "29 February left out" in found.finding


def test_one_row_off_is_refused_by_its_count(tmp_path):
    rows = [f"{t:%Y-%m-%d %H:%M},{v:.2f}" for t, v in zip(STAMPS, LOAD, strict=True)]
    skipped = refusal(tmp_path, ["timestamp,load_mw", *rows[:1634], *rows[1635:]])
    assert "8,759 hours, 8,760 needed" in skipped.problem and "summer time" in skipped.problem and skipped.line == 1635
    assert "8,759 hours" in refusal(tmp_path, ["site A", "timestamp,load_mw", *rows[:8759]]).problem
    assert "8760" in refusal(tmp_path, ["load_mw", *(f"{v:.2f}" for v in LOAD[:8759])]).problem


def test_a_mark_of_byte_order_changes_nothing(tmp_path):
    plain = read(tmp_path, [f"{v:.2f}" for v in LOAD])
    np.testing.assert_array_equal(read(tmp_path, [f"{v:.2f}" for v in LOAD], "utf-8-sig").mw, plain.mw)
    np.testing.assert_array_equal(read(tmp_path, [f"{v:.2f}" for v in LOAD], "utf-16").mw, plain.mw)


def test_summer_time_on_both_sides_of_the_equator(tmp_path):
    for first, last in ((datetime(2025, 3, 9, 2), datetime(2025, 11, 2, 1)), (datetime(2025, 10, 5, 2), datetime(2025, 4, 6, 2))):
        summer = [(first <= t < last) if first < last else (t >= first or t < last) for t in STAMPS]
        rows = [f"{t + timedelta(hours=int(s)):%Y-%m-%d %H:%M},{h}" for h, (t, s) in enumerate(zip(STAMPS, summer, strict=True))]
        found = read(tmp_path, ["timestamp,load_mw", *rows])
        np.testing.assert_array_equal(found.mw, np.arange(8760.0))
        assert "summer time" in found.finding


def test_offsets_are_believed_and_universal_time_is_refused(tmp_path):
    summer = [datetime(2025, 3, 9, 2) <= t < datetime(2025, 11, 2, 1) for t in STAMPS]
    rows = [
        f"{t + timedelta(hours=int(s)):%Y-%m-%dT%H:%M}{'-05:00' if s else '-06:00'},{h}"
        for h, (t, s) in enumerate(zip(STAMPS, summer, strict=True))
    ]
    found = read(tmp_path, ["timestamp,load_mw", *rows])
    np.testing.assert_array_equal(found.mw, np.arange(8760.0))
    assert found.utc_offset_h == -6.0
    assert "universal time" in refusal(tmp_path, ["timestamp,load_mw", *(f"{t:%Y-%m-%dT%H:%MZ},1" for t in STAMPS)]).problem


@pytest.mark.parametrize("scale", [1, 1000])
def test_seconds_since_1970_are_universal_time(tmp_path, scale):
    rows = [f"{int((t - datetime(1970, 1, 1)).total_seconds() + 6 * 3600) * scale},{h}" for h, t in enumerate(STAMPS)]
    found = read(tmp_path, ["# utc_offset_h: -6", "timestamp,load_mw", *rows])
    np.testing.assert_array_equal(found.mw, np.arange(8760.0))
    assert "since 1970" in found.finding and found.utc_offset_h == -6.0
    assert "utc_offset_h" in refusal(tmp_path, ["timestamp,load_mw", *rows]).fix


def test_serial_days_of_a_spreadsheet(tmp_path):
    serial = [(t - datetime(1899, 12, 30)) / timedelta(days=1) for t in STAMPS]
    found = read(tmp_path, ["Date,load_mw", *(f"{s:.5f},{h}" for h, s in enumerate(serial))])
    np.testing.assert_array_equal(found.mw, np.arange(8760.0))
    assert "8,760 hours from 2025-01-01" in found.finding and "serial days" in found.finding
    days = read(tmp_path, ["Date,Hour,load_mw", *(f"{int(s)},{t.hour},{h}" for h, (s, t) in enumerate(zip(serial, STAMPS, strict=True)))])
    np.testing.assert_array_equal(days.mw, np.arange(8760.0))
    broken = [f"{s:.5f},1" for s in serial]
    broken[70] = "12.5,1"
    assert refusal(tmp_path, ["Date,load_mw", *broken]).line == 72


def test_a_workbook_is_read_like_its_csv(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Timestamp", "Load (kW)", "Remark"])
    for t, v in zip(STAMPS, LOAD, strict=True):
        book.active.append([t, 1000.0 * v, "x"])
    path = tmp_path / "load.xlsx"
    book.save(path)
    found = hourly_load(path)
    np.testing.assert_allclose(found.mw, LOAD, rtol=1e-9)
    assert "sheet Sheet" in found.finding
    book.create_sheet("other").append(["Timestamp", "Load (kW)"])
    book["other"].append([START, 1.0])
    book.save(path)
    with pytest.raises(ScenarioError, match="sheets that could be meant"):
        hourly_load(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01", "zero bytes"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"PK\x03\x04rest", "workbook"),
        (b"load_mw\n\xd0\x81", "row"),
        (b"\x81\x8d", "UTF-8"),
    ],
)
def test_what_is_no_table(tmp_path, content, words):
    path = tmp_path / "load.csv"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=words):
        hourly_load(path)


def outcome(tmp_path, seed: int) -> tuple[str, dict]:
    """``read``, ``refused``, or what went wrong with the file of a seed."""
    one = mutant(seed)
    path = tmp_path / "mutant.csv"
    path.write_bytes(one.content)
    try:
        found = hourly_load(path)
    except ScenarioError as error:
        assert error.findings[0].fix
        return ("refused" if one.must != "read" else f"refused, though plain: {error.findings[0].problem}"), one.said
    wrong = np.abs(found.mw - TRUTH_MW).max()
    if wrong > one.rounding_mw:
        return f"wrong in silence by {wrong:g} MW", one.said
    return ("read" if one.must != "refuse" else "read, though it should be refused"), one.said


def judge(tmp_path, seeds) -> Counter:
    counts: Counter = Counter()
    for seed in seeds:
        word, said = outcome(tmp_path, seed)
        assert word in ("read", "refused"), (word, seed, said)
        counts[word, said["fault"] or "none"] += 1
    return counts


def test_a_sample_of_generated_files(tmp_path):
    counts = judge(tmp_path, range(10))
    assert sum(n for (word, _), n in counts.items() if word == "read") >= 3


@pytest.mark.slow
def test_many_generated_files(tmp_path, capsys):
    counts = judge(tmp_path, range(10_000, 13_000))
    with capsys.disabled():
        print("\nhourly loads: outcome by fault")
        for (word, fault), n in sorted(counts.items(), key=str):
            print(f"  {word:<8} {fault:<12} {n:>6,}")
