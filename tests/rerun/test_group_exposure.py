"""Who bears it: shares of groups add up, answer to a hand's sum, and stand in the answer, the register and the county's sheet."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.neighbours.exposure import GROUPS, county_groups, read_blocks, read_groups, weighted_frac
from gigacampus.rerun.group_exposure import _rows

RACES = 4


def test_the_table_sums_to_everybody_and_to_the_counties_by_known_counts():
    blocks, member = read_blocks(), read_groups()
    known = np.isfinite(member[:, 0])
    assert blocks.people[~known].sum() == 0.0
    np.testing.assert_allclose(member[known, :RACES].sum(axis=1), 1.0, atol=0.003)
    shelby, desoto = (county_groups({name}) for name in ("Shelby TN", "DeSoto MS"))
    assert shelby[0] == pytest.approx(475_074 / 929_744, abs=1e-4) and desoto[1] == pytest.approx(108_466 / 185_314, abs=1e-4)
    both = county_groups({"Shelby TN", "DeSoto MS"})
    assert both[0] == pytest.approx((475_074 + 55_972) / (929_744 + 185_314), abs=1e-4)


def test_a_share_by_hand_leaves_out_places_of_which_nothing_is_known():
    """100 and 300 people, increments 3 and 1, a group of half and a tenth of them: (150 + 30) of (300 + 300)."""
    people, level, member = np.array([100.0, 300.0, 50.0]), np.array([3.0, 1.0, 9.0]), np.array([[0.5], [0.1], [np.nan]])
    assert weighted_frac(people * level, member)[0] == pytest.approx(0.3)
    row = _rows("x", 1000.0, people, [level], np.repeat(member, len(GROUPS), axis=1), np.full(len(GROUPS), 0.2))[0]
    assert (row["exposure_share"], row["nearby_share"], row["over_county"]) == (0.3, 0.2, 1.5)


def test_an_even_exposure_gives_every_group_its_share_of_the_people():
    people, member = np.array([10.0, 30.0, 60.0]), np.array([[0.2, 0.8], [0.5, 0.5], [1.0, 0.0]])
    np.testing.assert_allclose(weighted_frac(people * 7.0, member), weighted_frac(people, member), rtol=1e-12)
    assert _rows("x", 1.0, people, [0.0 * people], member, np.ones(2)) == []
