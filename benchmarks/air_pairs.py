"""CPU seconds of hourly concentrations from 41 stacks at 400 receptors over a year of weather, per pair, beside a stand-in loop.

Run: PYTHONPATH=src python benchmarks/air_pairs.py
The stacks are the 41 permitted turbines of the worked example in three shapes, all at one place, each hour in one of five states of
load; a state of a shape is one field of unit rate, so that a change of rates is one sum over fields. The stand-in computes every stack,
receptor and hour for itself with the seven exponentials, two powers and meander of such a plume and no shortcut. AERMOD's own time for a
pair, recorded on two cores with its version 24142, is carried to this machine by the time that the stand-in took there. Hours are split
over threads as a run splits them; seconds are those of the processor, so that two free cores take half of them.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from gigacampus.foundation.compiled import njit
from gigacampus.neighbours.air.boundary_layer import Surface
from gigacampus.neighbours.air.stacks import Stack, stack_of
from gigacampus.neighbours.air.transfer import plume_into, plume_of_rows
from gigacampus.schema.neighbours import AirSpec
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.emissions import generator
from gigacampus.validation.surface_file import read_surface_file

FLEET = (("titan_130", 17), ("titan_350", 16), ("pe6000", 8))
LOADS = (0.5, 0.65, 0.8, 0.9, 1.0)
RECEPTORS, SAMPLE_PAIRS, MONTH_H, THREADS = 400, 4_000_000, 732, 2
AERMOD_NS, STAND_IN_NS = 1325.0, 144.0
"""Recorded for a valid pair on one machine: the regulatory model (1.2 to 1.45 us), and the stand-in loop."""
COLD_S, CHANGE_S, TIMES = 8.0, 0.3, 25.0


@njit(cache=True)
def stand_in(sources, receptors, hours, wind, lid):
    """Sum over all pairs of a plume and its meander, with nothing shared between pairs."""
    total = 0.0
    for s in range(sources.size):
        for r in range(receptors.shape[0]):
            for h in range(hours):
                u, zi = wind[h], lid[h]
                x, y = abs(receptors[r, 0]) + 1.0, receptors[r, 1]
                sy = 0.2 * x * (1.0 + x / (2.0 * u * 300.0)) ** -0.3
                sz = 0.8 * 0.3 * x / u * (1.0 + 0.7 * x / 100.0) ** (-1.0 / 3.0)
                up = sources[s] + 50.0 / u
                direct = math.exp(-0.5 * (up / sz) ** 2) + math.exp(-0.5 * ((up - 2.0 * zi) / sz) ** 2)
                images = math.exp(-0.5 * ((up + 2.0 * zi) / sz) ** 2) + math.exp(-0.5 * ((up - 4.0 * zi) / sz) ** 2)
                images += math.exp(-0.5 * ((up + 4.0 * zi) / sz) ** 2)
                side = math.exp(-0.5 * (y / sy) ** 2) / (2.5066 * sy)
                share = 0.5 + 0.5 * (1.0 - math.exp(-x / (u * 86400.0)))
                total += (direct + images) / (2.5066 * sz * u) * ((1.0 - share) * side + share / (6.2832 * x))
    return total


def states() -> tuple[Stack, ...]:
    """Every shape of stack at every state of load: the exhaust flows with the load, its temperature stays."""
    shapes = [stack_of(generator(key)[0], "scr", AirSpec().scr_stack_temp_c) for key, _ in FLEET]
    return tuple(Stack(s.height_m, s.diameter_m, s.exit_m_s * load, s.exit_k) for s in shapes for load in LOADS)


def strengths(hours: int, seed: int) -> np.ndarray:
    """g/s of every state in every hour, (state, hour): each unit stands in one state at a time."""
    rng, out = np.random.default_rng(seed), np.zeros((len(FLEET) * len(LOADS), hours))
    for k, (_, units) in enumerate(FLEET):
        for state in rng.integers(0, len(LOADS), (units, hours)):
            out[k * len(LOADS) + state, np.arange(hours)] += 0.1 * np.array(LOADS)[state]
    return out


def summed(fields: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Concentration of all stacks, (receptor, hour), from fields (state, receptor, hour)."""
    out = np.empty(fields.shape[1:])
    for row in range(out.shape[0]):
        np.einsum("kh,kh->h", fields[:, row], strength, out=out[row])
    return out


def part(fields: np.ndarray, rows: Surface, places: np.ndarray, here: slice) -> None:
    """Write the fields of some hours."""
    own = Surface(*(getattr(rows, name)[here] for name in rows.__dataclass_fields__))
    plume_into(fields[:, :, here], own, states(), places[:, 0], places[:, 1], None)


def main() -> None:
    """Print every row with its target."""
    _, rows = read_surface_file(CaseFolder().find_input("weather/houston_1996.sfc"))
    hours, valid = rows.ustar_m_s.size, int(rows.valid.sum())
    units, rng = sum(n for _, n in FLEET), np.random.default_rng(2)
    far, turn = rng.uniform(200.0, 5000.0, RECEPTORS), rng.uniform(0.0, 2.0 * np.pi, RECEPTORS)
    places = np.column_stack([far * np.sin(turn), far * np.cos(turn)])
    one_day = Surface(*(getattr(rows, name)[:24] for name in rows.__dataclass_fields__))
    plume_of_rows(one_day, states()[:1], places[:, 0], places[:, 1], None)
    stand_in(np.ones(1), places[:1], 1, np.ones(1), np.ones(1))
    began = time.process_time()
    fields = np.zeros((len(states()), RECEPTORS, hours))
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        list(pool.map(lambda span: part(fields, rows, places, slice(*span)), pairwise(range(0, hours + MONTH_H, MONTH_H))))
    found = summed(fields, strengths(hours, 1))
    cold_s = time.process_time() - began
    rate = strengths(hours, 2)
    began = time.process_time()
    again = summed(fields, rate)
    change_s = time.process_time() - began
    short = SAMPLE_PAIRS // (units * RECEPTORS)
    began = time.process_time()
    stand_in(np.full(units, 20.0), places, short, np.full(short, 4.0), np.full(short, 900.0))
    loop_ns = 1e9 * (time.process_time() - began) / (units * RECEPTORS * short)
    pairs = units * RECEPTORS * valid
    own_ns, aermod_ns = 1e9 * cold_s / pairs, AERMOD_NS * loop_ns / STAND_IN_NS
    shown = f"{units} stacks in {len(states())} states x {RECEPTORS} receptors x {hours:,} h"
    print(f"{shown}: {pairs / 1e6:.0f} million pairs in {valid:,} valid hours")
    print(f"cold: {cold_s:.2f} CPU s, {cold_s / THREADS:.2f} s on {THREADS} free cores (target {COLD_S:g}); {own_ns:.1f} ns a pair")
    print(f"other rates: {change_s:.2f} CPU s (target {CHANGE_S:g}); mean {found.mean():.4f}, then {again.mean():.4f} ug/m3")
    print(f"stand-in loop: {loop_ns:.0f} ns a pair, {loop_ns / own_ns:.1f} times ours")
    times = aermod_ns / own_ns
    told = f"{times:.0f} times ours, {THREADS * times:.0f} on {THREADS} cores (target {TIMES:g})"
    print(f"AERMOD through that loop: {aermod_ns:.0f} ns a pair, {told}")


if __name__ == "__main__":
    main()
