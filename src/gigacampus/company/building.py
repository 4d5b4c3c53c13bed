"""Orders, construction in progress, assets in service: committed ones by the campuses' dates, phases by the books'."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.accounts import ASSET_CLASSES
from gigacampus.company.bind import months_of
from gigacampus.company.books import NOT_YET, Books, service_month
from gigacampus.company.finance.impairment import stranded
from gigacampus.company.journal import a, f
from gigacampus.company.partner import reach
from gigacampus.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

PAY = [getattr(f, f"lab_pay_{c}") for c in ASSET_CLASSES]
SERVE = [getattr(f, f"lab_serve_{c}") for c in ASSET_CLASSES]
CHARGE = [getattr(f, f"lab_depreciate_{c}") for c in ASSET_CLASSES]
RETIRE = [getattr(f, f"lab_retire_{c}") for c in ASSET_CLASSES]
COMMIT_ROWS = [getattr(f, f"lab_commit_phase_{c}") for c in ("gpu", "network", "building", "power")]
DEBT = [getattr(a, f"lab_{k}") for k in ("notes", "term_loan", "delayed_draw", "vendor_financing", "policy_debt")]
CIP = [getattr(a, f"lab_cip_{c}") for c in (*ASSET_CLASSES, "written_down")]
COMMIT = {c: getattr(f, f"lab_commit_phase_{c}", -1) for c in ASSET_CLASSES}


def place_orders(s: Books) -> None:
    """Order the next phase of each campus when its day has come and the cash of the month before allows; never
    undo one.
    """
    cash, rules = reach(s), s.bound.company.orders
    healthy = (s.balance[a.lab_arrears] >= 0.0) & (s.t >= s.drivers.history_months)
    burn = np.maximum(s.recent_burn(), 0.0)
    left = cash - np.asarray(s.bound.company.cash_floor_usd)
    kept = np.asarray(rules.keep_months_of_burn) * burn
    for c, phases in enumerate(s.bound.phases):
        before = np.ones(s.n, dtype=bool)
        for k, phase in enumerate(phases):
            due = s.t >= s.drivers.months.index(phase.planned_order)
            own = capital(s, phase) * (1.0 - leased_share(s))
            deposit = own * phase.deposit_frac
            asked = deposit + np.asarray(rules.cover_frac) * (own - deposit)
            enough = (cash >= phase.needs_cash_usd) & (left - kept >= asked)
            now = healthy & before & due & enough & (s.ordered[c][k] == NOT_YET)
            s.ordered[c][k][now] = s.t
            left = left - np.where(now, asked, 0.0)
            before = before & (s.ordered[c][k] < NOT_YET)


def leased_share(s: Books) -> np.ndarray:
    """Share of a phase's capital that outside investors pay: none where there is no vehicle, or while it is in breach."""
    company = s.bound.company
    if company.vehicle.start is None:
        return np.zeros(s.n)
    share = np.asarray(company.orders.leased_frac) * np.asarray(company.assets.it_share_of_phase_frac)
    return np.where(s.lender["breach"] > 0.0, 0.0, share)


def capital(s: Books, phase: Any) -> np.ndarray:
    """What an order of the phase commits."""
    return np.asarray(phase.capex_usd) * np.asarray(s.bound.company.assets.phase_cost_factor)


def build(s: Books) -> None:
    """Flows of all assets in the month."""
    d, t, x = s.drivers.committed, s.t, s.flow
    s.leased_bill = np.zeros(s.n)
    x[PAY], x[SERVE], x[CHARGE], x[RETIRE] = d.pay[:, t], d.serve[:, t], d.depreciate[:, t], d.retire[:, t]
    for c, phases in enumerate(s.bound.phases):
        for k, phase in enumerate(phases):
            if np.any(s.ordered[c][k] <= t):
                _phase_flows(s, phase, s.ordered[c][k], service_month(s, c, k))
    salvage = s.bound.company.assets.salvage_frac
    x[f.lab_salvage] = salvage * (x[RETIRE[0]] + x[RETIRE[1]])


def class_shares(assets: Any) -> dict[str, Any]:
    """How a phase's capital splits over asset classes; sums to one."""
    it, power = np.asarray(assets.it_share_of_phase_frac), np.asarray(assets.power_share_of_phase_frac)
    power = np.minimum(power, 1.0 - it)
    network = it * assets.network_frac_of_gpu
    return {"gpu": it - network, "network": network, "building": 1.0 - it - power, "power": power}


def _phase_flows(s: Books, phase: Any, ordered: np.ndarray, service: np.ndarray) -> None:
    """Payments by vendor terms, transfer at service with the unpaid rest as a payable, then straight-line charges."""
    x, t, assets = s.flow, s.t, s.bound.company.assets
    capex, deposit = capital(s, phase), np.asarray(phase.deposit_frac)
    lead = months_of(phase.lead_days + s.bound.company.orders.terms_days, MONTHS_PER_YEAR / DAYS_PER_YEAR)
    age = t - ordered
    paid = capex * _paid_share(age, deposit, lead)
    pay = paid - capex * _paid_share(age - 1, deposit, lead)
    open_, serving = service > t, service == t
    x[f.lab_pay_phase] += np.where(open_, 0.0, pay)
    s.leased_bill = s.leased_bill + pay * leased_share(s)
    unpaid = np.where(serving, capex - paid + pay, 0.0)
    _strand(s, phase, age, service - ordered, capex * _paid_share(strand_age(s, phase), deposit, lead))
    for name, share in class_shares(assets).items():
        i = ASSET_CLASSES.index(name)
        x[PAY[i]] += np.where(open_, pay, 0.0) * share
        x[COMMIT[name]] += unpaid * share
        _wear(s, i, capex * share, t - service)


def _strand(s: Books, phase: Any, age: np.ndarray, lag: np.ndarray, paid: np.ndarray) -> None:
    """An order long past its planned lead is written down to its resale; if it ever serves, its machines carry the loss on."""
    last = strand_age(s, phase)
    lost = paid * (1.0 - np.asarray(s.bound.company.assets.stranded_resale_frac))
    s.flow[f.lab_strand] += np.where(stranded(age=age, last=last, lag=lag), lost, 0.0)
    s.flow[f.lab_serve_stranded] += np.where((age == lag) & (lag > last), lost, 0.0)


def strand_age(s: Books, phase: Any) -> np.ndarray:
    """Months after its order at which an extension that does not serve counts as stranded."""
    lead = months_of(phase.lead_days, MONTHS_PER_YEAR / DAYS_PER_YEAR)
    return lead + months_of(s.bound.company.assets.stranded_months)


def _wear(s: Books, i: int, cost: np.ndarray, used: np.ndarray) -> None:
    """Service, straight-line charges and retirement of one class of a phase; machines are bought again in part at each end."""
    x, assets, name = s.flow, s.bound.company.assets, ASSET_CLASSES[i]
    life = months_of(getattr(assets, f"{name}_life_years"), MONTHS_PER_YEAR)
    refresh = assets.refresh_frac if name in ("gpu", "network") else 0.0
    again, start = cost, used
    for generation in range(4):
        x[SERVE[i]] += np.where(start == 0, again, 0.0)
        x[CHARGE[i]] += np.where((start >= 0) & (start < life), again / life, 0.0)
        x[RETIRE[i]] += np.where(start == life, again, 0.0)
        if generation:
            x[PAY[i]] += np.where(start == 0, again, 0.0)
        again, start = again * refresh, start - life
        if not np.any(start >= 0) or not np.any(again > 0.0):
            break


def _paid_share(age: np.ndarray, deposit: np.ndarray, lead: np.ndarray) -> np.ndarray:
    """Share of an order paid ``age`` months after it: the deposit at once, the rest evenly over the lead."""
    return np.where(age < 0, 0.0, deposit + (1.0 - deposit) * np.clip(age / lead, 0.0, 1.0))


def depreciate_undisclosed(s: Books) -> None:
    """Assets that the history implies but nobody named lose value evenly over their life."""
    life = months_of(s.bound.company.assets.undisclosed_life_years, MONTHS_PER_YEAR)
    gross, worn = s.balance[a.lab_undisclosed_assets], -s.balance[a.lab_undisclosed_acc]
    x = s.flow
    x[f.lab_depreciate_undisclosed] = np.minimum(gross / life, np.maximum(gross - worn, 0.0))


def capitalise_interest(s: Books) -> None:
    """Interest on debt up to what construction in progress ties up becomes cost of the building, and wears with it."""
    x, held = s.flow, s.capitalised
    debt = -s.balance[DEBT].sum(axis=0)
    cip = s.balance[CIP].sum(axis=0)
    share = np.clip(np.divide(cip, debt, out=np.zeros(s.n), where=debt > 0), 0.0, 1.0)
    x[f.lab_capitalise_interest] = share * x[f.lab_accrue_interest]
    served = x[SERVE].sum(axis=0)
    pool = cip + x[PAY].sum(axis=0) + x[COMMIT_ROWS].sum(axis=0)
    moved = held[0] * np.clip(np.divide(served, pool, out=np.zeros(s.n), where=pool > 0), 0.0, 1.0)
    held[0] += x[f.lab_capitalise_interest] - moved
    held[1] += moved
    held[3] += moved / months_of(s.bound.company.assets.building_life_years, MONTHS_PER_YEAR)
    charge = np.minimum(held[3], held[1] - held[2])
    held[2] += charge
    x[f.lab_serve_building] += moved
    x[f.lab_depreciate_building] += charge
