"""Change one operator or constant of the physics or the books at a time and see whether the nearest tests notice.

Usage: python scripts/mutants.py --seed 7 [--skip 0] [--count 300] [--timeout 300] [--json FILE] [--list]

The seed puts every arithmetic operator, comparison, sign, minimum or maximum and number of the modules in ``TARGETS`` in an order, of
which a slice is judged; texts, annotations, indices, defaults and words of errors are left alone. The tests of a mutant are the
module's own examples and the tests that lead to its module by the fewest imports; tests of whole runs are not among them. Each runs in
a copy of the sources with a cache of its own; kernels are interpreted, for compiling each mutant takes longer than its tests. One whose
tests reach the limit of processor time is told as out of time and is not counted as killed. Mutants that change nothing are listed with
the reason in ``tests/equivalent_mutants.yaml``. Exit 1 when fewer than ``KILLED_MIN`` of the others are killed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML
from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "gigacampus"
TARGETS = ("buildout", "compute", "power", "cooling", "neighbours", "products", "company", "foundation/psychrometrics.py")
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.yaml"
HASHED = {"hostile", "e2e", "contracts", "cli", "server", "report", "pipeline"}
"""Folders of tests that judge whole runs, or no formula."""
BLIND = {"company/test_kernels.py", "company/test_compile_policy.py"}
"""Tests that compare the compiled ledger with the interpreted one: both would be changed."""
NEAREST = 3
MEMORY_BYTES = 12 * 2**30
KILLED_MIN, EQUIVALENT_MAX = 0.95, 0.05
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
        return self.file, self.function, self.text, self.before, self.after


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
    """Parts of a node that compute nothing: annotations, indices, defaults, decorators, texts and words of errors."""
    if isinstance(node, ast.FunctionDef):
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        annotations = [a.annotation for a in every]
        return [*node.args.defaults, *node.args.kw_defaults, node.returns, *node.decorator_list, *annotations]
    if isinstance(node, ast.AnnAssign):
        return [node.annotation]
    if isinstance(node, ast.Subscript):
        return [node.slice]
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
    """Mutants drawn evenly from all of the targets: slices of one order, which do not overlap."""
    files = [f for t in targets for f in (sorted((PACKAGE / t).rglob("*.py")) if (PACKAGE / t).is_dir() else [PACKAGE / t])]
    every = [(f, place) for f in files for place in places_of(f)]
    random.Random(seed).shuffle(every)
    return [m for f, place in every[skip : skip + count] for m in mutants_of(f, [place])]


def source_of(mutant: Mutant) -> str:
    """The whole file with the one change."""
    path = PACKAGE / mutant.file
    tree = ast.parse(path.read_text(encoding="utf-8"))
    old = next(node for place, node in enumerate(arithmetic(tree)) if place == mutant.place)
    new = changed(old)
    assert new is not None
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(v is old for v in value):
                value[next(k for k, v in enumerate(value) if v is old)] = new
    return ast.unparse(ast.fix_missing_locations(tree))


@cache
def imported(path: Path) -> frozenset[str]:
    """Modules of the package that a file names."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found & modules().keys())


@cache
def modules() -> dict[str, Path]:
    """Files of the package by module."""
    files = {".".join(p.relative_to(PACKAGE.parent).with_suffix("").parts): p for p in PACKAGE.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in files.items()}


def steps_to(test: Path, module: str) -> int:
    """Imports between a test and a module; 99 where it does not lead there within four."""
    seen: set[str] = set()
    ring = imported(test)
    for steps in range(1, 5):
        if module in ring:
            return steps
        seen |= ring
        ring = frozenset(m for name in ring for m in imported(modules()[name])) - seen
    return 99


def _mentions(test: Path, file: str) -> int:
    """How often a test names what the module defines."""
    tree, text = tree_of(PACKAGE / file), test.read_text(encoding="utf-8")
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)} | {Path(file).stem}
    return sum(word in names for word in re.findall(r"\w+", text))


@cache
def nearest_tests(file: str) -> list[Path]:
    """Tests that lead to the module by the fewest imports, those of its own folder and those that name its functions first.

    A module that is loaded by its name in a table has those of its own area.
    """
    module = "gigacampus." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    every = {t: t.relative_to(ROOT / "tests") for t in sorted((ROOT / "tests").rglob("test_*.py"))}
    tests = [t for t, name in every.items() if not set(name.parts) & HASHED and name.as_posix() not in BLIND]

    def apart(test: Path) -> int:
        """Folders that the test's place does not share with the module's."""
        here, there = test.relative_to(ROOT / "tests").parent.parts, Path(file).parent.parts
        return len(there) - sum(a == b for a, b in zip(here, there, strict=False))

    rows = [(steps_to(t, module), apart(t), -_mentions(t, file), t.name, t) for t in tests]
    ranked = [t for steps, *_, t in sorted(rows) if steps < 99] or [t for *_, t in sorted(rows) if file.split("/")[0] in t.parts]
    return ranked[:NEAREST]


SOUND: dict[tuple[str, ...], bool] = {}
"""Whether a set of tests passes on the unchanged copy."""


def _code(asked: list[str], env: dict[str, str], limit_s: float) -> int | None:
    """Exit code of some tests; None when they reached the limit of processor time, or waited four times as long."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s), int(limit_s) + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))

    try:
        ended = subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, timeout=4.0 * limit_s, check=False, preexec_fn=bounded)
    except subprocess.TimeoutExpired:
        return None
    return None if ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else ended.returncode


def _sound(asked: list[str], env: dict[str, str], limit_s: float) -> bool:
    if tuple(asked) not in SOUND:
        SOUND[tuple(asked)] = _code(asked, env, limit_s) in (0, 5)
    return SOUND[tuple(asked)]


def judged(mutant: Mutant, sources: Path, limit_s: float) -> str:
    """What the nearest tests say of it: ``killed``, ``survived``, ``no test``, ``out of time``, or ``tests fail without it``."""
    target, near = sources / "gigacampus" / mutant.file, [str(t) for t in nearest_tests(mutant.file)]
    kept, stamp = target.read_bytes(), target.stat()
    paths = {"PYTHONPATH": f"{sources}{os.pathsep}{ROOT}", "GIGACAMPUS_CACHE": str(sources / "cache")}
    env = {**os.environ, **paths, "NUMBA_DISABLE_JIT": "1"}
    ask = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    asks = [[*ask, "--doctest-modules", str(target), *near[:1]], *([[*ask, *near[1:]]] if near[1:] else [])]
    codes: list[int | None] = []
    for asked in asks:
        if not _sound(asked, env, limit_s):
            return "tests fail without it"
        target.write_text(source_of(mutant), encoding="utf-8")
        try:
            codes.append(_code(asked, env, limit_s))
        finally:
            target.write_bytes(kept)
            os.utime(target, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        if codes[-1] not in (0, 5):
            return "out of time" if codes[-1] is None else "killed"
    return "survived" if 0 in codes else "no test"


def equivalents() -> dict[tuple[str, ...], str]:
    """Reasons of the mutants that change nothing, by their key."""
    if not EQUIVALENT.is_file():
        return {}
    rows = YAML(typ="safe").load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {tuple(r[k] for k in ("file", "function", "text", "before", "after")): r["reason"] for r in rows}


def main() -> int:
    """Sample, judge and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0, help="Mutants of the seed's order to leave out before.")
    parser.add_argument("--timeout", type=float, default=300.0, help="Seconds of processor time after which tests are given up.")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--list", action="store_true", help="Only name the mutants and their tests.")
    args = parser.parse_args()
    drawn, known, rows = sampled(args.seed, args.count, skip=args.skip), equivalents(), []
    if args.list:
        for m in drawn:
            print(m.name, "|", " ".join(t.relative_to(ROOT).as_posix() for t in nearest_tests(m.file)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "src"
        shutil.copytree(ROOT / "src", sources)
        for number, m in enumerate(drawn, 1):
            reason = known.get(m.key, "")
            verdict = "equivalent" if reason else judged(m, sources, args.timeout)
            rows.append({**asdict(m), "verdict": verdict, "reason": reason})
            print(f"{number}/{len(drawn)} {verdict}: {m.name}", flush=True)
    return report(rows, args.json)


def report(rows: list[dict[str, object]], file: Path | None) -> int:
    """Prints the counts, keeps them, and says by the exit code whether the targets hold."""
    count = Counter(str(r["verdict"]) for r in rows)
    killed, others = count["killed"], len(rows) - count["equivalent"]
    share, same = killed / max(others, 1), count["equivalent"] / max(len(rows), 1)
    low, high = binomtest(killed, others).proportion_ci(method="exact") if others else (0.0, 1.0)
    print(f"{len(rows)} mutants: {dict(count)}; {same:.1%} equivalent")
    print(f"{killed} of {others} non-equivalent killed: {share:.1%} (exact binomial 95 %: {low:.1%} to {high:.1%})")
    if file is not None:
        file.write_text(json.dumps({"counts": count, "mutants": rows}, indent=1), encoding="utf-8")
    return 0 if share >= KILLED_MIN and same <= EQUIVALENT_MAX else 1


if __name__ == "__main__":
    raise SystemExit(main())
