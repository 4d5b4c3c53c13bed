"""A tracked campus as a scenario: what the tracker says is cited, what it does not say is assumed and marked so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from gigacampus.atlas.campuses import Campus
from gigacampus.foundation.source_tree import plain
from gigacampus.scenario import library

SOURCE = "E1"
START, MONTHS = "2025-01-01", 72
TARIFF = "lib:tariffs/flat_60"
GRID_MARGIN = 1.1
"""Grid connection over facility power: assumed, no tracker says it."""
HEAT_MARGIN = 1.1
"""Cooling plant over the heat of the IT: assumed."""
PLAIN_MODEL, PLAIN_COOLING = "gb200", "air_chiller_generic"
"""Stand-ins where the tracker names no chip and no kind of cooling: assumed."""
GENERATOR, UNIT_MW = "titan_130", 16.5
"""Unit that stands for generators on a site: assumed, sized by the nameplate that is known."""
LEAST_PUE, MOST_PUE, PUE_BELOW, PUE_ABOVE = 1.05, 2.0, 0.93, 1.1
"""Bounds of the ratio that the tracker's two powers imply, and how far the truth may lie: assumed."""
FAR_KM = 20_000.0
HALF_WIDTH_M = {"campus": 200.0, "exact": 200.0, "town": 8_000.0}
COUNTY_HALF_WIDTH_M = 30_000.0


def document(campus: Campus) -> dict[str, Any]:
    """The scenario of a campus as plain data."""
    key, station = campus.key, campus.station
    lat, lon = (campus.lat, campus.lon) if campus.has_weather else (station.lat, station.lon)
    wide = HALF_WIDTH_M.get(campus.precision, COUNTY_HALF_WIDTH_M)
    site = {"lat": lat, "lon": lon, "weather": f"lib:weather/{station.key}", "weather_within_km": FAR_KM, "location_half_width_m": wide}
    here: dict[str, Any] = {
        "title": campus.name,
        "site": site,
        "power": {"tariff": TARIFF, "order": "onsite_first" if campus.onsite_mw else "grid_first"},
        "cooling": {"design_pue": pue(campus)},
        "blocks": dict(blocks(campus)),
    }
    if campus.homes:
        here["receptors"] = {
            h.key: {"title": h.title, "kind": "population_centre", "lat": h.lat, "lon": h.lon, "people": h.people, "confidence": "seen"}
            for h in campus.homes
        }
    return {
        "title": f"{campus.name}, as tracked on {campus.known_from}",
        "as_of": campus.known_from,
        "horizon": {"start": START, "months": MONTHS},
        "campuses": {key: here},
        "uncertainty": uncertainty(campus),
        "run": {"worlds": 5, "draws": 4},
    }


def pue(campus: Campus) -> float:
    """Facility power over IT power of the last step, within bounds."""
    steps = [s for s in campus.steps if s.it_mw > 0.0]
    ratio = steps[-1].facility_mw / steps[-1].it_mw if steps else 1.3
    return round(min(max(ratio, LEAST_PUE), MOST_PUE), 3)


def uncertainty(campus: Campus) -> dict[str, Any]:
    """How late what is still planned may come, by the fitted slip, and how far the design may lie."""
    middle, path = pue(campus), f"campuses.{campus.key}"
    low, high = max(1.01, round(middle * PUE_BELOW, 3)), round(middle * PUE_ABOVE, 3)
    return {
        f"{path}.schedule.construction_slip_quantile": {"kind": "uniform", "low": 0, "high": 1},
        f"{path}.cooling.design_pue": {"kind": "triangular", "low": low, "mode": middle, "high": high},
    }


@cache
def server_kw(model: str, day: str) -> float:
    """Power of a server per accelerator as known on a day, kW."""
    entry, _ = library.entry_tree("accelerators", model, date.fromisoformat(day), root=library.ROOT)
    return float(plain(entry)["server_kw"])


def blocks(campus: Campus) -> Iterator[tuple[str, dict[str, Any]]]:
    """Accelerators, grid and cooling for each rise of the tracked IT power, and the generators that are known. A fall is not followed."""
    it_mw = 0.0
    for n, step in enumerate(campus.steps, start=1):
        rise = step.it_mw - it_mw
        if rise <= 0.0:
            continue
        it_mw = step.it_mw
        model = step.model or PLAIN_MODEL
        dated = {"in_service": step.date, "slips": step.forecast, "known_from": campus.known_from, "source": SOURCE}
        count = round(1000.0 * rise / server_kw(model, campus.known_from))
        yield (
            f"chips_{n}",
            {
                "kind": "accelerators",
                "model": f"lib:accelerators/{model}",
                "count": count,
                **dated,
                "confidence": "derived" if step.model else "assumed",
            },
        )
        grid_mw = round(GRID_MARGIN * PUE_ABOVE * pue(campus) * rise, 1)
        yield f"grid_{n}", {"kind": "grid_tranche", "mw": grid_mw, **dated, "confidence": "assumed"}
        plant = {"kind": "cooling", "model": f"lib:cooling/{campus.cooling or PLAIN_COOLING}", "heat_mw": round(HEAT_MARGIN * rise, 1)}
        yield f"plant_{n}", {**plant, **dated, "confidence": "derived" if campus.cooling else "assumed"}
    if campus.onsite_mw and campus.steps:
        first = campus.steps[0].date
        known = {"known_from": campus.known_from, "source": campus.onsite_source, "confidence": "assumed"}
        count = round(campus.onsite_mw / UNIT_MW)
        yield (
            "generators",
            {
                "kind": "generators",
                "model": f"lib:generators/{GENERATOR}",
                "count": count,
                "control": "scr",
                "in_service": first,
                "slips": False,
                **known,
            },
        )


def text(campus: Campus) -> str:
    """The scenario of a campus as a file: JSON, which is YAML, one line for each block."""
    made = document(campus)
    here = made["campuses"][campus.key]
    lines = [
        f"# Made by `gigacampus world` from library/sites/world.csv: Epoch AI, Frontier Data Centers (CC BY 4.0), {campus.known_from}."
    ]
    lines += [f"# {said}" for said in assumptions(campus)]
    lines += [f"{name}: {json.dumps(value)}" for name, value in made.items() if name not in ("campuses", "uncertainty")]
    lines += ["campuses:", f"  {campus.key}:"]
    lines += [f"    {name}: {json.dumps(value)}" for name, value in here.items() if name not in ("blocks", "receptors")]
    for name in ("blocks", "receptors"):
        if here.get(name):
            lines += [f"    {name}:", *(f"      {key}: {json.dumps(value)}" for key, value in here[name].items())]
    lines += ["uncertainty:", *(f"  {path}: {json.dumps(value)}" for path, value in made["uncertainty"].items())]
    return "\n".join(lines) + "\n"


def assumptions(campus: Campus) -> list[str]:
    """What is not known of a campus, and what stands in for it; one sentence each."""
    station = campus.station
    said = [f"Place: the point of the {campus.precision} ({campus.town}), {campus.place_confidence}."]
    if not campus.has_weather:
        said.append(f"Weather: {station.key}, {station.km:,.0f} km away, stands in; the site is set there. Water is not known.")
    elif station.km > 100.0:
        said.append(f"Weather: {station.key}, {station.km:,.0f} km away, stands in.")
    if not campus.cooling:
        said.append(f"Cooling: not known; {PLAIN_COOLING} stands in. Water is not known.")
    if not all(step.model for step in campus.steps):
        said.append(f"Chips: not known for some steps; {PLAIN_MODEL} stands in, in the number that draws the tracked power.")
    if campus.onsite_mw is None:
        said.append(f"Power: generators on the site are not known; a grid connection {GRID_MARGIN:g} times what is needed is assumed.")
    else:
        said.append(f"Power: {campus.onsite_mw:g} MW of generators on the site, as {GENERATOR}; a grid that carries the rest is assumed.")
    if not campus.steps:
        said.append("Power: the tracker names none, so nothing is built.")
    return said
