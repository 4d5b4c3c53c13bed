"""The command line: one file per command, found here by name; heavy imports stay inside the commands."""

from __future__ import annotations

from importlib import import_module

COMMANDS = (
    "new",
    "run",
    "compare",
    "solve",
    "sensitivity",
    "condition",
    "claims",
    "answer",
    "query",
    "books",
    "actuals",
    "map",
    "quiet",
    "listen",
    "observe",
    "explain",
    "validate",
    "models",
    "sources",
    "schema",
    "serve",
    "doctor",
)
"""Each is a function of its name in ``gigacampus.cli.<name>``; help lists them in this order."""


def main() -> None:
    """Entry point of ``gigacampus``."""
    import typer

    app = typer.Typer(
        name="gigacampus",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="An executable model of a frontier-AI company and its gigawatt campuses.",
    )
    for name in COMMANDS:
        app.command(name)(getattr(import_module(f"gigacampus.cli.{name}"), name))
    app()
