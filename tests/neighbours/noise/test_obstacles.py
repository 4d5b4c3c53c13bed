"""An obstacle more: no way of sound leads through the ground, and a level rises by published terms alone."""

from __future__ import annotations

import numpy as np
import pytest
import scenes_with_an_obstacle_more as scenes

from gigacampus.neighbours.noise.geometry.scene import Terrain, build_scene
from gigacampus.neighbours.noise.propagation import cnossos_paths, cnossos_transfer, iso9613_transfer
from gigacampus.neighbours.noise.propagation import transfer as pairs

FLAT_ENOUGH_M = 1e-4


@pytest.mark.parametrize("method", scenes.METHODS)
@pytest.mark.parametrize(("first", "count"), [(0, 200), pytest.param(200, 10_000, marks=pytest.mark.slow)])
def test_an_obstacle_more_raises_no_level_through_the_ground_nor_without_a_published_term(method, first, count):
    rises = ways = 0
    for seed in range(first, first + count):
        pair = scenes.random_pair(seed)
        before, after = (scenes.compiled_db(pair, scene, method) for scene in (pair.before, pair.after))
        for chain, radius in scenes.ways_in_plan(pair, pair.after, method):
            ways += 1
            assert scenes.depth_in_ground_m(pair, pair.after, chain, radius) < FLAT_ENOUGH_M, seed
        if (before - after).max() > scenes.RISE_DB:
            rises += 1
            np.testing.assert_allclose(scenes.plain_db(pair, pair.after, method), after, atol=1e-6, err_msg=str(seed))
            terms, left = scenes.explained(pair, method)
            assert terms and left <= scenes.RISE_DB, (seed, terms, left)
    assert ways > count / 4 and rises > 0


def house_behind(terrain, method="cnossos"):
    """Loss from a plant to a receptor 400 m away without and with a house that stands 60 m before the receptor."""
    box = np.array([[330.0, -8.0], [350.0, -8.0], [350.0, 8.0], [330.0, 8.0]])
    out = []
    for buildings in ([], [("house", box, 8.0, 0.1)]):
        scene = build_scene(buildings=buildings, ground_g=0.5, terrain=terrain)
        source, receiver = pairs.points(scene, [[0.0, 0.0]], 3.0), pairs.points(scene, [[400.0, 0.0]], 2.0)
        if method == "cnossos":
            out.append(np.stack([t.still_db[0, 0] for t in cnossos_transfer.cnossos_conditions(scene, source, receiver, source_g=0.5)]))
        else:
            out.append(iso9613_transfer.iso_transfer(scene, source, receiver, edition=int(method[-4:])).still_db[0])
    return out


def berm(half_length_m):
    """A berm 15 m high across the way, 200 m from the plant."""
    x, y = np.meshgrid(np.arange(-100.0, 501.0, 5.0), np.arange(-300.0, 301.0, 5.0))
    raised = 15.0 * np.exp(-(((x - 200.0) / 10.0) ** 2)) * (np.abs(y) <= half_length_m)
    return Terrain(x0_m=-100.0, y0_m=-300.0, step_m=5.0, raster_m=raised)


@pytest.mark.parametrize("method", scenes.METHODS)
def test_a_house_behind_a_berm_makes_nothing_louder(method):
    before, after = house_behind(berm(250.0), method)
    assert (after >= before - 0.1).all()


def test_a_way_round_a_house_is_there_on_flat_ground_and_gone_behind_a_faceted_berm():
    crest, foot = 12.0, 15.0
    lines = [[200.0, -300.0, crest, 200.0, 300.0, crest]]
    lines += [[x, -300.0, 0.0, x, 300.0, 0.0] for x in (-100.0, 200.0 - foot, 200.0 + foot, 500.0)]
    box = np.array([[330.0, -8.0], [350.0, -8.0], [350.0, 8.0], [330.0, 8.0]])
    named = []
    for terrain in (Terrain(), Terrain(lines=np.array(lines)), berm(250.0)):
        scene = build_scene(buildings=[("house", box, 8.0, 0.1)], ground_g=0.5, terrain=terrain)
        ends = pairs.points(scene, [[0.0, 0.0], [400.0, 0.0]], 2.0)
        named.append({n.partition("_")[0] for n in cnossos_paths.pair_paths(scene, *ends, source_g=0.5)})
    assert named == [{"direct", "left", "right"}, {"direct"}, {"direct"}]


@pytest.mark.parametrize("method", scenes.METHODS)
@pytest.mark.parametrize("receiver_m", [2.0, 60.0])
def test_the_part_of_a_building_that_lies_within_a_hill_changes_nothing(method, receiver_m):
    """A ridge with even flanks, 20 m high at 200 m; a roof at 6 m comes out of its flank from 110 m to 130 m and runs on below."""
    x, _ = np.meshgrid(np.arange(-100.0, 501.0, 5.0), np.arange(-300.0, 301.0, 5.0))
    ridge = Terrain(x0_m=-100.0, y0_m=-300.0, step_m=5.0, raster_m=np.maximum(20.0 - 0.2 * np.abs(x - 200.0), 0.0))
    losses = []
    for end in (130.0, 220.0):
        barn = np.array([[110.0, -30.0], [end, -30.0], [end, 30.0], [110.0, 30.0]])
        scene = build_scene(buildings=[("barn", barn, 6.0, 0.1)], ground_g=0.5, terrain=ridge)
        pair = scenes.Pair(scene, scene, pairs.points(scene, [[0.0, 0.0]], 3.0)[0], pairs.points(scene, [[400.0, 0.0]], receiver_m)[0])
        losses += [scenes.compiled_db(pair, scene, method), scenes.plain_db(pair, scene, method)]
    for loss in losses[1:]:
        np.testing.assert_allclose(loss, losses[0], atol=1e-6)
