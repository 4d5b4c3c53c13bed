"""Flipped bits in the cache of a whole run: the next run writes what it wrote before, and says it once."""

from __future__ import annotations

import pytest

from gigacampus.foundation.cache_folder import ROOT_VARIABLE
from tests.hostile.cache_flips import KINDS, flips

SAMPLE, ALL = 9, 500


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(ALL, marks=pytest.mark.slow)])
def test_no_flipped_bit_of_any_kind_of_file_moves_a_run(tmp_path, monkeypatch, count):
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path / "cache"))
    counts = flips(tmp_path, count, seed=5)
    assert sum(counts.values()) == count and {word.split(",")[0] for word in counts} == set(KINDS)
    assert all(counts[f"{kind}, told and computed anew"] for kind in KINDS)
