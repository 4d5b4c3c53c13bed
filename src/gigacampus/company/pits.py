"""Where the cash goes: data centres, talent, robot and agent software, the rest; the four sum to the cash spent."""

from __future__ import annotations

import numpy as np

from gigacampus.company.journal import CASH_SIGN, FLOWS, f
from gigacampus.company.kernels import weighted_rows
from gigacampus.company.operations import ON_CREDIT, STAFF

PITS = ("data_centres", "talent", "robot_agent_software", "other")
_SITES = {
    *("pay_energy", "pay_gpu", "pay_network", "pay_building", "pay_power", "pay_storage", "pay_phase", "salvage"),
    *("undisclosed_spending", "undisclosed_vendor_credit", "pay_undisclosed_vendors", "deposit_utility"),
    *("lease_proceeds", "pay_lease", "sell_machines", "pay_operating_lease"),
}
_SITE_BILLS = (f.lab_site_serving, f.lab_site_training, f.lab_bandwidth, f.lab_cloud, f.lab_insure)
SHARED = (f.lab_pay_vendors, f.lab_pay_staff)
"""Payments for several purposes at once: the month's bills stand for the bills that are paid."""


def _weights() -> np.ndarray:
    """Cash that leaves with one unit of each flow, by pit; shared payments left out; (pit, flow)."""
    out = np.zeros((len(PITS), len(FLOWS)))
    for i, flow in enumerate(FLOWS):
        spent = flow.cash in ("operating", "investing") or flow.name == "lab_pay_lease"
        if flow.entity != "lab" or not spent or i in SHARED:
            continue
        name = flow.name.removeprefix("lab_")
        pit = 0 if name in _SITES else 1 if name == "charge_platform_staff" else 3
        out[pit, i] = -CASH_SIGN[i]
    return out


WEIGHTS = _weights()
ROWS = [(np.nonzero(row)[0], row[np.nonzero(row)[0]]) for row in WEIGHTS]
"""Flows of each pit and what one unit of each takes."""


def pits(flow: np.ndarray) -> np.ndarray:
    """Cash spent in a month by pit, net of what customers paid (which falls in the rest); ``flow`` by (flow, draw).

    Bills shared by purposes follow the month's own bills. What nobody has itemised stands in the rest.
    """
    out = np.stack([weighted_rows(flow, rows, weights) for rows, weights in ROWS])
    vendors, staff = flow[SHARED[0]], flow[SHARED[1]]
    bills, wages = flow[ON_CREDIT].sum(axis=0), flow[STAFF].sum(axis=0)
    site = _part(flow[list(_SITE_BILLS)].sum(axis=0), bills) * vendors
    software = _part(flow[f.lab_robots_agents], bills) * vendors
    makers = _part(flow[f.lab_staff_robots_agents], wages) * staff
    out[0] += site
    out[1] += staff - makers
    out[2] += software + makers
    out[3] += vendors - site - software
    return out


def _part(some: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(some, whole, out=np.zeros_like(whole), where=whole > 0.0)
