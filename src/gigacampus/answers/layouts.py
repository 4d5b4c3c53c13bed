"""The best layouts of a model on a number of accelerators, for the command line and the server."""

from __future__ import annotations

from datetime import date
from math import inf
from time import perf_counter
from types import SimpleNamespace
from typing import Any

from gigacampus.compute.job import Machine, Shape
from gigacampus.compute.layout_search import described, front, grid, search
from gigacampus.compute.training_jobs import machine_of, shape_of
from gigacampus.foundation.errors import nearest, refuse
from gigacampus.foundation.units import UNIT_TABLE
from gigacampus.scenario.library import load_entry, names
from gigacampus.schema.compute import AcceleratorEntry, LayoutSpec, ModelEntry

GIGABYTE = UNIT_TABLE["GB"][1]
EFFICIENCY = "pooled"
EIGHT = 8
DOUBLINGS, MOST_ACCELERATORS = 10, 65_536
"""How far a number of accelerators on which nothing fits is doubled to find one on which something does."""


def entry_named(family: str, name: str, what: str) -> str:
    """Name of a library entry, with or without ``lib:<family>/``, however it is written; refused with the nearest names."""
    wanted = name.removeprefix(f"lib:{family}/").lower().replace("-", "_").replace(".", "_").replace(" ", "_")
    known = names(family)
    if wanted in known:
        return wanted
    close = [n for n in known if wanted and wanted in n] or [n for n in (nearest(wanted, known),) if n]
    raise refuse(f"no {what} {name!r} in the library", nearest=", ".join(close), fix=f"one of {', '.join(known)}")


def best_layouts(
    model: str,
    *,
    accelerators: int,
    on: str,
    best: int,
    bits: int = 16,
    batch_tokens: float | None = None,
    sequence_tokens: float | None = None,
) -> dict[str, Any]:
    """Best layouts and Pareto front of a library model on a library accelerator, counts of what was timed and what did not fit.

    ``bits`` are those of the matrix products; utilisation (``mfu``) is over the peak in that format.
    """
    entry = AcceleratorEntry(**load_entry("accelerators", entry_named("accelerators", on, "accelerator"), date.max)[0])
    named = ModelEntry(**load_entry("models", entry_named("models", model, "model"), date.max)[0])
    constants = SimpleNamespace(**load_entry("training_efficiency", EFFICIENCY, date.max)[0])
    if accelerators < 1:
        raise refuse(f"{accelerators} accelerators", path="--accelerators", fix="a whole number from 1")
    sequence = _tokens("--sequence-tokens", sequence_tokens, LayoutSpec().sequence_tokens)
    batch = _tokens("--batch-tokens", batch_tokens, LayoutSpec().batch_tokens)
    faster = _faster(bits, entry)
    shape, machine = shape_of(named), machine_of(entry, constants, eight_bit=bits == EIGHT)

    def tried(count: int) -> tuple[float, Any, int]:
        """Sequences of a step on so many accelerators, what the search finds and how many layouts there are."""
        sequences = _step_sequences(batch, sequence, count)
        layout = grid(shape, machine, accelerators=count, batch_sequences=sequences, sequence=sequence, product_bits=float(bits))
        return sequences, search(shape, machine, layout, constants), len(layout.tensor)

    started = perf_counter()
    sequences, found, asked = tried(accelerators)
    seconds = perf_counter() - started
    shown = [_of_peak(described(found, place), faster) for place in range(min(best, found.evaluated))]
    out = {
        "model": named.title,
        "accelerator": entry.title,
        "accelerators": accelerators,
        "batch_sequences": sequences,
        "sequence_tokens": sequence,
        "product_bits": bits,
        "memory_limit_gb": machine.memory_bytes / GIGABYTE,
        "evaluated": found.evaluated,
        "pruned": found.pruned,
        "seconds": seconds,
        "fits": found.evaluated > 0,
        "layouts": shown,
        "pareto": [_of_peak(described(found, int(place)), faster) for place in front(found)],
    }
    if found.evaluated:
        return out
    larger = (accelerators * 2**k for k in range(1, DOUBLINGS + 1) if accelerators * 2**k <= MOST_ACCELERATORS)
    fits_on = next((count for count in larger if tried(count)[1].evaluated), None)
    return {**out, "fits_on": fits_on, "reason": _why_none(shape, machine, found.least_memory_bytes, asked, fits_on)}


def _tokens(flag: str, given: float | None, usual: float) -> float:
    """Tokens as given, or the usual number; what is no number of tokens is refused."""
    if given is None:
        return usual
    if not 1.0 <= given < inf:
        raise refuse(f"{given:g} tokens", path=flag, fix="a number of tokens from 1")
    return given


def _faster(bits: int, entry: AcceleratorEntry) -> float:
    """Peak in the format of the products over the 16-bit one; refused for a format that the search or the accelerator does not know."""
    if bits not in (EIGHT, 16):
        raise refuse(f"products of {bits} bits", path="--bits", fix="8 or 16")
    if bits == 16:
        return 1.0
    if not entry.peak_fp8_tflops:
        raise refuse(f"{entry.title} has no 8-bit products", path="--bits", fix="--bits 16")
    return entry.peak_fp8_tflops / entry.peak_bf16_tflops


def _of_peak(row: dict[str, Any], faster: float) -> dict[str, Any]:
    """A layout with its utilisation over the peak of the format in use: ``faster`` times the 16-bit one."""
    return {**row, "mfu": row["mfu"] / faster}


def _step_sequences(batch_tokens: float, sequence: float, accelerators: int) -> float:
    """Sequences of a step: the asked tokens, rounded down to a power of two so that replicas and micro-batches divide them."""
    asked = batch_tokens / sequence
    if asked < 1.0:
        raise refuse(
            f"a step of {batch_tokens:g} tokens holds no sequence of {sequence:g}", path="--batch-tokens", fix=f"at least {sequence:g}"
        )
    odd = accelerators
    while odd % 2 == 0:
        odd //= 2
    whole = 1
    while whole * 2 * odd <= asked:
        whole *= 2
    return float(whole * odd if whole * odd <= asked else int(asked))


def _why_none(shape: Shape, machine: Machine, least: float, tried: int, fits_on: int | None) -> str:
    """Why no layout fits, and the first doubling of the accelerators on which one does."""
    more = f"{fits_on:,} accelerators hold one" if fits_on else "no doubling of their number that was tried holds one"
    if not tried:
        divided = f"no degrees divide {shape.heads:g} heads, {shape.layers:g} layers and the accelerators"
        return f"{divided}: try a number with more divisors; {more}"
    return (
        f"the smallest of {tried:,} layouts needs {least / GIGABYTE:,.1f} GB on one accelerator of {machine.memory_bytes / GIGABYTE:g} GB; "
        f"{more}; larger accelerators or a smaller model would do too"
    )
