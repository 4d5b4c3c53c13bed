"""`gigacampus dispatch` in the terminal: what it tells of each solver, and what it refuses."""

import pytest

from gigacampus.cli.dispatch import lines
from gigacampus.foundation.errors import ScenarioError
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import Permit, objective_usd, permits_broken
from gigacampus.power.dispatch.rolling import least
from gigacampus.rerun.dispatch import Asked, _solved, _worth_serving, dispatched, summary
from tests.power.test_linear_programme import FLAT, np, problem, replace, store, units


def told(found, given):
    said = {
        "campus": "north",
        "year": 2030,
        "months": 1,
        "solver": "lp",
        "foresight": "perfect",
        "beside": [],
        "answered_by": "lp",
        "typical": {"mine": ["min_up_h"]},
    }
    return "\n".join(lines(said | summary(given, found)))


def test_a_broken_permit_names_its_month_and_a_stopped_solver_says_so():
    given = problem(np.full(1000, 50.0), classes=(units(1000, nox_kg_per_mmbtu=0.1, permit="air"),), storage=store(1000))
    free = solve(given)
    tight = replace(given, permits=(Permit("air", nox_kg_per_year=40_000.0),))
    assert "permit air: 50,000 of 40,000 kg of NOx, broken from month 2 of 2030 on" in told(free, tight)
    assert "held" in told(solve(tight), tight) and "note: the" not in told(free, given)
    assert "note: mine gives no min_up_h" in told(free, given)
    assert "note: the time limit came before the gap" in told(replace(free, note="the time limit came before the gap"), given)
    assert "at most 0.00%" in told(solve(given, Choices()), given)


@pytest.mark.parametrize("wrong", [{"solver": "best"}, {"foresight": "12h"}])
def test_unknown_solvers_and_views_are_refused_before_anything_is_read(wrong):
    with pytest.raises(ScenarioError, match="is none of"):
        dispatched(None, Asked(**wrong))


@pytest.mark.parametrize("solver", ["merit", "dp", "milp"])
def test_days_apart_are_for_the_solver_that_decides_by_them(solver):
    with pytest.raises(ScenarioError, match="in view"):
        dispatched(None, Asked(solver=solver, foresight="24h"))


def test_unmet_load_that_weighs_less_than_the_cheapest_energy_is_refused():
    given = problem(np.full(24, 60.0), classes=(units(24),))
    _worth_serving(replace(given, unserved_usd_per_mwh=35.0), "north")
    with pytest.raises(ScenarioError, match="weighs 34 USD/MWh and the cheapest energy of the year costs 35") as refused:
        _worth_serving(replace(given, unserved_usd_per_mwh=34.0), "north")
    assert "campuses.north.power.unserved_usd_per_mwh" in str(refused.value)
    _worth_serving(replace(given, grid_cap_mw=np.zeros(24), unserved_usd_per_mwh=36.0), "north")


def test_cycles_are_energy_given_over_the_energy_that_stood():
    given = problem(np.full(24, 60.0), storage=store(24, mwh=80.0))
    found = replace(solve(given), discharge_mw=np.full(24, 5.0))
    assert summary(given, found)["battery_full_cycles"] == pytest.approx(1.5) and "(2 full cycles)" in told(found, given)
    half = replace(given, storage=replace(given.storage, mwh=np.repeat([0.0, 40.0], 12)))
    assert summary(half, found)["battery_full_cycles"] == pytest.approx(3.0)
    assert summary(replace(given, storage=None), replace(found, discharge_mw=np.zeros(24)))["battery_full_cycles"] == 0.0


def two_months(**more):
    rng = np.random.default_rng(5)
    charged = FLAT.model_copy(update={"demand_usd_per_kw_month": 8.0})
    made = units(1416, start_usd=200.0, min_up_h=4, min_down_h=2, nox_kg_per_mmbtu=0.1, permit="air")
    return problem(60.0 + rng.uniform(0, 40, 1416), charged, classes=(made,), storage=store(1416), gas_usd_per_mmbtu=5.0, **more)


def test_months_apart_cost_what_all_hours_at_once_cost_and_no_less():
    given = two_months()
    apart, whole = least(given, Choices()), solve(given)
    cost, best = objective_usd(given, apart), objective_usd(given, whole)
    assert best * (1.0 - 1e-6) <= cost <= best * 1.001
    assert np.abs(apart.balance_mw(given)).max() < 1e-6 and "month by month" in apart.note and not np.isfinite(apart.bound_usd)
    np.testing.assert_allclose(np.diff(apart.stored_mwh), (0.95 * apart.charge_mw - apart.discharge_mw / 0.95)[1:], atol=1e-6)


def test_a_yearly_limit_that_months_apart_would_break_is_held_by_all_hours_at_once():
    free = two_months()
    used = permits_broken(replace(free, permits=(Permit("air", 1e9),)), least(free, Choices()))[0]["used"]
    tight = replace(free, permits=(Permit("air", nox_kg_per_year=0.8 * used),))
    found = least(tight, Choices())
    assert permits_broken(tight, found)[0]["first_month_over"] == -1 and np.isfinite(found.bound_usd)


@pytest.mark.parametrize("asked", [Asked(), Asked(foresight="24h"), Asked(solver="milp")], ids=lambda a: f"{a.solver} {a.foresight}")
def test_a_solver_whose_time_is_over_leaves_the_merit_order_and_says_so(asked):
    given = two_months()
    merit = replace(solve(given), solver="merit")
    best, found = _solved(given, merit, replace(asked, time_limit_s=1e-4), None)
    assert best is None and found.solver == "merit"
    assert "no optimum was found in 0.0001 s" in found.note and "--time-limit-s" in found.note and "merit order" in found.note
