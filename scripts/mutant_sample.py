"""The mutants of the physics and the books in the order that a seed gives, and the tests that stand nearest to each."""

from __future__ import annotations

import ast
import copy
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "gigacampus"
TARGETS = ("buildout", "compute", "power", "cooling", "neighbours", "products", "company", "foundation/psychrometrics.py")
HASHED = {"hostile", "e2e", "contracts", "cli", "server", "report", "pipeline"}
"""Folders of tests that judge whole runs, or no formula."""
BLIND = {"company/test_kernels.py", "company/test_compile_policy.py"}
"""Tests that compare the compiled ledger with the interpreted one: both would be changed."""
NEAREST, DIRECT = 3, 6
"""Files of tests of a module, and most of those that import it themselves."""
IMPORT = re.compile(r"^ *(?:import (gigacampus[\w.]*)|from (gigacampus[\w.]*) import (\([^)]*\)|.*))", re.MULTILINE)
KEY = ("file", "function", "text", "before", "after")
OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Pow: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
CALLS = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True)
class Mutant:
    """One change: where, what was there, and what is there now."""

    file: str
    line: int
    column: int
    function: str
    text: str
    """The line as it stands in the file."""
    before: str
    after: str
    place: int
    """Number of the changed node in the order in which the file's nodes are visited."""

    @property
    def name(self) -> str:
        """File, line and change in one line."""
        return f"{self.file}:{self.line}: {self.before} -> {self.after}"

    @property
    def key(self) -> tuple[str, ...]:
        """What still names it when lines above are added or removed."""
        return tuple(getattr(self, name) for name in KEY)


def changed(node: ast.AST) -> ast.AST | None:
    """The node with its operator, sign, call or number changed; None for a node that holds none of these."""
    if not isinstance(node, ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp | ast.Call | ast.Constant):
        return None
    new = copy.copy(node)
    if isinstance(new, ast.BinOp) and any(_is_no_number(side) for side in (new.left, new.right)):
        return None
    if isinstance(new, ast.BinOp | ast.BoolOp) and type(new.op) in OPERATORS:
        new.op = OPERATORS[type(new.op)]()
        return new
    if isinstance(new, ast.Compare) and type(new.ops[0]) in OPERATORS:
        new.ops = [OPERATORS[type(new.ops[0])](), *new.ops[1:]]
        return new
    if isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.USub):
        return new.operand
    if isinstance(new, ast.Call):
        name = new.func = copy.copy(new.func)
        if isinstance(name, ast.Name) and name.id in CALLS:
            name.id = CALLS[name.id]
            return new
        if isinstance(name, ast.Attribute) and name.attr in CALLS:
            name.attr = CALLS[name.attr]
            return new
        return None
    if isinstance(new, ast.Constant) and type(new.value) in (int, float):
        new.value = new.value + 1 if type(new.value) is int else (1.0 if new.value == 0.0 else 1.1 * new.value)
        return new
    return None


def _is_no_number(node: ast.AST) -> bool:
    """Whether it is written as a text, list or tuple: there another operator is an error of types that any test sees."""
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp | ast.Set | ast.Dict) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _left_alone(node: ast.AST) -> list[ast.AST | None]:
    """Parts of a node that compute nothing: annotations, indices, sizes of buffers, defaults, decorators, texts and words of errors."""
    if isinstance(node, ast.FunctionDef):
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        annotations = [a.annotation for a in every]
        return [*node.args.defaults, *node.args.kw_defaults, node.returns, *node.decorator_list, *annotations]
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *(part.value for part in node.body if isinstance(part, ast.Assign | ast.AnnAssign))]
    if isinstance(node, ast.AnnAssign):
        return [node.annotation]
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.empty":
        return list(node.args)
    return [node] if isinstance(node, ast.JoinedStr | ast.Raise) else []


def arithmetic(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes of function bodies and of module constants that may be changed."""
    skipped = {id(n) for node in ast.walk(tree) for part in _left_alone(node) if part is not None for n in ast.walk(part)}
    return (n for n in ast.walk(tree) if id(n) not in skipped)


@cache
def tree_of(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def places_of(path: Path) -> list[int]:
    """Numbers of the nodes of a file that can be changed."""
    nodes = enumerate(arithmetic(tree_of(path)))
    return [place for place, node in nodes if isinstance(node, ast.expr) and changed(node) is not None]


def mutants_of(path: Path, places: Iterable[int] | None = None) -> list[Mutant]:
    """Mutants of one file: those at some places, or every possible one."""
    tree, lines, out = tree_of(path), path.read_text(encoding="utf-8").splitlines(), []
    within = {id(n): f.name for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    nodes = list(arithmetic(tree))
    for place in places_of(path) if places is None else places:
        node, label = nodes[place], path.relative_to(PACKAGE).as_posix()
        new = changed(node)
        assert isinstance(node, ast.expr) and new is not None
        where = (label, node.lineno, node.col_offset, within.get(id(node), ""), lines[node.lineno - 1].strip())
        out.append(Mutant(*where, ast.unparse(node), ast.unparse(new), place))
    return out


def sampled(seed: int, count: int, targets: tuple[str, ...] = TARGETS, *, skip: int = 0) -> list[Mutant]:
    """Mutants drawn evenly from all of the targets: slices of one order, which do not overlap; a change of one file moves its own alone."""
    files = [f for t in targets for f in (sorted((PACKAGE / t).rglob("*.py")) if (PACKAGE / t).is_dir() else [PACKAGE / t])]
    every = [(f, place) for f in files for place in places_of(f)]
    every.sort(key=lambda one: hashlib.sha256(f"{seed} {one[0].relative_to(PACKAGE).as_posix()} {one[1]}".encode()).digest())
    return [m for f, place in every[skip : skip + count] for m in mutants_of(f, [place])]


def changed_tree(mutant: Mutant) -> ast.Module:
    """Syntax tree of the whole file with the one change; every other node stands on its line."""
    tree = ast.parse((PACKAGE / mutant.file).read_text(encoding="utf-8"))
    old = next(node for place, node in enumerate(arithmetic(tree)) if place == mutant.place)
    new = changed(old)
    assert new is not None
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(v is old for v in value):
                value[next(k for k, v in enumerate(value) if v is old)] = new
    return ast.fix_missing_locations(tree)


@cache
def imported(path: Path) -> frozenset[str]:
    """Modules of the package that a file names."""
    found = set()
    for plain, module, names in IMPORT.findall(path.read_text(encoding="utf-8")):
        found |= {plain or module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    return frozenset(found & modules().keys())


@cache
def modules() -> dict[str, Path]:
    """Files of the package by module."""
    files = {".".join(p.relative_to(PACKAGE.parent).with_suffix("").parts): p for p in PACKAGE.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in files.items()}


@cache
def steps_from(test: Path) -> dict[str, int]:
    """Imports between a test and each module to which it leads within four."""
    found: dict[str, int] = {}
    ring = imported(test)
    for steps in range(1, 5):
        found |= dict.fromkeys(ring - found.keys(), steps)
        ring = frozenset(m for name in ring for m in imported(modules()[name])) - found.keys()
    return found


@cache
def _words(test: Path) -> Counter[str]:
    return Counter(re.findall(r"\w+", test.read_text(encoding="utf-8")))


def _mentions(test: Path, file: str) -> int:
    """How often a test names what the module defines."""
    tree = tree_of(PACKAGE / file)
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)} | {Path(file).stem}
    return sum(_words(test)[name] for name in names)


def module_of(file: str) -> str:
    """Name under which a file of the package is imported."""
    return "gigacampus." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def nearest_tests(file: str) -> list[Path]:
    """Tests that lead to the module by the fewest imports, those of its own folder and those that name its functions first.

    A module that is loaded by its name in a table has those of its own area.
    """
    module = module_of(file)
    every = {t: t.relative_to(ROOT / "tests") for t in sorted((ROOT / "tests").rglob("test_*.py"))}
    tests = [t for t, name in every.items() if not set(name.parts) & HASHED and name.as_posix() not in BLIND]

    def apart(test: Path) -> int:
        """Folders that the test's place does not share with the module's."""
        here, there = test.relative_to(ROOT / "tests").parent.parts, Path(file).parent.parts
        return len(there) - sum(a == b for a, b in zip(here, there, strict=False))

    rows = [(steps_from(t).get(module, 99), apart(t), -_mentions(t, file), t.name, t) for t in tests]
    ranked = [t for steps, *_, t in sorted(rows) if steps < 99] or [t for *_, t in sorted(rows) if file.split("/")[0] in t.parts]
    direct = sum(steps == 1 for steps, *_ in rows)
    return ranked[: max(NEAREST, min(direct, DIRECT))]
