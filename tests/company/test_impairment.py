"""Machines that no longer earn their cost, and orders that never serve."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.ledger.accounts import INDEX
from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from tests.company.synthetic import RICH, flow_rows, tables
from tests.company.test_extremes import books

PLAIN = {"opening_cash_usd": 50e9, "raise_policy": {"success_frac": 0.0}}
IDLE = {"arpu_usd_per_month": 0.0, "api_usd_per_million_tokens": 0.0, "agent_usd_per_million_tokens": 0.0}


def fleet(*, rent=2e6, change=0.0, months=84, revenue=IDLE, **assets):
    rental = {"usd_per_mw_month": rent, "price_change_per_year": change}
    return books(
        {**PLAIN, "revenue": {**revenue, "rental": rental}, "assets": assets}, table=tables(months, phases=0), phases=0, months=months
    )


def net_of_machines(s):
    rows = (
        INDEX["lab_gpu"],
        INDEX["lab_gpu_acc"],
        INDEX["lab_network"],
        INDEX["lab_network_acc"],
        INDEX["lab_undisclosed_assets"],
        INDEX["lab_undisclosed_acc"],
    )
    return s.balance[[*rows, INDEX["lab_machines_written_down"]]].sum(axis=0)


def test_rents_that_cover_cost_write_nothing_down():
    series, _ = fleet(rent=3e6)
    assert series["impairment_usd"].max() == 0.0


def test_rents_that_fall_nine_tenths_write_machines_down_once_and_for_all():
    series, s = fleet(rent=3e6, change=float(np.log(0.1)))
    loss = series["impairment_usd"][:, 0]
    assert loss.sum() > 1e9 and loss.min() >= 0.0
    assert np.all(np.nonzero(loss)[0] % 3 == 2)
    assert series["flows"][:, FLOW["lab_impair_machines"], 0].sum() == loss.sum()
    assert net_of_machines(s)[0] >= -1.0


def test_a_write_down_leaves_machines_at_what_letting_them_is_worth():
    """Worked by hand: nothing earned, so that machines are worth nothing and are carried at nothing."""
    series, s = fleet(rent=0.0, months=6)
    net = series["flows"][:, FLOW["lab_impair_machines"], 0]
    assert net[2] > 0.0
    assert net_of_machines(s)[0] == pytest.approx(0.0, abs=1.0)
    charge = series["flows"][3:, flow_rows("lab_depreciate_gpu", "lab_depreciate_network"), 0].sum(axis=1)
    assert np.allclose(series["flows"][3:, FLOW["lab_relieve_written_down"], 0], charge, rtol=1e-9)


def test_a_loss_on_machines_is_below_ebitda_and_moves_no_cash_and_no_tax():
    dear, _ = fleet(rent=0.4e6)
    off, _ = fleet(rent=0.4e6, impairment=False)
    loss = dear["impairment_usd"]
    assert loss.sum() > 1e8
    assert np.allclose(dear["ebitda_usd"], off["ebitda_usd"])
    assert np.allclose(dear["cash_usd"], off["cash_usd"])
    assert np.allclose(dear["flows"][:, FLOW["lab_tax_current"]], off["flows"][:, FLOW["lab_tax_current"]])
    first = int(np.argmax(loss[:, 0] > 0))
    before_tax = dear["ebit_usd"] - off["ebit_usd"]
    assert np.allclose(before_tax[: first + 1], 0.0)
    relieved = dear["flows"][:, FLOW["lab_relieve_written_down"], 0].sum()
    assert before_tax[:, 0].sum() == pytest.approx(relieved, rel=1e-9) and relieved > 0.0


def test_what_is_written_down_comes_back_as_depreciation_saved_and_no_more():
    series, s = fleet(rent=0.4e6, gpu_life_years=2.0, network_life_years=2.0, opening_fleet_age_months=0.0)
    lost = series["flows"][:, FLOW["lab_impair_machines"], 0].sum()
    assert series["flows"][:, FLOW["lab_relieve_written_down"], 0].sum() == pytest.approx(lost, rel=1e-9)
    assert -s.balance[INDEX["lab_machines_written_down"], 0] == pytest.approx(0.0, abs=1.0)


def test_a_company_that_sells_far_above_cost_keeps_machines_that_would_let_for_nothing():
    rich = {"arpu_usd_per_month": 1000.0}
    series, _ = fleet(rent=0.0, revenue=rich)
    assert series["gross_profit_usd"].min() > 0.0
    assert series["impairment_usd"].max() == 0.0


def never_energised():
    table = tables()
    for name in ("it_mw", "accelerator_hours", "training_flop", "fuel_mmbtu", "grid_bill_usd"):
        table[name][:, 1, 1] = table[name][:, 1, 0]
    table["serving_capacity_tokens"][:, 1] = table["serving_capacity_tokens"][:, 0]
    table["phase_lead_days"][:, 1, 1] = 60 * 365.0 / 12.0
    return table


def test_a_campus_that_never_energises_is_written_down_to_its_resale():
    assets = {"stranded_months": 24, "stranded_resale_frac": 0.3, "impairment": False}
    series, s = books({**RICH, "assets": assets}, table=never_energised())
    loss = series["impairment_usd"][:, 0]
    assert np.nonzero(loss)[0].tolist() == [17 + 12 + 24]
    assert loss.sum() == pytest.approx(0.7 * 5e9, rel=1e-9)
    assert s.balance[INDEX["lab_cip_written_down"], 0] == pytest.approx(0.0, abs=1.0)
    assert series["cip_usd"][53, 0] == pytest.approx(series["cip_usd"][52, 0] - loss.sum(), abs=1e8)
    assert series["flows"][17 + 60, FLOW["lab_serve_stranded"], 0] == pytest.approx(loss.sum())
    assert series["ledger_residual_usd"].max() < 1e-3


def test_a_stranded_campus_breaks_the_covenants_of_a_vehicle_that_leans_on_its_cash():
    vehicle = {"start": "2025-11-01", "purchase_usd": 2e9, "covenants": {"dscr_min": 1.2}}
    company = {**RICH, "raise_policy": {"success_frac": 0.0}, "vehicle": vehicle, "orders": {"leased_frac": 0.5}}
    series, _ = books(company, table=never_energised())
    breach = series["covenant_breach"][:, 0] > 0.0
    arrears = series["arrears_usd"][:, 0] > 0.0
    assert breach.any() and int(np.argmax(breach)) > int(np.argmax(arrears)) > 0


def test_an_extension_in_time_is_never_stranded():
    series, _ = books(RICH)
    assert series["flows"][:, FLOW["lab_strand"]].max() == 0.0
