"""Inputs that nobody gives come from the library's defaults: cited with file and line, counted as they are known, told in one sentence."""

from __future__ import annotations

import pytest

from gigacampus.answers.completion import assumed_share
from gigacampus.foundation.shipped import LIBRARY
from gigacampus.scenario import default_rows
from gigacampus.scenario.document import read_string, typed

CAMPUS = """\
title: One hall
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 12}
library:
  accelerators:
    mine: {server_kw: 1.2, peak_bf16_tflops: 900, memory_gb: 80, memory_tb_s: 3, price_usd: 30000}
uncertainty:
  campuses.only.power.forced_outage_frac: {kind: uniform, low: 0.01, high: 0.05}
campuses:
  only:
    site: {lat: 35.0, lon: -90.0}
    power: {chip_share_frac: 0.4}
    noise: {walls: {north: {points: [[35.0, -90.0], [35.01, -90.0]], height_m: 4}}}
    blocks:
      chips: {kind: accelerators, model: "lib:accelerators/mine", count: 10, in_service: 2026-01-01}
"""


@pytest.fixture(scope="module")
def document():
    return typed(read_string(CAMPUS))[1]


@pytest.fixture(scope="module")
def rows(document):
    reads = {"demand": ["campuses.only.power.idle_load_frac", "campuses.only.power.swing_edge_s", "campuses.only.power.chip_share_frac"]}
    return {row["path"]: row for row in document.provenance(reads)}


def test_what_is_left_out_is_cited_with_file_and_line(rows, document):
    row = rows["campuses.only.power.idle_load_frac"]
    line = (LIBRARY.parent / row["file"]).read_text(encoding="utf-8").splitlines()[row["line"] - 1]
    assert line.startswith("PowerSpec.idle_load_frac,0.15,1,DPS,") and (row["value"], row["source"]) == (0.15, "DPS")
    assert document.origins()["campuses.only.power.idle_load_frac"] == f"library/defaults/power.csv:{row['line']}"
    assert {"campuses.only.noise.walls.north.absorption_frac", "compute.recovery.swap_h", "campuses.only.site.weather"} <= set(rows)


def test_what_is_given_or_uncertain_is_not_a_default(rows, document):
    given = {"campuses.only.power.chip_share_frac", "campuses.only.power.forced_outage_frac", "library.accelerators.mine.price_usd"}
    assert not given & set(rows)
    assert document.value("campuses.only.power.forced_outage_frac") == 0.03


def test_it_counts_as_it_is_known(rows):
    idle, edge = rows["campuses.only.power.idle_load_frac"], rows["campuses.only.power.swing_edge_s"]
    assert (idle["confidence"], edge["confidence"]) == ("derived", "assumed")
    assert assumed_share(("demand",), [idle, edge]) == 0.5


def test_what_stands_in_for_one_thing_or_was_not_known_yet_is_assumed(rows):
    assert rows["library.accelerators.mine.scale_up_gb_s"]["confidence"] == "assumed"
    later = rows["campuses.only.water.price_usd_per_m3"]
    assert later["confidence"] == "assumed" and "known only from 2026-05-25" in later["note"]
    known = typed(read_string(CAMPUS.replace("2026-01-15", "2026-06-15")))[1].facts["campuses.only.water.price_usd_per_m3"]
    assert known.confidence == "derived"


def test_one_sentence_counts_what_the_run_reads(rows):
    (text,) = default_rows.told(list(rows.values()))
    assert text.startswith("2 inputs that this run reads") and "(power 2); 1 of them" in text and len(text) < 400
    assert "gigacampus sources RUN" in text
    assert default_rows.told([{**row, "stages": []} for row in rows.values()]) == []


def test_every_shipped_scenario_names_its_defaults_once():
    from gigacampus.foundation.shipped import shipped_names, shipped_scenario
    from gigacampus.scenario.document import load

    for name in shipped_names():
        scenario, document = load(shipped_scenario(name))
        left = dict(default_rows.left_out(scenario))
        assert len(left) > 50
        for path, row in left.items():
            assert document.value(path) == row.value, path
            assert path in document.facts or path in scenario.uncertainty, path
