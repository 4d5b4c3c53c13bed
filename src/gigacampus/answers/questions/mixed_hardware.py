"""Q16: speed lost when unlike accelerators train one model."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import days, first_at_work, needed, worlds
from gigacampus.foundation.units import HOURS_PER_DAY, SECONDS_PER_HOUR
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result

STAGES = ("training",)


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
    )
    compare = {"mixed_mfu": float(np.median(mfu))} if name == "colossus_1" else {}
    return Answer(head, more, compare)
