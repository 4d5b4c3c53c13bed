"""Training: utilisation, failures, goodput and FLOP of each campus, phase and month."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.compute import failures, mixed
from gigacampus.compute.fleet import installed_counts, mix_frac, young_frac
from gigacampus.compute.step_time import step_mfu
from gigacampus.compute.training_jobs import job_of
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import HOURS_PER_DAY, SECONDS_PER_HOUR, UNIT_TABLE
from gigacampus.registry.variables import NEVER

TERA = UNIT_TABLE["TFLOP/s"][1]
PETA = UNIT_TABLE["PFLOP/s"][1]
YOUNG_MONTHS = 3
RUN_FLOP = 1e27


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays (campus, phase, month) of the training stage."""
    compute, at = inputs.tree.compute, inputs.at
    in_service, served = up["accelerators_in_service"], up["it_served_frac"]
    at_work = in_service * compute.utilisation_frac * served
    hours = at.months.hours()
    shares = _shares(inputs, up["block_present_frac"])
    young = young_frac(in_service, YOUNG_MONTHS)
    job = np.minimum(at_work, compute.job_accelerators)
    mfu, goodput, mtbf, lost = _job(inputs, job, shares, young)
    whole_mfu, whole_goodput, _, _ = _job(inputs, at_work, shares, young)
    peak_flop = up["peak_pflops"] * PETA * compute.utilisation_frac * served * SECONDS_PER_HOUR
    a_day = peak_flop * HOURS_PER_DAY * whole_mfu * whole_goodput
    days = np.where(a_day > 0, RUN_FLOP / np.where(a_day > 0, a_day, 1.0), NEVER)
    return {
        "mfu_frac": mfu,
        "mixed_loss_frac": lost,
        "goodput_frac": goodput,
        "accelerator_hours": at_work * hours,
        "training_flop": peak_flop * hours * mfu * goodput,
        "days_for_1e27_flop": days,
        "job_mtbf_h": mtbf,
    }


def _shares(inputs: Any, present_frac: np.ndarray) -> np.ndarray:
    """Mix of accelerator models by campus; shape (accelerator, campus, phase, month)."""
    at = inputs.at
    mixes = []
    for c, name in enumerate(at.campus):
        here = {key: present_frac[i] for key, i in at.of_campus(at.block, c).items()}
        counts = installed_counts(inputs.tree.campuses[name].blocks, here, at.accelerator)
        mixes.append(np.broadcast_to(mix_frac(counts), (len(at.accelerator), at.phase, at.months.count)))
    return np.stack(mixes, axis=1)


def _job(inputs: Any, size: np.ndarray, shares: np.ndarray, young: np.ndarray) -> tuple[np.ndarray, ...]:
    """MFU, goodput, mean time between interruptions and loss to mixing of one job of ``size`` accelerators."""
    compute = inputs.tree.compute
    running = size > 0
    mfu, lost = job_mfu(compute, inputs.tree.library, inputs.at.accelerator, size, shares)
    ageing = 1.0 + young * (compute.young_failure_factor - 1.0)
    rate = failures.job_failure_rate_per_h(
        size, per_accelerator_hour=compute.failures_per_accelerator_hour * ageing, per_job_hour=compute.job_failures_per_hour
    )
    safe = np.where(running & (rate > 0), rate, 1.0)
    goodput = np.where(running, np.where(rate > 0, job_goodput(compute, size, safe), 1.0), 0.0)
    mtbf = np.where(running & (rate > 0), 1.0 / safe, NEVER)
    return np.where(running, mfu, 0.0), goodput, mtbf, np.where(running, lost, 0.0)


def job_mfu(
    compute: Any, library: Any, accelerators: tuple[str, ...], size: np.ndarray, shares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """MFU of a job on a mix of models, over the peak of all its accelerators, and the share of speed lost to the mix.

    Step model, production factor, stragglers, then mixing. ``size`` is (...), ``shares`` (accelerator, ...).
    """
    entries = [library.accelerators[key] for key in accelerators]
    peaks = np.array([e.peak_bf16_tflops for e in entries]) * TERA
    each = np.full((len(entries), *size.shape), np.nan if compute.mfu_frac is None else compute.mfu_frac)
    if compute.mfu_frac is None:
        for own, entry in zip(each, entries, strict=True):
            own[...] = _mfu_of(compute, library, entry, size)
    column = peaks.reshape(-1, *(1,) * size.ndim)
    useful = _mixed_rate(compute, shares, each * column)
    alone = mixed.separate_jobs_flop_per_s(shares, each * column)
    peak = np.sum(shares * column, axis=0)
    held = peak > 0
    return (np.where(held, useful / np.where(held, peak, 1.0), 0.0), np.where(held, 1.0 - useful / np.where(held, alone, 1.0), 0.0))


def _mixed_rate(compute: Any, shares: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """Useful FLOP/s per accelerator of the mix."""
    layout = compute.layout
    if compute.mixed_hardware == "separate_jobs":
        out: np.ndarray = mixed.separate_jobs_flop_per_s(shares, speed)
        return out
    if compute.mixed_hardware == "even_split":
        out = mixed.even_split_flop_per_s(shares, speed)
        return out
    units = max(layout.batch_tokens / layout.sequence_tokens / max(compute.job_accelerators / (layout.tensor * layout.pipeline), 1.0), 1.0)
    out = mixed.balanced_flop_per_s(shares, speed, units_per_replica=units)
    return out


def _mfu_of(compute: Any, library: Any, entry: Any, size: np.ndarray) -> np.ndarray:
    constants = entry_of(library, compute.training_efficiency)
    model = entry_of(library, compute.training_model)
    job = job_of(compute, model, entry, constants, accelerators=np.maximum(size, 1.0))
    slow = failures.straggler_factor(size / entry.scale_up_domain, sigma_frac=compute.straggler_sigma_frac)
    out: np.ndarray = step_mfu(job, constants) * compute.production_factor / slow
    return out


def job_goodput(compute: Any, size: np.ndarray, rate_per_h: np.ndarray) -> np.ndarray:
    """Share of time that makes progress under the scenario's recovery policy."""
    policy, write_h = compute.recovery, compute.checkpoint_write_s / SECONDS_PER_HOUR
    if policy.kind == "warm_spares":
        copy_h = policy.copy_s / SECONDS_PER_HOUR
        out: np.ndarray = failures.daly_goodput(1.0 / rate_per_h, restart_h=policy.swap_h, write_h=copy_h)
        return out
    if policy.kind == "drop_replica":
        replica = compute.layout.tensor * compute.layout.pipeline
        out = failures.drop_replica_goodput(
            size, rate_per_h=rate_per_h, replica=replica, repair_h=policy.repair_h, stall_h=policy.stall_s / SECONDS_PER_HOUR
        )
        return out
    if policy.kind == "decoupled":
        alone = failures.daly_goodput(policy.groups / rate_per_h, restart_h=compute.restart_h, write_h=write_h)
        out = alone * (1.0 - policy.token_penalty_frac)
        return out
    out = failures.daly_goodput(1.0 / rate_per_h, restart_h=compute.restart_h, write_h=write_h)
    return out


__all__ = ["job_goodput", "job_mfu", "run"]
