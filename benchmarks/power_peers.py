"""Power and air beside PyPSA, ANDES, exact sums, RAPS as recorded and published figures, in one run: test, target, found, CPU seconds.

Run from the root of the repository: ``PYTHONPATH=src:. python benchmarks/power_peers.py [--andes PYTHON] [--hybrid RUN]``. Rows whose
peer is missing say so: ``pypsa`` in this environment, PYTHON of an environment that holds ``andes``, RUN the folder of a finished run
of ``scenarios/hybrid-campus.yaml``. ``--only WORD`` runs the rows whose test has the word. PyPSA is a general network tool with one
column a unit, whose model has features that ours lacks; its whole units are run in some weeks of the year as windows of their own,
and the rest of the year taken as alike. RAPS is not run: its seconds are those that were recorded on another machine. The row of
41 stacks is ``benchmarks/air_pairs.py``, worlds are ``benchmarks/world.py``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from math import comb, inf, isfinite
from pathlib import Path

import numpy as np
from benchmarks.dispatch import ALL_CONSTRAINTS, EXACT, WEEK_H, constrained, peer, site

from gigacampus.power.adequacy.outage_table import Group, outage_table, shortage, units_out_probability
from gigacampus.power.adequacy.outage_years import SupplyYear, play
from gigacampus.power.dispatch.dynamic_programme import solve_dp
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import Dispatch, Problem, objective_usd
from gigacampus.power.swings.island import Island, nadir_hz
from gigacampus.power.swings.spectrum import Store, Wave, through
from gigacampus.rerun.dispatch import Asked, dispatched
from gigacampus.results.store import read
from gigacampus.schema.power import PowerSpec
from gigacampus.validation import emissions, power, water
from gigacampus.validation.case_folder import opened
from gigacampus.validation.power import frontier_mw

ISLAND, STEP_MW = Island(1200.0, 3.0, 0.04, 2.0, 1.0, 60.0), 50.0
LEVELS = 13
"""Levels of charge: more cost time and save less than the gap at which the other programme ends."""
HERE = Path(__file__).parent
RAPS_S_PER_H = 1.12
"""CPU seconds of RAPS for an hour of its largest machine at 15 s steps, as recorded."""
RAPS_MW = {"idle": 7.306, "peak": 28.228}
JOBS, STEPS = 50, 5760
PUE_LIMIT, WUE_LIMIT = 0.03, 0.2
PUBLISHED_FLEETS = ("V10", "V12", "V13", "V14", "V16")
PLAN_USD = 26.85e6


@dataclass(frozen=True)
class Row:
    """One test of the table."""

    test: str
    target: str
    found: str
    cpu_s: float
    met: bool | None
    """None: its peer is missing, or there is no target."""


def without(test: str, target: str, what: str) -> list[Row]:
    """A row that could not be run."""
    return [Row(test, target, f"not run: {what}", 0.0, None)]


def timed(run: Callable[[], Dispatch]) -> tuple[Dispatch, float]:
    """What is found, and the CPU seconds."""
    began = time.process_time()
    return run(), time.process_time() - began


def programme() -> list[Row]:
    """A year without commitment."""
    test, target = "programme without commitment, 8,760 h x 40 units", ">= 12 times PyPSA, cost within 0.2 %"
    problem = site(8760)
    solve(site(48), Choices(commitment=False))
    found, own_s = timed(lambda: solve(problem, Choices(commitment=False)))
    if not find_spec("pypsa"):
        return [Row(test, target, f"{found.bound_usd:,.0f} USD; not compared: no pypsa here", own_s, None)]
    peer_s, theirs = peer(problem, committable=False)
    times, apart = peer_s / own_s, found.bound_usd / theirs - 1.0
    return [Row(test, target, f"{times:.1f} times, cost {apart:+.4%}", own_s, times >= 12.0 and abs(apart) <= 2e-3)]


def straight_usd(problem: Problem, found: Dispatch) -> float:
    """Cost with the fuel of units on the straight line from no load to full load."""
    units = problem.classes[0]
    fuel_usd, idle = units.full_mmbtu_per_mwh * problem.gas_usd_per_mmbtu, units.no_load_frac()
    burnt = fuel_usd @ (found.unit_mw[0] * (1.0 - idle) + found.units_on[0] * units.unit_mw * idle)
    rest = found.grid_mw @ problem.energy_usd_per_mwh + found.unserved_mw.sum() * problem.unserved_usd_per_mwh
    return float(burnt + rest + found.starts().sum() * units.start_usd)


def commitment(weeks: int = 4) -> list[Row]:
    """Whole units in single weeks: PyPSA's programme against the dynamic programme, fuel by the straight line that both keep low."""
    test, target = "commitment with battery, one class (DP), single weeks", ">= 300 times PyPSA at +0.1 %"
    solve_dp(site(48), LEVELS)
    year, own_s, ours, peer_s, theirs = site(8760), 0.0, 0.0, 0.0, 0.0
    for week in range(weeks):
        first = week * (8760 // weeks)
        problem = year.window(first, first + WEEK_H)
        found, seconds = timed(lambda given=problem: solve_dp(given, LEVELS))
        own_s, ours = own_s + seconds, ours + straight_usd(problem, found)
        if find_spec("pypsa"):
            seconds, usd = peer(problem, committable=True)
            peer_s, theirs = peer_s + seconds, theirs + usd
    if not theirs:
        return [Row(test, target, f"{weeks} weeks {ours:,.0f} USD; not compared: no pypsa here", own_s, None)]
    times, apart = peer_s / own_s, ours / theirs - 1.0
    return [Row(test, target, f"{times:.0f} times, cost {apart:+.3%}", own_s, times >= 300.0 and apart <= 1e-3)]


def _whole(test: str, target: str, problem: Problem, choices: Choices, most_s: float) -> Row:
    solve(site(48), Choices(integer=True))
    found, own_s = timed(lambda: solve(problem, choices))
    usd = objective_usd(problem, found)
    gap = (usd - found.bound_usd) / usd
    met = own_s <= most_s and isfinite(gap) and gap <= choices.gap_frac
    return Row(test, target, f"{usd:,.0f} USD, proven gap {gap:.3%} {found.note}".strip(), own_s, met)


def three_classes() -> list[Row]:
    """Whole units of three classes through a year."""
    return [_whole("commitment exact, three classes", "gap 0.1 % in 20 CPU s", site(8760, (16, 14, 10)), EXACT, 20.0)]


def all_constraints() -> list[Row]:
    """Minimum times, loss of a unit, ratchet and a permit besides."""
    return [_whole("commitment, all constraints", "gap 0.5 % in 120 CPU s", constrained(8760), ALL_CONSTRAINTS, 120.0)]


def outages() -> list[Row]:
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
    off = abs(found - told)
    return [
        Row(
            "loss of load, 60 units x 8,760 h",
            "1e-9 h of the binomial sum in 50 ms",
            f"off by {off:.0e} h",
            own_s,
            off < 1e-9 and own_s < 0.05,
        ),
        Row("the same by 40 simulated years", "within 3 standard errors", f"{apart:.1f} standard errors", years_s, bool(apart <= 3.0)),
    ]


def facility() -> list[Row]:
    """A day at 15 s of 9,472 nodes in jobs; nodes and losses are linear, so that nodes are summed first."""
    rng = np.random.default_rng(5)
    share, begin, length = rng.dirichlet(np.ones(JOBS)), rng.integers(0, STEPS, JOBS), rng.integers(60, STEPS, JOBS)
    began = time.process_time()
    idle, peak = frontier_mw(loaded=False), frontier_mw(loaded=True)
    step = np.arange(STEPS)
    busy = (step >= begin[:, None]) & (step < (begin + length)[:, None])
    day = idle + (peak - idle) * (share @ (busy * (0.8 + 0.2 * np.cos(step / 4.0))))
    own_s = time.process_time() - began
    assert day.size == STEPS
    times = 24.0 * RAPS_S_PER_H / own_s
    off = [idle / RAPS_MW["idle"] - 1.0, peak / RAPS_MW["peak"] - 1.0]
    found = f"{times:,.0f} times RAPS as recorded, idle {off[0]:+.2%}, peak {off[1]:+.2%}"
    met = times >= 1000.0 and max(map(abs, off)) <= 0.01
    return [Row("facility power, a day at 15 s, 9,472 nodes", ">= 1,000 times RAPS, idle and peak within 1 %", found, own_s, met)]


def swings() -> list[Row]:
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
    found = f"{left[0].range_mw:.0f} MW before, {left[-1].range_mw:.1f} after three stages"
    return [Row("swings by spectrum", "<= 1 ms", found, own_s, own_s <= 1e-3)]


def island(python: str) -> list[Row]:
    """The deepest frequency after a step."""
    test, target = "island nadir", "within 5 % of ANDES"
    began = time.process_time()
    ours = nadir_hz(STEP_MW, ISLAND)[0]
    own_s = time.process_time() - began
    if not python:
        return [Row(test, target, f"{ours:.4f} Hz; not compared: --andes names no interpreter", own_s, None)]
    terms = (STEP_MW, ISLAND.rated_mw, ISLAND.inertia_s, ISLAND.droop_frac, ISLAND.governor_s, ISLAND.damping, ISLAND.frequency_hz)
    done = subprocess.run([python, str(HERE / "andes_island.py"), *map(str, terms)], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    apart = ours / told["nadir_hz"] - 1.0
    return [Row(test, target, f"{apart:+.2%} of {told['version']}, which takes {told['cpu_s']:.2f} s", own_s, abs(apart) <= 0.05)]


def hybrid(run: str) -> list[Row]:
    """The shipped hybrid template as its worlds run it, no order named."""
    test, target = "shipped hybrid, 2030, no order named", "<= 26.85 million USD"
    if not run:
        return without(test, target, "--hybrid names no run")
    began = time.process_time()
    usd = dispatched(read(Path(run)), Asked(solver="merit"), year=2030)["total_usd"]
    return [Row(test, target, f"{usd / 1e6:.2f} million USD", time.process_time() - began, usd <= PLAN_USD)]


def published() -> list[Row]:
    """Fleets' PUE, open rows of water, permits and claims."""
    began = time.process_time()
    folder = opened(None)
    pue = {r["case"].split()[0]: r["value"] for r in power.cases(folder) if "PUE" in r["case"]}
    off = [pue[key] for key in PUBLISHED_FLEETS]
    own_s = time.process_time() - began
    found = f"{sum(x <= PUE_LIMIT for x in off)} of {len(off)}; off by " + ", ".join(f"{x:.3f}" for x in off)
    rows = [Row("PUE of the five published fleets", f"within {PUE_LIMIT:g}", found, own_s, max(off) <= PUE_LIMIT)]
    began = time.process_time()
    wet = {r["case"]: r["value"] for r in water.cases(folder) if r["metric"] == "relative error"}
    found = ", ".join(f"{name.split()[0]} {x:.0%}" for name, x in wet.items())
    rows.append(Row("open rows of water", "within 20 %", found, time.process_time() - began, max(wet.values()) <= WUE_LIMIT))
    began = time.process_time()
    closed = {r["case"].split()[1].strip(","): r["value"] for r in emissions.closures(folder) if r["case"].startswith("closure")}
    missed = {name: x for name, x in closed.items() if x > emissions.CLOSURE_FRAC}
    found = f"{len(closed) - len(missed)} of {len(closed)}" + "".join(f"; {name} {x:.0%}" for name, x in missed.items())
    rows.append(Row("closure of permits and claims", "within 25 %", found, time.process_time() - began, not missed))
    return rows


def main() -> None:
    """Print every row."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--weeks", type=int, default=4)
    asked.add_argument("--andes", default="")
    asked.add_argument("--hybrid", default="")
    asked.add_argument("--only", default="")
    options = asked.parse_args()
    parts: tuple[tuple[str, Callable[[], list[Row]]], ...] = (
        ("programme", programme),
        ("hybrid", lambda: hybrid(options.hybrid)),
        ("commitment weeks", lambda: commitment(options.weeks)),
        ("three classes", three_classes),
        ("all constraints", all_constraints),
        ("outages", outages),
        ("facility", facility),
        ("swings", swings),
        ("island", lambda: island(options.andes)),
        ("published", published),
    )
    print(f"{'test':<52}{'target':<46}{'CPU s':>9}  found")
    for name, run in parts:
        for row in run() if options.only in name else ():
            verdict = {True: "met", False: "MISSED", None: "-"}[row.met]
            print(f"{row.test:<52}{row.target:<46}{row.cpu_s:9.4f}  {verdict}: {row.found}", flush=True)


if __name__ == "__main__":
    main()
