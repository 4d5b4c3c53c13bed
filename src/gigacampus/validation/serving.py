"""Scores the serving roofline against published points, node sweeps, benchmark results and a published production day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from gigacampus.compute.roofline import ServingPoint
from gigacampus.scenario.library import load_entry
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case, measured, missing
from gigacampus.validation.serving_absolute import mlperf_rows, production_rows
from gigacampus.validation.serving_calibration import FREE, calibrated, output_tokens_per_s
from gigacampus.validation.serving_rows import copies, errors, serving_point, undated_prediction, unusable, without

FAMILY = "serving"
WORKED_EXAMPLE_DAY = date(2026, 1, 16)
SHAPE_OF = {"zai-org/GLM-5-FP8": "zhipuai/GLM-5"}
"""Uploads of a model under another name."""
PREDICTS = ("zai-org/GLM-5-FP8",)
"""Models whose node sweeps use multi-token prediction."""
PROMISED = {
    "time per token, median relative error": 0.15,
    "time per token, share off by more than 25 %": 0.28,
    "time to first token, median relative error": 0.40,
    "node sweeps, median relative error": 0.10,
}
"""What docs/compute.md promises of serving."""
SWEEPS = "H200 node sweeps of February 2026"


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per judged case."""
    folder = opened(data)
    return [*_points(folder), *_node_sweep(folder), *production_rows(folder, newest_constants()), *mlperf_rows(folder, newest_constants())]


def newest_constants(as_of: date = date.max) -> SimpleNamespace:
    """Roofline constants of the library as known on a day."""
    return SimpleNamespace(**load_entry("serving_efficiency", "pooled", as_of)[0])


def point_of(folder: CaseFolder, rows: Sequence[Row]) -> ServingPoint:
    """Columns for measured rows, with shapes and systems from the folder or the bundled copy."""
    shapes = folder.inputs_by("model", "serving/model_shapes.csv")
    systems = folder.inputs_by("system", "serving/gpu_serving_specs.csv")
    return serving_point(rows, shapes, systems)


def judged_points(folder: CaseFolder, table: Sequence[Row]) -> list[Row]:
    """One-pool rows that the roofline can judge, one of each copy; the others are noted with the reason."""
    shapes = folder.inputs_by("model", "serving/model_shapes.csv")
    systems = folder.inputs_by("system", "serving/gpu_serving_specs.csv")
    rows = []
    for r in measured(table):
        why = unusable(r) or ("" if r["model"] in shapes else "a model without a shape here")
        why = why or ("" if r["system"] in systems else "an accelerator that the table of systems lacks")
        leave_out([r] if why else [], why)
        rows += [] if why else [r]
    doubtful = undated_prediction(rows)
    leave_out(doubtful, "multi-token prediction on or off, not told")
    told = without(rows, doubtful)
    same = copies(told, folder.inputs("serving/silicon_points_same_as.csv", key=("row_id",)))
    leave_out(same, "repeats another row's measurement to the digit")
    return without(told, same)


def _points(folder: CaseFolder) -> list[CaseRow]:
    table = folder.rows("serving/silicon_points.csv")
    if table is None:
        return [missing(FAMILY, "measured points", "silicon_points.csv")]
    rows = judged_points(folder, table)
    if not rows:
        return [missing(FAMILY, "measured points", "a one-pool row")]
    score(rows)
    days = {"": date.max, f", constants as of {WORKED_EXAMPLE_DAY}": WORKED_EXAMPLE_DAY}
    return [row for words, day in days.items() for row in _point_rows(folder, words, rows, newest_constants(day))]


def _point_rows(folder: CaseFolder, words: str, rows: Sequence[Row], constants: SimpleNamespace) -> list[CaseRow]:
    error, n = errors(rows, point_of(folder, rows), constants), len(rows)
    source = "aiconfigurator 0.12.0 sample, one of each copy; eleven constants fitted on its open rows"
    outside = np.mean((error["tpot_ratio"] < constants.tpot_ratio_p10) | (error["tpot_ratio"] > constants.tpot_ratio_p90))
    told = [
        ("time per token", "median relative error", float(np.median(error["tpot"]))),
        ("time per token", "share off by more than 25 %", float(np.mean(error["tpot"] > 0.25))),
        ("time per token", "90 % quantile of the relative error", float(np.quantile(error["tpot"], 0.9))),
        ("time per token", "share outside the 80 % band", float(outside)),
        ("time to first token", "median relative error", float(np.median(error["ttft"]))),
    ]
    return [
        case(
            FAMILY,
            f"{name}, one pool{words}",
            metric,
            value,
            None if words else PROMISED.get(f"{name}, {metric}"),
            n=n,
            source=source,
            gating=True,
        )
        for name, metric, value in told
    ]


def _node_sweep(folder: CaseFolder) -> list[CaseRow]:
    """The rate that pooled constants promise on an engine they never saw, and with three of them refitted on other input lengths."""
    table = folder.rows("serving/h200_node_points.csv")
    if table is None:
        return [missing(FAMILY, "node sweeps", "h200_node_points.csv")]
    shapes, rows = folder.inputs_by("model", "serving/model_shapes.csv"), measured(table)
    leave_out([r for r in rows if SHAPE_OF.get(r["model"], r["model"]) not in shapes], "a model without a shape here")
    rows = [r for r in rows if SHAPE_OF.get(r["model"], r["model"]) in shapes]
    score(rows)
    out = []
    for words, group in (
        ("", [r for r in rows if r["model"] not in PREDICTS]),
        (", multi-token prediction", [r for r in rows if r["model"] in PREDICTS]),
    ):
        if group:
            rate = np.array([float(r["out_tok_s"]) for r in group])
            promised = output_tokens_per_s(point_of(folder, [_as_point(r) for r in group]), newest_constants()) / rate
            name = f"node sweeps with pooled constants{words}"
            out.append(case(FAMILY, name, "median of promised over measured rate", float(np.median(promised)), n=len(group), source=SWEEPS))
    unseen = _left_out_errors(rows)
    if unseen.size:
        name, limit, n = (
            "node sweeps, three constants refitted on other input lengths",
            PROMISED["node sweeps, median relative error"],
            unseen.size,
        )
        out.append(case(FAMILY, name, "median relative error", float(np.median(unseen)), limit, n=n, source=SWEEPS, gating=True))
        out.append(case(FAMILY, name, "90 % quantile of the error", float(np.quantile(unseen, 0.9)), n=n, source=SWEEPS))
    return out


def _left_out_errors(rows: Sequence[Row]) -> np.ndarray:
    """Errors of rows whose engine and model were calibrated on the bundled rows of other input lengths; empty where none was."""
    bundled = CaseFolder()
    library = measured(bundled.inputs("serving/h200_node_points.csv"))
    out = []
    for row in {(r["model"], r["parallel"], r["isl"]): r for r in rows}.values():
        pair = row["model"], row["parallel"]
        known = [r for r in library if (r["model"], r["parallel"]) == pair and r["isl"] != row["isl"]]
        asked = [r for r in rows if (r["model"], r["parallel"], r["isl"]) == (*pair, row["isl"])]
        if len(known) > len(FREE):
            rate = np.array([float(r["out_tok_s"]) for r in known])
            constants = calibrated(point_of(bundled, [_as_point(r) for r in known]), rate, newest_constants())
            ours = output_tokens_per_s(point_of(bundled, [_as_point(r) for r in asked]), constants)
            out.append(np.abs(ours / np.array([float(r["out_tok_s"]) for r in asked]) - 1.0))
    return np.concatenate(out) if out else np.array([])


def _as_point(row: Row) -> Row:
    copies_of_attention = row["gpus"] if row["parallel"].startswith("dep") else "1"
    model = SHAPE_OF.get(row["model"], row["model"])
    return Row({**row, "model": model, "system": "h200_sxm", "precision": "fp8", "mode": "agg", "attention_dp_size": copies_of_attention})
