"""`gigacampus serve`: the live page and its API on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHORTEST_TOKEN = 16
PREPARES = (
    "Reading scenarios and starting the process that computes. The first state compiles the model once on a new machine (about a minute)."
)
NO_EXTRA = "the live page needs fastapi and uvicorn: pip install 'gigacampus[app]', or `make app` in the source tree"


@guarded
def serve(
    given: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[SCENARIO|RUN]...", help="Scenario files, folders of them, and run folders; empty: the folder scenarios."),
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder that receives new runs and whose runs are served.")] = Path("runs"),
    port: Annotated[int, typer.Option(help="Port; 0: any free one.", min=0, max=65535)] = 8377,
    host: Annotated[str, typer.Option(help="Address to listen on; any other than loopback needs a token.")] = "127.0.0.1",
    token: Annotated[
        str, typer.Option(envvar="GIGACAMPUS_TOKEN", help="Secret of 16 or more letters and digits that each request must carry.")
    ] = "",
) -> int:
    """Open the live page: move inputs, see the headline before and after. Ctrl-C ends it."""
    if sys.stderr.isatty():
        typer.echo(PREPARES, err=True)
    try:
        from gigacampus.server.app import LOOPBACK as NAMES
        from gigacampus.server.app import application, leave
        from gigacampus.server.catalogue import catalogue
        from gigacampus.server.connection import Serving, config
        from gigacampus.server.limits import Limits
    except ModuleNotFoundError as error:
        if error.name not in ("fastapi", "starlette", "uvicorn"):
            raise
        typer.echo(NO_EXTRA, err=True)
        return 2
    problem = _problem(host, token)
    if problem:
        typer.echo(problem, err=True)
        return 2
    served = catalogue(list(given or ()), runs)
    with _socket(host, port) as socket:
        at = socket.getsockname()[1]
        local = host in LOOPBACK
        app = application(served, hosts=NAMES if local else NAMES | _own_names(host), addresses=not local, token=token, port=at, ahead=True)
        shown = f"[{host}]" if ":" in host else host
        print(f"gigacampus at http://{shown}:{at}/{f'?token={token}' if token else ''} (Ctrl-C ends it)", flush=True)
        _until_stopped(Serving(config(app, Limits()), lambda: leave(app)), socket)
    return 0


def _problem(host: str, token: str) -> str:
    if token and not (token.isascii() and token.isalnum() and SHORTEST_TOKEN <= len(token) <= 200):
        return f"--token: give at least {SHORTEST_TOKEN} letters and digits, such as `openssl rand -hex 16` prints"
    if host not in LOOPBACK and not token:
        return f"--host {host}: others could reach this server, so it needs a --token of {SHORTEST_TOKEN} or more letters and digits"
    return ""


def _socket(host: str, port: int) -> Any:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen on port {port} ({error.strerror or error}); choose another with --port", host) from None


def _own_names(host: str) -> frozenset[str]:
    import socket

    return frozenset({host.lower(), socket.gethostname().lower()})


def _until_stopped(server: Any, socket: Any) -> None:
    try:
        server.run(sockets=[socket])
    except KeyboardInterrupt:
        print("stopped", flush=True)
