"""What a gate was measured to do, as a patch of a scenario's red lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.measure.patch import band_text
from gigacampus.products import monitor

PROXY_HEAD = """# Measured by `gigacampus measure gate` on a proxy of harmless shapes: it shows how gates in series work together and
# stands for no real classifier. Recalls are those on what reaches each gate, so the correlation of the misses is in them.
"""
FILE_HEAD = "# Measured by `gigacampus measure gate FILE` on {items} labelled scores at the threshold {threshold:.6g}.\n"


def proxy_patch(found: dict[str, Any]) -> str:
    """Gates of the proxy in order, on what reaches each, with their 10-90 % bands."""
    kinds = ("recall_of_reaching", "false_positive_of_reaching")
    recalls, false = ([(row[f"{kind}_frac"], row[f"{kind}_of"]) for row in found["gates"]] for kind in kinds)
    return PROXY_HEAD + _text({}, recalls, false)


def file_patch(found: dict[str, Any]) -> str:
    """One gate at the threshold of the limit, the share of violating items that it was set for, and the people that it needs."""
    head = FILE_HEAD.format(items=found["items"], threshold=found["threshold"])
    values = {"violating_prompt_frac": found["violating_frac"], "review": f"{{reviewers: {found['reviewers']:.6g}}}"}
    gate = [(found["recall_frac"], found["violating"])], [(found["false_positive_frac"], found["harmless"])]
    return head + _text(values, *gate)


def _text(values: dict[str, Any], recalls: list[tuple[float, int]], false: list[tuple[float, int]]) -> str:
    """The patch: gates with correlation 0, other values, and bands of each share where its sample tells one."""
    told = {"gate_recalls": recalls, "gate_false_positives": false}
    lists = {name: f"[{', '.join(f'{share:.6g}' for share, _ in rows)}]" for name, rows in told.items()}
    lines = [f"  {name}: {value}" for name, value in {**values, **lists, "gate_correlation": 0}.items()]
    rows = [(f"red_lines.{name}.{k}", _band(*row)) for name, rows in told.items() for k, row in enumerate(rows)]
    bands = [f"  {path}: {band}" for path, band in rows if band]
    return "\n".join(["red_lines:", *lines, *(["uncertainty:", *bands] if bands else [])]) + "\n"


def _band(share: float, of: int) -> str:
    """A band of a share that was counted; none at 0 and 1, where every draw would lie on one side of it."""
    count = round(share * of)
    if count in (0, of):
        return ""
    low, high = monitor.jeffreys_interval_frac(np.array([count]), of, coverage_frac=0.8)
    return band_text({"low": float(low[0]), "mid": share, "high": float(high[0])}, share=True)
