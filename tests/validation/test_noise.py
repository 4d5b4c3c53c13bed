"""The score table: published cases pass, planted defects are caught, missing files are said."""

from __future__ import annotations

import csv
import json
import random
import shutil

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.propagation import cnossos, iso9613
from gigacampus.validation import noise, noise_cnossos, noise_cnossos_steps, noise_iso9613
from gigacampus.validation.case_folder import CaseFolder, read_table
from tests.validation.folders import bundled

DATA, SCENES = bundled("noise/cnossos_expected.csv").parent, "cnossos_scenes.json"
ISO_FILES = ("iso9613_1_alpha.csv", "iso9613_2_tr17534_3_cases.json", "iso9613_2_computed.csv")


def failed(rows):
    return [(r["case"], r["metric"]) for r in rows if r["gating"] and not r["pass"]]


@pytest.fixture
def iso_only(tmp_path):
    for name in ISO_FILES:
        shutil.copy(DATA / name, tmp_path)
    return tmp_path


@pytest.fixture
def cnossos_only(tmp_path):
    shutil.copy(DATA / "cnossos_expected.csv", tmp_path)
    return tmp_path


def test_iso_cases_pass_and_missing_files_are_said(iso_only):
    rows = noise.cases(iso_only)
    assert failed(rows) == []
    assert sum(r["gating"] for r in rows) > 60
    assert {r["case"] for r in rows if r["n"] == 0} == {"cnossos_expected.csv", "cnossos_mean_planes.csv", "differential_pairs.csv"}


def test_cnossos_cases_pass_with_bundled_scenes(cnossos_only):
    rows = noise.cases(cnossos_only)
    assert failed(rows) == []
    assert sum(r["gating"] for r in rows if r["case"].startswith("TC")) > 550


def test_every_published_row_of_a_case_is_judged(cnossos_only):
    """Intermediate results too: a row without a verdict would be a formula that nobody looks at."""
    told = list(csv.DictReader((cnossos_only / "cnossos_expected.csv").read_text(encoding="utf-8").splitlines()))
    rows = [r for r in noise.cases(cnossos_only) if r["case"].startswith("TC")]
    numbers = [r for r in told if any(r[f"f{f}"] for f in noise_cnossos.NAMES_HZ)]
    assert len(rows) == len(numbers)
    assert not [r for r in rows if "no such" in r["metric"]]


@pytest.mark.parametrize("plain", ["adiv", "agroundso", "deltagroundor", "deltadiffsprimer", "labs"])
def test_a_wrong_intermediate_result_is_caught_by_its_own_rows(cnossos_only, monkeypatch, plain):
    right = noise_cnossos_steps.steps
    monkeypatch.setattr(
        noise_cnossos,
        "steps",
        lambda way, alpha: {name: value + (0.2 if name == plain else 0.0) for name, value in right(way, alpha).items()},
    )
    wrong = failed(noise.cases(cnossos_only))
    assert wrong and {noise_cnossos_steps.quantity(metric.split()[-1])[0] for _, metric in wrong} == {plain}


def test_mixed_up_words_for_a_path_are_told_by_the_numbers():
    def say(path, level, name="ADiffF"):
        return noise_cnossos.told_step(parts, {"path": path, "quantity": name, "condition": ""}, np.full(8, level))[0]

    parts = {f"{way}_f": {"adiff": np.full(9, level)} for way, level in (("direct", 5.0), ("left", 11.0), ("right", 18.0))}
    assert [say("direct", 5.05), say("direct", 18.01), say("left", 18.3), say("right", 11.05)] == ["direct", "right", "right", "left"]
    assert say("direct", 18.05) == "direct" and say("reflection", 3.0) == "reflection"


def test_recalled_rows_never_gate(iso_only):
    rows = noise_iso9613.absorption_rows(read_table(iso_only / "iso9613_1_alpha.csv"))
    assert 0 < sum(not r["gating"] for r in rows) < len(rows)


@pytest.mark.parametrize("name,value", [("SCREEN_C2", 21.0), ("SEVERAL_EDGES_CAP_DB", 20.0), ("SIDE_ZONE_HEIGHTS", 28.0)])
def test_a_wrong_constant_of_iso_9613_2_is_caught(iso_only, monkeypatch, name, value):
    monkeypatch.setattr(iso9613, name, value)
    assert failed(noise.cases(iso_only))


def test_a_lost_factor_for_several_edges_is_caught(iso_only, monkeypatch):
    monkeypatch.setattr(iso9613, "several_edges_factor", lambda middle: np.ones((*np.shape(middle), 9)))
    assert ("T11", "worst band deviation") in failed(noise.cases(iso_only))


def test_a_wrong_constant_of_cnossos_is_caught(cnossos_only, monkeypatch):
    monkeypatch.setattr(cnossos, "CAP_DB", 24.0)
    assert failed(noise.cases(cnossos_only))


def part_of_the_cases(folder, seed):
    """Half of the rows of every file, in another order."""
    rng = random.Random(seed)
    for name in noise.FILES:
        text = (DATA / name).read_text(encoding="utf-8")
        if name.endswith(".json"):
            document = json.loads(text)
            kept = rng.sample(sorted(document["cases"]), len(document["cases"]) // 2)
            text = json.dumps(document | {"cases": {k: document["cases"][k] for k in kept}})
        else:
            head, *rows = text.splitlines()
            text = "\n".join([head, *rng.sample(rows, len(rows) // 2)])
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("where", [".", "noise", "noise/data", "data"])
def test_any_half_of_the_rows_in_any_order_scores_as_the_whole_does(tmp_path, seed, where):
    (tmp_path / where).mkdir(parents=True, exist_ok=True)
    part_of_the_cases(tmp_path / where, seed)
    (tmp_path / "notes.txt").write_text("not ours")
    rows = noise.cases(tmp_path)
    assert failed(rows) == [] and sum(r["gating"] for r in rows) > 80


def test_two_ways_that_are_both_called_right_are_each_matched_once(cnossos_only):
    path = cnossos_only / "cnossos_expected.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    both = [r for r in rows if (r["case"], r["path"], r["quantity"]) == ("TC14", "right", "LH")]
    assert len(both) == 2
    for r in (both[0], both[1]):
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows([r, r])
        assert len(failed(noise.cnossos_rows(read_table(path), noise.scenes(CaseFolder())))) == 1


def test_a_scene_of_the_folder_joins_those_that_ship(cnossos_only):
    scenes = json.loads((DATA / SCENES).read_text(encoding="utf-8"))
    (cnossos_only / SCENES).write_text(json.dumps({"TC99": scenes["TC02"]}), encoding="utf-8")
    text = (cnossos_only / "cnossos_expected.csv").read_text(encoding="utf-8").splitlines()
    more = [line.replace("TC02", "TC99", 1) for line in text if line.startswith("TC02")] + [text[-1].replace("TC28", "TC77", 1)]
    (cnossos_only / "cnossos_expected.csv").write_text("\n".join([*text, *more]), encoding="utf-8")
    rows = noise.cases(cnossos_only)
    assert failed(rows) == []
    assert sum(r["case"] == "TC99" and r["gating"] for r in rows) == sum(r["case"] == "TC02" and r["gating"] for r in rows) > 0
    assert [r["metric"] for r in rows if r["case"] == "TC77"] == ["skipped: no scene"]


def test_pairs_of_places_that_no_scene_knows_are_said(tmp_path):
    lines = (DATA / "differential_pairs.csv").read_text(encoding="utf-8").splitlines()
    flat = [line for line in lines if line.startswith("flat_built,favourable,0,")]
    (tmp_path / "differential_pairs.csv").write_text("\n".join([lines[0], *flat, flat[0].replace(",0,", ",nobody,", 1)]), encoding="utf-8")
    rows = [r for r in noise.cases(tmp_path) if r["case"] == "flat_built favourable"]
    assert [r["n"] for r in rows] == [0, len(flat), len(flat)] and "1 pairs" in rows[0]["metric"] and failed(rows) == []


def test_mean_planes_of_every_case_agree_and_a_tilted_one_is_caught(tmp_path):
    shutil.copy(DATA / "cnossos_mean_planes.csv", tmp_path)
    rows = [r for r in noise.cases(tmp_path) if r["metric"].startswith("mean plane")]
    assert failed(rows) == [] and len(rows) == 56 and all(r["gating"] for r in rows)
    text = (tmp_path / "cnossos_mean_planes.csv").read_text(encoding="utf-8")
    (tmp_path / "cnossos_mean_planes.csv").write_text(text.replace("3.83,6.16,194.59", "3.83,6.36,194.59", 1), encoding="utf-8")
    assert failed(noise.cases(tmp_path)) == [("TC05", "mean plane meanPlanes 0")]


def test_a_case_of_unknown_shape_is_said_and_leaves_the_others_standing(iso_only):
    for name in ("iso9613_1_alpha.csv", "iso9613_2_computed.csv"):
        lines = (iso_only / name).read_text(encoding="utf-8").splitlines()
        (iso_only / name).write_text("\n".join([*lines[:2], "x" + ",strange" * lines[0].count(","), *lines[2:]]), encoding="utf-8")
    document = json.loads((iso_only / ISO_FILES[1]).read_text(encoding="utf-8"))
    document["cases"] |= {"T14": {"title": "nothing else"}, "T15": document["cases"]["T11"] | {"buildings": [{"footprint": "a house"}]}}
    (iso_only / ISO_FILES[1]).write_text(json.dumps(document), encoding="utf-8")
    rows = noise.cases(iso_only)
    strange = [r["case"] for r in rows if r["metric"].startswith("not understood")]
    assert sorted(strange)[:2] == ["T14", "T15"] and len(strange) == 4
    assert failed(rows) == [] and sum(r["gating"] for r in rows) > 150
    assert all(r["pass"] is None and not r["gating"] for r in rows if r["case"] in strange)


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path):
    (tmp_path / ISO_FILES[1]).write_text("{", encoding="utf-8")
    with pytest.raises(ScenarioError, match="tr17534_3"):
        noise.cases(tmp_path)


def test_other_editions_lower_heights_and_missing_bands_are_judged(iso_only):
    document = json.loads((iso_only / ISO_FILES[1]).read_text(encoding="utf-8"))
    case = document["cases"]["T08"]
    new = noise_iso9613.tr17534_3_levels_db(case, edition=2024)
    bare = {k: v for k, v in case.items() if k not in ("hs_above_ground", "hr_above_ground", "expected_Dz_top")}
    document["cases"] = {"A": bare, "B": bare | {"method": "ISO 9613-2:2024", "expected_L_octave_dB": new[1:].tolist(), "hills": [1]}}
    (iso_only / ISO_FILES[1]).write_text(json.dumps(document), encoding="utf-8")
    text = (iso_only / ISO_FILES[0]).read_text(encoding="utf-8").splitlines()
    (iso_only / ISO_FILES[0]).write_text("\n".join([text[0], text[1].replace("0.173", "", 1)]), encoding="utf-8")
    rows = {(r["case"], r["metric"]): r for r in noise.cases(iso_only)}
    assert rows["A", "worst band deviation"]["pass"] and rows["B", "worst band deviation"]["pass"]
    assert not rows["B", "A-weighted deviation"]["pass"] and "not read: hills" in rows["B", "worst band deviation"]["source"]
    assert next(r for (case, _), r in rows.items() if case.startswith("absorption"))["n"] == 7


def test_terms_of_the_computed_cases_are_judged_each(iso_only, monkeypatch):
    monkeypatch.setattr(iso9613, "capped_db", lambda screening_db, several_edges: screening_db)
    wrong = failed(noise.cases(iso_only))
    assert any("Dz" in metric for _, metric in wrong) and any("Atotal" in metric for _, metric in wrong)
    assert ("T11", "worst band of the screening over the top") in wrong and not any("Agr" in metric for _, metric in wrong)


def test_hills_of_another_formula_are_not_taken_for_ours(tmp_path):
    scene = json.loads((DATA / "differential_scene_hill_built.json").read_text(encoding="utf-8"))
    scene["terrain"]["formula"] = "z = 0.1*x"
    (tmp_path / "differential_scene_hill_built.json").write_text(json.dumps(scene), encoding="utf-8")
    lines = (DATA / "differential_pairs.csv").read_text(encoding="utf-8").splitlines()
    hill = next(line for line in lines if line.startswith("hill"))
    (tmp_path / "differential_pairs.csv").write_text(f"{lines[0]}\n{hill}\n", encoding="utf-8")
    assert any("another formula" in r["metric"] for r in noise.cases(tmp_path))


def test_a_best_fit_says_among_how_many_readings_it_was_chosen(cnossos_only):
    shutil.copy(DATA / "cnossos_mean_planes.csv", cnossos_only)
    rows = noise.cases(cnossos_only)
    sides = [r for r in rows if r["metric"].startswith(("right LH", "left LH"))]
    assert max(r["candidates"] for r in sides) > 1
    planes = [r for r in rows if r["metric"].startswith("mean plane")]
    assert all(1 <= r["candidates"] <= 20 for r in planes) and max(r["candidates"] for r in planes) > 1


def test_planes_of_one_set_are_compared_with_one_way_in_one_condition(tmp_path):
    """Two rows that two different ways would fit best, one each, do not both pass."""
    lines = (DATA / "cnossos_mean_planes.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    first, other = (next(r for r in rows if r[:2] == ["TC09", s] and r[2] == "0") for s in ("segmentsMeanPlanes0", "segmentsMeanPlanes1"))
    mixed = [",".join([*first[:2], "0", *first[3:]]), ",".join([*first[:2], "0", *other[3:]])]
    missed = []
    for rows in (mixed[:1], mixed[1:], mixed):
        (tmp_path / "cnossos_mean_planes.csv").write_text("\n".join([lines[0], *rows]), encoding="utf-8")
        missed.append(len(failed(noise.cases(tmp_path))))
    assert missed[:2] == [0, 0] and missed[2] >= 1
