"""Where the cash goes: data centres, talent, robot and agent software, the rest; the four sum to the cash spent."""

from __future__ import annotations

from gigacampus.company.ledger import flow_sums
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.scalar_ops import Number, ratio, rule


@rule
def cash_uses(flows: Flows) -> tuple[Number, Number, Number, Number]:
    """Cash spent in a month by use, net of what customers paid (which falls in the rest).

    Bills shared by purposes follow the month's own bills. What nobody has itemised stands in the rest.
    """
    vendors, staff, bills = flows.lab_pay_vendors, flows.lab_pay_staff, flow_sums.vendor_bills(flows)
    site = ratio(flow_sums.site_bills(flows), bills, 0.0) * vendors
    software = ratio(flows.lab_robots_agents, bills, 0.0) * vendors
    makers = ratio(flows.lab_staff_robots_agents, flow_sums.wages(flows), 0.0) * staff
    return (
        flow_sums.cash_use_data_centres(flows) + site,
        flow_sums.cash_use_talent(flows) + staff - makers,
        flow_sums.cash_use_robot_agent_software(flows) + software + makers,
        flow_sums.cash_use_other(flows) + vendors - site - software,
    )
