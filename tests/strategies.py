"""Hypothesis strategies: whole scenarios as plain data, built from the JSON schema, so that new fields are covered by themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from gigacampus.scenario.file_schema import typed_schema
from gigacampus.scenario.weather.year import typical_year
from gigacampus.schema.power import SiteSpec

SKIP = ("library", "uncertainty", "correlations", "goals", "baseline", "campuses", "run", "horizon", "as_of", "title")
"""Keys that the skeleton sets itself, or that only make sense together."""
PLACES = ("weather", "user_load_csv")
STATIONS = ("", "lib:weather/abilene_tx", "lib:weather/council_bluffs_ia", "lib:weather/milwaukee_wi")
"""Weather that a site may name; empty: the default."""
SAFE_TEXT = st.text(
    st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd", "Zs", "Po"), exclude_characters="\u00a0"), max_size=20
).filter(lambda text: "lib:" not in text)


@cache
def _schema() -> dict[str, Any]:
    return typed_schema()


def _of(node: dict[str, Any]) -> st.SearchStrategy[Any] | None:
    """A strategy for the values of one scalar schema node; None where the loader needs more than the type."""
    if "anyOf" in node:
        options = [s for option in node["anyOf"] if option.get("type") != "null" and (s := _of(option)) is not None]
        return st.one_of(options) if options else None
    if "enum" in node:
        return st.sampled_from(node["enum"])
    kind = node.get("type")
    if kind == "boolean":
        return st.booleans()
    low, high = _bounds(node)
    if kind == "integer":
        return st.integers(int(low), int(min(high, 1e6)))
    if kind == "number":
        strict = {"exclude_min": "exclusiveMinimum" in node, "exclude_max": "exclusiveMaximum" in node}
        return st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False, **strict)
    return None


def _bounds(node: dict[str, Any]) -> tuple[float, float]:
    low = max(node.get("minimum", -1e12), node.get("exclusiveMinimum", -1e12))
    return low, min(node.get("maximum", 1e12), node.get("exclusiveMaximum", 1e12))


@st.composite
def settings_of(draw: st.DrawFn, type_name: str) -> dict[str, Any]:
    """A few scalar fields of one type with values inside their bounds."""
    fields = _schema()["$defs"][type_name]["properties"]
    usable = {name: s for name, node in fields.items() if name not in PLACES and (s := _of(node)) is not None}
    chosen = draw(st.lists(st.sampled_from(sorted(usable)), unique=True, max_size=4)) if usable else []
    return {name: draw(usable[name]) for name in chosen}


@st.composite
def sites(draw: st.DrawFn) -> dict[str, Any]:
    """A place within 1.8 degrees each way (less than 300 km) of the station whose weather it names, or of the default one."""
    named = draw(st.sampled_from(STATIONS))
    station = typical_year(named or SiteSpec.model_fields["weather"].default)
    assert station.lat is not None and station.lon is not None
    lat, lon = (draw(st.floats(middle - 1.8, middle + 1.8)) for middle in (station.lat, station.lon))
    return {"lat": lat, "lon": lon} | ({"weather": named} if named else {})


@st.composite
def campuses(draw: st.DrawFn) -> dict[str, Any]:
    """One campus: a site, some blocks, some rules."""
    blocks: dict[str, Any] = {"grid": {"kind": "grid_tranche", "mw": draw(st.floats(1, 900)), "in_service": "2025-03-01"}}
    if draw(st.booleans()):
        blocks["turbines"] = {
            "kind": "generators",
            "model": "lib:generators/sample_turbine",
            "count": draw(st.integers(1, 40)),
            "in_service": draw(st.dates().filter(lambda d: 2020 <= d.year <= 2040)).isoformat(),
        }
    campus: dict[str, Any] = {"title": draw(SAFE_TEXT), "site": draw(sites()), "blocks": blocks}
    for key, name in (("power", "PowerSpec"), ("water", "WaterSpec"), ("traffic", "TrafficSpec")):
        campus[key] = draw(settings_of(name))
    return campus


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A whole scenario as plain data, without sampling nonsense together: every field keeps to its own bounds."""
    names = draw(st.lists(st.sampled_from(["north", "south", "a_1", "zz"]), min_size=1, max_size=2, unique=True))
    return {
        "title": draw(SAFE_TEXT),
        "as_of": "2026-01-06",
        "horizon": {"start": "2025-01-01", "months": draw(st.integers(1, 240))},
        "run": {"worlds": draw(st.integers(1, 64)), "draws": draw(st.integers(1, 2048)), "seed": draw(st.integers(0, 2**53))},
        "campuses": {name: draw(campuses()) for name in names},
        "weather": {"shift_c": draw(st.floats(-5, 5))},
        "uncertainty": draw(
            st.dictionaries(st.sampled_from([f"campuses.{n}.power.forced_outage_frac" for n in names]), distributions(0.0, 1.0), max_size=2)
        ),
    }


@st.composite
def distributions(draw: st.DrawFn, low: float, high: float) -> dict[str, Any]:
    """A distribution whose support lies between ``low`` and ``high``."""
    a, b, c = sorted(draw(st.lists(st.floats(low, high, allow_subnormal=False), min_size=3, max_size=3, unique=True)))
    return draw(
        st.sampled_from(
            [
                {"kind": "uniform", "low": a, "high": c},
                {"kind": "triangular", "low": a, "mode": b, "high": c},
                {"kind": "choice", "values": [a, b, c]},
                {"kind": "empirical", "quantiles": [[0, a], [0.4, b], [1, c]]},
            ]
        )
    )
