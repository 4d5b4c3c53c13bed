"""A command in this process: what it prints and returns, without two seconds of imports where how it starts does not matter."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock


@dataclass(frozen=True)
class Done:
    """Exit code and what a command said."""

    returncode: int
    stdout: str
    stderr: str


def in_process(*arguments: object, cwd: Path | None = None) -> Done:
    """Run ``gigacampus ARGUMENTS`` in ``cwd`` without colours."""
    from gigacampus.cli import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.ExitStack() as around:
        around.enter_context(contextlib.chdir(cwd or Path.cwd()))
        around.enter_context(mock.patch.dict(os.environ, {"NO_COLOR": "1"}))
        around.enter_context(mock.patch.object(sys, "argv", ["gigacampus", *map(str, arguments)]))
        around.enter_context(contextlib.redirect_stdout(out))
        around.enter_context(contextlib.redirect_stderr(err))
        try:
            main()
        except SystemExit as done:
            code = int(done.code or 0)
    return Done(code, out.getvalue(), err.getvalue())
