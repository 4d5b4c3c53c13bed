"""`gigacampus measure clients`: cars, robots and agents of a run against its serving model on a loopback server."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON
from gigacampus.cli.solve import RUN, opened
from gigacampus.foundation.errors import refuse


@guarded
def clients(
    run: RUN,
    seconds: Annotated[float, typer.Option(help="Seconds in which requests are sent; the last answers come after them.")] = 20.0,
    rate: Annotated[float, typer.Option(help="Requests a second, to which the run's own are scaled down.")] = 20.0,
    on: Annotated[str, typer.Option("--on", help="Accelerator of the run; default: the one that it has most of.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of the arrivals.", min=0)] = 1,
    serve_only: Annotated[
        bool, typer.Option("--serve-only", help="Only serve, for load tools; stops after --seconds, or 0: never.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1 with --serve-only; 0: a free one.", min=0, max=65_535)] = 0,
    instant: Annotated[bool, typer.Option("--instant", help="With --serve-only: answer at once, to measure the protocol alone.")] = False,
    as_json: AS_JSON = False,
) -> int:
    """Replay the machines of a run as clients: latency promised and seen, tokens of both sides, deadlines met and missed."""
    for name, value, low, high in (("--seconds", seconds, 0.0 if serve_only else 0.5, 86_400.0), ("--rate", rate, 0.1, 2_000.0)):
        if not low <= value <= high:
            raise refuse(f"{value:g} lies outside {low:g} to {high:g}", path=name, fix=f"write a number from {low:g} to {high:g}")
    result = opened(run, (), quiet=as_json)
    if serve_only:
        return _serve(result, seconds=seconds, rate=rate, on=on, port=port, instant=instant, as_json=as_json)
    from gigacampus.answers.clients import clients as replayed

    found = replayed(result, seconds=seconds, per_s=rate, seed=seed, on=on, progress=None if as_json else _progress)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
    else:
        for line in _lines(found):
            typer.echo(line)
    if not found["tokens_equal"]:
        typer.echo("tokens of clients and server differ", err=True)
    return 0 if found["tokens_equal"] else 1


def _serve(result: Any, *, seconds: float, rate: float, on: str, port: int, instant: bool, as_json: bool) -> int:
    """Serve until the time is over; tells the address first."""
    import asyncio
    from dataclasses import asdict

    from gigacampus.answers.clients import timing_of
    from gigacampus.foundation.plain_json import json_text
    from gigacampus.measure.clients.server import HOST, ChatServer
    from gigacampus.measure.clients.serving import INSTANT

    timing = INSTANT if instant else timing_of(result, per_s=rate, on=on)

    async def serve() -> dict[str, Any]:
        server = ChatServer(timing)
        url = f"http://{HOST}:{await server.start(port)}/v1"
        told = {"url": url, "model": timing.model, "slots": timing.slots}
        print(json_text(told) if as_json else f"{timing.model} on {url}, {timing.slots:,} requests at a time", flush=True)
        await (asyncio.sleep(seconds) if seconds else asyncio.Event().wait())
        await server.stop()
        return asdict(server.counts)

    counts = asyncio.run(serve())
    print(json_text(counts) if as_json else ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in counts.items()))
    return 0


def _progress(done: int, of: int) -> None:
    """Requests sent so far, on a terminal's standard error."""
    if sys.stderr.isatty():
        typer.echo(f"\r{done:,} of {of:,} requests", err=True, nl=done == of)


def _lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""
    head = f"{found['requests']:,} requests in {found['seconds']:g} s on {found['replicas']:,} replicas of {found['model']}"
    out = [
        f"{head} ({found['accelerators']:,.0f} x {found['accelerator']}); {found['requests_in_run_per_s']:,.4g} a second in the run",
        f"{'client':>15}{'requests':>10}{'first token, s':>16}{'seen':>8}{'answer, s':>11}{'seen':>8}"
        f"{'deadline':>10}{'met':>7}{'missed':>8}",
    ]
    for row in found["clients"]:
        cells = [row[f"{part}_{kind}_s"] for part in ("first_token", "answer") for kind in ("promised", "seen")]
        a, b, c, d = ("-" if x is None else f"{x:.3f}" for x in cells)
        out.append(
            f"{row['client']:>15}{row['requests']:>10,}{a:>16}{b:>8}{c:>11}{d:>8}{row['deadline_s']:>9g}s"
            f"{row['deadlines_met']:>7,}{row['deadlines_missed']:>8,}" + ("" if row["in_run"] else "  not in this run: a nominal share")
        )
    tokens, quick = found["client_tokens"], found["loopback"]
    equal = "equal on both sides" if found["tokens_equal"] else f"{found['server_tokens']} by the server"
    worst = found["latency_seen_over_promised_worst"] - 1.0
    return [
        *out,
        f"latency seen is within {abs(worst):.1%} of the promise" + ("" if found["latency_within_10_percent"] else ": more than 10 %"),
        f"tokens: {tokens['input']:,} read, {tokens['output']:,} written, {equal}; {found['errors']} errors",
        f"loopback alone: {quick['requests_per_s']:,.0f} requests a second, {quick['errors']} errors",
    ]
