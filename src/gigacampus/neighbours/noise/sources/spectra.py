"""Sound power by octave: published component equations, cited band shapes, treatment and the laws of fans."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

import numpy as np

from gigacampus.foundation.units import KW_PER_MW
from gigacampus.neighbours.noise.propagation.bands import BANDS, a_level_dba

COMPONENTS = ("casing", "inlet", "exhaust")
FAN_LAW = 50.0
"""Sound power of a fan grows with 50 lg of its speed."""


@lru_cache(maxsize=1)
def library_spectra() -> dict[tuple[str, str], np.ndarray]:
    """Band rows of the library, (item, component) -> (band,).

    Returns
    -------
    dict[tuple[str, str], np.ndarray]
        (item, component) -> octave levels, dB, shape (band,).

    References
    ----------
    DEF

    Examples
    --------
    >>> library_spectra()["gas_turbine", "inlet"].shape
    (9,)
    """
    text = resources.files("gigacampus.library.noise").joinpath("spectra.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    names = ("f31", "f63", "f125", "f250", "f500", "f1000", "f2000", "f4000", "f8000")
    return {(r["item"], r["component"]): np.array([float(r[n]) for n in names]) for r in rows}


def turbine_power_db(power_mw: float, component: str) -> float:
    """Overall sound power level of an untreated gas turbine's casing, inlet or exhaust.

    Parameters
    ----------
    power_mw : float
        Power of the machine, MW.
    component : str
        Part of the machine, such as ``casing``, ``inlet``, ``exhaust`` or ``fan``.

    Returns
    -------
    float
        Sound power level, dB.

    Notes
    -----
    Valid for: simple cycle, 0.1 to 50 MW; sigma about 5 dB.

    References
    ----------
    UFC : UFC 3-450-02 (2003), gas turbine equations.

    Examples
    --------
    >>> round(turbine_power_db(16.5, "exhaust"), 1)
    145.2
    """
    base, slope = {"casing": (120.0, 5.0), "inlet": (127.0, 15.0), "exhaust": (133.0, 10.0)}[component]
    return base + slope * float(np.log10(power_mw))


def engine_power_db(power_mw: float, component: str) -> float:
    """Overall sound power level of a turbocharged reciprocating engine's casing, inlet or unmuffled exhaust.

    Parameters
    ----------
    power_mw : float
        Power of the machine, MW.
    component : str
        Part of the machine, such as ``casing``, ``inlet``, ``exhaust`` or ``fan``.

    Returns
    -------
    float
        Sound power level, dB.

    Notes
    -----
    Valid for: 0.1 to 20 MW, short ducts.

    References
    ----------
    BH, UFC : Bies and Hansen, chapter 11; UFC 3-450-02 has the same family.

    Examples
    --------
    >>> round(engine_power_db(2.5, "casing"), 1)
    127.0
    """
    base, slope = {"casing": (93.0, 10.0), "inlet": (95.0, 5.0), "exhaust": (114.0, 10.0)}[component]
    return base + slope * float(np.log10(power_mw * KW_PER_MW))


@lru_cache(maxsize=256)
def generator_spectra_db(item: str, power_mw: float, *, sound_power_dba: float) -> np.ndarray:
    """Treated casing, inlet and exhaust of one unit, shifted together to a stated total; shape (component, band).

    The equations and treatments give the split over components and bands; the total is the maker's or the library's.

    Parameters
    ----------
    item : str
        Kind of machine in the library's spectra.
    power_mw : float
        Power of the machine, MW.
    sound_power_dba : float
        A-weighted sound power level, dBA.

    Returns
    -------
    array
        Octave sound power levels, dB, shape (component, band).

    References
    ----------
    UFC

    Examples
    --------
    >>> treated = generator_spectra_db("gas_turbine", 16.5, sound_power_dba=114.0)
    >>> float(a_level_dba(10 * np.log10((10 ** (treated / 10)).sum(axis=0))).round(6))
    114.0
    """
    overall = turbine_power_db if item == "gas_turbine" else engine_power_db
    table = library_spectra()
    rows = np.stack([overall(power_mw, c) + table[item, c] + table[item, c + "_treatment"] for c in COMPONENTS])
    total = a_level_dba(10.0 * np.log10(np.sum(10.0 ** (0.1 * rows), axis=0)))
    shifted: np.ndarray = rows + (sound_power_dba - total)
    shifted.flags.writeable = False
    return shifted


@lru_cache(maxsize=256)
def shaped_spectrum_db(item: str, component: str, *, sound_power_dba: float) -> np.ndarray:
    """Band levels with the library's shape and a stated A-weighted total; shape (band,).

    Parameters
    ----------
    item : str
        Kind of machine in the library's spectra.
    component : str
        Part of the machine, such as ``casing``, ``inlet``, ``exhaust`` or ``fan``.
    sound_power_dba : float
        A-weighted sound power level, dBA.

    Returns
    -------
    array
        Octave sound power levels, dB, shape (band,).

    References
    ----------
    DEF

    Examples
    --------
    >>> float(a_level_dba(shaped_spectrum_db("cooling", "fan", sound_power_dba=95.0)).round(6))
    95.0
    """
    shape = library_spectra()[item, component]
    shifted: np.ndarray = shape + (sound_power_dba - a_level_dba(shape))
    shifted.flags.writeable = False
    return shifted


def fan_energy_factor(speed_frac: np.ndarray) -> np.ndarray:
    """Sound energy of a fan at part speed over that at full speed.

    Parameters
    ----------
    speed_frac : array
        Speed over full speed, 0 to 1.

    Returns
    -------
    array
        Energy over that at full speed, no unit, shape of ``speed_frac``.

    References
    ----------
    FANLAWS : fan affinity laws (50 lg of speed).

    Examples
    --------
    >>> float(fan_energy_factor(np.array(0.5)))
    0.03125
    """
    return np.asarray(speed_frac, dtype=float) ** (FAN_LAW / 10.0)


def fan_speed_frac(load_frac: np.ndarray, air_frac: np.ndarray, *, lowest_frac: float) -> np.ndarray:
    """Fan speed that rejects the load: air goes with heat, and speed with air.

    Parameters
    ----------
    load_frac : array
        Heat over design heat, 0 to 1.
    air_frac : array
        Air needed at design heat over design air, as the cooling plant states it.
    lowest_frac : float
        Least speed that fans run at, 0 to 1.

    Returns
    -------
    array
        Speed over full speed, 0 to 1, shape of the arguments together.

    References
    ----------
    FANLAWS : air goes with speed.

    Examples
    --------
    >>> float(fan_speed_frac(np.array(0.5), np.array(0.6), lowest_frac=0.2))
    0.3
    """
    out: np.ndarray = np.clip(load_frac * air_frac, lowest_frac, 1.0)
    return out


SILENT = np.full(BANDS, -np.inf)
