"""Scores training and serving against published cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gigacampus.compute import validate_serving, validate_training


def cases(data_dir: Path | None = None) -> list[dict[str, Any]]:
    """Rows of the families ``training`` and ``serving``."""
    return [*validate_training.cases(data_dir), *validate_serving.cases(data_dir)]
