"""A folder to write scenarios in, and a small invented library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gigacampus.scenario.document import Document, load, read
from gigacampus.scenario.errors import ScenarioError
from gigacampus.scenario.schema import Scenario

LIBRARY = Path(__file__).parent / "library"


class Bench:
    """Writes files into one folder and loads scenarios from it with the invented library."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str | bytes, name: str = "s.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def read(self, text: str | bytes, **options: Any) -> Document:
        return read(self.write(text), library_root=LIBRARY, **options)

    def load(self, text: str | bytes, **options: Any) -> tuple[Scenario, Document]:
        return load(self.write(text), library_root=LIBRARY, **options)

    def refusal(self, text: str | bytes, **options: Any) -> ScenarioError:
        with pytest.raises(ScenarioError) as caught:
            self.load(text, **options)
        return caught.value


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(scope="session")
def loads() -> Callable[[Path], tuple[Scenario, Document]]:
    return lambda path: load(path, library_root=LIBRARY)
