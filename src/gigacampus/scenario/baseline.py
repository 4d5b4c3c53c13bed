"""The baseline twin of a scenario: the same company with what ``baseline:`` patches away."""

from __future__ import annotations

from dataclasses import replace

from gigacampus.foundation.source_tree import Node, is_mapping, merge

PATH_KEYED = "uncertainty"


def without_baseline(tree: Node) -> Node:
    """``tree`` with its ``baseline`` patch applied; without one, the campuses lose what nobody has committed to yet.

    Uncertain inputs and correlations of things that the patch takes away go with them.
    """
    patch = tree.value.get("baseline")
    rest = replace(tree, value={key: node for key, node in tree.value.items() if key != "baseline"})
    changed = merge(rest, patch) if is_mapping(patch) and patch.value else _only_committed(rest)
    return _without_dangling(changed, rest)


def _only_committed(tree: Node) -> Node:
    """Campuses without phases and without the blocks that belong to one."""
    campuses = tree.value.get("campuses")
    if not is_mapping(campuses):
        return tree
    kept = {}
    for name, campus in campuses.value.items():
        if is_mapping(campus):
            children = {key: node for key, node in campus.value.items() if key != "phases"}
            if is_mapping(blocks := children.get("blocks")):
                children["blocks"] = replace(blocks, value={k: b for k, b in blocks.value.items() if not _has_phase(b)})
            campus = replace(campus, value=children)
        kept[name] = campus
    return replace(tree, value={**tree.value, "campuses": replace(campuses, value=kept)})


def _has_phase(block: Node) -> bool:
    phase = block.value.get("phase") if is_mapping(block) else None
    return phase is not None and phase.value not in (0, None)


def _without_dangling(tree: Node, before: Node) -> Node:
    children = dict(tree.value)
    inputs, pairs = children.get(PATH_KEYED), children.get("correlations")
    gone: set[str] = set()
    if is_mapping(inputs):
        gone = {p for p in inputs.value if _reaches(before, p) > _reaches(tree, p)}
        children[PATH_KEYED] = replace(inputs, value={p: node for p, node in inputs.value.items() if p not in gone})
    if pairs is not None and isinstance(pairs.value, list):
        children["correlations"] = replace(pairs, value=[pair for pair in pairs.value if not gone & _named(pair)])
    return replace(tree, value=children)


def _named(pair: Node) -> set[str]:
    return {str(pair.value[key].value) for key in ("a", "b") if is_mapping(pair) and key in pair.value}


def _reaches(tree: Node, path: str) -> int:
    """How many parts of a dotted path are written in the tree."""
    node: Node | None = tree
    for depth, part in enumerate(path.split(".")):
        node = node.value.get(part) if node is not None and is_mapping(node) else None
        if node is None:
            return depth
    return path.count(".") + 1
