"""Swings by their spectrum: the waveform of jobs as harmonics, stages that smooth it as filters with limits, and what is left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray
HARMONICS = 2048
"""Harmonics of each wave, and half the points of its period."""


@dataclass(frozen=True)
class Wave:
    """A periodic trapezoid: power falls by ``height_mw`` for a share of each period."""

    height_mw: float
    period_s: float
    low_frac: float
    edge_s: float


@dataclass(frozen=True)
class Store:
    """A stage that smooths as a first-order low pass as far as its power and energy allow."""

    name: str
    power_mw: float
    """Most that it gives or takes; infinite where only the energy limits it."""
    energy_mwh: float
    smoothing_s: float
    """Time constant that is wanted; infinite: as long as the energy allows."""
    lag_s: float = 0.0
    """Lag of its own response: faster content passes by."""


@dataclass(frozen=True)
class Left:
    """What is left of the swings at one place of the chain."""

    name: str
    range_mw: float
    ramp_up_mw_per_s: float
    ramp_down_mw_per_s: float
    band_energy_frac: float
    frequency_hz: Array
    amplitude_mw: Array


def harmonics_mw(wave: Wave) -> Array:
    """Complex amplitudes of the harmonics of a trapezoid, the first at one over the period.

    Parameters
    ----------
    wave : Wave
        Height in MW, period and edge in s, share of the period at the low level.

    Returns
    -------
    array
        Amplitudes, MW, shape (harmonic,), complex; the real wave is their cosine sum.

    Notes
    -----
    Valid for: edges shorter than either level's time; the wave is centred on the middle of its low level.

    References
    ----------
    FOURIER : trapezoid as a pulse train folded with a rectangle as long as the edge.

    Examples
    --------
    >>> np.abs(harmonics_mw(Wave(100.0, 2.0, 0.5, 0.001))[:3]).round(1)
    array([63.7,  0. , 21.2])
    """
    n = np.arange(1, HARMONICS + 1)
    edge = np.sinc(n * min(wave.edge_s / wave.period_s, wave.low_frac, 1.0 - wave.low_frac))
    out: Array = -2.0 * wave.height_mw * wave.low_frac * np.sinc(n * wave.low_frac) * edge + 0.0j
    return out


def store_gain(frequency_hz: Array, swing_mw: float, store: Store) -> Array:
    """Transfer function of a stage for a swing of a given height: 1 passes all.

    Parameters
    ----------
    frequency_hz : array
        Frequency, Hz.
    swing_mw : float
        Height of the swing that arrives, MW.
    store : Store
        Power in MW, energy in MWh, time constants in s.

    Returns
    -------
    array
        Gain, no unit, complex, shape of ``frequency_hz``.

    Notes
    -----
    Valid for: a store at half charge. A first-order low pass of time constant tau moves the energy of a step times tau, so energy
    over step bounds tau; power below the step smooths that share of it.

    References
    ----------
    DEF : first-order low pass fed by a store, less what the store's own lag lets pass.

    Examples
    --------
    >>> np.abs(store_gain(np.array([0.01, 1.0]), 36.0, Store("battery", 50.0, 0.1, 100.0))).round(3)
    array([0.847, 0.016])
    """
    if swing_mw <= 0.0 or store.energy_mwh <= 0.0 or store.power_mw <= 0.0:
        return np.ones(frequency_hz.size, dtype=complex)
    carried = min(1.0, store.power_mw / swing_mw)
    tau = min(store.smoothing_s, store.energy_mwh * 3600.0 / (swing_mw * carried))
    s = 2j * math.pi * frequency_hz
    takes = s * tau / (1.0 + s * tau) / (1.0 + s * store.lag_s)
    out: Array = 1.0 - carried * takes
    return out


def through(waves: Sequence[Wave], stores: Sequence[Store], band_hz: tuple[float, float]) -> list[Left]:
    """What is left of the swings before the first stage and after each; waves of one job at its worst together."""
    spectra = [harmonics_mw(wave) for wave in waves]
    tones = [np.arange(1, HARMONICS + 1) / wave.period_s for wave in waves]
    out = [_left("accelerators", waves, tones, spectra, band_hz)]
    for store in stores:
        swing = out[-1].range_mw
        spectra = [c * store_gain(f, swing, store) for c, f in zip(spectra, tones, strict=True)]
        out.append(_left(store.name, waves, tones, spectra, band_hz))
    return out


def _left(name: str, waves: Sequence[Wave], tones: list[Array], spectra: list[Array], band_hz: tuple[float, float]) -> Left:
    span, up, down = 0.0, 0.0, 0.0
    for wave, spectrum in zip(waves, spectra, strict=True):
        series = np.fft.irfft(np.concatenate([[0.0], spectrum]) * HARMONICS, n=2 * HARMONICS)
        slope = (np.roll(series, -1) - series) * (2 * HARMONICS / wave.period_s)
        span += float(np.ptp(series))
        up, down = up + float(slope.max()), down - float(slope.min())
    tone, amplitude = np.concatenate(tones), np.abs(np.concatenate(spectra))
    energy = 0.5 * amplitude**2
    inside = (tone >= band_hz[0]) & (tone <= band_hz[1])
    total = float(energy.sum())
    share = float(energy[inside].sum()) / total if total > 0.0 else 0.0
    order = np.argsort(tone, kind="stable")
    return Left(name, span, up, down, share, tone[order], amplitude[order])


def smoothing_needed(
    waves: Sequence[Wave], stores: Sequence[Store], band_hz: tuple[float, float], *, range_mw: float, ramp_mw_per_s: float, band_frac: float
) -> Store | None:
    """Smallest store after the last stage with which range, ramp and energy in the band are kept; None where even a day's does not.

    Its power is the swing that arrives; its energy is found by bisection. No energy at all: the limits are kept without it.
    """
    arrives = through(waves, stores, band_hz)[-1]

    def kept(last: Left) -> bool:
        fast = max(last.ramp_up_mw_per_s, last.ramp_down_mw_per_s)
        clean = last.band_energy_frac <= band_frac or last.range_mw <= 1e-9
        return last.range_mw <= range_mw and fast <= ramp_mw_per_s and clean

    def with_energy(mwh: float) -> Store:
        return Store("storage needed", arrives.range_mw, mwh, math.inf)

    if kept(arrives):
        return replace(with_energy(0.0), power_mw=0.0)
    low, high = 0.0, 24.0 * arrives.range_mw
    if not kept(through(waves, [*stores, with_energy(high)], band_hz)[-1]):
        return None
    while high - low > 1e-3 * high:
        middle = 0.5 * (low + high) if low > 0.0 else high / 8.0
        low, high = (low, middle) if kept(through(waves, [*stores, with_energy(middle)], band_hz)[-1]) else (middle, high)
    return with_energy(high)
