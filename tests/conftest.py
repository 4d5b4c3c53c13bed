"""Which tests go to the same process when they are run by several: what is set up for many is set up once."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
WHOLE = ("answers", "pipeline", "e2e", "explore", "server")
"""Folders whose tests share a run, a server or a browser; elsewhere the tests of one file share what they need. The longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its folder or its file, for ``--dist loadgroup``; large groups begin first, so that none is left at the end."""

    def group(item: pytest.Item) -> str:
        path = item.path.relative_to(HERE)
        return path.parts[0] if path.parts[0] in WHOLE else str(path)

    groups = {item: group(item) for item in items}
    items.sort(key=lambda item: WHOLE.index(groups[item]) if groups[item] in WHOLE else len(WHOLE))
    for item, name in groups.items():
        item.add_marker(pytest.mark.xdist_group(name))
