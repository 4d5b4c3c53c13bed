"""Indicators made of levels: day-night and day-evening-night, uncertainty, share of people annoyed or disturbed."""

from __future__ import annotations

import numpy as np

Z80 = 1.2815515655446004
"""Half width of the central 80 % of a normal distribution in standard deviations."""
Z90 = 1.6448536269514722


def day_night_level_db(day_db: np.ndarray, night_db: np.ndarray) -> np.ndarray:
    """Day-night level: 15 hours of day, 9 hours of night with 10 dB added.

    Parameters
    ----------
    day_db : array
        Level by day, dB.
    night_db : array
        Level at night, dB.

    Returns
    -------
    array
        Day-night level, dB, shape of the arguments together.

    References
    ----------
    EPA74 : EPA 550/9-74-004.

    Examples
    --------
    >>> float(day_night_level_db(np.array(48.6), np.array(48.6)).round(1))
    55.0
    """
    return 10.0 * np.log10((15.0 * 10.0 ** (0.1 * np.asarray(day_db)) + 9.0 * 10.0 ** (0.1 * (np.asarray(night_db) + 10.0))) / 24.0 + 1e-30)


def propagation_sigma_db(distance_m: np.ndarray) -> np.ndarray:
    """Standard deviation of the computed loss.

    Parameters
    ----------
    distance_m : array
        Distance, m.

    Returns
    -------
    array
        Standard deviation, dB, shape of ``distance_m``.

    References
    ----------
    ISO9613 : ISO 9613-2, stated accuracy of 3 dB to 1 km, read as a 90 % half width; beyond 1 km it grows by 2 dB a
        kilometre, by judgement, because the standard states nothing there.

    Examples
    --------
    >>> propagation_sigma_db(np.array([500.0, 3000.0])).round(2).tolist()
    [1.82, 4.26]
    """
    beyond_km = np.maximum(np.asarray(distance_m, dtype=float) / 1000.0 - 1.0, 0.0)
    return (3.0 + 2.0 * beyond_km) / Z90


def half_width_db(*sigmas_db: np.ndarray) -> np.ndarray:
    """Half width of the 80 % band of independent errors, in quadrature.

    Parameters
    ----------
    *sigmas_db : array
        Standard deviations of independent errors, dB.

    Returns
    -------
    array
        Half width, dB, shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(half_width_db(np.array(3.0), np.array(4.0)).round(2))
    6.41
    """
    return Z80 * np.sqrt(sum(np.asarray(s, dtype=float) ** 2 for s in sigmas_db))


def day_evening_night_level_db(day_db: np.ndarray, evening_db: np.ndarray, night_db: np.ndarray) -> np.ndarray:
    """Day-evening-night level with 5 dB added to 4 evening hours (19 to 23) and 10 dB to 8 night hours (23 to 7).

    Parameters
    ----------
    day_db : array
        Level by day, dB.
    evening_db : array
        Level in the evening, dB.
    night_db : array
        Level at night, dB.

    Returns
    -------
    array
        Day-evening-night level, dB, shape of the arguments together.

    References
    ----------
    END02 : Directive 2002/49/EC, annex I.

    Examples
    --------
    >>> float(day_evening_night_level_db(np.array(50.0), np.array(50.0), np.array(50.0)).round(2))
    56.4
    """
    parts = ((12.0, day_db, 0.0), (4.0, evening_db, 5.0), (8.0, night_db, 10.0))
    return 10.0 * np.log10(sum(h * 10.0 ** (0.1 * (np.asarray(v) + more)) for h, v, more in parts) / 24.0 + 1e-30)


def place_sigma_db(distance_m: np.ndarray, half_width_m: np.ndarray) -> np.ndarray:
    """Standard deviation of a level from not knowing the distance: 7.5 dB for each doubling, half width read as 90 %.

    Parameters
    ----------
    distance_m : array
        Distance, m.
    half_width_m : array
        Half width of what is known of the place, m.

    Returns
    -------
    array
        Standard deviation, dB, shape of the arguments together.

    Notes
    -----
    Valid for: half width below distance.

    References
    ----------
    DEF : derivative of spherical spreading with a quarter more for air and ground.

    Examples
    --------
    >>> float(place_sigma_db(np.array(800.0), np.array(400.0)).round(2))
    3.3
    """
    relative = np.minimum(np.asarray(half_width_m, dtype=float) / np.maximum(distance_m, 1.0), 1.0)
    out: np.ndarray = 1.25 * 20.0 / np.log(10.0) * relative / Z90
    return out


WINDOW_OPEN_DB = 15.0
WINDOW_CLOSED_DB = 28.0


def indoor_level_db(outdoor_db: np.ndarray, *, window_open: bool) -> np.ndarray:
    """Level inside from the level outside a house.

    Parameters
    ----------
    outdoor_db : array
        Level outside, dB.
    window_open : bool
        Whether windows stand open.

    Returns
    -------
    array
        Level inside, dB, shape of ``outdoor_db``.

    Notes
    -----
    Valid for: A-weighted levels of broadband sound; low notes come in with 5 to 10 dB less reduction.

    References
    ----------
    WHO09 : WHO Europe 2009, 15 dB open; 28 dB closed is a judgement.

    Examples
    --------
    >>> float(indoor_level_db(np.array(50.0), window_open=True))
    35.0
    """
    return np.asarray(outdoor_db, dtype=float) - (WINDOW_OPEN_DB if window_open else WINDOW_CLOSED_DB)
