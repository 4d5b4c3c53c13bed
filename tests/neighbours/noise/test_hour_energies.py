"""The compiled hour sum against its plain twin."""

import numpy as np

from gigacampus.neighbours.noise.kernels import hour_energies


def plain(unit, weight, slot):
    return np.einsum("rhgw,gh->rhw", unit[slot, np.arange(slot.shape[0])[:, None]], weight)


def test_hour_energies_equal_the_plain_sum_and_add_to_what_is_there():
    generator = np.random.default_rng(3)
    unit, weight = generator.random((6, 4, 5, 2)), generator.random((5, 48))
    slot = generator.integers(0, 6, (4, 48))
    out = np.ones((4, 48, 2))
    hour_energies(unit, weight, slot, out)
    np.testing.assert_allclose(out, 1.0 + plain(unit, weight, slot), rtol=1e-12)
