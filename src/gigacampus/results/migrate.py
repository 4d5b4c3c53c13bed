"""Old runs keep opening: each step turns a manifest of one schema version into the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gigacampus.foundation.source_tree import noded, plain
from gigacampus.registry.renamed import current
from gigacampus.scenario.former_names import with_current_names

Manifest = dict[str, Any]
SCHEMA_VERSION = 4
"""Version that this program writes."""


def _to_1(manifest: Manifest) -> Manifest:
    """Version 0 kept one list of worlds and draws at the top level and called the tables ``files``."""
    run = {"worlds": manifest.pop("worlds"), "draws": manifest.pop("draws"), "seed": manifest.pop("seed", 1)}
    return {**manifest, "run": run, "tables": manifest.pop("files", manifest.get("tables", {})), "schema_version": 1}


def _to_2(manifest: Manifest) -> Manifest:
    """Version 1 called some variables by other names; ``stored_as`` says under which one a table still holds them."""
    tables: dict[str, list[str]] = manifest.get("tables", {})
    stored = {current(n): n for names in tables.values() for n in names if current(n) != n}
    return {
        **manifest,
        "tables": {table: [current(n) for n in names] for table, names in tables.items()},
        "stored_as": stored,
        "schema_version": 2,
    }


def _to_3(manifest: Manifest) -> Manifest:
    """Version 2 had no checksums: nothing of such a run can be checked against what was written."""
    return {**manifest, "schema_version": 3, "checksums": {}}


def _to_4(manifest: Manifest) -> Manifest:
    """Version 3 called some inputs by other names."""
    tree = noded(manifest.get("scenario", {}), "manifest.json", None)
    return {**manifest, "schema_version": 4, "scenario": plain(with_current_names(tree, {}))}


STEPS: dict[int, Callable[[Manifest], Manifest]] = {0: _to_1, 1: _to_2, 2: _to_3, 3: _to_4}


def migrate(manifest: Manifest) -> Manifest:
    """Bring ``manifest`` to the current version; a newer one than this program knows is refused by name."""
    version = int(manifest.get("schema_version", 0))
    if version > SCHEMA_VERSION:
        raise ValueError(f"schema version {version} is newer than this program's {SCHEMA_VERSION}; update gigacampus")
    while version < SCHEMA_VERSION:
        manifest = STEPS[version](manifest)
        version = int(manifest["schema_version"])
    return manifest
