"""A sweep's folder: its list of cases, one Parquet file a finished case, and notes on how it goes.

``sweep.json`` and ``results`` are the same bytes however often the sweep was stopped; names that begin with a dot are not.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.whole_file import write_bytes, write_text
from gigacampus.sweep.cases import Case, program
from gigacampus.sweep.design import Design

LIST, RESULTS, PROGRESS = "sweep.json", "results", ".progress.json"
GLOB = f"{RESULTS}/*/*.parquet"
"""Every table of a sweep, as DuckDB's ``read_parquet`` takes it."""
MAGIC = b"PAR1"
EVERY_S = 1.0
"""Least time between two notes on the progress."""
SCHEMA = 1


def listing(design: Design, cases: Sequence[Case]) -> dict[str, Any]:
    """What ``sweep.json`` holds."""
    return {
        "schema_version": SCHEMA,
        "scenario": design.scenario.name,
        "worlds": design.worlds,
        "draws": design.draws,
        "program": program(),
        "inputs": {path: "number" if design.is_number(path) else "text" for path in design.paths},
        "cases": [{"number": case.number, "case": case.key, "values": case.values} for case in cases],
    }


def begin(folder: Path, design: Design, cases: Sequence[Case]) -> None:
    """Make the folder of a sweep, or find it as it was left. Refused where it holds anything else."""
    text = json.dumps(listing(design, cases), indent=1, ensure_ascii=False) + "\n"
    held = folder / LIST
    if held.is_file():
        if held.read_text(encoding="utf-8") != text:
            raise refuse(
                f"{printable(str(folder))} holds another sweep: its scenario, its cases or the program that made it differ",
                file=design.file,
                fix="write to another folder with --out, or delete that one",
            )
        return
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise refuse(f"{printable(str(folder))} exists and is no sweep", file=design.file, fix="write to another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    write_text(held, text)


def place(folder: Path, key: str) -> Path:
    """The file of a case."""
    return folder / RESULTS / f"part={key[:2]}" / f"{key}.parquet"


def keep(folder: Path, key: str, table: bytes) -> None:
    """Write a finished case, whole or not at all."""
    path = place(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, table)


def is_finished(folder: Path, key: str) -> bool:
    """Whether a case's file is there and ends as a Parquet file does."""
    try:
        with place(folder, key).open("rb") as stream:
            stream.seek(-len(MAGIC), os.SEEK_END)
            return stream.read() == MAGIC
    except OSError:
        return False


def finished(folder: Path, keys: Iterable[str]) -> set[str]:
    """Those of some cases that are done."""
    return {key for key in keys if is_finished(folder, key)}


@dataclass
class Progress:
    """How far a sweep is, told to people and left in the folder for ``sweep status``."""

    folder: Path
    cases: int
    width: int
    done: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    """Number of a case -> why it has no result."""
    seconds: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    """What cases took: those that lead a group, and those that follow."""
    left: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    _noted: float = 0.0

    def left_s(self) -> float | None:
        """Time left at the pace so far; None before the first case is done."""
        every = [s for some in self.seconds.values() for s in some]
        if not every:
            return None
        mean = {leads: sum(s) / len(s) if s else sum(every) / len(every) for leads, s in self.seconds.items()}
        return sum(mean[leads] * count for leads, count in self.left.items()) / self.width

    def note(self, *, last: bool = False) -> None:
        """Leave word in the folder, not too often; a full disk does not matter here."""
        now = time.time()
        if not last and now - self._noted < EVERY_S:
            return
        self._noted = now
        left = self.left_s()
        said = {
            "process": None if last else os.getpid(),
            "host": socket.gethostname(),
            "left_s": None if last or left is None else round(left, 1),
            "failed": [{"number": number, "reason": reason} for number, reason in sorted(self.failed.items())],
        }
        with suppress(OSError):
            write_text(self.folder / PROGRESS, json.dumps(said))


def status(folder: Path) -> dict[str, Any]:
    """How far the sweep in a folder is, whoever works on it."""
    try:
        held = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except OSError:
        raise refuse("no sweep here", file=printable(str(folder)), fix="name the folder that `gigacampus sweep FILE --out` wrote") from None
    except ValueError:
        raise refuse(f"{LIST} is damaged", file=printable(str(folder)), fix="delete the folder and sweep again") from None
    done = finished(folder, (case["case"] for case in held["cases"]))
    said = _progress(folder)
    running = _lives(said)
    failed = [f for f in said.get("failed", []) if held["cases"][f["number"] - 1]["case"] not in done]
    return {
        "sweep": str(folder),
        "scenario": held["scenario"],
        "inputs": list(held["inputs"]),
        "cases": len(held["cases"]),
        "finished": len(done),
        "failed": failed,
        "state": "finished" if len(done) == len(held["cases"]) else "running" if running else "stopped",
        "left_s": said.get("left_s") if running else None,
        "store": str(folder / GLOB),
    }


def _progress(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _lives(said: dict[str, Any]) -> bool:
    """Whether the process that left word still runs; one on another host is taken at its word."""
    process = said.get("process")
    if not isinstance(process, int):
        return False
    if said.get("host") != socket.gethostname():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
