"""Where the plants of a run stand."""

from __future__ import annotations

from gigacampus.results.result import Result


def centres(result: Result) -> dict[str, tuple[float, float]]:
    """Where each campus's plant stands: its stacks if they are elsewhere, else its site."""
    out = {}
    for name in result.coords["campus"]:
        spec = result.scenario["campuses"][name]
        air, site = spec.get("air", {}), spec["site"]
        out[name] = (air.get("stack_lat") or site["lat"], air.get("stack_lon") or site["lon"])
    return out
