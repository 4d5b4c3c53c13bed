"""JSON of every command: valid for every reader, whatever number a result holds."""

import json
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from gigacampus.foundation.plain_json import json_text

CLI = Path(__file__).parents[2] / "src" / "gigacampus" / "cli"


def test_what_json_has_no_number_for_is_null():
    held = {"a": float("nan"), "b": [np.float64("inf"), np.int64(4), np.array([1.0, np.nan])], "c": (date(2026, 1, 16), Path("x"))}
    assert json.loads(json_text(held), parse_constant=pytest.fail) == {"a": None, "b": [None, 4, [1.0, None]], "c": ["2026-01-16", "x"]}


def test_what_a_query_may_give_is_told():
    held = [Decimal("1.5"), Decimal("NaN"), timedelta(hours=1), time(14, 10), datetime(2026, 1, 16, 14), b"\x01\xff"]
    assert json.loads(json_text(held), parse_constant=pytest.fail) == [1.5, None, "1:00:00", "14:10:00", "2026-01-16 14:00:00", "01ff"]


def test_what_is_no_plain_data_is_no_text_in_silence():
    with pytest.raises(TypeError, match="object is no plain data"):
        json_text({"a": object()})


def test_every_command_prints_json_in_the_one_way():
    assert [p.name for p in sorted(CLI.glob("*.py")) if re.search(r"\bjson\.dumps?\(", p.read_text(encoding="utf-8"))] == []
