"""The gate of the water family, and defects that it must catch."""

from __future__ import annotations

from pathlib import Path

import pytest

from gigacampus.validation import water
from gigacampus.validation.case_folder import CaseFolder
from tests.validation.folders import with_text


def _failed() -> set[str]:
    return {row["case"] for row in water.cases() if row["gating"] and not row["pass"]}


def test_bundled_cases_pass() -> None:
    assert _failed() == set()


def test_draws_of_named_sites_are_scored_and_do_not_gate() -> None:
    rows = [row for row in water.cases() if row["case"].startswith("colossus1")]
    assert len(rows) == 2 and all(row["pass"] is None and row["value"] > 0.0 for row in rows)


def test_a_draw_of_another_named_site_counts_as_left_out(tmp_path: Path) -> None:
    rows = ("elsewhere_peak_day_draw,5e5,gal/day,2026,press,seen", "colossus1_peak_day_draw,9e5,gal/day,2026,press,seen")
    text = "\n".join(["item,value,unit,year,source,confidence", *rows])
    folder = CaseFolder(with_text(tmp_path, water__facts=text))
    assert [row["expected"] for row in water.cases(folder) if "draw" in row["case"]] == [9e5]
    counted = next(count for count in folder.counts() if count.file == "water/facts.csv")
    assert (counted.read, counted.scored, counted.left_out) == (2, 1, {"a site whose IT power is not known here": 1})


def test_a_wet_bulb_off_by_a_tenth_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = water.wet_bulb_stull_c
    monkeypatch.setattr(water, "wet_bulb_stull_c", lambda dry, rh: right(dry, rh) + 0.1)
    assert "memphis_wet_bulb_mean" in _failed()
