"""Parts of the programme of dispatch and of its stage by themselves, on a few unlike rows, hours and units."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.power import wind_sun
from gigacampus.power.dispatch import dispatch_stage, linear_programme
from gigacampus.power.dispatch.arrays import GROUP_SUMS, MONTH_SUMS
from gigacampus.power.dispatch.matrix_columns import Rows
from gigacampus.power.dispatch.problem import Dispatch, Storage
from gigacampus.power.dispatch.rolling import _worth
from gigacampus.power.tariff import monthly_bill_usd
from gigacampus.schema.power import TariffEntry
from tests.power.test_linear_programme import problem, units

FLAT = TariffEntry(energy_usd_per_mwh=40.0)


def near(*wanted):
    return pytest.approx(list(wanted))


def test_which_months_pass_each_change_of_the_blocks_price():
    """Over the turn of January: 30 of 10 MW at most, then 12 of 8; changes at 1.5 and at 3 hours' use."""
    told = {"block1_hours_use": 1.5, "block2_hours_use": 1.5, "block1_adder_usd_per_mwh": 30.0, "block2_adder_usd_per_mwh": 10.0}
    given = problem(np.full(6, 10.0), FLAT.model_copy(update=told), first_hour=31 * 24 - 3)
    none = np.zeros(6)
    found = Dispatch(np.array([10.0, 10.0, 10.0, 8.0, 4.0, 0.0]), np.zeros((0, 6)), np.zeros((0, 6)), none, none, none, none, "x")
    assert linear_programme._kinks(given) == ((1.5, -20.0), (3.0, -10.0))
    assert linear_programme.blocks_filled(given, found).tolist() == [[True, True], [True, False]]
    almost = replace(found, grid_mw=np.array([10.0, 10.0, 9.9, 8.0, 3.9, 0.0]))
    assert linear_programme.blocks_filled(given, almost).tolist() == [[True, False], [False, False]]
    paid = replace(given, tariff=FLAT.model_copy(update={"customer_usd_per_month": 7.0}), credit_usd=5.0)
    assert linear_programme._fixed_usd(paid) == 9.0
    assert linear_programme._fixed_usd(replace(paid, grid_cap_mw=none)) == -5.0
    assert linear_programme._fixed_usd(replace(paid, grid_cap_mw=np.eye(6)[2] * 0.5)) == 9.0


def test_rows_are_named_by_group_and_hour_and_become_equalities_and_sides():
    rows = Rows()
    rows.add(
        "balance",
        [(np.array([0, 1]), 1.0), (np.array([2, 3]), np.array([2.0, 3.0]))],
        low=np.array([5.0, 6.0]),
        high=np.array([5.0, 9.0]),
        hour=4,
    )
    rows.add_sum("sum", [(np.array([0, 2]), -1.0), (np.array([3]), 4.0)], high=8.0)
    rows.add("later", [(np.array([1]), 7.0)], low=2.0, hour=None)
    assert [rows.named(k) for k in range(4)] == [("balance", 4), ("balance", 5), ("sum", None), ("later", None)]
    table, low, high = rows.matrix(4)
    assert table.toarray().tolist() == [[1, 0, 2, 0], [0, 1, 0, 3], [-1, 0, -1, 4], [0, 7, 0, 0]]
    assert (low.tolist(), high.tolist()) == ([5.0, 6.0, -np.inf, 2.0], [5.0, 9.0, 8.0, np.inf])
    sides = rows.one_sided(4)
    assert sides["A_eq"].toarray().tolist() == [[1, 0, 2, 0]] and sides["b_eq"].tolist() == [5.0]
    assert sides["A_ub"].toarray().tolist() == [[0, 1, 0, 3], [-1, 0, -1, 4], [0, -1, 0, -3], [0, -7, 0, 0]]
    assert sides["b_ub"].tolist() == [9.0, 8.0, -6.0, -2.0]
    loose, _, _, miss = rows.loosened(4)
    assert miss == 8 and loose.toarray()[:, 4:].tolist() == np.hstack([np.eye(4), -np.eye(4)]).tolist()


def test_stored_energy_is_worth_the_cheapest_that_puts_it_back():
    held = Storage(np.full(3, 9.0), np.full(3, 9.0), 0.8, 0.0)
    given = problem(np.full(3, 10.0), storage=held, classes=(units(3),), gas_usd_per_mmbtu=3.5)
    price = np.array([60.0, 20.0, 50.0])
    for cap, worth in (([9.0, 9.0, 9.0], 20.0), ([9.0, 0.0, 0.5], 35.0)):
        assert _worth(replace(given, energy_usd_per_mwh=price, grid_cap_mw=np.array(cap))) == pytest.approx(worth / 0.8)
    only = replace(given, energy_usd_per_mwh=-price, classes=())
    assert _worth(only) == 0.0 and _worth(replace(only, grid_cap_mw=np.zeros(3))) == 0.0 and _worth(replace(given, storage=None)) == 0.0


def test_modules_on_an_axis_turn_to_the_sun_and_no_farther_than_their_limit():
    fixed = Fields(mount="fixed", tilt_deg=25.0)
    for lat, facing in ((35.0, 180.0), (0.0, 180.0), (-35.0, 0.0)):
        tilt, way = wind_sun._planes_deg(fixed, np.zeros(8760), np.zeros(8760), lat)
        assert set(tilt) == {25.0} and set(way) == {facing} and tilt.size == way.size == 8760
    sun, azimuth = np.array([30.0, 30.0, 60.0, 90.0, 10.0, -5.0]), np.array([90.0, 270.0, 135.0, 180.0, 90.0, 90.0])
    tilt, way = wind_sun._planes_deg(Fields(mount="one_axis", tilt_deg=65.0), sun, azimuth, 35.0)
    middle = np.degrees(np.arctan2(np.cos(np.radians(60)) * np.sin(np.radians(135)), np.sin(np.radians(60))))
    assert tilt.tolist() == near(60.0, 60.0, middle, 0.0, 65.0, 0.0) and way.tolist() == [90.0, 270.0, 90.0, 90.0, 90.0, 90.0]


def test_bill_service_and_units_of_two_phases_and_three_months():
    sums, groups = np.zeros(6, MONTH_SUMS), np.zeros((6, 2), GROUP_SUMS)
    k = np.arange(6.0)
    for n, name in enumerate(MONTH_SUMS.names):
        sums[name] = 100.0 + 10.0 * n + k
    sums["demand_mwh"][4] = 0.0
    for n, name in enumerate(GROUP_SUMS.names):
        groups[name] = np.column_stack([n + k, 7.0 * n + 2.0 * k])
    tariff = FLAT.model_copy(update={"customer_usd_per_month": 7.0, "demand_usd_per_kw_month": 2.0, "on_peak_days_per_week": 3.5})
    grid = Fields(credit_usd_per_mw_month=3.0)
    fleet = Fields(group_of_unit=np.array([0, 1, 1]))
    count = np.array([[2.0, 1.0, 3.0]] * 6)
    campus = Fields(tariff=tariff, grid=grid, grid_mw=np.array([0.0, 9.0, 9.0, 9.0, 9.0, 5.0]), fleet=fleet, units=np.array([2, 0, 3]))
    campus.unit_count, campus.group_count = count, np.array([[2.0, 4.0]] * 6)
    names = {*dispatch_stage.RESULTS, "fuel_mmbtu", "starts", "it_served_frac", "grid_bill_usd"}
    out = {name: np.zeros((2, 2, 3)) for name in names}
    dispatch_stage._write_campus(out, 1, None, {"it_cooled_frac": np.full((2, 2, 3), 0.9)}, campus, sums, groups)
    assert not any(values[0].any() for values in out.values())
    flat = {name: values[1].reshape(-1) for name, values in out.items()}
    assert all((flat[name] == sums[name]).all() for name in dispatch_stage.RESULTS)
    assert flat["fuel_mmbtu"].tolist() == groups["fuel_mmbtu"].sum(axis=1).tolist() and flat["starts"][2] == groups["starts"][2].sum()
    served = 0.9 * (1.0 - sums["unserved_mwh"] / np.where(sums["demand_mwh"] > 0.0, sums["demand_mwh"], np.inf))
    assert flat["it_served_frac"].tolist() == near(*served)
    two = (sums[n].reshape(2, 3) for n in ("grid_mwh", "grid_peak_mw", "on_peak_mwh", "on_peak_mw"))
    energy, peak, high_mwh, high = two
    bill = monthly_bill_usd(energy, peak, 0.5 * high_mwh, high, tariff, (campus.grid_mw > 0.0).reshape(2, 3)).reshape(-1)
    assert flat["grid_bill_usd"].tolist() == near(*(bill + sums["beyond_tariff_usd"] - 3.0 * campus.grid_mw))
    per_unit = {name: np.zeros((5, 2, 3)) for name in dispatch_stage.UNITS}
    duration = np.array([744.0, 672.0, 744.0, 744.0, 672.0, 744.0])
    dispatch_stage._write_units(per_unit, campus, groups, duration)
    for name, of_group in dispatch_stage.UNITS.items():
        assert not per_unit[name][[1, 4]].any()
        for place, (unit, group, share) in enumerate(((2, 0, 1.0), (0, 1, 0.25), (3, 1, 0.75))):
            wanted = groups[of_group][:, group] * share / (duration if name == "unit_running" else 1.0)
            assert per_unit[name][unit].reshape(-1).tolist() == near(*wanted), (name, place)
