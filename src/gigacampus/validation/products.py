"""Scores scaling laws and red lines against published cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gigacampus.validation import safety, scaling


def cases(data_dir: Path | None = None) -> list[dict[str, Any]]:
    """Rows of the families ``scaling`` and ``safety``."""
    return [*scaling.cases(data_dir), *safety.cases(data_dir)]
