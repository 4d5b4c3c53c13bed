"""Orders of extensions: what the balance must hold, who pays for the machines, when vendors are paid."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from gigacampus.schema.company import CompanySpec
from tests.company.synthetic import RICH
from tests.company.test_ledger import books

CAPEX = 5e9
CASH = [FLOW["lab_pay_gpu"], FLOW["lab_pay_network"], FLOW["lab_pay_building"], FLOW["lab_pay_power"], FLOW["lab_pay_orders"]]


def with_orders(**orders):
    series, s = books({**RICH, "orders": orders}, draws={}, n=2)
    return series, s.ordered(0)


def test_an_order_leaves_months_of_burn_and_covers_its_own_rest():
    plain, first = with_orders()
    _, kept = with_orders(keep_months_of_burn=1000.0)
    assert np.all(first < 1000) and np.all(kept > first)
    before = plain["cash_usd"][first[0] - 1, 0]
    assert before >= CAPEX
    _, covered = with_orders(cover_frac=1.0)
    assert np.array_equal(covered, first)
    poor = {**RICH, "opening_cash_usd": 6.5e9 - (before - 0.5 * CAPEX)}
    tight, some = books({**poor, "orders": {"cover_frac": 0.0}}, draws={}, n=2)
    _, all_of_it = books({**poor, "orders": {"cover_frac": 1.0}}, draws={}, n=2)
    assert tight["cash_usd"][first[0] - 1, 0] < CAPEX
    assert np.all(all_of_it.ordered(0) > some.ordered(0))


def test_investors_pay_their_share_of_an_extension_and_are_owed_rent():
    plain, order = with_orders()
    leased, same = with_orders(leased_frac=0.5)
    assert np.array_equal(order, same)
    machines = CompanySpec().assets.it_share_of_phase_frac
    more = leased["flows"][:, FLOW["lab_lease_proceeds"]].sum(axis=0) - plain["flows"][:, FLOW["lab_lease_proceeds"]].sum(axis=0)
    assert more == pytest.approx(0.5 * machines * CAPEX, rel=1e-9)
    saved = plain["capex_usd"].sum(axis=0) - leased["capex_usd"].sum(axis=0)
    assert saved == pytest.approx(more, rel=1e-9)
    rent = leased["flows"][:, FLOW["lab_pay_lease"]].sum(axis=0) - plain["flows"][:, FLOW["lab_pay_lease"]].sum(axis=0)
    assert np.all(rent > more)
    assert leased["ledger_residual_usd"].max() <= 1e-9 * leased["assets_usd"].max()


def test_without_a_vehicle_nobody_else_pays():
    company = {k: v for k, v in RICH.items() if k != "vehicle"}
    series, _ = books({**company, "orders": {"leased_frac": 1.0}}, draws={}, n=2)
    assert series["flows"][:, FLOW["lab_lease_proceeds"]].max() == 0.0


def test_vendor_terms_spread_the_same_payments_over_more_months():
    plain, order = with_orders()
    later, same = with_orders(terms_days=60.0)
    assert np.array_equal(order, same)
    paid = [x["flows"][order[0] : order[0] + 13, :, 0][:, CASH].sum() for x in (plain, later)]
    assert paid[1] < paid[0]
    whole = [x["flows"][order[0] :, :, 0][:, CASH].sum() for x in (plain, later)]
    assert whole[1] == pytest.approx(whole[0], rel=1e-9)
