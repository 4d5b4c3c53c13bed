"""Real geodata in and out: buildings, walls, ground, terrain and receivers from files; levels as GeoJSON, CSV and GeoTIFF."""
