"""Judges mutants in one process of pytest: it collects the nearest tests once and forks for each piece of work.

A first child of each file of tests notes what its tests call and how long they take. The child of a mutant puts the changed code into the
functions that are already loaded, then runs the tests that call the changed function, nearest file and quickest test first. For mutants in
files of kernels these are interpreted, since compiling each mutant takes longer than its tests; for all others they stay compiled, since
interpreted they would take most tests beyond their limit. The cache of stages is empty; no test counts that fails alone on the unchanged
code.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import types
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest
from _pytest.runner import runtestprotocol
from mutant_sample import PACKAGE, ROOT, Mutant, changed_tree, imported, module_of, modules, nearest_tests, tree_of

MEMORY_BYTES = 12 * 2**30
SLOWEST_TEST_S = 2.0
"""Processor time after which an unchanged test is not used; noting what it calls about doubles what it takes."""
INTERPRETED = "NUMBA_DISABLE_JIT"
NUMBA = re.compile(r"^@njit", re.MULTILINE)
FILE_S = 60.0
"""Processor time after which no further tests of a file are tried unchanged."""


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)


def _key(code: types.CodeType) -> tuple[object, ...]:
    """Name and place of a function's code: lambdas of one line are told apart by their column."""
    columns = (column for line, _, column, _ in code.co_positions() if column is not None and line != code.co_firstlineno)
    return code.co_qualname, code.co_firstlineno, next(columns, None) if code.co_name == "<lambda>" else None


def put_in(mutant: Mutant) -> bool:
    """Change the loaded package: code of its functions, or a constant wherever it was imported to; False where nothing was changed."""
    module = sys.modules[module_of(mutant.file)]
    file, tree = str(module.__file__), changed_tree(mutant)
    for cached in gc.get_objects():
        if hasattr(type(cached), "cache_clear") and str(getattr(cached, "__module__", "")).startswith("gigacampus."):
            cached.cache_clear()
    if not mutant.function:
        return bool(_assign(module, tree, mutant.line))
    new = {_key(code): code for code in _codes(compile(tree, file, "exec", dont_inherit=True))}
    loaded = [f for f in gc.get_objects() if type(f) is types.FunctionType and f.__code__.co_filename == file]
    found = [(f, new[_key(f.__code__)]) for f in loaded if _key(f.__code__) in new]
    for function, code in found:
        function.__code__ = code
    return any(mutant.function in part.co_qualname.split(".") for _, code in found for part in _codes(code))


def _assign(module: types.ModuleType, tree: ast.Module, line: int) -> set[str]:
    """Compute the module's constants from a line on again, as far as they depend on it, and hand them to whoever holds the old ones."""
    scope, names = dict(vars(module)), set[str]()
    for statement in tree.body:
        used = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
        here = statement.lineno <= line <= (statement.end_lineno or 0)
        if isinstance(statement, ast.Assign | ast.AnnAssign) and (here or used & names):
            exec(compile(ast.Module([statement], []), str(module.__file__), "exec", dont_inherit=True), scope)
            names |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for holder in list(sys.modules.values()):
        for name in names & vars(holder).keys():
            if vars(holder)[name] is vars(module)[name] and holder is not module:
                setattr(holder, name, scope[name])
    vars(module).update({name: scope[name] for name in names})
    return names


class TooLong(BaseException):
    """A test reached its limit of processor time."""


def _raise_too_long(*_: object) -> None:
    raise TooLong


def _work_and_end(work: Callable[[], Iterator[Any]], limit_s: float, parsed: Path, told: Path) -> NoReturn:
    """Life of a forked process: it never returns to what the parent was doing."""
    nowhere, errors = os.open(os.devnull, os.O_WRONLY), os.dup(2)
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s) + 1, int(limit_s) + 6))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        signal.alarm(int(20 * limit_s) + 60)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        os.environ["GIGACAMPUS_CACHE"] = f"{told.parent}/cache"
        shutil.copytree(parsed, told.parent / "cache" / "parsed", copy_function=os.link)
        with told.open("w", encoding="utf-8") as out:
            for row in work():
                print(json.dumps(row), file=out, flush=True)
    except BaseException:
        os.write(errors, traceback.format_exc().encode())
    finally:
        os._exit(0)


def in_child(work: Callable[[], Iterator[Any]], limit_s: float, parsed: Path) -> tuple[list[Any], int]:
    """What ``work`` yields in a forked process with a cache of its own, and how that process ended: 0, or minus a signal."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told"
        told.touch()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _work_and_end(work, limit_s, parsed, told)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for made in Path(folder).glob("cache/parsed/*"):
            if not (parsed / made.name).exists() and made.is_file():
                os.link(made, parsed / made.name)
        return [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")], ended


def run_items(items: list[pytest.Item], limit_s: float) -> Iterator[tuple[pytest.Item, str, float]]:
    """Outcome and seconds of processor time of each test: ``passed``, ``skipped``, ``failed`` or ``out of time``."""
    signal.signal(signal.SIGPROF, _raise_too_long)
    for item, after in zip(items, [*items[1:], None][: len(items)], strict=True):
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        try:
            reports = runtestprotocol(item, log=False, nextitem=after)
        except TooLong:
            yield item, "out of time", limit_s
            return
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
        words = {report.outcome for report in reports}
        late = any("TooLong" in str(report.longrepr) for report in reports if report.failed)
        word = "out of time" if late else next(w for w in ("failed", "skipped", "passed") if w in words)
        yield item, word, time.process_time() - began


class Calls:
    """Notes which functions of the targets each test calls, by itself or by a fixture that it asks for."""

    def __init__(self) -> None:
        self.seen: set[types.CodeType] = set()
        self.of_fixture: dict[object, tuple[set[types.CodeType], float]] = {}

    def trace(self, frame: types.FrameType, *_: object) -> None:
        """Called at each call of a Python function."""
        self.seen.add(frame.f_code)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Keep what a fixture calls apart: every test that asks for it has it."""
        outer, self.seen, began = self.seen, set(), time.process_time()
        try:
            return (yield)
        finally:
            seen, spent_s = self.of_fixture.get(fixturedef, (set(), 0.0))
            self.of_fixture[fixturedef] = self.seen | seen, max(spent_s, time.process_time() - began)
            self.seen = outer | self.seen

    def of(self, items: list[pytest.Item]) -> Iterator[dict[str, Any]]:
        """Rows of the tests of one file, run once under trace; one out of time has a second try, since the first to come loads kernels."""
        before, late = set[object](), list[pytest.Item]()
        sys.settrace(self.trace)
        threading.settrace(self.trace)
        for tried in (items, late):
            for item, word, spent_s in run_items(tried, SLOWEST_TEST_S):
                asked = {d for defs in item._fixtureinfo.name2fixturedefs.values() for d in defs} & self.of_fixture.keys()
                held = [self.of_fixture[d] for d in asked]
                spent_s += sum(self.of_fixture[d][1] for d in asked & before)
                before |= asked
                seen, self.seen = self.seen.union(*(s for s, _ in held)), set()
                called = sorted({f"{c.co_filename}:{c.co_qualname}" for c in seen if c.co_filename.startswith(str(PACKAGE))})
                sys.settrace(self.trace)
                if word == "out of time" and tried is items:
                    late.append(item)
                else:
                    yield {"test": item.nodeid, "s": spent_s, "calls": called, "word": word}


@dataclass
class Judge:
    """Plugin of pytest that judges mutants by the tests that were collected, in place of running them."""

    drawn: list[Mutant]
    limit_s: float
    kept: Path
    verdicts: list[tuple[Mutant, str, str]] = field(default_factory=list)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is known of each test, by its id."""
    alone: dict[str, bool] = field(default_factory=dict)
    """Whether a test that killed passes alone on the unchanged code."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge each mutant and keep the verdict."""
        (self.kept / "parsed").mkdir(exist_ok=True)
        by_file: dict[Path, list[pytest.Item]] = {}
        for item in session.items:
            by_file.setdefault(item.path, []).append(item)
        for number, mutant in enumerate(self.drawn, 1):
            began = time.monotonic()
            verdict, by = "no test", ""
            for file in (PACKAGE / mutant.file, *nearest_tests(mutant.file)):
                said = self.judged(mutant, self.known(session, by_file.get(file, []), file))
                verdict, by = said if said[0] != "no test" else (verdict, by)
                if verdict not in ("survived", "no test"):
                    break
            self.verdicts.append((mutant, verdict, by))
            row = {**asdict(mutant), "verdict": verdict, "by": by}
            with (self.kept / "verdicts.jsonl").open("a", encoding="utf-8") as out:
                print(json.dumps(row), file=out)
            print(f"{number}/{len(self.drawn)} {verdict}: {mutant.name} | {by} | {time.monotonic() - began:.1f} s", flush=True)
        return True

    def known(self, session: pytest.Session, items: list[pytest.Item], file: Path) -> list[pytest.Item]:
        """Tests of a file that pass unchanged within their limit; what they call is found out once for each text of the file."""
        if not items:
            return []
        mark = hashlib.sha256(f"{file} {os.environ[INTERPRETED]}".encode() + file.read_bytes()).hexdigest()[:16]
        kept = self.kept / f"calls-{mark}.json"
        if not kept.is_file():
            calls = Calls()
            session.config.pluginmanager.register(calls)
            rows, _ = in_child(lambda: calls.of(items), FILE_S, self.kept / "parsed")
            session.config.pluginmanager.unregister(calls)
            kept.write_text(json.dumps(rows), encoding="utf-8")
        self.calls |= {row["test"]: row for row in json.loads(kept.read_text(encoding="utf-8")) if row["word"] == "passed"}
        return [i for i in items if i.nodeid in self.calls]

    def judged(self, mutant: Mutant, items: list[pytest.Item]) -> tuple[str, str]:
        """What the tests of one file say: ``killed`` with the test, ``survived``, ``no test``, ``out of time``, or ``not put in``."""
        calling = [i for i in items if self._may_notice(mutant, i)]
        if not calling:
            return "no test", ""
        asked = sorted(calling, key=lambda i: float(self.calls[i.nodeid]["s"]))
        while True:
            asked = [i for i in asked if self.alone.get(i.nodeid, True)]

            def work(asked: list[pytest.Item] = asked) -> Iterator[list[str]]:
                if not put_in(mutant):
                    yield ["not put in", ""]
                    return
                for item, word, _ in run_items(asked, self.limit_s):
                    if word in ("failed", "out of time"):
                        yield ["killed" if word == "failed" else word, item.nodeid]
                        return
                yield ["survived", f"{len(asked)} tests"]

            rows, ended = in_child(work, self.limit_s, self.kept / "parsed")
            verdict, by = (
                rows[0] if rows else ("out of time" if -ended in (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM) else "killed", "")
            )
            if verdict != "killed" or not by or self._passes_alone(next(i for i in asked if i.nodeid == by)):
                return verdict, by

    def _may_notice(self, mutant: Mutant, item: pytest.Item) -> bool:
        """Whether a test calls the changed function, or anything of its file where the change stands in none, if it has any."""
        place = f"{PACKAGE / mutant.file}:"
        if holds_no_function(mutant.file):
            return True
        called = self.calls[item.nodeid]["calls"]
        return any(c.startswith(place) and (not mutant.function or mutant.function in c[len(place) :].split(".")) for c in called)

    def _passes_alone(self, item: pytest.Item) -> bool:
        if item.nodeid not in self.alone:
            rows, _ = in_child(lambda: iter([w for _, w, _ in run_items([item], 2 * SLOWEST_TEST_S)]), self.limit_s, self.kept / "parsed")
            self.alone[item.nodeid] = rows == ["passed"]
        return self.alone[item.nodeid]


def holds_no_function(file: str) -> bool:
    """Whether a file of the package has nothing to call: its numbers are read elsewhere."""
    return not any(isinstance(node, ast.FunctionDef) for node in ast.walk(tree_of(PACKAGE / file)))


def in_kernels(file: str) -> bool:
    """Whether compiled code holds what stands in a file: its own, or that of who imports its numbers."""
    readers = [path for path in modules().values() if module_of(file) in imported(path)] if holds_no_function(file) else []
    return any(NUMBA.search(path.read_text(encoding="utf-8")) for path in (PACKAGE / file, *readers))


def judge(drawn: list[Mutant], limit_s: float, kept: Path) -> list[str]:
    """Verdicts of the mutants: those of kernels in one process of pytest, all others in a second."""
    kernels = {m.key: in_kernels(m.file) for m in drawn}
    verdicts = list[str]()
    for interpreted in (True, False):
        ours = [m for m in drawn if kernels[m.key] == interpreted]
        verdicts += _in_process(ours, limit_s, kept, interpreted=interpreted) if ours else []
    return verdicts


def _in_process(drawn: list[Mutant], limit_s: float, kept: Path, *, interpreted: bool) -> list[str]:
    """Verdicts of mutants from a forked process: whether kernels are interpreted is settled when numba is loaded."""
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.close(read)
            os.environ |= {INTERPRETED: str(int(interpreted)), **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")}
            files = sorted({str(f) for m in drawn for f in (PACKAGE / m.file, *nearest_tests(m.file))})
            plugin = Judge(drawn, limit_s, kept)
            os.chdir(ROOT)
            sys.path.insert(0, str(ROOT))
            pytest.main(["-q", "-s", "-p", "no:cacheprovider", "--tb=native", "--doctest-modules", *files], plugins=[plugin])
            with os.fdopen(write, "w") as out:
                json.dump([verdict for _, verdict, _ in plugin.verdicts], out)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        text = said.read()
    os.waitpid(child, 0)
    return [str(v) for v in json.loads(text)]
