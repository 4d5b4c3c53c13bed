"""Power beside PyPSA, ANDES, exact sums and figures recorded of RAPS, in one run: CPU seconds and answers.

Run from the root of the repository in an environment that holds ``pypsa``: ``PYTHONPATH=src python benchmarks/power_peers.py
--andes PYTHON``, where PYTHON is the interpreter of an environment that holds ``andes`` (left out: that part is not run). PyPSA is a
general network tool with one column a unit, whose model has features that ours lacks. Its whole units are run in some weeks of the
year as windows of their own, and the rest of the year taken as alike. RAPS is not run: its seconds are those that were recorded on
another machine. Without ``pypsa`` all other rows are printed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from importlib.util import find_spec
from math import comb, inf
from pathlib import Path

import numpy as np
from benchmarks.dispatch import WEEK_H, peer, site

from gigacampus.power.adequacy.outage_table import Group, outage_table, shortage, units_out_probability
from gigacampus.power.adequacy.outage_years import SupplyYear, play
from gigacampus.power.dispatch.dynamic_programme import solve_dp
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import Dispatch, Problem
from gigacampus.power.swings.island import Island, nadir_hz
from gigacampus.power.swings.spectrum import Store, Wave, through
from gigacampus.schema.power import PowerSpec
from gigacampus.validation.power import frontier_mw

ISLAND, STEP_MW = Island(1200.0, 3.0, 0.04, 2.0, 1.0, 60.0), 50.0
LEVELS = 13
"""Levels of charge: more cost time and save less than the gap at which the other programme ends."""
HERE = Path(__file__).parent


def programme(hours: int) -> None:
    """A year without commitment."""
    problem = site(hours)
    solve(site(48), Choices(commitment=False))
    began = time.process_time()
    ours = solve(problem, Choices(commitment=False)).bound_usd
    own_s = time.process_time() - began
    peer_s, theirs = peer(problem, committable=False)
    print(
        f"programme, {hours:,} h x 40 units: ours {own_s:.2f} CPU s, {ours:,.0f} USD; PyPSA {peer_s:.2f} CPU s, {theirs:,.0f} USD",
        flush=True,
    )
    print(f"    {peer_s / own_s:.1f} times as fast, cost apart by {ours / theirs - 1.0:+.4%}", flush=True)


RAPS_S_PER_H = 1.12
"""CPU seconds of RAPS for an hour of its largest machine at 15 s steps, as recorded."""
RAPS_MW = {"idle": 7.306, "peak": 28.228}
JOBS, STEPS = 50, 5760


def outages() -> None:
    """Loss of load of sixty units in a year of hours: the table, the exact sum and simulated years."""
    hours, share = np.arange(8760), 0.03
    each, load = 16.0 * (1.0 + 0.1 * np.sin(hours / 24.0)), 800.0 + 100.0 * np.random.default_rng(3).random(8760)
    shortage(load[:2], outage_table([Group(each[:2], units_out_probability(60, share))]))
    began = time.process_time()
    found = float(shortage(load, outage_table([Group(each, units_out_probability(60, share))]))[0].sum())
    own_s = time.process_time() - began
    out = np.arange(61)
    exact = np.array([comb(60, k) * share**k * (1.0 - share) ** (60 - k) for k in out])
    told = float((exact * (load[:, None] > each[:, None] * (60 - out))).sum())
    none = {"feed_outage_frac": 0.0, "transformer_outage_frac": 0.0, "gas_outage_frac": 0.0, "cold_outage_frac": 0.0}
    rules = PowerSpec.model_validate({"forced_outage_frac": share, "outage_repair_h": 40.0, "adequacy": none})
    given = SupplyYear(load, each[None], np.full((1, 8760), 60.0), np.zeros((1, 8760)), hours < 0, np.zeros((4, 8760)), rules)
    began = time.process_time()
    played = play(given, years=40, seed=4, with_battery=False, jobs=1, restart_h=0.0).short.sum(axis=1)
    years_s = time.process_time() - began
    apart = abs(played.mean() - found) / (played.std(ddof=1) / np.sqrt(played.size))
    print(f"loss of load, 60 units x 8,760 h: {found:.6f} h in {1e3 * own_s:.1f} ms, off the binomial sum by {abs(found - told):.1e} h")
    print(
        f"    40 simulated years with repairs: {played.mean():.1f} h in {years_s:.2f} CPU s, {apart:.1f} standard errors apart", flush=True
    )


def facility() -> None:
    """A day at 15 s of 9,472 nodes in jobs; nodes and losses are linear, so that nodes are summed first."""
    rng = np.random.default_rng(5)
    share, begin, length = rng.dirichlet(np.ones(JOBS)), rng.integers(0, STEPS, JOBS), rng.integers(60, STEPS, JOBS)
    began = time.process_time()
    idle, peak = frontier_mw(loaded=False), frontier_mw(loaded=True)
    step = np.arange(STEPS)
    busy = (step >= begin[:, None]) & (step < (begin + length)[:, None])
    power = idle + (peak - idle) * (share @ (busy * (0.8 + 0.2 * np.cos(step / 4.0))))
    own_s = time.process_time() - began
    print(f"facility power, a day at 15 s, 9,472 nodes: {1e3 * own_s:.1f} ms, {power.min():.2f} to {power.max():.2f} MW")
    print(f"    RAPS {24.0 * RAPS_S_PER_H:.1f} CPU s as recorded: {24.0 * RAPS_S_PER_H / own_s:,.0f} times as long;", end=" ")
    print(f"idle apart by {idle / RAPS_MW['idle'] - 1.0:+.2%}, peak by {peak / RAPS_MW['peak'] - 1.0:+.2%}", flush=True)


def swings() -> None:
    """Iterations and checkpoints of one job through three stages, by their spectrum."""
    waves = [Wave(120.0, 2.0, 0.2, 0.05), Wave(250.0, 600.0, 0.05, 2.0)]
    stores = [Store("supplies", inf, 0.002, inf), Store("racks", inf, 1.0, 5.0), Store("site battery", 300.0, 30.0, 30.0, 0.02)]
    through(waves, stores, (0.1, 20.0))
    own_s = inf
    for _ in range(5):
        began = time.process_time()
        for _ in range(20):
            left = through(waves, stores, (0.1, 20.0))
        own_s = min(own_s, (time.process_time() - began) / 20)
    print(
        f"swings by spectrum, three stages: {1e3 * own_s:.2f} ms, {left[0].range_mw:.0f} MW before and {left[-1].range_mw:.1f} after",
        flush=True,
    )


def straight_usd(problem: Problem, found: Dispatch) -> float:
    """Cost with the fuel of units on the straight line from no load to full load."""
    units = problem.classes[0]
    fuel_usd, idle = units.full_mmbtu_per_mwh * problem.gas_usd_per_mmbtu, units.no_load_frac()
    burnt = fuel_usd @ (found.unit_mw[0] * (1.0 - idle) + found.units_on[0] * units.unit_mw * idle)
    rest = found.grid_mw @ problem.energy_usd_per_mwh + found.unserved_mw.sum() * problem.unserved_usd_per_mwh
    return float(burnt + rest + found.starts().sum() * units.start_usd)


def commitment(weeks: int) -> None:
    """Whole units in single weeks: PyPSA's programme against the dynamic programme, fuel by the straight line that both keep low."""
    solve_dp(site(48), LEVELS)
    year, own_s, ours, peer_s, theirs = site(8760), 0.0, 0.0, 0.0, 0.0
    for week in range(weeks):
        first = week * (8760 // weeks)
        problem = year.window(first, first + WEEK_H)
        began = time.process_time()
        found = solve_dp(problem, LEVELS)
        own_s += time.process_time() - began
        ours += straight_usd(problem, found)
        seconds, usd = peer(problem, committable=True)
        peer_s, theirs = peer_s + seconds, theirs + usd
    print(f"whole units, {weeks} single weeks: dynamic programme {own_s:.3f} CPU s, {ours:,.0f} USD")
    print(f"    PyPSA {peer_s:.2f} CPU s, {theirs:,.0f} USD")
    print(f"    {peer_s / own_s:.0f} times as fast, cost apart by {ours / theirs - 1.0:+.3%}", flush=True)


def island(python: str) -> None:
    """The deepest frequency after a step."""
    began = time.process_time()
    ours = nadir_hz(STEP_MW, ISLAND)[0]
    own_s = time.process_time() - began
    terms = (STEP_MW, ISLAND.rated_mw, ISLAND.inertia_s, ISLAND.droop_frac, ISLAND.governor_s, ISLAND.damping, ISLAND.frequency_hz)
    done = subprocess.run([python, str(HERE / "andes_island.py"), *map(str, terms)], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"nadir of an island: ours {ours:.4f} Hz in {1e3 * own_s:.2f} ms")
    print(
        f"    ANDES {told['version']} {told['nadir_hz']:.4f} Hz in {told['cpu_s']:.2f} CPU s, apart by {ours / told['nadir_hz'] - 1.0:+.2%}"
    )


def main() -> None:
    """Print every row."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--hours", type=int, default=8760)
    asked.add_argument("--weeks", type=int, default=4)
    asked.add_argument("--andes", default="")
    options = asked.parse_args()
    if options.andes:
        island(options.andes)
    outages()
    facility()
    swings()
    if find_spec("pypsa"):
        commitment(options.weeks)
        programme(options.hours)


if __name__ == "__main__":
    main()
