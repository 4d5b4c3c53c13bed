"""Short loud events of a campus: vents and blow-offs with starts and stops, bangs; where, how loud, how often."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.errors import nearest, refuse
from gigacampus.neighbours.noise.geometry.local_projection import east_north_m
from gigacampus.neighbours.noise.sources.spectra import shaped_spectrum_db


def event_places_m(campus: Any) -> np.ndarray:
    """East, north and height of each event: its own place, else that of its block, else the site; (event, 3)."""
    site, rows = campus.site, []
    for event in campus.noise.events.values():
        place = event if event.lat is not None and event.lon is not None else campus.noise.placements.get(event.block, site)
        rows.append([*east_north_m(place.lat, place.lon, site_lat=site.lat, site_lon=site.lon), event.height_m])
    return np.array(rows, dtype=float).reshape(-1, 3)


def event_powers_db(campus: Any) -> np.ndarray:
    """Highest octave sound power of each event, with the shape of an exhaust; (event, band)."""
    return np.stack([shaped_spectrum_db("gas_turbine", "exhaust", sound_power_dba=e.sound_power_dba) for e in campus.noise.events.values()])


def events_by_month(campus: Any, starts: dict[str, np.ndarray], months: int) -> np.ndarray:
    """How often each event happens; a block stops as often as it starts; (event, month).

    ``starts`` holds the starts of each generator block by month.
    """
    rows = []
    for key, event in campus.noise.events.items():
        if event.block and event.block not in starts:
            raise refuse(
                f"no generator block is called {event.block!r}",
                path=f"campuses.*.noise.events.{key}.block",
                nearest=nearest(event.block, list(starts)),
                fix="name a block of kind generators of the same campus",
            )
        by_block = starts.get(event.block, np.zeros(months))
        rows.append(event.per_month + (event.per_start + event.per_stop) * by_block)
    return np.array(rows, dtype=float).reshape(-1, months)
