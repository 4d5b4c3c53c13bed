"""Surfaces of outcomes that are cut off at a horizon or explode in a few futures: slopes of what lies behind, not of the cut."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.explore.censored_fit import expected_beyond, fit_between
from gigacampus.explore.response_surface import fit

COUNT = 480


def futures(seed=3):
    rng = np.random.default_rng(seed)
    column = rng.standard_normal(COUNT)
    return column, 50.0 + 4.0 * column + rng.standard_normal(COUNT), np.arange(COUNT) % 24


def slope(surface):
    return float(surface.weights[0][surface.terms.index(("a",))])


def test_a_horizon_bends_a_slope_much_less():
    column, dates, world = futures()
    cut = np.minimum(dates, 52.0)
    found, latent = fit_between({"a": column}, cut, world, (None, 52.0), physical=(), levers=["a"])
    plain = fit({"a": column}, cut, world, physical=(), levers=["a"])
    assert abs(slope(found) - 4.0) < 0.6 * abs(slope(plain) - 4.0)
    assert np.all(latent[cut >= 52.0] >= 52.0) and np.array_equal(latent[cut < 52.0], cut[cut < 52.0])


def test_where_all_lies_at_the_end_nothing_is_made_up():
    column, _, world = futures()
    found, latent = fit_between({"a": column}, np.where(column < -2.5, 51.0, 52.0), world, (None, 52.0), physical=())
    assert np.all(latent <= 52.0) and len(found.weights) > 1


def test_a_few_futures_that_explode_lead_no_slope():
    column, ratio, world = futures()
    ratio[:8] = 1e6
    found, _ = fit_between({"a": column}, ratio, world, (None, None), physical=(), levers=["a"])
    assert slope(found) == pytest.approx(4.0, rel=0.15)
    assert abs(slope(fit({"a": column}, ratio, world, physical=(), levers=["a"])) - 4.0) > 100.0


def test_what_is_expected_beyond_an_end_is_the_mean_of_a_cut_normal():
    rng = np.random.default_rng(1)
    for mean in (-3.0, 0.0, 2.0):
        drawn = rng.normal(mean, 2.0, 400_000)
        assert expected_beyond(np.array([-mean]), 2.0)[0] == pytest.approx(drawn[drawn > 0.0].mean(), rel=0.02)
