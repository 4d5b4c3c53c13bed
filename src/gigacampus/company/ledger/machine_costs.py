"""What the machines cost in a month by what it is for: chips, network, buildings, generating plant, and plant that nobody named."""

from __future__ import annotations

from gigacampus.company.ledger import flow_sums
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.scalar_ops import Number, ratio, rule


@rule
def machine_costs(flows: Flows) -> tuple[Number, Number, Number, Number, Number]:
    """Wear of chips (with rent where they are leased), network, buildings, generators with grid works and batteries, and unnamed plant.

    The five are the month's depreciation before what write-downs save, and the cost of operating leases: a machine costs what was paid for
    it, whatever it is carried at. What sales save is shared by all machines by their wear.
    """
    rent = flows.lab_accrete_lease_serving + flows.lab_use_right_serving + flows.lab_accrete_lease_training + flows.lab_use_right_training
    kept = 1.0 - ratio(flows.lab_relieve_sold, flow_sums.machines_charged(flows), 0.0)
    return (
        flows.lab_depreciate_gpu * kept + rent,
        flows.lab_depreciate_network * kept,
        flows.lab_depreciate_building,
        flows.lab_depreciate_power + flows.lab_depreciate_storage,
        flows.lab_depreciate_undisclosed * kept,
    )
