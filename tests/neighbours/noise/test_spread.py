"""Errors of sound power: what units of one model share never averages out, what is each unit's own does."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigacampus.neighbours.noise.sources.source_uncertainty import ErrorSum, SourceUncertainty, group_uncertainty, together
from gigacampus.rerun.noise.level_posterior import source_offsets
from gigacampus.rerun.noise.measurements import shared_frac


def campus(shared, blocks, measured=None):
    noise = SimpleNamespace(source_sigma_db=5.0, source_shared_frac=shared, measured=measured or {})
    return SimpleNamespace(noise=noise, blocks={k: SimpleNamespace(model=m) for k, m in blocks.items()})


def blocks_of(shared, model_of_block, units=1.0):
    names = tuple(f"generators/{k}" for k in model_of_block)
    return group_uncertainty(names, campus(shared, model_of_block), units=np.full(len(names), units))


def sigma_db(spread, energy):
    error = ErrorSum(np.zeros(1))
    error.add(spread, np.asarray(energy, dtype=float)[None])
    return float(error.sigma_db(np.array([np.sum(energy)]))[0])


@pytest.mark.parametrize("count", [1, 4, 41])
def test_what_a_model_shares_does_not_average_out_and_what_is_a_units_own_does(count):
    twins, energy = {str(k): "lib:generators/x" for k in range(count)}, np.ones(count)
    strangers = {str(k): f"lib:generators/{k}" for k in range(count)}
    assert sigma_db(blocks_of(1.0, twins), energy) == pytest.approx(5.0)
    assert sigma_db(blocks_of(0.0, twins), energy) == pytest.approx(5.0 / np.sqrt(count))
    assert sigma_db(blocks_of(1.0, strangers), energy) == pytest.approx(5.0 / np.sqrt(count))


@given(st.floats(0.0, 1.0), st.integers(1, 60))
def test_one_block_of_many_units_is_as_sure_as_many_blocks_of_one(shared, count):
    whole = sigma_db(blocks_of(shared, {"a": "lib:generators/x"}, float(count)), [1.0])
    parts = sigma_db(blocks_of(shared, {str(k): "lib:generators/x" for k in range(count)}), np.full(count, 1.0 / count))
    assert whole == pytest.approx(parts) and whole <= 5.0 + 1e-9


@given(st.floats(0.0, 1.0), st.lists(st.floats(0.01, 100.0), min_size=1, max_size=6), st.integers(0, 5))
def test_the_sum_of_errors_is_that_of_the_covariance(shared, energy, cut):
    models = {str(k): f"lib:generators/{k % 3}" for k in range(len(energy))}
    spread, share = blocks_of(shared, models, 4.0), np.array(energy) / np.sum(energy)
    assert sigma_db(spread, energy) == pytest.approx(np.sqrt(share @ spread.covariance_db2() @ share))
    parts = [SourceUncertainty(spread.model[s], spread.shared_db[s], spread.own_db[s]) for s in (slice(0, cut), slice(cut, None))]
    np.testing.assert_allclose(together(parts).covariance_db2(), spread.covariance_db2())


def two_blocks(shared):
    """A good reading beside the first of two blocks of one model, which finds it 6 dB louder."""
    prior = blocks_of(shared, {"a": "lib:generators/x", "b": "lib:generators/x"})
    found = source_offsets(
        ("a", "b"),
        energy=np.array([[1e6, 1e-3]]),
        background=np.zeros(1),
        reading_db=np.array([66.0]),
        instrument=["class_1"],
        prior_db2=prior.covariance_db2(),
        propagation_sigma_db=np.zeros(1),
    )
    return prior, found


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_a_reading_of_one_block_teaches_of_its_model(shared):
    prior, found = two_blocks(shared)
    learnt = 6.0 * 25.0 / 26.0
    np.testing.assert_allclose(found.mean_db, [learnt, shared * learnt], atol=1e-6)
    left = 25.0 - 25.0**2 / 26.0 * np.array([1.0, shared**2])
    np.testing.assert_allclose(found.sigma_db**2, left, rtol=1e-6)
    again = group_uncertainty(
        ("generators/a", "generators/b"),
        campus(
            shared,
            {"a": "lib:generators/x", "b": "lib:generators/x"},
            {
                f"generators/{k}": SimpleNamespace(sigma_db=s, shared_frac=f)
                for k, s, f in zip("ab", found.sigma_db, shared_frac(found, prior), strict=True)
            },
        ),
        units=np.ones(2),
    )
    np.testing.assert_allclose(again.covariance_db2(), found.covariance_db2, atol=1e-6)
