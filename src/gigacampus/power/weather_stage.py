"""Weather of each campus: the station's typical year with the scenario's shift and heat wave laid over it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH
from gigacampus.foundation.psychrometric_kernels import wet_bulb_hours
from gigacampus.foundation.psychrometrics import standard_pressure_frac, wet_bulb_stull_c
from gigacampus.foundation.sun import solar_elevation_deg
from gigacampus.foundation.units import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR
from gigacampus.power.stability import mixing_height_m, net_radiation_index, sensible_heat_w_m2, turner_class
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.scenario.weather import TypicalYear, typical_year
from gigacampus.schema.power import HeatWaveSpec, SiteSpec, WeatherSpec

_WET_BULB_TOLERANCE_K = 1e-4

VARIABLES = (
    "dry_bulb_degc",
    "wet_bulb_degc",
    "pressure_kpa",
    "wind_speed_m_s",
    "wind_from_deg",
    "stability_class",
    "mixing_height_m",
    "sensible_heat_w_m2",
)


def run(inputs: Inputs, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Hourly weather of every campus; arrays of shape (campus, hour)."""
    weather: WeatherSpec = inputs.tree.weather
    rows = [
        _site_weather(inputs.tree.campuses[key].site, weather, typical_year(inputs.tree.campuses[key].site.weather))
        for key in inputs.at.campus
    ]
    return {name: np.stack([row[name] for row in rows]) for name in VARIABLES}


def added_heat_k(weather: WeatherSpec) -> np.ndarray:
    """Kelvin added to each hour by the shift and the heat wave; shape (hour,).

    >>> added_heat_k(WeatherSpec(heat_wave=HeatWaveSpec(first="07-15", days=10, add_c=6.0))).sum().item()
    1440.0
    """
    added = np.full(HOURS_PER_YEAR, float(weather.shift_c))
    wave = weather.heat_wave
    if wave is not None:
        month, day = (int(part) for part in wave.first.split("-"))
        if not (1 <= month <= 12 and 1 <= day <= DAYS_IN_MONTH[month - 1]):
            raise ValueError(f"heat wave: {wave.first} is not a day of the year; write month-day such as 07-15")
        first = int(DAYS_IN_MONTH[: month - 1].sum()) + day - 1
        hot_days = (first + np.arange(wave.days)) % DAYS_PER_YEAR
        added[(hot_days[:, None] * HOURS_PER_DAY + np.arange(HOURS_PER_DAY)).ravel()] += wave.add_c
    return added


def pressure_at_site_kpa(station_kpa: np.ndarray, rise_m: float) -> np.ndarray:
    """Station pressure moved to the site's height by the standard atmosphere.

    >>> round(float(pressure_at_site_kpa(np.array([101.325]), 1000.0)[0]), 2)
    89.87
    """
    out: np.ndarray = station_kpa * standard_pressure_frac(rise_m)
    return out


def _site_weather(site: SiteSpec, weather: WeatherSpec, year: TypicalYear) -> dict[str, np.ndarray]:
    wave = weather.heat_wave
    key = (wave.first, wave.days, wave.add_c) if wave is not None else None
    return _computed(_Held(year), (site.lat, site.lon, site.elevation_m), weather.shift_c, key)


class _Held:
    """Hashable handle of a parsed year: two handles are equal when they hold the same object."""

    def __init__(self, year: TypicalYear) -> None:
        self.year = year

    def __hash__(self) -> int:
        return id(self.year)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.year is self.year


@lru_cache(maxsize=32)
def _computed(held: _Held, place: tuple[float, float, float], shift_c: float, wave: tuple[str, int, float] | None) -> dict[str, np.ndarray]:
    year, (lat, lon, elevation_m) = held.year, place
    spec = WeatherSpec(shift_c=shift_c, heat_wave=HeatWaveSpec(first=wave[0], days=wave[1], add_c=wave[2]) if wave else None)
    values = year.values
    dry = values["dry_bulb_c"] + added_heat_k(spec)
    rise_m = elevation_m - (elevation_m if year.elevation_m is None else year.elevation_m)
    pressure = pressure_at_site_kpa(values["pressure_hpa"] / 10.0, rise_m)
    offset_h = float(round(lon / 15.0)) if year.utc_offset_h is None else year.utc_offset_h
    rh = np.clip(values["rh_pct"] / 100.0, 0.01, 1.0)
    heat = sensible_heat_w_m2(values["ghi_w_m2"], values["dry_bulb_c"], values["total_cloud_tenths"])
    out = {
        "dry_bulb_degc": dry,
        "wet_bulb_degc": wet_bulb_hours(dry, rh, pressure, wet_bulb_stull_c(dry, rh), _WET_BULB_TOLERANCE_K),
        "pressure_kpa": pressure,
        "wind_speed_m_s": values["wind_speed_ms"],
        "wind_from_deg": values["wind_dir_deg"],
        "stability_class": _stability(held, lat, lon, offset_h),
        "mixing_height_m": mixing_height_m(values["wind_speed_ms"], heat),
        "sensible_heat_w_m2": heat,
    }
    for array in out.values():
        array.setflags(write=False)
    return out


@lru_cache(maxsize=32)
def _stability(held: _Held, lat: float, lon: float, offset_h: float) -> np.ndarray:
    values = held.year.values
    index = net_radiation_index(solar_elevation_deg(lat, lon, offset_h), values["total_cloud_tenths"], values["ceiling_m"])
    return turner_class(index, values["wind_speed_ms"]).astype(float)
