"""Folders of cases for tests: bundled tables by name, copied or changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from gigacampus.validation.case_folder import CaseFolder

KEYS = {"family", "case", "metric", "value", "limit", "unit", "pass", "gating", "n", "candidates", "source"}


def bundled(name: str) -> Path:
    """Path of a bundled table by its name in the reference layout."""
    path = CaseFolder().find(name)
    assert path is not None, name
    return path


def text_of(name: str) -> str:
    return bundled(name).read_text(encoding="utf-8")


def with_text(root: Path, **files: str) -> Path:
    """A folder with ``{family__name: text}`` as ``family/name.csv``."""
    for key, text in files.items():
        family, name = key.split("__")
        (root / family).mkdir(exist_ok=True, parents=True)
        (root / family / f"{name}.csv").write_text(text, encoding="utf-8")
    return root


def copied(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(bundled(name), root / name)
    return root


def failed(rows: list) -> list[str]:
    return [f"{r['case']}: {r['metric']}" for r in rows if r["gating"] and not r["pass"]]
