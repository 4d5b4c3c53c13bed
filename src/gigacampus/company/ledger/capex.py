"""Orders, construction in progress, assets in service: committed ones by the campuses' dates, phases by the books'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gigacampus.company.finance.impairment import stranded
from gigacampus.company.ledger import balance_sums, flow_sums
from gigacampus.company.ledger.merged_affiliate import reach
from gigacampus.company.ledger.posting import recent_burn
from gigacampus.company.ledger.scalar_ops import Number, between, least, most, ratio, rule, where
from gigacampus.company.ledger.state_layout import NEVER, Draw, Phase

PURCHASES_MAX = 4
"""How often the machines of a phase may be bought, the first time counted."""


class ClassFlows(NamedTuple):
    """Flows of one asset class in the month: paid, entered service, depreciated, retired."""

    paid: Number
    served: Number
    charged: Number
    retired: Number


@rule
def place_orders(draw: Draw, phases: Sequence[Phase], t: int) -> None:
    """Order the next phase of each campus when its day has come and the cash of the month before allows; never undo one."""
    if t < draw.dates.history_months:
        return
    terms = draw.terms
    cash, campus = reach(draw), -1
    healthy = draw.balances.lab_arrears >= 0.0
    left = cash - terms.cash_floor_usd
    kept = terms.keep_months_of_burn * most(recent_burn(draw, t), 0.0)
    before = healthy
    for phase in phases:
        if phase.campus != campus:
            campus, before = phase.campus, healthy
        if t >= phase.planned_month:
            own = phase.capex_usd * (1.0 - leased_share(draw))
            deposit = own * phase.deposit_frac
            asked = deposit + terms.cover_frac * (own - deposit)
            now = before & (cash >= phase.needs_cash_usd) & (left - kept >= asked) & (phase.ordered_month >= NEVER)
            phase.ordered_month = where(now, float(t), phase.ordered_month)
            left = left - where(now, asked, 0.0)
        before = before & (phase.ordered_month < NEVER)


@rule
def leased_share(draw: Draw) -> Number:
    """Share of a phase's capital that outside investors pay: none where there is no vehicle, or while it is in breach."""
    return where(draw.state.lease.in_breach > 0.0, 0.0, draw.terms.vehicle.leased_frac * draw.terms.it_share_of_phase_frac)


@rule
def build_phases(draw: Draw, phases: Sequence[Phase], t: int) -> None:
    """Flows in the month of the extensions that have been ordered: payments by vendor terms, transfer at service with the unpaid rest
    as a payable, then charges.
    """
    flows, terms, construction = draw.flows, draw.terms, draw.state.construction
    construction.leased_bill_usd = 0.0
    for phase in phases:
        if t >= phase.planned_month:
            age, used = t - phase.ordered_month, t - phase.ordered_month - phase.lead_months
            paid = phase.capex_usd * _paid_share(phase, age)
            pay = paid - phase.capex_usd * _paid_share(phase, age - 1.0)
            _strand(draw, phase, age)
            early, unpaid = where(used < 0.0, pay, 0.0), where(used == 0.0, phase.capex_usd - paid + pay, 0.0)
            flows.lab_pay_orders += pay - early
            construction.leased_bill_usd = construction.leased_bill_usd + pay * leased_share(draw)
            _build_machines(draw, phase.capex_usd, early, unpaid, used)
            _build_halls(draw, phase.capex_usd, early, unpaid, used)
    flows.lab_salvage = terms.salvage_frac * (flows.lab_retire_gpu + flows.lab_retire_network)


@rule
def _build_machines(draw: Draw, capex_usd: Number, early: Number, unpaid: Number, used: Number) -> None:
    """Accelerators and network of one phase, ``used`` months after service."""
    flows, terms = draw.flows, draw.terms
    network = terms.it_share_of_phase_frac * terms.network_frac_of_gpu
    gpu = terms.it_share_of_phase_frac - network
    flows.lab_commit_gpu += unpaid * gpu
    before = ClassFlows(flows.lab_pay_gpu + early * gpu, flows.lab_serve_gpu, flows.lab_depreciate_gpu, flows.lab_retire_gpu)
    after = _class_month(before, capex_usd * gpu, used, terms.gpu_life_months, terms.refresh_frac, PURCHASES_MAX)
    flows.lab_pay_gpu, flows.lab_serve_gpu = after.paid, after.served
    flows.lab_depreciate_gpu, flows.lab_retire_gpu = after.charged, after.retired
    flows.lab_commit_network += unpaid * network
    paid = flows.lab_pay_network + early * network
    before = ClassFlows(paid, flows.lab_serve_network, flows.lab_depreciate_network, flows.lab_retire_network)
    after = _class_month(before, capex_usd * network, used, terms.network_life_months, terms.refresh_frac, PURCHASES_MAX)
    flows.lab_pay_network, flows.lab_serve_network = after.paid, after.served
    flows.lab_depreciate_network, flows.lab_retire_network = after.charged, after.retired


@rule
def _build_halls(draw: Draw, capex_usd: Number, early: Number, unpaid: Number, used: Number) -> None:
    """Building and power of one phase, ``used`` months after service; neither is bought again."""
    flows, terms = draw.flows, draw.terms
    power = least(terms.power_share_of_phase_frac, 1.0 - terms.it_share_of_phase_frac)
    building = 1.0 - terms.it_share_of_phase_frac - power
    flows.lab_commit_building += unpaid * building
    paid = flows.lab_pay_building + early * building
    before = ClassFlows(paid, flows.lab_serve_building, flows.lab_depreciate_building, flows.lab_retire_building)
    after = _class_month(before, capex_usd * building, used, terms.building_life_months, terms.refresh_frac, 1)
    flows.lab_pay_building, flows.lab_serve_building = after.paid, after.served
    flows.lab_depreciate_building, flows.lab_retire_building = after.charged, after.retired
    flows.lab_commit_power += unpaid * power
    paid = flows.lab_pay_power + early * power
    before = ClassFlows(paid, flows.lab_serve_power, flows.lab_depreciate_power, flows.lab_retire_power)
    after = _class_month(before, capex_usd * power, used, terms.power_life_months, terms.refresh_frac, 1)
    flows.lab_pay_power, flows.lab_serve_power = after.paid, after.served
    flows.lab_depreciate_power, flows.lab_retire_power = after.charged, after.retired


@rule
def _class_month(
    before: ClassFlows, cost_usd: Number, used: Number, life_months: Number, refresh_frac: Number, purchases: int
) -> ClassFlows:
    """Flows of a class with those of one phase added, ``used`` months after service; machines are bought again in part at the end of
    each life.
    """
    paid, served, charged, retired = before
    again, charge = cost_usd, cost_usd / life_months
    for generation in range(purchases):
        start = used - generation * life_months
        now = where(start == 0.0, again, 0.0)
        served = served + now
        charged = charged + where((start >= 0.0) & (start < life_months), charge, 0.0)
        retired = retired + where(start == life_months, again, 0.0)
        if generation > 0:
            paid = paid + now
        again, charge = again * refresh_frac, charge * refresh_frac
    return ClassFlows(paid, served, charged, retired)


@rule
def _strand(draw: Draw, phase: Phase, age: Number) -> None:
    """An order long past its planned lead is written down to its resale; if it ever serves, its machines carry the loss on."""
    last, lag = phase.stranded_after_months, phase.lead_months
    lost = phase.capex_usd * _paid_share(phase, last) * (1.0 - draw.terms.stranded_resale_frac)
    draw.flows.lab_strand += where(stranded(age, last, lag), lost, 0.0)
    draw.flows.lab_serve_stranded += where((age == lag) & (lag > last), lost, 0.0)


@rule
def _paid_share(phase: Phase, age: Number) -> Number:
    """Share of an order paid ``age`` months after it: the deposit at once, the rest evenly over the lead."""
    spread = phase.deposit_frac + (1.0 - phase.deposit_frac) * between(age * phase.paid_per_month_frac, 0.0, 1.0)
    return where(age < 0.0, 0.0, spread)


@rule
def depreciate_undisclosed(draw: Draw) -> None:
    """Assets that the history implies but nobody named lose value evenly over their life."""
    gross = draw.balances.lab_undisclosed_assets
    left = gross + draw.balances.lab_undisclosed_acc
    draw.flows.lab_depreciate_undisclosed = least(gross / draw.terms.undisclosed_life_months, most(left, 0.0))


@rule
def capitalise_interest(draw: Draw) -> None:
    """Interest on debt up to what construction in progress ties up becomes cost of the building, and wears with it."""
    flows, construction = draw.flows, draw.state.construction
    debt, cip = -balance_sums.held_interest_bearing(draw.balances), balance_sums.held_cip(draw.balances)
    flows.lab_capitalise_interest = between(ratio(cip, debt, 0.0), 0.0, 1.0) * flows.lab_accrue_interest
    pool = cip + flow_sums.paid(flows) + flow_sums.committed(flows)
    moved = construction.interest_open_usd * between(flow_sums.served(flows) / most(pool, 1.0), 0.0, 1.0)
    construction.interest_open_usd = construction.interest_open_usd + flows.lab_capitalise_interest - moved
    construction.interest_served_usd = construction.interest_served_usd + moved
    construction.interest_charge_usd = construction.interest_charge_usd + moved / draw.terms.building_life_months
    charge = least(construction.interest_charge_usd, construction.interest_served_usd - construction.interest_charged_usd)
    construction.interest_charged_usd = construction.interest_charged_usd + charge
    flows.lab_serve_building += moved
    flows.lab_depreciate_building += charge
