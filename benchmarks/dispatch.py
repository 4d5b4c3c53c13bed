"""CPU seconds and cost of the solvers of dispatch on one year of one site, beside PyPSA where it is installed.

Run from the root of the repository: ``PYTHONPATH=src python benchmarks/dispatch.py [--hours 8760] [--peer]``. The site: 900 MW of mean
load, 500 MW of grid at an hourly price, 40 units of 16 MW with a lowest load of a half, costs of no load and of starts, 150 MW / 600 MWh,
unmet load at 5,000 USD/MWh. ``--peer`` needs ``pip install pypsa``: a general network tool with one column a unit, whose model has
features that ours lacks; its year of whole units is 52 times a week.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gigacampus.power.dispatch.dynamic_programme import solve_dp
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import Dispatch, Permit, Problem, Storage, UnitClass, objective_usd
from gigacampus.schema.power import TariffEntry

GAS_USD, FULL_MMBTU, UNITS, MW = 3.5, 10.5, 40, 16.0
WEEK_H = 168
EXACT = Choices(integer=True, time_limit_s=3600.0)
ALL_CONSTRAINTS = Choices(integer=True, gap_frac=5e-3, time_limit_s=3600.0)
"""Limits are of wall time, rows of processor time: a busy machine ends neither."""


def site(hours: int, parts: tuple[int, ...] = (UNITS,)) -> Problem:
    """The year; ``parts`` splits the units into classes whose fuel differs by two parts in a hundred."""
    rng, h = np.random.default_rng(7), np.arange(hours)
    load = 900.0 + 30.0 * np.sin(2 * np.pi * (h - 9) / 24) + 25.0 * np.sin(2 * np.pi * (h - 2200) / 8760) + rng.normal(0, 8, hours)
    daily = 1.0 + 0.35 * np.sin(2 * np.pi * (h - 10) / 24)
    price = np.clip(38.0 * daily * np.exp(rng.normal(0, 0.35, hours)), 2.0, 400.0)
    warm = 15.0 + 10.0 * np.sin(2 * np.pi * (h - 2600) / 8760) + 5.0 * np.sin(2 * np.pi * (h - 9) / 24)
    derate = np.clip(1.0 - 0.006 * (warm - 15.0), 0.8, 1.08)
    classes = tuple(
        UnitClass(
            key=f"class{k}",
            unit_mw=MW * derate,
            full_mmbtu_per_mwh=np.full(hours, FULL_MMBTU * (1.0 + 0.02 * k)),
            count=np.full(hours, float(count)),
            min_load_frac=0.5,
            part_load=(1.2, 1.07),
            start_usd=1000.0,
            nox_kg_per_mmbtu=0.0033,
            permit="air",
        )
        for k, count in enumerate(parts)
    )
    storage = Storage(np.full(hours, 150.0), np.full(hours, 600.0), 0.92**0.5, 0.0)
    flat = TariffEntry(energy_usd_per_mwh=0.0)
    return Problem(load, np.full(hours, 500.0), price, flat, GAS_USD, 5000.0, classes=classes, storage=storage)


def constrained(hours: int) -> Problem:
    """Three classes with minimum times, a reserve for the loss of a unit, demand charges with a ratchet, tonnes of a permit."""
    given = site(hours, (16, 14, 10))
    tariff = TariffEntry(energy_usd_per_mwh=0.0, demand_usd_per_kw_month=8.0, ratchet_frac=0.7)
    classes = tuple(replace(u, min_up_h=4, min_down_h=3) for u in given.classes)
    permit = Permit("air", nox_kg_per_year=130_000.0 * hours / 8760)
    return replace(given, tariff=tariff, classes=classes, n_minus_1=True, permits=(permit,))


def timed(name: str, problem: Problem, run: Callable[[Problem], Dispatch]) -> tuple[float, float]:
    """Print and return CPU seconds of building and solving, and the cost that all solvers are judged by."""
    began = time.process_time()
    found = run(problem)
    seconds, usd = time.process_time() - began, objective_usd(problem, found)
    gap = f", bound {found.bound_usd:,.0f} ({(usd - found.bound_usd) / usd:.3%} below)" if np.isfinite(found.bound_usd) else ""
    print(f"{name:<46}{seconds:9.3f} CPU s  {usd:14,.0f} USD{gap} {found.note}", flush=True)
    return seconds, usd


def peer(problem: Problem, committable: bool) -> tuple[float, float]:
    """CPU seconds of PyPSA's build and solve, and its objective: the same costs, but all units may run in the first hour unstarted."""
    import pypsa

    units, storage = problem.classes[0], problem.storage
    assert storage is not None
    began = time.process_time()
    net = pypsa.Network(snapshots=range(problem.hours))
    net.add("Bus", "site")
    net.add("Load", "load", bus="site", p_set=problem.load_mw)
    net.add("Generator", "grid", bus="site", p_nom=500.0, marginal_cost=problem.energy_usd_per_mwh)
    net.add("Generator", "unmet", bus="site", p_nom=5000.0, marginal_cost=5000.0)
    idle, able = units.no_load_frac() if committable else 0.0, units.unit_mw / MW
    cost = float(units.full_mmbtu_per_mwh[0]) * GAS_USD
    more = {"committable": True, "p_min_pu": 0.5 * able, "start_up_cost": 1000.0, "stand_by_cost": cost * idle * MW * able}
    for i in range(UNITS):
        net.add(
            "Generator", f"u{i}", bus="site", p_nom=MW, p_max_pu=able, marginal_cost=cost * (1.0 - idle), **(more if committable else {})
        )
    way = storage.one_way_frac
    held = dict(p_nom=150.0, max_hours=4.0, efficiency_store=way, efficiency_dispatch=way, cyclic_state_of_charge=True)
    net.add("StorageUnit", "battery", bus="site", **held)
    net.optimize(solver_name="highs", solver_options={"mip_rel_gap": 1e-3, "output_flag": False})
    return time.process_time() - began, float(net.objective)


def main() -> None:
    """Print every row of the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--hours", type=int, default=8760)
    asked.add_argument("--peer", action="store_true")
    options = asked.parse_args()
    one, three = site(options.hours), site(options.hours, (16, 14, 10))
    solve(site(48), Choices(integer=True))
    solve_dp(site(48), 24)
    began = time.process_time()
    free = solve(one, Choices(commitment=False))
    lp_s = time.process_time() - began
    print(f"{'programme, no commitment':<46}{lp_s:9.3f} CPU s  {free.bound_usd:14,.0f} USD, its own objective")
    timed("programme, counts relaxed", one, solve)
    dp_s, dp_usd = timed("dynamic programme, about 25 levels", one, lambda p: solve_dp(p, 25))
    timed("dynamic programme, about 49 levels", one, solve_dp)
    timed("whole units, one class, 0.1 %", one, lambda p: solve(p, Choices(integer=True)))
    timed("whole units, three classes, 0.1 %", three, lambda p: solve(p, EXACT))
    timed("whole units, all constraints, 0.5 %", constrained(options.hours), lambda p: solve(p, ALL_CONSTRAINTS))
    if options.peer:
        peer_s, peer_usd = peer(one, committable=False)
        print(f"PyPSA programme: {peer_s:.2f} CPU s, {peer_usd:,.0f} USD: {peer_s / lp_s:.1f} times ours")
        week_s, _ = peer(one.window(0, min(WEEK_H, options.hours)), committable=True)
        weeks = options.hours / WEEK_H
        print(f"PyPSA whole units, a week: {week_s:.2f} CPU s: {week_s * weeks / dp_s:.0f} times the dynamic programme ({dp_usd:,.0f} USD)")


if __name__ == "__main__":
    main()
