"""Fit the step-time constants on measured training steps and print the library rows.

Usage: python scripts/fit_step_time.py src/gigacampus/validation/cases/training/data [--known-by 2026-01-16]
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from scipy.optimize import least_squares

from gigacampus.compute.step_time import step_time_s
from gigacampus.validation.training_rows import POWER_CAPPED, family, measured_s, step_inputs, usable

NAMES = ("half_width", "memory_passes", "overlap_frac", "moe_frac", "eight_bit_gain")
START = np.array([200.0, 40.0, 0.8, 0.6, 1.4])
LOW = np.array([0.0, 0.0, 0.0, 0.1, 1.0])
HIGH = np.array([2000.0, 200.0, 1.0, 1.0, 2.0])
PUBLISHED = {
    "megatron2021": "2021-04-09",
    "korthikanti2022": "2022-05-10",
    "mtnlg": "2022-01-28",
    "megascale": "2024-02-23",
    "llama3": "2024-07-31",
    "nemotron4": "2024-06-17",
    "llm_foundry": "2024-06-30",
    "torchtitan": "2025-06-30",
    "vtrain": "2024-11-02",
    "maxtext": "2025-06-30",
    "mlperf_v4.0": "2024-06-12",
    "mlperf_v4.1": "2024-11-13",
    "mlperf_v5.0": "2025-06-04",
    "mlperf_v5.1": "2025-11-12",
    "nvidia_mbridge_25": "2025-12-01",
}
"""First day of each source family; sources not named here are later than all of these."""


def published(row: dict[str, str]) -> str:
    return next((day for key, day in PUBLISHED.items() if row["source_key"].startswith(key)), "9999")


def weights(rows: list[dict[str, str]]) -> np.ndarray:
    """Each (source, accelerator) counts as the square root of its rows, so that no single table decides."""
    size: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        size[row["source_key"], row["accelerator"]] += 1
    return np.array([size[r["source_key"], r["accelerator"]] ** -0.25 for r in rows])


def fit(rows: list[dict[str, str]], hardware: dict[str, dict[str, str]]):
    """Bounded robust least squares on log step time: five common constants and one ceiling per family."""
    kinds = sorted({family(r) for r in rows})
    measured, weight = np.log(measured_s(rows)), weights(rows)

    def predicted(x: np.ndarray) -> np.ndarray:
        ceilings = dict(zip(kinds, x[len(NAMES) :], strict=True))
        constants = SimpleNamespace(**dict(zip(NAMES, x, strict=False)))
        return np.log(step_time_s(step_inputs(rows, hardware, ceilings), constants))

    start = np.concatenate([START, np.full(len(kinds), 0.7)])
    bounds = (np.concatenate([LOW, np.full(len(kinds), 0.2)]), np.concatenate([HIGH, np.ones(len(kinds))]))
    best = least_squares(lambda x: weight * (predicted(x) - measured), start, bounds=bounds, loss="soft_l1", f_scale=0.1, x_scale=start)
    return best.x, kinds, np.exp(measured - predicted(best.x))


def open_rows(data: Path, known_by: str) -> tuple[list[dict[str, str]], dict[str, dict[str, str]]]:
    """Rows that may be fitted, published by a day when one is given, and the hardware table."""
    with (data / "hardware.csv").open(newline="") as file:
        hardware = {r["accelerator"]: r for r in csv.DictReader(file)}
    with (data / "measured_training.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if usable(r, hardware) and r["confidence"] == "seen" and r["accelerator"] != POWER_CAPPED]
    return [r for r in rows if not known_by or published(r) <= known_by], hardware


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--known-by", default="")
    args = parser.parse_args()
    rows, hardware = open_rows(args.data, args.known_by)
    values, kinds, ratio = fit(rows, hardware)
    for name, value in zip(NAMES, values, strict=False):
        print(f"{name}: {value:.4g}")
    count = {k: sum(1 for r in rows if family(r) == k) for k in kinds}
    for kind, value in zip(kinds, values[len(NAMES) :], strict=True):
        print(f"matrix_frac of {kind}: {value:.3f} ({count[kind]} rows)")
    pooled = np.average(values[len(NAMES) :], weights=[np.sqrt(count[k]) for k in kinds])
    low, high = np.quantile(ratio, [0.1, 0.9])
    print(f"matrix_frac: {pooled:.3f}\nratio_p10: {low:.3f}\nratio_p90: {high:.3f}")
    error = np.abs(1.0 / ratio - 1.0)
    print(f"rows {len(rows)}, free constants {len(values)}; median error {np.median(error):.3f}, mean {error.mean():.3f}")
    by_source: dict[str, list[float]] = defaultdict(list)
    for row, signed in zip(rows, ratio, strict=True):
        by_source[f"{row['source_key']} {row['arch']} {row['accelerator']}"].append(signed)
    for key, signed in sorted(by_source.items()):
        print(f"  {key}: rows {len(signed)}, measured over predicted {np.median(signed):.2f}")


if __name__ == "__main__":
    main()
