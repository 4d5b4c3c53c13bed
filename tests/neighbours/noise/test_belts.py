"""Woods and plant on the way of sound: annex A of ISO 9613-2 by hand, rays that pass over, and regions that are refused."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from gigacampus.neighbours.noise.geometry.scene import build_scene, points_inside
from gigacampus.neighbours.noise.propagation import cnossos_transfer, iso9613_transfer
from gigacampus.neighbours.noise.propagation import transfer as pairs
from gigacampus.neighbours.noise.propagation.belts import RAY_RADIUS_M, length_m
from gigacampus.neighbours.noise.propagation.iso9613_belts import plant_db, woods_db
from gigacampus.schema.noise import GroundSpec

BELT = np.array([[100.0, -50.0], [160.0, -50.0], [160.0, 50.0], [100.0, 50.0]])
SQUARE = [(35.0, -90.0), (35.001, -90.0), (35.001, -89.999), (35.0, -89.999)]


def scene_and_ends(belts, receiver=(400.0, 0.0), height=2.0):
    scene = build_scene(ground_g=0.5, belts=belts)
    return scene, pairs.points(scene, [[0.0, 0.0]], height), pairs.points(scene, [receiver], height)


def test_sixty_metres_of_woods_and_of_plant_take_off_what_the_annex_states():
    open_ground = scene_and_ends([])
    for kind, per_m in (("woods", woods_db), ("plant", plant_db)):
        behind = scene_and_ends([(kind, BELT, 20.0)])
        for edition in (1996, 2024):
            before, after = (iso9613_transfer.iso_transfer(*x, edition=edition).still_db[0, 0] for x in (open_ground, behind))
            np.testing.assert_allclose(after - before, per_m(np.array(60.0)), atol=1e-9)
    assert woods_db(np.array(60.0))[4] == pytest.approx(3.0) and plant_db(np.array(60.0))[4] == pytest.approx(1.5)
    calm = [
        cnossos_transfer.cnossos_conditions(*x, source_g=0.5)[0].still_db for x in (open_ground, scene_and_ends([("woods", BELT, 20.0)]))
    ]
    np.testing.assert_array_equal(*calm)


def test_the_length_on_random_rings_and_rays_is_that_of_many_samples_of_the_bent_ray():
    rng = np.random.default_rng(5)
    for _ in range(60):
        angle = np.sort(rng.uniform(0.0, 2.0 * np.pi, 7))
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * rng.uniform(40.0, 400.0, (7, 1)) + rng.uniform(-300.0, 300.0, 2)
        top, (a, b) = rng.uniform(1.0, 25.0), rng.uniform(-900.0, 900.0, (2, 2))
        scene = build_scene()
        source, receiver = pairs.points(scene, [a], rng.uniform(0.5, 30.0)), pairs.points(scene, [b], rng.uniform(0.5, 30.0))
        t, way = (np.arange(40_000) + 0.5) / 40_000, np.hypot(*(b - a))
        ray = source[0, 2] + t * (receiver[0, 2] - source[0, 2]) + way**2 * t * (1.0 - t) / (2.0 * RAY_RADIUS_M)
        sampled = way * np.mean(points_inside(a + t[:, None] * (b - a), ring) & (ray < top))
        assert length_m(scene, ring, top, source, receiver)[0, 0] == pytest.approx(sampled, abs=max(1e-3 * way, 0.1))


def test_a_long_ray_passes_over_woods_in_its_middle_and_through_woods_at_its_ends():
    far = 1200.0
    middle, near = BELT + np.array([far / 2.0 - 130.0, 0.0]), BELT - np.array([100.0, 0.0])
    scene, source, receiver = scene_and_ends([], receiver=(far, 0.0))
    assert length_m(scene, middle, 12.0, source, receiver)[0, 0] == 0.0
    assert length_m(scene, near, 12.0, source, receiver)[0, 0] == pytest.approx(60.0)


def test_a_short_wood_and_a_long_one_take_the_annexs_steps():
    assert woods_db(np.array(9.9)).sum() == 0.0 and woods_db(np.array(12.0)).tolist() == [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0]
    np.testing.assert_array_equal(woods_db(np.array(200.0)), woods_db(np.array(900.0)))
    assert plant_db(np.array(1e4)).max() == 10.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "woods"}, "need a height"),
        ({"kind": "ground", "height_m": 3.0}, "bare ground has no height"),
        ({"kind": "woods", "height_m": 0.0}, "height_m"),
        ({"kind": "woods", "height_m": float("nan")}, "height_m"),
        ({"kind": "hedge", "height_m": 3.0}, "kind"),
        ({"kind": "woods", "height_m": 9.0, "points": [SQUARE[i] for i in (0, 2, 1, 3)]}, "sides cross"),
        ({"points": [SQUARE[0]] * 4}, "enclose no area"),
        ({"points": [(35.0, -90.0), (35.001, -90.0), (35.002, -90.0)]}, "enclose no area"),
        ({"points": [*SQUARE, (-89.9, 35.0)]}, "degrees of latitude apart"),
        ({"points": SQUARE[:2]}, "points"),
    ],
)
def test_a_region_that_cannot_be_is_refused_with_its_reason(changed, said):
    GroundSpec(points=SQUARE, ground_g=0.8, kind="woods", height_m=12.0)
    with pytest.raises(ValidationError, match=said):
        GroundSpec(**({"points": SQUARE, "ground_g": 0.8} | changed))
