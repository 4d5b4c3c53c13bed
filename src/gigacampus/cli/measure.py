"""`gigacampus measure`: instruments on real or replayed data; what they find takes the place of what a scenario assumes."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.measure_clients import clients
from gigacampus.cli.measure_gate import gate
from gigacampus.cli.run import AS_JSON
from gigacampus.foundation.errors import refuse

if TYPE_CHECKING:
    from io import BufferedIOBase

    from gigacampus.measure.live import Live

LONGEST_LINE = 1_048_576
"""Bytes of a line that are kept while its end is sought: more than any reader takes for a post."""
PIECE = 262_144
"""Bytes read at once."""
measure = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Measure a post stream, a gate or clients: what is found takes the place of what is assumed.",
)


measure.command()(gate)
measure.command()(clients)


@measure.command()
@guarded
def stream(
    file: Annotated[str, typer.Argument(help="JSON lines, plain or .gz; - for standard input; none with --live.")] = "",
    live: Annotated[str, typer.Option(metavar="URL", help="WebSocket of a public stream, ws:// or wss:// (extra: live).")] = "",
    seconds: Annotated[float, typer.Option(help="How long a live stream is read.", min=0.1, max=604_800.0)] = 60.0,
    write: Annotated[Path | None, typer.Option(help="Patch (YAML) to write: measured inputs of products.posts with their bands.")] = None,
    fields: Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=PATH", help="Where an unknown shape keeps a field.")] = None,
    counts_only: Annotated[bool, typer.Option("--counts-only", help="Counts and exact copies alone, about twice as fast.")] = False,
    as_json: AS_JSON = False,
) -> int:
    """Measure posts: rate, sizes, tokens, copies, novelty, lags, fading topics. No text, author or id is kept.

    Shapes: AT Protocol (Jetstream), ActivityPub, Mastodon, archived posts of X; any other by --map text=PATH.
    """
    from gigacampus.foundation.whole_file import write_text
    from gigacampus.measure.meter import measure as metered
    from gigacampus.measure.meter import told
    from gigacampus.measure.patch import patch_text
    from gigacampus.measure.shapes import mapped

    source = _source(file, live, seconds)
    pairs = dict(text.partition("=")[::2] for text in fields or ())
    progress = _Progress(quiet=as_json)
    lines = lines_of(file) if source is None else source.lines()
    found = told(metered(lines, reader=mapped(pairs) if pairs else None, whole=not counts_only, progress=progress))
    if source is not None:
        found["live"] = {name: getattr(source, name) for name in ("connections", "cuts", "messages", "lost")}
    if not found["posts"]:
        reasons = ", ".join(f"{count} {why}" for why, count in found["hostile_by_reason"].items())
        raise refuse(
            f"{found['lines']} lines hold no post" + (f" ({reasons})" if reasons else "") + (f"; {source.lost}" if source else ""),
            file=file or live,
            fix="give one JSON object a line, or say where the text is: --map text=PATH",
        )
    if write is not None:
        write_text(write, patch_text(found))
        found["written"] = str(write)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
        return 0
    for line in _lines(found):
        typer.echo(line)
    return 0


def _source(file: str, live: str, seconds: float) -> Live | None:
    """The live stream, where one is named; a file or a stream must be, and not both."""
    if bool(file) == bool(live):
        raise refuse(
            "both a file and a live stream" if file else "neither a file nor a live stream",
            path="measure stream",
            fix="name a file (or -), or --live wss://HOST/PATH",
        )
    if not live:
        return None
    from gigacampus.measure.live import Live

    return Live(live, seconds)


class _Progress:
    """Lines read so far, on a terminal's standard error."""

    def __init__(self, *, quiet: bool) -> None:
        self.shown = not quiet and sys.stderr.isatty()

    def __call__(self, lines: int) -> None:
        if self.shown:
            typer.echo(f"\r{lines:,} lines", err=True, nl=False)


def lines_of(file: str) -> Iterator[bytes]:
    """Lines of a file or of standard input; of one that is longer than a megabyte the end is left out: no reader takes it for a post."""
    if file == "-":
        yield from _split(cast("BufferedIOBase", sys.stdin.buffer))
        return
    if file.endswith(".gz"):
        import gzip

        try:
            with gzip.open(file, "rb") as stream:
                yield from _split(stream)
        except (EOFError, zlib.error) as error:
            raise refuse("the packed file is cut off or damaged", file=file, fix="fetch it again; `gzip -t` tests it") from error
        return
    with Path(file).open("rb") as plain:
        yield from _split(plain)


def _split(stream: BufferedIOBase) -> Iterator[bytes]:
    rest = b""
    while piece := stream.read1(PIECE):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        rest = rest[:LONGEST_LINE]
    if rest:
        yield rest


def counted(count: int, word: str) -> str:
    """A count with its word.

    >>> counted(1, "post"), counted(1200, "line")
    ('1 post', '1,200 lines')
    """
    return f"{count:,} {word}{'s' if count != 1 else ''}"


def _lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""

    def band(name: str, unit: str) -> str:
        row = found[name]
        if row is None:
            return "not shown by this stream"
        told = "too few posts for a band" if row["low"] is None else f"10-90 %: {row['low']:.4g} to {row['high']:.4g}"
        return f"{row['mid']:.4g} {unit} ({told})"

    def share(name: str) -> str:
        return "not measured" if found[name] is None else f"{found[name]:.1%}"

    rate, lag = found["posts_per_s"], found["lag_s"]
    scripts = ", ".join(f"{name} {count / found['posts']:.0%}" for name, count in list(found["posts_by_script"].items())[:6])
    return [
        f"{counted(found['posts'], 'post')} in {counted(found['lines'], 'line')}; {found['hostile_lines']:,} hostile, "
        f"{found['repeated_lines']:,} repeated, {counted(found['other_events'], 'other event')}",
        "rate: " + (f"{rate:.4g} posts/s over {found['span_s']:,.0f} s" if rate else "the lines carry no time"),
        f"text: {band('text_bytes_per_post', 'bytes a post')}; line: {band('line_bytes_per_post', 'bytes')}",
        f"tokens: {band('tokens_per_post', 'a post')}",
        f"copies: {share('exact_duplicate_frac')} exact, {share('near_duplicate_frac')} with near ones",
        f"media {band('media_frac', 'of posts')}; replies {share('reply_frac')}, reposts {share('repost_frac')}; scripts: {scripts}",
        f"novelty (packed over raw): {share('novelty_frac')}; burstiness (variance over mean a second): "
        f"{'not shown' if found['burstiness_variance_over_mean'] is None else format(found['burstiness_variance_over_mean'], '.3g')}",
        f"lag: {', '.join(f'{name} {value:.3g} s' for name, value in lag.items()) if lag else 'the lines carry no time of delivery'}",
        f"topics: {found['topics']:,}; half-life of {found['topics_with_half_life']} that fade: {band('topic_half_life_h', 'h')}",
        *([_live_line(found["live"])] if "live" in found else []),
        *([f"Patch: {found['written']}"] if "written" in found else []),
    ]


def _live_line(live: dict[str, Any]) -> str:
    lost = f"; gone before its time ({live['lost']})" if live["lost"] else ""
    return f"live: {live['messages']:,} messages on {live['connections']} connections, cut {live['cuts']} times{lost}"
