"""Cost of an accelerator-hour and of a million tokens: parts sum to what the books hold, and letting machines moves no token's cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gigacampus.company.analysis import machine_cost
from gigacampus.company.analysis.machine_cost import FIXED, RUNNING, TRAFFIC, Use
from gigacampus.company.ledger.journal import FLOWS, effect_on
from gigacampus.foundation.units import HOURS_PER_DAY
from tests.company.synthetic import RICH
from tests.company.test_ledger import books

DRAWS, MONTHS = 3, 12
MONTH_H = 730.0
USD = arrays(float, (DRAWS, MONTHS), elements=st.floats(0.0, 1e9))
SHARE = arrays(float, (DRAWS, MONTHS), elements=st.just(0.0) | st.floats(1e-6, 1.0))


@st.composite
def machines(draw):
    held = draw(arrays(float, (DRAWS, MONTHS), elements=st.floats(1.0, 1e8)))
    return Use(held, held * draw(SHARE), draw(SHARE), draw(SHARE), draw(st.floats(0.05, 1.0)))


def parts_of(draw, names):
    return {name: draw(USD) for name in names}


@given(st.data(), machines())
def test_parts_sum_to_all_that_machines_cost_whoever_uses_them(data, use):
    fixed, running, traffic = (parts_of(data.draw, names) for names in (FIXED, RUNNING, TRAFFIC))
    whole = sum(usd.sum(axis=1) for usd in (*fixed.values(), *running.values()))
    hours = use.hours_at_work.sum(axis=1)
    each = machine_cost.total(machine_cost.cost_per_accelerator_hour(fixed, running, use))
    worked = hours > 0.0
    np.testing.assert_allclose((each * hours)[worked], whole[worked], rtol=1e-9, atol=1e-6)
    users = machine_cost.cost_by_user(fixed, running, use)
    np.testing.assert_allclose(machine_cost.total(users), whole, rtol=1e-9, atol=1e-6)
    serving = machine_cost.cost_of_serving(fixed, running, traffic, use)
    expected = users["serving"] + sum(usd.sum(axis=1) for usd in traffic.values())
    np.testing.assert_allclose(machine_cost.total(serving), expected, rtol=1e-9, atol=1e-6)
    assert min(float(values.min()) for values in serving.values()) >= -1e-6


def test_hours_that_stand_idle_or_between_peaks_are_parts_of_their_own():
    """Worked by hand: 100 of wear on 10 hours held of which 8 work, half of them serving and half of those busy; 8 of energy."""
    one = np.ones((1, 1))
    use = Use(10.0 * one, 8.0 * one, 0.5 * one, 0.0 * one, 0.5)
    parts = machine_cost.cost_of_serving({"chips": 100.0 * one}, {"energy": 8.0 * one}, {"traffic": 1.0 * one}, use)
    expected = {"chips": 20.0, "energy": 2.0, "idle": 10.0, "between_peaks": 22.0, "traffic": 1.0}
    assert {k: float(v[0]) for k, v in parts.items()} == pytest.approx(expected)


def test_a_residual_goes_on_as_an_amount_and_does_not_follow_revenue():
    explained, reported = np.array([[1.0, 1.0, 4.0]]), np.array([[2.0, 4.0, 9.0]])
    assert machine_cost.kept_residual(explained, reported, last=slice(1, 3)).tolist() == [4.0]


READ = (
    *(*FIXED.values(), *RUNNING.values(), *TRAFFIC.values()),
    *("accelerators_held", "accelerator_hours_at_work", "serving_frac", "let_frac", "tokens_served"),
)


def costs_of(series):
    """Arrays of the books by part, and the use of the machines; (draw, month)."""
    read = {name: values.T for name, values in series.items()}
    fixed, running, traffic = ({part: read[name] for part, name in names.items()} for names in (FIXED, RUNNING, TRAFFIC))
    held = read["accelerators_held"] * MONTH_H
    return read, fixed, running, traffic, Use(held, read["accelerator_hours_at_work"], read["serving_frac"], read["let_frac"], 0.6)


@pytest.mark.parametrize("vehicle", [{}, {"vehicle": {"start": "2025-11-01", "purchase_usd": 2e9, "lease": "operating"}}])
def test_wear_by_part_is_what_the_books_depreciate_before_write_downs_and_rent(vehicle):
    series, _ = books({**RICH, **vehicle})
    parts = sum(series[f"{name}_cost_usd"] for name in ("chips", "network", "building", "generation", "unnamed_plant"))
    rows, weights = effect_on("cost_of_revenue", "opex")
    lease = [(r, w) for r, w in zip(rows, weights, strict=True) if _of_lease(r)]
    rent = -sum(series["flows"][:, r] * w for r, w in lease)
    assert len(lease) == 4 and (rent.sum() > 0.0) == bool(vehicle)
    saved = series["flows"][:, [flow.name for flow in FLOWS].index("lab_relieve_written_down")]
    np.testing.assert_allclose(parts, series["depreciation_usd"] + saved + rent, rtol=1e-12, atol=1e-3)
    assert saved.any()
    assert series["impairment_usd"].any() and min(series["chips_cost_usd"].min(), series["network_cost_usd"].min()) >= -1e-3


def _of_lease(row):
    return FLOWS[row].name.startswith(("lab_accrete_lease", "lab_use_right"))


@pytest.mark.parametrize("let", [0.1, 0.4])
def test_letting_machines_moves_the_own_tokens_cost_by_no_more_than_its_share_of_fixed_cost(let):
    """Month by month, on machines that are the same in both cases: no extension that rent would pay for, no write-down
    that rent would spare.
    """

    def token(share):
        rental = {"tenants": {"first": {"share_frac": share, "start": "2025-01-01"}}}
        series, _ = books({**RICH, "assets": {"impairment": False}, "revenue": {"rental": rental}}, phases=0)
        read, *costs = costs_of({name: values.reshape(1, -1) for name, values in series.items() if name in READ})
        parts = machine_cost.per_million_tokens(machine_cost.cost_of_serving(*costs), read["tokens_served"].sum(axis=1))
        fixed_frac = sum(v for k, v in parts.items() if k not in (*RUNNING, *TRAFFIC)) / machine_cost.total(parts)
        fixed, running, _, use = costs
        return machine_cost.total(parts), fixed_frac, machine_cost.cost_by_user(fixed, running, use)["tenants"]

    (alone, fixed_frac, nobody), (beside, _, tenants) = token(0.0), token(let)
    assert np.all(alone > 0.0) and np.all(nobody == 0.0) and np.all(tenants > 0.0)
    assert np.all(np.abs(beside / alone - 1.0) <= let * fixed_frac)


def test_hours_at_work_never_exceed_the_hours_of_machines_held():
    series, _ = books()
    assert np.all(series["accelerator_hours_at_work"] <= series["accelerators_held"] * HOURS_PER_DAY * 31)
