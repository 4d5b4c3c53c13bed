"""The command line: one file per command, found here by name; heavy imports stay inside the commands."""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated

import typer

from gigacampus.foundation.version import __version__

COMMANDS = (
    "new",
    "run",
    "sweep",
    "world",
    "compare",
    "solve",
    "sensitivity",
    "condition",
    "claims",
    "links",
    "answer",
    "ask",
    "query",
    "books",
    "actuals",
    "meter",
    "forecast",
    "report",
    "map",
    "quiet",
    "listen",
    "observe",
    "measure",
    "explain",
    "validate",
    "dispatch",
    "adequacy",
    "swings",
    "layouts",
    "replay",
    "day",
    "models",
    "sources",
    "schema",
    "serve",
    "cache",
    "doctor",
)
"""Each is a function, or a group of them, of its name in ``gigacampus.cli.<name>``; help lists them in this order."""


def _told(asked: bool) -> None:
    if asked:
        typer.echo(f"gigacampus {__version__}")
        raise typer.Exit


def _root(version: Annotated[bool, typer.Option("--version", callback=_told, is_eager=True, help="Print the version.")] = False) -> None:
    """An executable model of a frontier-AI company and its gigawatt campuses."""


def application() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="gigacampus",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="An executable model of a frontier-AI company and its gigawatt campuses.",
    )
    app.callback()(_root)
    for name in COMMANDS:
        member = getattr(import_module(f"gigacampus.cli.{name}"), name)
        if isinstance(member, typer.Typer):
            app.add_typer(member, name=name)
        else:
            # Said whole: the help of a command of its own would be cut to the width of the terminal.
            app.command(name, short_help=(member.__doc__ or "").partition("\n")[0])(member)
    return app


def main() -> None:
    """Entry point of ``gigacampus``."""
    # A terminal that knows no such letter gets its code point: a name is no reason to stop.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    application()()
