"""Opening and closing of the books: the first balance, what a month looks up, posting, and what is carried on."""

from __future__ import annotations

from collections.abc import Sequence

from gigacampus.company.ledger import balance_sums, statement_sums
from gigacampus.company.ledger.accounts import Balances
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.post_flows import post
from gigacampus.company.ledger.scalar_ops import Number, at, between, least, most, rule, where
from gigacampus.company.ledger.state_layout import (
    DELAYED_DRAW,
    NOTES,
    TERM_LOAN,
    VENDOR_FINANCING,
    Dates,
    Draw,
    Job,
    Loan,
    Phase,
    PhaseStep,
    Physics,
)
from gigacampus.foundation.units import MONTHS_PER_YEAR


@rule
def open_books(draw: Draw, loans: Sequence[Loan]) -> None:
    """Write the opening balance: cash, what is owed, paid-in capital, and the deficit that closes it.

    Committed assets stand in the balances already (``committed_assets.open_plant``).
    """
    balances, terms = draw.balances, draw.terms
    balances.lab_cash = terms.opening_cash_usd
    balances.lab_preferred_opening = -terms.opening_paid_in_usd
    if draw.dates.platform_on == 1:
        platform = terms.platform
        balances.platform_cash, balances.platform_plant = platform.opening_cash_usd, platform.opening_plant_usd
        balances.platform_goodwill = platform.goodwill_usd
    for loan in loans:
        _open_loan(balances, draw.dates, loan)
    balances.lab_opening_deficit = -balance_sums.held_lab(balances)
    balances.platform_paid_in = -balance_sums.held_platform(balances)
    draw.state.tax.old_nol_usd = terms.opening_nol_usd


@rule
def _open_loan(balances: Balances, dates: Dates, loan: Loan) -> None:
    """What is left at the start of an instrument drawn before it."""
    age = -loan.drawn_month
    if age <= 0 or (loan.of_platform == 1 and dates.platform_on == 0):
        return
    repaid = between((age - 1 - loan.interest_only_months) * loan.repaid_per_month_frac, 0.0, 1.0)
    drawn = least(age * loan.drawn_per_month_frac, 1.0)
    left = loan.principal_usd * (drawn - (1.0 - loan.refinanced_frac) * repaid)
    if loan.of_platform == 1:
        if loan.kind == NOTES:
            balances.platform_notes += -left
        elif loan.kind == TERM_LOAN:
            balances.platform_term_loan += -left
    elif loan.kind == NOTES:
        balances.lab_notes += -left
    elif loan.kind == TERM_LOAN:
        balances.lab_term_loan += -left
    elif loan.kind == DELAYED_DRAW:
        balances.lab_delayed_draw += -left
    elif loan.kind == VENDOR_FINANCING:
        balances.lab_vendor_financing += -left


@rule
def grow(draw: Draw, jobs: Sequence[Job], t: int) -> None:
    """Move every level by its factor of a month, and the rent of compute by what is drawn month by month."""
    levels, operations = draw.state.levels, draw.state.operations
    if t > 0:
        _grow_levels(draw)
        for job in jobs:
            job.headcount = job.headcount * job.growth
    operations.rent_before_usd_per_mw_month = operations.rent_usd_per_mw_month
    operations.rent_usd_per_mw_month = levels.rent_usd_per_mw_month * draw.paths.rent_factor


@rule
def _grow_levels(draw: Draw) -> None:
    levels, growth = draw.state.levels, draw.terms.growth
    levels.inflation = levels.inflation * growth.inflation
    levels.arpu_usd_per_month = levels.arpu_usd_per_month * growth.arpu
    levels.token_price = levels.token_price * growth.token_price
    levels.rent_usd_per_mw_month = levels.rent_usd_per_mw_month * growth.rent
    levels.gas_usd_per_mmbtu = levels.gas_usd_per_mmbtu * growth.gas
    levels.pre_money_usd = levels.pre_money_usd * growth.pre_money
    if draw.dates.platform_on == 1:
        sales, platform = draw.state.platform_levels, draw.terms.platform
        sales.advertising_usd = sales.advertising_usd * platform.advertising_growth
        sales.subscriptions_usd = sales.subscriptions_usd * platform.subscriptions_growth


@rule
def look_up(physics: Physics, world: Physics, steps: Sequence[PhaseStep], phases: Sequence[Phase], t: int) -> None:
    """The month's physics with the phases that are complete at its start, in order."""
    _copy(physics, world)
    campus, ready = -1, 1.0
    for j in range(len(phases)):
        phase = phases[j]
        if phase.campus != campus:
            campus, ready = phase.campus, 1.0
        ready = where(phase.ordered_month + phase.lead_months <= t, ready, 0.0)
        phase.in_service = ready
        _add_step(physics, steps[j], ready)


@rule
def _copy(physics: Physics, world: Physics) -> None:
    physics.it_mw, physics.it_installed_mw = world.it_mw, world.it_installed_mw
    physics.accelerators = world.accelerators
    physics.fuel_mmbtu, physics.grid_bill_usd = world.fuel_mmbtu, world.grid_bill_usd
    physics.accelerator_hours, physics.training_flop = world.accelerator_hours, world.training_flop
    physics.capacity_tokens, physics.hours_needed = world.capacity_tokens, world.hours_needed
    physics.paying_users, physics.tokens_demanded = world.paying_users, world.tokens_demanded
    physics.tokens_from_cars, physics.tokens_from_robots = world.tokens_from_cars, world.tokens_from_robots
    physics.tokens_from_agents, physics.water_usd = world.tokens_from_agents, world.water_usd
    physics.exposure_usd = world.exposure_usd


@rule
def _add_step(physics: Physics, step: PhaseStep, ready: Number) -> None:
    physics.it_mw += ready * step.it_mw
    physics.fuel_mmbtu += ready * step.fuel_mmbtu
    physics.grid_bill_usd += ready * step.grid_bill_usd
    physics.accelerator_hours += ready * step.accelerator_hours
    physics.training_flop += ready * step.training_flop
    physics.capacity_tokens += ready * step.capacity_tokens
    physics.hours_needed += ready * step.hours_needed
    physics.it_installed_mw += ready * step.it_installed_mw
    physics.accelerators += ready * step.accelerators


@rule
def owed(balance: Number) -> Number:
    """What is owed on a liability, given its debit-positive balance; never less than nothing, so that a cent of rounding on the wrong
    side is not paid a second time.
    """
    return most(-balance, 0.0)


@rule
def recent_burn(draw: Draw, t: int) -> Number:
    """Mean monthly fall of cash before new money over the months that the raise policy looks at."""
    burnt = draw.timeline.burnt_usd
    span = least(draw.terms.burn_span_months, float(t))
    return (at(burnt, t - span) - burnt[t]) / most(span, 1.0)


@rule
def free_cash(flows: Flows) -> Number:
    """Cash of operations and investing, less rent of leases."""
    return statement_sums.lab_operating(flows) + statement_sums.lab_investing(flows) - flows.lab_pay_lease


@rule
def close(draw: Draw, t: int) -> None:
    """Post the month's flows and keep its free cash."""
    post(draw.balances, draw.flows)
    burnt = draw.timeline.burnt_usd
    burnt[t + 1] = burnt[t] + free_cash(draw.flows)


@rule
def tax_year(dates: Dates, t: int) -> int:
    """Calendar years since that of the first month."""
    return (dates.first_calendar_month + t) // MONTHS_PER_YEAR
