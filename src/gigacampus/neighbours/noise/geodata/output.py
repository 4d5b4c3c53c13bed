"""Levels as files: GeoJSON points, CSV tables and GeoTIFF rasters."""

from __future__ import annotations

import csv
import json
import struct
from pathlib import Path

import numpy as np

from gigacampus.foundation.spreadsheet import inert


def write_levels_geojson(path: Path, lat_lon: np.ndarray, columns: dict[str, np.ndarray], names: list[str]) -> None:
    """Points with levels as properties."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(float(b), 6), round(float(a), 6)]},
            "properties": {"name": names[i], **{k: round(float(v[i]), 2) for k, v in columns.items()}},
        }
        for i, (a, b) in enumerate(lat_lon)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def write_levels_csv(path: Path, lat_lon: np.ndarray, columns: dict[str, np.ndarray], names: list[str]) -> None:
    """The same points as a table."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "lat", "lon", *map(inert, columns)])
        for i, (a, b) in enumerate(lat_lon):
            writer.writerow([inert(names[i]), f"{a:.6f}", f"{b:.6f}", *(f"{float(v[i]):.2f}" for v in columns.values())])


def write_geotiff(path: Path, values: np.ndarray, *, west_deg: float, north_deg: float, step_lon_deg: float, step_lat_deg: float) -> None:
    """Levels as a float32 GeoTIFF in degrees; ``values`` runs from north to south. Source: TIFF 6.0, OGC GeoTIFF 1.1."""
    data = np.ascontiguousarray(values, dtype="<f4")
    rows, columns = data.shape
    scale = struct.pack("<3d", step_lon_deg, step_lat_deg, 0.0)
    tie = struct.pack("<6d", 0.0, 0.0, 0.0, west_deg, north_deg, 0.0)
    keys = struct.pack("<16H", 1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)
    count = 14
    extra_at = 8 + 2 + 12 * count + 4
    places = {"scale": extra_at, "tie": extra_at + len(scale), "keys": extra_at + len(scale) + len(tie)}
    data_at = places["keys"] + len(keys)
    entries = [
        (256, 4, 1, columns),
        (257, 4, 1, rows),
        (258, 3, 1, 32),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, data_at),
        (277, 3, 1, 1),
        (278, 4, 1, rows),
        (279, 4, 1, data.nbytes),
        (284, 3, 1, 1),
        (339, 3, 1, 3),
        (33550, 12, 3, places["scale"]),
        (33922, 12, 6, places["tie"]),
        (34735, 3, 16, places["keys"]),
    ]
    directory = struct.pack("<H", count) + b"".join(struct.pack("<HHII", *e) for e in entries) + struct.pack("<I", 0)
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 8) + directory + scale + tie + keys + data.tobytes())
