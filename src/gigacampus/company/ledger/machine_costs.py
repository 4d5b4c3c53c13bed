"""What the machines cost in a month by what it is for: chips, network, buildings, generating plant, and plant that nobody named."""

from __future__ import annotations

from gigacampus.company.ledger import flow_sums
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.scalar_ops import Number, ratio, rule


@rule
def machine_costs(flows: Flows) -> tuple[Number, Number, Number, Number, Number]:
    """Wear of chips (with rent where they are leased), network, buildings, generators with grid works and batteries, and unnamed plant.

    The five are the month's depreciation and the cost of operating leases; what write-downs and sales save is shared by all
    machines by their wear.
    """
    rent = flows.lab_accrete_lease_serving + flows.lab_use_right_serving + flows.lab_accrete_lease_training + flows.lab_use_right_training
    relieved = flows.lab_relieve_written_down + flows.lab_relieve_sold
    kept = 1.0 - ratio(relieved, flow_sums.machines_charged(flows), 0.0)
    return (
        flows.lab_depreciate_gpu * kept + rent,
        flows.lab_depreciate_network * kept,
        flows.lab_depreciate_building,
        flows.lab_depreciate_power + flows.lab_depreciate_storage,
        flows.lab_depreciate_undisclosed * kept,
    )
