"""Simulation of a chunk of draws through all months, its rules interpreted on all draws at once or compiled draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import numpy as np

from gigacampus.company.ledger.accounts import Balances
from gigacampus.company.ledger.compile_policy import compiling_pays, interpreted_so_far, loading_pays, rules_loaded
from gigacampus.company.ledger.draw_binding import Bound
from gigacampus.company.ledger.journal import FLOWS, Flows
from gigacampus.company.ledger.monthly_rules import month, open_ledger
from gigacampus.company.ledger.monthly_series import LEAN, RECORDED, Series, record
from gigacampus.company.ledger.parameter_table import Terms
from gigacampus.company.ledger.posting import close
from gigacampus.company.ledger.records import Columns, blank, columns, dtype_of, hints_of, plain, store
from gigacampus.company.ledger.scenario_lists import ListTables
from gigacampus.company.ledger.simulation_inputs import SimulationInputs
from gigacampus.company.ledger.state_layout import (
    Dates,
    Draw,
    FundingRound,
    Job,
    Lists,
    Loan,
    Merger,
    Paths,
    Phase,
    PhaseStep,
    Physics,
    PlantCost,
    ReportedQuarter,
    SimulationOutput,
    State,
    Tenant,
    Timeline,
)
from gigacampus.foundation.calendar import MONTHS_MAX


@dataclass(frozen=True)
class Books:
    """The closed books of one chunk of draws."""

    balance: np.ndarray
    """Debit-positive, (account, draw)."""
    terms: np.ndarray
    """``Terms`` of each draw."""
    state: np.ndarray
    """``State`` of each draw after the last month."""
    phases: np.ndarray
    """``Phase`` (draw, phase)."""

    def carried(self, name: str) -> np.ndarray:
        """A field of the state by its dotted name; (draw)."""
        held: np.ndarray = reduce(lambda held, part: held[part], name.split("."), self.state)
        return held

    def ordered(self, phase: int) -> np.ndarray:
        """Month in which a phase (counted over all campuses) was ordered; (draw)."""
        return self.phases["ordered_month"][:, phase].astype(int)


def takes_compiled(draws: int, months: int, simulations: int = 1) -> bool:
    """Whether compiled rules are taken: this process holds them, they are kept and worth loading, or they are worth compiling."""
    if rules_loaded.is_set() or compiling_pays(draws, months, simulations):
        return True
    if not loading_pays(draws, months, simulations, interpreted_so_far.months):
        return False
    from gigacampus.company.ledger.kernels import are_kept

    return are_kept()


def simulate(
    bound: Bound,
    inputs: SimulationInputs,
    *,
    may_raise: bool = True,
    keep_flows: bool = False,
    lean: bool = False,
    merged: bool = True,
    interpreted: bool | None = None,
) -> tuple[dict[str, np.ndarray], Books]:
    """All months of one chunk of draws. Returns the recorded series by (month, draw), and the closed books.

    ``lean`` records what a runway needs and nothing else, without ``merged`` no merger happens.

    ``interpreted`` runs the rules on all draws at once instead of compiled draw by draw; both give the same bytes. Unless told,
    compiled rules are taken where that costs less (``compile_policy.py``).
    """
    n, months = bound.n, inputs.months.count
    if months > MONTHS_MAX:
        raise ValueError(f"{months} months are more than the {MONTHS_MAX} that the books are made for")
    dates = inputs.dates.copy()
    dates["may_raise"], dates["may_merge"], dates["lean"] = may_raise, merged, lean
    names = LEAN if lean else RECORDED
    out = SimulationOutput(
        np.zeros(n, dtype_of(Balances)),
        inputs.state.copy(),
        inputs.lists.phases.copy(),
        np.empty((len(names), n, months)),
        np.zeros((len(bound.phases), n, months)),
        np.zeros((2, inputs.lists.tenants.shape[1], n, months)),
        np.empty((n, months if keep_flows else 0, len(FLOWS))),
    )
    if interpreted is None:
        interpreted = not takes_compiled(n, months)
    if not interpreted:
        from gigacampus.company.ledger.kernels import simulate_draws

        simulate_draws(inputs, dates, out)
    else:
        interpreted_so_far.add(n, months)
        _interpret(inputs, dates, out)
    series = {name: out.series[i].T for i, name in enumerate(names)}
    series["realised_phase"] = out.in_service.transpose(2, 0, 1)
    series["tenant_it_mw"], series["tenant_rent_usd"] = (part.transpose(2, 0, 1) for part in out.leases)
    if keep_flows:
        series["flows"] = out.flows.transpose(1, 2, 0)
    return series, Books(plain(out.balances).T, inputs.terms, out.state, out.phases)


def _interpret(inputs: SimulationInputs, dates: np.ndarray, out: SimulationOutput) -> None:
    """Run the rules month by month on all draws at once."""
    n, months = inputs.world.size, inputs.months.count
    flows, flow_values = blank(Flows, n)
    balances, balance_values = blank(Balances, n)
    physics, _ = blank(Physics, n)
    series, series_values = blank(Series, n)
    terms, state, when = columns(Terms, inputs.terms), columns(State, inputs.state), columns(Dates, dates)
    lists, cost, timeline = _lists(inputs.lists), plant_cost(inputs), _timeline(n, months)
    for t in range(months):
        flow_values[:] = 0.0
        draw = Draw(flows, balances, terms, state, physics, columns(Paths, inputs.paths[:, t]), timeline, when)
        if t == 0:
            open_ledger(draw, lists, cost)
        steps = inputs.physics.steps[inputs.world, t]
        world = columns(Physics, inputs.physics.base[inputs.world, t])
        month(draw, lists, cost, world, [columns(PhaseStep, steps[:, j]) for j in range(steps.shape[1])], t)
        cash_before_usd = balances.lab_cash + 0.0
        close(draw, t)
        record(series, draw, lists.mergers, cash_before_usd, t)
        out.series[:, :, t] = series_values[: len(out.series)]
        for phase in lists.phases:
            out.in_service[phase.campus, :, t] += phase.in_service
        for j, tenant in enumerate(lists.tenants):
            out.leases[0, j, :, t], out.leases[1, j, :, t] = tenant.let_mw, tenant.bill_usd
        if out.flows.shape[1]:
            out.flows[:, t] = flow_values.T
    plain(out.balances)[:] = balance_values.T
    store(state, out.state)
    for j, phase in enumerate(lists.phases):
        store(phase, out.phases[:, j])


def _lists(tables: ListTables) -> Lists:
    def each(kind: Any, table: np.ndarray) -> Any:
        return [columns(kind, table[:, j]) for j in range(table.shape[1])]

    return Lists(
        each(Phase, tables.phases),
        each(FundingRound, tables.rounds),
        each(Loan, tables.loans),
        each(Job, tables.jobs),
        each(Tenant, tables.tenants),
        each(Merger, tables.mergers),
        each(ReportedQuarter, tables.quarters),
    )


def plant_cost(inputs: SimulationInputs) -> PlantCost:
    """Cost of committed assets by (class, month, draw)."""
    by_draw = inputs.cost[inputs.case].transpose(1, 2, 3, 0)
    return PlantCost(by_draw[0], by_draw[1])


def _timeline(draws: int, months: int) -> Timeline:
    """Series of a simulation's months and tax years, all zero; (month, draw)."""
    lengths = {name: min(hint.__metadata__[1], months + 2) for name, hint in hints_of(Timeline).items()}
    return cast(Timeline, Columns({name: np.zeros((length, draws)) for name, length in lengths.items()}))


def opening(inputs: SimulationInputs) -> np.ndarray:
    """Opening balances; (account, draw)."""
    n, months = inputs.world.size, inputs.months.count
    balances, values = blank(Balances, n)
    terms, state, when = columns(Terms, inputs.terms), columns(State, inputs.state), columns(Dates, inputs.dates)
    paths, (flows, _), (physics, _) = columns(Paths, inputs.paths[:, 0]), blank(Flows, n), blank(Physics, n)
    draw = Draw(flows, balances, terms, state, physics, paths, _timeline(n, months), when)
    open_ledger(draw, _lists(inputs.lists), plant_cost(inputs))
    return values
