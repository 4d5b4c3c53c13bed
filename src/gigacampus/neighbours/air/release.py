"""What happens at and above the stack top in each hour: fluxes, tip downwash, final rise, penetration of the lid.

Source: AERMOD formulation, EPA-454/R-24-009 series; Briggs 1975, Weil 1985/1997. Valid for: single vertical stacks.
"""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.air.boundary_layer import ADIABATIC_K_M, GRAVITY_M_S2, Profiles, at_height
from gigacampus.neighbours.air.stacks import Stack

COLUMNS = ("us", "sws", "tgs", "pts", "fb", "fm", "release", "rise", "xmax", "share", "breaking")
LEAST_WIND_M_S = 0.28284271247461906
LEAST_SW_M_S = 0.02
LEAST_BUOYANCY = 1e-10
TURNS = 5


def convective_rise_m(x: np.ndarray, fb: np.ndarray, fm: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Rise of a bent-over plume at a distance, by momentum and buoyancy.

    >>> round(float(convective_rise_m(np.array(200.0), np.array(190.0), np.array(100.0), np.array(5.0))), 1)
    63.8
    """
    out: np.ndarray = np.cbrt(3.0 * fm * x / (0.36 * u**2) + 1.5 * fb * x**2 / (0.36 * u**3))
    return out


def final_reach_m(fb: np.ndarray) -> np.ndarray:
    """Distance to final rise in neutral and convective air.

    >>> round(float(final_reach_m(np.array(190.0))))
    971
    """
    return np.where(fb >= 55.0, 119.0 * fb**0.4, 49.0 * fb**0.625)


def penetration(fb: np.ndarray, u: np.ndarray, n2: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of a plume that breaks through a lid at ``depth`` above the release, and the rise of that share.

    >>> share, rise = penetration(np.array(200.0), np.array(4.0), np.array(2e-4), np.array(150.0))
    >>> round(float(share), 3), round(float(rise))
    (0.645, 207)
    """
    ratio = np.cbrt(17.576 * fb / (u * n2 * depth**3) + 0.296296)
    share = np.where(ratio < 2.0 / 3.0, 0.0, np.where(ratio > 2.0, 1.0, 1.5 - 1.0 / ratio))
    return share, np.where(ratio > 2.0, ratio * depth, (0.75 * ratio + 0.5) * depth)


def frequency(gradient: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Buoyancy frequency, never quite zero."""
    out: np.ndarray = np.maximum(np.sqrt(np.maximum(GRAVITY_M_S2 * gradient / theta, 0.0)), 1e-10)
    return out


def stable_final_m(
    fb: np.ndarray, fm: np.ndarray, u: np.ndarray, n: np.ndarray, profiles: Profiles, release: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Final rise in stable air, the least of four published forms, and its distance; a city's lid may be broken."""
    xmax = u * np.arctan2(fm * 0.7 * n, -fb) / (0.7 * n)
    neutral = fb / (u * profiles.ustar**2)
    rise = np.minimum(2.66 * np.cbrt(fb / (n * n * u)), 1.2 * neutral**0.6 * (release + 1.2 * neutral) ** 0.4)
    rise = np.minimum(rise, convective_rise_m(final_reach_m(fb), fb, fm, u))
    rise = np.minimum(rise, 4.0 * fb**0.25 / n**0.75)
    depth = profiles.mixing_m - release
    city = (profiles.urban_n2 > 0.0) & profiles.stable & (depth > 0.0) & (rise >= depth)
    share, breaking = penetration(fb, u, np.where(city, profiles.urban_n2, 1.0), np.where(city, depth, 1.0))
    return np.where(city & (share > 0.0), breaking, rise), xmax


def releases(profiles: Profiles, stack: Stack) -> np.ndarray:
    """Table (hour, len(COLUMNS)) of one stack."""
    height = np.full(profiles.mixing_m.size, stack.height_m)
    us = np.maximum(at_height(profiles.wind, height), LEAST_WIND_M_S)
    sws = np.maximum(at_height(profiles.sigma_w, height), LEAST_SW_M_S)
    tgs, pts = at_height(profiles.gradient, height), at_height(profiles.theta, height)
    air_k = pts - ADIABATIC_K_M * stack.height_m
    excess = np.maximum(stack.exit_k - air_k, 0.0) / stack.exit_k
    fb = np.maximum(0.25 * stack.exit_m_s * stack.diameter_m**2 * GRAVITY_M_S2 * excess, LEAST_BUOYANCY)
    fm = 0.25 / stack.exit_k * (stack.exit_m_s * stack.diameter_m) ** 2 * air_k
    tip = np.maximum(1.5 - stack.exit_m_s / us, 0.0)
    release = np.maximum(stack.height_m - 2.0 * stack.diameter_m * tip, 0.0)
    rise, xmax = _stable(profiles, us, tgs, pts, fb, fm, release)
    below = ~profiles.stable & (stack.height_m < profiles.mixing_m)
    reach = final_reach_m(fb)
    depth = np.maximum(profiles.mixing_m - release, 1e-3)
    share, breaking = penetration(fb, us, profiles.aloft_n2, depth)
    xmax = np.where(below, reach, xmax)
    rise = np.where(below, convective_rise_m(reach, fb, fm, us), rise)
    return np.stack([us, sws, tgs, pts, fb, fm, release, rise, xmax, np.where(below, share, 0.0), breaking], axis=1)


def _stable(
    profiles: Profiles, us: np.ndarray, tgs: np.ndarray, pts: np.ndarray, fb: np.ndarray, fm: np.ndarray, release: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Final rise with wind and gradient half-way up, by iteration; hours that agree within 1 % are left alone."""
    rise, xmax = stable_final_m(fb, fm, us, frequency(tgs, pts), profiles, release)
    open_hours = np.ones(rise.size, dtype=bool)
    for turn in range(TURNS):
        half = release + 0.5 * rise
        u = 0.5 * (us + np.maximum(at_height(profiles.wind, half), LEAST_WIND_M_S))
        n = frequency(0.5 * (tgs + at_height(profiles.gradient, half)), 0.5 * (pts + at_height(profiles.theta, half)))
        new, new_xmax = stable_final_m(fb, fm, u, n, profiles, release)
        close = np.abs((rise - new) / new) < 0.01
        kept = 0.5 * (new + rise) if turn == TURNS - 1 else new
        xmax = np.where(open_hours, new_xmax, xmax)
        rise = np.where(open_hours, np.where(close, new, kept), rise)
        open_hours &= ~close
    return rise, xmax
