"""Layouts on the accelerators that a run's campus has in a month."""

import json

import pytest
import typer

from gigacampus.answers.campus_layouts import even, fleet, on_campus
from gigacampus.answers.layouts import best_layouts
from gigacampus.cli.layouts import layouts
from gigacampus.foundation.errors import ScenarioError

FEW = {"best": 1, "model": "dense_70b_generic"}


def test_the_fleet_of_a_campus_is_what_its_blocks_have_in_service_by_then(result):
    assert fleet(result, "colossus_2", "2025-09") == {}
    assert fleet(result, "colossus_2", "2025-11") == {"gb200": 110_000}
    assert set(fleet(result, "colossus_2", "2031-12")) >= {"gb200", "gb300"}


def test_each_model_is_a_pool_whose_layouts_fit_its_own_memory(folder, result):
    found = on_campus(f"{folder}:colossus_2", "2025-11", **FEW)
    assert (found["fleet"], found["month"], found["others"]) == ({"gb200": 110_000}, "2025-11", [])
    assert found["accelerators"] == even(110_000) <= found["in_service"] == 110_000
    row = found["layouts"][0]
    assert found["fits"] and row["memory_gb"] <= result.scenario["library"]["accelerators"]["gb200"]["memory_gb"]
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("where", "month", "words"),
    [
        ("{}:colossus_3", None, "colossus_2"),
        ("{}:colossus_2", "2025-02", "--month 2025-10 is the first"),
        ("{}:colossus_2", "2050-02", "a month from 2025-01 to 2031-12"),
        ("colossus_2", None, "RUN:NAME"),
    ],
)
def test_what_is_no_campus_or_month_of_the_run_is_refused_with_what_is(folder, where, month, words):
    with pytest.raises(ScenarioError) as refused:
        on_campus(where.format(folder), month, **FEW)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "MODEL"),
        ({"model": "dense_70b_generic"}, "--accelerators"),
        ({"model": "dense_70b_generic", "accelerators": 8}, "--on"),
        ({"month": "2025-11"}, "--month"),
        ({"campus": "run:north", "on": "h100"}, "--on"),
    ],
)
def test_flags_that_do_not_belong_together_or_are_missing_are_named(given, path, capsys):
    with pytest.raises(typer.Exit) as ended:
        layouts(**given)
    assert ended.value.exit_code == 2 and path in capsys.readouterr().err


def test_where_nothing_fits_the_first_doubling_that_holds_a_layout_is_named():
    found = best_layouts("llama_3_1_405b", accelerators=8, on="h100", best=1)
    assert not found["fits"] and found["fits_on"] > 8 and f"{found['fits_on']:,} accelerators hold one" in found["reason"]
    assert best_layouts("llama_3_1_405b", accelerators=found["fits_on"], on="h100", best=1)["fits"]
    assert not best_layouts("llama_3_1_405b", accelerators=found["fits_on"] // 2, on="h100", best=1)["fits"]
