"""A campus whose power comes before its machines: it computes nothing, serves nothing, and everything else is still answered."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus import api

BARE = """
title: Power and no machines yet
as_of: 2026-01-01
horizon: {start: 2026-01-01, months: 14}
run: {worlds: 1, draws: 2, seed: 1}
campuses:
  north:
    site: {lat: 35.0, lon: -90.0}
    blocks:
      grid: {kind: grid_tranche, mw: 100, in_service: 2026-03-01}
"""


@pytest.mark.parametrize("mixed", ["even_split", "balanced", "separate_jobs"])
def test_a_campus_without_accelerators_runs_and_trains_nothing(tmp_path, mixed):
    path = tmp_path / "bare.yaml"
    path.write_text(BARE, encoding="utf-8")
    sets = (f"compute.mixed_hardware={mixed}",)
    result = api.first(path, sets) if mixed != "even_split" else api.compute(path, sets=sets, twin=False)
    for name in ("accelerator_hours", "training_flop", "mfu_frac", "mixed_loss_frac", "serving_capacity_tokens", "training_flop_delivered"):
        assert not np.any(result.array(name)), name
    assert result.array("serving_tokens_per_s").shape[-1] == 0
    assert result.planned("supply_nameplate_mw")[0, 0, -1] == 100.0
    assert result.manifest["headline"] and result.array("ledger_residual_usd").max() < 1.0
