"""Cases that were checked: each known by the hash of all that its figures depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb

from gigacampus.foundation.cache_folder import file_hash
from gigacampus.foundation.errors import Finding, ScenarioError, refuse
from gigacampus.foundation.version import __version__
from gigacampus.pipeline import cache as stage_cache
from gigacampus.pipeline.run import WORLD_READS
from gigacampus.registry.stages import STAGES
from gigacampus.scenario.composed import Document
from gigacampus.scenario.document import load
from gigacampus.scenario.plan import COMPANY
from gigacampus.scenario.unread_inputs import is_read
from gigacampus.sweep.design import Design, Values

KEY_DIGITS = 32
NUMBERS_SHOWN = 12
"""Cases that a finding names by number; the rest are counted."""


@dataclass(frozen=True)
class Case:
    """One run of a sweep."""

    number: int
    """Place in the file's order, from 1."""
    key: str
    """Hash of the resolved scenario, of the files it names, and of the program."""
    values: Values


@cache
def program() -> str:
    """Hash of the sources that a case's figures depend on, and of what writes them."""
    parts = [__version__, duckdb.__version__, stage_cache.version("gigacampus.sweep.work")]
    parts += [stage_cache.version(stage.module) for stage in STAGES]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:KEY_DIGITS]


def key_of(document: Document) -> str:
    """Key of a case from its composed scenario, which must have been typed."""
    files = {path: file_hash(file) for path, file in document.tables.items()}
    text = json.dumps([document.resolved(), files, program()], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]


def check(asked: Sequence[tuple[Path, Sequence[str]]]) -> list[str | tuple[Finding, ...]]:
    """For each scenario with its ``path=value`` texts the key of its case, or what is wrong with it."""
    out: list[str | tuple[Finding, ...]] = []
    for scenario, sets in asked:
        try:
            out.append(key_of(load(scenario, sets=sets)[1]))
        except ScenarioError as error:
            out.append(error.findings)
    return out


def checked(design: Design, found: Sequence[str | tuple[Finding, ...]]) -> list[Case]:
    """The cases with their keys. Raises ``ScenarioError`` that tells of every bad case and of cases that are the same."""
    bad: dict[Finding, list[int]] = {}
    for number, one in enumerate(found, start=1):
        for finding in one if not isinstance(one, str) else ():
            bad.setdefault(finding, []).append(number)
    if bad:
        raise ScenarioError(replace(finding, problem=f"{_named(numbers)}: {finding.problem}") for finding, numbers in bad.items())
    cases = [Case(n, str(key), values) for n, (key, values) in enumerate(zip(found, design.cases, strict=True), start=1)]
    numbers_of: dict[str, list[int]] = {}
    for case in cases:
        numbers_of.setdefault(case.key, []).append(case.number)
    if same := [numbers for numbers in numbers_of.values() if len(numbers) > 1]:
        raise refuse("; ".join(f"{_named(n)} are the same run" for n in same[:NUMBERS_SHOWN]), file=design.file, fix="keep one of each")
    return cases


def _named(numbers: Sequence[int]) -> str:
    """Cases by their numbers.

    >>> _named([3]), _named([3, 7])
    ('case 3', 'cases 3, 7')
    """
    shown = ", ".join(map(str, numbers[:NUMBERS_SHOWN]))
    more = f" and {len(numbers) - NUMBERS_SHOWN} more" if len(numbers) > NUMBERS_SHOWN else ""
    return f"case{'s' if len(numbers) > 1 else ''} {shown}{more}"


def groups(design: Design, cases: Iterable[Case]) -> list[list[Case]]:
    """Cases that differ only in what no world stage reads stand together: the first computes the physics, the others find it kept."""
    by_physics: dict[str, list[Case]] = {}
    for case in cases:
        physical = {path: value for path, value in case.values.items() if _is_physical(path)}
        scenario = str(design.scenario_of(case.number - 1))
        by_physics.setdefault(json.dumps([scenario, physical], sort_keys=True), []).append(case)
    return list(by_physics.values())


def _is_physical(path: str) -> bool:
    return is_read(path, WORLD_READS) or not path.startswith(COMPANY)
