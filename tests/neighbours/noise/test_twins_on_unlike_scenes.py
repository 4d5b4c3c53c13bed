"""Each kernel against its plain twin on small scenes of unlike kinds; one case is quick where kernels are interpreted too."""

from __future__ import annotations

import numpy as np
import pytest
from unlike_scenes import KINDS, unlike_scene

from gigacampus.foundation.compiled import njit
from gigacampus.neighbours.noise.geometry import (
    cnossos_kernels,
    courtyard_kernels,
    kernels,
    lateral_paths,
    plan_kernels,
    profile,
    profile_kernels,
    reflection_kernels,
    reflections,
    trace,
)
from gigacampus.neighbours.noise.geometry.index import grid_index
from gigacampus.neighbours.noise.geometry.kernel_arrays import Crossings, kernel_arrays
from gigacampus.neighbours.noise.geometry.scene import build_scene
from gigacampus.neighbours.noise.propagation import (
    cnossos,
    cnossos_transfer,
    iso9613,
    iso9613_kernels,
    iso9613_paths,
    iso9613_transfer,
    reflections_batch,
)
from gigacampus.neighbours.noise.propagation import cnossos_kernels as eu_losses

TWINS = (
    (kernels, trace),
    (kernels, lateral_paths),
    (cnossos_kernels, cnossos),
    (profile_kernels, profile),
    (courtyard_kernels, lateral_paths),
    (plan_kernels, lateral_paths),
    (reflection_kernels, reflections),
    (eu_losses, cnossos),
    (iso9613_kernels, iso9613),
)
"""Kernels that are judged here, and where their plain twins stand."""
each_scene = pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind in KINDS for seed in range(4)])


def test_constants_of_one_name_are_one_number_in_kernel_and_twin():
    for kernel, twin in TWINS:
        for name in vars(kernel).keys() & vars(twin).keys():
            if name.isupper() and isinstance(getattr(kernel, name), int | float):
                assert getattr(kernel, name) == getattr(twin, name), name
    caps = [10 * np.log10(cap) for cap in (eu_losses.CAP, iso9613_kernels.SEVERAL_EDGES_CAP, iso9613_kernels.ONE_EDGE_CAP)]
    np.testing.assert_allclose(caps, [cnossos.CAP_DB, iso9613.SEVERAL_EDGES_CAP_DB, iso9613.ONE_EDGE_CAP_DB])


@each_scene
def test_geometry_rows_and_losses_of_iso_9613_are_those_of_the_twin(kind, seed, monkeypatch):
    scene, sources, receivers = unlike_scene(kind, seed)
    twin = np.array([[trace.trace_pair(scene, s, r) for s in sources] for r in receivers])
    monkeypatch.setattr(iso9613_transfer, "trace_pair", lambda *_: np.nan)  # the kernel shall not hand a pair on
    for cell_m in (0.0, 9.0):
        rows = iso9613_transfer.geometry_rows(scene, sources, receivers, grid_index(scene, cell_m))
        np.testing.assert_allclose(rows, twin, atol=1e-8)
    for edition in (1996, 2024):
        ours = iso9613_transfer.iso_transfer(scene, sources, receivers, edition=edition).still_db
        plainly = iso9613_paths.attenuation_db(twin.reshape(-1, twin.shape[-1]), absorption_db_per_m=np.zeros(9), edition=edition)
        np.testing.assert_allclose(ours, plainly.reshape(ours.shape), atol=1e-8)


@each_scene
def test_losses_of_cnossos_are_those_of_the_twin(kind, seed, monkeypatch):
    scene, sources, receivers = unlike_scene(kind, seed)
    plain = cnossos_transfer.plain_conditions_db
    monkeypatch.setattr(cnossos_transfer, "plain_conditions_db", lambda *_, **__: np.full((2, 9), np.nan))
    down, calm = cnossos_transfer.cnossos_conditions(scene, sources, receivers, source_g=0.3)
    twin = np.array([[plain(scene, s, r, source_g=0.3) for s in sources] for r in receivers])
    np.testing.assert_allclose(calm.still_db, twin[:, :, 0], atol=1e-8)
    np.testing.assert_allclose(down.still_db, twin[:, :, 1], atol=1e-8)


def energies(found, loss):
    """Energy of all reflections, by condition, pair and band."""
    out = np.zeros((len(loss), 3, 2, 9))
    for condition, more in zip(out, loss, strict=True):
        np.add.at(condition, (found[:, 0], found[:, 1]), 10.0 ** (-0.1 * more))
    return out


@each_scene
def test_reflections_are_those_of_the_twin(kind, seed, monkeypatch):
    scene, sources, receivers = unlike_scene(kind, seed)
    index, places = grid_index(scene), (scene, sources, receivers)
    twins = [reflections_batch.plain_iso_reflected(*places, edition=2024), reflections_batch.plain_eu_reflected(*places, source_g=0.3)]
    for name in ("plain_iso_reflected", "plain_eu_reflected"):
        monkeypatch.setattr(reflections_batch, name, None)  # the kernel shall not hand a scene on
    for compiled, twin in zip(
        (reflections_batch.iso_reflected(*places, index, edition=2024), reflections_batch.eu_reflected(*places, index, source_g=0.3)),
        twins,
        strict=True,
    ):
        np.testing.assert_allclose(energies(*compiled), energies(*twin), rtol=1e-8)
        assert kind not in ("boxes", "court") or len(compiled[0])


@pytest.mark.parametrize("cell_m", [0.0, 2.5])
def test_lines_from_outside_meet_a_box_where_its_faces_stand(cell_m):
    """Through the middle of a box of 20 m, from every side and along the axes, in whatever cells; a doubled corner is no face."""
    ring = np.array([[-10.0, -10.0], [10.0, -10.0], [10.0, -10.0], [10.0, 10.0], [-10.0, 10.0]])
    scene = build_scene(buildings=[("box", ring, 8.0, 0.1)], ground_g=0.5)
    obstacles = kernel_arrays(scene, grid_index(scene, cell_m))[0]
    crossings = njit(lambda *given: plan_kernels.crossings(*given))
    for degrees in range(0, 360, 10):
        way = 50.0 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        way[np.abs(way) < 1e-9] = 0.0
        hits = Crossings(
            np.zeros(plan_kernels.MOST_POINTS), np.zeros(plan_kernels.MOST_POINTS), np.zeros(plan_kernels.MOST_POINTS, np.int64)
        )
        found = crossings(*-way, *way, obstacles, hits)
        half = 0.5 * 10.0 / np.abs(way).max()
        assert sorted(hits.share[:found]) == pytest.approx([0.5 - half, 0.5 + half]), degrees
        assert hits.top_m[:found].tolist() == [8.0, 8.0]
