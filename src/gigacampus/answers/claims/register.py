"""Reading claims: a CSV of claims and, for the bundled one, the YAML table that says how each is compared."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from gigacampus.answers.claims.stated import (
    check,
    claimed_number,
    folded_by_rule,
    in_the_variables_unit,
    in_words,
    month_of,
    nearest_variables,
    one_unit,
)
from gigacampus.foundation.errors import Finding, ScenarioError, nearest, printable
from gigacampus.foundation.source_tree import plain
from gigacampus.foundation.tables.cells import Marks, decimal_mark_of
from gigacampus.foundation.tables.headers import normal
from gigacampus.foundation.tables.text import read_table, warn_of_unseen
from gigacampus.registry.renamed import current
from gigacampus.registry.variables import REGISTRY
from gigacampus.scenario import library
from gigacampus.scenario.parse_cache import read_kept

BUNDLED = library.ROOT / "claims" / "article_2026_01_16.csv"
ROLES = ("input", "calibrate", "output", "context")
OVER_PLACES = ("sum", "mean", "max", "min")
COLUMNS = ("id", "part", "claim", "value", "unit", "claimant", "known_on", "role", "stage", "how_to_judge")
JUDGING = ("variable", "months", "over_months", "places", "factor", "relation", "within_frac")
MAX_BYTES, MAX_ROWS, MAX_CELL = 1_000_000, 2_000, 2_000


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
    warn_of_unseen(table)
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
        if key in given and (number(given[key]) is None or float(given[key]) == 0.0):
            bad(f"{key} {given[key]!r} is not a number" if number(given[key]) is None else f"{key} 0 compares nothing")
            given.pop(key)
    if not 0.0 < float(given.get("within_frac") or 0.05) <= 1.0:
        bad(f"within_frac {given['within_frac']} is no share from 0 to 1", "write 0.05 for 5 %")
    stated = in_words(row.get("value", ""), given)
    check(given, bad)
    typed: dict[str, Any] = {k: float(v) if k in ("factor", "within_frac") else v for k, v in given.items()}
    if current(given["variable"]) not in REGISTRY:
        return Judge(use="variable", **typed)
    typed |= folded_by_rule(given, bad)
    why = typed.pop("why", "")
    if given.get("relation") == "by":
        return Judge(use="variable", **(typed | {"claimed": month_of(stated, bad), "why": why}))
    claimed, said = claimed_number(stated, marks)
    if claimed is None:
        bad(said, "give one number without thousands marks, or leave the variable empty")
        return Judge(use="variable", **typed)
    found = in_the_variables_unit(claimed, one_unit(said, row.get("unit", ""), bad), typed, bad)
    return Judge(use="variable", **(typed | found | {"why": "; ".join(t for t in (found.get("why", ""), why) if t)}))


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
