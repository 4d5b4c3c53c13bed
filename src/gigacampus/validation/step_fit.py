"""Constants of the step-time model from measured steps, and how well they foretell configurations they never saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from gigacampus.compute.job import Job
from gigacampus.compute.step_time import step_time_s
from gigacampus.scenario.library import load_entry
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.case_rows import measured
from gigacampus.validation.training_rows import (
    ATTENTION_OVER_FAMILY,
    SINGLE_NODE,
    Row,
    family,
    fitting_rows,
    job_of,
    layout_key,
    measured_s,
    single_node,
    unusable,
)

COMMON = {
    "half_width": (0.0, 350.0, 2000.0),
    "half_tokens": (0.0, 300.0, 4000.0),
    "four_bit_frac": (0.2, 0.75, 1.0),
    "softmax_passes": (0.0, 40.0, 150.0),
    "memory_passes": (0.0, 80.0, 400.0),
    "unfused_layer_s": (0.0, 3e-3, 2e-2),
    "sparse_layer_s": (0.0, 3e-3, 3e-2),
    "sparse_layer_server_s": (0.0, 5e-3, 3e-2),
    "stage_exposed_frac": (0.0, 0.2, 5.0),
    "gather_hidden_frac": (0.0, 0.2, 1.0),
    "step_s": (0.0, 0.1, 0.5),
    "sparse_gain_per_year": (0.0, 0.3, 1.0),
    "portable_attention_frac": (0.1, 0.5, 1.0),
    "power_exponent": (0.0, 0.5, 2.0),
}
"""Constants of all accelerators: least, start and most."""
OF_FAMILY = {"frac": (0.2, 0.7, 1.0), "attention_frac": (0.05, 0.3, 1.0)}
"""Constants of each family of accelerators, with the family's name before them."""
PUBLISHED = ("slow_server_frac", "slow_server_excess_frac")
"""Constants that are taken as published and not fitted."""
FOLDS = 5
EVALUATIONS, EVALUATIONS_NEAR = 80, 8
"""Most steps of a fit from the bounds' starts and from constants that lie near."""
EDGE = 1e-3
"""Share of a constant's bounds by which a start stays inside them."""
SEED = 3
SOFT = 0.1
"""Log residual beyond which a row counts linearly."""
GAIN_BEFORE, GAIN_BEFORE_SPREAD = 0.4, 0.2
"""What was held of the yearly gain of sparse models' software before any was measured, and its spread: two releases do not tell it."""
BAND = (0.1, 0.9)


def weights(rows: Sequence[Row]) -> np.ndarray:
    """Each (source, accelerator) counts as the square root of its rows, so that no single table decides."""
    size: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        size[row["source_key"], row["accelerator"]] += 1
    return np.array([size[r["source_key"], r["accelerator"]] ** -0.25 for r in rows])


def bounds(rows: Sequence[Row]) -> dict[str, tuple[float, float, float]]:
    """Free constants for the families among the rows: least, start and most."""
    kinds = sorted({family(r) or "" for r in rows})
    return {**COMMON, **{f"{kind}_{name}": limits for kind in kinds for name, limits in OF_FAMILY.items()}}


def fitted(
    rows: Sequence[Row], hardware: Mapping[str, Row], software_year: float, *, near: SimpleNamespace | None = None
) -> SimpleNamespace:
    """Bounded robust least squares on the log of step time, started at constants ``near`` where some are given."""
    free, measured, weight = bounds(rows), np.log(measured_s(rows)), weights(rows)
    given = {"software_year": software_year, **published()}
    job = job_of(rows, hardware, SimpleNamespace(**given, **{k: v[1] for k, v in free.items()}))
    low, start, high = (np.array([v[i] for v in free.values()]) for i in range(3))
    gain, first = list(free).index("sparse_gain_per_year"), start
    if near is not None:
        first = np.clip([getattr(near, name) for name in free], low + EDGE * (high - low), high - EDGE * (high - low))

    def residual(x: np.ndarray) -> np.ndarray:
        constants = SimpleNamespace(**given, **dict(zip(free, x, strict=True)))
        predicted = step_time_s(_with_ceilings(job, rows, constants), constants)
        held = SOFT * (x[gain] - GAIN_BEFORE) / GAIN_BEFORE_SPREAD
        return np.append(weight * (np.log(predicted) - measured), held)

    best = least_squares(
        residual,
        first,
        bounds=(low, high),
        loss="soft_l1",
        f_scale=SOFT,
        x_scale=start,
        max_nfev=EVALUATIONS if near is None else EVALUATIONS_NEAR,
    )
    return SimpleNamespace(**given, **{k: float(v) for k, v in zip(free, best.x, strict=True)})


@cache
def published() -> dict[str, float]:
    """Constants that the library takes from a publication."""
    entry = load_entry("training_efficiency", "pooled", date.max)[0]
    return {name: float(entry[name]) for name in PUBLISHED}


def _with_ceilings(job: Job, rows: Sequence[Row], constants: Any) -> Job:
    ceilings = {
        "matrix_frac": np.array([getattr(constants, f"{family(r)}_frac") for r in rows]),
        "attention_frac": np.array(
            [getattr(constants, f"{family(r)}_attention_frac") * ATTENTION_OVER_FAMILY.get(r["accelerator"], 1.0) for r in rows]
        ),
    }
    return replace(job, machine=replace(job.machine, **ceilings))


def pooled(constants: SimpleNamespace, rows: Sequence[Row]) -> dict[str, float]:
    """Ceilings of an accelerator of another family: mean over the fitted ones."""
    kinds = sorted({family(r) or "" for r in rows})
    return {
        "matrix_frac": float(np.mean([getattr(constants, f"{kind}_frac") for kind in kinds])),
        "attention_frac": float(np.mean([getattr(constants, f"{kind}_attention_frac") for kind in kinds])),
    }


def ratios(rows: Sequence[Row], hardware: Mapping[str, Row], constants: Any) -> np.ndarray:
    """Modelled over measured step time."""
    return np.asarray(step_time_s(job_of(rows, hardware, constants), constants) / measured_s(rows))


def unseen_table_ratios(rows: Sequence[Row], hardware: Mapping[str, Row], constants: SimpleNamespace) -> dict[str, tuple[float, float]]:
    """10 and 90 % quantiles of measured over modelled step time, of dense models and of those with experts, by constants that have not
    seen the row's table: one source on one accelerator. Each table counts alike, so that the band is that of the next one."""
    tables = [(r["source_key"], r["accelerator"]) for r in rows]
    sides: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for table in sorted({t for t in tables if t[0] != SINGLE_NODE}):
        own = [r for r, t in zip(rows, tables, strict=True) if t == table]
        rest = [r for r, t in zip(rows, tables, strict=True) if t != table]
        if not {family(r) for r in own} <= {family(r) for r in rest}:
            continue
        ratio = 1.0 / ratios(own, hardware, fitted(rest, hardware, constants.software_year, near=constants))
        for sparse in sides:
            some = [float(x) for x, r in zip(ratio, own, strict=True) if (r["arch"] != "dense") == sparse]
            sides[sparse] += [(x, 1.0 / len(some)) for x in some]
    return {name: _weighted_quantiles(sides[sparse]) for name, sparse in (("ratio", False), ("sparse_ratio", True))}


def _weighted_quantiles(values: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Quantiles of ``BAND`` of values that come with a weight each."""
    ordered = np.array(sorted(values))
    place = np.cumsum(ordered[:, 1]) - ordered[:, 1] / 2.0
    low, high = np.interp(BAND, place / ordered[:, 1].sum(), ordered[:, 0])
    return float(low), float(high)


def fold_of(rows: Sequence[Row]) -> np.ndarray:
    """Fold of each row; rows of one configuration share a fold."""
    keys = sorted({layout_key(r) for r in rows})
    order = np.random.default_rng(SEED).permutation(len(keys))
    place = {key: int(order[i]) % FOLDS for i, key in enumerate(keys)}
    return np.array([place[layout_key(r)] for r in rows])


def foretold_s(rows: Sequence[Row], hardware: Mapping[str, Row], software_year: float) -> np.ndarray:
    """Step time of each row by constants fitted without its configuration; seconds."""
    fold, out = fold_of(rows), np.full(len(rows), np.nan)
    for k in range(FOLDS):
        held = [r for r, f in zip(rows, fold, strict=True) if f == k]
        constants = fitted([r for r, f in zip(rows, fold, strict=True) if f != k], hardware, software_year)
        out[fold == k] = step_time_s(job_of(held, hardware, constants), constants)
    return out


@lru_cache(maxsize=2)
def foretold_of_bundle(software_year: float) -> dict[str, float]:
    """Row of the bundled tables -> its step time by constants fitted without its configuration; seconds."""
    folder = CaseFolder()
    hardware = folder.inputs_by("accelerator", "training/hardware.csv")
    table = [r for r in measured(folder.inputs("training/measured_training.csv")) if not unusable(r, hardware)]
    rows = [*fitting_rows(table), *(single_node(r) for r in measured(folder.inputs("training/vtrain_single_node.csv")))]
    return {r["row_id"]: float(s) for r, s in zip(rows, foretold_s(rows, hardware, software_year), strict=True)}


__all__ = ["COMMON", "OF_FAMILY", "fitted", "foretold_of_bundle", "foretold_s", "pooled", "ratios", "weights"]
