"""The gate of the traffic family, and defects that it must catch."""

from __future__ import annotations

from pathlib import Path

import pytest

from gigacampus.neighbours.traffic import delay, queue
from gigacampus.validation import traffic


def _failed() -> set[str]:
    return {row["case"] for row in traffic.cases() if row["gating"] and not row["pass"]}


def test_bundled_cases_pass() -> None:
    assert _failed() == set()
    assert sum(row["n"] for row in traffic.cases() if row["gating"]) > 200


def test_a_queue_that_misses_when_it_runs_empty_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_with_emptying", lambda times, flows, capacity: (times, flows))
    assert any("point queue" in name for name in _failed())


def test_a_wrong_period_in_the_signal_delay_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = delay.incremental_delay_s
    monkeypatch.setattr(delay, "incremental_delay_s", lambda x, c, t: right(x, c, t * 1.001))
    assert _failed() == {"signal control delay"}


def test_a_folder_without_cases_judges_nothing(tmp_path: Path) -> None:
    assert not [row for row in traffic.cases(tmp_path) if row["gating"]]
