"""Named sums of flows and of balances, and the posting, from the tables of accounts and flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import numpy as np

from gigacampus.company.ledger.accounts import ASSET_CLASSES, ENTITIES, INDEX, LINES, rows_of
from gigacampus.company.ledger.journal import CASH_CLASSES, CASH_SIGN, FLOWS, effect_on, f

CASH_USES = ("data_centres", "talent", "robot_agent_software", "other")
"""Where cash goes; the four sum to the cash spent."""
SHARED = (f.lab_pay_vendors, f.lab_pay_staff)
"""Payments for several purposes at once: the month's bills stand for the bills that are paid."""
_SITES = {
    *("pay_energy", "pay_gpu", "pay_network", "pay_building", "pay_power", "pay_storage", "pay_phase", "salvage"),
    *("undisclosed_spending", "undisclosed_vendor_credit", "pay_undisclosed_vendors", "deposit_utility"),
    *("lease_proceeds", "pay_lease", "sell_machines", "pay_operating_lease"),
}
_LISTS = {
    "billed": "bill_api bill_government bill_cars bill_robots bill_agents bill_rental",
    "sold": "earn_subscriptions bill_api bill_government bill_cars bill_robots bill_agents bill_rental",
    "energy_bills": "energy_serving energy_training",
    "vendor_bills": "site_serving site_training bandwidth data cloud robots_agents marketing general insure",
    "site_bills": "site_serving site_training bandwidth cloud insure",
    "wages": "staff_research staff_operations staff_robots_agents staff_sales_admin",
    "paid": "pay_gpu pay_network pay_building pay_power pay_storage",
    "served": "serve_gpu serve_network serve_building serve_power serve_storage",
    "equipment_served": "serve_gpu serve_network serve_power serve_storage",
    "charged": "depreciate_gpu depreciate_network depreciate_building depreciate_power depreciate_storage",
    "committed": "commit_phase_gpu commit_phase_network commit_phase_building commit_phase_power",
    "interest_cost": "accrue_interest accrue_lease amortise_discount",
    "capex": "pay_gpu pay_network pay_building pay_power pay_storage pay_phase undisclosed_spending pay_undisclosed_vendors"
    " -undisclosed_vendor_credit -lease_proceeds -sell_machines",
    "bills": "pay_vendors pay_staff pay_energy pay_platform pay_fines pay_tax payment_fees local_taxes undisclosed_cost undisclosed_opex"
    " pay_gpu pay_network pay_building pay_power pay_storage pay_phase pay_undisclosed_vendors pay_interest pay_lease pay_operating_lease",
    "machines_charged": "depreciate_gpu depreciate_network depreciate_undisclosed",
    "machines_entered": "serve_gpu serve_network undisclosed_spending",
    "halls_charged": "depreciate_building depreciate_power depreciate_storage",
    "relieved": "relieve_sold relieve_written_down",
    "written_off": "impair_machines strand",
}
"""Flows of the lab, each once, a minus sign before those that count against the rest."""
_HELD = {
    "interest_bearing": "notes term_loan delayed_draw vendor_financing policy_debt revolver",
    "cip": " ".join(f"cip_{c}" for c in (*ASSET_CLASSES, "written_down")),
    "plant": " ".join(ASSET_CLASSES),
    "machines": "gpu network",
    "machines_net": "gpu network undisclosed_assets gpu_acc network_acc undisclosed_acc",
    "plant_net": " ".join(f"{c} {c}_acc" for c in ASSET_CLASSES) + " machines_sold machines_written_down",
}
"""Balances of the lab."""


def cash_use_weights() -> np.ndarray:
    """Cash that leaves with one unit of each flow, by pit; shared payments left out; (pit, flow)."""
    out = np.zeros((len(CASH_USES), len(FLOWS)))
    for i, flow in enumerate(FLOWS):
        spent = flow.cash in ("operating", "investing") or flow.name == "lab_pay_lease"
        if flow.entity != "lab" or not spent or i in SHARED:
            continue
        name = flow.name.removeprefix("lab_")
        pit = 0 if name in _SITES else 1 if name == "charge_platform_staff" else 3
        out[pit, i] = -CASH_SIGN[i]
    return out


def _terms() -> dict[str, tuple[list[int], list[float]]]:
    """Rows and weights of every sum, by name."""
    out: dict[str, tuple[list[int], list[float]]] = {}
    for name, words in _LISTS.items():
        out[name] = ([getattr(f, f"lab_{w.lstrip('-')}") for w in words.split()], [-1.0 if w[0] == "-" else 1.0 for w in words.split()])
    for entity in ("lab", "platform"):
        for line in LINES:
            out[f"{entity}_{line}"] = _pair(*effect_on(line, entity=entity))
        out[f"{entity}_before_tax"] = _pair(*effect_on(*(x for x in LINES if x != "tax"), entity=entity))
        for name in ("cash", *CASH_CLASSES):
            rows = [i for i, x in enumerate(FLOWS) if x.entity == entity and x.cash in ((name,) if name != "cash" else CASH_CLASSES)]
            out[f"{entity}_{name}"] = (rows, CASH_SIGN[rows].tolist())
    for name, weights in zip(CASH_USES, cash_use_weights(), strict=True):
        out[f"pit_{name}"] = _pair(np.nonzero(weights)[0], weights[np.nonzero(weights)[0]])
    for name, words in _HELD.items():
        out[f"held_{name}"] = _each(INDEX[f"lab_{w}"] for w in words.split())
    for entity in ENTITIES:
        out[f"held_{entity}"] = _each(rows_of(entity))
    out["held_owed"] = _each(i for line in ("debt", "lease", "arrears") for i in rows_of("lab", line=line))
    out["held_equity"] = _each(rows_of("lab", side=("equity", "revenue", "expense")))
    out["held_assets"] = _each(rows_of("lab", side=("asset", "contra_asset")))
    return out


def _each(rows: Iterable[int]) -> tuple[list[int], list[float]]:
    held = list(rows)
    return held, [1.0] * len(held)


def _pair(rows: np.ndarray, weights: np.ndarray) -> tuple[list[int], list[float]]:
    return rows.tolist(), weights.tolist()


LANES = 4
"""Terms added side by side, so that no addition waits for the one before it."""


def _added(terms: Iterable[tuple[int, float]], table: str) -> str:
    """Sum of rows of a table, added or taken off, as an expression: ``(x[2]-x[9]) + (x[4])``."""
    lanes: list[str] = [""] * LANES
    for j, (row, weight) in enumerate(terms):
        sign = "-" if weight < 0.0 else "+" if lanes[j % LANES] else ""
        lanes[j % LANES] += f"{sign}{table}[{row}]"
    return " + ".join(f"({lane})" for lane in lanes if lane) or f"0.0 * {table}[0]"


def _written(name: str, arguments: str, body: Iterable[str]) -> Callable[..., Any]:
    """A function of this module from its lines."""
    scope: dict[str, Any] = {"__name__": __name__}
    exec("\n".join([f"def {name}({arguments}):", *(f"    {line}" for line in body)]), scope)
    function: Callable[..., Any] = scope[name]
    return function


def _sums() -> ModuleType:
    """One function a sum, which adds rows named when it was written: a loop over tables of rows costs several times as much."""
    module = ModuleType("q")
    for name, (rows, weights) in _terms().items():
        setattr(module, name, _written(name, "x", [f"return {_added(zip(rows, weights, strict=True), 'x')}"]))
    return module


q = _sums()
"""The sums, each of flows or balances by row: ``q.vendor_bills(x)``, ``q.held_plant(b)``."""


def _posting() -> Callable[[np.ndarray, np.ndarray], None]:
    """What every account gains from the flows."""
    entries: dict[str, list[tuple[int, float]]] = {}
    for j, flow in enumerate(FLOWS):
        entries.setdefault(flow.debit, []).append((j, 1.0))
        entries.setdefault(flow.credit, []).append((j, -1.0))
    return _written("post", "b, x", [f"b[{INDEX[name]}] += {_added(terms, 'x')}" for name, terms in sorted(entries.items())])


post = _posting()
"""``post(b, x)``: each flow to its debit account and out of its credit account, in place."""
