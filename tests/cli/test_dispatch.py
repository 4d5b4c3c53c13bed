"""`gigacampus dispatch` in the terminal: what it tells of each solver, and what it refuses."""

import pytest

from gigacampus.cli.dispatch import lines
from gigacampus.foundation.errors import ScenarioError
from gigacampus.power.dispatch_lp import Choices, solve
from gigacampus.power.dispatch_problem import Permit
from gigacampus.rerun.dispatch import dispatched, summary
from tests.power.test_dispatch_lp import np, problem, replace, store, units


def told(found, given):
    said = {"campus": "north", "year": 2030, "months": 1, "solver": "lp", "foresight": "perfect", "beside": []}
    return "\n".join(lines(said | summary(given, found)))


def test_a_broken_permit_names_its_month_and_a_stopped_solver_says_so():
    given = problem(np.full(1000, 50.0), classes=(units(1000, nox_kg_per_mmbtu=0.1, permit="air"),), storage=store(1000))
    free = solve(given)
    tight = replace(given, permits=(Permit("air", nox_kg_per_year=40_000.0),))
    assert "permit air: 50,000 of 40,000 kg of NOx, broken from month 2 of 2030 on" in told(free, tight)
    assert "held" in told(solve(tight), tight) and "note" not in told(free, given)
    assert "note: the time limit came before the gap" in told(replace(free, note="the time limit came before the gap"), given)
    assert "at most 0.00%" in told(solve(given, Choices()), given)


@pytest.mark.parametrize("wrong", [{"solver": "best"}, {"foresight": "12h"}])
def test_unknown_solvers_and_views_are_refused_before_anything_is_read(wrong):
    with pytest.raises(ScenarioError, match="is none of"):
        dispatched(None, **wrong)
