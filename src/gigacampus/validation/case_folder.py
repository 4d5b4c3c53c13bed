"""The folder of published cases under judgement: finds its tables and remembers what became of each of their rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.shipped import VALIDATION_CASES

BUNDLED = VALIDATION_CASES
JUDGED, INPUT = "judged", "input"
NOT_ASKED = "no scorer asks for this quantity"
TABLES = (".csv", ".csv.gz", ".json", ".sfc", ".sfc.gz", ".pfl")


class Row(dict[str, Any]):
    """One row of a table, with what became of it: scored, left out for a reason, or neither."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(given)
        self.scored = False
        self.left_out = ""


def score(rows: Iterable[Mapping[str, Any]]) -> None:
    """Notes that each of the rows took part in a score."""
    for row in rows:
        if isinstance(row, Row):
            row.scored = True


def leave_out(rows: Iterable[Mapping[str, Any]], why: str) -> None:
    """Notes why rows take no part; the first reason counts, and a score counts more."""
    for row in rows:
        if isinstance(row, Row):
            row.left_out = row.left_out or why


@dataclass(frozen=True)
class FileCount:
    """What became of one file: rows read, rows scored, and rows left out by reason."""

    file: str
    role: str
    read: int = 0
    scored: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    @property
    def unjudged(self) -> bool:
        """Whether the file was given to be judged and nothing of it was."""
        return self.role == JUDGED and self.scored == 0


class CaseFolder:
    """Tables by their name in the reference layout, ``serving/silicon_points.csv``; None stands for the bundled copy.

    A folder may hold ``family/name``, ``family/data/name``, or, for one family alone, ``name`` itself; each maybe gzipped.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = BUNDLED if root is None else Path(root)
        self.bundled = self.root == BUNDLED
        self._tables: dict[Path, list[Row]] = {}
        self._roles: dict[Path, str] = {}

    def find(self, name: str, *, role: str = JUDGED) -> Path | None:
        """The file of that name in this folder; None where it has none."""
        path = _found(self.root, name, bundled=self.bundled)
        if path is not None and self._roles.get(path) != JUDGED:
            self._roles[path] = role
        return path

    def find_input(self, name: str) -> Path:
        """A file that only feeds cases; the bundled one where the folder lacks it."""
        path = self.find(name, role=INPUT) or _found(BUNDLED, name, bundled=True)
        if path is None:
            raise FileNotFoundError(f"{name} is neither in {self.root} nor bundled")
        return path

    def rows(self, name: str) -> list[Row] | None:
        """Rows to be judged; None where the folder lacks the table. The same rows each time it is asked."""
        path = self.find(name)
        return None if path is None else self._read(path)

    def inputs(self, name: str, *, key: tuple[str, ...] = ()) -> list[Row]:
        """Rows that only feed cases; those of the bundled copy where the folder lacks the table.

        ``key`` names the columns that tell rows apart: those that the folder's own table lacks are then those of the bundled copy.
        Without a key a table is taken whole, such as the hours of a year.
        """
        own, shipped = self._read(self.find_input(name)), _found(BUNDLED, name, bundled=True)
        if not key or self.bundled or shipped is None:
            return own
        had = {tuple(row[column] for column in key) for row in own}
        return [*own, *(row for row in self._read(shipped) if tuple(row[column] for column in key) not in had)]

    def inputs_by(self, column: str, name: str) -> dict[str, Row]:
        """Those rows by their value in ``column``."""
        return {row[column]: row for row in self.inputs(name, key=(column,))}

    def names(self, folder: str, pattern: str) -> list[str]:
        """Names of the tables of one family that match a glob pattern, here or in the bundled copy."""
        bundled = {p.name for p in (BUNDLED / folder / "data").glob(pattern)}
        own = {p.name for place in _places(self.root, folder) for p in place.glob(pattern)}
        return sorted(own | bundled)

    def counts(self) -> list[FileCount]:
        """What became of every file that was asked for, in the order of their names."""
        return sorted((self._count(path) for path in self._roles), key=lambda c: c.file)

    def label(self, path: Path) -> str:
        """Path of a file below this folder."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def files(self) -> list[Path]:
        """Every table that the folder holds."""
        return sorted(p for p in self.root.rglob("*") if p.is_file() and p.name.endswith(TABLES))

    def asked(self) -> set[Path]:
        """Files that some scorer asked for."""
        return set(self._roles)

    def _read(self, path: Path) -> list[Row]:
        if path not in self._tables:
            try:
                self._tables[path] = read_table(path)
            except (ValueError, KeyError, AttributeError, TypeError, OSError, EOFError) as error:
                words = f"it cannot be read: {type(error).__name__}: {error}"
                raise refuse(words, file=str(path), fix="give it the columns or keys of the bundled file of that name") from error
        return self._tables[path]

    def _count(self, path: Path) -> FileCount:
        rows = self._tables.get(path, [])
        role = self._roles[path]
        if role != JUDGED:
            return FileCount(self.label(path), role, len(rows), note="feeds other cases")
        rest = Counter(r.left_out or NOT_ASKED for r in rows if not r.scored)
        return FileCount(self.label(path), role, len(rows), sum(r.scored for r in rows), dict(rest.most_common()))


def opened(given: CaseFolder | Path | None) -> CaseFolder:
    """A folder as it is, or the one of a path; None stands for the bundled copy."""
    return given if isinstance(given, CaseFolder) else CaseFolder(given)


def open_bytes(path: Path) -> bytes:
    """Content of a file, unpacked where it is gzipped."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def read_table(path: Path) -> list[Row]:
    """Rows of a CSV file, or the cases of a JSON file whose names are added under ``name``."""
    text = open_bytes(path).decode("utf-8-sig")
    if path.name.removesuffix(".gz").endswith(".json"):
        document = json.loads(text)
        return [Row({**(case if isinstance(case, dict) else {}), "name": name}) for name, case in document["cases"].items()]
    plain = csv.DictReader(io.StringIO(text, newline=""))
    return [Row({(k or "").strip(): (v or "") for k, v in line.items() if k is not None}) for line in plain]


def _places(root: Path, folder: str) -> list[Path]:
    return [p for p in (root / folder, root / folder / "data", root, root / "data") if p.is_dir()]


def _found(root: Path, name: str, *, bundled: bool) -> Path | None:
    folder, base = name.split("/", 1)
    places = [root / folder, root / folder / "data"]
    if bundled:
        places += [p / folder for p in sorted(root.glob("*/data"))] + sorted(root.glob("*/data"))
    else:
        places += [root, root / "data"]
    for place in places:
        for path in (place / base, place / f"{base}.gz"):
            if path.is_file():
                return path
    return None
