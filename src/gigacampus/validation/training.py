"""Scores FLOP counts, step times, failures and goodput against published training runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.compute import failures, flops, mixed
from gigacampus.compute.step_time import StepInputs, step_mfu, step_time_s
from gigacampus.foundation.units import HOURS_PER_DAY, SECONDS_PER_HOUR
from gigacampus.scenario.library import load_entry
from gigacampus.validation.case_rows import Row, case, measured, read_inputs, read_rows, skipped
from gigacampus.validation.training_rows import POWER_CAPPED, family, measured_s, step_inputs, usable

FAMILY = "training"
NODE = 8.0
NOT_A_STEP = ("simumax",)
"""Models cut to a few layers: their loss layer dominates, which the step model does not hold."""


def cases(data_dir: Path | None) -> list[dict[str, Any]]:
    """One row per judged case."""
    return [
        _flop_identity(),
        *_steps(data_dir),
        *_runs(data_dir),
        *_failures(data_dir),
        _daly_optimum(),
        *_goodput(data_dir),
        _mixed_fleet(),
    ]


def newest_constants(as_of: date = date.max) -> SimpleNamespace:
    """Step-time constants of the library as known on a day."""
    return SimpleNamespace(**load_entry("training_efficiency", "pooled", as_of)[0])


def _flop_identity() -> dict[str, Any]:
    worst = 0.0
    for hidden, layers, sequence in ((2304, 24, 2048), (12288, 96, 2048), (25600, 128, 2048), (20480, 105, 8192)):
        layer = flops.dense_layer_forward_flop_per_token(hidden, ffn=4 * hidden, heads=64, kv_heads=64, sequence=sequence)
        logits = flops.logits_forward_flop_per_token(hidden, 51200)
        ours = 512 * sequence * (4.0 * layers * layer + 3.0 * logits)
        theirs = flops.megatron_iteration_flop(512, sequence=sequence, layers=layers, hidden=hidden, vocabulary=51200)
        worst = max(worst, abs(ours / theirs - 1.0))
    return case(
        FAMILY,
        "layer sum against the published iteration formula",
        "largest relative error",
        worst,
        1e-12,
        n=4,
        source="arXiv:2104.04473 Eq. 3",
        gating=True,
    )


def _steps(data_dir: Path | None) -> list[dict[str, Any]]:
    rows = read_rows(data_dir, FAMILY, "measured_training.csv")
    if rows is None:
        return [skipped(FAMILY, "step time", "measured_training.csv")]
    hardware = {r["accelerator"]: r for r in read_inputs(data_dir, FAMILY, "hardware.csv")}
    rows = [
        r for r in measured(rows) if usable(r, hardware) and r["accelerator"] != POWER_CAPPED and not r["source_key"].startswith(NOT_A_STEP)
    ]
    groups = {
        "dense, 16 bit": [r for r in rows if r["arch"] == "dense" and "16" in r["precision"]],
        "dense, 8 bit": [r for r in rows if r["arch"] == "dense" and "8" in r["precision"]],
        "sparse and hybrid": [r for r in rows if r["arch"] != "dense"],
        "1,000 accelerators and more": [r for r in rows if float(r["accelerators"]) >= 1000],
    }
    return [row for name, group in groups.items() if group for row in _step_rows(name, group, hardware)]


def _step_rows(name: str, rows: list[Row], hardware: dict[str, Row]) -> list[dict[str, Any]]:
    constants = newest_constants()
    ceilings = {key: getattr(constants, f"{key}_frac") for key in ("a100", "hopper", "blackwell")}
    x = step_inputs(rows, hardware, {key: ceilings[key] for key in {family(r) or "" for r in rows}})
    seconds = measured_s(rows)
    error = np.abs(step_time_s(x, constants) / seconds - 1.0)
    mfu_gap = np.abs(step_mfu(x, constants) * (1.0 - step_time_s(x, constants) / seconds))
    source = "measured_training.csv; eight constants fitted on its open rows"
    return [
        case(
            FAMILY, f"step time: {name}", "median relative error", float(np.median(error)), None, n=len(rows), source=source, gating=False
        ),
        case(FAMILY, f"utilisation: {name}", "median gap", float(np.median(mfu_gap)), None, n=len(rows), source=source, gating=False),
    ]


def _runs(data_dir: Path | None) -> list[dict[str, Any]]:
    rows = read_rows(data_dir, FAMILY, "run_totals.csv")
    if rows is None:
        return [skipped(FAMILY, "whole runs", "run_totals.csv")]
    work = {"deepseek-v3": (36.5e9, 14.8e12, 989.5e12), "llama3.1-405b": (405e9, 15.6e12, 989.5e12), "llama2-70b": (69.0e9, 2.0e12, 312e12)}
    predicted = _predicted_mfu()
    out = []
    for row in measured(rows):
        if row["model"] in work and row["accelerator_hours_million"]:
            active, tokens, peak = work[row["model"]]
            hours = float(row["accelerator_hours_million"]) * 1e6
            mfu = flops.model_flop_utilisation(6.0 * active, tokens_per_s=tokens / hours / SECONDS_PER_HOUR, peak_flop_per_s=peak)
            out.append(
                case(
                    FAMILY,
                    f"whole run of {row['model']}",
                    "implied utilisation over the BF16 peak",
                    float(mfu),
                    None,
                    source=row["source"],
                    gating=False,
                )
            )
            if row["model"] in predicted:
                out.append(
                    case(
                        FAMILY,
                        f"whole run of {row['model']}",
                        "utilisation over that of the step model",
                        float(mfu) / predicted[row["model"]],
                        None,
                        source=f"{row['source']}; layout as published",
                        gating=False,
                    )
                )
    return out


def _predicted_mfu() -> dict[str, float]:
    """Utilisation that the step model gives two published production runs at their stated layouts."""
    c = newest_constants()
    shared = {
        "context": 1.0,
        "micro_batch": 1.0,
        "recompute_passes": 3.0,
        "peak_flop_per_s": 989.5e12,
        "scale_out_bytes_per_s": 50e9,
        "matrix_frac": c.hopper_frac,
        "gathered_weights": 0.0,
        "pipeline": 16.0,
    }
    sparse = StepInputs(
        parameters=671e9,
        active_parameters=36.5e9,
        layers=61.0,
        hidden=7168.0,
        query_dim=20480.0,
        sequence=4096.0,
        batch_sequences=15360.0,
        accelerators=2048.0,
        tensor=1.0,
        virtual_stages=2.0,
        memory_bytes_per_s=3.35e12,
        scale_up_bytes_per_s=200e9,
        sparse=1.0,
        eight_bit=1.0,
        **shared,
    )
    dense = StepInputs(
        parameters=405e9,
        active_parameters=405e9,
        layers=126.0,
        hidden=16384.0,
        query_dim=16384.0,
        sequence=8192.0,
        batch_sequences=2048.0,
        accelerators=16384.0,
        tensor=8.0,
        virtual_stages=7.0,
        memory_bytes_per_s=2.4e12,
        scale_up_bytes_per_s=450e9,
        sparse=0.0,
        eight_bit=0.0,
        **shared,
    )
    return {"deepseek-v3": float(step_mfu(sparse, c)), "llama3.1-405b": float(step_mfu(dense, c))}


def _failures(data_dir: Path | None) -> list[dict[str, Any]]:
    counts = read_rows(data_dir, FAMILY, "llama3_interruptions.csv")
    points = read_rows(data_dir, FAMILY, "reliability_points.csv")
    if counts is None or points is None:
        return [skipped(FAMILY, "failure rates", "llama3_interruptions.csv or reliability_points.csv")]
    total = sum(float(r["count"]) for r in measured(counts))
    value = {(r["study"], r["accelerators"], r["quantity"]): float(r["value"]) for r in points}
    mtbf = value["llama3_405b", "16384", "mean_time_between_unexpected"]
    each = total / (54.0 * HOURS_PER_DAY * 16384.0)
    ours = 1.0 / float(failures.job_failure_rate_per_h(16384.0, per_accelerator_hour=each, per_job_hour=0.0))
    rows = [
        case(
            FAMILY,
            "interruptions by cause",
            "distance of their sum from the stated total",
            abs(total - value["llama3_405b", "16384", "unexpected_interruptions_in_54_days"]),
            0.0,
            unit="1",
            n=len(counts),
            source="arXiv:2407.21783 Table 5",
            gating=True,
        ),
        case(
            FAMILY,
            "Llama 3, 16,384 accelerators",
            "time between interruptions off by",
            abs(ours - mtbf),
            0.0005,
            unit="h",
            source="arXiv:2407.21783",
            gating=True,
        ),
    ]
    daily = value["meta_rsc1", "16384", "node_failures_per_1000_node_days"]
    per_accelerator = daily / 1000.0 / HOURS_PER_DAY / NODE
    for size, half_digit in (("16384", 0.05), ("131072", 0.005)):
        rate = failures.job_failure_rate_per_h(float(size), per_accelerator_hour=per_accelerator, per_job_hour=0.0)
        rows.append(
            case(
                FAMILY,
                f"research cluster, {int(size):,} accelerators",
                "projected time to failure off by",
                abs(1.0 / float(rate) - value["meta_rsc", size, "mttf_job_projected"]),
                half_digit,
                unit="h",
                source="arXiv:2410.21680",
                gating=True,
            )
        )
    return rows


def _daly_optimum() -> dict[str, Any]:
    worst = 0.0
    for mtbf in (0.1, 0.5, 3.0, 50.0):
        for write in (5 / 3600, 60 / 3600):
            grid = np.geomspace(1e-4, 2.0, 4001) * np.sqrt(mtbf)
            best = failures.daly_goodput(mtbf, restart_h=0.1, write_h=write, interval_h=grid).max()
            worst = max(worst, float(1.0 - failures.daly_goodput(mtbf, restart_h=0.1, write_h=write) / best))
    return case(
        FAMILY, "checkpoint interval against a search", "goodput lost to the formula", worst, 1e-3, n=8, source="Daly 2006", gating=True
    )


def _goodput(data_dir: Path | None) -> list[dict[str, Any]]:
    points = read_rows(data_dir, FAMILY, "reliability_points.csv")
    if points is None:
        return [skipped(FAMILY, "goodput", "reliability_points.csv")]
    value = {(r["study"], r["quantity"]): float(r["value"]) for r in points}
    llama = failures.daly_goodput(3.093, restart_h=10 / 60, write_h=15 / 3600)
    rate = failures.job_failure_rate_per_h(9600.0, per_accelerator_hour=1.97e-5, per_job_hour=0.0)
    robust = failures.daly_goodput(1.0 / rate, restart_h=2 / 60, write_h=5 / 3600)
    note = "restart and write times are assumed, so this reports"
    return [
        case(
            FAMILY,
            "goodput of Llama 3, restart 10 min",
            "gap to the stated 0.9",
            abs(float(llama) - value["llama3_405b", "effective_training_time_lower_bound"]),
            0.02,
            source=f"arXiv:2407.21783; {note}",
            gating=False,
        ),
        case(
            FAMILY,
            "goodput with warm spares, 9,600 accelerators",
            "gap to the stated 0.97",
            abs(float(robust) - value["byterobust", "ettr_three_months"]),
            0.02,
            source=f"arXiv:2509.16293; {note}",
            gating=False,
        ),
    ]


def _mixed_fleet() -> dict[str, Any]:
    counts, peaks = np.array([150e3, 50e3, 30e3]), np.array([989.5, 989.5, 2500.0])
    share = mixed.even_split_flop_per_s(counts, peaks) / (counts @ peaks)
    factor = mixed.implied_slow_factor(0.11, 0.40 * float(share))
    return case(
        FAMILY,
        "11 % reported on 150,000 H100, 50,000 H200 and 30,000 GB200 against 40 % at peers",
        "slow-down that unlike speeds do not explain",
        factor,
        None,
        source="press reports of May 2026",
        gating=False,
    )
