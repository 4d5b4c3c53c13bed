"""Processor seconds of a day of 600,000 items at the proxy's gate, after one short day that compiles the kernels.

Run: PYTHONPATH=src python benchmarks/gate.py. Peers: none; the target is 10 s for the whole command's work.
"""

from __future__ import annotations

import time

from gigacampus.measure.gate.day import ITEMS, gate_day

if __name__ == "__main__":
    gate_day(20_000)
    began = time.process_time(), time.perf_counter()
    found = gate_day(ITEMS)
    used, wall = time.process_time() - began[0], time.perf_counter() - began[1]
    print(f"{ITEMS:,} items and the day before: {used:.1f} s of processor time, {wall:.1f} s by the wall")
    for step, each in found["processor_us_per_item"].items():
        print(f"  {step}: {each:.2f} us an item")
