"""Inputs that a scenario still writes under a former name: read as what they are called now, and remembered for a note."""

from __future__ import annotations

from dataclasses import replace

from gigacampus.foundation.source_tree import DOTTED, VERBATIM, Node
from gigacampus.registry.renamed import INPUTS, current_input

LAST = frozenset(old.rsplit(".", 1)[1] for old, _ in INPUTS)
"""Last parts of former paths: a key that is none of them is never looked at twice."""


def current_path(path: str, at: Node, former: dict[str, Node]) -> str:
    """A dotted path as it is spelt now, under ``uncertainty`` too; one with a former name is remembered in ``former``."""
    head, _, rest = path.partition(".")
    if head in DOTTED and rest:
        return f"{head}.{current_path(rest, at, former)}"
    now = current_input(path)
    if now != path:
        former.setdefault(path, at)
    return now


def with_current_names(tree: Node, former: dict[str, Node]) -> Node:
    """A raw tree in which every key and every dotted path bears its present name."""
    return _renamed(tree, "", former)


def _renamed(node: Node, path: str, former: dict[str, Node]) -> Node:
    if isinstance(node.value, list):
        if path == "correlations":
            return replace(node, value=[_ends(pair, former) for pair in node.value])
        return replace(node, value=[_renamed(child, f"{path}.{n}", former) for n, child in enumerate(node.value)])
    if not isinstance(node.value, dict):
        return node
    value = {}
    for key, child in node.value.items():
        if path in DOTTED:
            value[current_path(str(key), child, former)] = child
            continue
        below = "" if not path and key in VERBATIM else f"{path}.{key}" if path else str(key)
        now = current_path(below, child, former).removeprefix(f"{path}.") if key in LAST else str(key)
        _place(value, now.split("."), _renamed(child, below, former), node)
    return replace(node, value=value)


def _place(value: dict[str, Node], parts: list[str], child: Node, parent: Node) -> None:
    """Put a child under its present name, inside what stands or comes to stand there where that name is a path."""
    first, *rest = parts
    held = value.get(first)
    if not rest and (held is None or not isinstance(held.value, dict) or not isinstance(child.value, dict)):
        value[first] = child
    elif not rest:
        value[first] = replace(child, value={**(held.value if held else {}), **child.value})
    else:
        inner = dict(held.value) if held is not None and isinstance(held.value, dict) else {}
        _place(inner, rest, child, parent)
        value[first] = replace(held or child, value=inner)


def _ends(pair: Node, former: dict[str, Node]) -> Node:
    """A correlation whose two inputs bear their present names."""
    if not isinstance(pair.value, dict):
        return pair
    ends = {
        key: replace(child, value=current_path(child.value, child, former)) if isinstance(child.value, str) else child
        for key, child in pair.value.items()
    }
    return replace(pair, value=ends)
