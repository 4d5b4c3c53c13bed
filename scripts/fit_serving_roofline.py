"""Fit the eleven constants of the serving roofline on measured points and print the library rows.

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

STEP = ("memory_frac", "prefill_frac", "layer_s", "sglang_layer_s", "layer_s_per_doubling", "request_s", "exchange_frac")
STEP_START = np.log([0.6, 0.4, 3e-5, 3e-5, 2e-5, 2e-5, 0.6])
FIRST = ("first_token_s", "queue_frac")
SGLANG = ("sglang_first_token_s", "sglang_queue_frac")
FEWEST_OF_ENGINE = 50
"""Points below which an engine is not told apart."""
START_S = np.arange(0.0, 0.31, 0.01)
QUEUE_FRAC = np.geomspace(0.01, 1.0, 41)
FOLDS = 5
TABLES = (("model", "model_shapes.csv"), ("system", "gpu_serving_specs.csv"))
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
    """Robust least squares: step constants on log time per token; the queue by least median error of TTFT.

    Points that cannot tell the exchange from the utilisation of prefill put that above one: the exchange is then left out.
    """
    shapes = {r["model"]: r for r in read(data / "model_shapes.csv")}
    systems = {r["system"]: r for r in read(data / "gpu_serving_specs.csv")}
    point = serving_point(rows, shapes, systems)
    each = np.log([float(r["tpot_ms"]) / 1000.0 for r in rows])
    first = np.array([float(r["ttft_ms"]) / 1000.0 for r in rows])
    step = robust(lambda x: np.log(tpot_s(point, named(STEP, np.exp(x)))) - each, STEP_START)
    if step[STEP.index("prefill_frac")] > 1.0:
        rest = robust(lambda x: np.log(tpot_s(point, named(STEP, [*np.exp(x), 0.0]))) - each, STEP_START[:-1])
        step = np.array([*rest, 0.0])
    every, apart = np.ones(len(rows), bool), np.asarray(point.sglang) > 0
    if apart.sum() < FEWEST_OF_ENGINE:
        step[STEP.index("sglang_layer_s")] = 0.0

    def missed(names: tuple[str, ...], q: tuple[float, ...], places: np.ndarray) -> float:
        constants = SimpleNamespace(**vars(named(STEP + FIRST + SGLANG, [*step, *[0.0] * 4])) | vars(named(names, q)))
        return float(np.median(np.abs(ttft_s(point, constants) / first - 1.0)[places]))

    queue = min(product(START_S, QUEUE_FRAC), key=lambda q: missed(FIRST, q, every))
    own = (0.0, 0.0)
    if apart.sum() >= FEWEST_OF_ENGINE:
        own = min(product(START_S, QUEUE_FRAC), key=lambda q: missed(SGLANG, q, apart))
    constants = named(STEP + FIRST + SGLANG, [*step, *queue, *own])
    return constants, errors(rows, point, constants)


def unseen(rows: list[Row], data: Path) -> dict[str, np.ndarray]:
    """Errors of each row by constants fitted without its fold: whole concurrency curves fall into one fold."""
    curves = sorted({r["curve_id"] for r in rows})
    fold = dict(zip(curves, np.random.default_rng(0).permutation(len(curves)) % FOLDS, strict=True))
    mine = np.array([fold[r["curve_id"]] for r in rows])
    out = {name: np.zeros(len(rows)) for name in ("tpot", "ttft")}
    shapes, systems = ({r[key]: r for r in read(data / file)} for key, file in TABLES)
    for k in range(FOLDS):
        known = [r for r, f in zip(rows, mine, strict=True) if f != k]
        asked = [r for r, f in zip(rows, mine, strict=True) if f == k]
        constants, _ = fit(known, data)
        error = errors(asked, serving_point(asked, shapes, systems), constants)
        for name, values in out.items():
            values[mine == k] = error[name]
    return out


def named(names: tuple[str, ...], values: Sequence[float]) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(names, values, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--known-by", default="")
    args = parser.parse_args()
    rows = open_rows(args.data, args.known_by)
    constants, error = fit(rows, args.data)
    for name in STEP + FIRST + SGLANG:
        print(f"{name}: {getattr(constants, name):.4g}")
    low, high = np.quantile(error["tpot_ratio"], [0.1, 0.9])
    print(f"tpot_ratio_p10: {low:.3f}\ntpot_ratio_p90: {high:.3f}")
    print(
        f"rows {len(rows)}, free constants {len(STEP + FIRST + SGLANG)}; "
        f"time per token: median error {np.median(error['tpot']):.3f}, "
        f"within 25 % {np.mean(error['tpot'] <= 0.25):.3f}, p90 {np.quantile(error['tpot'], 0.9):.3f}; "
        f"time to first token: median error {np.median(error['ttft']):.3f}"
    )
    apart = unseen(rows, args.data)
    print(
        f"unseen, {FOLDS} folds by concurrency curve: time per token {np.median(apart['tpot']):.3f}, within 25 % "
        f"{np.mean(apart['tpot'] <= 0.25):.3f}, p90 {np.quantile(apart['tpot'], 0.9):.3f}; "
        f"time to first token {np.median(apart['ttft']):.3f}"
    )


if __name__ == "__main__":
    main()
