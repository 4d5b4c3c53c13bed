"""The raw tree: plain values that know the file and line they come from; merging, deleting, setting by dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from gigacampus.foundation.errors import refuse

MAX_PARTS = 24
DOTTED = ("uncertainty", "goals")
"""Top-level mappings whose keys are dotted paths themselves."""
VERBATIM = ("baseline",)
"""Top-level mappings that are patches themselves: a null inside is kept, it means something there."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a scenario file: scalar, ``dict[str, Node]`` or ``list[Node]``, with the place where it is written."""

    value: Any
    file: str
    line: int | None
    size: int = 1
    """Nodes in the subtree, aliases counted as often as they are used."""
    height: int = 0
    """Levels below this one."""


def is_mapping(node: Node | None) -> TypeGuard[Node]:
    """Whether ``node`` is a mapping."""
    return node is not None and isinstance(node.value, dict)


def merge(under: Node | None, over: Node, *, verbatim: bool = False) -> Node:
    """Lay ``over`` on ``under``: mappings merge, null deletes, everything else replaces.

    A mapping that names another ``kind`` than the one below replaces it: fields of one kind mean nothing to another.
    """
    if not is_mapping(over):
        return over
    base = under.value if under is not None and is_mapping(under) and not _changes_kind(under, over) else {}
    merged = dict(base)
    for key, node in over.value.items():
        if node.value is None and not verbatim:
            merged.pop(key, None)
        else:
            merged[key] = merge(base.get(key), node, verbatim=verbatim)
    return Node(merged, over.file, over.line)


def merge_root(under: Node | None, over: Node) -> Node:
    """``merge`` for whole scenarios: keeps the nulls of the sections that are patches themselves."""
    kept = {key: node for key, node in over.value.items() if key in VERBATIM and is_mapping(node)}
    rest = Node({key: node for key, node in over.value.items() if key not in kept}, over.file, over.line)
    merged = dict(merge(under, rest).value)
    for key, node in kept.items():
        merged[key] = merge(merged.get(key), node, verbatim=True)
    return Node(merged, over.file, over.line)


def _changes_kind(under: Node, over: Node) -> bool:
    old, new = under.value.get("kind"), over.value.get("kind")
    return old is not None and new is not None and old.value != new.value


def split_path(path: str, root: Node | None) -> list[str]:
    """Parts of a dotted path; under ``uncertainty`` and ``goals`` an existing dotted key counts as one part.

    >>> split_path("uncertainty.company.price", None)
    ['uncertainty', 'company.price']
    """
    head, _, rest = path.partition(".")
    if head not in DOTTED or not rest:
        return path.split(".")
    section = root.value.get(head) if root is not None and is_mapping(root) else None
    keys = section.value if section is not None and is_mapping(section) else {}
    known = [key for key in keys if rest == key or rest.startswith(key + ".")]
    key = max(known, key=len, default=rest)
    tail = rest[len(key) + 1 :]
    return [head, key, *(tail.split(".") if tail else [])]


def with_value(root: Node, path: str, value: Node) -> Node:
    """``root`` with ``value`` laid at a dotted path; missing mappings on the way are made, null deletes."""
    parts = split_path(path, root)
    if not all(parts) or len(parts) > MAX_PARTS:
        raise refuse(
            "not a path of the scenario",
            path=path,
            file=value.file,
            line=value.line,
            fix=f"write at most {MAX_PARTS} names separated by single dots",
        )
    if parts[0] in VERBATIM:
        return merge_root(root, _nested(parts, value))
    return _placed(root, parts, value, path)


def _nested(parts: list[str], value: Node) -> Node:
    for part in reversed(parts):
        value = Node({part: value}, value.file, value.line)
    return value


def _placed(node: Node | None, parts: list[str], value: Node, path: str) -> Node:
    if not parts:
        return merge(node, value)
    if node is not None and isinstance(node.value, list):
        return _placed_in_list(node, parts, value, path)
    if node is not None and not isinstance(node.value, dict):
        raise refuse(f"cannot set {parts[0]!r} inside a plain value", path=path, file=value.file, fix="check the path")
    children = dict(node.value) if node is not None else {}
    if len(parts) == 1 and value.value is None:
        children.pop(parts[0], None)
    else:
        children[parts[0]] = _placed(children.get(parts[0]), parts[1:], value, path)
    where = node if node is not None else value
    return Node(children, where.file, where.line)


def _placed_in_list(node: Node, parts: list[str], value: Node, path: str) -> Node:
    items = list(node.value)
    if not (parts[0].isascii() and parts[0].isdigit() and int(parts[0]) < len(items)):
        raise refuse(
            f"no item {parts[0]!r} in a list of {len(items)}", path=path, file=value.file, fix="count items from 0, or give the whole list"
        )
    items[int(parts[0])] = _placed(items[int(parts[0])], parts[1:], value, path)
    return Node(items, node.file, node.line)


def walk(node: Node, parts: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every node below and including ``node`` with its path parts."""
    yield parts, node
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from walk(child, (*parts, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from walk(child, (*parts, str(index)))


def plain(node: Node) -> Any:
    """The tree without its places."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def noded(value: Any, file: str, line: int | None) -> Node:
    """Plain data as a tree whose every value stands at one place."""
    if isinstance(value, Mapping):
        return Node({str(key): noded(child, file, line) for key, child in value.items()}, file, line)
    if isinstance(value, list | tuple):
        return Node([noded(child, file, line) for child in value], file, line)
    return Node(value, file, line)
