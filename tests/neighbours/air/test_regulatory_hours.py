"""Every part of the boundary-layer plume at once: hours and receptors of the regulatory model, to its last printed digits."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.neighbours.air import boundary_layer, plume_kernels, release, tower
from gigacampus.neighbours.air.transfer import plume_of_rows, tower_plume
from gigacampus.validation import air
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.surface_file import read_surface_file

FOLDER = CaseFolder()
PARTS = boundary_layer, plume_kernels, release, tower
"""What is judged here: the profiles, the plume over them, what the stack releases, and a site tower in place of one row."""
SEEN = 1e-5
"""Share of an hour's highest value below which the print has too few digits."""
EVERY, TOWER_EVERY = 41, 7


@pytest.fixture(scope="module")
def surface():
    ids, rows = read_surface_file(FOLDER.find_input("weather/houston_1996.sfc"))
    return {int(stamp): index for index, stamp in enumerate(ids)}, rows


@pytest.mark.parametrize("mode", ["rural", "urban"])
@pytest.mark.parametrize("stack", ["T130", "T350", "LM6000", "GENSET", "TALL65", "LOW"])
def test_hours_of_one_stack_are_those_of_the_regulatory_model(surface, mode, stack):
    rows = [row for row in FOLDER.rows(f"air/aermod_point_{mode}_hourly.csv") if row["stack"] == stack]
    groups = list(air._groups(rows).items())[:: EVERY if mode == "rural" else EVERY // 2]
    at_hour, every, errors = surface[0], surface[1], []
    for (hour, name), members in groups:
        own = [rows[k] for k in members]
        theirs = np.array([float(row["conc_ugm3"]) for row in own])
        one, city = air._one_hour(every, at_hour[hour]), air.CITY if mode == "urban" else None
        ours = air.RATE_G_S * plume_of_rows(one, (air.read_stacks(FOLDER)[name],), *air._place(own), city)[0, :, 0]
        errors.append(np.abs(ours / theirs - 1.0)[theirs > SEEN * theirs.max()])
    assert np.max(np.concatenate(errors)) < 1e-3
    assert np.median(np.concatenate(errors)) < 3e-5


@pytest.mark.parametrize("first", [0, 3])
def test_hours_at_a_site_tower_are_those_of_the_regulatory_model(first):
    ids, rows = read_surface_file(FOLDER.find_input("weather/aertest_albany_1988.sfc"))
    stamps, levels = tower.read_tower(FOLDER.find_input("weather/aertest_albany_1988.pfl"))
    np.testing.assert_array_equal(stamps, ids)
    given = FOLDER.rows("air/aertest_hourly.csv")
    hours = np.array(sorted({int(row["yymmddhh"]) for row in given}))[first::TOWER_EVERY]
    own = [row for row in given if int(row["yymmddhh"]) in hours]
    index = np.searchsorted(ids, [int(row["yymmddhh"]) for row in own])
    theirs, east, north = (np.array([float(row[name]) for row in own]) for name in ("conc_no_building_ugm3", "x_m", "y_m"))
    ours = air.TOWER_RATE_G_S * tower_plume(rows, levels, air.TOWER_STACK, index, east, north)
    error = np.abs(ours - theirs) - 0.5e-5
    assert np.max(error / theirs.clip(air.LEAST_UGM3)) < 6e-4
    assert np.median(np.abs(ours / theirs - 1.0)[theirs > air.LEAST_UGM3]) < 1e-5
