"""Energisation against the plan: what holds power back adds up, delay counts in months, and nothing missing costs nothing."""

import numpy as np
import pytest

from gigacampus.answers import energisation
from tests.report.synthetic import SyntheticResult


@pytest.fixture
def held_back():
    """A run in which the plan wants twice what runs, of which a quarter is late and the rest bound by the fourth constraint."""
    result = SyntheticResult(worlds=3, draws=4)
    running = result.planned("it_in_service_mw")
    result.put("it_wanted_mw", 2.0 * running)
    result.put("it_installed_mw", 1.75 * result.array("it_in_service_mw"))
    result.put("binding_constraint", np.full_like(result.array("binding_constraint"), 3.0))
    result.put("h100e_wanted", np.ones_like(running))
    result.put("h100e_in_service", np.full_like(result.array("h100e_in_service"), 0.5))
    return result


def test_what_holds_power_back_adds_up_to_what_is_missing(held_back):
    missing = energisation.missing_mw(held_back)
    running = held_back.planned("it_in_service_mw")[1:]
    np.testing.assert_allclose(sum(missing.values()), running, rtol=1e-12)
    np.testing.assert_allclose(missing["late"], 0.25 * running, rtol=1e-12)
    np.testing.assert_allclose(missing["supply"], 0.75 * running, rtol=1e-12)


def test_half_the_compute_is_half_the_time_behind(held_back):
    months = len(held_back.coords["month"])
    hours = energisation.hours_of(held_back)
    behind = energisation.months_behind(held_back)
    assert behind.shape[1] == months
    assert behind[:, -1] == pytest.approx(months / 2, abs=0.2)
    np.testing.assert_allclose(energisation.missing_compute_h(held_back).sum(axis=1)[0], hours, rtol=1e-12)


def test_a_plan_that_is_met_costs_nothing():
    result = SyntheticResult(worlds=3, draws=4, leave_out=("gross_profit_usd",))
    result.put("it_wanted_mw", result.planned("it_in_service_mw"))
    result.put("h100e_wanted", result.planned("h100e_in_service"))
    result.put("plan_unserved_mwh", np.zeros_like(result.array("plan_unserved_mwh")))
    assert sum(mw.sum() for mw in energisation.missing_mw(result).values()) == 0.0
    figures = {f.id: f for f in energisation.costs(result, "X")}
    assert figures["X_unserved"].value == figures["X_compute"].value == 0.0
    assert figures["X_behind"].value == pytest.approx(0.0, abs=1e-9)
