"""Prices and rates that wander: the simulation charges what the paths say, and nothing wanders before the day of the scenario."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.finance import price_paths
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import simulate
from gigacampus.schema.revenue import AwardsSpec, PricePathSpec
from tests.company.synthetic import RICH, inputs, tables

N, MONTHS, NOW = 32, 84, 12
LUCK = np.linspace(0.03, 0.97, N)
WILD = {"volatility_per_sqrt_year": 0.4, "reversion_per_year": 0.5, "other_regime_log": -0.7, "to_other_per_year": 0.5}
RENTAL = {"tenants": {"first": {"share_frac": 0.5, "start": "2025-01-01"}}}


def flows(company, draws=None, *, market=None, **options):
    i, up = inputs(company, market=market, phases=0), tables(phases=0)
    bound, drivers = stage.prepare(i, up, stack(up), stock_cost(i, up), np.arange(N) % 2, draws or {}, slice(0, N))
    return simulate(bound, drivers, keep_flows=True, **options)[0]["flows"]


def factor(stream):
    path = PricePathSpec(**WILD).model_copy(update={"draw_quantile": LUCK})
    return price_paths.price_factor(path, stream, months=MONTHS, draws=N, first=NOW)


@pytest.mark.parametrize(
    ("path", "bill", "stream"),
    [("revenue.rental.price_path", FLOW["lab_bill_rental"], "rent"), ("revenue.token_price_path", FLOW["lab_bill_api"], "token")],
)
def test_the_march_bills_the_trend_times_the_path(path, bill, stream):
    wild = {"token_price_path": WILD} if stream == "token" else {}
    rental = {**RENTAL, **({"price_path": WILD} if stream == "rent" else {})}
    calm = flows({"revenue": {"rental": RENTAL}})
    moved = flows({"revenue": {"rental": rental, **wild}}, {f"company.{path}.draw_quantile": LUCK})
    ratio = moved[:, bill] / calm[:, bill]
    assert np.allclose(ratio, factor(stream), rtol=1e-9)
    assert np.all(ratio[: NOW + 1] == 1.0) and ratio[-1].std() > 0.1


def test_one_future_is_the_same_whatever_others_are_computed_with_it():
    company = {"revenue": {"rental": {**RENTAL, "price_path": WILD}}}
    whole = flows(company, {"company.revenue.rental.price_path.draw_quantile": LUCK})
    back = flows(company, {"company.revenue.rental.price_path.draw_quantile": LUCK[::-1].copy()})
    assert np.array_equal(whole[:, FLOW["lab_bill_rental"]], back[:, FLOW["lab_bill_rental"], ::-1])


def test_awards_are_billed_beside_what_is_known():
    rule = {"per_year": 2.0, "mean_usd": 50e6, "parts": 2, "part_months": 3}
    known = {"government_usd_per_year": 12e6}
    got = flows({"revenue": {**known, "government_awards": rule}}, {"company.revenue.government_awards.draw_quantile": LUCK})
    bill = got[:, FLOW["lab_bill_government"]]
    assert np.allclose(bill[: NOW + 1], 1e6)
    won = price_paths.awards(AwardsSpec(**rule).model_copy(update={"draw_quantile": LUCK}), months=MONTHS, draws=N, first=NOW)
    assert np.allclose(bill, 1e6 + won) and won.max() > 0.0


def test_a_floating_loan_pays_the_short_rate_its_floor_and_its_margin():
    loan = {"drawn": "2025-01-01", "principal_usd": 1.2e9, "rate_frac": 0.05, "term_years": 20, "interest_only_years": 20}
    floating = {**loan, "floating": True, "base_floor_frac": 0.01}
    for base, expected in ((0.04, 0.09), (0.002, 0.06)):
        got = flows({"loans": {"n": floating}, "raise_policy": {"success_frac": 0.0}}, market={"treasury_yield_frac": base})
        assert got[1:20, FLOW["lab_accrue_interest"], 0] == pytest.approx(1e8 * expected, rel=1e-9)


def test_the_short_rate_wanders_for_loans_and_for_cash():
    loan = {"drawn": "2025-01-01", "principal_usd": 1.2e9, "rate_frac": 0.0, "term_years": 20, "interest_only_years": 20, "floating": True}
    noise = {"treasury_yield_frac": 0.04, "short_rate_volatility_frac": 0.01}
    got = flows({"loans": {"n": loan}, "raise_policy": {"success_frac": 0.0}}, {"market.short_rate_draw_quantile": LUCK}, market=noise)
    rate = got[1:, FLOW["lab_accrue_interest"]] / 1e8
    assert np.allclose(rate[:NOW], 0.04) and rate[-1].std() > 0.003 and rate.min() >= 0.0


def test_compiled_and_interpreted_marches_agree_on_every_rule():
    merged = {
        "siblings": {"big": {"cash_usd": 3e9, "free_cash_usd_per_year": 1e9}},
        "mergers": {"m": {"day": "2027-02-02", "partner": "big", "revenue_usd_per_year": 5e9, "debt_usd": 1e9}},
        "vehicle": {
            "start": "2025-11-01",
            "purchase_usd": 2e9,
            "lease": "by_test",
            "term_years": 4,
            "covenants": {"dscr_min": 1.3, "ltv_max_frac": 0.8, "lab_cash_min_usd": 1e9},
        },
        "revenue": {
            "rental": {"tenants": {"first": {"share_frac": 0.1, "start": "2025-01-01"}}, "price_path": WILD},
            "token_price_path": WILD,
            "government_awards": {"per_year": 1.0, "mean_usd": 1e8},
        },
        "raise_policy": {"success_frac": 0.3},
    }
    company = {**RICH, **merged}
    draws = {
        "company.revenue.rental.price_path.draw_quantile": LUCK,
        "company.vehicle.collateral_fall_per_year": np.linspace(0.0, 1.0, N),
        "company.assets.gpu_life_years": np.linspace(2.0, 8.0, N),
        "company.raise_policy.raise_luck_quantile": LUCK,
    }
    i, up = inputs(company), tables()
    bound, drivers = stage.prepare(i, up, stack(up), stock_cost(i, up), np.arange(N) % 2, draws, slice(0, N))
    compiled, plain = (simulate(bound, drivers, interpreted=x)[0] for x in (False, True))
    for name, values in compiled.items():
        assert np.allclose(values, plain[name], rtol=1e-9, atol=1e-2), name
    for name in ("covenant_breach", "vehicle_default", "impairment_usd", "group_support_usd", "rents_paid_usd"):
        assert np.unique(compiled[name].sum(axis=0)).size > 1, name
