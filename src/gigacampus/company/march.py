"""The march: month by month, every flow from the books of the month before, posted, recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.company.accounts import ACCOUNTS
from gigacampus.company.bind import Bound
from gigacampus.company.books import close, grow, look_up, open_books
from gigacampus.company.building import build_phases, capitalise_interest, depreciate_undisclosed, place_orders
from gigacampus.company.committed import build_committed, open_plant
from gigacampus.company.drivers import Drivers
from gigacampus.company.funding import plug, raise_by_policy, service_debt, take_rounds
from gigacampus.company.journal import FLOWS, a
from gigacampus.company.operations import carry_forward, deliver, explain_history, sell, spend
from gigacampus.company.partner import join
from gigacampus.company.platform import run_platform
from gigacampus.company.record import LEAN, RECORDED, record
from gigacampus.company.rows import PAST_MONTHS, PHASE_DATE_SIZE, PHASE_SIZE, d, k, ph
from gigacampus.company.tax import settle
from gigacampus.company.vehicle import run_vehicle
from gigacampus.company.worth import interpreting_pays
from gigacampus.company.writedowns import carry_machines


@dataclass(frozen=True)
class Books:
    """The closed books of one chunk of draws."""

    balance: np.ndarray
    """Debit-positive, (account, draw)."""
    page: np.ndarray
    """Parameters and what was carried on, (row of ``rows.k`` and blocks, draw)."""
    drivers: Drivers

    def carried(self, name: str) -> np.ndarray:
        """A row of the page by name; (draw)."""
        return self.page[getattr(k, name)]

    def ordered(self, phase: int) -> np.ndarray:
        """Month in which a phase (counted over all campuses) was ordered; (draw)."""
        return self.page[self.drivers.dates[d.phase_rows] + PHASE_SIZE * phase + ph.ordered].astype(int)


def march(
    bound: Bound,
    drivers: Drivers,
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
        interpreted = interpreting_pays(n, months)
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
        march_months(x, b, p, past, w, c, v, dates, *views)
        page, balance = p.T, b.T
    else:
        from gigacampus.company.kernels import march_draws

        march_draws(page, balance, drivers.physics, drivers.world, drivers.cost, drivers.case, drivers.paths, dates, out, stage, kept)
    series = {name: out[i].T for i, name in enumerate(names)}
    series["realised_phase"] = stage.transpose(2, 0, 1)
    if keep_flows:
        series["flows"] = kept.transpose(1, 2, 0)
    return series, Books(balance.T, page.T, drivers)


def opening(drivers: Drivers) -> np.ndarray:
    """Opening balances; (account, draw)."""
    balance, page = np.zeros((len(ACCOUNTS), drivers.world.size)), drivers.page.T.copy()
    open_plant(balance, page, drivers.cost[drivers.case].transpose(1, 2, 0), drivers.dates)
    open_books(balance, page, drivers.dates)
    return balance


def march_months(
    x: np.ndarray,
    b: np.ndarray,
    p: np.ndarray,
    past: np.ndarray,
    w: np.ndarray,
    c: np.ndarray,
    v: np.ndarray,
    dates: np.ndarray,
    out: np.ndarray,
    stage: np.ndarray,
    kept: np.ndarray,
) -> None:
    """Open the books, then go month by month; tables as ``books`` says, with ``stage`` (campus, month) and ``kept`` (month, flow)."""
    open_plant(b, p, c, dates)
    open_books(b, p, dates)
    for t in range(dates[d.months]):
        for j in range(x.shape[0]):
            x[j] = 0.0
        month(x, b, p, past, w, c, v, dates, t)
        cash_before = b[a.lab_cash] + 0.0
        close(x, b, past, t)
        record(out, x, b, p, dates, t, cash_before)
        _stages(stage, p, dates, t)
        if kept.shape[0] > 0:
            for j in range(x.shape[0]):
                kept[t, j] = x[j]


def month(
    x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, w: np.ndarray, c: np.ndarray, v: np.ndarray,
    dates: np.ndarray, t: int,
) -> None:
    """Write the month's flows: interest and contractual debt, orders from last month's cash, physics of the phases in service, assets,
    revenue and cost, siblings, known rounds, the raise policy, tax, then the revolver.

    Every feedback passes through a balance of the month before; nothing iterates.
    """
    reported = t < dates[d.history_months]
    grow(p, v, dates, t)
    place_orders(b, p, past, dates, t)
    look_up(p, w, dates, t)
    deliver(p)
    service_debt(x, b, p, past, dates, t)
    build_committed(x, p, c, dates, t)
    build_phases(x, p, dates, t)
    depreciate_undisclosed(x, b, p)
    capitalise_interest(x, b, p)
    sell(x, b, p, dates, t)
    spend(x, b, p, dates, t)
    if dates[d.platform_on] == 1:
        run_platform(x, b, p, dates)
    if not reported:
        carry_forward(x, b, p, dates, t)
        if t >= dates[d.vehicle_start]:
            run_vehicle(x, b, p, past, dates, t)
    carry_machines(x, b, p, dates, t)
    join(p, dates, t)
    take_rounds(x, p, past, dates, t)
    raise_by_policy(x, b, p, past, dates, t)
    if reported:
        explain_history(x, p, dates, t)
    settle(x, b, p, past, dates, t)
    plug(x, b, p, dates, t)


def _stages(stage: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Phases of each campus in service."""
    for j in range(dates[d.phases]):
        campus = dates[dates[d.phase_dates] + PHASE_DATE_SIZE * j + 1]
        stage[campus, t] += p[dates[d.phase_rows] + PHASE_SIZE * j + ph.ready]


