"""Calibration recovers the constants that made the rates."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.validation.serving import newest_constants
from gigacampus.validation.serving_calibration import calibrated, output_tokens_per_s
from tests.compute.test_roofline import POINT


def test_three_constants_come_back():
    pooled = newest_constants()
    truth = SimpleNamespace(**{**vars(pooled), "memory_frac": 0.3, "prefill_frac": 0.1, "layer_s": 1e-4})
    load, prompt = np.meshgrid(2.0 ** np.arange(8), [2e13, 1.5e14, 1e15])
    point = replace(POINT, concurrency=load.ravel(), prefill_flop=prompt.ravel())
    found = calibrated(point, output_tokens_per_s(point, truth), pooled)
    assert (found.memory_frac, found.prefill_frac, found.layer_s) == pytest.approx((0.3, 0.1, 1e-4), rel=0.02)
