"""Swings by their spectrum: the waveform of jobs as harmonics, stages that smooth it as filters with limits, and what is left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray
HARMONICS = 2048
"""Harmonics of each wave, and half the points of its period."""
_HALF_TURNS = math.pi * np.arange(1.0, HARMONICS + 1)


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
    n = _HALF_TURNS
    low, edge = n * wave.low_frac, n * max(min(wave.edge_s / wave.period_s, wave.low_frac, 1.0 - wave.low_frac), 1e-12)
    out: Array = (-2.0 * wave.height_mw) * np.sin(low) / n * (np.sin(edge) / edge) + 0.0j
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
        return np.ones(frequency_hz.shape, dtype=complex)
    carried = min(1.0, store.power_mw / swing_mw)
    tau = min(store.smoothing_s, store.energy_mwh * 3600.0 / (swing_mw * carried))
    turn = 2.0 * math.pi * tau * frequency_hz
    takes = np.empty(frequency_hz.shape, dtype=complex)
    takes.imag = turn / (1.0 + turn * turn)
    takes.real = turn * takes.imag
    if store.lag_s:
        takes /= 1.0 + (2j * math.pi * store.lag_s) * frequency_hz
    takes *= -carried
    takes += 1.0
    return takes


def through(waves: Sequence[Wave], stores: Sequence[Store], band_hz: tuple[float, float]) -> list[Left]:
    """What is left of the swings before the first stage and after each; waves of one job at its worst together."""
    tones = _Tones(waves, band_hz)
    spectra = np.zeros(tones.hz.shape, dtype=complex)
    for row, wave in zip(spectra, waves, strict=True):
        row[1:] = harmonics_mw(wave)
    out = [tones.left("accelerators", spectra)]
    for store in stores:
        spectra = spectra * store_gain(tones.hz, out[-1].range_mw, store)
        out.append(tones.left(store.name, spectra))
    return out


class _Tones:
    """Frequencies of the waves' harmonics, (wave, harmonic) with the mean as the first, and what is read off spectra over them."""

    def __init__(self, waves: Sequence[Wave], band_hz: tuple[float, float]) -> None:
        self.period_s = np.array([wave.period_s for wave in waves])
        self.hz = np.arange(HARMONICS + 1) / self.period_s[:, None]
        flat = self.hz.ravel()
        self.inside = ((flat >= band_hz[0]) & (flat <= band_hz[1])).astype(float)
        self.order = np.argsort(flat, kind="stable")[len(waves) :]
        self.sorted_hz = flat[self.order]

    def left(self, name: str, spectra: Array) -> Left:
        """Range and ramp of the waves put together again, and the share of their energy in the band."""
        series = np.fft.irfft(spectra, axis=1, norm="forward")
        slope = series[:, 1:] - series[:, :-1]
        last = series[:, 0] - series[:, -1]
        rate = 2 * HARMONICS / self.period_s
        energy = (spectra.real**2 + spectra.imag**2).ravel()
        total = float(energy.sum())
        return Left(
            name,
            range_mw=0.5 * float(np.ptp(series, axis=1).sum()),
            ramp_up_mw_per_s=0.5 * float(np.maximum(slope.max(axis=1), last) @ rate),
            ramp_down_mw_per_s=-0.5 * float(np.minimum(slope.min(axis=1), last) @ rate),
            band_energy_frac=float(energy @ self.inside) / total if total > 0.0 else 0.0,
            frequency_hz=self.sorted_hz,
            amplitude_mw=np.sqrt(energy.take(self.order)),
        )


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
