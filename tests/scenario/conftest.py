"""A folder to write scenarios in, and a library with a few invented entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.composed import Document
from gigacampus.scenario.document import load, read
from gigacampus.schema.scenario import Scenario
from tests.scenario.sample_library import root


class Bench:
    """Writes files into one folder and loads scenarios from it with the sample library."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str | bytes, name: str = "s.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def read(self, text: str | bytes, **options: Any) -> Document:
        return read(self.write(text), library_root=root(), **options)

    def load(self, text: str | bytes, **options: Any) -> tuple[Scenario, Document]:
        return load(self.write(text), library_root=root(), **options)

    def refusal(self, text: str | bytes, **options: Any) -> ScenarioError:
        with pytest.raises(ScenarioError) as caught:
            self.load(text, **options)
        return caught.value


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
