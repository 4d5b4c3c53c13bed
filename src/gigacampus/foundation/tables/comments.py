"""Numbers that the comment lines of a table state of its place and clock (``# utc_offset_h: -6``)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.text import Table

UTC_OFFSET = {"utc_offset_h": (-12.0, 14.0)}
"""What a comment may say of the clock, and its bounds in hours east of universal time."""


def stated_numbers(table: Table, bounds: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Value of each name in ``bounds`` that a comment states. Raises ``ScenarioError`` for one that is no number within them."""
    said: dict[str, float] = {}
    for comment in table.comments:
        name, _, text = comment.lstrip("# ").partition(":")
        name = name.strip()
        if name not in bounds:
            continue
        low, high = bounds[name]
        try:
            said[name] = float(text)
        except ValueError:
            said[name] = np.nan
        if not low <= said[name] <= high:
            raise refuse(f"{name}: {printable(text.strip())} is not within {low:g}..{high:g}", file=table.file, line=1, fix="a number")
    return said
