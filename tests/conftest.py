"""The order in which tests begin when they are run by several processes: files that share a long set-up first, none at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIRST = ("answers", "scenario", "pipeline", "tables", "e2e", "explore", "server")
"""Folders that begin, in this order: the second and the fourth compile next to nothing, lest two processes begin by compiling the same."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long folders first; each file goes to one process (``--dist loadfile``), so that its set-up is computed once."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(HERE).parts[0] if HERE in item.path.parents else ""
        return FIRST.index(folder) if folder in FIRST else len(FIRST)

    items.sort(key=place)
