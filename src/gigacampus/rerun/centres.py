"""Where the plants of a run stand."""

from __future__ import annotations

from gigacampus.neighbours.receptors import stack_position
from gigacampus.results.result import Result


def centres(result: Result) -> dict[str, tuple[float, float]]:
    """Where each campus's plant stands: its stacks if they are elsewhere, else its site."""
    out = {}
    for name in result.coords["campus"]:
        spec = result.scenario["campuses"][name]
        air, site = spec.get("air", {}), spec["site"]
        stacks = {key: air.get(key) for key in ("stack_lat", "stack_lon")}
        out[name] = stack_position(site_lat=site["lat"], site_lon=site["lon"], **stacks)
    return out
