"""The worked example's campuses: facts have days, and past months do not depend on plans."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from gigacampus.buildout.stage import run

from .cases import ROOT

PART = ROOT / "scenarios" / "parts" / "campuses_xai_2026_01.yaml"
AS_OF = date(2026, 1, 16)


def rows(node: Any, path: str = "") -> list[tuple[str, dict]]:
    if not isinstance(node, dict):
        return []
    found = [(path, node)] if "kind" in node and "blocks" in path else []
    return found + [r for k, v in node.items() for r in rows(v, f"{path}.{k}")]


def part() -> dict[str, Any]:
    return YAML(typ="safe").load(Path(PART))


def test_no_fact_is_younger_than_as_of() -> None:
    for path, block in rows(part()["campuses"]):
        assert block["known_from"] <= AS_OF, path
        assert block["source"] and block["confidence"], path


def test_every_source_key_exists() -> None:
    import gigacampus.library

    known = YAML(typ="safe").load(Path(gigacampus.library.__file__).parent / "sources.yaml")
    for path, block in rows(part()["campuses"]):
        assert set(block["source"].split(";")) <= set(known), path


def test_what_happened_is_marked_as_seen_by_a_date_and_plans_are_not() -> None:
    for path, block in rows(part()["campuses"]):
        planned = block.get("in_service", AS_OF) > AS_OF
        assert not (planned and block["confidence"] == "seen"), path


def test_uncertain_paths_name_scalars_of_the_scenario(memphis: Any) -> None:
    inputs = memphis(date(2025, 1, 1), 12)
    for path in part()["uncertainty"]:
        node: Any = inputs.tree
        for name in path.split("."):
            node = node[name] if isinstance(node, dict) else getattr(node, name)
        assert isinstance(node, float), path


def test_history_does_not_depend_on_the_slip(memphis: Any) -> None:
    inputs = memphis(date(2025, 1, 1), 84)
    early = run(inputs, {})
    late = run(memphis(date(2025, 1, 1), 84, quantile=0.95), {})
    for name in ("it_in_service_mw", "supply_firm_mw", "battery_energy_mwh"):
        assert np.array_equal(early[name][:, 0, :12], late[name][:, 0, :12])
        assert not np.array_equal(early[name][:, 0, 13:], late[name][:, 0, 13:])


def test_a_late_transformer_cuts_it_power(memphis: Any) -> None:
    on_time = run(memphis(date(2025, 1, 1), 24), {})
    late = run(memphis(date(2025, 1, 1), 24, substation_slip=182.5), {})
    change = late["it_in_service_mw"][0, 0] - on_time["it_in_service_mw"][0, 0]
    assert change[12] < -20.0
    assert change[20] == pytest.approx(0.0)


def test_no_block_leans_on_a_source_of_a_later_day() -> None:
    from gigacampus.scenario.library import sources

    snapshots = {"E1": "also taken on 2025-12-14", "X1": "parcel listings of 2025, read later"}
    listed = sources()
    for path, block in rows(part()["campuses"]):
        for key in set(block["source"].split(";")) - set(snapshots):
            day = listed[key]["date"]
            assert day is None or str(day) <= AS_OF.isoformat(), f"{path}: {key} is of {day}"
