"""The rules of a month in their order: every flow from the books of the month before, posted, recorded."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.capex import build_phases, capitalise_interest, depreciate_undisclosed, place_orders
from gigacampus.company.ledger.committed_assets import build_committed, open_plant
from gigacampus.company.ledger.financing import plug, raise_by_policy, service_debt, take_rounds
from gigacampus.company.ledger.impairment import carry_machines
from gigacampus.company.ledger.income_tax import settle
from gigacampus.company.ledger.journal import a
from gigacampus.company.ledger.lease_vehicle import run_vehicle
from gigacampus.company.ledger.merged_affiliate import join
from gigacampus.company.ledger.monthly_series import record
from gigacampus.company.ledger.operations import carry_forward, deliver, explain_history, sell, spend
from gigacampus.company.ledger.platform import run_platform
from gigacampus.company.ledger.posting import close, grow, look_up, open_books
from gigacampus.company.ledger.state_layout import PHASE_DATE_SIZE, PHASE_SIZE, d, ph


def simulate_months(
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
    x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, w: np.ndarray, c: np.ndarray, v: np.ndarray, dates: np.ndarray, t: int
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
