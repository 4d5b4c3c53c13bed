"""Receptors that stand in a building, on a source or among the machines are told; homes about the campus are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gigacampus.neighbours.noise.geometry.local_projection import lat_lon_deg
from gigacampus.neighbours.noise.sources.campus_sources import campus_sources
from gigacampus.neighbours.noise.sources.misplaced_receptors import told_of_receptors
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene
from gigacampus.scenario.document import load

FILE = Path(__file__).parents[3] / "scenarios" / "rolling-noise.yaml"
PLACE = "campuses.first.receptors.village"


@pytest.fixture(scope="module")
def shipped():
    return load(FILE)[0]


def told_at(shipped, spot_m):
    site = shipped.campuses["first"].site
    lat, lon = lat_lon_deg(*spot_m, site_lat=site.lat, site_lon=site.lon)
    moved = load(FILE, (f"{PLACE}.lat={lat:.7f}", f"{PLACE}.lon={lon:.7f}"))[0]
    return told_of_receptors(moved.campuses, moved.library)


def test_homes_about_the_campus_say_nothing(shipped):
    assert told_of_receptors(shipped.campuses, shipped.library) == []


def test_a_receptor_on_a_source_among_them_or_in_a_building_is_named(shipped):
    campus = shipped.campuses["first"]
    sources = campus_sources(campus, shipped.library).position_m
    for spot, words in ((sources[0, :2], "stands on a source"), (sources[0, :2] + 10.0, "among the machines")):
        found = told_at(shipped, spot)
        assert found and any("village" in text and words in text for text in found) and "three_km" not in " ".join(found)
    scene = campus_scene(campus, tuple(campus.noise.walls))
    walled = int(np.flatnonzero(scene.closed)[0])
    corners = scene.segments[scene.first[walled] : scene.first[walled + 1], :2]
    inside = told_at(shipped, corners.mean(axis=0))
    assert any(f"lies inside building {scene.names[walled]}" in text for text in inside)
