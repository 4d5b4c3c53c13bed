"""`gigacampus world`: every tracked campus run as one batch, on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def world(
    out: Annotated[Path, typer.Option(help="Folder of scenarios, batch, tables and page; the same command goes on where it was stopped.")],
    executor: Annotated[str, typer.Option(help="local (processes of this machine) or dask://HOST:PORT.")] = "local",
    workers: Annotated[int | None, typer.Option(help="Processes on this machine; empty: one a core.")] = None,
    worlds: Annotated[int | None, typer.Option(help="Physical worlds of each campus.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Run every tracked campus of the library and write a page with map, ranking and tables; 3 when some campus has no result."""
    from gigacampus.atlas.world import BATCH, run
    from gigacampus.cli.sweep import resumable, shown

    def work() -> int:
        with shown(quiet=as_json) as tell:
            found = run(out, executor=executor, workers=workers, worlds=worlds, tell=tell)
        if as_json:
            from gigacampus.foundation.plain_json import json_text

            print(json_text(found))
        else:
            print(f"{found['finished']} of {found['campuses']} campuses")
            for one in found["failed"]:
                print(f"  campus {one['number']} has no result: {one['reason']}")
            print(f"Page: {found['page']}")
        return 3 if found["failed"] else 0

    return resumable(work, out / BATCH)
