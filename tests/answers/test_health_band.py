"""The band of early deaths joins that of the air with that of the study."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from gigacampus.answers import runner
from gigacampus.answers.questions.county import damages
from gigacampus.answers.questions.health import deaths_10_90
from gigacampus.neighbours.exposure import GROUPS
from gigacampus.report.sheet import sheet
from gigacampus.results.periods import year_ahead


def test_the_band_is_what_a_hand_works_out():
    """60,000 people, 61 % of them over 30, 0.0139 deaths a year, 0.1 ug/m3 within a factor of 1.4; 1.06 (1.04 to 1.08) for 10 ug/m3."""
    level = np.array([0.1])
    low, middle, high = deaths_10_90(np.array([60000.0]), (level / 1.4, level, level * 1.4), date(2026, 1, 16))
    assert middle == pytest.approx(60000 * 0.61 * 0.0139 * 0.1 * math.log(1.06) / 10.0, rel=5e-4)
    half = 0.5 * math.log(1.08 / 1.04) * 1.2815516 / 1.9599640
    down, up = ((math.log(1.06) + sign * half) / math.log(1.06) for sign in (-1.0, 1.0))
    assert low / middle == pytest.approx(math.exp(-math.hypot(math.log(1.4), math.log(down))), rel=1e-3)
    assert high / middle == pytest.approx(math.exp(math.hypot(math.log(1.4), math.log(up))), rel=1e-3)
    assert (low / middle, high / middle) == pytest.approx((0.6623, 1.4732), abs=5e-4)


def test_no_increment_kills_nobody_and_has_no_band():
    nothing = np.zeros(2)
    assert deaths_10_90(np.array([10.0, 20.0]), (nothing, nothing, nothing), date(2026, 1, 16)) == (0.0, 0.0, 0.0)


def test_the_answer_and_every_county_carry_the_band(result):
    row = runner.ask(result, ("Q12",))[0]
    told = next(f for f in row["figures"] if f["id"] == "Q12_deaths")
    assert told["low"] < 0.75 * told["value"] < told["value"] < 1.3 * told["value"] < told["high"]
    assert told["value"] == pytest.approx(sum(r["deaths_per_year"] for r in row["table"]), abs=1e-3)
    for county in row["table"]:
        assert county["deaths_per_year_p10"] < county["deaths_per_year"] < county["deaths_per_year_p90"]


def test_cancer_is_one_sentence_with_background_and_reference(result):
    row = runner.ask(result, ("Q12",))[0]
    told = next(f for f in row["figures"] if f["id"] == "Q12_cancer")
    assert 0.0 < told["low"] < told["value"] < told["high"] and row["said"] in row["text"]
    added = result.samples("formaldehyde_ugm3")[:, result.coords["receptor"].index(told["place"]), year_ahead(result)].mean(axis=1)
    assert told["value"] == pytest.approx(1.1e-5 * 1e6 * float(np.median(added)), rel=1e-9)
    for words in ("usual urban background of 2.5 ug/m3", "lines of 1 and 100", "reference concentration of 7 ug/m3", "27.5 in a million"):
        assert words in row["said"]
    assert ". " not in row["said"].replace("et al. ", "")


def test_groups_that_bear_it_stand_in_the_answer_the_register_and_the_sheet(result):
    burden = runner.ask(result, ("burden",))[0]
    for exposure in ("NO2 added", "PM2.5 added", "45 dBA or more by night"):
        rows = {r["group"]: r for r in burden["rows"] if r["exposure"] == exposure}
        assert tuple(rows) == GROUPS
        for column in ("exposure_share", "nearby_share", "county_share"):
            assert sum(rows[g][column] for g in GROUPS[:4]) == pytest.approx(1.0, abs=0.004)
    fine = max((r for r in burden["rows"] if r["exposure"] == "PM2.5 added"), key=lambda r: r["over_county"])
    told = next(f for f in runner.ask(result, ("Q12",))[0]["figures"] if f["id"] == "Q12_group_air")
    assert told["value"] == fine["exposure_share"] and fine["group"] in told["title"]
    assert any(fine["group"] in r["what"] for r in damages(result))
    assert any(fine["group"] in line.title for part in sheet(result, "county").parts for line in part.lines)
