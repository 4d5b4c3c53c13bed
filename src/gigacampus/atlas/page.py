"""The atlas as one page: totals, map, ranking, a small drawing for each campus; nothing is fetched, nothing runs."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence

from gigacampus.atlas.campuses import NEAR_KM, Campus
from gigacampus.atlas.rows import NOT_KNOWN, PEOPLE, Band, Row, years
from gigacampus.atlas.scenarios import assumptions
from gigacampus.atlas.tables import CSV, PARQUET
from gigacampus.report.markup import details, esc, table
from gigacampus.report.words import significant
from gigacampus.scenario.places import outlines

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #d9dee3; --mark: #b3470b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #14171a; --faint: #3a4046; --mark: #f0935a; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
body { max-width: 72rem; margin: auto; padding: 1rem; }
table { border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.2rem 0.6rem; text-align: left; border-bottom: 1px solid var(--faint); }
.number { text-align: right; font-variant-numeric: tabular-nums; } .scroll { overflow: auto; max-height: 34rem; }
.unseen { position: absolute; clip-path: inset(50%); } a { color: inherit; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; } .small figure { margin: 0; }
figcaption { font-size: 0.875rem; } svg { width: 100%; height: auto; } .land { fill: none; stroke: var(--faint); }
.place { fill: var(--mark); fill-opacity: 0.6; stroke: var(--paper); } .band { fill: var(--mark); fill-opacity: 0.25; }
.line { fill: none; stroke: var(--mark); stroke-width: 2; } .axis { stroke: var(--faint); } text { fill: var(--ink); font-size: 10px; }
"""
WEST, EAST, SOUTH, NORTH = -125.0, -66.5, 24.0, 49.6
MAP_WIDTH, SMALL_WIDTH, SMALL_HEIGHT = 900.0, 200.0, 80.0
MIDDLE_LAT = 37.0
RADIUS_PER_SQRT_GW = 14.0
NOW, SOON = "2026", "2028"
M3_PER_MILLION = 1e6


def page(rows: Sequence[Row]) -> str:
    """The whole document; campuses in the order of their facility power at the end of ``SOON``."""
    ranked = sorted(rows, key=lambda row: (-_middle(row, "facility_design_mw", SOON), row.campus.name))
    body = "".join(
        f"<section><h2>{esc(title)}</h2>{inside}</section>"
        for title, inside in (
            ("By owner", _owners(ranked)),
            ("Where they stand", _map(ranked)),
            ("Ranking", _ranking(ranked)),
            ("Facility power, GW, at the end of each year", _small(ranked)),
            ("What stands behind each campus", _behind(ranked)),
        )
    )
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Tracked AI campuses</title>'
        f"<style>{STYLE}</style></head><body><main><h1>Tracked AI campuses</h1>{_lead(rows)}{body}</main></body></html>\n"
    )


def _lead(rows: Sequence[Row]) -> str:
    known = rows[0].campus.known_from if rows else ""
    return (
        f"<p>{len(rows)} campuses as tracked on {esc(known)}: megawatts, chips and dates by Epoch AI, Frontier Data Centers "
        "(CC BY 4.0), points of towns by GeoNames (CC BY 4.0). "
        "Everything else is computed from them and from defaults that are marked below; medians with 10-90 % bands over a few sampled "
        "worlds. What no table says is called not known.</p>"
        f'<p>Download: <a href="{CSV}" download>table as CSV</a>, <a href="{PARQUET}" download>as Parquet</a>; '
        "each campus's scenario lies in the folder <code>scenarios</code> and runs alone.</p>"
    )


def _middle(row: Row, name: str, year: str) -> float:
    band = row.band(name, year)
    return band[1] if band else 0.0


def _banded(band: Band | None, scale: float = 1.0) -> str:
    """A median with its band as text; words where it is not known."""
    if band is None:
        return NOT_KNOWN
    low, middle, high = (significant(value / scale) for value in band)
    return middle if low == high else f"{middle} ({low} to {high})"


def _owners(rows: Sequence[Row]) -> str:
    names = sorted({row.campus.owner or NOT_KNOWN for row in rows})
    power: dict[str, list[float]] = {}
    for name in names:
        mine = [row for row in rows if (row.campus.owner or NOT_KNOWN) == name]
        sums = [sum(_middle(row, "facility_design_mw", year) for row in mine) / 1000.0 for year in (NOW, SOON)]
        power[name] = [len(mine), *(float(f"{gw:.3g}") for gw in sums)]
    cells = sorted(([name, *found] for name, found in power.items()), key=lambda row: (-power[str(row[0])][2], str(row[0])))
    return table(["owner", "campuses", f"GW at the end of {NOW}, sum of medians", f"GW at the end of {SOON}"], cells, "Power by owner")


def _xy(lat: float, lon: float) -> tuple[float, float]:
    """Point on the map in its own units: equal steps of longitude and of latitude at ``MIDDLE_LAT``."""
    scale = MAP_WIDTH / (EAST - WEST)
    return (lon - WEST) * scale, (NORTH - lat) * scale / math.cos(math.radians(MIDDLE_LAT))


def _map(rows: Sequence[Row]) -> str:
    inside = [row for row in rows if WEST <= row.campus.lon <= EAST and SOUTH <= row.campus.lat <= NORTH]
    outside = [row.campus for row in rows if row not in inside]
    height = _xy(SOUTH, WEST)[1]
    land = "".join(
        _ring(ring) for code, polygons in outlines().items() if code not in ("AK", "HI") for polygon in polygons for ring in polygon[:1]
    )
    places = "".join(_place(row) for row in inside)
    said = "; ".join(f"{c.name} ({c.town}, {c.country})" for c in outside)
    return (
        f'<figure><svg viewBox="0 0 {MAP_WIDTH:.0f} {height:.0f}" role="img" aria-label="Map of the campuses in the United States">'
        f'<path class="land" d="{land}"/>{places}</svg><figcaption>Area of a circle: facility power at the end of {SOON}. '
        f"Not on this map: {esc(said) or 'none'}.</figcaption></figure>"
    )


def _ring(ring: Sequence[Sequence[float]]) -> str:
    return "M" + "L".join("{:.1f},{:.1f}".format(*_xy(lat, lon)) for lon, lat in ring) + "Z"


def _place(row: Row) -> str:
    x, y = _xy(row.campus.lat, row.campus.lon)
    power_gw = _middle(row, "facility_design_mw", SOON) / 1000.0
    radius = max(2.0, RADIUS_PER_SQRT_GW * math.sqrt(power_gw))
    title = f"{row.campus.name}: {significant(power_gw)} GW"
    return f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{esc(title)}</title></circle>'


def _ranking(rows: Sequence[Row]) -> str:
    columns = [
        "campus",
        "owner",
        "users",
        *(f"GW, end of {year}" for year in (NOW, SOON)),
        f"H100 equivalents, end of {NOW}",
        f"turbines, end of {SOON}",
        f"water in {SOON}, million m³",
        f"CO₂ on site in {SOON}, Mt",
        f"CO₂ of the grid in {SOON}, Mt",
        f"people within {NEAR_KM:g} km",
        *(f"of these by night at {name.rsplit('_', 1)[1]} dBA or more, {SOON}" for name in PEOPLE),
        "tax rules",
    ]
    return table(columns, [_ranked(row) for row in rows], "Campuses by power")


def _ranked(row: Row) -> list[object]:
    c, near = row.campus, row.campus.people_near
    return [
        c.name,
        c.owner or NOT_KNOWN,
        c.users or NOT_KNOWN,
        *(_banded(row.band("facility_design_mw", year), 1000.0) for year in (NOW, SOON)),
        _banded(row.band("h100e_in_service", NOW)),
        _banded(row.band("unit_count", SOON)),
        _banded(row.band("water_m3", SOON), M3_PER_MILLION),
        _banded(row.band("co2_t", SOON), 1e6),
        _banded(row.band("co2_grid_t", SOON), 1e6),
        NOT_KNOWN if near is None else f"{near:,.0f}",
        *(_people(row, name) for name in PEOPLE),
        f"known, {c.state}" if c.tax_rules else NOT_KNOWN,
    ]


def _people(row: Row, name: str) -> str:
    near = row.campus.people_near
    return NOT_KNOWN if near is None else _banded(row.band(name, SOON)) if near else "0"


def _small(rows: Sequence[Row]) -> str:
    """One drawing a campus, each on its own scale, with its largest figure in words."""
    named = years(rows)
    return f'<div class="small">{"".join(_drawing(row, named) for row in rows)}</div>'


def _drawing(row: Row, named: Sequence[str]) -> str:
    bands = [row.band("facility_design_mw", year) or (0.0, 0.0, 0.0) for year in named]
    top = max((band[2] for band in bands), default=0.0) or 1.0
    step = SMALL_WIDTH / max(1, len(named) - 1)
    points = [[f"{k * step:.1f},{SMALL_HEIGHT * (1.0 - band[end] / top):.1f}" for k, band in enumerate(bands)] for end in range(3)]
    words = ", ".join(f"{year}: {_banded(band, 1000.0)}" for year, band in zip(named, bands, strict=True))
    around, middle = " ".join([*points[0], *reversed(points[2])]), " ".join(points[1])
    below, most = SMALL_HEIGHT + 12.0, max((band[2] for band in bands), default=0.0) / 1000.0
    first, last = (named[0], named[-1]) if named else ("", "")
    return (
        f'<figure><svg viewBox="-4 -4 {SMALL_WIDTH + 8:.0f} {SMALL_HEIGHT + 20:.0f}" role="img" '
        f'aria-label="{esc(row.campus.name)}, GW: {esc(words)}">'
        f'<line class="axis" x1="0" x2="{SMALL_WIDTH:.0f}" y1="{SMALL_HEIGHT:.0f}" y2="{SMALL_HEIGHT:.0f}"/>'
        f'<polygon class="band" points="{around}"/><polyline class="line" points="{middle}"/>'
        f'<text x="0" y="{below:.0f}">{esc(first)}</text>'
        f'<text x="{SMALL_WIDTH:.0f}" y="{below:.0f}" text-anchor="end">{esc(last)}</text></svg>'
        f"<figcaption>{esc(row.campus.name)}: {f'up to {significant(most)} GW' if row.campus.steps else NOT_KNOWN}</figcaption></figure>"
    )


def _behind(rows: Sequence[Row]) -> str:
    return "".join(details(row.campus.name, _told(row.campus)) for row in rows)


def _told(campus: Campus) -> str:
    rules = campus.tax_rules or [f"Tax rules: {NOT_KNOWN}."]
    said = [f"Owner: {campus.owner or NOT_KNOWN}; users: {campus.users or NOT_KNOWN}.", *assumptions(campus), *rules]
    return f"<ul>{''.join(f'<li>{esc(text)}</li>' for text in said)}</ul>"
