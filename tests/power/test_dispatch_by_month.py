"""Whole units by months that few rows tie together: the bound lies below the least cost, and what is found holds every row of the year."""

from dataclasses import replace

import numpy as np
import pytest

from gigacampus.power.dispatch import by_month, linear_programme
from gigacampus.power.dispatch.linear_programme import Choices
from gigacampus.power.dispatch.problem import Permit, Problem, Storage, UnitClass, objective_usd
from gigacampus.schema.power import TariffEntry

HOURS = 32
END_OF_JANUARY_H = 744


def problem(seed, classes=1, loss=False):
    """Hours about the end of a month, with everything that ties them: battery, ratchet, permit, minimum times."""
    rng = np.random.default_rng(seed)
    kinds = tuple(
        UnitClass(
            key=f"class{k}",
            unit_mw=np.full(HOURS, 15.0 + 3 * k),
            full_mmbtu_per_mwh=np.full(HOURS, 10.0 + 0.3 * k),
            count=np.full(HOURS, 3.0),
            min_load_frac=0.5,
            part_load=(1.2, 1.07),
            start_usd=400.0,
            min_up_h=4,
            min_down_h=3,
            nox_kg_per_mmbtu=0.01,
            permit="air",
        )
        for k in range(classes)
    )
    tariff = TariffEntry(energy_usd_per_mwh=0.0, demand_usd_per_kw_month=0.4, ratchet_frac=0.7)
    load = 45.0 + 15.0 * np.sin(np.arange(HOURS) / 3.0) + rng.normal(0, 2, HOURS)
    free = Problem(load, np.full(HOURS, 40.0), rng.uniform(10, 90, HOURS), tariff, 3.5, 5000.0, classes=kinds)
    store = Storage(np.full(HOURS, 8.0), np.full(HOURS, 24.0), 0.95, 0.0)
    return replace(free, storage=store, n_minus_1=loss, first_hour=END_OF_JANUARY_H - 16, permits=(Permit("air", nox_kg_per_year=50.0),))


def programmed(given):
    choices = Choices(integer=True, gap_frac=5e-3)
    filled = np.ones((2, 2), dtype=bool)
    columns = linear_programme._columns(given, choices, filled)
    rows = linear_programme._rows(given, choices, columns)
    return columns, rows, by_month.programme(columns, rows, given.month(), 4), choices


@pytest.mark.parametrize("seed", range(2))
def test_the_least_cost_lies_between_bound_and_what_is_found(seed):
    given = problem(seed)
    columns, rows, months, choices = programmed(given)
    found = by_month.solved(months, gap_frac=5e-3, time_limit_s=60.0)
    least = float(linear_programme._whole(columns, rows, choices).fun)
    assert found.mip_dual_bound <= least * (1.0 + 1e-6) <= found.fun * (1.0 + 5e-3)
    assert found.mip_dual_bound > 0.97 * least and found.fun < 1.02 * least
    table, low, high = rows.matrix(columns.count)
    held = table @ found.x
    assert (held >= low - 1e-5).all() and (held <= high + 1e-5).all()
    assert np.abs(found.x - np.round(found.x))[columns.whole() > 0].max() < 1e-6
    assert found.status == (0 if found.fun - found.mip_dual_bound <= 5e-3 * found.fun else 1)
    assert objective_usd(given, linear_programme._read(given, columns, found.x)) > 0.99 * found.fun


def test_rows_that_tie_months_are_those_of_seams_permit_and_ratchet():
    given = problem(0, classes=2, loss=True)
    _, rows, months, _ = programmed(given)
    named = {rows.named(int(row)) for row in np.flatnonzero(by_month.reaching(months))}
    assert {("charge state", 0), ("charge state", 16), ("tonnes of NOx of permit air", None), ("ratchet", None)} <= named
    assert {hour for name, hour in named if name == "starts of class0"} == {0, 16}
    assert {hour for name, hour in named if name == "minimum up time of class1"} == {0, 1, 2, 16, 17, 18}
    assert not any(name in ("load", "monthly peak", "reserve for the loss of a unit") for name, _ in named)


def test_a_permit_that_binds_has_a_price():
    _, rows, months, _ = programmed(problem(1))
    price = by_month._prices(months, by_month.reaching(months), 60.0)
    paid = {rows.named(int(row))[0] for row in np.flatnonzero(price < -1e-6)}
    assert "tonnes of NOx of permit air" in paid
