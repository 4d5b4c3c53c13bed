"""Every tracked campus becomes a scenario that loads and says what is assumed; what is not known is said in words, never as a number."""

import csv
import re
from dataclasses import replace

import duckdb
import pytest

from gigacampus.atlas import world
from gigacampus.atlas.campuses import campuses
from gigacampus.atlas.page import page
from gigacampus.atlas.rows import NOT_KNOWN, Row
from gigacampus.atlas.scenarios import assumptions, document, text
from gigacampus.scenario.document import load

SOME = ("coreweave_dalton_1_2", "google_waltham_cross", "colossus_1")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    out = tmp_path_factory.mktemp("world")
    return world.write_scenarios(out, campuses())


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Three campuses run as a batch, one world each."""
    out, some = tmp_path_factory.mktemp("batch"), [c for c in campuses() if c.key in SOME]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIGACAMPUS_CACHE", str(out / "cache"))
        patch.setattr(world, "campuses", lambda: tuple(some))
        said = world.run(out, executor="local", workers=1, worlds=1)
    return out, some, said


def test_every_campus_is_a_scenario_with_its_tracked_power(files):
    for campus, file in zip(campuses(), files, strict=True):
        scenario, _ = load(file)
        blocks = scenario.campuses[campus.key].blocks
        chips = [b for b in blocks.values() if b.kind == "accelerators"]
        drawn = sum(b.count * scenario.library.accelerators[b.model.split("/")[1]].server_kw for b in chips) / 1000.0
        assert drawn == pytest.approx(max((s.it_mw for s in campus.steps), default=0.0), rel=1e-3), campus.name
        assert all(b.source and b.known_from for b in blocks.values()), campus.name
        assert {b.confidence for b in blocks.values() if b.kind == "grid_tranche"} <= {"assumed"}


def test_what_stands_in_is_marked_and_told():
    bare = next(c for c in campuses() if not c.cooling and c.steps and c.onsite_mw is None)
    made = document(bare)["campuses"][bare.key]["blocks"]
    assert {b["confidence"] for b in made.values() if b["kind"] == "cooling"} == {"assumed"}
    told = " ".join(assumptions(bare))
    assert "Cooling: not known" in told and "generators on the site are not known" in told
    assert told.split(". ")[1] in text(bare)
    abroad = next(c for c in campuses() if c.country == "Malaysia")
    assert not abroad.has_weather and "Water is not known" in " ".join(assumptions(abroad))


def test_planned_steps_may_slip_and_those_that_stand_do_not():
    campus = next(c for c in campuses() if {s.forecast for s in c.steps} == {True, False})
    made = document(campus)["campuses"][campus.key]["blocks"]
    steps = dict(enumerate(campus.steps, start=1))
    chips = {int(key.split("_")[1]): b for key, b in made.items() if b["kind"] == "accelerators"}
    assert chips and all(b["slips"] == steps[n].forecast and b["in_service"] == steps[n].date for n, b in chips.items())


def test_the_batch_gives_the_tracked_megawatts_of_each_campus(batch):
    out, some, said = batch
    assert said["state"] == "finished" and said["campuses"] == 3
    for row in world.read(out, some):
        standing = [s for s in row.campus.steps if s.date < "2026-01-01"]
        band = row.band("it_in_service_mw", "2025")
        assert band is not None and band[1] == pytest.approx(max((s.it_mw for s in standing), default=0.0), rel=2e-3), row.campus.name


def test_figures_without_a_ground_are_not_known(batch):
    out, some, _ = batch
    rows = {row.campus.key: row for row in world.read(out, some)}
    assert ("water_m3", "2026") in rows["google_waltham_cross"].bands, "computed, but with the weather of another continent"
    assert rows["google_waltham_cross"].band("water_m3", "2026") is None
    assert rows["google_waltham_cross"].band("unit_count", "2026") is None and rows["google_waltham_cross"].band("co2_t", "2026") is None
    assert rows["colossus_1"].band("unit_count", "2026") == (15.0, 15.0, 15.0) and rows["colossus_1"].campus.people_near == 0.0
    assert rows["colossus_1"].campus.tax_rules and not rows["coreweave_dalton_1_2"].campus.tax_rules
    with (out / "world.csv").open(encoding="utf-8", newline="") as stream:
        table = {row["campus"]: row for row in csv.DictReader(stream)}
    assert table["Google Waltham Cross"]["water_m3_2026_p50"] == "" and table["Colossus 1"]["unit_count_2026_p50"] == "15.0"
    kept = duckdb.sql(f"SELECT campus, facility_design_mw_2026_p50 FROM read_parquet('{out / 'world.parquet'}') ORDER BY 1").fetchall()
    assert [(name, str(mw)) for name, mw in kept] == [(n, table[n]["facility_design_mw_2026_p50"]) for n in sorted(table)]


def test_a_campus_whose_power_is_not_tracked_has_no_figure():
    bare = next(c for c in campuses() if not c.steps)
    row = Row(bare, {("facility_design_mw", "2026"): (0.0, 0.0, 0.0), ("co2_grid_t", "2028"): (0.0, 0.0, 0.0)})
    assert row.band("facility_design_mw", "2026") is None and row.band("co2_grid_t", "2028") is None
    assert f"{bare.name}: {NOT_KNOWN}" in page([row])


def test_the_page_names_every_campus_and_fetches_nothing(batch):
    out, some, _ = batch
    text_ = (out / "world.html").read_text(encoding="utf-8")
    assert all(text_.count(c.name.replace("&", "&amp;")) >= 4 for c in some) and NOT_KNOWN in text_
    assert "script" not in text_.replace("transcript", "") and not re.search(r'(?:src|href)="(?!world\.)', text_)
    hostile = replace(some[0], name='<img src="x">', owner="<script>")
    assert "<img" not in page([Row(hostile, {})]) and "<script" not in page([Row(hostile, {})])


def test_the_same_command_goes_on_and_gives_the_same_bytes(batch, monkeypatch):
    out, some, _ = batch
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and not p.name.startswith(".") and "cache" not in p.parts}
    monkeypatch.setattr(world, "campuses", lambda: tuple(some))
    world.run(out, executor="local", workers=1, worlds=1)
    assert {p: p.read_bytes() for p in before} == before
