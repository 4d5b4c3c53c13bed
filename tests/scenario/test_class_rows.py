"""Figures that an entry lacks come from its kind's typical row: scaled, cited, counted as assumed and named."""

from __future__ import annotations

from datetime import date

import pytest

from gigacampus import api
from gigacampus.answers.completion import assumed_share
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.references import family_and_name
from gigacampus.scenario import library
from gigacampus.scenario.class_rows import FAMILIES, SCALES, model_of, whole_entry
from gigacampus.scenario.document import read_string, typed
from gigacampus.schema.fields import slot_of

CAMPUS = """\
title: One engine
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 12}
library:
  generators:
    mine: {engine: ENGINE, iso_mw: 3.4, heat_rate_lhv_kj_per_kwh: 8600, stack_height_m: 11}
campuses:
  only:
    site: {lat: 35.0, lon: -90.0}
    blocks:
      engines: {kind: generators, model: "lib:generators/mine", count: 4, in_service: 2026-01-01}
      store: {kind: battery, model: "lib:batteries/megapack_3", mw: 2, mwh: 4, in_service: 2026-01-01}
"""


@pytest.fixture(scope="module")
def loaded():
    return typed(read_string(CAMPUS.replace("ENGINE", "reciprocating")))


def test_an_engine_has_an_engines_exhaust_and_not_a_turbines(loaded):
    entry = loaded[0].library.generators["mine"]
    assert entry.exhaust_flow_kg_s == pytest.approx(1.6 * 3.4) and entry.stack_height_m == 11
    assert entry.stack_diameter_m == pytest.approx(0.316 * 3.4**0.5)
    assert entry.sound_power_dba == pytest.approx(106.0 + 5.3148, abs=1e-3)


def test_what_stands_in_is_cited_assumed_counted_and_named(loaded):
    _, document = loaded
    mine = {p["path"]: p for p in document.provenance({"dispatch": ["library.generators.mine.exhaust_flow_kg_s"]})}
    row = mine["library.generators.mine.exhaust_flow_kg_s"]
    assert row["confidence"] == "assumed" and "typical of reciprocating" in row["note"] and row["file"].endswith("reciprocating.yaml")
    assert "library.generators.mine.stack_height_m" not in mine and row["line"] > 0
    assert assumed_share(("dispatch",), [row]) == 1.0


def test_a_run_names_what_stands_in_where_a_stage_reads_it_and_nothing_else(loaded):
    _, document = loaded
    mine = document.typical["library.generators.mine"]
    assert {"min_up_h", "min_down_h"} < set(mine)

    def told(*read):
        return api.standing_in(document, document.provenance({"dispatch": [f"library.generators.mine.{name}" for name in read]}))

    assert told() == []
    assert told("exhaust_flow_kg_s") == [
        "library.generators.mine gives no exhaust_flow_kg_s: what is typical of its kind stands in, counted as assumed"
    ]
    (whole,) = told(*mine)
    assert f"and {len(mine) - 4} more" in whole


def test_nothing_stands_in_for_the_size_or_the_heat_rate():
    with pytest.raises(ScenarioError) as caught:
        typed(read_string(CAMPUS.replace("ENGINE", "reciprocating").replace(" iso_mw: 3.4,", "")))
    assert any(f.path == "library.generators.mine.iso_mw" and "missing" in f.problem for f in caught.value.findings)
    with pytest.raises(ScenarioError) as caught:
        typed(read_string(CAMPUS.replace("ENGINE", "reciprocatin")))
    assert [f.nearest for f in caught.value.findings if f.path == "library.generators.mine.engine"] == ["reciprocating"]


@pytest.mark.parametrize("family", FAMILIES)
def test_typical_rows_are_whole_and_in_the_units_of_their_fields(family):
    model = model_of(family)
    for kind in FAMILIES[family].kinds:
        of_row, name = family_and_name(kind.typical)
        _, rows = library.load_entry(of_row, name, date.max)
        for field in model.figures_of_class():
            given = [key for key in rows if key == field or (key.startswith(field) and key[len(field) :] in SCALES)]
            neutral = not model.model_fields[field].is_required()
            assert len(given) == 1 or (neutral and not given), (kind.name, field)
            if field in given:
                info = model.model_fields[field]
                assert rows[field].unit == slot_of(info.annotation, info.metadata, field).unit, (kind.name, field)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_entry_of_the_library_is_whole_with_its_kinds_row(family):
    for name in library.names(family):
        values, _ = whole_entry(family, name, date.max)
        model_of(family).model_validate(values)
