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
