"""Where the cash goes: data centres, talent, robot and agent software, the rest; the four sum to the cash spent."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.journal import f
from gigacampus.company.ledger.scalar_ops import Number, ratio
from gigacampus.company.ledger.sums import q


def cash_uses(x: np.ndarray) -> tuple[Number, Number, Number, Number]:
    """Cash spent in a month by pit, net of what customers paid (which falls in the rest).

    Bills shared by purposes follow the month's own bills. What nobody has itemised stands in the rest.
    """
    vendors, staff, bills = x[f.lab_pay_vendors], x[f.lab_pay_staff], q.vendor_bills(x)
    site = ratio(q.site_bills(x), bills, 0.0) * vendors
    software = ratio(x[f.lab_robots_agents], bills, 0.0) * vendors
    makers = ratio(x[f.lab_staff_robots_agents], q.wages(x), 0.0) * staff
    return (
        q.pit_data_centres(x) + site,
        q.pit_talent(x) + staff - makers,
        q.pit_robot_agent_software(x) + software + makers,
        q.pit_other(x) + vendors - site - software,
    )
