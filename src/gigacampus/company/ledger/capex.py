"""Orders, construction in progress, assets in service: committed ones by the campuses' dates, phases by the books'."""

from __future__ import annotations

import numpy as np

from gigacampus.company.finance.impairment import stranded
from gigacampus.company.ledger.journal import CLASS_STEP, a, f
from gigacampus.company.ledger.merged_affiliate import reach
from gigacampus.company.ledger.posting import recent_burn
from gigacampus.company.ledger.scalar_ops import Number, between, least, most, ratio, where
from gigacampus.company.ledger.state_layout import NEVER, PHASE_DATE_SIZE, PHASE_SIZE, d, k, ph
from gigacampus.company.ledger.sums import q

GENERATIONS = 4
"""How often the machines of a phase may be bought, the first time counted."""


def place_orders(b: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Order the next phase of each campus when its day has come and the cash of the month before allows; never undo one."""
    if t < dates[d.history_months]:
        return
    cash, campus = reach(b, p), -1
    healthy = b[a.lab_arrears] >= 0.0
    left = cash - p[k.cash_floor_usd]
    kept = p[k.keep_months_of_burn] * most(recent_burn(p, past, t), 0.0)
    before = healthy
    for j in range(dates[d.phases]):
        row, date = dates[d.phase_rows] + PHASE_SIZE * j, dates[d.phase_dates] + PHASE_DATE_SIZE * j
        if dates[date + 1] != campus:
            campus, before = dates[date + 1], healthy
        if t >= dates[date]:
            own = p[row + ph.capex_usd] * (1.0 - leased_share(p))
            deposit = own * p[row + ph.deposit_frac]
            asked = deposit + p[k.cover_frac] * (own - deposit)
            now = before & (cash >= p[row + ph.needs_cash_usd]) & (left - kept >= asked) & (p[row + ph.ordered] >= NEVER)
            p[row + ph.ordered] = where(now, float(t), p[row + ph.ordered])
            left = left - where(now, asked, 0.0)
        before = before & (p[row + ph.ordered] < NEVER)


def leased_share(p: np.ndarray) -> Number:
    """Share of a phase's capital that outside investors pay: none where there is no vehicle, or while it is in breach."""
    return where(p[k.vehicle_breach] > 0.0, 0.0, p[k.leased_frac] * p[k.it_share_of_phase_frac])


def build_phases(x: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Flows in the month of the extensions that have been ordered: payments by vendor terms, transfer at service with the unpaid rest
    as a payable, then charges.
    """
    p[k.leased_bill] = 0.0
    machines = p[k.it_share_of_phase_frac]
    power, network = least(p[k.power_share_of_phase_frac], 1.0 - machines), machines * p[k.network_frac_of_gpu]
    for j in range(dates[d.phases]):
        row = dates[d.phase_rows] + PHASE_SIZE * j
        if t >= dates[dates[d.phase_dates] + PHASE_DATE_SIZE * j]:
            age, used = t - p[row + ph.ordered], t - p[row + ph.ordered] - p[row + ph.lag]
            paid = p[row + ph.capex_usd] * _paid_share(p, row, age)
            pay = paid - p[row + ph.capex_usd] * _paid_share(p, row, age - 1.0)
            _strand(x, p, row, age)
            early, unpaid = where(used < 0.0, pay, 0.0), where(used == 0.0, p[row + ph.capex_usd] - paid + pay, 0.0)
            x[f.lab_pay_phase] += pay - early
            p[k.leased_bill] = p[k.leased_bill] + pay * leased_share(p)
            _class(x, p, row, 0, machines - network, early, unpaid, used)
            _class(x, p, row, 1, network, early, unpaid, used)
            _class(x, p, row, 2, 1.0 - machines - power, early, unpaid, used)
            _class(x, p, row, 3, power, early, unpaid, used)
    x[f.lab_salvage] = p[k.salvage_frac] * (x[f.lab_retire_gpu] + x[f.lab_retire_network])


def _strand(x: np.ndarray, p: np.ndarray, row: int, age: Number) -> None:
    """An order long past its planned lead is written down to its resale; if it ever serves, its machines carry the loss on."""
    last, lag = p[row + ph.last], p[row + ph.lag]
    lost = p[row + ph.capex_usd] * _paid_share(p, row, last) * (1.0 - p[k.stranded_resale_frac])
    x[f.lab_strand] += where(stranded(age, last, lag), lost, 0.0)
    x[f.lab_serve_stranded] += where((age == lag) & (lag > last), lost, 0.0)


def _class(x: np.ndarray, p: np.ndarray, row: int, n: int, share: Number, early: Number, unpaid: Number, used: Number) -> None:
    """One asset class of one phase, ``used`` months after service; machines are bought again in part at the end of each life."""
    step, life, again = CLASS_STEP * n, p[k.life_gpu + n], p[row + ph.capex_usd] * share
    x[f.lab_pay_gpu + step] += early * share
    x[f.lab_commit_phase_gpu + n] += unpaid * share
    charge = again / life
    for generation in range(GENERATIONS if n < 2 else 1):
        start = used - generation * life
        now = where(start == 0.0, again, 0.0)
        x[f.lab_serve_gpu + step] += now
        x[f.lab_depreciate_gpu + step] += where((start >= 0.0) & (start < life), charge, 0.0)
        x[f.lab_retire_gpu + step] += where(start == life, again, 0.0)
        if generation > 0:
            x[f.lab_pay_gpu + step] += now
        again, charge = again * p[k.refresh_frac], charge * p[k.refresh_frac]


def _paid_share(p: np.ndarray, row: int, age: Number) -> Number:
    """Share of an order paid ``age`` months after it: the deposit at once, the rest evenly over the lead."""
    spread = p[row + ph.deposit_frac] + (1.0 - p[row + ph.deposit_frac]) * between(age * p[row + ph.per_lead], 0.0, 1.0)
    return where(age < 0.0, 0.0, spread)


def depreciate_undisclosed(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    """Assets that the history implies but nobody named lose value evenly over their life."""
    gross, left = b[a.lab_undisclosed_assets], b[a.lab_undisclosed_assets] + b[a.lab_undisclosed_acc]
    x[f.lab_depreciate_undisclosed] = least(gross / p[k.undisclosed_life], most(left, 0.0))


def capitalise_interest(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    """Interest on debt up to what construction in progress ties up becomes cost of the building, and wears with it."""
    debt, cip = -q.held_interest_bearing(b), q.held_cip(b)
    x[f.lab_capitalise_interest] = between(ratio(cip, debt, 0.0), 0.0, 1.0) * x[f.lab_accrue_interest]
    pool = cip + q.paid(x) + q.committed(x)
    moved = p[k.capitalised_open] * between(q.served(x) / most(pool, 1.0), 0.0, 1.0)
    p[k.capitalised_open] = p[k.capitalised_open] + x[f.lab_capitalise_interest] - moved
    p[k.capitalised_served] = p[k.capitalised_served] + moved
    p[k.capitalised_charge] = p[k.capitalised_charge] + moved / p[k.life_building]
    charge = least(p[k.capitalised_charge], p[k.capitalised_served] - p[k.capitalised_charged])
    p[k.capitalised_charged] = p[k.capitalised_charged] + charge
    x[f.lab_serve_building] += moved
    x[f.lab_depreciate_building] += charge
