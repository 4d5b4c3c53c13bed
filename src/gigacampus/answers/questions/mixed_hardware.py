"""Q16: speed lost when unlike accelerators train one model, and what a step of the job then takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.campus_layouts import fleet
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import days, first_at_work, needed, worlds
from gigacampus.compute.step_time import step_mfu, step_parts_s
from gigacampus.compute.training_jobs import job_of
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import HOURS_PER_DAY, SECONDS_PER_HOUR
from gigacampus.rerun.place import Place
from gigacampus.rerun.reopen import reference_scenario
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result, without_reference

STAGES = ("training",)
BATCH = "compute.layout.batch_tokens"
BUBBLE_NOTE = "of the step as modelled on the accelerator of which most are there, before stragglers and what production adds"


def answer(result: Result, place: Place | None = None) -> Answer:
    """Loss and MFU of the campus whose job mixes most, in the month of the scenario's day or the first after it with a job."""
    needed(result, "mixed_loss_frac", "mfu_frac", "training_flop", "accelerator_hours")
    now = first_at_work(worlds(result, "mfu_frac").max(axis=1), as_of_month(result))
    if now is None:
        raise Missing("no accelerator trains from the scenario's day on")
    loss = worlds(result, "mixed_loss_frac")[:, :, now]
    campus = int(np.median(loss, axis=0).argmax())
    name = result.coords["campus"][campus]
    mfu, goodput = (worlds(result, n)[:, campus, now] for n in ("mfu_frac", "goodput_frac"))
    hours = float(days(result, [now])[0]) * HOURS_PER_DAY
    rate = worlds(result, "training_flop")[:, campus, now] / (hours * SECONDS_PER_HOUR)
    at_work = worlds(result, "accelerator_hours")[:, campus, now] / hours
    at: dict[str, Any] = {"period": month_period(result, now), "place": f"campus {name}"}
    title = f"Training speed lost to unlike accelerators, {name}, {result.coords['month'][now]}"
    head = figure("Q16", title, loss[:, campus], "share", STAGES, **at)
    more = (
        figure("Q16_mfu", "MFU of the job", mfu, "share", STAGES, **at),
        figure("Q16_goodput", "share of time that makes progress", goodput, "share", STAGES, **at),
        figure("Q16_rate", "effective speed of all jobs there, failures and restarts included", rate, "FLOP/s", STAGES, **at),
        figure("Q16_at_work", "accelerators at work", at_work, "accelerators", STAGES, **at),
        *_step(result, campus, now, rate / np.where(goodput > 0.0, goodput, 1.0) / np.where(at_work > 0.0, at_work, 1.0), at_work, at),
    )
    compare = {"mixed_mfu": float(np.median(mfu))} if name == "colossus_1" else {}
    return Answer(head, more, compare)


def _step(result: Result, campus: int, month: int, each: np.ndarray, at_work: np.ndarray, at: dict[str, Any]) -> tuple[Figure, ...]:
    """Days of a run, time of a step and its bubble; ``each`` is the useful FLOP/s of one running accelerator by world."""
    scenario = reference_scenario(result)
    compute, library = scenario.compute, scenario.library
    held = fleet(result, result.coords["campus"][campus], result.coords["month"][month])
    if not held:
        return ()
    entry = library.accelerators[next(iter(held))]
    constants, model = entry_of(library, compute.training_efficiency), entry_of(library, compute.training_model)
    size = np.minimum(np.maximum(at_work, 1.0), compute.job_accelerators)
    job = job_of(compute, model, entry, constants, accelerators=size)
    drawn = {} if result.sampled is None else result.sampled.worlds
    batch = without_reference(np.atleast_1d(drawn.get(BATCH, compute.layout.batch_tokens)))
    job = replace(job, layout=replace(job.layout, batch_sequences=np.broadcast_to(batch, size.shape) / compute.layout.sequence_tokens))
    parts = step_parts_s(job, constants)
    modelled_s = sum(parts.values(), start=np.zeros(()))
    modelled = step_mfu(job, constants) * job.machine.peak_flop_per_s
    step_s = np.divide(modelled_s * modelled, each, out=np.full_like(each, np.nan), where=each > 0.0)
    bubble = np.broadcast_to(parts["bubble"] / modelled_s, step_s.shape)
    days_each = worlds(result, "days_for_1e27_flop")[:, campus, month]
    return (
        figure("Q16_days", "days for 1e27 FLOP on all accelerators there", days_each, "days", STAGES, **at),
        figure("Q16_step", "time of one optimiser step of the training layout, as it runs", step_s, "s", STAGES, **at),
        figure(
            "Q16_bubble",
            "pipeline bubble: share of the layout's step that stages wait",
            bubble,
            "share",
            STAGES,
            note=f"{BUBBLE_NOTE}: {entry.title}",
            **at,
        ),
    )
