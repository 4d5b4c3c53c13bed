"""A power meter against a run: whole months laid by their times, energy and highest hour beside the worlds."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.rerun import meter
from gigacampus.scenario.load_files import hourly_load, metered_load

LABELS = [f"2026-{m:02d}" for m in range(1, 13)]


def result():
    """Two campuses; the second is served 100 to 130 MW less a tenth, with a peak of 200 to 230 MW, in four worlds after the reference."""
    mean = np.array([900.0, 100.0, 110.0, 120.0, 130.0])[:, None] * np.ones(12)
    hours = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24.0
    nothing = np.zeros_like(mean)
    series = {
        "demand_mwh": np.stack([nothing, mean * hours], axis=1),
        "unserved_mwh": np.stack([nothing, 0.1 * mean * hours], axis=1),
        "facility_peak_mw": np.stack([nothing, mean + 100.0], axis=1),
    }
    names = ("north", "south")
    return SimpleNamespace(planned=series.get, index=lambda _, name: names.index(name), coords={"campus": names, "month": LABELS})


def written(tmp_path, first, last, mw, *, header="time,load_mw", step=60, skip=()):
    """Rows from one time up to another; ``mw`` of each time."""
    rows, at = [header], datetime.fromisoformat(first)
    while at < datetime.fromisoformat(last):
        if at.isoformat() not in skip:
            rows.append(f"{at:%Y-%m-%d %H:%M},{mw(at):g}")
        at += timedelta(minutes=step)
    path = tmp_path / "meter.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_energy_and_the_highest_hour_of_each_month_beside_the_worlds(tmp_path):
    path = written(tmp_path, "2026-03-01", "2026-05-01", lambda at: 300.0 if at == datetime(2026, 4, 7, 16) else 100.0)
    report = meter.scored(result(), path, "south")
    rows = {(r["month"], r["quantity"]): r for r in report["rows"]}
    march, april = rows["2026-03", "energy_mwh"], rows["2026-04", "energy_mwh"]
    assert march["metered"] == pytest.approx(74_400.0) and april["metered"] == pytest.approx(72_200.0)
    served = 0.9 * 744.0 * np.array([100.0, 110.0, 120.0, 130.0])
    assert [march[k] for k in ("p10", "p50", "p90")] == pytest.approx(np.percentile(served, [10, 50, 90]).tolist())
    assert march["inside"] and march["error"] == pytest.approx(np.median(served) - 74_400.0)
    peak = rows["2026-04", "peak_mw"]
    assert peak["metered"] == 300.0 and not peak["inside"] and peak["p50"] == pytest.approx(215.0)
    assert not rows["2026-03", "peak_mw"]["inside"] and report["load_factor"] == {
        "2026-03": pytest.approx(1.0),
        "2026-04": pytest.approx(72_200.0 / 720.0 / 300.0),
    }
    assert {k: s["inside"] for k, s in report["summary"].items()} == {"energy_mwh": 2, "peak_mw": 0} and report["outside"] == []


def test_quarters_of_hours_in_kilowatts_are_the_same_hours(tmp_path):
    def mw(at):
        return 100.0 + abs(at.hour - 12)

    plain = metered_load(written(tmp_path, "2026-03-01", "2026-04-01", mw)).by_month["2026-03"]
    fine = metered_load(written(tmp_path, "2026-03-01", "2026-04-01", lambda at: 1e3 * mw(at), header="time,load_kw", step=15))
    assert list(fine.by_month) == ["2026-03"] and np.allclose(fine.by_month["2026-03"], plain) and plain.size == 744
    energy = written(tmp_path, "2026-03-01", "2026-04-01", lambda at: 0.25 * mw(at), header="time,energy_mwh", step=15)
    assert np.allclose(metered_load(energy).by_month["2026-03"], plain)


def test_parts_of_months_at_the_ends_are_left_out_and_told(tmp_path):
    found = metered_load(written(tmp_path, "2025-12-20", "2026-03-02", lambda at: at.month))
    assert {m: (float(v.min()), float(v.max())) for m, v in found.by_month.items()} == {"2026-01": (1.0, 1.0), "2026-02": (2.0, 2.0)}
    assert "only part of 2025-12 and 2026-03, left out" in found.finding and "1,416 hours" in found.finding


def test_a_leap_day_is_left_out_of_a_whole_february(tmp_path):
    found = metered_load(written(tmp_path, "2028-02-01", "2028-03-01", lambda at: 50.0 if at.day == 29 else 10.0))
    assert found.by_month["2028-02"].size == 672 and found.by_month["2028-02"].max() == 10.0 and "29 February left out" in found.finding


@pytest.mark.parametrize(
    ("first", "last", "skip", "words"),
    [
        ("2026-03-01", "2026-06-01", ("2026-04-09T05:00:00",), "9 April 05:00 is missing"),
        ("2026-03-03", "2026-03-30", (), "no whole calendar month"),
        ("2025-03-01", "2026-05-01", (), "more than one year"),
    ],
)
def test_gaps_and_months_that_are_not_whole_are_refused(tmp_path, first, last, skip, words):
    with pytest.raises(ScenarioError, match=words):
        metered_load(written(tmp_path, first, last, lambda _: 5.0, skip=skip))


def test_a_gap_beside_a_part_of_a_month_is_not_taken_for_a_leap_day(tmp_path):
    path = written(tmp_path, "2026-02-10", "2026-05-01", lambda _: 5.0, skip=("2026-03-09T05:00:00",))
    with pytest.raises(ScenarioError, match="9 March 05:00 is missing") as refused:
        metered_load(path)
    assert "29 February" not in str(refused.value)


def test_a_meter_of_nobody_or_of_another_time_is_refused(tmp_path):
    path = written(tmp_path, "2027-03-01", "2027-04-01", lambda _: 5.0)
    with pytest.raises(ScenarioError, match="outside the run"):
        meter.scored(result(), path, "south")
    for name, words in ((None, "several campuses"), ("east", "no campus 'east'")):
        with pytest.raises(ScenarioError, match=words):
            meter.scored(result(), path, name)
    timeless = tmp_path / "timeless.csv"
    timeless.write_text("load_mw\n" + "5\n" * 8760, encoding="utf-8")
    with pytest.raises(ScenarioError, match="no column of times"):
        metered_load(timeless)
    with pytest.raises(ScenarioError, match="744 hours, 8,760 needed"):
        hourly_load(path)
