"""The rules of a month in their order: every flow from the books of the month before, posted."""

from __future__ import annotations

from collections.abc import Sequence

from gigacampus.company.ledger.capex import build_phases, capitalise_interest, depreciate_undisclosed, place_orders
from gigacampus.company.ledger.committed_assets import build_committed, open_plant
from gigacampus.company.ledger.financing import plug, raise_by_policy, service_debt, take_rounds
from gigacampus.company.ledger.impairment import carry_machines
from gigacampus.company.ledger.income_tax import settle
from gigacampus.company.ledger.lease_vehicle import run_vehicle
from gigacampus.company.ledger.merged_affiliate import join
from gigacampus.company.ledger.operations import carry_forward, deliver, explain_history, sell, spend
from gigacampus.company.ledger.platform import run_platform
from gigacampus.company.ledger.posting import grow, look_up, open_books
from gigacampus.company.ledger.scalar_ops import rule
from gigacampus.company.ledger.state_layout import Draw, Lists, PhaseStep, Physics, PlantCost
from gigacampus.company.ledger.tenants import let_machines


@rule
def open_ledger(draw: Draw, lists: Lists, cost: PlantCost) -> None:
    """Balances at the start of the first month."""
    open_plant(draw, cost)
    open_books(draw, lists.loans)


@rule
def month(draw: Draw, lists: Lists, cost: PlantCost, world: Physics, steps: Sequence[PhaseStep], t: int) -> None:
    """Write the month's flows: interest and contractual debt, orders from last month's cash, physics of the phases in service, assets,
    revenue and cost, affiliates, known rounds, the raise policy, tax, then the revolver.

    Every feedback passes through a balance of the month before; nothing iterates. ``world`` is the physics of the month without
    extensions, ``steps`` what each extension adds.
    """
    dates = draw.dates
    reported = t < dates.history_months
    grow(draw, lists.jobs, t)
    place_orders(draw, lists.phases, t)
    look_up(draw.physics, world, steps, lists.phases, t)
    let_machines(draw, lists.tenants, t)
    deliver(draw)
    service_debt(draw, lists.loans, t)
    build_committed(draw, cost, t)
    build_phases(draw, lists.phases, t)
    depreciate_undisclosed(draw)
    capitalise_interest(draw)
    sell(draw, lists.quarters, t)
    spend(draw, lists.jobs, lists.quarters, t)
    if dates.platform_on == 1:
        run_platform(draw)
    if not reported:
        carry_forward(draw, t)
        if t >= dates.vehicle_start:
            run_vehicle(draw, t)
    carry_machines(draw, t)
    join(draw, lists.mergers, t)
    take_rounds(draw, lists.rounds, t)
    raise_by_policy(draw, t)
    if reported:
        explain_history(draw, lists.quarters, t)
    settle(draw, t)
    plug(draw, lists.mergers, t)
