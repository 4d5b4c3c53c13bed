"""`gigacampus layouts`: every valid way of cutting a training job over accelerators, the best of them first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

MODEL = Annotated[str, typer.Argument(help="Library model, such as llama_3_1_405b; `gigacampus sources` lists them.")]
COLUMNS = ("tp", "pp", "cp", "ep", "dp", "interleave", "micro_batch", "recompute", "sharding")


@guarded
def layouts(
    model: MODEL,
    accelerators: Annotated[int, typer.Option("--accelerators", help="Accelerators of the job.")],
    on: Annotated[str, typer.Option("--on", help="Library accelerator, such as h100 or gb200.")],
    best: Annotated[int, typer.Option("--best", min=1, help="Layouts to show.")] = 10,
    bits: Annotated[int, typer.Option("--bits", help="Bits of the matrix products: 16 or 8; MFU is over the peak in that format.")] = 16,
    batch_tokens: Annotated[float | None, typer.Option("--batch-tokens", help="Tokens of a step; default: the library's.")] = None,
    sequence_tokens: Annotated[
        float | None, typer.Option("--sequence-tokens", help="Tokens of a sequence; default: the library's.")
    ] = None,
    as_json: AS_JSON = False,
) -> int:
    """Find the fastest layouts that fit into memory: parallel degrees, interleaving, recompute, sharding."""
    from gigacampus.answers.layouts import best_layouts

    sizes = {"batch_tokens": batch_tokens, "sequence_tokens": sequence_tokens}
    found = best_layouts(model, accelerators=accelerators, on=on, best=best, bits=bits, **sizes)
    if as_json:
        import json

        typer.echo(json.dumps(found))
        return 0
    for line in lines(found):
        typer.echo(line)
    return 0


def lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""
    head = f"{found['model']} on {found['accelerators']:,} x {found['accelerator']}, {found['batch_sequences']:,.0f} sequences of "
    out = [head + f"{found['sequence_tokens']:,.0f} tokens a step, {found['product_bits']}-bit products"]
    timed = f"{found['evaluated']:,} layouts timed, {found['pruned']:,} do not fit into {found['memory_limit_gb']:g} GB"
    out.append(f"{timed}; {found['seconds']:.2f} s")
    if not found["fits"]:
        return [*out, f"No layout fits: {found['reason']}."]
    for title, rows in (("Fastest", found["layouts"]), ("Less memory for more time (Pareto front)", found["pareto"])):
        out += ["", title + ":", "  ".join(f"{name:>11}" for name in (*COLUMNS, "step s", "MFU", "GB"))]
        for row in rows:
            numbers = (f"{row['step_s']:.3f}", f"{row['mfu']:.1%}", f"{row['memory_gb']:.1f}")
            out.append("  ".join(f"{cell!s:>11}" for cell in (*(row[name] for name in COLUMNS), *numbers)))
    return out
