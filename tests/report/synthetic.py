"""A made-up result with the registry's shapes: it stands for no real company, and its numbers mean nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.registry.kinds import COOLING
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.result import Result, sample_axis

CAMPUSES = ("north", "south")
PERMIT_MONTH = 13
"""February 2026."""
LAST_PHASE = 2


PLACE = (40.0213, -95.0087)
"""A place of which the door holds a value of its own."""


class SyntheticResult(Result):
    """A result of the real class, filled from seeded random curves; world 0 stands apart as the reference does."""

    def __init__(self, months: int = 72, worlds: int = 32, draws: int = 256, seed: int = 7, leave_out: tuple[str, ...] = ()) -> None:
        self._rng = np.random.default_rng(seed)
        self._leave_out = leave_out
        self._worlds, self._draws = worlds + 1, draws
        scenario = _scenario()
        receptors = [(c, r) for c, name in enumerate(CAMPUSES) for r in scenario["campuses"][name]["receptors"]]
        coords: dict[str, list[Any]] = {
            "campus": list(CAMPUSES),
            "month": Months(date(2025, 1, 1), months).labels(),
            "phase": list(range(LAST_PHASE + 1)),
            "unit": ["north/turbines_a", "south/turbines_b"],
            "unit_campus": [0, 1],
            "receptor": [f"{CAMPUSES[c]}/{r}" for c, r in receptors],
            "receptor_campus": [c for c, _ in receptors],
            "battery": ["north/storage"],
            "battery_campus": [0],
            "block": ["south/air_permit"],
            "accelerator": ["alpha", "beta"],
            "band": ["31.5", "63", "125", "250", "500", "1000", "2000", "4000", "8000"],
            "cooling_kind": list(COOLING.names),
            "payee": ["north/county/all", "north/county/state", "south/county/all", "south/county/state"],
            "counterfactual": ["without_sister"],
            "holder": ["founder", "staff", "option_pool", "rounds.a", "rounds.b"],
            "trade": ["research"],
            "tenant": ["asks", "signed"],
        }
        super().__init__(_manifest(worlds, draws, seed), coords, scenario, {})
        self._fill()

    def put(self, name: str, values: np.ndarray) -> None:
        """Replace one variable (tests only)."""
        self._arrays[name] = values

    def _size(self, dim: str) -> int:
        return self._draws if dim == "draw" else 8760 if dim == "hour" else len(self.coords[dim])

    def _fill(self) -> None:
        for name, row in REGISTRY.items():
            dims = ("world", *row.dims) if sample_axis(row) == "world" else row.dims
            shape = tuple(self._worlds if d == "world" else self._size(d) for d in dims)
            self._arrays[name] = self._rng.lognormal(0.0, 0.1, shape)
        for name, values in {**_power(self), **_company(self), **_neighbours(self), **_hours(self)}.items():
            self._arrays[name] = values
        for name in self._leave_out:
            del self._arrays[name]


def _power(r: SyntheticResult) -> dict[str, np.ndarray]:
    count, worlds = len(r.coords["month"]), r._worlds
    time = np.arange(count)
    late = r._rng.gamma(2.0, 2.5, (worlds, 2, 1, 1))
    steps = sum(0.25 / (1 + np.exp(-(time - start - late) * 3)) for start in (2, 8, 15, 24))
    phase = np.arange(LAST_PHASE + 1)[None, None, :, None]
    size = np.array([350.0, 900.0])[None, :, None, None]
    season = 1 + 0.06 * np.sin(2 * np.pi * (time - 3) / 12)
    it = size * steps * (1 + 0.35 * phase / (1 + np.exp(-(time - 40 - late) / 1.5)))
    facility = it * 1.28 * season
    hours = 730.0
    planned = np.clip((time - 30) // 10, 0, LAST_PHASE)
    unmet = 0.02 * facility * hours * np.clip(r._rng.normal(0.3, 1, it.shape), 0, None)
    grid = np.minimum(facility, np.array([150.0, 260.0])[None, :, None, None]) * hours
    onsite = np.clip(facility * hours - grid - unmet, 0, None)
    spread = r._rng.lognormal(0, 0.12, (worlds, 1, 1, 1))
    announced = np.broadcast_to(np.where(time < 20, [[300.0], [1000.0]], [[450.0], [1550.0]]), (worlds, 2, count))
    season_water = np.clip(1 + 0.8 * np.sin(2 * np.pi * (time - 3) / 12), 0.1, None)
    return {
        "planned_phase": np.broadcast_to(planned, (worlds, 2, count)),
        "block_present_frac": np.broadcast_to((time >= PERMIT_MONTH).astype(float), (worlds, 1, LAST_PHASE + 1, count)),
        "announced_mw": announced,
        "facility_design_mw": it * 1.3,
        "supply_nameplate_mw": it * 1.6,
        "supply_firm_mw": it * 1.36,
        "facility_peak_mw": facility * 1.05,
        "facility_mw": facility,
        "it_in_service_mw": it,
        "it_mw": it * 0.8 * season,
        "grid_mwh": grid,
        "onsite_mwh": onsite,
        "unserved_mwh": unmet,
        "demand_mwh": facility * hours,
        "nox_t": onsite * 1.1e-4 * spread,
        "co_t": onsite * 6e-5 * spread,
        "pm25_t": onsite * 2e-5 * spread,
        "formaldehyde_t": onsite * 1e-6 * spread,
        "co2_t": onsite * 0.52,
        "water_m3": (facility * 400 * season_water)[:, :, LAST_PHASE] * spread[..., 0],
        "workers_on_site": 900 + 2500 * np.exp(-(((time - 14) / 12.0) ** 2)) * spread[..., 0] * np.ones((worlds, 2, count)),
        "peak_delay_min": 4 * spread[..., 0] * np.ones((worlds, 2, count)),
        "jobs_permanent": np.broadcast_to(np.minimum(time * 9.0, 240.0), (r._draws, 2, count)),
    }


def _company(r: SyntheticResult) -> dict[str, np.ndarray]:
    count, draws = len(r.coords["month"]), r._draws
    time = np.arange(count)
    burn = r._rng.normal(0.9e9, 0.35e9, (draws, 1))
    growth = r._rng.normal(0.035e9, 0.012e9, (draws, 1))
    flow = -burn + growth * time + r._rng.normal(0, 0.15e9, (draws, count))
    raise_usd = np.where(time % 14 == 12, 12e9, 0.0)
    cash = 15e9 + np.cumsum(flow + raise_usd, axis=1)
    bare = 15e9 + np.cumsum(flow, axis=1)
    runway = np.where((bare < 1e9).any(axis=1), (bare < 1e9).argmax(axis=1).astype(float), np.nan)
    ratio = np.exp(r._rng.normal(-1.4, 0.3, (draws, 1)) + time * r._rng.normal(0.022, 0.006, (draws, 1)))
    flop = 2.5e25 * (1 + time / 8.0) * r._rng.lognormal(0, 0.2, (draws, 1)) * r._rng.lognormal(0, 0.03, (draws, count))
    lasting = np.where(ratio[:, -1] > 1, (ratio > 1).argmax(axis=1).astype(float), np.nan)
    return {
        "cash_usd": cash,
        "runway_month": runway,
        "escape_ratio": ratio,
        "escape_month": lasting,
        "outcome_class": r._rng.integers(0, 5, draws).astype(float),
        "training_flop_delivered": flop,
        "serving_frac": r._rng.uniform(0.05, 0.2, (draws, count)),
        "let_frac": np.zeros((draws, count)),
        "accelerators_held": np.full((draws, count), 1e5),
        "accelerator_hours_at_work": np.full((draws, count), 6e7),
    }


def _neighbours(r: SyntheticResult) -> dict[str, np.ndarray]:
    count, worlds = len(r.coords["month"]), r._worlds
    places = len(r.coords["receptor"])
    base = np.linspace(54, 37, places)[None, :, None] + r._rng.normal(0, 1.2, (worlds, 1, 1))
    rise = 3 * np.arange(count) / count
    outputs = 4 + 2 * np.sin(np.arange(count) / 9.0)
    return {
        "noise_night_dba": base + rise,
        "noise_day_dba": base + rise + 2.0,
        "noise_band_half_width_db": np.full((worlds, places, count), 4.5),
        "noise_people_above_45": np.tile(40.0 * np.arange(count), (worlds, 1)),
        "noise_people_above_55": np.tile(5.0 * np.arange(count), (worlds, 1)),
        "violating_outputs_per_min": outputs * r._rng.lognormal(0, 0.5, (worlds, 1)),
        "take_down_h": 30 * r._rng.lognormal(0, 0.2, (worlds, count)),
    }


def _hours(r: SyntheticResult) -> dict[str, np.ndarray]:
    hour = np.arange(8760)
    heat = 16 + 12 * np.sin(2 * np.pi * (hour / 24 - 105) / 365) + 6 * np.sin(2 * np.pi * (hour % 24 - 9) / 24)
    heat = heat + np.convolve(r._rng.normal(0, 6, 8760 + 71), np.ones(72) / 72, "valid")
    dry = np.stack([heat, heat + 0.4])
    load = np.array([[420.0], [1250.0]]) * (1 + 0.004 * (dry - 16)) + r._rng.normal(0, 4, (2, 8760))
    grid = np.minimum(load, np.array([[150.0], [260.0]]))
    limit = np.array([[300.0], [1060.0]]) * (1 - 0.007 * np.clip(dry - 15, 0, None))
    onsite = np.minimum(load - grid, limit)
    left = load - grid - onsite
    battery = np.minimum(left, 60.0) - np.where(left <= 0, 8.0, 0.0)
    return {
        "dry_bulb_degc": dry,
        "facility_load_mw_h": load,
        "grid_mw_h": grid,
        "onsite_mw_h": onsite,
        "battery_mw_h": battery,
        "unserved_mw_h": np.clip(left - 60.0, 0, None),
    }


def _scenario() -> dict[str, Any]:
    def receptor(title: str, lat: float, lon: float, people: float, confidence: str = "seen", kind: str = "homes") -> dict[str, Any]:
        return {"title": title, "kind": kind, "lat": lat, "lon": lon, "people": people, "half_width_m": 50.0, "confidence": confidence}

    north = {
        "homes_se": receptor("Homes south-east of the yard", 40.014, -95.012, 140),
        "school": receptor("Elm Street School", 40.031, -95.034, 420, kind="school"),
        "rumour": receptor("A place only recalled", 40.04, -95.06, 10, "recalled"),
    }
    south = {
        "farm": receptor("Farm by the gate", 39.942, -95.072, 6),
        "village": receptor("Village centre", 39.921, -95.041, 1850, kind="neighbourhood"),
        "park": receptor("River park", 39.968, -95.118, 0, "derived", kind="park"),
    }
    permit = {"kind": "permit", "in_service": "2026-02-01", "limit_nox_t_per_year": 520.0}
    return {
        "title": "Two Rivers AI (made up)",
        "as_of": "2026-01-16",
        "red_lines": {"legal_clock_h": 48.0},
        "compute": {"serving": {"load_over_peak_frac": 0.6}},
        "campuses": {
            "north": {
                "title": "North campus",
                "site": {"lat": 40.02, "lon": -95.02},
                "receptors": north,
                "blocks": {},
                "noise": {"limit_night_dba": 50.0},
            },
            "south": {
                "title": "South campus",
                "site": {"lat": 39.95, "lon": -95.08},
                "receptors": south,
                "blocks": {"air_permit": permit},
                "noise": {},
            },
        },
    }


def _claim(id: str, part: str, claim: str, claimed: str, verdict: str, band: tuple[Any, Any, Any], unit: str) -> dict[str, Any]:
    low, value, high = band
    told = {"text": f"the run: {value} {unit}", "why": "", "fitted": id == "C01", "impossible_with": []}
    said = {"claimant": "a newspaper (made up)", "known_on": "2026-01-16", "claimed": claimed, "verdict": verdict}
    return {"id": id, "part": part, "claim": claim, **said, "value": value, "low": low, "high": high, "unit": unit, **told}


def _headline(name: str, title: str, value: Any, low: Any, high: Any, unit: str, level: int, share: float, text: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "value": value,
        "low": low,
        "high": high,
        "unit": unit,
        "level": level,
        "assumed_share": share,
        "text": text,
    }


def _manifest(worlds: int, draws: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "title": "Two Rivers AI (made up)",
        "as_of": "2026-01-16",
        "run": {"worlds": worlds, "draws": draws, "seed": seed},
        "hash": "5f1c9a7e0b2d4c6f8a1b3c5d7e9f0a2b4c6d8e0f1a3b5c7d9e1f3a5b7c9d0e2f",
        "version": "0.1.0",
        "python": "3.11.7",
        "seconds": {"buildout": 0.021, "dispatch": 1.84, "company": 0.62},
        "levels": {"buildout": 2, "weather": 1, "demand": 1, "dispatch": 1, "emissions": 1, "training": 0, "noise": 0, "company": 1},
        "headline": [
            _headline(
                "one_gw",
                "First month above 1 GW",
                "2026-07",
                "2026-02",
                "2027-05",
                "month",
                1,
                0.22,
                "Facility power, highest hour, all campuses.",
            ),
            _headline("peak", "Facility power in the last month", 2231.0, 1980.0, 2490.0, "MW", 1, 0.31, ""),
            _headline("flop", "Training compute, whole run", 8.1e27, 6.0e27, 1.1e28, "FLOP", 0, 0.64, "After failures and power cuts."),
            _headline("runway", "Runway without a new raise", "2026-10", "2026-06", "2027-08", "month", 1, 0.45, ""),
            _headline("cash_low", "Lowest cash", 1.9e9, -2.4e9, 6.2e9, "USD", 1, 0.45, "With the raise policy of the scenario."),
            _headline("noise", "Loudest home by night", 56.2, 50.9, 61.4, "dBA", 0, 0.71, ""),
            _headline("nox", "NOx in the last twelve months", 512.0, 430.0, 640.0, "t", 1, 0.38, ""),
            {**_headline("facility_mw_now", "Facility power in service", 310.0, 290.0, 330.0, "MW", 1, 0.3, ""), "value_text": "310 MW"},
            {**_headline("county_paid", "Taxes and fees paid", 12e6, 9e6, 15e6, "USD", 1, 0.8, ""), "value_text": "USD 12 M"},
        ],
        "opening": [
            "2,231 MW (1,980 to 2,490) run in 2031-12; 1 GW is passed in 2026-07 (2026-02 to 2027-05).",
            "When all is built, in 2031-12, the loudest place, north/school, hears 56.2 dBA (50.9 to 61.4) by night.",
            "Without new money cash is below its floor in 2026-10 (2026-06 to 2027-08).",
        ],
        "claims": [
            _claim("C01", "money", "net loss of a quarter", "1.46 USD bn", "reproduced", (1.4, 1.46, 1.5), "USD bn"),
            _claim("C18", "machines", "total power of the sites", "2 GW", "unlikely", (0.68, 0.7, 0.73), "GW"),
            _claim("C19", "machines", "kilometres of road a year", "80000000000.0 km/year", "not checkable", (None, None, None), ""),
        ],
        "goals": [{"id": "peak", "met": False, "margin": -90.0, "text": "Facility power in the last month below 2400 MW"}],
        "twin": {"title": "Two Rivers AI (made up)", "hash": "00", "headline": [{"id": "peak", "value": 1010.0, "unit": "MW"}]},
        "answers": [
            {
                "id": "Q05",
                "question": "How much water will it take a day?",
                "value": 9100.0,
                "low": 7600.0,
                "high": 11200.0,
                "unit": "m3/day",
                "title": "water drawn, mean",
                "value_text": "9,100 m3/day",
                "figures": [
                    {
                        "title": "on the highest day",
                        "value": 12000.0,
                        "low": 9000.0,
                        "high": 14000.0,
                        "unit": "m3/day",
                        "value_text": "12,000 m3/day",
                        "note": "hottest day of 2027-07",
                    }
                ],
                "drivers": [{"input": "campuses.south.cooling", "rank_correlation": -0.42}, "weather.shift_c"],
                "known": [
                    {"what": "a utility's reading", "text": "8,000 m3/day", "far": "14 % above", "deviation": 0.14, "later": True},
                    {"what": "a reading without a figure of ours", "text": "1 m3/day", "far": "", "deviation": None, "later": False},
                ],
                "sources": ["assumed for this example"],
            },
            {
                "id": "Q14",
                "question": "On what date does the site pass 1 GW?",
                "value": "2026-07",
                "low": "2026-02",
                "high": "2027-05",
                "unit": "month",
                "drivers": ["campuses.south.schedule.construction_slip_quantile"],
                "sources": [],
            },
        ],
        "unused_inputs": ["company.spare_rate"],
        "provenance": [
            {
                "path": "campuses.north.site.lat",
                "value": 40.02,
                "unit": "deg",
                "source": "made up",
                "confidence": "assumed",
                "known_from": "2025-01-01",
            },
            {
                "path": "library.generators.unit_a.heat_rate_lhv_kj_per_kwh",
                "value": 10300.0,
                "unit": "kJ/kWh",
                "source": "datasheet <b>A & B</b>",
                "confidence": "seen",
                "known_from": "2024-06-01",
            },
            {
                "path": "company.opening_cash_usd",
                "value": 1.5e10,
                "unit": "USD",
                "source": "",
                "confidence": "recalled",
                "known_from": None,
            },
        ],
        "map": _map(rng),
        "must_be_true": _must_be_true(),
        "flows": FLOWS,
        "registers": REGISTERS,
    }


FLOWS = [
    {"giver": "sister", "taker": "lab", "kind": "equity", "usd": 2e9},
    {"giver": "others", "taker": "lab", "kind": "equity", "usd": 6e9},
    {"giver": "lab", "taker": "sister", "kind": "goods", "usd": 5e8},
    {"giver": "maker", "taker": "vehicle", "kind": "equity", "usd": 7e8},
    {"giver": "vehicle", "taker": "maker", "kind": "goods", "usd": 5e9},
]
REGISTERS = [
    {
        "id": "siblings",
        "question": "How much does it live on <b>sisters</b>?",
        "title": "months carried",
        "text": "dated flows only",
        "value": 17.0,
        "low": 12.0,
        "high": 24.0,
        "unit": "months",
        "rows": [
            {"what": "carried", "unit": "months", "p10": 12.0, "p50": 17.0, "p90": 24.0},
            {"what": "floor", "unit": "month", "p10": "2026-03", "p50": "2026-08", "p90": "after 2030-12", "share_within_horizon": 0.98},
            {"what": "circular share of purchases, with the vehicle that leases to it", "value": 0.12, "unit": "1"},
            {"what": "never", "value": None, "unit": "month", "campus": "north"},
        ],
    }
]


def _must_be_true() -> dict[str, Any]:
    """Shares that are the mean of two inputs, and two rows of a tornado."""
    values = np.linspace(0.0, 1.0, 5).tolist()
    side = {"unit": "", "now": 0.2, "values": values}
    row = {
        "path": "company.fast_per_year",
        "title": "fast",
        "low_text": "0",
        "high_text": "1",
        "at_low": -2.0,
        "at_high": 3.0,
        "swing": 5.0,
        "text": "fast moves it by -2.0 months at 0 and by +3.0 months at 1",
    }
    late = {
        **row,
        "path": "",
        "title": "all plant a month later",
        "at_low": 0.0,
        "at_high": 0.4,
        "text": "one more month of delay of all plant not yet in service, with the payments for it, "
        "moves the runway without new money by +0.4 months",
    }
    return {
        "text": "lasting positive EBITDA by 2027-12",
        "frontier": {
            "x": {**side, "path": "company.fast_per_year", "title": "fast"},
            "y": {**side, "path": "company.slow_per_year", "title": "slow", "now": 0.5},
            "shares": [[(a + b) / 2.0 for a in values] for b in values],
            "draws": 128,
            "edge": [{"x": 1.0 - b, "y": b} for b in values],
        },
        "tornado": [{"of": "the runway", "unit": "months", "mean": 9.0, "draws": 128, "rows": [row, late]}],
    }


def _map(rng: np.random.Generator) -> dict[str, Any]:
    lat, lon, distance = [], [], []
    for site_lat, site_lon in ((40.02, -95.02), (39.95, -95.08)):
        for radius_km in (0.3, 0.6, 1.2, 2.5, 5.0, 10.0):
            for bearing in np.arange(0, 360, 15.0):
                lat.append(site_lat + radius_km / 111.2 * np.cos(np.radians(bearing)))
                lon.append(site_lon + radius_km / 111.2 / np.cos(np.radians(site_lat)) * np.sin(np.radians(bearing)))
                distance.append(radius_km)
    spread = np.log2(np.array(distance) / 0.3)
    night = 62 - 5.4 * spread
    ring = [[39.95 + 0.014 * np.cos(a), -95.08 + 0.02 * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 40)]
    population = [
        {"lat": float(39.98 + rng.normal(0, 0.05)), "lon": float(-95.05 + rng.normal(0, 0.07)), "people": float(rng.integers(500, 2600))}
        for _ in range(60)
    ]
    groups = [
        {
            "exposure": what,
            "within_km": 15.0,
            "group": name,
            "exposure_share": 0.4,
            "nearby_share": 0.5,
            "county_share": share,
            "over_county": 0.4 / share,
        }
        for what in ("NO2 added", "45 dBA or more by night")
        for name, share in (("north side", 0.25), ("south side", 0.75))
    ]
    return {
        "population": population,
        "groups": groups,
        "contours": [{"title": "Night level", "level": 50.0, "unit": "dBA", "rings": [ring]}],
        "door": {
            "month": "2030-12",
            "places": [{"lat": PLACE[0], "lon": PLACE[1], "fields": {"noise_night_dba": [47.25, 42.0, 52.5]}}],
            "lat": np.round(lat, 6).tolist(),
            "lon": np.round(lon, 6).tolist(),
            "noise_night_dba": night.tolist(),
            "noise_day_dba": (night + 2).tolist(),
            "no2_ugm3": (6 * np.exp(-0.5 * spread)).tolist(),
            "pm25_ugm3": (0.8 * np.exp(-0.5 * spread)).tolist(),
            "half_width": {
                "noise_night_dba": 5.0,
                "noise_day_dba": 5.0,
                "no2_ugm3": (3 * np.exp(-0.5 * spread)).tolist(),
                "pm25_ugm3": 0.3,
            },
        },
    }
