"""Goals: a limit on a rate is judged in every month from the scenario's day on, and the first that breaks it is named."""

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.answers.figures import figure
from gigacampus.answers.goals import judge
from gigacampus.schema.scenario import GoalSpec

MONTHS = [f"2026-{m:02d}" for m in range(1, 7)]


def judged(by_month, **limit):
    """The goal of a run of three worlds whose rate is ``by_month``, as of February."""
    rate = np.tile(np.array(by_month, float), (3, 1))
    run = SimpleNamespace(coords={"month": MONTHS}, manifest={"as_of": "2026-02-10"}, samples=lambda name: rate)
    row = figure("violating_per_min", "Violating outputs", rate[:, 1], "per minute", ("red_lines",))
    return judge({"violating_per_min": GoalSpec(**limit)}, [row], run)[0]


@pytest.mark.parametrize(
    ("by_month", "first"),
    [([9, 1, 1, 1, 1, 1], None), ([1, 1, 1, 3, 2.5, 1], "2026-04"), ([1, 3, 1, 1, 1, 1], "2026-02"), ([1, 1, 1, 1, 1, 2.01], "2026-06")],
)
def test_the_first_month_that_breaks_a_limit_is_named(by_month, first):
    found = judged(by_month, below=2.0)
    assert (found["met"], found["first_broken"]) == (first is None, first)
    assert found["margin"] == pytest.approx(2.0 - max(by_month[1:]))
    assert ("first broken in" in found["text"]) == (first is not None)


def test_a_lower_limit_is_judged_in_every_month_too():
    found = judged([5, 5, 5, 0.5, 5, 5], above=1.0)
    assert not found["met"] and found["first_broken"] == "2026-04" and found["margin"] == pytest.approx(-0.5)
