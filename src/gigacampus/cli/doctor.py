"""`gigacampus doctor`: whether this machine has what a run needs."""

from __future__ import annotations

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def doctor(as_json: AS_JSON = False) -> int:
    """Check Python, packages, caches, the library and a browser; exit 1 when something that a run needs is missing."""
    from gigacampus.cli.doctor_checks import checks

    rows = checks()
    broken = [row for row in rows if row.needed and not row.fine]
    if as_json:
        from dataclasses import asdict

        from gigacampus.foundation.plain_json import json_text

        print(json_text({"checks": [asdict(row) for row in rows], "fine": not broken}))
        return 1 if broken else 0
    for row in rows:
        mark = "ok  " if row.fine else "FAIL" if row.needed else "none"
        typer.echo(f"{mark}  {row.name}: {row.detail}" + (f"; {row.fix}" if row.fix and not row.fine else ""))
    return 1 if broken else 0
