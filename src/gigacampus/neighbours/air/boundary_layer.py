"""Vertical profiles of wind, turbulence and temperature gradient from one surface row per hour.

Levels are those on which the regulatory model tabulates its profiles; interpolation between them matters at the
per-cent level, so the same kind of grid is kept.

Source: AERMOD model formulation, EPA-454/R-24-009 series, sections on meteorology; Cimorelli et al. 2005.
Valid for: flat, homogeneous surroundings; one level of measured wind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GRAVITY_M_S2 = 9.80616
VON_KARMAN = 0.4
ADIABATIC_K_M = 0.00977
LEVELS_M = np.concatenate(
    [
        [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 14.0],
        np.arange(20.0, 100.0, 10.0),
        np.arange(100.0, 200.0, 20.0),
        np.arange(200.0, 2000.0, 50.0),
        np.arange(2000.0, 5001.0, 100.0),
    ]
)
LOWEST_WIND_M_S = 0.01
LEAST_GRADIENT_K_M = 0.002
RESIDUAL_SHARE = 0.02
"""Vertical turbulence above the layer over the wind at its top."""
ADJUSTED_FORM = (0.74, 4.7)
THETA_STAR_K = 0.08
"""Temperature scale of stable hours whose friction velocity is of the adjusted form (Venkatram and Princevac 2008)."""


@dataclass(frozen=True)
class Surface:
    """Surface rows, each array (hour,). Convective height, w* and gradient aloft are read in unstable hours only."""

    wind_m_s: np.ndarray
    wind_from_deg: np.ndarray
    wind_height_m: np.ndarray
    temp_k: np.ndarray
    temp_height_m: np.ndarray
    ustar_m_s: np.ndarray
    wstar_m_s: np.ndarray
    obukhov_m: np.ndarray
    convective_m: np.ndarray
    mechanical_m: np.ndarray
    gradient_aloft_k_m: np.ndarray
    roughness_m: np.ndarray
    valid: np.ndarray


@dataclass(frozen=True)
class Urban:
    """A city that keeps the night air warm."""

    population: float
    roughness_m: float


@dataclass(frozen=True)
class Profiles:
    """Profiles (hour, level) and hourly scalars (hour,) that the plume reads."""

    wind: np.ndarray
    sigma_v: np.ndarray
    sigma_w: np.ndarray
    gradient: np.ndarray
    theta: np.ndarray
    mixing_m: np.ndarray
    mechanical_m: np.ndarray
    ustar: np.ndarray
    wstar: np.ndarray
    obukhov: np.ndarray
    mixed_m: np.ndarray
    """Distance at which a plume is mixed through the layer."""
    aloft_n2: np.ndarray
    """Squared buoyancy frequency above the convective layer."""
    urban_n2: np.ndarray
    """Squared buoyancy frequency above the urban night layer; 0 in all other hours."""
    stable: np.ndarray
    wind_from_deg: np.ndarray
    valid: np.ndarray


def build(surface: Surface, urban: Urban | None = None) -> Profiles:
    """Profiles of every hour; an urban area changes stable hours, and weakly convective mornings."""
    s = bounded(surface)
    z, stable = LEVELS_M[None, :], s.obukhov_m > 0.0
    zi = np.where(stable, s.mechanical_m, np.maximum(s.convective_m, s.mechanical_m))
    wind = wind_profile(s, zi)
    gradient = gradient_profile(s, zi, stable)
    theta = theta_profile(gradient, s)
    wind_zi = at_height(wind, zi)
    sv = sigma_v(z, s, stable)
    sw = sigma_w(z, s, zi, stable, RESIDUAL_SHARE * wind_zi)
    made = assemble(s, zi, stable, wind, sv, sw, gradient, theta)
    return made if urban is None else _urban(made, s, urban, at_height(theta, zi))


def assemble(
    s: Surface,
    zi: np.ndarray,
    stable: np.ndarray,
    wind: np.ndarray,
    sv: np.ndarray,
    sw: np.ndarray,
    gradient: np.ndarray,
    theta: np.ndarray,
) -> Profiles:
    """Profiles and the hourly scalars that follow from them."""
    mixed = zi * mean_below(wind, zi) / mean_below(sw, zi)
    aloft = GRAVITY_M_S2 / at_height(theta, zi) * s.gradient_aloft_k_m
    return Profiles(
        wind,
        sv,
        sw,
        gradient,
        theta,
        zi,
        s.mechanical_m,
        s.ustar_m_s,
        s.wstar_m_s,
        s.obukhov_m,
        mixed,
        aloft,
        np.zeros_like(zi),
        stable,
        s.wind_from_deg,
        s.valid,
    )


def sigma_v(z: np.ndarray, s: Surface, stable: np.ndarray) -> np.ndarray:
    """Crosswind turbulence, mechanical and convective; shape (hour, n)."""
    convective = convective_sv2(z, s.convective_m, s.wstar_m_s)
    out: np.ndarray = np.sqrt(_sv2_mechanical(z, s) + np.where(stable[:, None], 0.0, convective))
    return out


def sigma_w(z: np.ndarray, s: Surface, zi: np.ndarray, stable: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """Vertical turbulence, mechanical with what is left above the layer (``residual``), and convective; (hour, n)."""
    convective = np.maximum(convective_sw2(z, s.convective_m, s.wstar_m_s), 1e-8)
    mechanical = np.maximum(_sw2_mechanical(z, s, zi, residual), 1e-8)
    out: np.ndarray = np.sqrt(mechanical + np.where(stable[:, None], 0.0, convective))
    return out


def bounded(s: Surface) -> Surface:
    """Limits on the rows; invalid hours get harmless numbers so that no formula fails."""
    length = np.where(np.abs(s.obukhov_m) < 1.0, np.sign(s.obukhov_m), s.obukhov_m)
    fill = {"wind_m_s": 1.0, "temp_k": 290.0, "ustar_m_s": 0.1, "mechanical_m": 100.0, "convective_m": 100.0}
    put = {name: np.where(s.valid & (getattr(s, name) > 0.0), getattr(s, name), value) for name, value in fill.items()}
    put["mechanical_m"] = np.clip(put["mechanical_m"], 1.0, 4000.0)
    put["convective_m"] = np.clip(put["convective_m"], 1.0, 4000.0)
    rest = {
        "wind_from_deg": s.wind_from_deg,
        "wind_height_m": s.wind_height_m,
        "temp_height_m": s.temp_height_m,
        "wstar_m_s": np.maximum(s.wstar_m_s, 0.001),
        "obukhov_m": np.where(s.valid, length, 100.0),
        "gradient_aloft_k_m": np.maximum(s.gradient_aloft_k_m, 0.005),
        "roughness_m": np.maximum(s.roughness_m, 1e-4),
        "valid": s.valid,
    }
    return Surface(**put, **rest)


def similarity_wind(z: np.ndarray, ustar: np.ndarray, obukhov: np.ndarray, roughness: np.ndarray) -> np.ndarray:
    """Wind by surface-layer similarity.

    Source: Businger 1971 and Dyer 1974 (unstable), van Ulden and Holtslag 1985 (stable).

    >>> u = similarity_wind(np.array(10.0), np.array(0.4), np.array(1e9), np.array(0.1))
    >>> round(float(u), 2)
    4.61
    """
    out: np.ndarray = ustar / VON_KARMAN * (np.log(z / roughness) - psi_m(z / obukhov) + psi_m(roughness / obukhov))
    return out


def psi_m(ratio: np.ndarray) -> np.ndarray:
    """Stability correction of the wind profile for height over length scale.

    >>> psi_m(np.array([-0.5, 0.0, 0.5])).round(3).tolist()
    [0.793, -0.0, -2.295]
    """
    flat = np.ravel(np.asarray(ratio, dtype=float))
    out = 17.0 * np.expm1(-0.29 * np.maximum(flat, 0.0))
    unstable = np.flatnonzero(flat < 0.0)
    mu = np.sqrt(np.sqrt(1.0 - 16.0 * flat[unstable]))
    out[unstable] = np.log((1.0 + mu) ** 2 * (1.0 + mu * mu) / 8.0) - 2.0 * np.arctan(mu) + np.pi / 2.0
    value: np.ndarray = out.reshape(np.shape(ratio))
    return value


def wind_theory(z: np.ndarray, s: Surface, zi: np.ndarray) -> np.ndarray:
    """Similarity wind at heights (1, n): linear below 7 roughness lengths, constant above the lid; shape (hour, n).

    Where the reference wind was measured above the lid, that wind holds above the lid.
    """
    low = 7.0 * s.roughness_m[:, None]
    inside = np.maximum(np.minimum(z, zi[:, None]), low)
    made = similarity_wind(inside, s.ustar_m_s[:, None], s.obukhov_m[:, None], s.roughness_m[:, None])
    made = made * np.minimum(z / low, 1.0)
    loose = (s.wind_height_m > zi)[:, None] & (z > zi[:, None])
    return np.where(loose, s.wind_m_s[:, None], made)


def wind_profile(s: Surface, zi: np.ndarray) -> np.ndarray:
    """Measured wind carried along the similarity profile."""
    z, reference = LEVELS_M[None, :], s.wind_height_m[:, None]
    measured = s.wind_m_s[:, None]
    wind = wind_theory(z, s, zi) * (measured / wind_theory(np.maximum(reference, 1e-3), s, zi))
    return np.maximum(np.where(np.abs(reference - z) <= 0.1, measured, wind), LOWEST_WIND_M_S)


def night_gradient(z: np.ndarray, s: Surface, zi: np.ndarray, theta_star: np.ndarray, form: tuple[float, float]) -> np.ndarray:
    """Potential temperature gradient of stable air: similarity to 100 m, decaying above; shape (hour, n).

    ``form`` holds the constant and the slope of the dimensionless gradient.
    """
    height = np.clip(z, 2.0, 100.0)
    layer = theta_star[:, None] / (VON_KARMAN * height) * (form[0] + form[1] * height / s.obukhov_m[:, None])
    decay = np.exp(-np.maximum(z - 100.0, 0.0) / (0.44 * np.maximum(100.0, zi[:, None])))
    out: np.ndarray = np.maximum(layer * decay, LEAST_GRADIENT_K_M)
    return out


def day_gradient(s: Surface, zi: np.ndarray) -> np.ndarray:
    """Gradient of convective hours: none in the layer, the inversion's for 500 m above it, then 0.005 K/m."""
    z, top = LEVELS_M[None, :], zi[:, None]
    return np.where(z <= top, 0.0, np.where(z <= top + 500.0, s.gradient_aloft_k_m[:, None], 0.005))


def gradient_profile(s: Surface, zi: np.ndarray, stable: np.ndarray) -> np.ndarray:
    """Gradient of every hour, with the constant temperature scale that belongs to the adjusted friction velocity."""
    night = night_gradient(LEVELS_M[None, :], s, zi, np.full(zi.size, THETA_STAR_K), ADJUSTED_FORM)
    return np.where(stable[:, None], night, day_gradient(s, zi))


def theta_profile(gradient: np.ndarray, s: Surface) -> np.ndarray:
    """Potential temperature by integrating the gradient from the height at which temperature is measured."""
    steps = 0.5 * (gradient[:, 1:] + gradient[:, :-1]) * np.diff(LEVELS_M)
    rise = np.concatenate([np.zeros((len(gradient), 1)), np.cumsum(steps, axis=1)], axis=1)
    below = np.clip(np.searchsorted(LEVELS_M, s.temp_height_m, side="right") - 1, 0, LEVELS_M.size - 2)
    rows = np.arange(len(gradient))
    mean = 0.5 * (gradient[rows, below] + gradient[rows, below + 1])
    at_reference = rise[rows, below] + mean * (s.temp_height_m - LEVELS_M[below])
    out: np.ndarray = (s.temp_k + ADIABATIC_K_M * s.temp_height_m)[:, None] + rise - at_reference[:, None]
    return out


def _sv2_mechanical(z: np.ndarray, s: Surface) -> np.ndarray:
    ground = 3.6 * s.ustar_m_s[:, None] ** 2
    top = np.minimum(ground, 0.25)
    out: np.ndarray = ground + np.minimum(z / s.mechanical_m[:, None], 1.0) * (top - ground)
    return out


def _sw2_mechanical(z: np.ndarray, s: Surface, zi: np.ndarray, residual: np.ndarray) -> np.ndarray:
    depth = np.minimum(z / zi[:, None], 1.0)
    out: np.ndarray = (residual[:, None] * depth) ** 2 + 1.69 * s.ustar_m_s[:, None] ** 2 * (1.0 - depth)
    return out


def convective_sv2(z: np.ndarray, depth: np.ndarray, wstar: np.ndarray) -> np.ndarray:
    """Variance of crosswind from convection: even in the layer, falling to at most 0.25 m2/s2 at 1.2 depths."""
    even = 0.35 * wstar[:, None] ** 2
    aloft = np.minimum(even, 0.25)
    fall = np.clip((z / depth[:, None] - 1.0) / 0.2, 0.0, 1.0)
    out: np.ndarray = even + fall * (aloft - even)
    return out


def convective_sw2(z: np.ndarray, depth: np.ndarray, wstar: np.ndarray) -> np.ndarray:
    """Variance of vertical wind from convection: growing in the lowest tenth, even, and dying away above."""
    ratio = z / depth[:, None]
    low = 1.6 * np.minimum(ratio, 0.1) ** (2.0 / 3.0)
    even = 0.35 * np.exp(-6.0 * np.maximum(ratio - 1.0, 0.0))
    out: np.ndarray = np.where(ratio <= 0.1, low, even) * wstar[:, None] ** 2
    return out


def at_height(profile: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Value of a profile (hour, level) at one height of each hour."""
    below = np.clip(np.searchsorted(LEVELS_M, height, side="right") - 1, 0, LEVELS_M.size - 2)
    rows = np.arange(len(profile))
    share = (height - LEVELS_M[below]) / (LEVELS_M[below + 1] - LEVELS_M[below])
    out: np.ndarray = profile[rows, below] + share * (profile[rows, below + 1] - profile[rows, below])
    return out


def mean_below(profile: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Mean of a profile from the ground to one height of each hour."""
    below = np.clip(np.searchsorted(LEVELS_M, height, side="right") - 1, 0, LEVELS_M.size - 2)
    rows = np.arange(len(profile))
    total = cumulative(profile)[rows, below]
    last = 0.5 * (profile[rows, below] + at_height(profile, height)) * (height - LEVELS_M[below])
    out: np.ndarray = (total + last) / height
    return out


def cumulative(profile: np.ndarray) -> np.ndarray:
    """Integral of a profile from the ground to every level."""
    steps = 0.5 * (profile[:, 1:] + profile[:, :-1]) * np.diff(LEVELS_M)
    return np.concatenate([np.zeros((len(profile), 1)), np.cumsum(steps, axis=1)], axis=1)


REFERENCE_POPULATION = 2.0e6
GREATEST_WARMTH_K = 12.0


def _urban(made: Profiles, s: Surface, urban: Urban, theta_zi: np.ndarray) -> Profiles:
    """Night layer of a city: a convective-like layer whose depth and heat flux grow with its population.

    Source: AERMOD formulation, urban option (Oke 1982 for the warmth). Valid for: populations of 21,000 and more.
    """
    depth = 400.0 * (urban.population / REFERENCE_POPULATION) ** 0.25
    warmth = GREATEST_WARMTH_K * (0.1 * np.log(urban.population / REFERENCE_POPULATION) + 1.0)
    flux = 0.03 * warmth * s.ustar_m_s
    wstar = (GRAVITY_M_S2 / s.temp_k * flux * depth) ** (1.0 / 3.0)
    low = 7.0 * np.maximum(urban.roughness_m, s.roughness_m)
    matched = wstar * np.sqrt(1.6 * (low / depth) ** (2.0 / 3.0))
    ustar = np.maximum(s.ustar_m_s, matched / (1.3 * np.sqrt(1.0 - low / np.maximum(depth, s.mechanical_m))))
    length = s.temp_k * ustar**3 / (VON_KARMAN * GRAVITY_M_S2 * flux)
    nearer_neutral = np.where(made.stable, np.maximum(length, s.obukhov_m), np.maximum(-length, s.obukhov_m))
    on = made.stable | (s.convective_m <= depth)
    full, z = np.full(on.size, depth), LEVELS_M[None, :]
    sv = np.sqrt(made.sigma_v**2 + convective_sv2(z, full, wstar))
    sw = np.sqrt(made.sigma_w**2 + convective_sw2(z, full, wstar))
    gradient = np.where(z <= depth, 1e-5, made.gradient)

    def pick(new: np.ndarray, old: np.ndarray) -> np.ndarray:
        return np.where(on[:, None] if new.ndim == 2 else on, new, old)

    zi = pick(np.maximum(depth, s.mechanical_m), made.mixing_m)
    return Profiles(
        made.wind,
        pick(sv, made.sigma_v),
        pick(sw, made.sigma_w),
        pick(gradient, made.gradient),
        pick(theta_profile(gradient, s), made.theta),
        zi,
        made.mechanical_m,
        pick(ustar, made.ustar),
        made.wstar,
        pick(nearer_neutral, made.obukhov),
        made.mixed_m * zi / made.mixing_m,
        made.aloft_n2,
        pick(GRAVITY_M_S2 / theta_zi * 0.005, np.zeros_like(zi)),
        made.stable,
        made.wind_from_deg,
        made.valid,
    )
