"""Scores training and serving against published cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gigacampus.validation import serving, training


def cases(data_dir: Path | None = None) -> list[dict[str, Any]]:
    """Rows of the families ``training`` and ``serving``."""
    return [*training.cases(data_dir), *serving.cases(data_dir)]
