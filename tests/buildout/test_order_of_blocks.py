"""The order in which a file lists blocks says nothing: equal pieces share what is taken from them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gigacampus.buildout.stage import share_out
from gigacampus.foundation.contingency import without_largest

PIECES = ((2.5, 4.0), (15.0, 1.0), (2.5, 2.0), (15.0, 0.5), (38.0, 0.0), (2.5, 0.0))


@pytest.mark.parametrize("pieces", [0.0, 1.0, 1.5, 3.0, 6.0, 99.0])
def test_pieces_of_one_power_lose_their_share_in_any_order(pieces):
    whole = without_largest([mw for mw, _ in PIECES], [np.array([n]) for _, n in PIECES], pieces)
    for order in itertools.permutations(range(len(PIECES))):
        left = without_largest([PIECES[i][0] for i in order], [np.array([PIECES[i][1]]) for i in order], pieces)
        np.testing.assert_allclose([n[0] for n in left], [whole[i][0] for i in order], atol=1e-12)
    assert sum(n[0] for n in whole) == pytest.approx(max(0.0, sum(n for _, n in PIECES) - pieces))


def test_models_of_equal_worth_are_served_in_one_order():
    models = {key: np.array([100.0]) for key in ("b", "a", "c")}
    kw, worth = dict.fromkeys(models, 2.0), dict.fromkeys(models, 1.0)
    found = [
        share_out({k: models[k] for k in order}, kw, worth=worth, in_service_mw=np.array([0.3])) for order in itertools.permutations(models)
    ]
    assert all(one == found[0] for one in found[1:])
    assert (found[0]["a"], found[0]["b"], found[0]["c"]) == (100.0, 50.0, 0.0)
