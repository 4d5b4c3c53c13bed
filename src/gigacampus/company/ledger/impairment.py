"""What machines are carried at beside their schedule: written down, sold to a lessor, stranded."""

from __future__ import annotations

import numpy as np

from gigacampus.company.finance.impairment import cash_of_machines, relief, write_down
from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import Number, between, most, ratio
from gigacampus.company.ledger.state_layout import d, k
from gigacampus.company.ledger.sums import q

MONTHS_PER_TEST = 3


def carry_machines(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Relief of depreciation for what is no longer carried, and each quarter after the history the test of what is."""
    charge = q.machines_charged(x)
    net = q.held_machines_net(b) + q.machines_entered(x)
    sold, written = owed(b, a.lab_machines_sold), owed(b, a.lab_machines_written_down)
    x[f.lab_relieve_sold] = relief(sold, charge, net)
    rest = charge - x[f.lab_relieve_sold]
    x[f.lab_relieve_written_down] = relief(written, rest, most(net - sold, 0.0))
    since = t - dates[d.history_months]
    if dates[d.impairment] == 1 and since >= 0 and since % MONTHS_PER_TEST == MONTHS_PER_TEST - 1:
        _test(x, b, p, net - sold - written - rest + x[f.lab_relieve_written_down] + b[a.lab_right_of_use])


def _test(x: np.ndarray, b: np.ndarray, p: np.ndarray, carrying: Number) -> None:
    """Letting the machines, or what customers pay over the cost of serving them, against what they are carried at.

    The cost of letting counts energy, upkeep and the wear of halls and plant that the machines need.
    """
    gross = q.held_machines(b)
    left = p[k.life_gpu] * between(ratio(gross + b[a.lab_gpu_acc] + b[a.lab_network_acc], gross, 0.0), 0.0, 1.0)
    rent = p[k.rent_now] * p[k.it_installed_mw]
    cost = p[k.energy_usd] + x[f.lab_site_serving] + x[f.lab_site_training] + q.halls_charged(x)
    used = most(q.sold(x) + q.lab_cost_of_revenue(x), 0.0) * left
    let = cash_of_machines(rent, cost, p[k.rent_change_per_year], 0.0, left)
    value = cash_of_machines(rent, cost, p[k.rent_change_per_year], p[k.wacc_frac], left)
    x[f.lab_impair_machines] = write_down(most(carrying, 0.0), most(let, used), value)
