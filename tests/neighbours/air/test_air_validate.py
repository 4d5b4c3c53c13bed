"""The gate of the air family, and defects that it must catch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gigacampus.neighbours.air import release, transfer
from gigacampus.validation import air
from gigacampus.validation.neighbour_rows import BUNDLED

RURAL = BUNDLED / "air" / "data" / "aermod_point_rural_hourly.csv.gz"
URBAN = BUNDLED / "air" / "data" / "aermod_point_urban_hourly.csv.gz"


def _failed(path: Path, mode: str) -> set[str]:
    rows = air._hourly(BUNDLED, path, mode)
    return {f"{row['case']}: {row['metric']}" for row in rows if row["gating"] and not row["pass"]}


@pytest.fixture
def thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """One hour in six, so that a defect is looked for quickly."""
    right = air._groups

    def some(rows: list[dict[str, str]]) -> dict[tuple[int, str], np.ndarray]:
        return {key: value for k, (key, value) in enumerate(right(rows).items()) if (k // 6) % 6 == 0}

    monkeypatch.setattr(air, "_groups", some)


@pytest.mark.parametrize(("path", "mode"), [(RURAL, "rural"), (URBAN, "urban")])
def test_hours_agree_with_the_regulatory_model_far_inside_the_gate(thinned: None, path: Path, mode: str) -> None:
    rows = {row["metric"]: row for row in air._hourly(BUNDLED, path, mode) if "comparison" not in row["case"]}
    assert _failed(path, mode) == set()
    assert rows["median relative error"]["value"] < 1e-4
    assert rows["98th percentile of relative error"]["value"] < 2e-3


@pytest.mark.parametrize(("name", "factor"), [("sigma_w", 1.15), ("wind", 1.04), ("wstar", 1.2)])
def test_a_profile_off_by_some_per_cent_is_caught(thinned: None, monkeypatch: pytest.MonkeyPatch, name: str, factor: float) -> None:
    right = transfer.boundary_layer.build

    def wrong(*args: Any) -> Any:
        made = right(*args)
        return replace(made, **{name: factor * getattr(made, name)})

    monkeypatch.setattr(transfer.boundary_layer, "build", wrong)
    assert _failed(RURAL, "rural")


def test_a_release_without_tip_downwash_is_caught(thinned: None, monkeypatch: pytest.MonkeyPatch) -> None:
    right = release.releases

    def wrong(profiles: Any, stack: Any) -> np.ndarray:
        table = right(profiles, stack)
        table[:, release.COLUMNS.index("release")] = stack.height_m
        return table

    monkeypatch.setattr(transfer, "releases", wrong)
    assert _failed(RURAL, "rural")


def test_a_site_tower_agrees_and_a_swapped_level_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    path = BUNDLED / "air" / "data" / "aertest_hourly.csv.gz"
    gate = air._tower_case(BUNDLED, path)[0]
    assert gate["pass"]
    assert gate["value"] > 0.99
    right = air.read_tower

    def wrong(path: Path) -> Any:
        hours, levels = right(path)
        return hours, replace(levels, wind_m_s=np.roll(levels.wind_m_s, 1, axis=1))

    monkeypatch.setattr(air, "read_tower", wrong)
    assert not air._tower_case(BUNDLED, path)[0]["pass"]


def test_preprocessor_agrees_and_a_wrong_displacement_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(row["pass"] for row in air._preprocessor(BUNDLED))
    right = air.similarity.night_friction
    monkeypatch.setattr(air.similarity, "night_friction", lambda u, t, z0, z: right(u, t, z0, z + z0))
    assert {row["case"] for row in air._preprocessor(BUNDLED) if not row["pass"]} == {"preprocessor, stable"}


def test_people_and_conversion_pass() -> None:
    rows = air._conversion(BUNDLED) + air._people(BUNDLED)
    assert len(rows) == 3
    assert all(row["pass"] for row in rows)


@pytest.mark.slow
def test_a_whole_year_agrees_at_every_receptor() -> None:
    rows = air._annual(BUNDLED, BUNDLED / "air" / "data" / "aermod_point_annual.csv")
    assert all(row["pass"] for row in rows)


def test_one_stack_of_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    right = air.read_rows

    def some(path: Path) -> list[dict[str, str]]:
        rows = right(path)
        kept = [r for r in rows if r.get("stack") == "T130" and r.get("mode") == "rural" and r["distance_m"] == "800"]
        return kept if path.name.startswith("aermod_point_annual") else rows

    monkeypatch.setattr(air, "read_rows", some)
    rows = air._annual(BUNDLED, BUNDLED / "air" / "data" / "aermod_point_annual.csv")
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


def test_a_folder_without_cases_judges_nothing(tmp_path: Path) -> None:
    assert air.cases(tmp_path) == []
