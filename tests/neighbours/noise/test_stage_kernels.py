"""The compiled sums of the stage against their plain twins."""

import numpy as np

from gigacampus.neighbours.noise.exposure.indicators import Tally, part_of_day
from gigacampus.neighbours.noise.exposure.kernels import group_energies, hour_energies, month_sums


def test_hour_energies_equal_the_plain_sum_and_add_to_what_is_there():
    generator = np.random.default_rng(3)
    unit, factor = generator.random((6, 4, 2, 5)), generator.random((5, 48))
    factor[0] = 1.0
    slot, out = generator.integers(0, 6, (4, 72)), np.ones((4, 48, 2))
    hour_energies(unit, factor, slot, 24, out)
    plain = np.einsum("rhwf,fh->rhw", unit[slot[:, 24:], np.arange(4)[:, None]], factor)
    np.testing.assert_allclose(out, 1.0 + plain, rtol=1e-12)


def test_group_energies_equal_the_plain_sum():
    generator = np.random.default_rng(4)
    still, power, air = generator.random((4, 3, 7, 9)), generator.random((7, 9)), generator.random((3, 7, 9, 24))
    group, weighting = np.array([0, 0, 2, 1, 1, 2, 0]), generator.random((2, 9))
    out = np.zeros((3, 3, 4, 2, 24))
    group_energies(still, power, air, group, weighting, out)
    plain = np.einsum("krsb,sb,rsba,sg,wb->rgkwa", still, power, air, np.eye(3)[group], weighting)
    np.testing.assert_allclose(out, plain, rtol=1e-12)


def test_month_sums_equal_the_plain_means_and_counts():
    generator = np.random.default_rng(5)
    energy, floor, limit = generator.random((3, 72, 2)), generator.random((3, 2)), generator.random((3, 2))
    part, out, quiet = part_of_day(72), np.empty((3, 9)), np.empty((3, 27))
    slot = generator.integers(0, 6, (3, 96))
    month_sums(energy, part, slot, 24, floor, limit, out, quiet)
    a, night = energy[..., 0], part >= 2
    which = night.astype(int)
    plain = [
        *(a[:, part == k].mean(axis=1) for k in range(4)),
        energy[:, night, 1].mean(axis=1),
        (a > limit[:, which]).sum(axis=1),
        *(((a > floor[:, which]) & (slot[:, 24:] // 2 == k)).sum(axis=1) for k in range(3)),
    ]
    np.testing.assert_allclose(out.T, plain, rtol=1e-12)
    np.testing.assert_array_equal(quiet, a[:, night])
    assert part[[0, 6, 7, 18, 19, 21, 22, 23]].tolist() == [3, 3, 0, 0, 1, 1, 2, 3]


def test_day_evening_and_night_are_the_means_over_their_hours():
    energy = np.arange(1.0, 25.0)
    tally = Tally.empty(1, 1)
    hours = np.stack([np.tile(energy, 3)] * 2, axis=1)[None]
    tally.take_hours(0, hours, np.zeros((1, 72), dtype=np.int64), 0, np.zeros((1, 2)), np.full((1, 2), np.inf))
    clock = np.arange(24)
    for found, inside in (
        (tally.day, (clock >= 7) & (clock < 22)),
        (tally.night, (clock < 7) | (clock >= 22)),
        (tally.evening, (clock >= 19) & (clock < 23)),
        (tally.parts[3], (clock < 7) | (clock == 23)),
    ):
        np.testing.assert_allclose(found, energy[inside].mean(), rtol=1e-12)
