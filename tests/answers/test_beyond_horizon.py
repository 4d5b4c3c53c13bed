"""A contract that outlives the horizon is named in the run's cautions, with what falls after it."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers.beyond_horizon import beyond
from gigacampus.results.result import Result

SHORT = """\
title: A short horizon
as_of: 2026-01-10
horizon: {{start: 2026-01-01, months: {months}}}
run: {{worlds: 1, draws: 2}}
campuses:
  north:
    site: {{lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}}
    county: {{utility_capital_usd: 1.0e8, utility_recovery_years: 2, contract_years: 2}}
    blocks:
      grid: {{kind: grid_tranche, mw: 60, in_service: 2026-01-01}}
      hall: {{kind: hall, it_mw: 40, in_service: 2026-01-01}}
      towers: {{kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 70, in_service: 2026-01-01}}
      chips: {{kind: accelerators, model: "lib:accelerators/h100", count: 20000, in_service: 2026-01-01}}
      more: {{kind: accelerators, model: "lib:accelerators/h100", count: 8000, in_service: 2026-03-01}}
company:
  opening_cash_usd: 6.0e9
  loans:
    notes: {{drawn: 2026-01-01, principal_usd: 1.2e9, rate_frac: 0.1, term_years: 2, interest_only_years: 0}}
  vehicle: {{start: 2026-02-01, purchase_usd: 0.2e9, advance_months: 1, term_years: 2}}
  revenue:
    rental: {{start: 2026-02-01, share_frac: 0.2, notice: 2026-09-01, notice_days: 365}}
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Sentences by length of the horizon in months, out of the manifest."""
    out = {}
    for months in (12, 36):
        path = tmp_path_factory.mktemp("short") / "short.yaml"
        path.write_text(SHORT.format(months=months))
        result = api.compute(path, twin=False)
        out[months] = result, [text for text in result.manifest["cautions"] if text.startswith("beyond the horizon")]
    return out


def test_what_ends_after_a_short_horizon_is_said_with_its_dollars(told):
    result, said = told[12]
    text = " | ".join(said)
    assert said == beyond(result) and "ends with 2026-12" in text
    assert "loan notes runs to 2028-01; USD 600 million of principal" in text
    assert "the lease of the vehicle runs to 2028-03 or later; about USD" in text
    assert "the lease of tenant first runs to 2027-09" in text
    assert "USD 50 million of the utility's works for north" in text
    assert "contract of north with the public runs to 2028-01" in text


def test_a_horizon_that_holds_every_contract_leaves_nothing_to_say(told):
    assert told[36][1] == []


def test_a_tenant_without_an_end_is_said_to_have_none(told):
    result = told[12][0]
    tenants = {"first": {"share_frac": 0.2, "start": "2026-02-01"}}
    open_ended = {**result.scenario, "campuses": {}, "company": {"revenue": {"rental": {"tenants": tenants}}}}
    asked = Result(result.manifest, result.coords, open_ended, {"tenant_rent_usd": np.full((2, 1, 12), 3e6)})
    assert len(beyond(asked)) == 1 and "USD 3 million a month" in beyond(asked)[0]
