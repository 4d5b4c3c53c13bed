"""All validation families behind one call, with a count of what became of every row of every file."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import refuse
from gigacampus.validation.case_folder import CaseFolder, FileCount
from gigacampus.validation.case_rows import CaseRow
from gigacampus.validation.unscored_files import reason

FAMILIES: Mapping[str, str] = {
    name: f"gigacampus.validation.{name}"
    for name in ("buildout", "power", "training", "serving", "scaling", "stream", "safety", "noise", "air", "water", "traffic", "company")
}


@dataclass(frozen=True)
class Judgement:
    """Scored cases, what became of every file, and what was given to be judged and was judged by nothing."""

    cases: Sequence[CaseRow]
    files: Sequence[FileCount]
    unjudged: Sequence[str]

    @property
    def failed(self) -> list[CaseRow]:
        """Gating cases beyond their limit."""
        return [r for r in self.cases if r["gating"] and not r["pass"]]

    @property
    def good(self) -> bool:
        """Whether every gate passes and everything given was judged."""
        return not self.failed and not self.unjudged

    def to_json(self) -> dict[str, Any]:
        """Cases, files and what nothing judged, as plain data."""
        files = [
            {"file": f.file, "role": f.role, "read": f.read, "scored": f.scored, "left_out": dict(f.left_out), "note": f.note}
            for f in self.files
        ]
        return {"cases": list(self.cases), "files": files, "unjudged": list(self.unjudged)}


def judge(families: Sequence[str] = (), data: Path | None = None) -> Judgement:
    """Scores the asked families, or all of them, on a folder or on the bundled copy.

    A folder is held to what it was given for: each of its files must be scored, feed a case, or be named as none; each family that was
    asked for must score something.
    """
    if data is not None and not data.is_dir():
        raise refuse(f"{data} is no folder", path="--data", fix="name a folder with the layout of the bundled cases")
    for name in families:
        if name not in FAMILIES:
            raise refuse(f"no validation family is called {name!r}", fix=f"use one of {', '.join(FAMILIES)}")
    folder = CaseFolder(data)
    by_family = {name: importlib.import_module(FAMILIES[name]).cases(folder) for name in families or tuple(FAMILIES)}
    rows = [row for found in by_family.values() for row in found]
    files = [*folder.counts(), *_others(folder, families)]
    unjudged = [f"{f.file}: {f.note or _why(f)}" for f in files if f.unjudged]
    unjudged += [f"family {name}: no case of it could be scored" for name in families if not _scores(by_family[name])]
    if data is not None and not any(_scores(found) for found in by_family.values()):
        unjudged.append(f"{data}: no case of any family could be scored")
    return Judgement(rows, files, unjudged)


def cases(families: Sequence[str] = (), data: Path | None = None) -> list[CaseRow]:
    """Rows of the asked families alone."""
    return list(judge(families, data).cases)


def _scores(rows: Sequence[CaseRow]) -> bool:
    return any(r["value"] is not None for r in rows)


def _others(folder: CaseFolder, families: Sequence[str]) -> list[FileCount]:
    """Files that no scorer asked for: named with the reason, or as unknown; of the asked families' folders where some were asked."""
    out = []
    for path in folder.files():
        label = folder.label(path)
        if path in folder.asked() or (families and label.split("/")[0] not in families):
            continue
        why = reason(label)
        out.append(FileCount(label, "not a case" if why else "judged", note=why or "no scorer knows a file of this name"))
    return out


def _why(count: FileCount) -> str:
    if not count.read:
        return "it has no rows"
    reasons = ", ".join(f"{n} {why}" for why, n in count.left_out.items())
    return f"none of its {count.read} rows could be scored: {reasons}"
