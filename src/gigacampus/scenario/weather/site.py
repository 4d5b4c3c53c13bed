"""A site against the station that its weather comes from: distance, height, clock and sun must fit."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.errors import Finding, printable
from gigacampus.foundation.great_circle import great_circle_m
from gigacampus.foundation.units import HOURS_PER_DAY, HOURS_PER_YEAR
from gigacampus.scenario.weather.columns import TypicalYear, standard_hpa
from gigacampus.schema.power import SiteSpec

TOLD_KM, REFUSED_KM = 100.0, 300.0
"""A station farther off than the first is told, than the second refused unless the site accepts one from farther away."""
TOLD_H, REFUSED_H = 1.75, 3.0
"""Hours between the station's clock and the site's sun: no time zone of a country is 3 hours off, few are 1.75."""
SHIFTED_H, SHIFTED_OR_ZONE_H = (0.75, 2.5), (1.75, 3.5)
"""Hours, told and refused, between the middle of a file's radiation and noon by its own clock (0.03 at most at the library's
stations), and by the nearest zone where the file states no clock."""
TOLD_RISE_M = 500.0
PRESSURE_OFF_FRAC = 0.06
"""Share by which a year's mean pressure may differ from the standard atmosphere's at its station; 0.02 where people live."""
SEASONS_FROM_DEG = 30.0
"""Latitude from which the sun of the year has one season of its own; below, clouds of the monsoon may turn it."""
SEASON_TOLD_DAYS, SEASON_REFUSED_DAYS = 45.0, 75.0
"""Days between the middle of the file's sunny season and the site's longest day; 20 at most at the library's stations."""
LONGEST_DAY = 172.0
_SHIFTED = "write hours of local standard time, or state the offset of the file's clock (# utc_offset_h: -6, or -06:00 behind each time)"


def fits(site: SiteSpec, year: TypicalYear) -> tuple[list[Finding], list[str]]:
    """What is wrong with a site and the station of its weather (without file and line), and what must be told."""
    wrong: list[Finding] = []
    told: list[str] = []
    lat, lon, utc_offset_h, elevation_m = year.lat, year.lon, year.utc_offset_h, year.elevation_m
    if lat is not None and lon is not None:
        km = great_circle_m(site.lat, site.lon, lat0_deg=lat, lon0_deg=lon) / 1000.0
        if km > site.weather_within_km:
            hint = _slip(site, lat, lon)
            wrong.append(Finding(f"the weather was measured {km:,.0f} km away, at {lat:g}, {lon:g}{hint}", fix=_FIX))
        elif km > TOLD_KM:
            told.append(f"the weather was measured {km:,.0f} km away: give a station nearer by, or a file (site.weather)")
    if utc_offset_h is not None:
        apart = abs((site.lon / 15.0 - utc_offset_h + 12.0) % 24.0 - 12.0)
        if apart > REFUSED_H and not wrong:
            wrong.append(
                Finding(f"the sun of longitude {site.lon:g} is {apart:.1f} h off the station's clock, UTC{utc_offset_h:+g}", fix=_FIX)
            )
        elif apart > TOLD_H and not wrong:
            told.append(f"the station's clock (UTC{utc_offset_h:+g}) is {apart:.1f} h off the sun of longitude {site.lon:g}")
    late = sun_apart_h(site, year)
    told_h, refused_h = SHIFTED_H if utc_offset_h is not None else SHIFTED_OR_ZONE_H
    if abs(late) > refused_h and not wrong:
        wrong.append(
            Finding(f"the sun of the file is highest {abs(late):.1f} h {'after' if late > 0.0 else 'before'} the site's noon", fix=_SHIFTED)
        )
    elif abs(late) > told_h and not wrong:
        told.append(f"the sun of the weather file is highest {abs(late):.1f} h {'after' if late > 0.0 else 'before'} the site's noon")
    _year_fits(site, year, wrong, told)
    if elevation_m is not None and abs(site.elevation_m - elevation_m) > TOLD_RISE_M:
        told.append(f"the station stands at {elevation_m:,.0f} m, the site at {site.elevation_m:,.0f} m; only pressure is moved")
    return wrong, told


def _year_fits(site: SiteSpec, year: TypicalYear, wrong: list[Finding], told: list[str]) -> None:
    """Add what does not fit of the year's seasons and of its air's weight."""
    days = season_apart_days(site.lat, year)
    if abs(site.lat) >= SEASONS_FROM_DEG and abs(days) > SEASON_TOLD_DAYS:
        text = f"the sunny season of the weather file comes {abs(days):.0f} days {'after' if days > 0.0 else 'before'} the site's"
        if abs(days) > SEASON_REFUSED_DAYS and not wrong:
            wrong.append(Finding(text, fix="begin the rows on 1 January, or give them times; check the sign of lat"))
        elif not wrong:
            told.append(text)
    height_m = site.elevation_m if year.elevation_m is None else year.elevation_m
    mean_hpa, standard = float(year.values["pressure_hpa"].mean()), standard_hpa(height_m)
    if abs(mean_hpa / standard - 1.0) > PRESSURE_OFF_FRAC:
        text = f"pressure of the weather file is {mean_hpa:.0f} hPa on average, {standard:.0f} hPa would be usual at {height_m:,.0f} m"
        if year.elevation_m is None:
            told.append(f"{text}: pressure of the site, not of the sea's level, is needed, and site.elevation_m")
        elif not wrong:
            wrong.append(Finding(text, fix="give pressure as measured, not reduced to the sea's level, or the station's own height"))


def season_apart_days(lat: float, year: TypicalYear) -> float:
    """Days that the middle of a file's sunny season comes after the longest day of a latitude, -182.5 to 182.5."""
    daily = year.values["ghi_w_m2"].reshape(-1, HOURS_PER_DAY).mean(axis=1)
    angle = 2.0 * np.pi * (np.arange(len(daily)) + 0.5) / len(daily)
    middle = len(daily) * float(np.angle(np.sum(daily * np.exp(1j * angle)))) / (2.0 * np.pi)
    longest = LONGEST_DAY if lat >= 0.0 else LONGEST_DAY + len(daily) / 2.0
    return float((middle - longest + len(daily) / 2.0) % len(daily) - len(daily) / 2.0)


def sun_apart_h(site: SiteSpec, year: TypicalYear) -> float:
    """Hours that the middle of the radiation comes after the site's noon by the file's clock; without one, by the nearest zone."""
    offset_h = round(site.lon / 15.0) if year.utc_offset_h is None else year.utc_offset_h
    angle = 2.0 * np.pi * (np.arange(HOURS_PER_YEAR) % HOURS_PER_DAY + 0.5) / HOURS_PER_DAY
    middle_h = HOURS_PER_DAY / (2.0 * np.pi) * float(np.angle(np.sum(year.values["ghi_w_m2"] * np.exp(1j * angle))))
    noon_h = HOURS_PER_DAY / 2 + offset_h - site.lon / 15.0
    return float((middle_h - noon_h + HOURS_PER_DAY / 2) % HOURS_PER_DAY - HOURS_PER_DAY / 2)


_FIX = "check the signs and the order of lat and lon, or name weather of the place (a station, or a file)"


def _slip(site: SiteSpec, lat: float, lon: float) -> str:
    """The slip that would explain the distance."""
    for word, (a, b) in {
        "a lost minus sign of the longitude": (site.lat, -site.lon),
        "latitude and longitude swapped": (site.lon, site.lat),
        "a lost minus sign of the latitude": (-site.lat, site.lon),
    }.items():
        if abs(a) <= 90.0 and great_circle_m(a, b, lat0_deg=lat, lon0_deg=lon) < 1000.0 * REFUSED_KM:
            return f" ({printable(word)}?)"
    return ""
