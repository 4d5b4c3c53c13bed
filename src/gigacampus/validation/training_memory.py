"""Scores the peak memory of published layouts, by kind of count that the source made."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from gigacampus.compute.memory import NOT_ALLOCATED, memory_bytes
from gigacampus.foundation.units import UNIT_TABLE
from gigacampus.validation.case_folder import CaseFolder, Row
from gigacampus.validation.case_rows import CaseRow, case, measured
from gigacampus.validation.training_rows import PRODUCT_BITS, family, hardware_name, job_of

FAMILY = "training"
GIBIBYTE = UNIT_TABLE["GB"][1] * 1.073741824
ALLOCATED = "simumax"
"""Source that counts what is allocated; the other one counts what the allocator holds, which takes what is free."""
PROMISED = {"mean relative error": 0.06, "largest shortfall": 0.05}
"""What docs/compute.md promises of allocated memory: a layout said to fit never needs more than that beyond it."""
NO_CEILINGS = SimpleNamespace(
    software_year=2026.0, **{f"{kind}_{name}": 1.0 for kind in ("a100", "hopper", "blackwell") for name in ("frac", "attention_frac")}
)
"""Memory does not depend on ceilings of speed."""
BACKWARD = ("layers", "hidden", "heads", "seq_len", "accelerators", "tp", "pp", "dp", "global_batch_seqs")


def peak_ratio(rows: Sequence[Row], hardware: dict[str, Row]) -> np.ndarray:
    """Modelled over measured allocated memory."""
    parts = memory_bytes(job_of(rows, hardware, NO_CEILINGS))
    allocated = sum((size for kind, size in parts.items() if kind not in NOT_ALLOCATED), start=np.zeros(()))
    return np.asarray(allocated / (np.array([float(r["peak_mem_gib"]) for r in rows]) * GIBIBYTE))


def memory_rows(folder: CaseFolder) -> list[CaseRow]:
    """Peak memory of measured layouts: those counted as allocated gate, those that the allocator held are shown."""
    table = folder.rows("training/measured_training.csv")
    if table is None:
        return []
    hardware = folder.inputs_by("accelerator", "training/hardware.csv")
    rows = [
        r
        for r in measured(table)
        if r["peak_mem_gib"]
        and hardware_name(r) in hardware
        and family(r)
        and r["precision"] in PRODUCT_BITS
        and all(r[k] for k in BACKWARD)
    ]
    out = []
    for counted, words in ((True, "allocated"), (False, "held by the allocator")):
        own = [r for r in rows if r["source_key"].startswith(ALLOCATED) == counted]
        if not own:
            continue
        error = peak_ratio(own, hardware) - 1.0
        values = {"mean relative error": float(np.mean(np.abs(error))), "largest shortfall": float(np.max(-error))}
        for metric, value in values.items():
            limit = PROMISED[metric] if counted else None
            source = "measured_training.csv; no constant fitted"
            out.append(case(FAMILY, f"peak memory, {words}", metric, value, limit, n=len(own), source=source, gating=counted))
    return out
