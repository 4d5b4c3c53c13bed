"""Conditioning on figures that became known: finds the future they came from, refuses what cannot be, leaves a patch that loads."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.analysis.calibrate import Posterior
from gigacampus.explore import conditioning
from gigacampus.explore.conditioning import Figure, conditioned, figures_in, informed, patch_text, reported
from gigacampus.explore.render_text import conditioned_lines
from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import load

RENT = "company.revenue.rental.usd_per_mw_month"
COSTS = "company.costs.general_usd_per_year"
CASH = "company.opening_cash_usd"
YEAR = tuple(range(12, 24))


@pytest.fixture(scope="module")
def truth(held):
    """One future of the reference world, and its revenue and EBITDA of 2027."""
    made = {RENT: 4e5, COSTS: 4.5e7, CASH: 2e9}
    series = held.rerun.series(made, alone=1)
    return made, {name: float(series[name][list(YEAR)].sum()) for name in ("revenue_usd", "ebitda_usd")}


@pytest.fixture(scope="module")
def found(held, truth):
    _, known = truth
    figures = [Figure(name, "2027", YEAR, value, 0.02 * abs(known["revenue_usd"])) for name, value in known.items()]
    return conditioned(held, figures, draws=2048)


def test_the_inputs_that_figures_speak_of_are_found(held, found, truth):
    made, known = truth
    rows = {row["path"]: row for row in found["inputs"]}
    assert next(iter(rows)) == RENT and COSTS in rows
    for path in (RENT, COSTS):
        low, _, high = rows[path]["posterior"]
        assert low < made[path] < high and high - low < 0.8 * (rows[path]["prior"][2] - rows[path]["prior"][0])
    assert informed(held, [Figure("revenue_usd", "2027", YEAR, known["revenue_usd"], 1e6)])[0] == RENT


def test_what_is_told_of_the_posterior_carries_its_weights(held, monkeypatch):
    def all_on_the_first(model, inputs, **_):
        latent = np.random.default_rng(4).standard_normal((512, inputs))
        return Posterior(latent, model(latent), np.eye(1, 512)[0], 1.0, inputs, 1.0)

    monkeypatch.setattr(conditioning, "condition", all_on_the_first)
    told = conditioned(held, [Figure("revenue_usd", "2027", YEAR, 1e8, 1e6)], draws=512)
    for row in (*told["inputs"], *told["figures"], *told["outcomes"]):
        assert len(set(row["posterior"])) == 1, row
    assert len(set(told["inputs"][0]["prior"])) == 3


def test_the_count_is_printed_and_figures_are_met(found):
    assert found["effective"] >= 400 and found["temper"] == 1.0 and found["free_inputs"] == len(found["inputs"])
    for row in found["figures"]:
        low, _, high = row["posterior"]
        assert low < row["value"] < high and high - low < row["prior"][2] - row["prior"][0]
    text = "\n".join(conditioned_lines(found))
    assert f"{found['free_inputs']} free inputs" in text and "->" in text


def test_outcomes_follow_the_figures(held, found):
    before, after = found["outcomes"][1]["prior"][1], found["outcomes"][1]["posterior"][1]
    assert before == pytest.approx(held.rerun.shares(_goal(held), [{}])[0], abs=0.06) and after != pytest.approx(before, abs=0.01)


def _goal(held):
    from gigacampus.explore.run_session import goal_of

    return goal_of(held, "ebitda_by=2027-12")


def test_the_patch_is_a_scenario_part_that_loads(found, scenario_file, tmp_path):
    (tmp_path / "posterior.yaml").write_text(patch_text(found, "two figures"), encoding="utf-8")
    (tmp_path / "one.yaml").write_text(scenario_file.read_text(encoding="utf-8") + "patches: [posterior.yaml]\n", encoding="utf-8")
    scenario, _ = load(tmp_path / "one.yaml")
    rent = next(row for row in found["inputs"] if row["path"] == RENT)
    assert scenario.uncertainty[RENT].median() == pytest.approx(rent["posterior"][1], rel=1e-6)
    assert scenario.uncertainty[RENT].quantile(np.array([0.9]))[0] == pytest.approx(rent["posterior"][2], rel=1e-6)


def test_figures_that_no_future_reaches_are_refused(held):
    with pytest.raises(ScenarioError, match="effective draws"):
        conditioned(held, [Figure("revenue_usd", "2027", YEAR, 1e12, 1e3)], draws=512)


def test_figures_that_no_input_moves_are_refused(held):
    with pytest.raises(ScenarioError, match="no uncertain input"):
        conditioned(held, [Figure("revenue_usd", "2027", YEAR, 1e8, 1e15)])


def test_without_reported_quarters_a_file_is_asked_for(held):
    with pytest.raises(ScenarioError, match=r"--on FILE\.csv"):
        reported(held)


def test_a_period_sums_a_flow_and_ends_a_stock(held):
    series = held.rerun.series()
    flow, stock = (Figure(name, "2026Q3", (6, 7, 8), 1.0, 1.0).of(series) for name in ("revenue_usd", "cash_usd"))
    assert np.array_equal(flow, series["revenue_usd"][6:9].sum(axis=0)) and np.array_equal(stock, series["cash_usd"][8])


def test_a_file_of_figures_is_read_in_its_units_and_periods(held, tmp_path):
    path = tmp_path / "known.csv"
    path.write_text("period,metric,value,noise,unit\n2027,revenue_usd,120,6,USD m\n2026Q3,capex_usd,5e7,,\n2028-02,cash_usd,1e9,1e8,USD\n")
    year, quarter, month = figures_in(held, path)
    assert (year.value, year.noise, len(year.months)) == (1.2e8, 6e6, 12)
    assert quarter.months == (6, 7, 8) and quarter.noise == pytest.approx(2.5e6) and month.months == (25,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "period, metric, value"),
        ("a,b\n1,2\n", "period, metric, value"),
        ("period,metric,value\n2027,revenue,1\n", "revenue_usd"),
        ("period,metric,value\n2047,revenue_usd,1\n", "no period"),
        ("period,metric,value\nsoon,revenue_usd,1\n", "no period"),
        ("period,metric,value\n2027,revenue_usd,much\n", "value: much is not a number"),
        ("period,metric,value\n2027,revenue_usd,nan\n", "not a usable number: 'nan'"),
        ("period,metric,value\n2027,revenue_usd,0\n", "above zero"),
        ("period,metric,value,noise\n2027,revenue_usd,1,-3\n", "above zero"),
        ("period,metric,value\n2027,revenue_usd\n", "2 cells where the header names 3"),
    ],
)
def test_files_that_hold_no_figures_get_one_clear_refusal(held, tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        figures_in(held, path)
    assert words in str(caught.value) and "bad.csv" in str(caught.value) and len(caught.value.findings) == 1


def test_bytes_that_are_no_text_are_refused(held, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(b"\xff\xfe\x00period")
    with pytest.raises(ScenarioError, match="not UTF-16 text"):
        figures_in(held, path)
