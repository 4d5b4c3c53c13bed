"""Parts of the boundary-layer plume that have a closed form, and its tabulated form."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.foundation.compiled import njit
from gigacampus.neighbours.air import boundary_layer, plume_kernels, release
from gigacampus.neighbours.air.similarity import class_of_obukhov, obukhov_of_class, surface_rows
from gigacampus.neighbours.air.stacks import Stack
from gigacampus.neighbours.air.transfer import plume_of_rows


def opened(kernel):
    """A kernel that only kernels call, with a door from Python."""
    return njit(lambda *given: kernel(*given))


level_below, lid_term, image_sum, two_velocities, convective_rise = map(
    opened,
    (
        plume_kernels.level_below,
        plume_kernels.lid_term,
        plume_kernels.image_sum,
        plume_kernels.two_velocities,
        plume_kernels.convective_rise,
    ),
)
TURBINE = Stack(18.0, 2.4, 25.0, 640.0)


def _rows(classes: list[int], wind: float = 4.0, from_deg: float = 180.0) -> boundary_layer.Surface:
    n = len(classes)
    mixing = np.where(np.array(classes) <= 3, 1200.0, 300.0)
    return surface_rows(
        np.full(n, wind), np.full(n, from_deg), np.full(n, 20.0), np.array(classes), mixing, None, roughness_m=0.2, calm_m_s=0.5
    )


def test_levels_are_found_as_a_search_finds_them() -> None:
    z = np.concatenate([np.linspace(0.0, 5000.0, 4001), boundary_layer.LEVELS_M])
    found = [level_below(v) for v in z]
    expected = np.minimum(np.searchsorted(boundary_layer.LEVELS_M, z, side="right") - 1, 85)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("sz", [20.0, 90.0, 160.0, 161.0, 500.0])
def test_vertical_term_below_a_lid_keeps_all_mass(sz: float) -> None:
    """By symmetry the mean of the ground term over all plume heights is the well-mixed value."""
    lid = 200.0
    heights = (np.arange(2000) + 0.5) / 2000 * lid
    mean = np.mean([lid_term(sz, h, lid) for h in heights])
    assert mean * lid == pytest.approx(1.0, abs=1e-6)


def test_both_image_series_agree_where_they_meet() -> None:
    below, above = (lid_term(s * 0.8 * 150.0, 60.0, 150.0) for s in (1.0, 1.0 + 1e-12))
    assert below == pytest.approx(above, rel=1e-9)


def test_image_sum_equals_the_plain_sum() -> None:
    for start, step, sz in ((50.0, 400.0, 30.0), (-300.0, 400.0, 900.0), (700.0, 900.0, 2500.0)):
        plain = sum(np.exp(-0.5 * ((start + k * step) / sz) ** 2) for k in range(4000))
        assert image_sum(start, step, sz) == pytest.approx(plain, rel=1e-7)


def test_two_velocities_conserve_mean_variance_and_skewness() -> None:
    sw, wstar = 0.9, 1.5
    a1, a2 = two_velocities(sw, wstar, 600.0, 1000.0, False)
    lam1 = a2 / (a2 - a1)
    w1, w2, spread1, spread2 = a1 * wstar, a2 * wstar, 2.0 * a1 * wstar, 2.0 * a2 * wstar
    assert lam1 * w1 + (1 - lam1) * w2 == pytest.approx(0.0, abs=1e-12)
    assert lam1 * (w1**2 + spread1**2) + (1 - lam1) * (w2**2 + spread2**2) == pytest.approx(sw**2, rel=1e-9)
    third = lam1 * (w1**3 + 3 * w1 * spread1**2) + (1 - lam1) * (w2**3 + 3 * w2 * spread2**2)
    assert third == pytest.approx(0.125 * wstar**3, rel=1e-9)


def test_the_vectorised_and_the_compiled_rise_agree() -> None:
    x, fb, fm, u = 700.0, 190.0, 400.0, 4.0
    assert convective_rise(x, fb, fm, u) == pytest.approx(float(release.convective_rise_m(x, fb, fm, u)))


def test_stable_rise_is_the_published_one_and_never_above_that_of_neutral_air() -> None:
    """Worked by hand: 2.66 (Fb / (N2 u))^(1/3) (b sin a + 1 - cos a)^(1/3), and 1.2 Ln^0.6 (hs + 1.2 Ln)^0.4 with Ln = Fb / (u ustar2)."""
    rise = getattr(plume_kernels.bent_over, "py_func", plume_kernels.bent_over)
    hour, far = np.zeros(len(plume_kernels.HOUR)), 1e9
    hour[2] = 0.1  # friction velocity: Ln = 2,000 m, whose cap of 6,000 m does not bind
    angle, share = 0.7 * 0.02 * 500.0 / 5.0, 0.7 * 0.02 * 50.0 / 100.0
    by_hand = 2.66 * (100.0 / (0.02**2 * 5.0) * (share * np.sin(angle) + 1.0 - np.cos(angle))) ** (1.0 / 3.0)
    assert rise(500.0, 100.0, 50.0, 5.0, 0.02, hour, 20.0, far) == pytest.approx(by_hand) == pytest.approx(92.3, abs=0.5)
    assert rise(500.0, 100.0, 50.0, 5.0, 0.02, hour, 20.0, 60.0) == 60.0
    hour[2] = 2.0  # Ln = 5 m: 1.2 x 2.6265 x 26^0.4
    assert (
        rise(500.0, 100.0, 50.0, 5.0, 0.02, hour, 20.0, far) == pytest.approx(1.2 * 5.0**0.6 * 26.0**0.4) == pytest.approx(11.6, abs=0.05)
    )


def test_reading_a_table_differs_little_from_computing() -> None:
    rng = np.random.default_rng(5)
    east, north = rng.uniform(-4000, 4000, 120), rng.uniform(-4000, 4000, 120)
    rows = _rows([1, 2, 3, 4, 5, 6] * 5, from_deg=200.0)
    direct = plume_of_rows(rows, (TURBINE,), east, north, None, tabulate=False)[0]
    table = plume_of_rows(rows, (TURBINE,), east, north, None)[0]
    scored = direct > 0.01 * direct.max(axis=0)
    error = np.abs(table / direct - 1.0)[scored]
    assert np.median(error) < 1e-3
    assert np.percentile(error, 95) < 0.02


def test_a_far_map_reads_nodes_nearer_than_its_nearest_receptor() -> None:
    """Receptors all round at one distance and more: those aside of a wide plume lie at small distances downwind."""
    bearing, ring = np.radians(np.arange(0.0, 360.0, 3.0)), np.repeat([2500.0, 4000.0], 60)
    east, north = ring * np.sin(bearing), ring * np.cos(bearing)
    rows = _rows([6] * 6, from_deg=200.0)
    direct = plume_of_rows(rows, (TURBINE,), east, north, None, tabulate=False)[0]
    table = plume_of_rows(rows, (TURBINE,), east, north, None)[0]
    np.testing.assert_allclose(table, direct, rtol=0.02, atol=1e-4 * direct.max())


def test_wandering_plume_reaches_upwind_a_little_and_downwind_most() -> None:
    made = plume_of_rows(_rows([3]), (TURBINE,), np.zeros(2), np.array([900.0, -900.0]), None)[0, :, 0]
    assert made[0] > 10.0 * made[1] > 0.0


def test_a_city_mixes_the_night() -> None:
    city = boundary_layer.Urban(650_000.0, 1.0)
    place = np.zeros(1), np.array([1500.0])
    quiet, mixed = (plume_of_rows(_rows([6]), (TURBINE,), *place, c)[0, 0, 0] for c in (None, city))
    assert mixed > 3.0 * quiet


def test_class_and_length_scale_are_inverse() -> None:
    classes = np.arange(1, 7)
    for rough in (0.05, 0.3):
        length = obukhov_of_class(classes, rough)
        np.testing.assert_array_equal(class_of_obukhov(length, np.full(6, rough)), classes)


def test_length_scales_are_those_of_golder_at_a_metre_and_a_decimetre_of_roughness() -> None:
    """1/L = a + b log10(z0): a alone at 1 m, a - b at 0.1 m; classes A to F without D, which has none."""
    classes = np.array([1, 2, 3, 5, 6])
    np.testing.assert_allclose(1.0 / obukhov_of_class(classes, 1.0), [-0.096, -0.037, -0.002, 0.004, 0.035])
    np.testing.assert_allclose(1.0 / obukhov_of_class(classes, 0.1), [-0.125, -0.066, -0.020, 0.022, 0.071])


def test_final_rise_is_reached_by_the_formula_of_its_buoyancy() -> None:
    """49 F^5/8 below 55 m4/s3 and 119 F^2/5 from there on, which do not quite meet."""
    below, at = release.final_reach_m(np.array([54.999, 55.0]))
    assert (below, at) == pytest.approx((49.0 * 12.237, 119.0 * 4.9681), rel=1e-3) and at < below - 5.0


def test_profiles_of_turbulence_at_heights_worked_by_hand() -> None:
    """A layer of 1,000 m: 1.6 (z/zi)^2/3 w2, then 0.35 w2, dying by e^-6(z/zi - 1) above; across 0.35 w2, falling to 0.25 at 1.2 zi."""
    z, zi = np.array([50.0, 100.0, 500.0, 1100.0, 1500.0]), np.array([1000.0])
    up, across = (f(z, zi, np.array([2.0]))[0] for f in (boundary_layer.convective_sw2, boundary_layer.convective_sv2))
    np.testing.assert_allclose(up, [6.4 * 0.05 ** (2 / 3), 6.4 * 0.1 ** (2 / 3), 1.4, 1.4 * np.exp(-0.6), 1.4 * np.exp(-3.0)])
    np.testing.assert_allclose(across, [1.4, 1.4, 1.4, 0.825, 0.25])
    np.testing.assert_allclose(boundary_layer.convective_sv2(z, zi, np.array([0.5]))[0], 0.0875)
