"""Results as JSON: one way for every command, so that none prints a number that JSON does not have."""

from __future__ import annotations

import json
import math
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np


def known(value: Any) -> Any:
    """Plain data in which a number that nobody knows is null instead of NaN or an infinity.

    >>> known({"a": [1.0, float("nan")]})
    {'a': [1.0, None]}
    """
    if isinstance(value, dict):
        return {k: known(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [known(v) for v in value]
    if isinstance(value, (np.generic, np.ndarray)):
        return known(value.tolist())
    if isinstance(value, Decimal):
        return known(float(value))
    return None if isinstance(value, float) and not math.isfinite(value) else value


def json_text(value: Any, *, ascii_only: bool = True) -> str:
    """One JSON object as text: days, times, spans and paths as they are written, numpy's and decimal numbers as numbers.

    Raises ``TypeError`` for anything else.

    >>> json_text({"a": float("inf"), "n": np.int64(3), "day": date(2026, 1, 16)})
    '{"a": null, "n": 3, "day": "2026-01-16"}'
    """
    return json.dumps(known(value), allow_nan=False, ensure_ascii=ascii_only, default=_named)


def _named(value: Any) -> str:
    if isinstance(value, date | time | timedelta | Path | UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} is no plain data")
