"""Building work as a source: the machines of a fleet, in the months before a hall is in service, in working hours."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.sources.spectra import shaped_spectrum_db

REFERENCE_M = 15.24
HALF_SPACE_DB = 8.0
HEIGHT_M = 2.0


@lru_cache(maxsize=1)
def machines() -> dict[str, tuple[float, float]]:
    """Highest A-weighted level at 15.24 m and share of the time at it, by machine."""
    text = resources.files("gigacampus.library.noise").joinpath("construction.csv").read_text(encoding="utf-8")
    return {r["machine"]: (float(r["lmax_dba_at_15_24_m"]), float(r["use_frac"])) for r in csv.DictReader(text.splitlines())}


def machine_power_dba(highest_dba: float, use_frac: float) -> float:
    """Mean sound power level of a machine from its highest level at 15.24 m over hard ground and its use factor.

    Source: FHWA Roadway Construction Noise Model 2006 (level and use factor); spreading over a hemisphere.

    >>> round(machine_power_dba(85.0, 0.4), 1)
    112.7
    """
    return highest_dba + 20.0 * float(np.log10(REFERENCE_M)) + HALF_SPACE_DB + 10.0 * float(np.log10(use_frac))


def fleet_spectrum_db(fleet: dict[Any, float]) -> np.ndarray | None:
    """Octave sound power of all machines together while work goes on; None without machines."""
    energy = sum(count * 10.0 ** (0.1 * machine_power_dba(*machines()[name])) for name, count in fleet.items())
    return shaped_spectrum_db("construction", "plant", sound_power_dba=10.0 * float(np.log10(energy))) if energy > 0.0 else None


def under_construction(wait_months: np.ndarray, work_months: float) -> np.ndarray:
    """Share of each month in which a hall is built, from the time until it is in service at the month's beginning; (month,).

    What stands at the beginning was built before.

    >>> under_construction(np.array([2.5, 1.5, 0.5, 0.0]), 1.0).tolist()
    [0.0, 0.5, 0.5, 0.0]
    """
    out: np.ndarray = np.maximum(np.minimum(wait_months, 1.0) - np.maximum(wait_months - work_months, 0.0), 0.0)
    return out


def working_hours(noise: Any, hour_of_day: np.ndarray) -> np.ndarray:
    """1 in the hours in which builders work, else 0; (hour,)."""
    out: np.ndarray = ((hour_of_day >= noise.construction_from_h) & (hour_of_day < noise.construction_to_h)).astype(float)
    return out
