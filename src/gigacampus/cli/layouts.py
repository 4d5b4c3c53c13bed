"""`gigacampus layouts`: every valid way of cutting a training job over accelerators, the best of them first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

MODEL = Annotated[
    str | None, typer.Argument(help="Library model, such as llama_3_1_405b; with --campus, by default the one that the run trains.")
]
COLUMNS = ("tp", "pp", "cp", "ep", "dp", "interleave", "micro_batch", "recompute", "sharding")


@guarded
def layouts(
    model: MODEL = None,
    accelerators: Annotated[int | None, typer.Option("--accelerators", help="Accelerators of the job.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Library accelerator, such as h100 or gb200.")] = None,
    campus: Annotated[str | None, typer.Option("--campus", help="RUN:NAME: the accelerators that a run's campus has.")] = None,
    month: Annotated[str | None, typer.Option("--month", help="Month of the run, such as 2026-05; default: its day.")] = None,
    best: Annotated[int, typer.Option("--best", min=1, help="Layouts to show.")] = 10,
    bits: Annotated[int, typer.Option("--bits", help="Bits of the matrix products: 16 or 8; MFU is over the peak in that format.")] = 16,
    batch_tokens: Annotated[float | None, typer.Option("--batch-tokens", help="Tokens of a step; default: the library's.")] = None,
    sequence_tokens: Annotated[
        float | None, typer.Option("--sequence-tokens", help="Tokens of a sequence; default: the library's.")
    ] = None,
    as_json: AS_JSON = False,
) -> int:
    """Find the fastest layouts that fit into memory: parallel degrees, interleaving, recompute, sharding."""
    asked = {"best": best, "bits": bits, "batch_tokens": batch_tokens, "sequence_tokens": sequence_tokens}
    found = _on_campus(campus, month, model, accelerators, on, asked) if campus else _on_number(model, accelerators, on, month, asked)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text(found))
        return 0
    for pool in (found, *found.get("others", [])):
        for line in lines(pool):
            typer.echo(line)
    return 0


def _on_number(model: str | None, accelerators: int | None, on: str | None, month: str | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Layouts of a model on a number of accelerators; what is missing is refused by its name."""
    from gigacampus.answers.layouts import best_layouts
    from gigacampus.foundation.errors import refuse

    fix = "MODEL --accelerators N --on ACCELERATOR, or --campus RUN:NAME"
    if month is not None:
        raise refuse("a month is of a run's campus", path="--month", fix=fix)
    if model is None:
        raise refuse("no model is named", path="MODEL", fix=fix)
    if accelerators is None:
        raise refuse("no number of accelerators is given", path="--accelerators", fix=fix)
    if on is None:
        raise refuse("no accelerator is named", path="--on", fix=fix)
    return best_layouts(model, accelerators=accelerators, on=on, **asked)


def _on_campus(
    campus: str, month: str | None, model: str | None, accelerators: int | None, on: str | None, asked: dict[str, Any]
) -> dict[str, Any]:
    """Layouts on a run's campus, which says itself what accelerators it has."""
    from gigacampus.answers.campus_layouts import on_campus
    from gigacampus.foundation.errors import refuse

    if accelerators is not None or on is not None:
        flag = "--on" if accelerators is None else "--accelerators"
        raise refuse("the run's campus says which accelerators there are", path=flag, fix=f"leave out {flag} or --campus")
    return on_campus(campus, month, model=model, **asked)


def lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""
    head = f"{found['model']} on {found['accelerators']:,} x {found['accelerator']}, {found['batch_sequences']:,.0f} sequences of "
    out = [f"{found['in_service']:,} in service, of which one job holds {found['accelerators']:,}:"] if "in_service" in found else []
    out = [*out, head + f"{found['sequence_tokens']:,.0f} tokens a step, {found['product_bits']}-bit products"]
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
