"""Streaming quantiles agree with sorting, and chunks with the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigacampus.company.ledger.out_of_core import sketches
from gigacampus.company.ledger.quantile_sketch import QuantileSketch
from tests.company.synthetic import RICH, inputs, tables


@given(st.lists(st.floats(-1e12, 1e12), min_size=5, max_size=200), st.sampled_from([0.1, 0.5, 0.9]))
def test_quantiles_are_within_the_accuracy_of_a_value_seen(values, q):
    sketch = QuantileSketch(1)
    sketch.add(np.array([values]))
    wanted = np.quantile(values, q, method="lower")
    assert sketch.quantile(q)[0] == pytest.approx(wanted, rel=0.0101, abs=1.0)


def test_merging_is_counting_once():
    x = np.random.default_rng(1).normal(size=(3, 400)) * 1e9
    whole, one, two = (QuantileSketch(3) for _ in range(3))
    whole.add(x)
    one.add(x[:, :150])
    two.add(x[:, 150:])
    one.merge(two)
    assert np.array_equal(one.count, whole.count)


def test_chunks_give_the_quantiles_of_the_whole():
    def draw(first, last):
        return {"company.revenue.momentum_per_year": 2.0 * (np.arange(first, last) * 0.618 % 1.0)}

    i, up = inputs(RICH, months=24), tables(24)
    few = sketches(i, up, draw, count=96, worlds=2, series=("revenue_usd",), chunk=32)
    one = sketches(i, up, draw, count=96, worlds=2, series=("revenue_usd",), chunk=96)
    assert np.array_equal(few["revenue_usd"].count, one["revenue_usd"].count)
    assert few["revenue_usd"].quantile(0.9)[20] > few["revenue_usd"].quantile(0.1)[20]
