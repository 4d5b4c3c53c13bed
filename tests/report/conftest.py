"""Makes the synthetic result importable by the tests beside it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def synthetic():
    """One synthetic result for tests that only read."""
    from tests.report.synthetic import SyntheticResult

    return SyntheticResult()
