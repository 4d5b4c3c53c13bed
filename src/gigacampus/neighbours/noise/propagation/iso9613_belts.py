"""What dense woods and plant take off by the length of a ray in them: ISO 9613-2, annex A."""

from __future__ import annotations

import numpy as np

SHORTEST_WOODS_M, SHORT_WOODS_M, LONGEST_WOODS_M = 10.0, 20.0, 200.0
SHORT_WOODS_DB = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0])
WOODS_DB_PER_M = np.array([0.02, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.09, 0.12])
PLANT_DB_PER_M = np.array([0.0, 0.0, 0.015, 0.025, 0.025, 0.02, 0.02, 0.015, 0.015])
MOST_PLANT_DB = 10.0


def woods_db(length_m: np.ndarray) -> np.ndarray:
    """Loss in dense woods by the length of the ray in them; 31.5 Hz as 63 Hz.

    Parameters
    ----------
    length_m : array
        Length in woods, m.

    Returns
    -------
    array
        Attenuation, dB, shape (..., band).

    Notes
    -----
    Valid for: woods that one cannot see through; beyond 200 m the loss of 200 m.

    References
    ----------
    ISO9613 : ISO 9613-2, annex A, dense foliage.

    Examples
    --------
    >>> woods_db(np.array([5.0, 15.0, 500.0]))[:, [1, 4]].tolist()
    [[0.0, 0.0], [0.0, 1.0], [4.0, 10.0]]
    """
    length = np.minimum(np.asarray(length_m, dtype=float), LONGEST_WOODS_M)[..., None]
    long = length * WOODS_DB_PER_M
    return np.where(length < SHORTEST_WOODS_M, 0.0, np.where(length < SHORT_WOODS_M, SHORT_WOODS_DB, long))


def plant_db(length_m: np.ndarray) -> np.ndarray:
    """Loss among pipes, vessels and machines of a plant by the length of the ray in them; 31.5 Hz as 63 Hz.

    Parameters
    ----------
    length_m : array
        Length in the plant, m.

    Returns
    -------
    array
        Attenuation, at most 10 dB, shape (..., band).

    References
    ----------
    ISO9613 : ISO 9613-2, annex A, industrial sites.

    Examples
    --------
    >>> plant_db(np.array([100.0, 1000.0]))[:, 4].tolist()
    [2.5, 10.0]
    """
    out: np.ndarray = np.minimum(np.asarray(length_m, dtype=float)[..., None] * PLANT_DB_PER_M, MOST_PLANT_DB)
    return out
