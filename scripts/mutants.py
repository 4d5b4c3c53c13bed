"""Change one operator or constant of the physics or the books at a time and see whether the nearest tests notice.

Usage: python scripts/mutants.py --seed 7 [--count 300] [--timeout 300] [--json FILE] [--list]

Mutants are sampled by the seed from every arithmetic operator, comparison, sign, minimum or maximum and number of the modules in
``TARGETS``. The tests of a mutant are those that lead to its module by the fewest imports, and the module's own examples; tests of
whole runs are not among them. Each runs in a copy of the sources with a cache of its own. Mutants that change nothing are listed with
the reason in ``tests/equivalent_mutants.yaml``. Exit 1 when fewer than ``KILLED_MIN`` of the others are killed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "gigacampus"
TARGETS = ("buildout", "compute", "power", "cooling", "neighbours", "products", "company", "foundation/psychrometrics.py")
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.yaml"
HASHED = {"hostile", "e2e", "contracts", "cli", "server", "report", "pipeline"}
"""Folders of tests that judge whole runs, or no formula."""
NEAREST = 6
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
    before: str
    after: str
    place: int
    """Number of the changed node in the order in which the file's nodes are visited."""

    @property
    def name(self) -> str:
        """File, line and change in one line."""
        return f"{self.file}:{self.line}: {self.before} -> {self.after}"


def changed(node: ast.AST) -> ast.AST | None:
    """The node with its operator, sign, call or number changed; None for a node that holds none of these."""
    new = copy.copy(node)
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


def arithmetic(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes of function bodies and of module constants; no annotations, indices, defaults or texts."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            parts = [
                *node.args.defaults,
                *node.args.kw_defaults,
                node.returns,
                *node.decorator_list,
                *(a.annotation for a in node.args.args),
            ]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.Subscript):
            parts = [node.slice]
        else:
            parts = []
        for part in parts:
            skipped |= {id(n) for n in ast.walk(part)} if part is not None else set()
    return (n for n in ast.walk(tree) if id(n) not in skipped)


def mutants_of(path: Path) -> list[Mutant]:
    """Every possible mutant of one file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    out = []
    for place, node in enumerate(arithmetic(tree)):
        new = changed(node)
        if new is not None and hasattr(node, "lineno"):
            label = path.relative_to(PACKAGE).as_posix()
            out.append(Mutant(label, node.lineno, node.col_offset, ast.unparse(node), ast.unparse(new), place))
    return out


def sampled(seed: int, count: int, targets: tuple[str, ...] = TARGETS) -> list[Mutant]:
    """Mutants drawn evenly from all of the targets."""
    files = [f for t in targets for f in (sorted((PACKAGE / t).rglob("*.py")) if (PACKAGE / t).is_dir() else [PACKAGE / t])]
    every = [m for f in files for m in mutants_of(f)]
    return random.Random(seed).sample(every, min(count, len(every)))


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
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


@cache
def nearest_tests(file: str) -> list[Path]:
    """Tests that lead to the module by the fewest imports, those of its own folder or area first."""
    module = "gigacampus." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    tests = [t for t in sorted((ROOT / "tests").rglob("test_*.py")) if not set(t.relative_to(ROOT / "tests").parts) & HASHED]

    def apart(test: Path) -> int:
        """Folders that the test's place does not share with the module's."""
        here, there = test.relative_to(ROOT / "tests").parent.parts, Path(file).parent.parts
        return len(there) - sum(a == b for a, b in zip(here, there, strict=False))

    ranked = sorted(((steps_to(t, module), apart(t), t.name, t) for t in tests), key=lambda row: row[:3])
    return [t for steps, _, _, t in ranked if steps < 99][:NEAREST]


SOUND: dict[tuple[str, ...], bool] = {}
"""Whether a set of tests passes on the unchanged copy."""


def _code(asked: list[str], env: dict[str, str], timeout_s: float) -> int:
    return subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, timeout=timeout_s, check=False).returncode


def _sound(asked: list[str], env: dict[str, str], timeout_s: float) -> bool:
    if tuple(asked) not in SOUND:
        SOUND[tuple(asked)] = _code(asked, env, timeout_s) in (0, 5)
    return SOUND[tuple(asked)]


def judged(mutant: Mutant, sources: Path, timeout_s: float) -> str:
    """What the nearest tests say of it: ``killed``, ``survived``, ``no test``, ``timed out``, or ``tests fail without it``."""
    target = sources / "gigacampus" / mutant.file
    kept = target.read_text(encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": f"{sources}{os.pathsep}{ROOT}", "GIGACAMPUS_CACHE": str(sources / "cache")}
    ask = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
    asks = [[*ask, str(target), "--doctest-modules"], [*ask, *(str(t) for t in nearest_tests(mutant.file))]]
    verdicts = []
    try:
        for asked in asks[: 2 if nearest_tests(mutant.file) else 1]:
            if not _sound(asked, env, timeout_s):
                return "tests fail without it"
            target.write_text(source_of(mutant), encoding="utf-8")
            verdicts.append(_code(asked, env, timeout_s))
            target.write_text(kept, encoding="utf-8")
            if verdicts[-1] not in (0, 5):
                return "killed"
    except subprocess.TimeoutExpired:
        return "timed out"
    finally:
        target.write_text(kept, encoding="utf-8")
    return "survived" if 0 in verdicts else "no test"


def equivalents() -> dict[str, str]:
    """Reasons of the mutants that change nothing, by their name without the line."""
    if not EQUIVALENT.is_file():
        return {}
    rows = YAML(typ="safe").load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {f"{r['file']}: {r['before']} -> {r['after']}": r["reason"] for r in rows}


def main() -> int:
    """Sample, judge and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument(
        "--timeout", type=float, default=300.0, help="Seconds after which tests are given up: the mutant counts as timed out."
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--list", action="store_true", help="Only name the mutants and their tests.")
    args = parser.parse_args()
    drawn, known, rows = sampled(args.seed, args.count), equivalents(), []
    if args.list:
        for m in drawn:
            print(m.name, "|", " ".join(t.relative_to(ROOT).as_posix() for t in nearest_tests(m.file)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "src"
        shutil.copytree(ROOT / "src", sources, ignore=shutil.ignore_patterns("__pycache__"))
        for number, m in enumerate(drawn, 1):
            reason = known.get(f"{m.file}: {m.before} -> {m.after}", "")
            verdict = "equivalent" if reason else judged(m, sources, args.timeout)
            rows.append({**asdict(m), "verdict": verdict, "reason": reason})
            print(f"{number}/{len(drawn)} {verdict}: {m.name}", flush=True)
    return report(rows, args.json)


def report(rows: list[dict[str, object]], file: Path | None) -> int:
    """Prints the counts, keeps them, and says by the exit code whether the targets hold."""
    count = Counter(str(r["verdict"]) for r in rows)
    others = max(len(rows) - count["equivalent"], 1)
    killed, same = count["killed"] / others, count["equivalent"] / max(len(rows), 1)
    print(f"{len(rows)} mutants: {dict(count)}; {killed:.1%} of the non-equivalent killed, {same:.1%} equivalent")
    if file is not None:
        file.write_text(json.dumps({"counts": count, "mutants": rows}, indent=1), encoding="utf-8")
    return 0 if killed >= KILLED_MIN and same <= EQUIVALENT_MAX else 1


if __name__ == "__main__":
    raise SystemExit(main())
