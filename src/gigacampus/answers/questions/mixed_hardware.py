"""Q16: speed lost when unlike accelerators train one model."""

from __future__ import annotations

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.place import Place
from gigacampus.answers.series import as_of_month, needed, worlds
from gigacampus.results.result import Result

STAGES = ("training",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Loss and MFU of the campus whose job mixes most, in the month of the scenario's day."""
    needed(result, "mixed_loss_frac", "mfu_frac")
    now = as_of_month(result)
    loss = worlds(result, "mixed_loss_frac")[:, :, now]
    campus = int(np.median(loss, axis=0).argmax())
    name = result.coords["campus"][campus]
    mfu, goodput = (worlds(result, n)[:, campus, now] for n in ("mfu_frac", "goodput_frac"))
    head = figure("Q16", f"Training speed lost to unlike accelerators, {name}", loss[:, campus], "1", STAGES)
    more = (
        figure("Q16_mfu", "MFU of the job", mfu, "1", STAGES),
        figure("Q16_goodput", "share of time that makes progress", goodput, "1", STAGES),
    )
    compare = {"mixed_mfu": float(np.median(mfu))} if name == "colossus_1" else {}
    return Answer(head, loss[:, campus], "world", more, compare)
