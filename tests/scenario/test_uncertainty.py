"""Distributions, ranks, and the plan of worlds and draws."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import TypeAdapter

from gigacampus.api import first
from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.plan import nearest_correlation, plan, stratified, world_scenario
from gigacampus.scenario.templates import starter
from gigacampus.schema.uncertainty import Distribution

BASE = "base: lib:scenarios/plain\nrun: {worlds: 33, draws: 512, seed: 7}\n"
CASH = "company.opening_cash_usd: {kind: normal, p10: 1e9, p90: 3e9}"
LOSS = "campuses.north.power.conversion_loss_frac: {kind: triangular, low: 0.02, mode: 0.05, high: 0.1}"
OUTAGE = "campuses.north.power.forced_outage_frac: {kind: uniform, low: 0.01, high: 0.05}"
SHAPES = (
    {"kind": "uniform", "low": 2, "high": 6},
    {"kind": "normal", "p10": -1, "p90": 5},
    {"kind": "lognormal", "p10": 1, "p90": 9},
    {"kind": "triangular", "low": 0, "mode": 1, "high": 5},
    {"kind": "triangular", "low": 0, "mode": 5, "high": 5},
    {"kind": "choice", "values": [3, 1, 2], "weights": [0.1, 0.7, 0.2]},
    {"kind": "empirical", "quantiles": [[0, 1], [0.5, 2], [1, 9]]},
)


def _shape(data):
    return TypeAdapter(Distribution).validate_python(data)


@pytest.mark.parametrize("data", SHAPES, ids=lambda d: d["kind"])
def test_quantiles_rise_within_the_support_and_halve_at_the_median(data):
    shape = _shape(data)
    u = np.linspace(0, 1, 2001)
    values = shape.quantile(u)
    low, high = shape.support()
    assert (np.diff(values) >= 0).all() and values.min() == low and values.max() == high
    assert shape.median() == pytest.approx(float(shape.quantile(np.array(0.5))))
    assert np.median(values) == pytest.approx(shape.median(), rel=1e-9)


def test_bells_return_the_quantiles_they_were_given():
    for data in SHAPES[1:3]:
        shape = _shape(data)
        assert shape.quantile(np.array([0.1, 0.9])) == pytest.approx([data["p10"], data["p90"]])


def test_triangular_matches_its_closed_form_moments():
    values = _shape(SHAPES[3]).quantile((np.arange(100_000) + 0.5) / 100_000)
    assert values.mean() == pytest.approx((0 + 1 + 5) / 3, rel=1e-6)
    assert values.var() == pytest.approx((0 + 1 + 25 - 0 - 0 - 5) / 18, rel=1e-5)


def test_choice_gives_each_value_its_weight():
    values = _shape(SHAPES[5]).quantile((np.arange(1000) + 0.5) / 1000)
    assert [(values == v).mean() for v in (1, 2, 3)] == pytest.approx([0.7, 0.2, 0.1])


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "uniform", "low": 2, "high": 2},
        {"kind": "lognormal", "p10": 0, "p90": 2},
        {"kind": "triangular", "low": 0, "mode": 7, "high": 5},
        {"kind": "choice", "values": [1, 2], "weights": [1]},
        {"kind": "choice", "values": [1], "weights": [0]},
        {"kind": "empirical", "quantiles": [[0.1, 1], [1, 2]]},
        {"kind": "empirical", "quantiles": [[0, 3], [1, 2]]},
        {"kind": "gamma", "k": 1},
    ],
)
def test_shapes_that_mean_nothing_are_refused(data):
    with pytest.raises(ValueError):
        _shape(data)


def test_adding_an_input_moves_no_other(bench):
    small = plan(bench.load(BASE + f"uncertainty:\n  {CASH}\n  {LOSS}")[0])
    large = plan(
        bench.load(
            BASE
            + f"uncertainty:\n  {OUTAGE}\n  {CASH}\n  {LOSS}\n  company.zzz: {{kind: uniform, low: 0, high: 1}}".split("  company.zzz")[0]
        )[0]
    )
    for path, values in small.worlds.items():
        assert values.tobytes() == large.worlds[path].tobytes()
    for path, values in small.draws.items():
        assert values.tobytes() == large.draws[path].tobytes()
    assert set(large.physical) - set(small.physical) == {"campuses.north.power.forced_outage_frac"}


def test_another_seed_gives_other_points():
    assert not np.array_equal(stratified(1, "a", 64), stratified(2, "a", 64))
    assert abs(np.corrcoef(stratified(1, "a", 1024), stratified(1, "b", 1024))[0, 1]) < 0.1


def test_every_stratum_holds_one_point():
    u = stratified(3, "campuses.north.power.conversion_loss_frac", 257)
    assert sorted((u * 257).astype(int)) == list(range(257)) and u.min() >= 0 and u.max() < 1


def test_world_zero_is_all_medians_and_draws_live_in_the_other_worlds(bench):
    laid = plan(bench.load(BASE + f"uncertainty:\n  {CASH}\n  {LOSS}")[0])
    path = "campuses.north.power.conversion_loss_frac"
    assert laid.worlds[path][0] == laid.medians[path] and laid.world_count == 33
    assert set(laid.world_of_draw) == set(range(1, 33)) and np.ptp(np.bincount(laid.world_of_draw)[1:]) <= 1
    assert laid.draws["company.opening_cash_usd"].shape == (512,)


def test_a_single_world_is_the_reference_for_every_draw(bench):
    laid = plan(bench.load(BASE + f"uncertainty:\n  {CASH}\n  {LOSS}", sets=["run.worlds=1"])[0])
    assert (laid.world_of_draw == 0).all() and len(laid.worlds["campuses.north.power.conversion_loss_frac"]) == 1


def test_a_world_is_an_ordinary_scenario(bench):
    scenario, _ = bench.load(BASE + f"uncertainty:\n  {CASH}\n  {LOSS}")
    laid = plan(scenario)
    world = world_scenario(scenario, laid, 5)
    asked = laid.worlds["campuses.north.power.conversion_loss_frac"][5]
    assert world.campuses["north"].power.conversion_loss_frac == asked
    assert world.company.opening_cash_usd == 2e9 and not world.uncertainty
    assert type(scenario).model_validate(world.model_dump()) == world


def test_whole_number_inputs_stay_whole(bench):
    text = BASE + ("weather: {heat_wave: {first: 07-15}}\nuncertainty: {weather.heat_wave.days: {kind: uniform, low: 3, high: 12}}")
    scenario, _ = bench.load(text)
    days = {world_scenario(scenario, plan(scenario), k).weather.heat_wave.days for k in range(5)}
    assert all(isinstance(d, int) for d in days) and len(days) > 1


@pytest.mark.parametrize("rank", [-0.6, 0.3, 0.65])
def test_ranks_follow_within_and_across_levels(bench, rank):
    text = (
        BASE
        + f"uncertainty:\n  {CASH}\n  {LOSS}\n  {OUTAGE}\ncorrelations:\n"
        + (
            f"  - {{a: {LOSS.split(':')[0]}, b: {OUTAGE.split(':')[0]}, rank: {rank}}}\n"
            f"  - {{a: {OUTAGE.split(':')[0]}, b: {CASH.split(':')[0]}, rank: {rank}}}\n"
        )
    )
    sets = ["run.worlds=1025", "run.draws=8192"]
    scenario, _ = bench.load(text, sets=sets)
    laid = plan(scenario)
    loss, outage = laid.worlds.values()
    cash = laid.draws["company.opening_cash_usd"]
    assert _spearman(loss[1:], outage[1:]) == pytest.approx(rank, abs=0.06)
    assert _spearman(outage[laid.world_of_draw], cash) == pytest.approx(rank, abs=0.06)
    free = plan(scenario.model_copy(update={"correlations": []}))
    assert sorted(free.draws["company.opening_cash_usd"]) == sorted(cash)


def _spearman(a, b):
    from scipy.stats import spearmanr

    return spearmanr(a, b).statistic


def test_an_impossible_matrix_is_repaired_to_the_nearest_possible_one():
    asked = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1.0]])
    repaired = nearest_correlation(asked)
    assert np.linalg.eigvalsh(repaired).min() > 0 and np.allclose(np.diag(repaired), 1)
    assert np.linalg.norm(repaired - asked) < np.linalg.norm(np.eye(3) - asked)
    possible = np.array([[1, 0.5], [0.5, 1]])
    assert nearest_correlation(possible) is possible


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("company.opening_cash: {kind: uniform, low: 0, high: 1}", "not a number"),
        ("company: {kind: uniform, low: 0, high: 1}", "not a number"),
        ("title: {kind: uniform, low: 0, high: 1}", "not a number"),
        ("run.worlds: {kind: uniform, low: 1, high: 9}", "not a number"),
        ("campuses.south.power.reserve_units: {kind: uniform, low: 0, high: 1}", "not a number"),
        ("campuses.north.power.reserve_units: {kind: uniform, low: 0, high: 30}", "takes 0 to 20"),
        ("campuses.north.power.forced_outage_frac: {kind: normal, p10: 0.01, p90: 0.1}", "takes 0 to 1"),
        ("campuses.north.power.forced_outage_frac: {kind: uniform, low: 1 kg, high: 2 kg}", "mass"),
    ],
)
def test_inputs_that_cannot_be_uncertain_are_refused_by_name(bench, entry, words):
    findings = bench.refusal(BASE + f"uncertainty: {{ {entry} }}").findings
    assert any(words in f.problem and f.path.startswith("uncertainty.") and f.line == 3 for f in findings)


def test_correlations_name_uncertain_paths_once(bench):
    text = (
        BASE
        + f"uncertainty:\n  {CASH}\n  {LOSS}\ncorrelations:\n"
        + (
            "  - {a: company.opening_cash_us, b: campuses.north.power.conversion_loss_frac, rank: 0.5}\n"
            "  - {a: company.opening_cash_usd, b: company.opening_cash_usd, rank: 0.5}\n"
        )
    )
    first, second = bench.refusal(text).findings
    assert first.nearest == "company.opening_cash_usd" and "itself" in second.problem


def test_physical_inputs_follow_the_world_of_each_draw(bench):
    laid = plan(bench.load(BASE + f"uncertainty:\n  {CASH}\n  {LOSS}")[0])
    path = "campuses.north.power.conversion_loss_frac"
    every = laid.by_draw()
    assert np.array_equal(every[path], laid.worlds[path][laid.world_of_draw])
    assert set(laid.by_draw(["company"])) == {"company.opening_cash_usd"}


def test_what_world_stages_read_decides_what_is_physical(bench):
    text = BASE + f"uncertainty:\n  {CASH}\n  campuses.north.county.permanent_jobs: {{kind: uniform, low: 1, high: 9}}"
    scenario, _ = bench.load(text)
    assert plan(scenario).company == ("company.opening_cash_usd",)
    assert set(plan(scenario, ["campuses.*.power"]).company) == {"company.opening_cash_usd", "campuses.north.county.permanent_jobs"}


def test_a_world_whose_draws_cannot_stand_together_names_file_and_line(tmp_path):
    path = tmp_path / "watched.yaml"
    text = starter("grid", "Watched") + "red_lines:\n  watch: {samples_per_day: 40, allowed_frac: 1.0e-4, alarm_frac: 9.0e-4, "
    path.write_text(text + "days_between_false_alarms: 200}\n")
    spread = 'uncertainty={"red_lines.watch.allowed_frac": {kind: uniform, low: 1.0e-4, high: 1.7e-3}}'
    with pytest.raises(ScenarioError) as error:
        first(path, ("horizon.months=6", "run.worlds=6", "run.draws=6", spread), use_cache=False)
    found = error.value.findings[0]
    assert "in world" in found.problem and found.file.endswith("watched.yaml") and found.line == len(text.splitlines())
