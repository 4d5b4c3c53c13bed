"""Potential to emit against what is emitted and the thresholds of a major source."""

from __future__ import annotations

import pytest

from gigacampus.answers import potential, runner
from gigacampus.answers.permits import permit_limit


@pytest.fixture(scope="module")
def rows(result):
    return {(r["campus"], r["pollutant"]): r for r in runner.ask(result, ("Q03",))[0]["table"] if "pollutant" in r}


def test_the_potential_is_what_a_hand_works_out(rows):
    """Twelve units of 16.5 MW in 8,760 hours at 10.67 MMBtu/MWh; pounds of each for an MMBtu (NOx: 2 ppm)."""
    fuel_mmbtu = 12 * 16.5 * 8760 * 10.67
    for pollutant, pounds in (("NOx", 0.007368), ("PM2.5", 0.0066), ("formaldehyde", 7.1e-4)):
        assert rows["colossus_1", pollutant]["potential_short_tons"] == pytest.approx(fuel_mmbtu * pounds / 2000.0, rel=3e-3, abs=0.05)
    assert rows["colossus_1", "NOx"]["title_v_frac"] == pytest.approx(68.2 / 100.0, rel=5e-3)
    assert rows["colossus_1", "NOx"]["psd_frac"] == pytest.approx(68.2 / 250.0, rel=5e-3)
    assert rows["colossus_1", "formaldehyde"]["one_hap_frac"] == pytest.approx(6.57 / 10.0, rel=5e-3)
    assert rows["colossus_1", "formaldehyde"]["all_hap_frac"] == pytest.approx(6.57 / 25.0, rel=5e-3)


def test_every_campus_with_units_has_every_pollutant_and_emits_no_more_than_it_could(rows, result):
    assert len(rows) == 5 * len(result.coords["campus"])
    for row in rows.values():
        assert row["emitted_p10_short_tons"] <= row["emitted_short_tons"] <= row["emitted_p90_short_tons"]
        assert row["emitted_short_tons"] < row["potential_short_tons"]


def test_the_tonnage_of_a_permit_is_no_input(result, monkeypatch):
    assert permit_limit(result).any()
    before = potential.by_campus_t(result)
    for campus in result.scenario["campuses"].values():
        for block in campus["blocks"].values():
            if block.get("limit_nox_t_per_year"):
                monkeypatch.setitem(block, "limit_nox_t_per_year", 1.0)
    assert permit_limit(result).max() < 10.0
    assert potential.by_campus_t(result).tolist() == before.tolist()
