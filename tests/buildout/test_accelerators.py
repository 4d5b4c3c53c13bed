"""Accelerators of the library: every field cited, and a better figure is used only once it is known."""

from __future__ import annotations

from datetime import date

import pytest
from ruamel.yaml import YAML

from gigacampus.scenario.library import ROW_KEYS, load_entry, sources

from .cases import LIBRARY

ENTRIES = sorted(p.stem for p in (LIBRARY / "accelerators").glob("*.yaml"))


@pytest.mark.parametrize("name", ENTRIES)
def test_every_value_is_cited(name: str) -> None:
    known = set(sources())
    for key, value in YAML(typ="safe").load(LIBRARY / "accelerators" / f"{name}.yaml").items():
        for row in value if isinstance(value, list) else [value] if isinstance(value, dict) else []:
            assert set(row) == set(ROW_KEYS), key
            assert set(row["source"].split(";")) <= known, key


@pytest.mark.parametrize("name", ENTRIES)
def test_rows_reach_back_to_the_first_day_of_the_accelerator(name: str) -> None:
    raw = YAML(typ="safe").load(LIBRARY / "accelerators" / f"{name}.yaml")
    first = max(min(r["known_from"] for r in (v if isinstance(v, list) else [v])) for v in raw.values() if not isinstance(v, str))
    values, _ = load_entry("accelerators", name, first)
    assert values["server_kw"] > 0.0


def test_company_figures_wait_for_their_day() -> None:
    before, _ = load_entry("accelerators", "gb200", date(2026, 5, 19))
    after, _ = load_entry("accelerators", "gb200", date(2026, 5, 20))
    assert after["server_kw"] == pytest.approx(210.0 / 110.0, abs=0.005)
    assert before["server_kw"] == pytest.approx(132.0 / 72.0 * 1.14, abs=0.005)


def test_the_rack_rating_known_in_january_overstates_the_company_figures_by_less_than_a_seventh() -> None:
    for name in ("h100", "gb200", "gb300"):
        january, _ = load_entry("accelerators", name, date(2026, 1, 16))
        later, _ = load_entry("accelerators", name, date(2026, 6, 1))
        assert 1.0 < january["server_kw"] / later["server_kw"] < 1.15
