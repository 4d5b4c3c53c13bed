"""The simulation of a chunk of draws through all months, its rules interpreted on all draws at once or compiled draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.company.ledger.accounts import ACCOUNTS
from gigacampus.company.ledger.committed_assets import open_plant
from gigacampus.company.ledger.compile_policy import interpreting_pays
from gigacampus.company.ledger.draw_binding import Bound
from gigacampus.company.ledger.journal import FLOWS
from gigacampus.company.ledger.monthly_rules import simulate_months
from gigacampus.company.ledger.monthly_series import LEAN, RECORDED
from gigacampus.company.ledger.posting import open_books
from gigacampus.company.ledger.simulation_inputs import SimulationInputs
from gigacampus.company.ledger.state_layout import PAST_MONTHS, PHASE_SIZE, d, k, ph


def _usable() -> bool:
    from gigacampus.company.ledger.kernels import usable

    return usable()


@dataclass(frozen=True)
class Books:
    """The closed books of one chunk of draws."""

    balance: np.ndarray
    """Debit-positive, (account, draw)."""
    page: np.ndarray
    """Parameters and what was carried on, (row of ``rows.k`` and blocks, draw)."""
    drivers: SimulationInputs

    def carried(self, name: str) -> np.ndarray:
        """A row of the page by name; (draw)."""
        return self.page[getattr(k, name)]

    def ordered(self, phase: int) -> np.ndarray:
        """Month in which a phase (counted over all campuses) was ordered; (draw)."""
        return self.page[self.drivers.dates[d.phase_rows] + PHASE_SIZE * phase + ph.ordered].astype(int)


def simulate(
    bound: Bound,
    drivers: SimulationInputs,
    *,
    may_raise: bool = True,
    keep_flows: bool = False,
    lean: bool = False,
    merged: bool = True,
    interpreted: bool | None = None,
) -> tuple[dict[str, np.ndarray], Books]:
    """All months of one chunk of draws. Returns the recorded series by (month, draw), and the closed books.

    ``lean`` records what a runway needs and nothing else, without ``merged`` no merger happens.

    ``interpreted`` runs the rules on all draws at once instead of compiled draw
    by draw; both give the same bytes. Unless told, whichever costs less is chosen (``worth.py``).
    """
    n, months = bound.n, drivers.months.count
    if interpreted is None:
        interpreted = interpreting_pays(n, months) or not _usable()
    dates = drivers.dates.copy()
    dates[d.may_raise], dates[d.lean] = may_raise, lean
    dates[d.mergers] *= merged
    names = LEAN if lean else RECORDED
    out = np.empty((len(names), n, months))
    stage = np.zeros((len(bound.phases), n, months))
    kept = np.empty((n, months, len(FLOWS)) if keep_flows else (1, 0, len(FLOWS)))
    page, balance = drivers.page.copy(), np.zeros((n, len(ACCOUNTS)))
    if interpreted:
        w, c = drivers.physics[drivers.world].transpose(1, 2, 0), drivers.cost[drivers.case].transpose(1, 2, 0)
        v = drivers.paths.transpose(1, 2, 0)
        x, past = np.zeros((len(FLOWS), n)), np.zeros((len(PAST_MONTHS), months + 2, n))
        views = out.transpose(0, 2, 1), stage.transpose(0, 2, 1), kept.transpose(1, 2, 0)
        p, b = np.ascontiguousarray(page.T), np.zeros((len(ACCOUNTS), n))
        simulate_months(x, b, p, past, w, c, v, dates, *views)
        page, balance = p.T, b.T
    else:
        from gigacampus.company.ledger.kernels import march_draws

        march_draws(page, balance, drivers.physics, drivers.world, drivers.cost, drivers.case, drivers.paths, dates, out, stage, kept)
    series = {name: out[i].T for i, name in enumerate(names)}
    series["realised_phase"] = stage.transpose(2, 0, 1)
    if keep_flows:
        series["flows"] = kept.transpose(1, 2, 0)
    return series, Books(balance.T, page.T, drivers)


def opening(drivers: SimulationInputs) -> np.ndarray:
    """Opening balances; (account, draw)."""
    balance, page = np.zeros((len(ACCOUNTS), drivers.world.size)), drivers.page.T.copy()
    open_plant(balance, page, drivers.cost[drivers.case].transpose(1, 2, 0), drivers.dates)
    open_books(balance, page, drivers.dates)
    return balance
