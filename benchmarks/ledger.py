"""Speed of the full ledger: draws x months through every account of three entities. `python benchmarks/ledger.py`."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.company.synthetic import RICH, inputs, tables

from gigacampus.company import stage
from gigacampus.company.ledger.accounts import ACCOUNTS, ENTITIES
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.journal import FLOWS
from gigacampus.company.ledger.out_of_core import sketches
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import simulate

SPANS = {
    "company.raise_policy.raise_luck_quantile": (0.0, 1.0, 0.6180339887),
    "company.revenue.momentum_per_year": (0.3, 2.5, 0.7548776662),
    "market.valuation_drift_per_year": (-0.5, 0.6, 0.5698402910),
    "company.assets.gpu_life_years": (3.0, 6.0, 0.8191725134),
}
"""Inputs of a stream: bounds and the step of their sequence."""


def uncertain(count: int) -> dict[str, np.ndarray]:
    """Sixteen uncertain inputs."""
    rng = np.random.default_rng(1)
    spans = {
        "company.opening_cash_usd": (5.5e9, 7e9),
        "company.assets.gpu_life_years": (3.0, 6.0),
        "company.assets.gpu_price_factor": (0.8, 1.2),
        "company.assets.order_lead_months": (3.0, 9.0),
        "company.assets.deposit_frac": (0.1, 0.5),
        "company.raise_policy.raise_luck_quantile": (0.0, 1.0),
        "company.raise_policy.success_frac": (0.4, 1.0),
        "company.raise_policy.debt_frac": (0.1, 0.6),
        "company.revenue.momentum_per_year": (0.3, 2.5),
        "company.revenue.token_price_change_per_year": (-0.7, -0.1),
        "company.history.q2.ebitda_usd": (-9e8, -7e8),
        "company.loans.notes.rate_frac": (0.1, 0.125),
        "company.tax.bonus_frac": (0.4, 1.0),
        "market.gas_usd_per_mmbtu": (2.0, 6.0),
        "market.valuation_drift_per_year": (-0.5, 0.6),
        "campuses.south.phases.p0.capex_usd": (4e9, 6e9),
    }
    return {path: rng.uniform(low, high, count) for path, (low, high) in spans.items()}


def run(draws: int, months: int, chunk: int) -> float:
    """Seconds of one pass over all draws, chunk by chunk; drivers included, tables of the worlds not."""
    i, up = inputs(RICH, months=months), tables(months)
    stacked, cost, values, world = stack(up), stock_cost(i, up), uncertain(draws), np.arange(draws) % 2
    began = time.perf_counter()
    for first in range(0, draws, chunk):
        chosen = slice(first, min(first + chunk, draws))
        bound, drivers = stage.prepare(i, up, stacked, cost, world[chosen], values, chosen)
        simulate(bound, drivers, interpreted=False)
    return time.perf_counter() - began


def stream(draws: int, months: int, chunk: int) -> float:
    """Seconds of quantiles of the monthly cash of many draws, in chunks on threads."""
    i, up = inputs(RICH, months=months), tables(months)

    def draw(first: int, last: int) -> dict[str, np.ndarray]:
        return {path: low + (high - low) * (np.arange(first, last) * step % 1.0) for path, (low, high, step) in SPANS.items()}

    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = sketches(i, up, draw, count=draws, worlds=2, series=("cash_usd",), chunk=chunk, executor=pool)
    seconds = time.perf_counter() - began
    print(f"cash in the last month, P10 {found['cash_usd'].quantile(0.1)[-1]:.4g}, P90 {found['cash_usd'].quantile(0.9)[-1]:.4g} USD")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--chunk", type=int, default=1024)
    parser.add_argument("--stream", type=int, default=0, help="draws of a stream of quantiles, for example 1000000")
    given = parser.parse_args()
    began = time.process_time()
    run(1024, given.months, 1024)
    ready = time.process_time() - began
    before = time.process_time()
    times = [run(given.draws, given.months, given.chunk) for _ in range(3)]
    cpu = (time.process_time() - before) / 3
    one = min(run(1, given.months, 1) for _ in range(3))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(ACCOUNTS)} accounts, {len(FLOWS)} flows, {len(ENTITIES)} entities, {given.draws} draws x {given.months} months: "
        f"{min(times):.2f} s best of {len(times)} ({cpu:.2f} CPU s each; {ready:.1f} CPU s until compiled), "
        f"peak {memory:.0f} MB; one draw {1000 * one:.0f} ms"
    )
    if given.stream:
        print(f"{given.stream} draws streamed: {stream(given.stream, given.months, given.chunk):.1f} s")


if __name__ == "__main__":
    main()
