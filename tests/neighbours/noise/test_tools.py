"""Walls explained, cheapest plans, readings, samples, geodata and maps."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from gigacampus.neighbours.noise.exposure import contours, neighbourhood
from gigacampus.neighbours.noise.geometry.scene import build_scene
from gigacampus.neighbours.noise.mitigation import optimise, wall_effect
from gigacampus.neighbours.noise.propagation import iso9613_transfer
from gigacampus.neighbours.noise.propagation import transfer as pairs
from gigacampus.neighbours.noise.propagation.bands import a_level_dba
from gigacampus.neighbours.noise.propagation.iso9613_paths import attenuation_db
from gigacampus.rerun.noise import level_posterior, synthesis

SITE = {"site_lat": 35.0, "site_lon": -90.0}
POWER = np.array([[128.0, 128, 124, 116, 108, 104, 103, 102, 100]])
AIR = np.zeros(9)


def wall(height_m: float, half_m: float = 400.0):
    return build_scene(walls=[("w", np.array([[20.0, -half_m, height_m], [20.0, half_m, height_m]]), 0.5)], ground_g=0.5)


def effect(source_h: float, height_m: float, half_m: float = 400.0, far_m: float = 300.0):
    bare = build_scene(ground_g=0.5)
    return wall_effect.wall_effects(
        bare,
        wall(height_m, half_m),
        pairs.points(bare, [[0.0, 0.0]], source_h),
        pairs.points(bare, [[far_m, 0.0]], 4.0),
        power_db=POWER,
        absorption_db_per_m=AIR,
    )[0]


def test_a_wall_below_the_stack_is_limited_by_what_it_does_not_hide():
    assert effect(15.0, 6.0).limit == "in_sight"


def test_a_short_wall_is_limited_by_its_ends_and_a_long_one_by_low_notes():
    assert effect(2.0, 12.0, half_m=6.0).limit in ("left", "right")
    assert effect(2.0, 8.0).limit in ("low_notes", "over_top")


def test_low_octaves_gain_less_and_the_sentence_says_so():
    found = effect(2.0, 8.0)
    assert 0.0 < found.gain_db[1] < found.gain_db[5]
    assert found.gain_dbc < found.gain_dba
    assert f"{found.gain_dba:.1f} dBA" in found.sentence


def test_path_energies_sum_to_the_level():
    scene = wall(9.0, 60.0)
    rows = iso9613_transfer.geometry_rows(scene, pairs.points(scene, [[0.0, 0.0]], 3.0), pairs.points(scene, [[250.0, 10.0]], 4.0))[0]
    ways = wall_effect.path_energies(rows, POWER, AIR, edition=2024)
    level = a_level_dba(POWER[0] - attenuation_db(rows, absorption_db_per_m=AIR, edition=2024)[0])
    assert 10 * np.log10(sum(e.sum() for e in ways.values())) == pytest.approx(level, abs=1e-9)


def plan_inputs():
    power = np.vstack([POWER, POWER - 6.0])
    silencer = optimise.Measure("silencer", 2e6, "operator", np.full(9, 12.0), ("a",))
    small = optimise.Measure("fan kit", 5e5, "operator", np.full(9, 12.0), ("b",))
    barrier = optimise.Measure("barrier", 7e6, "operator", layout="barrier")
    scenes = {False: build_scene(ground_g=0.5), True: wall(10.0)}

    def loss_of(layout):
        scene = scenes["barrier" in layout]
        sources = pairs.points(scene, [[0.0, 0.0], [0.0, 10.0]], 3.0)
        return iso9613_transfer.iso_transfer(scene, sources, pairs.points(scene, [[300.0, 0.0]], 4.0), edition=2024).still_db

    return (silencer, small, barrier), dict(loss_of=loss_of, power_db=power, group=("a", "b"), people=np.array([100.0]))


def test_the_cheapest_plan_is_the_cheapest_that_keeps_the_limit():
    measures, rest = plan_inputs()
    bare = optimise.cheapest_plan((), limit_dba=np.array([0.0]), **rest)
    plan = optimise.cheapest_plan(measures, limit_dba=bare.level_dba - 4.0, **rest)
    assert plan.measures == ("silencer",) and plan.excess_db <= 0.0
    assert plan.usd_per_db_person == pytest.approx(2e6 / (100.0 * float(bare.level_dba[0] - plan.level_dba[0])))
    strict = optimise.cheapest_plan(measures, limit_dba=bare.level_dba - 40.0, **rest)
    assert strict.excess_db > 0.0 and len(strict.measures) == 3


def test_the_greedy_search_agrees_with_the_exact_one_here(monkeypatch):
    measures, rest = plan_inputs()
    bare = optimise.cheapest_plan((), limit_dba=np.array([0.0]), **rest)
    exact = optimise.cheapest_plan(measures, limit_dba=bare.level_dba - 4.0, **rest)
    monkeypatch.setattr(optimise, "MOST_EXACT", 0)
    assert optimise.cheapest_plan(measures, limit_dba=bare.level_dba - 4.0, **rest).cost_usd == exact.cost_usd


def test_readings_move_the_loud_group_and_leave_the_silent_one():
    energy = np.array([[1e5, 1.0], [8e4, 1.0]])
    post = level_posterior.source_offsets(
        ("loud", "silent"),
        energy=energy,
        background=np.zeros(2),
        reading_db=np.array([54.0, 53.0]),
        instrument=["class_1", "class_2"],
        prior_db2=np.diag([25.0, 25.0]),
        propagation_sigma_db=np.full(2, 1.8),
    )
    assert 2.0 < post.mean_db[0] < 4.5 and post.sigma_db[0] < 2.5
    assert abs(post.mean_db[1]) < 0.1 and post.sigma_db[1] > 4.9


def test_a_phone_moves_less_than_a_class_one_meter():
    def mean(kind):
        return level_posterior.source_offsets(
            ("a",),
            energy=np.array([[1e5]]),
            background=np.zeros(1),
            reading_db=np.array([56.0]),
            instrument=[kind],
            prior_db2=np.array([[25.0]]),
            propagation_sigma_db=np.zeros(1),
        ).mean_db[0]

    assert mean("phone") < mean("class_1") - 1.0


def test_samples_share_one_scale(tmp_path):
    loud, quiet = np.full(9, 55.0), np.full(9, 45.0)
    monkey = synthesis.write_pair(tmp_path, without_db=loud, with_db=quiet, tones_hz=np.array([2000.0]))
    assert "not a" in monkey and "recording" in monkey
    rms = []
    for name in ("without_wall", "with_wall"):
        with wave.open(str(tmp_path / f"{name}.wav")) as file:
            assert file.getnframes() == 30 * synthesis.RATE_HZ
            data = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
        assert np.abs(data).max() < 32767
        rms.append(np.sqrt((data**2).mean()))
    assert 20 * np.log10(rms[0] / rms[1]) == pytest.approx(10.0, abs=0.3)


def test_the_adaptive_grid_saves_work_and_keeps_its_tolerance():
    def levels_of(xy):
        return 90.0 - 20.0 * np.log10(np.hypot(xy[:, 0], xy[:, 1]) + 50.0)

    grid = contours.adaptive_grid(levels_of, half_width_m=2000.0, coarse_m=400.0, fine_m=50.0)
    x, y = np.meshgrid(grid.east_m, grid.north_m)
    truth = levels_of(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(x.shape)
    assert grid.computed < 0.5 * truth.size
    assert np.abs(grid.level_db - truth).max() < 2.0
    pytest.importorskip("contourpy")
    ring = np.array(neighbourhood.rings(grid, 30.0, **SITE)[0])
    metres = np.hypot((ring[:, 1] + 90.0) * np.cos(np.radians(35.0)), ring[:, 0] - 35.0) * 111_195.0
    assert np.allclose(metres, 950.0, atol=30.0)
