"""Monthly series that the simulation keeps, of the lab but for ``group_``: lab and platform without what they sell each other."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.cash_uses import cash_uses
from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.merged_affiliate import outside_sales
from gigacampus.company.ledger.posting import free_cash, owed
from gigacampus.company.ledger.scalar_ops import Number, most
from gigacampus.company.ledger.state_layout import d, k, numbered, words
from gigacampus.company.ledger.sums import CASH_USES, q

LEAN = ("cash_usd", "arrears_usd")
"""What a runway needs."""
RECORDED = (
    *LEAN,
    *words("it_mw_used serving_frac training_flop_delivered tokens_served tokens_unmet"),
    *words("revenue_usd cost_of_revenue_usd gross_profit_usd opex_usd energy_cost_usd ebitda_usd"),
    *words("depreciation_usd interest_usd net_income_usd capex_usd free_cash_flow_usd equity_raised_usd"),
    *words("debt_usd assets_usd equity_usd cip_usd equipment_gross_usd outside_capital_usd"),
    *words("ledger_residual_usd ebit_usd cash_margin_usd group_revenue_usd group_ebitda_usd group_capex_usd"),
    *words("rents_paid_usd ebitda_after_rent_usd impairment_usd vehicle_net_rent_usd vehicle_service_usd vehicle_loan_usd"),
    *words("vehicle_value_usd covenant_breach vehicle_default group_support_usd partner_cash_usd"),
    *words("sold_dated_frac sold_policy_frac policy_equity_usd valuation_usd"),
    *words("rent_usd site_cost_usd machines_served_usd machines_charge_usd"),
    *(f"pit_{name}_usd" for name in CASH_USES),
)
r = numbered("r", list(RECORDED))
"""Row of each series: ``r.cash_usd``."""


def record(out: np.ndarray, x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int, cash_before: Number) -> None:
    """Write the month just closed into ``out`` (series, month)."""
    out[r.cash_usd, t], out[r.arrears_usd, t] = b[a.lab_cash], owed(b, a.lab_arrears)
    if dates[d.lean] == 0:
        _physics(out, p, t)
        _results(out, x, p, t)
        _balances(out, b, p, t)
        _group(out, x, p, dates, t)
        _leased(out, x, b, p, t)
        _owned(out, x, p, t)
        _cash_uses(out, x, t)
        out[r.ledger_residual_usd, t] = most(imbalance(b), np.abs(b[a.lab_cash] - cash_before - q.lab_cash(x)))


def _physics(out: np.ndarray, p: np.ndarray, t: int) -> None:
    out[r.it_mw_used, t], out[r.serving_frac, t] = p[k.it_mw], p[k.serving_frac]
    out[r.training_flop_delivered, t] = p[k.trained_flop]
    out[r.tokens_served, t], out[r.tokens_unmet, t] = p[k.served], p[k.unmet]
    out[r.energy_cost_usd, t] = p[k.energy_usd]


def _results(out: np.ndarray, x: np.ndarray, p: np.ndarray, t: int) -> None:
    """What the month brought: the lab's lines, and where its money came from."""
    revenue, cost, opex = q.lab_revenue(x), q.lab_cost_of_revenue(x), q.lab_opex(x)
    ebitda, wear = revenue + cost + opex, q.lab_depreciation(x)
    below = q.lab_other(x) + q.lab_interest(x) + q.lab_tax(x)
    out[r.revenue_usd, t], out[r.cost_of_revenue_usd, t], out[r.gross_profit_usd, t] = revenue, -cost, revenue + cost
    out[r.opex_usd, t], out[r.ebitda_usd, t], out[r.depreciation_usd, t] = -opex, ebitda, -wear
    out[r.interest_usd, t] = -q.lab_interest(x)
    out[r.ebit_usd, t], out[r.net_income_usd, t] = ebitda + wear, ebitda + wear + below
    out[r.cash_margin_usd, t] = ebitda + x[f.lab_grant_stock]
    out[r.capex_usd, t] = q.capex(x)
    out[r.free_cash_flow_usd, t] = free_cash(x)
    out[r.equity_raised_usd, t] = x[f.lab_raise_dated] + x[f.lab_raise_policy]
    out[r.outside_capital_usd, t] = p[k.raised_usd]
    out[r.rent_usd, t] = x[f.lab_bill_rental]
    out[r.site_cost_usd, t] = p[k.energy_usd] + x[f.lab_site_serving] + x[f.lab_site_training]
    out[r.machines_served_usd, t] = x[f.lab_serve_gpu] + x[f.lab_serve_network]
    out[r.machines_charge_usd, t] = x[f.lab_depreciate_gpu] + x[f.lab_depreciate_network]


def _balances(out: np.ndarray, b: np.ndarray, p: np.ndarray, t: int) -> None:
    """What the lab owns and owes at the end of the month."""
    out[r.debt_usd, t], out[r.equity_usd, t] = -q.held_owed(b), -q.held_equity(b)
    out[r.assets_usd, t], out[r.cip_usd, t] = q.held_assets(b), q.held_cip(b)
    out[r.equipment_gross_usd, t] = q.held_machines(b)


def _leased(out: np.ndarray, x: np.ndarray, b: np.ndarray, p: np.ndarray, t: int) -> None:
    """Rents of the lab, and what the vehicle's lenders look at."""
    out[r.rents_paid_usd, t] = x[f.lab_pay_lease] + x[f.lab_pay_operating_lease]
    out[r.ebitda_after_rent_usd, t] = out[r.ebitda_usd, t] - x[f.lab_pay_lease]
    out[r.impairment_usd, t] = q.written_off(x)
    out[r.vehicle_net_rent_usd, t], out[r.vehicle_service_usd, t] = p[k.vehicle_net_rent], p[k.vehicle_service]
    out[r.vehicle_loan_usd, t], out[r.vehicle_value_usd, t] = owed(b, a.vehicle_loan), p[k.vehicle_value]
    out[r.covenant_breach, t], out[r.vehicle_default, t] = p[k.vehicle_breach], p[k.vehicle_default]


def _owned(out: np.ndarray, x: np.ndarray, p: np.ndarray, t: int) -> None:
    """What rounds sold, what the company is worth to investors, and money of merged partners."""
    out[r.sold_dated_frac, t], out[r.sold_policy_frac, t] = 1.0 - p[k.kept_dated], 1.0 - p[k.kept_policy]
    out[r.policy_equity_usd, t], out[r.valuation_usd, t] = x[f.lab_raise_policy], p[k.pre_money]
    out[r.group_support_usd, t], out[r.partner_cash_usd, t] = x[f.lab_support_from_group], p[k.partner_cash]


def _group(out: np.ndarray, x: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Lab, platform and merged partners together, without what they sell each other."""
    revenue = q.platform_revenue(x)
    result = revenue + q.platform_cost_of_revenue(x) + q.platform_opex(x)
    out[r.group_revenue_usd, t] = out[r.revenue_usd, t] + revenue - x[f.platform_bill_lab] + outside_sales(p, dates, t)
    out[r.group_ebitda_usd, t] = out[r.cash_margin_usd, t] + result
    out[r.group_capex_usd, t] = out[r.capex_usd, t] + x[f.platform_buy_plant]


def _cash_uses(out: np.ndarray, x: np.ndarray, t: int) -> None:
    sites, talent, software, other = cash_uses(x)
    out[r.pit_data_centres_usd, t], out[r.pit_talent_usd, t] = sites, talent
    out[r.pit_robot_agent_software_usd, t], out[r.pit_other_usd, t] = software, other


def imbalance(b: np.ndarray) -> Number:
    """Largest of the entities' sums of debit-positive balances, which is zero but for rounding."""
    others = most(np.abs(q.held_platform(b)), np.abs(q.held_vehicle(b)))
    return most(np.abs(q.held_lab(b)), others)
