"""Mutants of shipped scenarios are refused with file, cause and fix, or run: no traceback, no endless figure, no hang."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.hostile import scenario_mutants as mutants

SAMPLE, MANY = range(12), range(10_000, 12_000)
FOUND = (190, 352, 496, 516, 10_088)
"""Seeds that once broke a stage: an entry of another family, a horizon that begins after ``as_of``, a load that no reader confined, a
share of one whose rest was divided by."""


def judged(folder, seeds, every: int = 0) -> Counter[str]:
    mutants.lay_out(folder)
    counts: Counter[str] = Counter()
    for seed in seeds:
        word, said = mutants.outcome(seed, folder, answers=bool(every) and seed % every == 0)
        assert word in ("ran", "refused"), (seed, word, said)
        counts[word] += 1
    return counts


def test_the_same_seed_makes_the_same_mutant_and_every_change_is_met():
    words = " ".join(" ".join(mutants.mutant(seed)[2]) for seed in range(300))
    assert mutants.mutant(7) == mutants.mutant(7)
    assert all(word in words for word in ("swapped", "doubled", "deleted", "lib:", "2100-12-31", "Größe"))


def test_a_sample_runs_or_is_refused_in_words(tmp_path):
    counts = judged(tmp_path, SAMPLE)
    assert counts["ran"] >= 3 and counts["refused"] >= 3


def test_what_once_broke_a_stage_does_not_any_more(tmp_path):
    assert sum(judged(tmp_path, FOUND).values()) == len(FOUND)


@pytest.mark.slow
def test_many_run_or_are_refused_in_words(tmp_path, capsys):
    counts = judged(tmp_path, MANY, every=10)
    with capsys.disabled():
        print(f"\nmutants of shipped scenarios: {dict(counts)}")
    assert counts["ran"] > len(MANY) / 4
