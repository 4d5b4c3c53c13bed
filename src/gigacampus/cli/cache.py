"""`gigacampus cache`: what is kept on disk to save time, how large it is, and removing it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def cache(
    prune: Annotated[bool, typer.Option("--prune", help="Remove what was used longest ago until the cache fits.")] = False,
    to_gb: Annotated[float | None, typer.Option("--to-gb", help="Size to prune to; empty: the bound, GIGACAMPUS_CACHE_GB or 10.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Show the cache, or prune it; nothing in it is needed, and what is removed is computed anew."""
    from gigacampus.foundation import cache_folder
    from gigacampus.foundation.errors import refuse

    if to_gb is not None and not 0.0 <= to_gb < float("inf"):
        raise refuse(f"{to_gb:g} GB is no size", path="--to-gb", fix="give 0 to remove everything, or some GB")
    most = cache_folder.bound_bytes() if to_gb is None else int(to_gb * 1e9)
    removed, freed = cache_folder.prune(most) if prune or to_gb is not None else (0, 0)
    found = {
        "folder": str(cache_folder.cache_root()),
        "bound_bytes": cache_folder.bound_bytes(),
        "removed": removed,
        "freed_bytes": freed,
        "kinds": _kinds(list(cache_folder.kept_files())),
    }
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
        return 0
    _show(found)
    return 0


def _kinds(files: list[Any]) -> list[dict[str, Any]]:
    """Files and bytes by kind."""
    kinds = dict.fromkeys(file.kind for file in files)
    return [
        {"kind": kind, "files": len(sizes), "bytes": sum(sizes)}
        for kind, sizes in ((kind, [f.size_bytes for f in files if f.kind == kind]) for kind in kinds)
    ]


def _show(found: dict[str, Any]) -> None:
    total = sum(row["bytes"] for row in found["kinds"])
    typer.echo(f"{found['folder']}: {total / 1e9:.3f} GB of at most {found['bound_bytes'] / 1e9:g} GB")
    for row in found["kinds"]:
        typer.echo(f"  {row['kind']:<14} {row['files']:>7,} files  {row['bytes'] / 1e6:>10,.1f} MB")
    if found["removed"]:
        typer.echo(f"removed {found['removed']:,} files, {found['freed_bytes'] / 1e6:,.1f} MB")
