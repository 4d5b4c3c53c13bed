"""The worked example's part of the scenario: every path exists, and a run on it tells the story of the reported quarters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from gigacampus.company import stage
from gigacampus.company.ledger.draw_binding import bind
from gigacampus.schema.company import CompanySpec, CountySpec, MarketSpec
from tests.company import synthetic

PART = Path(__file__).parents[2] / "scenarios" / "parts" / "company_xai_2026_01.yaml"


@pytest.fixture(scope="module")
def part() -> dict:
    return YAML(typ="safe").load(PART.read_text(encoding="utf-8"))


def test_part_fits_the_specs_and_every_uncertain_path_exists(part):
    company = CompanySpec(**part["company"])
    market = MarketSpec(**part["market"])
    campuses = {key: {"county": CountySpec(**campus["county"])} for key, campus in part["campuses"].items()}
    for path in part["uncertainty"]:
        node = {"company": company, "market": market, "campuses": campuses}
        for name in path.split("."):
            node = node[name] if isinstance(node, dict) else getattr(node, name)
        assert isinstance(node, float), path
    for pair in part["correlations"]:
        assert pair["a"] in part["uncertainty"] and pair["b"] in part["uncertainty"]


def test_nine_months_of_the_article_are_met(part):
    i, up = synthetic.inputs(part["company"]), synthetic.tables()
    out = stage.run(i, up, np.zeros(8, dtype=int), {})
    nine = {k: out[k][:, :9].sum(axis=1) for k in ("revenue_usd", "ebitda_usd", "free_cash_flow_usd")}
    assert np.allclose(nine["revenue_usd"], 209e6, rtol=1e-9)
    assert np.allclose(nine["ebitda_usd"], -2.4e9, rtol=1e-9)
    assert np.allclose(nine["free_cash_flow_usd"], -7.8e9, rtol=1e-9)
    assert np.allclose(out["gross_profit_usd"][:, 6:9].sum(axis=1), 63e6, rtol=1e-9)


def test_an_uncertain_leaf_is_an_array_and_the_rest_stay_scalars(part):
    i = synthetic.inputs(part["company"])
    bound = bind(i, {"company.loans.notes_2025.rate_frac": np.linspace(0.1, 0.12, 5)}, slice(1, 4))
    assert bound.n == 3
    assert np.allclose(bound.company.loans["notes_2025"].rate_frac, [0.105, 0.11, 0.115])
    assert bound.company.loans["x_term_loans"].rate_frac == 0.105
