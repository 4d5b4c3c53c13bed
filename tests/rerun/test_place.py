"""A place that a person names: near enough to a campus, and not among its machines, in every shipped scenario."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.shipped import shipped_names, shipped_scenario
from gigacampus.rerun.centres import centres
from gigacampus.rerun.place import Place, nearest_campus, parse
from gigacampus.scenario.document import load


@pytest.mark.parametrize("name", shipped_names())
def test_places_about_every_shipped_campus(name):
    scenario, _ = load(shipped_scenario(name))
    data = scenario.model_dump()
    result = SimpleNamespace(coords={"campus": tuple(data["campuses"])}, scenario=data)
    for lat, lon in centres(result).values():
        campus, km = nearest_campus(result, Place(lat + 0.01, lon))
        assert 0.9 < km < 1.3 and campus in data["campuses"]
        with pytest.raises(ScenarioError, match="itself, 0 m from its middle"):
            nearest_campus(result, Place(lat, lon))
        for far in (Place(lon, lat) if abs(lon) <= 90.0 else Place(-lat, lon), Place(lat, -lon), Place(0.0, 0.0), Place(-lat, lon)):
            with pytest.raises(ScenarioError, match="the models reach 50 km"):
                nearest_campus(result, far)


@pytest.mark.parametrize("text", ["", "abc", "35", "35,-90,1", "91,0", "0,181", "35;-90", "35.0 -90.0", "nan,nan", "1e1,2", "35,5,-90,1"])
def test_what_is_no_place_is_refused(text):
    with pytest.raises(ScenarioError, match="--at"):
        parse(text)


def test_stacks_on_the_equator_and_the_prime_meridian_are_where_they_stand():
    data = {"site": {"lat": 0.4, "lon": 9.4}, "air": {"stack_lat": 0.0, "stack_lon": 0.0}}
    result = SimpleNamespace(coords={"campus": ("a", "b")}, scenario={"campuses": {"a": data, "b": {"site": data["site"]}}})
    assert centres(result) == {"a": (0.0, 0.0), "b": (0.4, 9.4)}
