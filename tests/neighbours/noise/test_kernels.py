"""The compiled kernels against their plain twins on random scenes, and properties that hold for every scene."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.neighbours.noise.geometry.index import grid_index
from gigacampus.neighbours.noise.geometry.profile import path_profile
from gigacampus.neighbours.noise.geometry.scene import Terrain, build_scene
from gigacampus.neighbours.noise.geometry.trace import trace_pair
from gigacampus.neighbours.noise.propagation import cnossos_paths, cnossos_transfer, engine, iso9613_transfer, reflections_batch
from gigacampus.neighbours.noise.propagation import iso9613_paths as plain
from gigacampus.neighbours.noise.propagation import transfer as pairs
from gigacampus.neighbours.noise.propagation.cnossos_paths import VerticalPath

STILL = np.zeros(9)


def seeds(count: int, quick: int):
    """Seeds of random scenes: the first few in every run of the tests, all of them in the slow one."""
    return pytest.mark.parametrize("seed", [pytest.param(k, marks=[pytest.mark.slow] * (k >= quick)) for k in range(count)])


def random_scene(seed: int, *, hills: bool, zones: bool):
    """A dozen turned boxes, two walls with sloping crests, optional hills and ground zones on 600 m by 600 m."""
    rng = np.random.default_rng(seed)
    terrain = Terrain()
    if hills:
        x, y = np.meshgrid(np.arange(-50.0, 651.0, 25.0), np.arange(-50.0, 651.0, 25.0))
        terrain = Terrain(x0_m=-50.0, y0_m=-50.0, step_m=25.0, raster_m=6.0 * np.sin(x / 90.0) * np.cos(y / 120.0))
    buildings = []
    for k in range(12):
        centre, half, turn = rng.uniform(50, 550, 2), rng.uniform(4, 30, 2), rng.uniform(0, np.pi)
        box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half
        ring = centre + box @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        buildings.append((f"b{k}", ring, float(terrain.altitude_m(centre)) + rng.uniform(4, 20), 0.1))
    walls = [(f"w{k}", np.column_stack([rng.uniform(50, 550, (3, 2)), rng.uniform(6, 14, 3)]), 0.1) for k in range(2)]
    rings = [(rng.uniform(0, 600, 2) + np.array([[0, 0], [200, 0], [220, 150], [0, 180]]), rng.uniform()) for _ in range(3)]
    return build_scene(buildings=buildings, walls=walls, zones=rings if zones else (), ground_g=0.6, terrain=terrain), rng


@pytest.mark.parametrize("hills", [False, True])
@seeds(6, quick=2)
def test_kernel_rows_equal_the_plain_twin(seed, hills):
    scene, rng = random_scene(seed, hills=hills, zones=seed % 2 == 0)
    sources = pairs.points(scene, rng.uniform(0, 600, (6, 2)), rng.uniform(0.5, 15, 6))
    receivers = pairs.points(scene, rng.uniform(0, 600, (12, 2)), 4.0)
    rows = iso9613_transfer.geometry_rows(scene, sources, receivers)
    twin = np.array([[trace_pair(scene, s, r) for s in sources] for r in receivers])
    np.testing.assert_allclose(rows, twin, atol=1e-6)
    assert (twin[..., 13] > 0).any()


def test_more_ground_zones_than_the_kernel_holds_fall_back_to_the_plain_twin():
    strips = [(np.array([[x, -9.0], [x + 1.0, -9.0], [x + 1.0, 9.0], [x, 9.0]]), 1.0) for x in np.arange(1.0, 400.0, 2.0)]
    scene = build_scene(zones=strips, ground_g=0.0)
    source, receiver = pairs.points(scene, [[0.0, 0.0]], 2.0), pairs.points(scene, [[400.0, 0.0]], 2.0)
    assert iso9613_transfer.geometry_rows(scene, source, receiver)[0, 0, 5] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("edition", [1996, 2024])
def test_kernel_losses_equal_the_plain_formulas(edition):
    scene, rng = random_scene(3, hills=False, zones=True)
    sources = pairs.points(scene, rng.uniform(0, 600, (8, 2)), rng.uniform(0.5, 15, 8))
    receivers = pairs.points(scene, rng.uniform(0, 600, (20, 2)), 4.0)
    rows = iso9613_transfer.geometry_rows(scene, sources, receivers)
    ours = iso9613_transfer.iso_transfer(scene, sources, receivers, edition=edition).still_db
    twin = plain.attenuation_db(rows.reshape(-1, rows.shape[-1]), absorption_db_per_m=STILL, edition=edition)
    np.testing.assert_allclose(ours, twin.reshape(ours.shape), atol=1e-8)


@pytest.mark.parametrize("hills", [False, True])
@seeds(4, quick=2)
def test_cnossos_kernels_equal_the_plain_twin(seed, hills, monkeypatch):
    scene, rng = random_scene(seed, hills=hills, zones=seed % 2 == 0)
    sources = pairs.points(scene, rng.uniform(0, 600, (5, 2)), rng.uniform(0.5, 15, 5))
    receivers = pairs.points(scene, rng.uniform(0, 600, (10, 2)), 4.0)
    monkeypatch.setattr(cnossos_transfer, "plain_conditions_db", lambda *_, **__: np.full((2, 9), np.nan))
    down, calm = cnossos_transfer.cnossos_conditions(scene, sources, receivers, source_g=0.3)
    monkeypatch.undo()
    known = np.isfinite(calm.still_db)
    assert known.all()
    twin = np.array([[cnossos_transfer.plain_conditions_db(scene, s, r, source_g=0.3) for s in sources] for r in receivers])
    for ours, k in ((calm, 0), (down, 1)):
        np.testing.assert_allclose(ours.still_db, twin[:, :, k], atol=1e-6)


def test_the_size_of_the_grid_cells_does_not_matter():
    scene, rng = random_scene(5, hills=True, zones=False)
    sources = pairs.points(scene, rng.uniform(0, 600, (5, 2)), 3.0)
    receivers = pairs.points(scene, rng.uniform(-100, 700, (30, 2)), 4.0)
    coarse, fine = (iso9613_transfer.geometry_rows(scene, sources, receivers, grid_index(scene, c)) for c in (200.0, 7.0))
    np.testing.assert_allclose(coarse, fine, atol=1e-9)


def test_a_wall_of_no_height_changes_nothing_and_is_named():
    line = np.array([[50.0, -100.0, 0.0], [50.0, 100.0, 0.0]])
    bare, walled = build_scene(ground_g=0.5), build_scene(walls=[("flat wall", line, 0.1)], ground_g=0.5)
    source, receiver = pairs.points(bare, [[0.0, 0.0]], 2.0), pairs.points(bare, [[120.0, 5.0]], 4.0)
    same = [iso9613_transfer.iso_transfer(s, source, receiver, edition=2024).still_db for s in (bare, walled)]
    np.testing.assert_array_equal(*same)
    assert "flat wall" in walled.findings[0]


def test_reciprocity_of_the_geometry():
    """Swapping source and receiver keeps the loss when both have one height over uniform ground."""
    scene, rng = random_scene(8, hills=False, zones=False)
    a, b = pairs.points(scene, rng.uniform(0, 600, (6, 2)), 4.0), pairs.points(scene, rng.uniform(0, 600, (6, 2)), 4.0)
    there = iso9613_transfer.iso_transfer(scene, a, b, edition=2024).still_db
    back = iso9613_transfer.iso_transfer(scene, b, a, edition=2024).still_db
    np.testing.assert_allclose(there, back.transpose(1, 0, 2), atol=1e-6)


def test_farther_is_never_louder_on_flat_ground():
    scene = build_scene(ground_g=0.7)
    source = pairs.points(scene, [[0.0, 0.0]], 5.0)
    receivers = pairs.points(scene, np.column_stack([np.linspace(400, 4000, 60), np.zeros(60)]), 4.0)
    transfer = iso9613_transfer.iso_transfer(scene, source, receivers, edition=2024)
    loss = transfer.loss_db(np.full(9, 1e-3))[:, 0]
    assert (np.diff(loss, axis=0) > 0).all()


def test_a_higher_wall_never_makes_it_louder():
    before = None
    for height in (4.0, 6.0, 9.0, 14.0):
        scene = build_scene(walls=[("w", np.array([[30.0, -200.0, height], [30.0, 200.0, height]]), 0.1)], ground_g=0.5)
        source, receiver = pairs.points(scene, [[0.0, 0.0]], 2.0), pairs.points(scene, [[300.0, 20.0]], 4.0)
        loss = iso9613_transfer.iso_transfer(scene, source, receiver, edition=2024).still_db
        assert before is None or (loss >= before - 1e-9).all()
        before = loss


def test_a_long_hard_wall_behind_the_receiver_adds_its_image():
    """Source and receiver 20 m apart along a wall 10 m away: the mirrored way is sqrt(20^2 + 20^2) m long."""
    scene = build_scene(walls=[("w", np.array([[-200.0, 10.0, 30.0], [200.0, 10.0, 30.0]]), 0.0)], ground_g=0.0)
    source, receiver = pairs.points(scene, [[0.0, 0.0]], 4.0), pairs.points(scene, [[20.0, 0.0]], 4.0)
    bare, echoed = (engine.transfer(scene, source, receiver, method="iso9613_2024", reflect=r).still_db[0, 0] for r in (False, True))
    ground = plain.ground_db(iso9613_transfer.geometry_rows(scene, source, receiver)[0], edition=2024)[0]
    k = (28.284**2) / (28.284**2 + 8.0**2)
    image = 20 * np.log10(28.284) + 11 - 10 * np.log10(1 + (10**0.3 - 1) * k)
    assert ground[5] < -2.0
    assert echoed[5] == pytest.approx(-10 * np.log10(10 ** (-bare[5] / 10) + 10 ** (-image / 10)), abs=0.01)


def by_pair(pairs, loss):
    """Energy of all reflections of a pair, by condition, receiver, source and band."""
    out = np.zeros((len(loss), 12, 6, 9))
    for condition, more in zip(out, loss, strict=True):
        np.add.at(condition, (pairs[:, 0], pairs[:, 1]), 10.0 ** (-0.1 * more))
    return out


@pytest.mark.parametrize("hills", [False, True])
@seeds(6, quick=2)
def test_compiled_reflections_equal_the_plain_twin(seed, hills):
    scene, rng = random_scene(seed, hills=hills, zones=seed % 2 == 0)
    sources = pairs.points(scene, rng.uniform(0, 600, (6, 2)), rng.uniform(0.5, 15, 6))
    receivers = pairs.points(scene, rng.uniform(0, 600, (12, 2)), 4.0)
    index = grid_index(scene)
    places = (scene, sources, receivers)
    for compiled, twin in (
        (reflections_batch.iso_reflected(*places, index, edition=2024), reflections_batch.plain_iso_reflected(*places, edition=2024)),
        (reflections_batch.eu_reflected(*places, index, source_g=0.3), reflections_batch.plain_eu_reflected(*places, source_g=0.3)),
    ):
        ours, plainly = by_pair(*compiled), by_pair(*twin)
        assert np.count_nonzero(plainly) > 100
        np.testing.assert_allclose(ours, plainly, rtol=1e-7)


def test_more_reflections_than_room_was_made_for_are_all_found(monkeypatch):
    scene, rng = random_scene(1, hills=False, zones=False)
    points = pairs.points(scene, rng.uniform(0, 600, (6, 2)), 4.0)
    whole = engine.transfer(scene, points, points + 5.0, method="cnossos", reflect=True).still_db
    monkeypatch.setattr(reflections_batch, "ROOM", 0)
    np.testing.assert_array_equal(engine.transfer(scene, points, points + 5.0, method="cnossos", reflect=True).still_db, whole)


def test_an_absorbing_or_small_face_adds_less():
    def gain(absorption, half_m):
        scene = build_scene(walls=[("w", np.array([[10 - half_m, 10.0, 12.0], [10 + half_m, 10.0, 12.0]]), absorption)], ground_g=0.5)
        source, receiver = pairs.points(scene, [[0.0, 0.0]], 2.0), pairs.points(scene, [[20.0, 0.0]], 2.0)
        bare, echoed = (engine.transfer(scene, source, receiver, method="iso9613_2024", reflect=r).still_db[0, 0] for r in (False, True))
        return bare - echoed

    assert (gain(0.9, 100.0)[3:] < gain(0.1, 100.0)[3:]).all()
    assert gain(0.1, 1.0)[1] == 0.0 and gain(0.1, 1.0)[8] > 0.1


def test_cnossos_long_term_lies_between_its_conditions():
    scene, rng = random_scene(4, hills=False, zones=False)
    sources, ears = (pairs.points(scene, rng.uniform(0, 600, (3, 2)), 3.0) for _ in range(2))
    down, calm = cnossos_transfer.cnossos_conditions(scene, sources, ears, source_g=0.0)
    mean = engine.transfer(scene, sources, ears, method="cnossos", favourable_frac=0.5, source_g=0.0)
    low, high = np.minimum(down.still_db, calm.still_db), np.maximum(down.still_db, calm.still_db)
    assert (mean.still_db >= low - 1e-9).all() and (mean.still_db <= high + 1e-9).all()
    assert np.isfinite(mean.still_db).all()


def test_bends_of_a_raster_are_no_edges_in_sight_but_still_block():
    nodes = np.arange(0.0, 401.0, 50.0)
    hill = 3.0 * np.exp(-(((nodes - 200.0) / 60.0) ** 2))
    scene = build_scene(ground_g=0.5, terrain=Terrain(step_m=50.0, raster_m=np.tile(hill, (len(nodes), 1))))
    lines = np.array([[x, y, z, x, y2, z] for x, z in zip(nodes, hill, strict=True) for y, y2 in ((0.0, 400.0),)])
    faceted = build_scene(ground_g=0.5, terrain=Terrain(lines=lines))

    def edges(ground, height):
        ends = [np.array([x, 100.0]) for x in (10.0, 390.0)]
        profile = path_profile(ground, np.stack(ends))
        path = VerticalPath(profile, np.array([0.0, height]), np.array([380.0, height]), 0.5, np.inf)
        return cnossos_paths._edges(path)

    assert edges(scene, 3.1) is None and edges(faceted, 3.1)[0] is False
    assert edges(scene, 2.0)[0] is True and edges(faceted, 2.0)[0] is True
