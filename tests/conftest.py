"""Which tests go to the same process when they are run by several: what is set up for many is set up once."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
WHOLE = ("answers", "scenario", "pipeline", "tables", "e2e", "explore", "server")
"""Folders whose tests go together, since they share a run, a server or a browser; elsewhere the tests of one file share what they need.
They begin in this order: the second and the fourth compile next to nothing, lest two processes begin by compiling the same kernels.
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its folder or its file, for ``--dist loadgroup``; large groups begin first, so that none is left at the end."""

    def group(item: pytest.Item) -> str:
        path = item.path.relative_to(HERE)
        return path.parts[0] if path.parts[0] in WHOLE else str(path)

    groups = {item: group(item) for item in items}
    items.sort(key=lambda item: WHOLE.index(groups[item]) if groups[item] in WHOLE else len(WHOLE))
    for item, name in groups.items():
        item.add_marker(pytest.mark.xdist_group(name))
