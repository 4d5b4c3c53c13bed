"""Fit the seven constants of the serving roofline on measured points and print the library rows.

Usage: python scripts/fit_serving_roofline.py src/gigacampus/validation/cases/serving/data [--known-by 2026-01-16]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from scipy.optimize import least_squares

from gigacampus.compute.roofline import tpot_s, ttft_s
from gigacampus.validation.case_folder import CaseFolder, Row
from gigacampus.validation.serving import judged_points
from gigacampus.validation.serving_rows import errors, serving_point, usable

STEP = ("memory_frac", "prefill_frac", "layer_s", "layer_s_per_doubling", "request_s")
STEP_START = np.log([0.6, 0.4, 3e-5, 2e-5, 2e-5])
FIRST = ("first_token_s", "queue_frac")
START_S = np.arange(0.0, 0.31, 0.01)
QUEUE_FRAC = np.geomspace(0.01, 1.0, 41)
SOFT = 0.05
"""Log residual beyond which a row counts linearly."""


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def open_rows(data: Path, known_by: str) -> list[Row]:
    """The points that ``gigacampus validate serving`` judges, measured by a day when one is given."""
    folder = CaseFolder(data)
    return [r for r in judged_points(folder, folder.inputs("serving/silicon_points.csv")) if usable(r, known_by=known_by)]


def robust(residuals: Callable[[np.ndarray], np.ndarray], start: np.ndarray) -> np.ndarray:
    return np.exp(least_squares(residuals, start, loss="soft_l1", f_scale=SOFT).x)


def fit(rows: list[Row], data: Path) -> tuple[SimpleNamespace, dict[str, np.ndarray]]:
    """Robust least squares: step constants on log time per token; the queue by least median error of TTFT."""
    shapes = {r["model"]: r for r in read(data / "model_shapes.csv")}
    systems = {r["system"]: r for r in read(data / "gpu_serving_specs.csv")}
    point = serving_point(rows, shapes, systems)
    each = np.log([float(r["tpot_ms"]) / 1000.0 for r in rows])
    first = np.array([float(r["ttft_ms"]) / 1000.0 for r in rows])
    step = robust(lambda x: np.log(tpot_s(point, named(STEP, np.exp(x)))) - each, STEP_START)
    queue = min(
        product(START_S, QUEUE_FRAC), key=lambda q: float(np.median(np.abs(ttft_s(point, named(STEP + FIRST, [*step, *q])) / first - 1.0)))
    )
    constants = named(STEP + FIRST, [*step, *queue])
    return constants, errors(rows, point, constants)


def named(names: tuple[str, ...], values: Sequence[float]) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(names, values, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--known-by", default="")
    args = parser.parse_args()
    rows = open_rows(args.data, args.known_by)
    constants, error = fit(rows, args.data)
    for name in STEP + FIRST:
        print(f"{name}: {getattr(constants, name):.4g}")
    low, high = np.quantile(error["tpot_ratio"], [0.1, 0.9])
    print(f"tpot_ratio_p10: {low:.3f}\ntpot_ratio_p90: {high:.3f}")
    print(
        f"rows {len(rows)}, free constants {len(STEP + FIRST)}; "
        f"time per token: median error {np.median(error['tpot']):.3f}, "
        f"within 25 % {np.mean(error['tpot'] <= 0.25):.3f}, p90 {np.quantile(error['tpot'], 0.9):.3f}; "
        f"time to first token: median error {np.median(error['ttft']):.3f}"
    )


if __name__ == "__main__":
    main()
