"""The march: month by month, every flow from the books of the month before, posted, recorded."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gigacampus.company.accounts import ENTITIES, LINES, rows_of
from gigacampus.company.bind import Bound
from gigacampus.company.books import Books, phase_in_service
from gigacampus.company.building import CIP, build, capitalise_interest, depreciate_undisclosed, place_orders
from gigacampus.company.drivers import Drivers
from gigacampus.company.funding import dilute_by_grants, plug, raise_by_policy, service_debt, take_rounds
from gigacampus.company.journal import CASH_CLASSES, a, f
from gigacampus.company.kernels import weighted_rows
from gigacampus.company.mergers import group_revenue
from gigacampus.company.operations import Delivered, carry_forward, deliver, explain_history, sell, spend
from gigacampus.company.partner import join, partner_lines
from gigacampus.company.pits import PITS, pits
from gigacampus.company.platform import run_platform
from gigacampus.company.tax import settle
from gigacampus.company.vehicle import run_vehicle
from gigacampus.company.writedowns import carry_machines

DEBT_ROWS = np.array([i for line in ("debt", "lease", "arrears") for i in rows_of("lab", line=line)])
EQUITY_ROWS = np.array(rows_of("lab", side=("equity", "revenue", "expense")))
ASSETS = np.array(rows_of("lab", side=("asset", "contra_asset")))
CAPEX = [
    f.lab_pay_gpu,
    f.lab_pay_network,
    f.lab_pay_building,
    f.lab_pay_power,
    f.lab_pay_storage,
    f.lab_pay_phase,
    f.lab_undisclosed_spending,
    f.lab_pay_undisclosed_vendors,
]
RECORDED = (
    "it_mw_used",
    "training_flop_delivered",
    "tokens_served",
    "tokens_unmet",
    "revenue_usd",
    "cost_of_revenue_usd",
    "gross_profit_usd",
    "opex_usd",
    "energy_cost_usd",
    "ebitda_usd",
    "depreciation_usd",
    "interest_usd",
    "net_income_usd",
    "capex_usd",
    "free_cash_flow_usd",
    "equity_raised_usd",
    "debt_usd",
    "cash_usd",
    "assets_usd",
    "equity_usd",
    "cip_usd",
    "founder_share_frac",
    "ledger_residual_usd",
    "outside_capital_usd",
    "plant_gross_usd",
    "ebit_usd",
    "arrears_usd",
    "cash_margin_usd",
    "group_revenue_usd",
    "group_ebitda_usd",
    "group_capex_usd",
    "rent_usd",
    "site_cost_usd",
    "serving_frac",
    "machines_served_usd",
    "machines_charge_usd",
    "rents_paid_usd",
    "ebitda_after_rent_usd",
    "impairment_usd",
    "vehicle_net_rent_usd",
    "vehicle_service_usd",
    "vehicle_loan_usd",
    "vehicle_value_usd",
    "covenant_breach",
    "vehicle_default",
    "group_support_usd",
    "partner_cash_usd",
    "sold_dated_frac",
    "sold_policy_frac",
    "policy_equity_usd",
    "valuation_usd",
    *(f"pit_{name}_usd" for name in PITS),
)
"""Monthly series that the march keeps, of the lab but for ``group_``: lab and platform without what they sell each other."""
LEAN = ("cash_usd", "arrears_usd")
"""Of these, what a runway needs."""


def march(
    bound: Bound, drivers: Drivers, *, may_raise: bool = True, keep_flows: bool = False, lean: bool = False, merged: bool = True
) -> tuple[dict[str, np.ndarray], Books]:
    """All months of one chunk of draws. Returns the recorded series by (month, draw), and the closed books.

    Order inside a month: interest and contractual debt, orders from last month's cash, physics of the phases in
    service,
    revenue and cost, assets, siblings, tax, known rounds, the raise policy, then the revolver. Every feedback passes
    through a balance of the month before; nothing iterates. ``lean`` records what a runway needs and nothing else.
    """
    s = Books(bound, drivers)
    s.merged = merged
    shape = (drivers.months.count, bound.n)
    out = {name: np.zeros(shape) for name in (LEAN if lean else RECORDED)}
    out["realised_phase"] = np.zeros((shape[0], len(bound.phases), bound.n))
    kept = []
    for s.t in range(shape[0]):
        s.flow[:], s.unsold[:] = 0.0, 1.0
        raised, got, phase = _month(s, may_raise)
        before = s.balance[a.lab_cash].copy()
        s.close()
        s.burnt[s.t + 1] = s.burnt[s.t] + _free(s)
        if lean:
            out["cash_usd"][s.t], out["arrears_usd"][s.t] = s.balance[a.lab_cash], s.held(a.lab_arrears)
        else:
            _record(s, out, got, raised, before)
        out["realised_phase"][s.t] = phase
        if keep_flows:
            kept.append(s.flow.copy())
    if keep_flows:
        out["flows"] = np.stack(kept)
    return out, s


def _month(s: Books, may_raise: bool) -> tuple[np.ndarray, Delivered, np.ndarray]:
    place_orders(s)
    phase = phase_in_service(s)
    got = deliver(s, phase)
    service_debt(s)
    build(s)
    depreciate_undisclosed(s)
    capitalise_interest(s)
    sell(s, got)
    run_platform(s)
    spend(s, got)
    if s.t >= s.drivers.history_months:
        carry_forward(s)
        run_vehicle(s)
    carry_machines(s, got)
    join(s)
    take_rounds(s)
    raised = raise_by_policy(s, may_raise)
    if s.t < s.drivers.history_months:
        explain_history(s)
    settle(s, s.profit())
    dilute_by_grants(s)
    plug(s)
    return raised, got, phase


def _record(
    s: Books, out: Mapping[str, np.ndarray], got: Delivered, raised: np.ndarray, cash_before: np.ndarray
) -> None:
    t = s.t
    cash = dict(zip(CASH_CLASSES, s.cash[: len(CASH_CLASSES)], strict=True))
    for name, value in {**_results(s, got), **_balances(s)}.items():
        out[name][t] = value
    out["free_cash_flow_usd"][t] = _free(s)
    out["outside_capital_usd"][t] = raised
    _record_derived(s, out)
    tie = np.abs(s.balance[a.lab_cash] - cash_before - sum(cash.values()))
    out["ledger_residual_usd"][t] = np.maximum(_imbalance(s), tie)


def _free(s: Books) -> np.ndarray:
    """Cash of operations and investing, less rent of leases; of the month just closed."""
    cash = dict(zip(CASH_CLASSES, s.cash[: len(CASH_CLASSES)], strict=True))
    return cash["operating"] + cash["investing"] - s.flow[f.lab_pay_lease]


def _results(s: Books, got: Delivered) -> dict[str, np.ndarray]:
    """What the month brought: the lab's lines, and the physics behind them."""
    x = s.flow
    lab = dict(zip(LINES, s.lines[: len(LINES)], strict=True))
    gross = lab["revenue"] + lab["cost_of_revenue"]
    return {
        "it_mw_used": got.it_mw,
        "serving_frac": got.serving_frac,
        "training_flop_delivered": got.training_flop,
        "tokens_served": got.served,
        "tokens_unmet": got.unmet,
        "revenue_usd": lab["revenue"],
        "cost_of_revenue_usd": -lab["cost_of_revenue"],
        "gross_profit_usd": gross,
        "opex_usd": -lab["opex"],
        "energy_cost_usd": got.energy_usd,
        "ebitda_usd": gross + lab["opex"],
        "depreciation_usd": -lab["depreciation"],
        "interest_usd": -lab["interest"],
        "net_income_usd": sum(lab.values()),
        "capex_usd": x[CAPEX].sum(axis=0) - x[f.lab_undisclosed_vendor_credit] - x[f.lab_lease_proceeds] - x[f.lab_sell_machines],
        "equity_raised_usd": x[f.lab_raise_dated] + x[f.lab_raise_policy],
    }


def _balances(s: Books) -> dict[str, np.ndarray]:
    """What the lab owns and owes at the end of the month."""
    b = s.balance
    return {
        "debt_usd": -weighted_rows(b, DEBT_ROWS, np.ones(DEBT_ROWS.size)),
        "cash_usd": b[a.lab_cash],
        "assets_usd": weighted_rows(b, ASSETS, np.ones(ASSETS.size)),
        "equity_usd": -weighted_rows(b, EQUITY_ROWS, np.ones(EQUITY_ROWS.size)),
        "cip_usd": b[CIP].sum(axis=0),
        "founder_share_frac": s.holders,
        "plant_gross_usd": b[[a.lab_gpu, a.lab_network]].sum(axis=0),
        "arrears_usd": s.held(a.lab_arrears),
    }


def _record_derived(s: Books, out: Mapping[str, np.ndarray]) -> None:
    x, t = s.flow, s.t
    out["ebit_usd"][t] = out["ebitda_usd"][t] - out["depreciation_usd"][t]
    out["cash_margin_usd"][t] = out["ebitda_usd"][t] + x[f.lab_grant_stock]
    platform = dict(zip(LINES, s.lines[len(LINES) : 2 * len(LINES)], strict=True))
    partner = partner_lines(s)
    out["group_revenue_usd"][t] = group_revenue(
        lab=out["revenue_usd"][t] + platform["revenue"] - x[f.platform_bill_lab],
        partner=partner["revenue"],
        sold_to_lab=partner["to_lab"],
        bought_from_lab=partner["from_lab"],
    )
    result = platform["revenue"] + platform["cost_of_revenue"] + platform["opex"]
    out["group_ebitda_usd"][t] = out["cash_margin_usd"][t] + result
    out["group_capex_usd"][t] = out["capex_usd"][t] + x[f.platform_buy_plant]
    out["rents_paid_usd"][t] = x[f.lab_pay_lease] + x[f.lab_pay_operating_lease]
    out["ebitda_after_rent_usd"][t] = out["ebitda_usd"][t] - x[f.lab_pay_lease]
    out["impairment_usd"][t] = x[f.lab_impair_machines] + x[f.lab_strand]
    out["vehicle_net_rent_usd"][t] = x[f.vehicle_collect_rent] - x[f.vehicle_pay_fees]
    out["vehicle_service_usd"][t] = s.lender["due"]
    out["vehicle_loan_usd"][t] = s.held(a.vehicle_loan)
    out["vehicle_value_usd"][t] = s.lender["value"]
    out["covenant_breach"][t], out["vehicle_default"][t] = s.lender["breach"], s.lender["default"]
    out["group_support_usd"][t], out["partner_cash_usd"][t] = x[f.lab_support_from_group], s.partner_cash
    out["sold_dated_frac"][t], out["sold_policy_frac"][t] = 1.0 - s.unsold[0], 1.0 - s.unsold[1]
    out["policy_equity_usd"][t], out["valuation_usd"][t] = x[f.lab_raise_policy], s.post_money
    out["rent_usd"][t] = x[f.lab_bill_rental]
    out["site_cost_usd"][t] = out["energy_cost_usd"][t] + x[f.lab_site_serving] + x[f.lab_site_training]
    out["machines_served_usd"][t] = x[f.lab_serve_gpu] + x[f.lab_serve_network]
    out["machines_charge_usd"][t] = x[f.lab_depreciate_gpu] + x[f.lab_depreciate_network]
    for name, spent in zip(PITS, pits(x), strict=True):
        out[f"pit_{name}_usd"][t] = spent


def _imbalance(s: Books) -> np.ndarray:
    """Largest of the entities' sums of debit-positive balances, which is zero but for rounding."""
    return np.max([np.abs(weighted_rows(s.balance, ENTITY_ROWS[e], ONES[e])) for e in ENTITIES], axis=0)


ENTITY_ROWS = {e: np.array(rows_of(e)) for e in ENTITIES}
ONES = {e: np.ones(rows.size) for e, rows in ENTITY_ROWS.items()}
