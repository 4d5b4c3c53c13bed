"""Published curves from level to the share of people annoyed or disturbed in their sleep. They disagree: choose one."""

from __future__ import annotations

import numpy as np

ROAD = (9.868e-4, -1.436e-2, 0.5118)
AIRCRAFT = (-9.199e-5, 3.932e-2, 0.2939)
RAIL = (7.239e-4, -7.851e-3, 0.1695)
INDUSTRY = (36.307, -1.886, 0.02523)


def tolerance_annoyed_frac(ldn_db: np.ndarray, *, tolerance_db: float) -> np.ndarray:
    """Share highly annoyed from the community tolerance level.

    Parameters
    ----------
    ldn_db : array
        Day-night level, dB.
    tolerance_db : float
        Community tolerance level, dB.

    Returns
    -------
    array
        Share of people, 0 to 1, shape of ``ldn_db``.

    Notes
    -----
    Valid for: Ldn 45 to 75.

    References
    ----------
    ISO1996 : ISO 1996-1:2016, annex E.

    Examples
    --------
    >>> float(tolerance_annoyed_frac(np.array(65.0), tolerance_db=70.0).round(3))
    0.376
    """
    ratio = 10.0 ** ((np.asarray(ldn_db, dtype=float) - tolerance_db + 5.3) / 10.0)
    return np.exp(-(np.maximum(ratio, 1e-12) ** -0.3))


def transport_annoyed_frac(lden_db: np.ndarray, *, curve: tuple[float, float, float] = ROAD) -> np.ndarray:
    """Share highly annoyed by transport noise.

    Parameters
    ----------
    lden_db : array
        Day-evening-night level, dB.
    curve : tuple[float, float, float], optional
        Coefficients of the three powers of the level over 42 dB, no unit.

    Returns
    -------
    array
        Share of people, 0 to 1, shape of ``lden_db``.

    Notes
    -----
    Valid for: Lden 45 to 75.

    References
    ----------
    MO01 : Miedema and Oudshoorn 2001.

    Examples
    --------
    >>> float(transport_annoyed_frac(np.array(60.0)).round(3))
    0.103
    """
    x = np.clip(np.asarray(lden_db, dtype=float) - 42.0, 0.0, 33.0)
    return np.clip((curve[0] * x**3 + curve[1] * x**2 + curve[2] * x) / 100.0, 0.0, 1.0)


def industry_annoyed_frac(lden_db: np.ndarray) -> np.ndarray:
    """Share highly annoyed by industry.

    Parameters
    ----------
    lden_db : array
        Day-evening-night level, dB.

    Returns
    -------
    array
        Share of people, 0 to 1, shape of ``lden_db``.

    Notes
    -----
    Valid for: Lden 40 to 65.

    References
    ----------
    MV04 : Miedema and Vos 2004, constants from memory.

    Examples
    --------
    >>> float(industry_annoyed_frac(np.array(60.0)).round(3))
    0.14
    """
    level = np.clip(np.asarray(lden_db, dtype=float), 37.4, 75.0)
    out: np.ndarray = np.clip((INDUSTRY[0] + INDUSTRY[1] * level + INDUSTRY[2] * level**2) / 100.0, 0.0, 1.0)
    return out


def logistic_annoyed_frac(ldn_db: np.ndarray) -> np.ndarray:
    """Share highly annoyed.

    Parameters
    ----------
    ldn_db : array
        Day-night level, dB.

    Returns
    -------
    array
        Share of people, 0 to 1, shape of ``ldn_db``.

    Notes
    -----
    Valid for: Ldn 45 to 75.

    References
    ----------
    FICON92 : FICON 1992.

    Examples
    --------
    >>> float(logistic_annoyed_frac(np.array(65.0)).round(3))
    0.123
    """
    return 1.0 / (1.0 + np.exp(11.13 - 0.141 * np.asarray(ldn_db, dtype=float)))


SLEEP = {"road": (19.4312, -0.9336, 0.0126), "rail": (67.5406, -3.1852, 0.0391), "aircraft": (16.7885, -0.9293, 0.0198)}


def sleep_disturbed_frac(lnight_db: np.ndarray, *, curve: str = "road") -> np.ndarray:
    """Share highly disturbed in sleep.

    Parameters
    ----------
    lnight_db : array
        Night level outside, dB.
    curve : str, optional
        Name of the curve.

    Returns
    -------
    array
        Share of people, 0 to 1, shape of ``lnight_db``.

    Notes
    -----
    Valid for: Lnight 40 to 65.

    References
    ----------
    BASNER18 : Basner and McGuire 2018 (WHO Europe), by kind of traffic.

    Examples
    --------
    >>> float(sleep_disturbed_frac(np.array(50.0)).round(3)), float(sleep_disturbed_frac(np.array(50.0), curve="aircraft").round(3))
    (0.043, 0.198)
    """
    a, b, c = SLEEP[curve]
    level = np.clip(np.asarray(lnight_db, dtype=float), 40.0, 70.0)
    share = (a + b * level + c * level**2) / 100.0
    return np.where(np.asarray(lnight_db) < 40.0, 0.0, np.clip(share, 0.0, 1.0))


def annoyed_frac(curve: str, *, ldn_db: np.ndarray, lden_db: np.ndarray, tolerance_db: float) -> np.ndarray:
    """Share highly annoyed by the named curve; zero below 40 dB, where none of them was fitted.

    Parameters
    ----------
    curve : str
        Name of the curve.
    ldn_db : array
        Day-night level, dB.
    lden_db : array
        Day-evening-night level, dB.
    tolerance_db : float
        Community tolerance level, dB.

    Returns
    -------
    array
        Share of people, 0 to 1, shape of the levels.

    References
    ----------
    ISO1996, MO01, MV04, FICON92

    Examples
    --------
    >>> float(annoyed_frac("logistic", ldn_db=np.array(65.0), lden_db=np.array(65.0), tolerance_db=70.0).round(3))
    0.123
    """
    share = {
        "tolerance": lambda: tolerance_annoyed_frac(ldn_db, tolerance_db=tolerance_db),
        "road": lambda: transport_annoyed_frac(lden_db),
        "industry": lambda: industry_annoyed_frac(lden_db),
        "logistic": lambda: logistic_annoyed_frac(ldn_db),
    }[curve]()
    return np.where(ldn_db < 40.0, 0.0, share)
