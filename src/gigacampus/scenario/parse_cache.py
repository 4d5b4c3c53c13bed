"""Parsed files kept in the user's cache: a YAML parser is slow where a run must answer within two seconds.

The name of a kept file is the hash of the file's bytes and of the reader's source, so a stale one is never found.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from gigacampus.foundation.cache_folder import cache_folder, seal, unseal
from gigacampus.foundation.source_tree import Node
from gigacampus.scenario import reader

MAX_KEPT_BYTES = 4_000_000


def folder() -> Path:
    """Where parsed files are kept."""
    return cache_folder("parsed")


@cache
def _reader_version() -> bytes:
    return hashlib.sha256(Path(reader.__file__).read_bytes()).digest()


def read_kept(path: Path, name: str, budget: reader.Budget | None = None) -> Node:
    """``reader.read_file`` through the cache; any trouble with the cache counts as absent.

    A kept tree is taken only while it fits the budget; the reader says where one that does not goes too far.
    """
    budget = budget or reader.Budget()
    raw = reader.file_bytes(path, name, budget)
    kept = folder() / f"{hashlib.sha256(_reader_version() + raw).hexdigest()[:40]}.json"
    found = _found(kept)
    if found is not None and found[0] <= budget.nodes:
        budget.nodes -= found[0]
        return _unpacked(found[1], name)
    tree = reader.read_text(raw, name, budget)
    seal(kept, [json.dumps([tree.size, _packed(tree)], separators=(",", ":")).encode()])
    return tree


def _found(kept: Path) -> tuple[int, Any] | None:
    held = unseal(kept) if _is_small(kept) else None
    if held is None:
        return None
    size, packed = json.loads(bytes(held))
    return size, packed


def _is_small(kept: Path) -> bool:
    try:
        return kept.stat().st_size <= MAX_KEPT_BYTES
    except OSError:
        return False


def _packed(node: Node) -> list[Any]:
    if isinstance(node.value, dict):
        return [node.line, {key: _packed(child) for key, child in node.value.items()}]
    if isinstance(node.value, list):
        return [node.line, [_packed(child) for child in node.value]]
    return [node.line, node.value]


def _unpacked(packed: Any, name: str) -> Node:
    line, value = packed
    if isinstance(value, dict):
        return Node({key: _unpacked(child, name) for key, child in value.items()}, name, line)
    if isinstance(value, list):
        return Node([_unpacked(child, name) for child in value], name, line)
    return Node(value, name, line)
