"""What machines are carried at beside their schedule: written down, sold to a lessor, stranded."""

from __future__ import annotations

from gigacampus.company.finance.impairment import cash_of_machines, relief, write_down
from gigacampus.company.ledger import balance_sums, flow_sums, statement_sums
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import Number, between, most, ratio, rule
from gigacampus.company.ledger.state_layout import Draw

MONTHS_PER_TEST = 3


@rule
def carry_machines(draw: Draw, t: int) -> None:
    """Relief of depreciation for what is no longer carried, and each quarter after the history the test of what is."""
    flows, balances = draw.flows, draw.balances
    charge = flow_sums.machines_charged(flows)
    net = balance_sums.held_machines_net(balances) + flow_sums.machines_entered(flows)
    sold, written = owed(balances.lab_machines_sold), owed(balances.lab_machines_written_down)
    flows.lab_relieve_sold = relief(sold, charge, net)
    rest = charge - flows.lab_relieve_sold
    flows.lab_relieve_written_down = relief(written, rest, most(net - sold, 0.0))
    since = t - draw.dates.history_months
    if draw.dates.impairment == 1 and since >= 0 and since % MONTHS_PER_TEST == MONTHS_PER_TEST - 1:
        _test(draw, net - sold - written - rest + flows.lab_relieve_written_down + balances.lab_right_of_use)


@rule
def _test(draw: Draw, carrying: Number) -> None:
    """Letting the machines, or what customers pay over the cost of serving them, against what they are carried at.

    The cost of letting counts energy, upkeep and the wear of halls and plant that the machines need.
    """
    flows, balances, terms, operations = draw.flows, draw.balances, draw.terms, draw.state.operations
    gross = balance_sums.held_machines(balances)
    left = terms.gpu_life_months * between(ratio(gross + balances.lab_gpu_acc + balances.lab_network_acc, gross, 0.0), 0.0, 1.0)
    rent = operations.rent_usd_per_mw_month * draw.physics.it_installed_mw
    cost = operations.energy_usd + flows.lab_site_serving + flows.lab_site_training + flow_sums.halls_charged(flows)
    used = most(flow_sums.sold(flows) + statement_sums.lab_cost_of_revenue(flows), 0.0) * left
    let = cash_of_machines(rent, cost, terms.rent_change_per_year, 0.0, left)
    value = cash_of_machines(rent, cost, terms.rent_change_per_year, terms.wacc_frac, left)
    flows.lab_impair_machines = write_down(most(carrying, 0.0), most(let, used), value)
