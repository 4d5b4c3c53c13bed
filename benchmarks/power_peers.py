"""Dispatch beside PyPSA and an island's frequency beside ANDES, in one run: CPU seconds and answers.

Run from the root of the repository in an environment that holds ``pypsa``: ``PYTHONPATH=src python benchmarks/power_peers.py
--andes PYTHON``, where PYTHON is the interpreter of an environment that holds ``andes`` (left out: that part is not run). PyPSA is a
general network tool with one column a unit, whose model has features that ours lacks. Its whole units are run in some weeks of the
year as windows of their own, and the rest of the year taken as alike.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path

from benchmarks.dispatch import WEEK_H, peer, site

from gigacampus.power.dispatch.dynamic_programme import solve_dp
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import Dispatch, Problem
from gigacampus.power.swings.island import Island, nadir_hz

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
    commitment(options.weeks)
    programme(options.hours)


if __name__ == "__main__":
    main()
