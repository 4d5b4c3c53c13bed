"""A sweep's file: which scenario, and which values it takes in each case."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.source_tree import Node, is_mapping, plain
from gigacampus.foundation.tables.cells import is_missing, is_number, numbers
from gigacampus.foundation.tables.headers import refuse_unit_above
from gigacampus.foundation.tables.text import Table, read_table, warn_of_unseen
from gigacampus.foundation.unit_names import UnknownUnit, dollars_of, symbol_of
from gigacampus.scenario.allowed_paths import scenario_place
from gigacampus.scenario.plan import stratified
from gigacampus.scenario.reader import read_file, read_text

MOST_CASES = 100_000
KEYS = ("scenario", "worlds", "draws", "grid", "latin_hypercube", "samples", "seed", "cases", "csv")
DIGITS = 9
"""Significant digits of a sampled value."""
Values = dict[str, Any]
"""One case: path of an input -> its value, as ``--set`` takes it."""


@dataclass(frozen=True)
class Design:
    """What a sweep's file asks for."""

    file: str
    scenario: Path
    worlds: int | None
    draws: int | None
    cases: tuple[Values, ...]
    own: tuple[Path, ...] = ()
    """The scenario of each case, where every case has its own; empty: all have ``scenario``."""

    def scenario_of(self, k: int) -> Path:
        """The scenario file of the case at position ``k``."""
        return self.own[k] if self.own else self.scenario

    @property
    def paths(self) -> tuple[str, ...]:
        """Every input that some case sets, in the order of the file."""
        return tuple(dict.fromkeys(path for case in self.cases for path in case))

    def is_number(self, path: str) -> bool:
        """Whether every case that sets an input gives it a number."""
        given = [case[path] for case in self.cases if path in case]
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in given)

    def sets(self, case: Values) -> tuple[str, ...]:
        """``path=value`` texts of a case, with the worlds and draws that the file asks for before them."""
        run = [f"run.{name}={value}" for name, value in (("worlds", self.worlds), ("draws", self.draws)) if value is not None]
        return (*run, *(f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in case.items()))


def read_design(path: Path) -> Design:
    """The design in a YAML file; files that it names lie beside it. Raises ``ScenarioError``."""
    root = read_file(path, str(path))
    if not is_mapping(root):
        raise _refused(root, "a sweep is a mapping of keys", "write `scenario:` and one of grid, latin_hypercube, cases, csv")
    for key, node in root.value.items():
        if key not in KEYS:
            raise refuse(
                "unknown key", path=key, file=node.file, line=node.line, nearest=nearest(key, KEYS), fix=f"valid keys: {', '.join(KEYS)}"
            )
    asked = [name for name in WAYS if name in root.value]
    if len(asked) != 1 or "scenario" not in root.value:
        raise _refused(root, "a sweep names its scenario and one way to lay out cases", f"give scenario and one of {', '.join(WAYS)}")
    for key in ("samples", "seed"):
        if key in root.value and asked[0] != "latin_hypercube":
            raise _refused(root.value[key], f"{key} belongs to latin_hypercube", "take it out", path=key)
    cases = WAYS[asked[0]](root, path.parent)
    if not 0 < len(cases) <= MOST_CASES:
        raise _refused(root.value[asked[0]], f"{len(cases):,} cases", f"lay out 1 to {MOST_CASES:,}", path=asked[0])
    counts = {key: _whole(root.value[key], key) if key in root.value else None for key in ("worlds", "draws")}
    return Design(str(path), _scenario(root.value["scenario"], path.parent), counts["worlds"], counts["draws"], tuple(cases))


def _scenario(node: Node, folder: Path) -> Path:
    if not isinstance(node.value, str):
        raise _refused(node, "the name of a scenario file is expected", "scenario: gas-campus.yaml", path="scenario")
    beside = folder / node.value
    found = scenario_place(beside if beside.exists() else node.value).path
    if not found.is_file():
        raise _refused(node, f"no such scenario: {printable(node.value)}", "name a file beside this one, or a shipped scenario")
    return found.resolve()


def _refused(node: Node, problem: str, fix: str, *, path: str = "") -> Exception:
    return refuse(problem, path=path, file=node.file, line=node.line, fix=fix)


def _whole(node: Node, path: str) -> int:
    value = node.value
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _refused(node, f"{printable(value)} where a whole number from 1 on is expected", f"{path}: 16", path=path)
    return value


def _mapping(node: Node, path: str, fix: str) -> dict[str, Node]:
    if not is_mapping(node) or not node.value:
        raise _refused(node, "a mapping from inputs to values is expected", fix, path=path)
    found: dict[str, Node] = node.value
    return found


def _grid(root: Node, folder: Path) -> list[Values]:
    """Every combination, the last input moving fastest."""
    del folder
    axes: dict[str, list[Any]] = {}
    for path, node in _mapping(root.value["grid"], "grid", "grid: {campuses.first.cooling.design_pue: [1.2, 1.3]}").items():
        values = plain(node)
        if not isinstance(values, list) or not values:
            raise _refused(node, "a list of values is expected", f"{path}: [1.2, 1.3]", path=path)
        axes[path] = values
    count = math.prod(len(values) for values in axes.values())
    if count > MOST_CASES:
        raise _refused(root.value["grid"], f"{count:,} cases", f"lay out at most {MOST_CASES:,}", path="grid")
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def _latin_hypercube(root: Node, folder: Path) -> list[Values]:
    """One case in each of ``samples`` equal strata of every range, in an order of its own for each input."""
    del folder
    given = dict(_mapping(root.value["latin_hypercube"], "latin_hypercube", "latin_hypercube: {company.opening_cash_usd: [1e9, 4e9]}"))
    own = {key: given.pop(key, root.value.get(key)) for key in ("samples", "seed")}
    if own["samples"] is None:
        raise _refused(root.value["latin_hypercube"], "the number of samples is missing", "samples: 100", path="samples")
    samples = _whole(own["samples"], "samples")
    if samples > MOST_CASES:
        raise _refused(own["samples"], f"{samples:,} samples", f"lay out at most {MOST_CASES:,}", path="samples")
    seed = _whole(own["seed"], "seed") if own["seed"] is not None else 1
    columns = {path: _sampled(_range(node, path), stratified(seed, path, samples).tolist()) for path, node in given.items()}
    return [{path: column[k] for path, column in columns.items()} for k in range(samples)]


@dataclass(frozen=True)
class Range:
    """Ends of an input that is sampled evenly, or evenly in its logarithm; ``whole``: rounded to whole numbers."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


def _range(node: Node, path: str) -> Range:
    value = plain(node)
    said = dict(zip(("low", "high"), value, strict=True)) if isinstance(value, list) and len(value) == 2 else value
    fix = f"{path}: [1, 2], or {{low: 1, high: 2, log: true, whole: true}}"
    if not isinstance(said, dict) or not {"low", "high"} <= set(said) <= {"low", "high", "log", "whole"}:
        raise _refused(node, "a range is expected", fix, path=path)
    ends = [said["low"], said["high"]]
    if any(isinstance(x, bool) or not isinstance(x, int | float) for x in ends):
        raise _refused(node, "the ends of a range are plain numbers, in the unit of the input", fix, path=path)
    if any(not isinstance(said.get(k, False), bool) for k in ("log", "whole")):
        raise _refused(node, "log and whole are true or false", fix, path=path)
    if not ends[0] < ends[1] or (said.get("log") and ends[0] <= 0.0):
        raise _refused(node, "a range rises from its low end, which is above zero where log is set", fix, path=path)
    return Range(float(ends[0]), float(ends[1]), bool(said.get("log")), bool(said.get("whole")))


def _sampled(given: Range, shares: Sequence[float]) -> list[float | int]:
    """Values at shares of a range.

    >>> _sampled(Range(1.0, 100.0, log=True), [0.0, 0.5]), _sampled(Range(1, 4, whole=True), [0.9])
    ([1.0, 10.0], [4])
    """
    if given.log:
        found = [given.low * (given.high / given.low) ** share for share in shares]
    else:
        found = [given.low + share * (given.high - given.low) for share in shares]
    return [round(x) if given.whole else float(f"{x:.{DIGITS}g}") for x in found]


def _cases(root: Node, folder: Path) -> list[Values]:
    del folder
    rows = root.value["cases"]
    if not isinstance(rows.value, list):
        raise _refused(rows, "a list of cases is expected", "cases: [{company.opening_cash_usd: 2e9}]", path="cases")
    return [{path: plain(value) for path, value in _mapping(row, "cases", "each case: path: value").items()} for row in rows.value]


def _csv(root: Node, folder: Path) -> list[Values]:
    """One case a row; columns are inputs, an empty cell leaves the scenario's own value."""
    node = root.value["csv"]
    if not isinstance(node.value, str):
        raise _refused(node, "the name of a table is expected", "csv: cases.csv", path="csv")
    table = read_table(folder / node.value, known=lambda name: "." in name, columns="paths of inputs").even()
    if not table.header or not all(table.header) or len(set(table.header)) < len(table.header):
        raise refuse("every column is the path of one input", file=table.file, line=table.header_line or 1, fix="name each column once")
    warn_of_unseen(table)
    refuse_unit_above(table, _scales, "write the unit behind each value (92300 kW), or give values in the unit that each path ends with")
    columns = [_column(table, i) for i in range(table.width)]
    found = [
        {path: column[k] for path, column in zip(table.header, columns, strict=True) if column[k] is not None}
        for k in range(len(table.rows))
    ]
    empty = next((line for case, line in zip(found, table.lines, strict=True) if not case), None)
    if empty is not None:
        raise refuse("a case that sets nothing", file=table.file, line=empty, fix="fill it in, or delete the row")
    return found


def _scales(word: str) -> bool:
    """Whether a word above the header is a unit that no path's values are in: kilowatts, millions of dollars."""
    try:
        dollars = dollars_of(word)
    except UnknownUnit:
        return True
    return symbol_of(word) in ("kW", "GW", "kWh", "GWh", "short ton", "lb") or dollars not in (None, 1.0)


def _column(table: Table, i: int) -> list[Any]:
    """Values of a column: numbers where all its cells are, else what YAML reads in each; None where a cell is empty.

    A unit in a row of units below the header goes with each value, as if it were written behind it.
    """
    cells = table.column(i)
    given = [k for k, cell in enumerate(cells) if not is_missing(cell)]
    out: list[Any] = [None] * len(cells)
    if unit := table.units.get(i):
        return [None if is_missing(cell) else f"{cell} {unit}" for cell in cells]
    if given and all(is_number(cells[k]) for k in given):
        found = numbers([cells[k] for k in given], [table.lines[k] for k in given], table.file, table.header[i], separator=table.separator)
        for k, value in zip(given, found.values.tolist(), strict=True):
            out[k] = int(value) if value == int(value) else value
        return out
    for k in given:
        out[k] = plain(read_text(cells[k], f"{table.file}:{table.lines[k]}"))
    return out


WAYS: dict[str, Callable[[Node, Path], list[Values]]] = {"grid": _grid, "latin_hypercube": _latin_hypercube, "cases": _cases, "csv": _csv}
"""Ways to lay out cases, by their key in the file."""
