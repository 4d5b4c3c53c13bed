"""A folder that holds a part of every table is judged or told row by row, never ended by a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.validation.case_folder import BUNDLED
from gigacampus.validation.families import FAMILIES, judge

QUICK = ("power", "traffic", "safety", "stream", "buildout")
WHOLE = 5000
"""Rows from which a table is thinned evenly: hours of a year mean nothing without their order."""


def reference_name(path: Path) -> Path:
    """``air/data/x.csv`` and ``power/data/air/x.csv`` are both ``air/x.csv`` in the reference layout."""
    family, _, *rest = path.relative_to(BUNDLED).parts
    return Path(*rest) if len(rest) > 1 else Path(family, *rest)


def part_of_every_table(root: Path, seed: int, share: float) -> Path:
    chance = random.Random(seed)
    for table in sorted(BUNDLED.rglob("*.csv")):
        lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        begin = next(k for k, line in enumerate(lines) if not line.startswith("#")) + 1
        rows = lines[begin:]
        kept = rows[:: round(1 / share)] if len(rows) > WHOLE else [row for row in rows if chance.random() < share]
        target = root / reference_name(table)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join((*lines[:begin], *kept)), encoding="utf-8")
    return root


def judged_or_told(root: Path, family: str) -> None:
    try:
        judgement = judge([family], root)
    except ScenarioError as refused:
        assert refused.findings[0].file, refused
        return
    assert judgement.cases or judgement.unjudged
    assert not [line for line in judgement.unjudged if "no scorer knows" in line]


@pytest.mark.parametrize("family", QUICK)
def test_a_part_of_every_table_is_judged_or_told(tmp_path, family):
    judged_or_told(part_of_every_table(tmp_path, 1, 0.3), family)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("family", FAMILIES)
def test_parts_of_every_table_are_judged_or_told(tmp_path, family, seed):
    judged_or_told(part_of_every_table(tmp_path, seed, 0.25), family)
