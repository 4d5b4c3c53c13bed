"""``as_of`` before the first month or after the last one: "now" is the nearest month, never one counted from the end."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus import api
from gigacampus.scenario.templates import starter


@pytest.mark.parametrize("start", ["2026-02-01", "2031-07-01"])
def test_a_horizon_that_begins_after_as_of_looks_at_all_its_months(start, tmp_path):
    file = tmp_path / "later.yaml"
    file.write_text(starter("grid", "Later").replace("as_of:", "as_of: 2026-01-15 #"), encoding="utf-8")
    sets = (f"horizon.start={start}", "horizon.months=6", "run.worlds=1", "run.draws=2")
    result = api.first(file, sets)
    np.testing.assert_allclose(result.samples("cash_low_usd"), result.samples("cash_usd").min(axis=1))
