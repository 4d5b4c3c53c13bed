"""Minutes of the machines of one campus: the pauses of training jobs, and who computes, who answers and who waits for load."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.compute.failures import daly_interval_h
from gigacampus.foundation.units import SECONDS_PER_HOUR

Array = np.ndarray


def pause_rhythm(compute: Any, mtbf_h: float) -> tuple[float, float]:
    """Hours between the pauses of a training job and the seconds that one lasts, under the scenario's recovery policy.

    A job that copies its state pauses at Daly's interval; one that drops a replica pauses at each failure.
    """
    policy = compute.recovery
    if not np.isfinite(mtbf_h) or mtbf_h <= 0.0:
        return float("inf"), 0.0
    if policy.kind == "drop_replica":
        return mtbf_h, policy.stall_s
    write_s = policy.copy_s if policy.kind == "warm_spares" else compute.checkpoint_write_s
    apart = policy.groups if policy.kind == "decoupled" else 1.0
    return float(daly_interval_h(mtbf_h * apart, write_h=write_s / SECONDS_PER_HOUR)) if write_s > 0.0 else float("inf"), write_s


def machine_split(busy: Array, *, serving_frac: float, load_frac: Array) -> dict[str, Array]:
    """Accelerators that answer, that stand ready to answer, and that train, out of those at work.

    ``serving_frac`` of them are set apart for serving; ``load_frac`` is the load of those over what they can serve.

    >>> {k: v.tolist() for k, v in machine_split(np.array([100.0]), serving_frac=0.4, load_frac=np.array([0.5])).items()}
    {'serving': [20.0], 'ready': [20.0], 'training': [60.0]}
    """
    apart = busy * serving_frac
    answering = apart * np.minimum(load_frac, 1.0)
    return {"serving": answering, "ready": apart - answering, "training": busy - apart}
