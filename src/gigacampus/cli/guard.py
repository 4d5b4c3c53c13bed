"""Exit codes of every command: 0 ok, 1 a goal or gate missed, 2 bad scenario or argument, 3 model error. Never a traceback."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import typer


def guarded(command: Callable[..., int]) -> Callable[..., None]:
    """Turn a command's return value into its exit code, and known errors into one clear message on stderr."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        raise typer.Exit(_outcome(command, args, kwargs))

    return wrapped


def _outcome(command: Callable[..., int], args: Any, kwargs: Any) -> int:
    from gigacampus.foundation.errors import ScenarioError

    try:
        code = command(*args, **kwargs)
        sys.stdout.flush()
        return code
    except ScenarioError as error:
        if kwargs.get("as_json"):
            from gigacampus.foundation.plain_json import json_text

            typer.echo(json_text(error.as_json()))
        typer.echo(str(error), err=True)
        return 2
    except KeyboardInterrupt:
        typer.echo("stopped; nothing was written", err=True)
        return 130
    except BrokenPipeError:
        # Whoever reads has enough: nothing is wrong, and the interpreter must not complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        typer.echo(_file_trouble(error), err=True)
        return 2
    except Exception as error:
        if _is(error, "gigacampus.results.run_folder", "StoreError"):
            typer.echo(str(error), err=True)
            return 2
        if _is(error, "gigacampus.pipeline.run", "StageError"):
            typer.echo(f"model error: {error}", err=True)
            return 3
        if __import__("os").environ.get("GIGACAMPUS_DEBUG"):
            raise
        typer.echo(f"model error: {type(error).__name__}: {error}\nset GIGACAMPUS_DEBUG=1 to see where", err=True)
        return 3


def _file_trouble(error: OSError) -> str:
    """File, what is wrong with it, and what to do."""
    from gigacampus.foundation.errors import printable
    from gigacampus.foundation.whole_file import how_to_write

    head = ": ".join(printable(str(part)) for part in (error.filename, error.strerror or error) if part)
    return f"{head}\n    fix: {how_to_write(error)}" if how_to_write(error) else head


def _is(error: Exception, module: str, name: str) -> bool:
    return any(f"{c.__module__}.{c.__name__}" == f"{module}.{name}" for c in type(error).__mro__)
