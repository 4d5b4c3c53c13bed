"""`gigacampus replay`: a trace of real requests on the accelerators of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON
from gigacampus.cli.solve import RUN, opened


@guarded
def replay(
    run: RUN,
    trace: Annotated[Path, typer.Option("--trace", help="CSV of arrival, input tokens and output tokens, one line for each request.")],
    on: Annotated[str, typer.Option("--on", help="Accelerator of the run; default: the one that the run has most of on its day.")] = "",
    replicas: Annotated[int, typer.Option("--replicas", min=0, help="Replicas of the model; 0: the fewest that carry the mean load.")] = 0,
    as_json: AS_JSON = False,
) -> int:
    """Play a trace of requests: time to first token, time per token, queue, tokens a second and power."""
    from gigacampus.answers.replay import replayed

    found = replayed(opened(run, (), quiet=as_json), trace, on=on, replicas=replicas)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text(found))
        return 0
    for line in lines(found):
        typer.echo(line)
    return 0


def lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""
    on = f"{found['replicas']:,} replica{'s' if found['replicas'] != 1 else ''}, {found['accelerators']:,.0f} x {found['accelerator']}"
    head = f"{found['requests']:,} request{'s' if found['requests'] != 1 else ''} of {found['trace']} on {on}"
    out = [head, f"{'':>24}{'p50':>10}{'p95':>10}{'p99':>10}"]
    for title, key in (("time to first token, s", "ttft_s"), ("time per token, s", "tpot_s"), ("queue, s", "queue_s")):
        out.append(f"{title:>24}" + "".join(f"{found[key][q]:>10.3f}" for q in ("p50", "p95", "p99")))
    out.append(f"{found['input_tokens_per_s']:,.0f} tokens/s read, {found['output_tokens_per_s']:,.0f} tokens/s written")
    out.append(f"{found['in_flight_mean']:,.1f} requests in flight, {found['waiting_mean']:,.2f} waiting, {found['watts'] / 1e3:,.1f} kW")
    return [*out, *found["notes"]]
