"""Compose one raw tree from files: base, then the file's own keys, then its patches, then --set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gigacampus.foundation.errors import Finding, ScenarioError, nearest, printable, refuse
from gigacampus.foundation.source_tree import VERBATIM, Node, is_mapping, merge_root, split_path, walk, with_value
from gigacampus.scenario.allowed_paths import Place, follow
from gigacampus.scenario.former_names import current_path, with_current_names
from gigacampus.scenario.parse_cache import read_kept
from gigacampus.scenario.reader import SIMPLER, Budget, read_text

MAX_BASES = 8
SET = "--set"


@dataclass(frozen=True)
class Composed:
    """The merged tree of a scenario, and the files that it was made of."""

    tree: Node
    places: dict[str, Place]
    """Name of each file -> its place."""
    deleted: dict[tuple[str, ...], Node]
    """Paths that a null deletes, with the place of the null."""
    former: dict[str, Node]
    """Paths that were written under a former name, with the place."""


def compose(place: Place, text: str | None, sets: Sequence[str], patches: Sequence[str], library_root: Path) -> Composed:
    """The tree of the scenario at ``place`` (or of ``text``) with named ``patches`` and ``path=value`` ``sets`` laid on it."""
    work = _Composition(library_root, Budget())
    try:
        tree = work.file(place, text)
        for name in patches:
            tree = work.over(tree, work.asked(name, place))
        for assignment in sets:
            tree = _assigned(tree, assignment, work)
        return Composed(_without_company(merge_root(None, tree), work.deleted), work.places, work.deleted, work.former)
    except RecursionError:
        raise refuse("nested too deeply", file=place.name, fix=SIMPLER) from None


COMPANY = ("company",)


def _without_company(tree: Node, deleted: dict[tuple[str, ...], Node]) -> Node:
    """A company that a null takes away, and that nothing after it brings back, is absent, with every distribution of its inputs.

    It is not the company of the defaults.
    """
    null = deleted.get(COMPANY)
    if null is None or "company" in tree.value:
        return tree
    absent = Node({"absent": Node(True, null.file, null.line)}, null.file, null.line)
    left = {"company": absent}
    spread, pairs = tree.value.get("uncertainty"), tree.value.get("correlations")
    if is_mapping(spread):
        left["uncertainty"] = replace(spread, value={k: node for k, node in spread.value.items() if not k.startswith("company.")})
    if pairs is not None and isinstance(pairs.value, list):
        kept = [pair for pair in pairs.value if not any(str(name).startswith("company.") for name in _named(pair))]
        left["correlations"] = replace(pairs, value=kept)
    return replace(tree, value={**tree.value, **left})


@dataclass
class _Composition:
    """State of composing one scenario: the files met on the way down, what may still be spent."""

    library_root: Path
    budget: Budget
    chain: list[Path] = field(default_factory=list)
    named: dict[str, tuple[Node, Place]] = field(default_factory=dict)
    """Patches that wait to be asked for by name, with the file that holds them."""
    places: dict[str, Place] = field(default_factory=dict)
    deleted: dict[tuple[str, ...], Node] = field(default_factory=dict)
    former: dict[str, Node] = field(default_factory=dict)

    def file(self, place: Place, text: str | None = None) -> Node:
        """The tree of one file with its base below it and its listed patches above it."""
        key = place.path.resolve()
        if key in self.chain:
            raise refuse(
                "a chain of bases that comes back to this file",
                file=place.name,
                path="base",
                fix="let one of the files stand without a base",
            )
        if len(self.chain) > MAX_BASES:
            raise refuse(f"more than {MAX_BASES} bases on top of each other", file=place.name, path="base", fix="merge some of them")
        self.chain.append(key)
        own = self.parsed(place, text)
        base, patches = own.value.pop("base", None), own.value.pop("patches", None)
        based = base is not None and base.value is not None
        tree = self.file(follow(base, place, self.library_root)) if based else None
        tree = self.over(tree, own)
        for patch in self.listed(patches, place):
            tree = self.over(tree, self.patch(patch, place))
        self.chain.pop()
        return tree

    def over(self, tree: Node | None, patch: Node) -> Node:
        """``patch`` laid on ``tree``, its nulls remembered."""
        patch = with_current_names(patch, self.former)
        self.deleted |= {parts: node for parts, node in walk(patch) if node.value is None and parts[0] not in VERBATIM}
        return merge_root(tree if tree is None else _with_values_stated(tree, patch), patch)

    def parsed(self, place: Place, text: str | None = None) -> Node:
        """The raw mapping of one file."""
        self.places[place.name] = place
        name, budget = place.name, self.budget
        tree = read_kept(place.path, name, budget) if text is None else read_text(text, name, budget)
        if not is_mapping(tree):
            raise refuse("a scenario is a mapping of keys", file=name, line=tree.line, fix="write `key: value` lines")
        return Node(dict(tree.value), tree.file, tree.line)

    def listed(self, patches: Node | None, place: Place) -> Iterator[Node]:
        """Patches that always apply (a list); a mapping's patches wait until they are asked for by name."""
        if patches is None or patches.value is None:
            return
        if isinstance(patches.value, dict):
            self.named |= {name: (node, place) for name, node in patches.value.items()}
        elif isinstance(patches.value, list):
            yield from patches.value
        else:
            raise refuse(
                "a list of patches, or a mapping of named ones, is expected",
                path="patches",
                file=patches.file,
                line=patches.line,
                fix="patches: [autumn.yaml]",
            )

    def patch(self, node: Node, place: Place) -> Node:
        """The partial tree of one patch: written in place or in a file."""
        if not is_mapping(node):
            node = self.parsed(follow(node, place, self.library_root))
        for key in ("base", "patches"):
            if key in node.value:
                raise refuse(
                    f"a patch cannot have its own {key}",
                    path=f"patches.{key}",
                    file=node.value[key].file,
                    line=node.value[key].line,
                    fix="list the patches in the scenario, in order",
                )
        return node

    def asked(self, name: str, place: Place) -> Node:
        """A patch named on the command line: one of the file's named patches, or a file beside the scenario."""
        if name in self.named:
            return self.patch(*self.named[name])
        if not name.endswith((".yaml", ".yml")):
            raise ScenarioError(
                [
                    Finding(
                        f"no patch named {printable(name)!r}",
                        path="patches",
                        file=place.name,
                        nearest=nearest(name, self.named),
                        fix="name a patch of the file, or a .yaml file",
                    )
                ]
            )
        return self.patch(Node(name, "--patch", None), place)


def _assigned(tree: Node, assignment: str, work: _Composition) -> Node:
    path, equals, text = assignment.partition("=")
    where = f"{SET} {printable(assignment)}"
    if not equals or not path.strip():
        raise refuse("a path, =, and a value are expected", file=where, fix=f"{SET} company.opening_cash_usd=2e9")
    value = read_text(text, where, work.budget) if text.strip() else Node(None, where, None)
    path = current_path(path.strip(), Node(None, where, None), work.former)
    parts = tuple(split_path(path, tree))
    work.deleted |= {parts + more: node for more, node in walk(value) if node.value is None and parts[0] not in VERBATIM}
    return _certain(with_value(tree, path, value), path, value)


def _with_values_stated(tree: Node, patch: Node) -> Node:
    """``tree`` without the distributions of inputs for which ``patch`` states a value: a later value stands, as one set by hand does.

    An input whose distribution ``patch`` states too keeps both.
    """
    own = patch.value.get("uncertainty")
    drawn_here = set(own.value) if is_mapping(own) else set()
    for parts, node in walk(patch):
        path = ".".join(parts)
        if parts and parts[0] not in VERBATIM and path not in drawn_here:
            tree = _certain(tree, path, node)
    return tree


def _certain(tree: Node, path: str, value: Node) -> Node:
    """``tree`` in which a value set by hand stands: its distribution, and the correlations that name it, are gone."""
    spread, pairs = tree.value.get("uncertainty"), tree.value.get("correlations")
    if not is_mapping(spread) or path not in spread.value or value.value is None or isinstance(value.value, dict | list):
        return tree
    left = {"uncertainty": replace(spread, value={k: node for k, node in spread.value.items() if k != path})}
    if pairs is not None and isinstance(pairs.value, list):
        left["correlations"] = replace(pairs, value=[pair for pair in pairs.value if path not in _named(pair)])
    return replace(tree, value={**tree.value, **left})


def _named(pair: Node) -> list[object]:
    return [node.value for node in pair.value.values()] if is_mapping(pair) else []
