"""What machines are carried at beside their schedule: written down, sold to a lessor, stranded."""

from __future__ import annotations

import numpy as np

from gigacampus.company.bind import months_of
from gigacampus.company.books import Books
from gigacampus.company.building import CHARGE, SERVE
from gigacampus.company.finance.impairment import cash_of_machines, relief, write_down
from gigacampus.company.journal import COST_OF_REVENUE, a, f
from gigacampus.company.operations import SOLD, Delivered
from gigacampus.units import MONTHS_PER_YEAR

MONTHS_PER_TEST = 3
MACHINES = (a.lab_gpu, a.lab_network, a.lab_undisclosed_assets)
WORN = (a.lab_gpu_acc, a.lab_network_acc, a.lab_undisclosed_acc)


def carry_machines(s: Books, got: Delivered) -> None:
    """Relief of depreciation for what is no longer carried, and each quarter the test of what is."""
    x = s.flow
    charge = x[CHARGE[0]] + x[CHARGE[1]] + x[f.lab_depreciate_undisclosed]
    net = s.balance[[*MACHINES, *WORN]].sum(axis=0) + x[SERVE[0]] + x[SERVE[1]] + x[f.lab_undisclosed_spending]
    sold, written = s.held(a.lab_machines_sold), s.held(a.lab_machines_written_down)
    x[f.lab_relieve_sold] = relief(written_down=sold, charge=charge, scheduled_net=net)
    rest = charge - x[f.lab_relieve_sold]
    x[f.lab_relieve_written_down] = relief(written_down=written, charge=rest, scheduled_net=np.maximum(net - sold, 0.0))
    since = s.t - s.drivers.history_months
    if s.bound.company.assets.impairment and since >= 0 and since % MONTHS_PER_TEST == MONTHS_PER_TEST - 1:
        _test(s, got, net - sold - written - rest + x[f.lab_relieve_written_down] + s.balance[a.lab_right_of_use])


def _test(s: Books, got: Delivered, carrying: np.ndarray) -> None:
    """Letting the machines, or what customers pay over the cost of serving them, against what they are carried at.

    The cost of letting counts energy, upkeep and the wear of halls and plant that the machines need.
    """
    x, d, company = s.flow, s.drivers, s.bound.company
    gross = s.balance[a.lab_gpu] + s.balance[a.lab_network]
    net = gross + s.balance[a.lab_gpu_acc] + s.balance[a.lab_network_acc]
    life = months_of(company.assets.gpu_life_years, MONTHS_PER_YEAR)
    left = life * np.divide(net, gross, out=np.zeros(s.n), where=gross > 0.0)
    site = x[f.lab_site_serving] + x[f.lab_site_training] + got.energy_usd + x[CHARGE[2]] + x[CHARGE[3]] + x[CHARGE[4]]
    let = {
        "rent": d.rent_per_mw[s.t] * got.it_mw,
        "cost": site,
        "rent_change_per_year": company.revenue.rental.price_change_per_year,
        "months": left,
    }
    used = np.maximum(x[SOLD].sum(axis=0) + s.effect(COST_OF_REVENUE), 0.0) * left
    undiscounted = np.maximum(cash_of_machines(**let, discount_per_year=0.0), used)
    value = cash_of_machines(**let, discount_per_year=company.valuation.wacc_frac)
    x[f.lab_impair_machines] = write_down(carrying=np.maximum(carrying, 0.0), undiscounted=undiscounted, fair_value=value)
