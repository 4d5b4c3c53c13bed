"""What a process remembers of pure functions."""

import numpy as np

from gigacampus.foundation.memoize import KEPT, LARGEST_KEPT_BYTES, remembered


def test_what_is_remembered_is_keyed_by_content_and_cannot_be_changed():
    asked = []

    @remembered
    def double(values, by):
        asked.append(by)
        return values * by, values

    first = double(np.ones(3), 2.0)
    assert double(np.ones(3), 2.0) is first and asked == [2.0]
    assert double(np.ones((1, 3)), 2.0)[0].shape == (1, 3) and double(np.ones(3), 3.0)[0][0] == 3.0
    assert not first[0].flags.writeable


def test_what_is_large_or_long_ago_is_worked_out_anew():
    asked = []

    @remembered
    def zeros(count):
        asked.append(count)
        return np.zeros(count)

    for _ in range(2):
        zeros(LARGEST_KEPT_BYTES // 8 + 1)
    assert len(asked) == 2
    for count in (*range(1, KEPT + 2), 1):
        zeros(count)
    assert asked.count(1) == 2 and asked.count(KEPT + 1) == 1
