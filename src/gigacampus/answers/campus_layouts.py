"""Layouts on the accelerators that a run's campus has in a month, each model a pool of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.answers.layouts import best_layouts
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.references import name_of
from gigacampus.rerun.named_campus import campus_named
from gigacampus.results import store
from gigacampus.results.result import Result, without_reference

ODD = (1, 3, 5, 7)
"""A job holds one of these times a power of two: other numbers leave replicas and steps that nothing divides."""


def fleet(result: Result, campus: str, month: str) -> dict[str, int]:
    """Accelerators of each model in service on a campus in a month on the planned path, in the middle of the worlds, most first."""
    labels, row = result.coords["block"], _month(result, month)
    present = without_reference(result.planned("block_present_frac"))
    counts: dict[str, float] = {}
    for key, block in result.scenario["campuses"][campus_named(result, campus)]["blocks"].items():
        label = f"{campus}/{key}"
        if block["kind"] == "accelerators" and label in labels:
            count = block["count"] * float(np.median(present[:, labels.index(label), row]))
            counts[name_of(block["model"])] = counts.get(name_of(block["model"]), 0.0) + count
    return {name: int(count) for name, count in sorted(counts.items(), key=lambda kv: -kv[1]) if count >= 1.0}


def on_campus(where: str, month: str | None, *, model: str | None, best: int, **asked: Any) -> dict[str, Any]:
    """Best layouts on a run's campus: of the model with most accelerators, the others under ``others``.

    ``where`` is ``RUN:NAME``; without a ``model`` it is the one that the run trains.
    """
    folder, _, campus = where.rpartition(":")
    if not folder:
        raise refuse(f"{where!r} names no run and campus", path="--campus", fix="RUN:NAME, a run folder and one of its campuses")
    result = store.read(Path(folder))
    labels = result.coords["month"]
    month = month or str(result.manifest["as_of"])[:7]
    held = fleet(result, campus, month)
    if not held:
        first = next((label for label in labels if fleet(result, campus, label)), None)
        fix = f"--month {first} is the first with any" if first else "another campus"
        raise refuse(f"no accelerator is in service on {campus} in {month}", path="--month", fix=fix)
    trained = model or name_of(result.scenario["compute"]["training_model"])
    pools = [
        {"in_service": count, **best_layouts(trained, accelerators=even(count), on=name, best=best, **asked)}
        for name, count in held.items()
    ]
    return {**pools[0], "campus": campus, "month": month, "fleet": held, "others": pools[1:]}


def even(count: int) -> int:
    """The largest job within ``count`` accelerators that is a small odd number times a power of two.

    >>> even(110_000), even(8), even(1)
    (98304, 8, 1)
    """
    return max(odd << ((count // odd).bit_length() - 1) for odd in ODD if odd <= count)


def _month(result: Result, month: str) -> int:
    labels = result.coords["month"]
    if month not in labels:
        raise refuse(f"{month!r} is no month of the run", path="--month", fix=f"a month from {labels[0]} to {labels[-1]}")
    return int(labels.index(month))
