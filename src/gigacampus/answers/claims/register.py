"""Reading claims: a CSV of claims and, for the bundled one, the YAML table that says how each is compared."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import Finding, ScenarioError, nearest, printable
from gigacampus.foundation.source_tree import plain
from gigacampus.foundation.tables.cells import Marks, decimal_mark_of, is_mark, numbers
from gigacampus.foundation.tables.headers import normal, same_unit
from gigacampus.foundation.tables.text import read_table
from gigacampus.foundation.unit_names import UnknownUnit, dollars_of, factor_to, units_of
from gigacampus.foundation.units import UNIT_TABLE
from gigacampus.registry.renamed import current
from gigacampus.registry.variables import REGISTRY
from gigacampus.scenario import library
from gigacampus.scenario.parse_cache import read_kept

BUNDLED = library.ROOT / "claims" / "article_2026_01_16.csv"
ROLES = ("input", "calibrate", "output", "context")
RELATIONS = ("about", "at_least", "at_most", "by")
OVER_MONTHS = ("sum", "mean", "max", "min", "last")
OVER_PLACES = ("sum", "mean", "max", "min")
COLUMNS = ("id", "part", "claim", "value", "unit", "claimant", "known_on", "role", "stage", "how_to_judge")
JUDGING = ("variable", "months", "over_months", "places", "factor", "relation", "within_frac")
MAX_BYTES, MAX_ROWS, MAX_CELL = 1_000_000, 2_000, 2_000
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MONTHS = re.compile(r"\d{4}-\d{2}(\.\.\d{4}-\d{2})?|as_of|year_ahead")


class ClaimsError(ScenarioError):
    """A claims file that cannot be used; all that is wrong with it at once."""


@dataclass(frozen=True)
class Judge:
    """How one claim is compared with a run."""

    use: str = "not_checkable"
    """variable, input (a path of the scenario), function (of ``special.py``), parts, context or not_checkable."""
    variable: str = ""
    months: str = "as_of"
    over_months: str = "sum"
    per_months: str = ""
    """Months of the same variable to divide by: a growth claim."""
    places: str = "sum"
    factor: float = 1.0
    relation: str = "about"
    within_frac: float = 0.05
    claimed: float | str | None = None
    """Number, or month for ``by``; empty: the claim's own value."""
    unit: str = ""
    path: str = ""
    name: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] = field(default_factory=list)
    holds_if: str = "all"
    """Of parts: ``all`` or ``any`` of them."""
    title: str = ""
    """What is compared, in words, where it is narrower than the claim."""
    why: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "variable", current(self.variable))


@dataclass(frozen=True)
class Claim:
    """One row of a claims file."""

    id: str
    claim: str
    part: str = ""
    value: str = ""
    unit: str = ""
    claimant: str = ""
    known_on: str = ""
    role: str = "output"
    stage: str = ""
    how_to_judge: str = ""
    judge: Judge = Judge()


@dataclass(frozen=True)
class Register:
    """Claims in file order, the constants that were set for some of them, and pairs that are tested together."""

    name: str
    claims: list[Claim]
    calibrated: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    about: str = ""
    """Campus without which none of the claims concerns a run; empty: they concern any."""


def number(text: str) -> float | None:
    """The one number that a cell holds, or None.

    >>> number("1e6"), number("2.4 / 2.2"), number("2025-12")
    (1000000.0, None, None)
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read(path: Path | None = None) -> Register:
    """The bundled register, or the claims of any CSV with the documented columns."""
    return _bundled() if path is None else _read(path)


@cache
def _bundled() -> Register:
    """The bundled claims with their judges, read once a process."""
    return _with_judges(_read(BUNDLED))


def _read(source: Path) -> Register:
    rows, findings = _rows(source)
    marks = Marks(decimal_mark_of([row.get("value", "") for _, row in rows]))
    claims = [_claim(row, line, source.name, findings, marks) for line, row in rows]
    known = {c.id for c in claims}
    if len(known) < len(claims):
        twice = sorted({c.id for c in claims if sum(d.id == c.id for d in claims) > 1})
        findings.append(Finding(f"claims with the same id: {', '.join(map(printable, twice))}", file=source.name))
    if findings:
        raise ClaimsError(findings)
    return Register(source.stem, claims)


def _rows(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Finding]]:
    """Rows with their line numbers; raises for a file that is no table of claims at all."""
    if not path.is_file():
        raise ClaimsError([Finding("no such file", file=printable(str(path)), fix="name a CSV of claims")])
    try:
        table = read_table(path, path.name, known=lambda cell: normal(cell) in COLUMNS + JUDGING, most_bytes=MAX_BYTES)
    except ScenarioError as error:
        raise ClaimsError(error.findings) from None
    header = [normal(name) if normal(name) in COLUMNS + JUDGING else name for name in table.header]
    _check_header(header, path.name)
    if len(table.rows) > MAX_ROWS:
        raise ClaimsError([Finding(f"more than {MAX_ROWS} claims", file=path.name, fix="split the file")])
    findings, rows = [], []
    for line, cells in zip(table.lines, table.rows, strict=True):
        if len(cells) != len(header):
            findings.append(
                Finding(f"{len(cells)} cells under {len(header)} columns", file=path.name, line=line, fix="quote cells that hold commas")
            )
        elif any(len(c) > MAX_CELL for c in cells):
            findings.append(Finding(f"a cell of more than {MAX_CELL} characters", file=path.name, line=line, fix="shorten it"))
        else:
            rows.append((line, dict(zip(header, (printable(c.strip()) if len(c) < 150 else _safe(c) for c in cells), strict=True))))
    return rows, findings


def _safe(cell: str) -> str:
    return "".join(c if c.isprintable() else " " for c in cell.strip())


def _check_header(header: list[str], name: str) -> None:
    findings = [
        Finding(f"the column {need!r} is missing", file=name, line=1, fix=f"columns: {', '.join(COLUMNS + JUDGING)}")
        for need in ("id", "claim")
        if need not in header
    ]
    findings += [
        Finding(
            f"unknown column {printable(h)!r}",
            file=name,
            line=1,
            nearest=nearest(h, COLUMNS + JUDGING),
            fix=f"columns: {', '.join(COLUMNS + JUDGING)}",
        )
        for h in header
        if h not in COLUMNS + JUDGING
    ]
    if len(set(header)) < len(header):
        findings.append(Finding("a column stands twice", file=name, line=1))
    if findings:
        raise ClaimsError(findings)


def _claim(row: dict[str, str], line: int, name: str, findings: list[Finding], marks: Marks) -> Claim:
    """One claim; what is wrong with it is added to ``findings``."""

    def bad(problem: str, fix: str = "", close: str = "") -> None:
        findings.append(Finding(problem, path=row.get("id", ""), file=name, line=line, fix=fix, nearest=close))

    if not row["id"] or not row["claim"]:
        bad("a claim needs an id and words")
    role = row.get("role") or "output"
    if role not in ROLES:
        bad(f"unknown role {role!r}", f"use one of {', '.join(ROLES)}", nearest(role, ROLES))
    text = {k: row.get(k, "") for k in COLUMNS if k not in ("role",)}
    return Claim(**text, role=role, judge=_own_judge(row, bad, marks))


def _own_judge(row: dict[str, str], bad: Any, marks: Marks) -> Judge:
    """The judge that a row brings along in its own columns."""
    given = {k: row[k] for k in JUDGING if row.get(k)}
    if not given.get("variable"):
        close = ", ".join(nearest_variables(row.get("claim", ""), row.get("unit", "")))
        return Judge(why=f"the row names no variable of the model to compare with; nearest: {close}")
    for key in ("factor", "within_frac"):
        if key in given and number(given[key]) is None:
            bad(f"{key} {given[key]!r} is not a number")
            given.pop(key)
    if not 0.0 < float(given.get("within_frac") or 0.05) <= 1.0:
        bad(f"within_frac {given['within_frac']} is no share from 0 to 1", "write 0.05 for 5 %")
    check(given, bad)
    typed: dict[str, Any] = {k: float(v) if k in ("factor", "within_frac") else v for k, v in given.items()}
    if given.get("relation") == "by" and not _MONTH.fullmatch(row.get("value", "")):
        bad(f"value {row.get('value', '')!r} is no month", "a claim `by` a month needs one, such as 2026-09")
    if given.get("relation") == "by" or current(given["variable"]) not in REGISTRY:
        return Judge(use="variable", **typed)
    claimed, said = _claimed(row.get("value", ""), marks)
    if claimed is None:
        bad(said, "give one number without thousands marks, or leave the variable empty")
        return Judge(use="variable", **typed)
    return Judge(use="variable", **(typed | _in_the_variables_unit(claimed, _one_unit(said, row.get("unit", ""), bad), typed, bad)))


def _claimed(text: str, marks: Marks) -> tuple[float | None, str]:
    """The number of a claim and the unit that stands with it; None and the reason where it is none, or could be two.

    Thousands marks are taken out where they cannot be decimals, or where other claims of the file tell which they are.
    """
    try:
        found = numbers([text], [1], "", "value", marks=marks)
    except ScenarioError as error:
        return None, error.findings[0].problem
    value = float(found.values[0])
    return (value, found.unit) if math.isfinite(value) and not is_mark(value) else (None, f"value {text!r} is not a number")


def _one_unit(in_cell: str, in_column: str, bad: Any) -> str:
    """Unit of a claim from the one beside its number and the one in its column: they agree, or make one (``bn`` and ``USD``)."""
    if not in_cell or not in_column or same_unit(in_cell, in_column):
        return in_cell or in_column
    try:
        together = dollars_of(f"{in_column} {in_cell}")
    except UnknownUnit:
        together = None
    if together is None:
        bad(f"{in_cell!r} stands with the value, {in_column!r} in the column unit", "state the unit once, in the column unit")
    return f"{in_column} {in_cell}" if together is not None else in_column


def _in_the_variables_unit(claimed: float, unit: str, given: dict[str, Any], bad: Any) -> dict[str, Any]:
    """What a row's unit and factor make of its number: in the variable's own unit, or with a factor that leads to the row's.

    A unit that is unknown, of another quantity, or at odds with the factor is added to the findings.
    """
    own, factor = REGISTRY[current(given["variable"])].unit, given.get("factor")
    if not unit:
        note = f"no unit given: taken as {own}" if own != "1" else ""
        return {"claimed": claimed, "why": note}
    if unit == own:
        return {"claimed": claimed}
    try:
        scale, offset = factor_to(unit, own) if own in UNIT_TABLE else (math.nan, 0.0)
        problem = "" if own in UNIT_TABLE else f"unit {unit!r} cannot be taken to {own}"
    except UnknownUnit as error:
        scale, offset, problem = math.nan, 0.0, str(error)
    if problem and factor is None:
        bad(problem, f"give the number in {own}, the unit of {given['variable']}", nearest(unit, units_of(UNIT_TABLE.get(own, ("", 0))[0])))
    elif problem:
        return {"claimed": claimed, "unit": unit, "why": f"factor {factor:g} takes {own} to {unit}, as the row says"}
    elif factor is not None and not math.isclose(scale, 1.0, rel_tol=1e-9) and not math.isclose(factor * scale, 1.0, rel_tol=0.02):
        bad(f"factor {factor:g} does not take {own} to {unit} ({1.0 / scale:g} does)", "leave the factor empty: units are converted")
    elif factor is not None:
        return {"claimed": claimed, "unit": unit}
    return {"claimed": claimed * scale + offset, "unit": own}


_WORD = re.compile(r"[a-z]{3,}|co2|nox|pm25|it")


def nearest_variables(claim: str, unit: str) -> list[str]:
    """The three result variables whose title and name share most with a claim's words, a fitting unit counting as one word more.

    >>> nearest_variables("Night noise at the nearest home", "dBA")[0]
    'noise_night_dba'
    """
    words = {w[:6] for w in _WORD.findall(claim.lower())}

    def score(name: str) -> float:
        own = {w[:6] for w in _WORD.findall(f"{name} {REGISTRY[name].title}".lower())}
        try:
            fits = bool(unit) and REGISTRY[name].unit in UNIT_TABLE and factor_to(unit, REGISTRY[name].unit)[0] > 0.0
        except UnknownUnit:
            fits = False
        return (len(words & own) + fits) / (3.0 + len(own))

    return sorted(REGISTRY, key=lambda name: (-score(name), name))[:3]


def check(given: dict[str, Any], bad: Any) -> None:
    """Names, words and months of a judge that compares a variable."""
    if current(given["variable"]) not in REGISTRY:
        bad(f"no result variable is called {given['variable']!r}", "see `gigacampus explain`", nearest(given["variable"], REGISTRY))
    for key, words in (("relation", RELATIONS), ("over_months", OVER_MONTHS)):
        if given.get(key, words[0]) not in words:
            bad(f"unknown {key} {given[key]!r}", f"use one of {', '.join(words)}", nearest(str(given[key]), words))
    if not _MONTHS.fullmatch(str(given.get("months", "as_of"))):
        bad(f"months {given['months']!r} are none", "write 2026-03, 2026-01..2026-12, as_of or year_ahead")


def _with_judges(register: Register) -> Register:
    """The bundled claims with their judges."""
    path = BUNDLED.with_name(f"{BUNDLED.stem}_judges.yaml")
    table = plain(read_kept(path, path.name))
    judges = {key: judge_of(row) for key, row in table["judges"].items()}
    claims = [Claim(**{**{f.name: getattr(c, f.name) for f in fields(Claim)}, "judge": judges[c.id]}) for c in register.claims]
    return Register(register.name, claims, table["calibrated"], table["pairs"], table["about"])


def judge_of(row: dict[str, Any]) -> Judge:
    """A judge from plain data; unknown keys are refused by name."""
    known = {f.name for f in fields(Judge)}
    if wrong := set(row) - known:
        raise ClaimsError([Finding(f"unknown key {min(wrong)!r} of a judge", nearest=nearest(min(wrong), known))])
    return Judge(**row)
