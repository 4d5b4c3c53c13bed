"""Reading published cases and writing one row per judged case."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

BUNDLED = Path(__file__).resolve().parents[3] / "validation"
Row = dict[str, str]


def read_rows(data_dir: Path | None, family: str, name: str) -> list[Row] | None:
    """Rows of ``family/name`` (or ``family/data/name``, maybe gzipped) under the folder; None where it has none."""
    root = BUNDLED if data_dir is None else Path(data_dir)
    for folder in (root / family, root / family / "data"):
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                opener = gzip.open if path.suffix == ".gz" else open
                with opener(path, "rt", encoding="utf-8", newline="") as file:
                    return list(csv.DictReader(file))
    return None


def read_inputs(data_dir: Path | None, family: str, name: str) -> list[Row]:
    """Like ``read_rows``, but an input that the folder lacks comes from the bundled copy."""
    rows = read_rows(data_dir, family, name) or read_rows(None, family, name)
    if rows is None:
        raise FileNotFoundError(f"{family}/{name} is neither in {data_dir} nor bundled")
    return rows


def case(
    family: str, name: str, metric: str, value: float, limit: float | None, *, unit: str = "1", n: int = 1, source: str, gating: bool
) -> dict[str, Any]:
    """One row; it passes when ``value`` is at most ``limit``. Without a limit it reports and never gates.

    >>> case("scaling", "x", "error", 0.1, 0.2, source="s", gating=True)["pass"]
    True
    """
    return {
        "family": family,
        "case": name,
        "metric": metric,
        "value": float(value),
        "limit": limit,
        "unit": unit,
        "pass": True if limit is None else bool(value <= limit),
        "gating": gating and limit is not None,
        "n": int(n),
        "source": source,
    }


def skipped(family: str, name: str, missing: str) -> dict[str, Any]:
    """Row of a case whose data the folder lacks."""
    return {
        "family": family,
        "case": name,
        "metric": f"skipped: {missing} is not in the folder",
        "value": None,
        "limit": None,
        "unit": "1",
        "pass": None,
        "gating": False,
        "n": 0,
        "source": "",
    }


def measured(rows: list[Row], *accepted: str) -> list[Row]:
    """Rows that may gate: seen, or of the accepted confidences."""
    return [row for row in rows if row["confidence"] in ("seen", *accepted)]
