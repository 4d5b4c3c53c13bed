"""Reading published cases and writing one row per judged case."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any, TextIO

BUNDLED = Path(__file__).resolve().parents[3] / "validation"


def find(data_dir: Path | None, name: str) -> Path | None:
    """File ``family/name`` of a reference folder or of one laid out as ours (``family/data/name``), maybe gzipped.

    None stands for the bundled copy, where a family may hold what it needs of another.
    """
    family, base = name.split("/", 1)
    root = BUNDLED if data_dir is None else data_dir
    own = [root / family, root / family / "data"]
    for folder in own if data_dir is not None else [*own, *sorted(BUNDLED.glob("*/data"))]:
        for candidate in (folder / base, folder / f"{base}.gz"):
            if candidate.is_file():
                return candidate
    return None


def find_input(data_dir: Path | None, name: str, family: str) -> Path:
    """Like ``find``, but an input that the folder lacks comes from the bundled copy of ``family``."""
    found = find(data_dir, name) or find(BUNDLED, f"{family}/{name.split('/', 1)[1]}")
    if found is None:
        raise FileNotFoundError(f"{name} is neither in {data_dir} nor in the bundled cases of {family}")
    return found


def open_text(path: Path) -> TextIO:
    """Open a text file, gzipped or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with open_text(path) as file:
        return list(csv.DictReader(file))


def case(
    family: str, name: str, metric: str, value: float, limit: float, *, unit: str, n: int, source: str, gating: bool, at_least: bool = False
) -> dict[str, Any]:
    """One row: passes when ``value`` is at most ``limit``, or at least it where ``at_least``.

    >>> case("air", "x", "share", 0.9, 0.5, unit="1", n=3, source="s", gating=True, at_least=True)["pass"]
    True
    """
    good = value >= limit if at_least else value <= limit
    return {
        "family": family,
        "case": name,
        "metric": metric,
        "value": float(value),
        "limit": float(limit),
        "unit": unit,
        "pass": bool(good),
        "gating": gating,
        "n": int(n),
        "source": source,
    }
