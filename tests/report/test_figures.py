"""Each figure holds the run's own numbers, in the registry's units, and is left out with a reason when it has none."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gigacampus.registry.variables import REGISTRY
from gigacampus.report import figures, reading
from gigacampus.report.figures import compare, dispatch_week, emissions
from gigacampus.results.result import quantiles
from tests.report.synthetic import SyntheticResult

vl_convert = pytest.importorskip("vl_convert", reason="checks specifications with a second implementation")
BY_NAME = {f.name: f for f in figures.ALL}
EXPECTED = [
    "ladder",
    "power_stack",
    "compute_delivered",
    "dispatch_week",
    "outage_hours",
    "outage_energy",
    "cash_fan",
    "escape",
    "outcomes",
    "pits",
    "token_cost",
    "tenants",
    "payback",
    "covenants",
    "writedowns",
    "ownership",
    "exit_payouts",
    "heads",
    "siblings",
    "must_be_true",
    "tornado",
    "county",
    "emissions",
    "noise_receptors",
    "noise_people",
    "burden",
    "water",
    "people",
    "red_lines",
]
DRAWN = {"outcomes": "outcome_class", "payback": "vintage_payback_months"}
"""What a figure draws where that may honestly be zero or unknown everywhere, so that something else says whether it can be drawn."""
OF_VARIABLES = [n for n in EXPECTED if BY_NAME[n].needs]


def strings(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def column(spec, title):
    table = spec["usermeta"]["table"]
    at = [c for c in table["columns"] if c == title or c.startswith(f"{title} (")]
    assert len(at) == 1, table["columns"]
    return [row[table["columns"].index(at[0])] for row in table["rows"]]


def test_all_figures_are_there_once():
    assert [f.name for f in figures.ALL] == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_spec_is_plain_json_described_and_compiles(name, synthetic):
    spec = BY_NAME[name].function(synthetic)
    text = json.dumps(spec, allow_nan=False)
    assert "http" not in text
    assert len(spec["description"]) > 30
    meta = spec["usermeta"]
    assert meta["caption"].endswith(".") and meta["key"] and meta["table"]["rows"]
    assert all(len(row) == len(meta["table"]["columns"]) for row in meta["table"]["rows"])
    drawn = {k: v for k, v in spec.items() if k != "usermeta"}
    svg = vl_convert.vegalite_to_svg(json.dumps({**drawn, **({} if "vconcat" in drawn else {"width": 600})}), vl_version="6.4")
    assert svg.startswith("<svg") and "NaN" not in svg


@pytest.mark.parametrize("name", OF_VARIABLES)
def test_figure_reads_the_result_and_leaves_it_alone(name):
    first, second = SyntheticResult(worlds=4, draws=8), SyntheticResult(worlds=4, draws=8)
    before = {k: v.copy() for k, v in first._arrays.items()}
    assert json.dumps(BY_NAME[name].function(first)) == json.dumps(BY_NAME[name].function(second))
    assert all(np.array_equal(before[k], first._arrays[k], equal_nan=True) for k in before)
    moved = DRAWN.get(name, BY_NAME[name].needs[0])
    second.put(moved, first.array(moved) * (100.0 if name in DRAWN else 1.07) + 0.01)
    assert json.dumps(BY_NAME[name].function(first)) != json.dumps(BY_NAME[name].function(second))


@pytest.mark.parametrize("name", OF_VARIABLES)
def test_missing_or_zero_variables_are_said_not_drawn(name, synthetic):
    figure = BY_NAME[name]
    assert figures.why_left_out(figure, synthetic) is None
    without = SyntheticResult(worlds=3, draws=4, leave_out=(figure.needs[0],))
    assert "holds no" in figures.why_left_out(figure, without)
    zero = SyntheticResult(worlds=3, draws=4)
    for need in figure.needs:
        zero.put(need, np.zeros_like(zero.array(need)))
    assert "zero or unknown" in figures.why_left_out(figure, zero)


def test_ladder_holds_quantiles_of_the_sum_over_campuses(synthetic):
    spec = BY_NAME["ladder"].function(synthetic)
    wanted = np.median(synthetic.planned("it_in_service_mw")[1:].sum(axis=1), axis=0) / 1000.0
    assert column(spec, "IT in service") == pytest.approx(wanted.tolist(), rel=1e-3)
    assert "Power, all campuses (GW)" in set(strings(spec["layer"]))


def test_power_stack_draws_means_that_add_up(synthetic):
    spec = BY_NAME["power_stack"].function(synthetic)
    values = spec["layer"][0]["data"]["values"]
    drawn = sum(v["value"] for v in values if v["month"] == "2030-12")
    wanted = sum(synthetic.planned(n)[1:].sum(axis=1).mean(axis=0)[-1] for n in ("grid_mwh", "onsite_mwh", "unserved_mwh")) / 1e6
    assert drawn == pytest.approx(wanted, rel=1e-3)


def test_hot_week_is_the_hottest_and_balances(synthetic):
    start = dispatch_week.hottest_week(synthetic.array("dry_bulb_degc")[1])
    heat = synthetic.array("dry_bulb_degc")[1].reshape(365, 24).mean(axis=1)
    weeks = [heat[d : d + 7].mean() for d in range(359)]
    assert start == 24 * int(np.argmax(weeks))
    spec = BY_NAME["dispatch_week"].function(synthetic)
    rows = spec["usermeta"]["table"]["rows"]
    assert len(rows) == 168
    assert all(sum(row[3:]) == pytest.approx(row[2], rel=2e-3) for row in rows)
    assert dispatch_week.stamp(start).startswith("2001-") and dispatch_week.stamp(8759) == "2001-12-31T23:00"


def test_hot_week_shows_the_plan_where_it_wanted_more_than_was_asked_for():
    result = SyntheticResult(worlds=3, draws=4)
    load = np.asarray(result.array("facility_load_mw_h"), dtype=float)
    result.put("plan_load_mw_h", load * 1.25)
    spec = BY_NAME["dispatch_week"].function(result)
    assert column(spec, "Plan") == pytest.approx([1.25 * mw for mw in column(spec, "Load")], rel=1e-3)
    assert ["Plan", "gold", "line"] in [list(entry.values()) for entry in spec["usermeta"]["key"]]
    assert "The plan wanted" in spec["usermeta"]["caption"]
    result.put("plan_load_mw_h", load)
    assert "Plan" not in json.dumps(BY_NAME["dispatch_week"].function(result))


def test_outages_are_told_by_campus_with_the_band_over_worlds():
    result = SyntheticResult(worlds=5, draws=4)
    hours = np.zeros(result.array("lole_h").shape)
    hours[:, 1] = np.random.default_rng(1).uniform(0.0, 9.0, hours[:, 1].shape)
    result.put("lole_h", hours)
    spec = BY_NAME["outage_hours"].function(result)
    (label,) = [entry["label"] for entry in spec["usermeta"]["key"]]
    assert column(spec, label) == pytest.approx(np.median(reading.samples(result, "lole_h")[:, 1], axis=0).tolist(), rel=1e-3)
    assert f"{label}: at most" in spec["usermeta"]["caption"] and "Hours short a month (h)" in set(strings(spec["layer"]))


def test_trailing_year_and_permit_limit(synthetic):
    monthly = np.arange(24.0)[None, :]
    assert emissions.trailing_year(monthly)[0, 12] == monthly[0, 1:13].sum()
    assert np.isnan(emissions.trailing_year(monthly)[0, 10])
    limit = emissions.permit_limit(synthetic)[1]
    assert not emissions.permit_limit(synthetic)[0].any()
    assert limit[synthetic.coords["month"].index("2026-01")] == 0.0
    assert limit[synthetic.coords["month"].index("2026-02")] == 520.0


def test_a_run_shorter_than_a_year_still_draws():
    result = SyntheticResult(months=8, worlds=3, draws=4)
    for figure in figures.ALL:
        json.dumps(figure.function(result), allow_nan=False)


def test_noise_leaves_out_recalled_places_and_widens_the_band(synthetic):
    spec = BY_NAME["noise_receptors"].function(synthetic)
    assert "recalled" not in " ".join(row[0] for row in spec["usermeta"]["table"]["rows"])
    assert len(spec["usermeta"]["table"]["rows"]) == len(synthetic.coords["receptor"]) - 1
    worlds = quantiles(synthetic.samples("noise_night_dba"))
    band = reading.level_bands(synthetic, "noise_night_dba")
    spread = (worlds["p90"] - worlds["p50"])[0, -1]
    assert (band["p90"] - band["p50"])[0, -1] == pytest.approx(np.hypot(spread, 4.5))


def test_people_above_come_from_block_groups_where_the_run_holds_them():
    result = SyntheticResult(worlds=3, draws=4)
    own = BY_NAME["noise_people"].function(result)
    assert column(own, "45 dBA or more")[-1] == pytest.approx(np.median(result.samples("noise_people_above_45")[:, -1]))
    count = len(result.coords["month"])
    people = [[100.0 + m, float(m)] for m in range(count)]
    given = {
        "limits_dba": [45.0, 55.0],
        "people_within_reach": 9e3,
        "people": people,
        "low": [[0.0, 0.0]] * count,
        "high": [[9e3, 500.0]] * count,
    }
    result.manifest["map"] = {"people_above": given}
    spec = BY_NAME["noise_people"].function(result)
    assert column(spec, "45 dBA or more") == [row[0] for row in people] and "9" in spec["usermeta"]["caption"]
    assert "block groups" in spec["usermeta"]["caption"] and "block groups" not in own["usermeta"]["caption"]


def test_cash_fan_marks_the_floor_only_where_it_is_reached():
    result = SyntheticResult(worlds=3, draws=40)
    result.put("runway_month", np.full(40, np.nan))
    assert len(BY_NAME["cash_fan"].function(result)["layer"]) + 1 <= len(_with_runway(result)["layer"])


def _with_runway(result):
    result.put("runway_month", np.full(40, 10.0))
    return BY_NAME["cash_fan"].function(result)


def test_axis_titles_come_from_the_registry(synthetic):
    titles = set(strings(BY_NAME["escape"].function(synthetic)["layer"]))
    assert REGISTRY["escape_ratio"].title in titles


def test_compare_puts_both_runs_on_one_axis(synthetic):
    other = SyntheticResult(seed=11)
    other.put("cash_usd", synthetic.array("cash_usd") * 2)
    spec = compare.draw(synthetic, other, "cash_usd")
    here, there = (np.array(column(spec, t)) for t in ("This run", "Other run: Two Rivers AI (made up)"))
    assert there == pytest.approx(here * 2, rel=2e-3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_few_broken_numbers_break_no_figure(bad):
    result = SyntheticResult(worlds=6, draws=16)
    for figure in figures.ALL:
        for name in figure.needs:
            values = result.array(name).copy()
            values.reshape(-1)[:: max(values.size // 5, 1)] = bad
            result.put(name, values)
    for figure in figures.ALL:
        json.dumps(figure.function(result), allow_nan=False)


def test_escape_cuts_the_picture_but_not_the_table():
    result = SyntheticResult(worlds=3, draws=8)
    result.put("escape_ratio", np.full((8, 72), 40.0))
    spec = BY_NAME["escape"].function(result)
    assert spec["layer"][0]["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0.0, 5.0]
    assert set(column(spec, "Escape ratio")) == {40.0}


@pytest.mark.parametrize(("factor", "share"), [(0.0, "0 %"), (100.0, "100 %")])
def test_emissions_say_how_often_the_stated_tonnes_are_passed(factor, share):
    result = SyntheticResult(worlds=4, draws=4)
    nox = result.array("nox_t").copy()
    nox[:, 1] *= factor
    result.put("nox_t", nox)
    assert f"pass them in {share} of worlds" in emissions.draw(result)["usermeta"]["caption"]


def test_a_year_that_began_before_the_permit_breaks_none():
    """Twelve months that reach back before the permit are no breach of it: only a whole year under it is held against it."""
    import numpy as np

    from gigacampus.answers.permits import bound_for_a_year

    limit = np.r_[np.zeros(6), np.full(18, 79.0)]
    assert np.flatnonzero(bound_for_a_year(limit))[0] == 17
    assert not bound_for_a_year(np.full(11, 79.0)).any()
