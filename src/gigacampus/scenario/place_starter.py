"""A scenario of a place that a stranger names: where, how large, how powered; what nobody said is a default, cited and told."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import date

from gigacampus.foundation.errors import refuse
from gigacampus.scenario import places
from gigacampus.scenario.file_schema import MODELINE
from gigacampus.scenario.templates import PUE, named_order
from gigacampus.scenario.weather.site import REFUSED_KM

POWERS = ("grid", "gas", "hybrid")
FARTHEST_KM = 1500.0
"""Beyond this the library has no weather that says anything about a place."""
BLOCKS_KM, TOWNS_KM, RING_KM = 8.0, 15.0, 1.0
AROUND_KM = 2.0
"""People of a town whose centre is nearer live around the campus: counting them all at one point would be wrong."""
SECTORS, MOST_HOMES, MOST_TOWNS = 8, 10, 6
LARGE_MW = 100.0
UNITS = {False: ("titan_130", 15.0), True: ("titan_350", 32.0)}
"""Turbine of a small and of a large plant, and what is counted on from one on a warm day, MW."""
SERVER_KW = 1.8
OPENING_USD_PER_IT_MW = 43e6
FLAT_USD_PER_MWH, WATER_USD_PER_M3 = 60.0, 1.0
SLIP = "slip_epoch_2026"
SLIP_KNOWN, OLDER_SLIP = date(2026, 8, 3), "slip_reference_2025"


@dataclass(frozen=True)
class Wish:
    """What the user said."""

    title: str
    lat: float
    lon: float
    mw: float
    power: str = "grid"
    company: bool = True
    as_of: date = field(default_factory=date.today)
    weather: str = ""
    """A weather file of the user's own, by its name beside the scenario; empty: the nearest station of the library."""


@dataclass(frozen=True)
class Default:
    """One value that nobody said: where it stands in the scenario, and how far it may be trusted."""

    path: str
    value: object
    unit: str
    source: str
    confidence: str
    note: str

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.path} = {self.value}{unit} ({self.confidence}, {self.source}: {self.note})"


@dataclass(frozen=True)
class Campus:
    """The text of a scenario, and every default in it."""

    text: str
    defaults: tuple[Default, ...]
    told: tuple[str, ...]
    """What was found around the place, in sentences."""


def campus_at(wish: Wish) -> Campus:
    """Scenario text for a place, with the defaults of its state; refuses what cannot be a campus.

    >>> found = campus_at(Wish("Mine", 32.47, -91.63, 300.0, company=False, as_of=date(2026, 10, 1)))
    >>> "company: null" in found.text, found.told[0]
    (True, 'place: 32.47, -91.63, in Louisiana')
    """
    if wish.power not in POWERS:
        raise refuse(f"no power called {wish.power!r}", path="--power", fix=f"one of {', '.join(POWERS)}")
    if not 1.0 <= wish.mw <= 10_000.0:
        raise refuse(f"{wish.mw:g} MW is no campus", path="--mw", fix="facility power in MW, 1 to 10,000")
    state = places.state_at(wish.lat, wish.lon)
    where = f"in {state.name}" if state else "outside of the United States: prices and taxes are no state's"
    weather, told = _weather(wish)
    rules, energy, co2, defaults = _state_lines(state)
    homes, found = _receptors(wish)
    spread, spread_defaults = _spread(wish, energy)
    defaults = [*weather[1], *defaults, *spread_defaults, *found[1]]
    text = "\n".join(
        [
            MODELINE,
            f"title: {_quoted(wish.title)}",
            "# What nobody said is a default, marked with its confidence and source (keys of `gigacampus sources`): change it.",
            f"as_of: {wish.as_of}",
            f"horizon: {{start: {wish.as_of.replace(day=1)}, months: 60}}",
            "campuses:",
            "  campus:",
            f"    title: {_quoted(wish.title)}",
            weather[0],
            *rules,
            f"    power: {{tariff: lib:tariffs/flat_60{named_order(wish.power)}, grid_co2_t_per_mwh: {co2}}}",
            f"    schedule: {{model: lib:schedule/{SLIP if wish.as_of >= SLIP_KNOWN else OLDER_SLIP}}}",
            *_blocks(wish),
            *homes,
            f"library: {{tariffs: {{flat_60: {{energy_usd_per_mwh: {energy:g}}}}}}}",
            *spread,
            "run: {worlds: 16, draws: 256}",
            "",
        ]
    )
    return Campus(text, tuple(defaults), (f"place: {wish.lat:g}, {wish.lon:g}, {where}", told, found[0]))


def _weather(wish: Wish) -> tuple[tuple[str, list[Default]], str]:
    """The site's line with its defaults, and what to tell of the weather."""
    if wish.weather:
        line = f"    site: {{lat: {wish.lat}, lon: {wish.lon}, weather: {_quoted(wish.weather)}}}"
        return (line, []), f"weather: {wish.weather}"
    station = places.nearest_station(wish.lat, wish.lon)
    if station.km > FARTHEST_KM:
        raise refuse(
            f"the nearest weather of the library is {station.km:,.0f} km away ({station.key})",
            path="--at",
            fix="bring weather of the place: --weather FILE.epw (or .csv)",
        )
    within = f", weather_within_km: {math.ceil(station.km / 10) * 10}" if station.km > REFUSED_KM else ""
    far = f"{station.km:,.0f} km away"
    line = (
        f"    site: {{lat: {wish.lat}, lon: {wish.lon}, elevation_m: {station.elevation_m:g}, weather: lib:weather/{station.key}{within}}}"
        f"  # weather {far}; height is the station's (assumed)"
    )
    defaults = [
        Default(
            "campuses.campus.site.weather", f"lib:weather/{station.key}", "", "PW14", "assumed", f"nearest station of the library, {far}"
        ),
        Default("campuses.campus.site.elevation_m", station.elevation_m, "m", "PW14", "assumed", "height of that station"),
    ]
    return (line, defaults), f"weather: station {station.key}, {far}" + (": the air of another place" if station.km > REFUSED_KM else "")


def _state_lines(state: places.State | None) -> tuple[list[str], float, float, list[Default]]:
    """Lines of tax and water, energy price and carbon of the grid, from the state or, elsewhere, from round figures."""
    energy = state.energy_usd_per_mwh if state else FLAT_USD_PER_MWH
    co2 = state.grid_co2_t_per_mwh if state else 0.4
    sales, exempt = (state.sales_tax_frac, state.sales_tax_exempt_frac) if state else (0.0, 0.0)
    body = {"TN": "tennessee", "MS": "mississippi"}.get(state.code, "generic") if state else "none"
    known, tax, air = ("recalled", "PL2", "PL3") if state else ("assumed", "A0", "A0")
    name = state.name if state else "no state"
    county = (
        f"    county: {{state: {body}, sales_tax_frac: {sales:g}, sales_tax_exempt_frac: {exempt:g}, property_tax_frac: 0.015}}"
        f"  # {known}, {tax}; property tax assumed"
    )
    campus = [f"    water: {{price_usd_per_m3: {WATER_USD_PER_M3:g}}}  # assumed", county]
    defaults = [
        Default(
            "library.tariffs.flat_60.energy_usd_per_mwh", energy, "USD/MWh", "PL1" if state else "A0", known, f"industrial mean, {name}"
        ),
        Default("campuses.campus.power.grid_co2_t_per_mwh", co2, "t/MWh", air, known, f"generation, {name}"),
        Default("campuses.campus.county.sales_tax_frac", sales, "share", tax, known, f"general rate, {name}"),
        Default(
            "campuses.campus.county.sales_tax_exempt_frac", exempt, "share", tax, known, "programme for data centres; thresholds unchecked"
        ),
        Default("campuses.campus.county.property_tax_frac", 0.015, "share", "A0", "assumed", "of true value"),
        Default("campuses.campus.water.price_usd_per_m3", WATER_USD_PER_M3, "USD/m3", "A0", "assumed", "the same everywhere"),
    ]
    return campus, energy, co2, defaults


def _blocks(wish: Wish) -> list[str]:
    """Supply, hall, cooling and chips that fit a facility of the wished power, in service two months after the day."""
    it_mw = round(wish.mw / PUE, 1)
    chips = int(it_mw * 1000 / SERVER_KW)
    opens, chips_in = (_month_after(wish.as_of, n) for n in (2, 3))
    model, warm_mw = UNITS[wish.mw > LARGE_MW]
    share = {"grid": 0.0, "gas": 1.0, "hybrid": 0.5}[wish.power]
    lines = ["    blocks:  # dates and makes are assumed"]
    if share < 1.0:
        lines.append(f"      grid: {{kind: grid_tranche, mw: {wish.mw * 1.1 * (1 - share):.1f}, in_service: {opens}}}")
    if share > 0.0:
        count = math.ceil(wish.mw * share / warm_mw) + 1
        lines.append(
            f"      turbines: {{kind: generators, model: lib:generators/{model}, count: {count}, control: scr, in_service: {opens}}}"
        )
    return [
        *lines,
        f"      hall: {{kind: hall, it_mw: {it_mw}, in_service: {opens}}}",
        f"      cooling: {{kind: cooling, model: lib:cooling/dry_cooler_generic, heat_mw: {it_mw * 1.05:.1f}, in_service: {opens}}}",
        f"      chips: {{kind: accelerators, model: lib:accelerators/gb200, count: {chips}, in_service: {chips_in}}}",
    ]


def _month_after(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _receptors(wish: Wish) -> tuple[list[str], tuple[str, list[Default]]]:
    """Lines of the receptors, and what to tell of the people around."""
    blocks = places.homes(wish.lat, wish.lon, BLOCKS_KM)
    near = _spread_round(blocks)
    lines = [_receptor(h, 50.0, "seen", "X3") for h in near]
    said = f"people: {sum(h.people for h in blocks):,.0f} within {BLOCKS_KM:g} km (census of 2020); {len(near)} block groups are receptors"
    if not blocks:
        around = places.towns(wish.lat, wish.lon, TOWNS_KM)[:MOST_TOWNS]
        lines = [*_ring(wish), *(_receptor(h, 1500.0, "derived", "PL5") for h in around)]
        people = f"{len(around)} towns within {TOWNS_KM:g} km are receptors" if around else f"no town within {TOWNS_KM:g} km"
        said = f"people: no census blocks are bundled here; {people}, beside four points at {RING_KM:g} km"
    note = "places where levels are worked out; add the homes that you know"
    default = Default("campuses.campus.receptors", len(lines), "places", "X3" if blocks else "PL5", "seen" if blocks else "assumed", note)
    return ["    receptors:", *lines], (said, [default])


def _spread_round(blocks: list[places.Home]) -> list[places.Home]:
    """The nearest block group in each of eight directions, then the nearest of the rest."""
    first: dict[int, places.Home] = {}
    for home in blocks:
        first.setdefault(int(home.bearing_deg // (360.0 / SECTORS)), home)
    rest = [home for home in blocks if home not in first.values()]
    return sorted([*first.values(), *rest[: max(0, MOST_HOMES - len(first))]], key=lambda home: home.km)


def _receptor(home: places.Home, half_width_m: float, confidence: str, source: str) -> str:
    people = 0.0 if half_width_m > 1000.0 * RING_KM and home.km < AROUND_KM else home.people
    title = json.dumps(f"{home.title} ({home.people:,.0f} people, {home.km:.1f} km)", ensure_ascii=False)
    return (
        f"      {home.key}: {{title: {title}, kind: population_centre, lat: {home.lat}, lon: {home.lon}, people: {people:.0f}, "
        f"half_width_m: {half_width_m:g}, confidence: {confidence}, source: {source}}}"
    )


def _ring(wish: Wish) -> list[str]:
    """Four points around the campus, of nobody: they say how loud it is there, not who lives there."""
    north, east = RING_KM / 111.2, RING_KM / (111.2 * math.cos(math.radians(wish.lat)))
    points = {"north": (north, 0.0), "east": (0.0, east), "south": (-north, 0.0), "west": (0.0, -east)}
    return [
        f"      {RING_KM:g}_km_{word}: {{title: {RING_KM:g} km {word} of the campus, lat: {wish.lat + a:.5f}, lon: {wish.lon + b:.5f}, "
        "people: 0, confidence: assumed}"
        for word, (a, b) in points.items()
    ]


def _spread(wish: Wish, price: float) -> tuple[list[str], list[Default]]:
    """Distributions of what nobody said, and the company or its absence."""
    it_mw = wish.mw / PUE
    cash = OPENING_USD_PER_IT_MW * it_mw / 1e9
    company = f"company: {{opening_cash_usd: {cash:.1f} GUSD}}  # assumed" if wish.company else "company: null"
    bands = {
        "campuses.campus.schedule.construction_slip_quantile": "{kind: uniform, low: 0, high: 1}",
        "campuses.campus.cooling.design_pue": "{kind: triangular, low: 1.22, mode: 1.3, high: 1.45}",
        "library.accelerators.gb200.server_kw": "{kind: normal, p10: 1.7, p90: 1.96}",
        "library.tariffs.flat_60.energy_usd_per_mwh": f"{{kind: normal, p10: {price * 0.8:.4g}, p90: {price * 1.25:.4g}}}",
        "campuses.campus.water.price_usd_per_m3": "{kind: lognormal, p10: 0.5, p90: 2}",
        "campuses.campus.traffic.construction_workers_per_mw_year": "{kind: triangular, low: 2, mode: 4, high: 8}",
    }
    if wish.company:
        bands["company.opening_cash_usd"] = f"{{kind: normal, p10: {cash * 0.75:.1f} GUSD, p90: {cash * 1.25:.1f} GUSD}}"
        bands["company.revenue.momentum_per_year"] = "{kind: lognormal, p10: 0.3, p90: 2}"
    lines = [company, "uncertainty:  # all assumed", *(f"  {path}: {text}" for path, text in bands.items())]
    told = [Default(f"uncertainty.{path}", text, "", "A0", "assumed", "spread") for path, text in bands.items()]
    opening = Default("company.opening_cash_usd", f"{cash:.1f} GUSD", "", "A0", "assumed", "what a campus of this size costs")
    return lines, [*([opening] if wish.company else []), *told]


def _quoted(text: str) -> str:
    return text if text.replace(" ", "").isalnum() and not text[0].isdigit() else json.dumps(text, ensure_ascii=False)
