"""The formulas of ISO 9613-2, editions 1996 and 2024, one function each, on arrays of paths and nine octave bands."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.propagation.bands import WAVELENGTH_M

ONE_EDGE_CAP_DB = 20.0
SEVERAL_EDGES_CAP_DB = 25.0
SIDE_ZONE_HEIGHTS = 30.0
"""A side zone reaches 30 heights from the source or the receiver."""
SCREEN_C2 = 20.0
"""Constant of the screening formula when the ground term already holds the ground images."""


def divergence_db(distance_m: np.ndarray) -> np.ndarray:
    """Spherical spreading.

    Parameters
    ----------
    distance_m : array
        Distance, m.

    Returns
    -------
    array
        Attenuation, dB, shape of ``distance_m``.

    References
    ----------
    ISO9613 : ISO 9613-2, equation 7.

    Examples
    --------
    >>> float(divergence_db(np.array(100.0)))
    51.0
    """
    out: np.ndarray = 20.0 * np.log10(distance_m) + 11.0
    return out


def side_zone_db(height_m: np.ndarray, ground_g: np.ndarray, *, horizontal_m: np.ndarray) -> np.ndarray:
    """Ground attenuation of the source or the receiver zone; shape (..., band), 31.5 Hz as 63 Hz.

    Parameters
    ----------
    height_m : array
        Height above ground, m.
    ground_g : array
        Ground factor: 0 hard, 1 porous, 0 to 1.
    horizontal_m : array
        Horizontal distance, m.

    Returns
    -------
    array
        Attenuation, dB, shape (..., band).

    Notes
    -----
    Valid for: any height, bands 63 Hz to 8 kHz.

    References
    ----------
    ISO9613 : ISO 9613-2, table 3.

    Examples
    --------
    >>> side_zone_db(np.array(1.0), np.array(0.5), horizontal_m=np.array(194.165)).round(3).tolist()
    [-1.5, -1.5, -0.274, 3.099, 3.578, 0.246, -0.75, -0.75, -0.75]
    """
    h, g, p = (np.asarray(v, dtype=float) for v in (height_m, ground_g, horizontal_m))
    near = 1.0 - np.exp(-p / 50.0)
    a = 1.5 + 3.0 * np.exp(-0.12 * (h - 5.0) ** 2) * near + 5.7 * np.exp(-0.09 * h**2) * (1.0 - np.exp(-2.8e-6 * p**2))
    b = 1.5 + 8.6 * np.exp(-0.09 * h**2) * near
    c = 1.5 + 14.0 * np.exp(-0.46 * h**2) * near
    e = 1.5 + 5.0 * np.exp(-0.9 * h**2) * near
    low = np.full(np.broadcast(h, g, p).shape, -1.5)
    high = -1.5 * (1.0 - g) + 0.0 * low
    return np.stack([low, low, -1.5 + g * a, -1.5 + g * b, -1.5 + g * c, -1.5 + g * e, high, high, high], axis=-1)


def middle_zone_db(source_h_m: np.ndarray, receiver_h_m: np.ndarray, *, ground_g: np.ndarray, horizontal_m: np.ndarray) -> np.ndarray:
    """Ground attenuation of the zone between the side zones; shape (..., band).

    Parameters
    ----------
    source_h_m : array
        Height of the source above ground, m.
    receiver_h_m : array
        Height of the receiver above ground, m.
    ground_g : array
        Ground factor: 0 hard, 1 porous, 0 to 1.
    horizontal_m : array
        Horizontal distance, m.

    Returns
    -------
    array
        Attenuation, dB, shape (..., band).

    References
    ----------
    ISO9613 : ISO 9613-2, table 3.

    Examples
    --------
    >>> middle_zone_db(np.array(1.0), np.array(4.0), ground_g=np.array(0.5), horizontal_m=np.array(300.0)).round(2).tolist()[5]
    -0.75
    """
    p = np.maximum(np.asarray(horizontal_m, dtype=float), 1e-9)
    q = np.maximum(0.0, 1.0 - SIDE_ZONE_HEIGHTS * (np.asarray(source_h_m) + receiver_h_m) / p)
    low = -3.0 * q
    rest = -3.0 * q * (1.0 - np.asarray(ground_g, dtype=float))
    return np.stack([low, low, *([rest] * 7)], axis=-1)


def ground_1996_db(source_h_m: np.ndarray, receiver_h_m: np.ndarray, *, zones_g: np.ndarray, horizontal_m: np.ndarray) -> np.ndarray:
    """Ground attenuation, general method. ``zones_g`` holds G of source, middle and receiver zone in its last axis.

    Parameters
    ----------
    source_h_m : array
        Height of the source above ground, m.
    receiver_h_m : array
        Height of the receiver above ground, m.
    zones_g : array
        Ground factor of source, middle and receiver zone; (..., 3), 0 to 1.
    horizontal_m : array
        Horizontal distance, m.

    Returns
    -------
    array
        Attenuation, dB, shape (..., band).

    References
    ----------
    ISO9613 : ISO 9613-2:1996, equation 9. Returns (..., band).

    Examples
    --------
    >>> g = np.array([0.5, 0.5, 0.5])
    >>> ground_1996_db(np.array(1.0), np.array(4.0), zones_g=g, horizontal_m=np.array(194.165)).round(3).tolist()[4]
    2.491
    """
    zones_g = np.asarray(zones_g, dtype=float)
    out: np.ndarray = (
        side_zone_db(source_h_m, zones_g[..., 0], horizontal_m=horizontal_m)
        + side_zone_db(receiver_h_m, zones_g[..., 2], horizontal_m=horizontal_m)
        + middle_zone_db(source_h_m, receiver_h_m, ground_g=zones_g[..., 1], horizontal_m=horizontal_m)
    )
    return out


def ground_2024_db(source_h_m: np.ndarray, receiver_h_m: np.ndarray, *, zones_g: np.ndarray, horizontal_m: np.ndarray) -> np.ndarray:
    """As the 1996 ground term, reduced for high sources at short range.

    Parameters
    ----------
    source_h_m : array
        Height of the source above ground, m.
    receiver_h_m : array
        Height of the receiver above ground, m.
    zones_g : array
        Ground factor of source, middle and receiver zone; (..., 3), 0 to 1.
    horizontal_m : array
        Horizontal distance, m.

    Returns
    -------
    array
        Attenuation, dB, shape (..., band).

    References
    ----------
    ISO9613 : ISO 9613-2:2024. Returns (..., band).

    Examples
    --------
    >>> g = np.array([0.6, 0.6, 0.6])
    >>> ground_2024_db(np.array(1.0), np.array(1.5), zones_g=g, horizontal_m=np.array(100.0)).round(3).tolist()[2]
    -0.75
    """
    total = ground_1996_db(source_h_m, receiver_h_m, zones_g=zones_g, horizontal_m=horizontal_m)
    p2 = np.asarray(horizontal_m, dtype=float) ** 2
    k = (p2 + (np.asarray(source_h_m) - receiver_h_m) ** 2) / (p2 + (np.asarray(source_h_m) + receiver_h_m) ** 2)
    out: np.ndarray = -10.0 * np.log10(1.0 + (10.0 ** (-0.1 * total) - 1.0) * k[..., None])
    return out


def ground_alternative_db(mean_height_m: np.ndarray, distance_m: np.ndarray) -> np.ndarray:
    """Ground attenuation of the A-weighted level over mostly porous ground.

    Parameters
    ----------
    mean_height_m : array
        Mean height of the path above ground, m.
    distance_m : array
        Distance, m.

    Returns
    -------
    array
        Attenuation of the A-weighted level, dB, shape of the arguments together.

    References
    ----------
    ISO9613 : ISO 9613-2, equation 10.

    Examples
    --------
    >>> float(ground_alternative_db(np.array(2.5), np.array(194.188)).round(3))
    4.323
    """
    out: np.ndarray = np.maximum(0.0, 4.8 - 2.0 * mean_height_m / distance_m * (17.0 + 300.0 / distance_m))
    return out


def ground_image_db(source_h_m: np.ndarray, receiver_h_m: np.ndarray, *, horizontal_m: np.ndarray) -> np.ndarray:
    """Directivity term of the ground image, used with the alternative ground method.

    Parameters
    ----------
    source_h_m : array
        Height of the source above ground, m.
    receiver_h_m : array
        Height of the receiver above ground, m.
    horizontal_m : array
        Horizontal distance, m.

    Returns
    -------
    array
        Directivity term, dB, shape of the arguments together.

    References
    ----------
    ISO9613 : ISO 9613-2, equation 11.

    Examples
    --------
    >>> float(ground_image_db(np.array(1.0), np.array(4.0), horizontal_m=np.array(194.165)).round(2))
    3.01
    """
    p2 = np.asarray(horizontal_m, dtype=float) ** 2
    k = (p2 + (np.asarray(source_h_m) - receiver_h_m) ** 2) / (p2 + (np.asarray(source_h_m) + receiver_h_m) ** 2)
    out: np.ndarray = 10.0 * np.log10(1.0 + k)
    return out


def several_edges_factor(middle_m: np.ndarray) -> np.ndarray:
    """C3: 1 for a single edge, else grows to 3 with the distance between the outer edges; shape (..., band).

    Parameters
    ----------
    middle_m : array
        Distance between the outer edges, m.

    Returns
    -------
    array
        C3, 1 to 3, shape (..., band).

    References
    ----------
    ISO9613 : ISO 9613-2, equation 15.

    Examples
    --------
    >>> several_edges_factor(np.array(10.0)).round(3).tolist()[5]
    2.84
    """
    e = np.asarray(middle_m, dtype=float)[..., None]
    r2 = (5.0 * WAVELENGTH_M / np.maximum(e, 1e-9)) ** 2
    return np.where(e > 0.0, (1.0 + r2) / (1.0 / 3.0 + r2), 1.0)


def screening_1996_db(path_difference_m: np.ndarray, legs_m: np.ndarray, *, distance_m: np.ndarray, lateral: bool) -> np.ndarray:
    """Screening Dz before caps; ``legs_m`` holds first leg, middle, last leg in its last axis. Returns (..., band).

    Parameters
    ----------
    path_difference_m : array
        Path over the edges less the straight one, m.
    legs_m : array
        First leg, middle and last leg of the path over the edges; (..., 3), m.
    distance_m : array
        Distance, m.
    lateral : bool
        Whether the path goes round a side.

    Returns
    -------
    array
        Screening before caps, dB, shape (..., band).

    References
    ----------
    ISO9613, ISO17534 : ISO 9613-2:1996, equation 14 with ISO/TR 17534-3 (no weather correction for lateral or grazing
        paths).

    Examples
    --------
    >>> legs = np.array([100.0, 0.0, 100.0])
    >>> screening_1996_db(np.array(1.0), legs, distance_m=np.array(199.0), lateral=False).round(2).tolist()[5]
    15.88
    """
    z = np.asarray(path_difference_m, dtype=float)[..., None]
    c3 = several_edges_factor(legs_m[..., 1])
    met = np.sqrt(legs_m[..., 0] * legs_m[..., 2] * distance_m / (2.0 * np.maximum(path_difference_m, 1e-9)))
    weather = np.where((z <= 0.0) | lateral, 1.0, np.exp(-met / 2000.0)[..., None])
    out: np.ndarray = 10.0 * np.log10(np.maximum(3.0 + SCREEN_C2 / WAVELENGTH_M * c3 * z * weather, 1.0))
    return out


def screening_2024_db(path_difference_m: np.ndarray, legs_m: np.ndarray, *, distance_m: np.ndarray, lateral: bool) -> np.ndarray:
    """Screening Dz before caps, continuous at grazing incidence. Returns (..., band).

    Parameters
    ----------
    path_difference_m : array
        Path over the edges less the straight one, m.
    legs_m : array
        First leg, middle and last leg of the path over the edges; (..., 3), m.
    distance_m : array
        Distance, m.
    lateral : bool
        Whether the path goes round a side.

    Returns
    -------
    array
        Screening before caps, dB, shape (..., band).

    References
    ----------
    ISO9613 : ISO 9613-2:2024.

    Examples
    --------
    >>> legs = np.array([100.0, 0.0, 100.0])
    >>> screening_2024_db(np.array(1.0), legs, distance_m=np.array(199.0), lateral=False).round(2).tolist()[5]
    15.83
    """
    z = np.asarray(path_difference_m, dtype=float)[..., None]
    c3 = several_edges_factor(legs_m[..., 1])
    above = np.maximum(z + 2.0 * WAVELENGTH_M / (SCREEN_C2 * c3), 1e-12)
    long_leg = np.maximum(legs_m[..., 0], legs_m[..., 2]) + legs_m[..., 1]
    short_leg = np.minimum(legs_m[..., 0], legs_m[..., 2])
    met = np.sqrt((long_leg * short_leg * distance_m)[..., None] / (2.0 * above))
    weather = 1.0 if lateral else np.exp(-met / 2000.0)
    out: np.ndarray = 10.0 * np.log10(1.0 + np.maximum(0.0, 2.0 + SCREEN_C2 / WAVELENGTH_M * c3 * z) * weather)
    return out


def capped_db(screening_db: np.ndarray, several_edges: np.ndarray) -> np.ndarray:
    """Limit of over-top screening: 20 dB for one edge, 25 dB for several.

    Parameters
    ----------
    screening_db : array
        Screening of the path, dB.
    several_edges : array
        Whether there is more than one edge, true or false.

    Returns
    -------
    array
        Screening, dB, shape of ``screening_db``.

    References
    ----------
    ISO9613 : ISO 9613-2, clause 7.4.

    Examples
    --------
    >>> capped_db(np.array([[30.0], [30.0]]), np.array([False, True])).tolist()
    [[20.0], [25.0]]
    """
    cap = np.where(np.asarray(several_edges), SEVERAL_EDGES_CAP_DB, ONE_EDGE_CAP_DB)
    out: np.ndarray = np.minimum(screening_db, cap[..., None])
    return out


def over_top_db(screening_db: np.ndarray, ground_db: np.ndarray) -> np.ndarray:
    """What a screen adds over the top: the ground loss is already in the screening where it is positive.

    Parameters
    ----------
    screening_db : array
        Screening of the path, dB.
    ground_db : array
        Ground attenuation, dB.

    Returns
    -------
    array
        What the screen adds, dB, shape of the arguments together.

    References
    ----------
    ISO9613, ISO17534 : ISO 9613-2, equation 12, with ISO/TR 17534-3 for negative ground loss.

    Examples
    --------
    >>> over_top_db(np.array([15.0, 15.0]), np.array([3.0, -3.0])).tolist()
    [12.0, 15.0]
    """
    return np.where(ground_db > 0.0, np.maximum(screening_db - ground_db, 0.0), screening_db)


def joined_paths_db(*losses_db: np.ndarray) -> np.ndarray:
    """Loss of parallel paths over the top and round the sides, never a gain.

    Parameters
    ----------
    *losses_db : array
        Loss of each way, dB.

    Returns
    -------
    array
        Loss, dB, shape of the arguments together.

    References
    ----------
    ISO17534 : ISO/TR 17534-3.

    Examples
    --------
    >>> joined_paths_db(np.array(20.0), np.array(20.0)).round(2).item()
    16.99
    """
    energy = sum(10.0 ** (-0.1 * loss) for loss in losses_db)
    return np.maximum(0.0, -10.0 * np.log10(energy))
