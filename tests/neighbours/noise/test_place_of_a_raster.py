"""Where a raster of altitudes lies by the tags of its file."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.geodata import terrain


def geotiff(path, scale=(2.0, 3.0, 0.0), tie=(1.0, 2.0, 0.0, 100.0, 500.0, 0.0)):
    """A raster of three rows and two columns with its tags of place."""
    image = pytest.importorskip("PIL.Image")
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    for tag, value in ((33550, scale), (33922, tie)):
        if value is not None:
            tags.tagtype[tag] = 12
            tags[tag] = value
    image.fromarray(np.arange(6.0, dtype=np.float32).reshape(3, 2)).save(path, tiffinfo=tags)
    return terrain.geotiff(path)


@pytest.mark.parametrize(
    "changes", [{"scale": None}, {"tie": None}, {"scale": (0.0, 3.0, 0.0)}, {"scale": (2.0, 0.0, 0.0)}, {"scale": (2.0, -3.0, 0.0)}]
)
def test_a_raster_without_its_place_is_refused(tmp_path, changes):
    with pytest.raises(ScenarioError, match="where it lies"):
        geotiff(tmp_path / "a.tif", **changes)


def test_a_raster_lies_where_its_tags_say(tmp_path):
    """The corner of the cell one to the east and two to the south of the first stands at (100, 500)."""
    found = geotiff(tmp_path / "a.tif")
    numbers = [v for v in vars(found).values() if isinstance(v, float)]
    assert numbers[:4] == pytest.approx([99.0, 504.5 - 6.0, 2.0, 3.0])
    cells = next(v for v in vars(found).values() if isinstance(v, np.ndarray))
    assert cells.tolist() == [[4.0, 5.0], [2.0, 3.0], [0.0, 1.0]]
