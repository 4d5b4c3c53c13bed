"""Fans of cooling plant are heard at the speed at which cooling counts their electricity."""

from datetime import date

import numpy as np
import pytest

from gigacampus.neighbours.noise.sources.campus_sources import FAN_FLOOR_FRAC, campus_sources, family_hours
from gigacampus.power.load import LoadTerms, with_traits
from gigacampus.power.load_kernels import LOAD_ROWS, load_hours
from gigacampus.registry.kinds import COOLING
from tests.neighbours.noise.scene_of_a_campus import scenario, upstream

HOURS, LOAD, FANS = 24, 0.8, 0.01


@pytest.mark.parametrize("kind", COOLING.names)
def test_sound_and_electricity_of_fans_follow_one_air(kind):
    """Electricity goes with the cube of the air, sound with its fifth power."""
    tree = scenario({"own": {"kind": "cooling", "model": f"lib:cooling/{kind}_typical", "heat_mw": 100, "in_service": date(2026, 1, 1)}})
    air = upstream(of=tree)["cooling_air_frac"][0]
    sources = campus_sources(tree.campuses["a"], tree.library)
    heard = family_hours(sources, tree.campuses["a"].noise, load_frac=LOAD, air_frac=air[:, :HOURS], hour_of_day=np.arange(HOURS))[
        sources.family[sources.groups.index("cooling/own")]
    ]
    installed, fan, hourly = np.zeros(len(COOLING)), np.zeros(len(COOLING)), np.zeros((3, *air.shape))
    installed[COOLING.index(kind)], fan[COOLING.index(kind)] = 1.0, FANS
    hourly[0], hourly[2] = air, 1.0
    out = np.empty((LOAD_ROWS, HOURS))
    load_hours(0, HOURS, LOAD, LOAD, LoadTerms(0.0, 0.0, 1.0, 0.0, 0.0), installed, with_traits(fan, np.zeros_like(fan), hourly), out)
    speed = np.cbrt(out[2] / FANS)
    assert speed.max() > FAN_FLOOR_FRAC
    np.testing.assert_allclose(heard, np.maximum(speed, FAN_FLOOR_FRAC) ** 5, rtol=1e-9)
