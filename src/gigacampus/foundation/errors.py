"""One error for bad input: all findings at once, each with file, line, path, cause, nearest valid name and fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass

SHOWN = 40
"""Findings that the text shows; the rest are counted."""
SCENARIO_SUFFIXES = (".yaml", ".yml")
"""Endings of files that are taken for scenarios: of a table or a trace, its own name says enough."""
LONGEST = 160
"""Characters of a quoted value or name that the text shows."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a scenario, where it stands, and how to put it right."""

    problem: str
    path: str = ""
    file: str = ""
    line: int | None = None
    nearest: str = ""
    fix: str = ""

    def __str__(self) -> str:
        where = f"{printable(self.file)}:{self.line}" if self.line else printable(self.file)
        head = ": ".join(part for part in (where, printable(self.path), self.problem) if part)
        lines = [head]
        if self.nearest:
            lines.append(f"    nearest valid name: {printable(self.nearest)}")
        if self.fix:
            lines.append(f"    fix: {self.fix}")
        return "\n".join(lines)


class ScenarioError(Exception):
    """A scenario that cannot be used; carries every finding, never a traceback.

    >>> print(ScenarioError([Finding("unknown key", path="compnay", file="a.yaml", line=3, nearest="company")]))
    1 problem in the scenario
    a.yaml:3: compnay: unknown key
        nearest valid name: company
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(dict.fromkeys(findings))
        super().__init__(self.findings)

    @classmethod
    def single(
        cls, problem: str, *, path: str = "", file: str = "", line: int | None = None, nearest: str = "", fix: str = ""
    ) -> ScenarioError:
        """An error with one finding."""
        return cls([Finding(problem, path, file, line, nearest, fix)])

    def __str__(self) -> str:
        count = len(self.findings)
        where = " in the scenario" if any(f.file.endswith(SCENARIO_SUFFIXES) for f in self.findings) else ""
        lines = [f"{count} problem{'s' if count != 1 else ''}{where}", *map(str, self.findings[:SHOWN])]
        if count > SHOWN:
            lines.append(f"... and {count - SHOWN} more")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """The object that ``--json`` prints."""
        return {"error": {"kind": "bad scenario", "findings": [asdict(f) for f in self.findings]}}


refuse = ScenarioError.single


def printable(value: object) -> str:
    """Text safe for a terminal: control and bidirectional characters escaped, long text cut.

    >>> printable("a" + chr(27) + "[2J")
    'a\\\\x1b[2J'
    """
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def nearest(name: str, valid: Iterable[str]) -> str:
    """The valid name closest to ``name``, or an empty string.

    >>> nearest("turbine_batch", ["battery", "turbines_batch"])
    'turbines_batch'
    """
    close = difflib.get_close_matches(name[:LONGEST], list(valid), n=1, cutoff=0.55)
    return close[0] if close else ""
