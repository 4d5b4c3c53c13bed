"""A listening sample: noise shaped to octave levels with the plant's tones, with and without a wall, in one loudness scale."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from gigacampus.foundation.whole_file import whole_file, write_text
from gigacampus.neighbours.noise.propagation.bands import EXACT_HZ, a_level_dba

RATE_HZ = 44_100
SECONDS = 30.0
HEADROOM_DB = 14.0
"""Peak over the root mean square that is kept free, so that noise never clips."""
STATEMENT = (
    "Synthetic sound: random noise filtered to the computed octave levels, plus tones at stated frequencies. It is not a "
    "recording. Played so that the louder file measures {level:.0f} dBA at the ear, both files have their computed loudness; "
    "small loudspeakers do not reproduce what lies below about 100 Hz."
)


def shaped_noise_pa(levels_db: np.ndarray, *, seconds: float = SECONDS, seed: int = 1) -> np.ndarray:
    """Sound pressure in Pa of noise with the given octave levels; (sample,).

    >>> p = shaped_noise_pa(np.array([0, 0, 0, 0, 0, 60.0, 0, 0, 0]), seconds=2.0)
    >>> abs(20 * np.log10(np.sqrt((p ** 2).mean()) / 2e-5) - 60.0) < 0.2
    np.True_
    """
    count = int(seconds * RATE_HZ)
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    f = np.fft.rfftfreq(count, 1.0 / RATE_HZ)
    shaped = np.zeros_like(spectrum)
    for centre, level in zip(EXACT_HZ, levels_db, strict=True):
        inside = (f >= centre / np.sqrt(2.0)) & (f < centre * np.sqrt(2.0))
        part = spectrum * inside
        rms = np.sqrt(2.0 * (np.abs(part) ** 2).sum()) / count
        shaped += part * (2e-5 * 10.0 ** (level / 20.0) / rms)
    return np.fft.irfft(shaped, count)


def tones_pa(
    frequencies_hz: np.ndarray, levels_db: np.ndarray, *, seconds: float = SECONDS, drift_frac: float = 0.01, seed: int = 2
) -> np.ndarray:
    """Sound pressure in Pa of slowly drifting tones, such as a compressor's blade passing; (sample,)."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    rng = np.random.default_rng(seed)
    out = np.zeros(len(t))
    for frequency, level in zip(np.atleast_1d(frequencies_hz), np.atleast_1d(levels_db), strict=True):
        wobble = drift_frac * np.sin(2.0 * np.pi * t / 7.0 + rng.uniform(0.0, 6.28))
        phase = 2.0 * np.pi * np.cumsum(frequency * (1.0 + wobble)) / RATE_HZ
        out += np.sqrt(2.0) * 2e-5 * 10.0 ** (level / 20.0) * np.sin(phase)
    return out


def write_pair(folder: Path, *, without_db: np.ndarray, with_db: np.ndarray, tones_hz: np.ndarray, tones_below_db: float = 10.0) -> str:
    """Write ``without_wall.wav``, ``with_wall.wav`` and ``about.txt``; returns the statement. One scale for both files."""
    sounds = {}
    for name, levels in (("without_wall", without_db), ("with_wall", with_db)):
        octave = np.array([int(np.argmin(np.abs(np.log(EXACT_HZ / f)))) for f in tones_hz], dtype=int)
        tone = tones_pa(tones_hz, levels[octave] - tones_below_db) if len(tones_hz) else 0.0
        sounds[name] = shaped_noise_pa(levels) + tone
    loudest = max(float(np.sqrt((p**2).mean())) for p in sounds.values())
    scale = 10.0 ** (-HEADROOM_DB / 20.0) / loudest
    folder.mkdir(parents=True, exist_ok=True)
    for name, p in sounds.items():
        with whole_file(folder / f"{name}.wav") as part, wave.open(str(part), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes((np.clip(p * scale, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())
    text = STATEMENT.format(level=float(a_level_dba(without_db)))
    write_text(folder / "about.txt", text + "\n")
    return text
