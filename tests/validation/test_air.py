"""The gate of the air family, and defects that it must catch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gigacampus.neighbours.air import release, transfer
from gigacampus.validation import air, emissions
from gigacampus.validation.case_folder import CaseFolder, Row
from tests.validation.folders import with_text

FOLDER = CaseFolder()


def rows_of(name: str) -> list[Row]:
    rows = FOLDER.rows(f"air/{name}.csv")
    assert rows
    return rows


def _hourly(mode: str) -> list[Any]:
    return air.hourly(FOLDER, rows_of(f"aermod_point_{mode}_hourly"), mode)


def _failed(mode: str) -> set[str]:
    return {f"{row['case']}: {row['metric']}" for row in _hourly(mode) if row["gating"] and not row["pass"]}


@pytest.fixture
def thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """One hour in six, so that a defect is looked for quickly."""
    right = air._groups

    def some(rows: list[Row]) -> dict[tuple[int, str], np.ndarray]:
        return {key: value for k, (key, value) in enumerate(right(rows).items()) if (k // 6) % 6 == 0}

    monkeypatch.setattr(air, "_groups", some)


@pytest.mark.parametrize("mode", ["rural", "urban"])
def test_hours_agree_with_the_regulatory_model_far_inside_the_gate(thinned: None, mode: str) -> None:
    rows = {row["metric"]: row for row in _hourly(mode) if "comparison" not in row["case"]}
    assert _failed(mode) == set()
    assert rows["median relative error"]["value"] < 1e-4
    assert rows["98th percentile of relative error"]["value"] < 2e-3


@pytest.mark.parametrize(("name", "factor"), [("sigma_w", 1.15), ("wind", 1.04), ("wstar", 1.2)])
def test_a_profile_off_by_some_per_cent_is_caught(thinned: None, monkeypatch: pytest.MonkeyPatch, name: str, factor: float) -> None:
    right = transfer.boundary_layer.build

    def wrong(*args: Any) -> Any:
        made = right(*args)
        return replace(made, **{name: factor * getattr(made, name)})

    monkeypatch.setattr(transfer.boundary_layer, "build", wrong)
    assert _failed("rural")


def test_a_release_without_tip_downwash_is_caught(thinned: None, monkeypatch: pytest.MonkeyPatch) -> None:
    right = release.releases

    def wrong(profiles: Any, stack: Any) -> np.ndarray:
        table = right(profiles, stack)
        table[:, release.COLUMNS.index("release")] = stack.height_m
        return table

    monkeypatch.setattr(transfer, "releases", wrong)
    assert _failed("rural")


def test_a_site_tower_agrees_and_a_swapped_level_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = air.tower_case(FOLDER, rows_of("aertest_hourly"))[0]
    assert gate["pass"]
    assert gate["value"] > 0.99
    right = air.read_tower

    def wrong(path: Path) -> Any:
        hours, levels = right(path)
        return hours, replace(levels, wind_m_s=np.roll(levels.wind_m_s, 1, axis=1))

    monkeypatch.setattr(air, "read_tower", wrong)
    assert not air.tower_case(FOLDER, rows_of("aertest_hourly"))[0]["pass"]


def test_preprocessor_agrees_and_a_wrong_displacement_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(row["pass"] for row in air.preprocessor(FOLDER))
    right = air.similarity.night_friction
    monkeypatch.setattr(air.similarity, "night_friction", lambda u, t, z0, z: right(u, t, z0, z + z0))
    assert {row["case"] for row in air.preprocessor(FOLDER) if not row["pass"]} == {"preprocessor, stable"}


def test_people_and_conversion_pass() -> None:
    rows = air.conversion(FOLDER) + air.people(FOLDER)
    assert len(rows) == 3
    assert all(row["pass"] for row in rows)


@pytest.mark.slow
def test_a_whole_year_agrees_at_every_receptor() -> None:
    rows = air.annual(FOLDER, rows_of("aermod_point_annual"))
    assert all(row["pass"] for row in rows)


def test_one_stack_of_the_year() -> None:
    some = [r for r in rows_of("aermod_point_annual") if (r["stack"], r["mode"], r["distance_m"]) == ("T130", "rural", "800")]
    rows = air.annual(FOLDER, some)
    assert [row["pass"] for row in rows] == [True, True, True]
    assert max(row["value"] for row in rows) < 2e-3


def test_a_folder_with_other_hours_alone_is_judged_with_the_bundled_inputs(tmp_path: Path) -> None:
    """Only expected values are given; stacks and surface rows, also of hours not drawn here, come from the bundled copy."""
    (tmp_path / "air").mkdir()
    (tmp_path / "air" / "aermod_point_rural_hourly.csv").write_text(
        "hour_id,stack,distance_m,bearing_deg,x_m,y_m,conc_ugm3\n96010103,T130,800,224,0,0,1.0\n", encoding="utf-8"
    )
    rows = [row for row in air.cases(tmp_path) if row["case"] == "hourly, rural"]
    assert [row["n"] for row in rows] == [1, 1, 1, 1]


def test_permits_and_claims_close(monkeypatch: pytest.MonkeyPatch) -> None:
    def gates() -> dict[str, bool]:
        return {row["case"]: bool(row["pass"]) for row in emissions.closures(CaseFolder()) if row["gating"]}

    assert len(gates()) >= 2 and all(gates().values())
    right = emissions.nox_kg_per_mmbtu
    monkeypatch.setattr(emissions, "nox_kg_per_mmbtu", lambda ppm: right(ppm) * 5.9 / 20.9)
    assert not all(gates().values())


def test_tons_whose_limit_was_not_read_are_told_as_a_concentration() -> None:
    told = {row["case"]: row for row in emissions.closures(CaseFolder()) if row["unit"] == "ppm"}
    assert [round(row["value"], 1) for row in told.values()] == [3.6, 2.1] and all(row["pass"] is None for row in told.values())
    entry, _ = emissions.generator("titan_130")
    tons = emissions.nox_short_tons(100.0, entry, 9.0) * 28.01 / emissions.NO2_G_PER_MOL
    assert emissions.meant_ppm(tons, 28.01, 100.0, entry) == pytest.approx(9.0)


def test_a_folder_without_cases_judges_nothing(tmp_path: Path) -> None:
    assert air.cases(tmp_path) == []


def test_people_are_counted_by_place_and_not_by_row_id(tmp_path: Path) -> None:
    rows = ('Z9,"people within 3 miles, TVA Allen",,701,people,10,,X2', 'Z8,"people within 3 miles, elsewhere",,5,people,10,,X2')
    text = "\n".join(["id,quantity,inputs,value,unit,tolerance_pct,why,source", *rows])
    folder = CaseFolder(with_text(tmp_path, sites__validation_anchors=text))
    assert [row["case"] for row in air.people(folder)] == ["Z9 people within 3 miles, TVA Allen"]
    assert folder.counts()[0].left_out == {"a place or a radius that is not known here": 1}


def test_wakes_are_held_against_the_factor_that_bands_take_at_their_distance():
    distance_m = np.repeat([300.0, 500.0], 2)
    found = air.wakes(distance_m, np.array([1.0, 3.0, 2.0, 2.0]), np.array([5.0, 5.4, 2.0, 2.4]))
    assert [row["value"] for row in found] == pytest.approx([1.8, 2.6, 1.2, 1.1])
    assert [row["limit"] for row in found] == [2.0, 2.0, 1.0, 1.0] and [row["pass"] for row in found] == [True, False, False, False]
    assert not any(row["gating"] for row in found) and "300 m" in found[0]["case"]
