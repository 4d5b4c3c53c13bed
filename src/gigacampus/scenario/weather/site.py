"""A site against the station that its weather comes from: distance, height, clock and sun must fit."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.errors import Finding, printable
from gigacampus.foundation.great_circle import great_circle_m
from gigacampus.foundation.units import HOURS_PER_DAY, HOURS_PER_YEAR
from gigacampus.scenario.weather.columns import TypicalYear
from gigacampus.schema.power import SiteSpec

TOLD_KM, REFUSED_KM = 100.0, 300.0
"""A station farther off than the first is told, than the second refused unless the site accepts one from farther away."""
TOLD_H, REFUSED_H = 1.75, 3.0
"""Hours between the station's clock and the site's sun: no time zone of a country is 3 hours off, few are 1.75."""
SHIFTED_H, SHIFTED_OR_ZONE_H = (0.75, 2.5), (1.75, 3.5)
"""Hours, told and refused, between the middle of a file's radiation and noon by its own clock (0.03 at most at the library's
stations), and by the nearest zone where the file states no clock."""
TOLD_RISE_M = 500.0
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
    if elevation_m is not None and abs(site.elevation_m - elevation_m) > TOLD_RISE_M:
        told.append(f"the station stands at {elevation_m:,.0f} m, the site at {site.elevation_m:,.0f} m; only pressure is moved")
    return wrong, told


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
