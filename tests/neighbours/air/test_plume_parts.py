"""Parts of the compiled plume, run as the Python that they are written in, against values worked by hand."""

from __future__ import annotations

import math
from types import FunctionType

import numpy as np
import pytest

from gigacampus.neighbours.air import plume_kernels


def plain(kernel):
    """A kernel and all that it calls without compiling."""
    function = getattr(kernel, "py_func", None)
    if function is None:
        return kernel
    scope = dict(function.__globals__)
    scope |= {name: plain(scope[name]) for name in function.__code__.co_names if hasattr(scope.get(name), "py_func")}
    return FunctionType(function.__code__, scope)


mass_center, convective_rise, stable_rise, smooth, meander_share, crosswind_stable, side = (
    plain(getattr(plume_kernels, name))
    for name in ("mass_center", "convective_rise", "stable_rise", "smooth", "meander_share", "crosswind_stable", "side")
)


def hour(mixing=1000.0, mixed=8000.0):
    out = np.zeros(len(plume_kernels.HOUR))
    out[0], out[5] = mixing, mixed
    return out


def test_the_centre_of_mass_rises_then_goes_to_half_the_layer():
    """Final rise of 120 m at 800 m from a release at 30 m; mixed through at 8 km. A layer that mixes sooner cuts the rise at 0.8 of it."""
    r = (5.0, 0.5, 0.0, 300.0, 100.0, 50.0, 30.0, 120.0, 800.0, 0.0, 0.0)
    rise = convective_rise(400.0, 100.0, 50.0, 5.0)
    by_hand = (3.0 * 50.0 * 400.0 / (0.36 * 25.0) + 1.5 * 100.0 * 400.0**2 / (0.36 * 125.0)) ** (1 / 3)
    assert rise == pytest.approx(by_hand)
    assert mass_center(400.0, hour(), r) == pytest.approx(30.0 + by_hand)
    assert mass_center(4400.0, hour(), r) == pytest.approx(150.0 + 0.5 * 350.0)
    assert mass_center(8000.0, hour(), r) == mass_center(9000.0, hour(), r) == 500.0
    assert mass_center(700.0, hour(mixing=60.0), r) == 60.0
    early = 30.0 + convective_rise(480.0, 100.0, 50.0, 5.0)
    assert mass_center(540.0, hour(mixed=600.0), r) == pytest.approx(early + 0.5 * (500.0 - early))
    at_edge = mass_center(900.0, hour(mixed=1000.0), r)
    assert at_edge == pytest.approx(150.0 + 0.5 * 350.0)


def test_a_cubic_is_read_through_even_nodes_and_lines_at_the_ends():
    nodes = np.arange(7.0)
    square = (nodes - 2.5) ** 2
    for n, t in ((1, 0.3), (3, 0.8), (4, 0.5)):
        assert smooth(square, n, t) == pytest.approx((n + t - 2.5) ** 2)
    assert smooth(square, 0, 0.25) == pytest.approx(square[0] + 0.25 * (square[1] - square[0]))
    assert smooth(square, 5, 0.25) == pytest.approx(square[5] + 0.25 * (square[6] - square[5]))


def test_meander_spread_and_density_across_by_hand():
    """Wind of 5 and turbulence of 1 m/s: 2 of 25 wander at once, and more within a day; no share above one."""
    mean2 = 25.0 - 2.0
    assert meander_share(0.0, 5.0, 1.0) == pytest.approx(2.0 / 25.0)
    assert meander_share(5.0 * 86400.0, 5.0, 1.0) == pytest.approx((2.0 + mean2 * (1.0 - math.exp(-1.0))) / 25.0)
    assert meander_share(100.0, 0.3, 0.5) == 1.0
    assert side(0.0, 20.0) == pytest.approx(0.3989423 / 20.0) and side(20.0, 20.0) == pytest.approx(0.2419707 / 20.0)
    assert side(201.0, 20.0) == 0.0 < side(199.0, 20.0)
    scale = 300.0 / (156.0 * 0.5)
    assert crosswind_stable(1000.0, 4.0, 0.5, 300.0, 0.1) == pytest.approx(125.0 / (1.0 + 1000.0 / (8.0 * scale)) ** 0.3)
    assert crosswind_stable(1000.0, 40.0, 0.5, 300.0, 4.6) == pytest.approx(50.0 / (1.0 + 1000.0 / (800.0 * scale)) ** 0.3)


@pytest.mark.parametrize(("gradient_share", "b"), [(1.0, 1.0), (0.25, 3.0)])
def test_a_plume_in_stable_air_stays_at_its_highest_point(gradient_share, b):
    """b sin a + 1 - cos a is largest where tan a = -b, and is 1 + (1 + b2)^(1/2) there; before, the height of the distance itself counts.

    Wind and gradient are those half-way up: the mean of what is at the stack and of even air above it.
    """
    above, theta, fb, speed, at_stack = 0.03, 300.0, 100.0, 7.0, 5.0
    profile = np.zeros((5, plume_kernels.LEVELS_M.size))
    profile[0], profile[3], profile[4] = speed, above**2 * theta / plume_kernels.G, theta
    gradient = gradient_share * profile[3, 0]
    u, n = 0.5 * (at_stack + speed), math.sqrt(0.5 * (1.0 + gradient_share)) * above
    fm, now = b * fb / (0.7 * n), hour()
    now[plume_kernels.HOUR.index("ustar")] = 0.1
    release = (at_stack, 0.0, gradient, theta, fb, fm, 20.0, 1e9, 1e9, 0.0, 0.0)
    high = 2.66 * (fb / (n * n * u) * (1.0 + math.hypot(1.0, b))) ** (1.0 / 3.0)
    assert stable_rise(1e6, profile, now, release) == pytest.approx(high, rel=1e-9)
    turn = 0.7 * n * 150.0 / u
    near = 2.66 * (fb / (n * n * u) * (b * math.sin(turn) + 1.0 - math.cos(turn))) ** (1.0 / 3.0)
    assert stable_rise(150.0, profile, now, release) == pytest.approx(min(near, float(convective_rise(150.0, fb, fm, at_stack))), rel=1e-9)
    assert stable_rise(1e6, profile, now, (*release[:7], 30.0, 1e5, 0.0, 0.0)) == 30.0
