"""Fit the step-time constants on measured training steps and print the library rows.

Usage: python scripts/fit_step_time.py src/gigacampus/validation/cases/training/data [--known-by 2026-01-16] [--cross-validate]
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from gigacampus.validation.step_fit import fitted, foretold_s, pooled, ratios, unseen_table_ratios
from gigacampus.validation.training_rows import family, fitting_rows, measured_s, single_node, usable

LAST_DAY = date(2026, 8, 31)
DAYS_IN_YEAR = 365.25
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


def software_year(known_by: str) -> float:
    """Year, with its fraction, of the software whose level the constants hold."""
    day = date.fromisoformat(known_by) if known_by else LAST_DAY
    return round(day.year + (day.timetuple().tm_yday - 1) / DAYS_IN_YEAR, 2)


def open_rows(data: Path, known_by: str) -> tuple[list[dict[str, str]], dict[str, dict[str, str]]]:
    """Rows that may be fitted, published by a day when one is given, and the hardware table."""
    with (data / "hardware.csv").open(newline="") as file:
        hardware = {r["accelerator"]: r for r in csv.DictReader(file)}
    with (data / "measured_training.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    with (data / "vtrain_single_node.csv").open(newline="") as file:
        table += [single_node(r) for r in csv.DictReader(file)]
    rows = [r for r in table if usable(r, hardware) and r["confidence"] == "seen"]
    return fitting_rows([r for r in rows if not known_by or published(r) <= known_by]), hardware


def fit(rows: list[dict[str, str]], hardware: dict[str, dict[str, str]], known_by: str) -> tuple[SimpleNamespace, np.ndarray]:
    """Constants with those of other families, and measured over modelled step time."""
    constants = fitted(rows, hardware, software_year(known_by))
    ratio = 1.0 / ratios(rows, hardware, constants)
    return SimpleNamespace(**vars(constants), **pooled(constants, rows)), ratio


def band(rows: list[dict[str, str]], hardware: dict[str, dict[str, str]], constants: SimpleNamespace) -> dict[str, float]:
    """The library's quantiles of measured over modelled step time in a table that the constants have not seen."""
    sides = unseen_table_ratios(rows, hardware, constants)
    return {f"{name}_{quantile}": value for name, pair in sides.items() for quantile, value in zip(("p10", "p90"), pair, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--known-by", default="")
    parser.add_argument("--cross-validate", action="store_true")
    args = parser.parse_args()
    rows, hardware = open_rows(args.data, args.known_by)
    constants, ratio = fit(rows, hardware, args.known_by)
    for name, value in sorted((vars(constants) | band(rows, hardware, constants)).items()):
        print(f"{name}: {value:.4g}" if name != "software_year" else f"{name}: {value:.2f}")
    error = np.abs(1.0 / ratio - 1.0)
    count = defaultdict(int)
    for row in rows:
        count[family(row)] += 1
    print(f"rows {len(rows)} ({dict(count)}); median error {np.median(error):.3f}, mean {error.mean():.3f}")
    if args.cross_validate:
        unseen = np.abs(foretold_s(rows, hardware, software_year(args.known_by)) / measured_s(rows) - 1.0)
        print(f"configurations never seen: median error {np.median(unseen):.3f}, mean {unseen.mean():.3f}")
    by_source: dict[str, list[float]] = defaultdict(list)
    for row, signed in zip(rows, ratio, strict=True):
        by_source[f"{row['source_key']} {row['arch']} {row['accelerator']}"].append(signed)
    for key, signed in sorted(by_source.items()):
        print(f"  {key}: rows {len(signed)}, measured over predicted {np.median(signed):.2f}")


if __name__ == "__main__":
    main()
