"""The formulas of CNOSSOS-EU propagation (Directive (EU) 2015/996 as amended by 2021/1226), one function each.

Frequencies are the nominal ones with a sound speed of 340 m/s, as in the published test cases. Results have nine octave
bands; 31.5 Hz is an extension.
"""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.propagation.bands import NOMINAL_HZ, WAVELENGTH_M

WAVE_NUMBER = 2.0 * np.pi / WAVELENGTH_M
TURBULENCE_A0 = 2.0e-4
"""Bending of rays per metre, used to raise heights over the mean plane in favourable conditions."""
CAP_DB = 25.0
THIN_M = 0.3
"""Edges nearer to each other than this count as one."""


def path_ground_g(path_g: float, source_g: float, *, plane_m: float, heights_m: float) -> float:
    """G of the path corrected for the source area near the source.

    Parameters
    ----------
    path_g : float
        Ground factor of the path, 0 to 1.
    source_g : float
        Ground factor at the source, 0 to 1.
    plane_m : float
        Distance along the mean plane, m.
    heights_m : float
        Height of source and receiver together, m.

    Returns
    -------
    float
        Ground factor, 0 to 1.

    References
    ----------
    CNOSSOS : Directive, equation 2.5.14.

    Examples
    --------
    >>> path_ground_g(1.0, 0.0, plane_m=60.0, heights_m=4.0)
    0.5
    """
    reach = 30.0 * heights_m
    return path_g * plane_m / reach + source_g * (1.0 - plane_m / reach) if plane_m <= reach else path_g


def absorption_per_m(g_w: float) -> np.ndarray:
    """w, how fast ground of a kind absorbs along the path; (band,).

    Parameters
    ----------
    g_w : float
        Ground factor that carries absorption along the path, 0 to 1.

    Returns
    -------
    array
        w, 1/m, shape (band,).

    References
    ----------
    CNOSSOS : Directive, equation 2.5.17.

    Examples
    --------
    >>> absorption_per_m(0.5)[5].round(4).item()
    0.0766
    """
    f = NOMINAL_HZ
    out: np.ndarray = 0.0185 * f**2.5 * g_w**2.6 / (f**1.5 * g_w**2.6 + 1.3e3 * f**0.75 * g_w**1.3 + 1.16e6)
    return out


def absorption_length_m(plane_m: float, g_w: float) -> np.ndarray:
    """Cf, the length that carries ground absorption; (band,).

    Parameters
    ----------
    plane_m : float
        Distance along the mean plane, m.
    g_w : float
        Ground factor that carries absorption along the path, 0 to 1.

    Returns
    -------
    array
        Cf, m, shape (band,).

    References
    ----------
    CNOSSOS : Directive, equation 2.5.16.

    Examples
    --------
    >>> absorption_length_m(194.165, 0.5).round(2).tolist()[5]
    23.76
    """
    wp = absorption_per_m(g_w) * plane_m
    return plane_m * (1.0 + 3.0 * wp * np.exp(-np.sqrt(wp))) / (1.0 + wp)


def ground_homogeneous_db(source_z: float, receiver_z: float, *, plane_m: float, g_w: float, g_m: float, path_g: float) -> np.ndarray:
    """Ground attenuation without refraction over the mean plane; (band,).

    Parameters
    ----------
    source_z : float
        Height of the source above the mean plane, m.
    receiver_z : float
        Height of the receiver above the mean plane, m.
    plane_m : float
        Distance along the mean plane, m.
    g_w : float
        Ground factor that carries absorption along the path, 0 to 1.
    g_m : float
        Ground factor that carries the correction at the ends of the path, 0 to 1.
    path_g : float
        Ground factor of the path, 0 to 1.

    Returns
    -------
    array
        Attenuation, dB, shape (band,).

    References
    ----------
    CNOSSOS : Directive, equations 2.5.15 and 2.5.18.

    Examples
    --------
    >>> ground_homogeneous_db(1.0, 4.0, plane_m=194.165, g_w=0.5, g_m=0.5, path_g=0.5).round(2).tolist()[4:6]
    [0.85, 5.71]
    """
    lowest = -3.0 * (1.0 - g_m)
    if path_g == 0.0:
        return np.full(len(NOMINAL_HZ), -3.0)
    return _ground_db(source_z, receiver_z, plane_m, absorption_length_m(plane_m, g_w), lowest)


def ground_favourable_db(source_z: float, receiver_z: float, *, plane_m: float, g_w: float, g_m: float, path_g: float) -> np.ndarray:
    """Ground attenuation with downward refraction; (band,).

    Parameters
    ----------
    source_z : float
        Height of the source above the mean plane, m.
    receiver_z : float
        Height of the receiver above the mean plane, m.
    plane_m : float
        Distance along the mean plane, m.
    g_w : float
        Ground factor that carries absorption along the path, 0 to 1.
    g_m : float
        Ground factor that carries the correction at the ends of the path, 0 to 1.
    path_g : float
        Ground factor of the path, 0 to 1.

    Returns
    -------
    array
        Attenuation, dB, shape (band,).

    References
    ----------
    CNOSSOS : Directive, equations 2.5.19 and 2.5.20.

    Examples
    --------
    >>> ground_favourable_db(1.0, 4.0, plane_m=194.165, g_w=0.5, g_m=0.5, path_g=0.5).round(2).tolist()[5]
    -0.93
    """
    total = source_z + receiver_z
    lowest = -3.0 * (1.0 - g_m)
    if plane_m > 30.0 * total:
        lowest *= 1.0 + 2.0 * (1.0 - 30.0 * total / plane_m)
    if path_g == 0.0:
        return np.full(len(NOMINAL_HZ), lowest)
    turbulence = 6.0e-3 * plane_m / max(total, 1e-9)
    raised = [z + TURBULENCE_A0 * (z / max(total, 1e-9)) ** 2 * plane_m**2 / 2.0 + turbulence for z in (source_z, receiver_z)]
    return _ground_db(raised[0], raised[1], plane_m, absorption_length_m(plane_m, g_w), lowest)


def _ground_db(source_z: float, receiver_z: float, plane_m: float, cf: np.ndarray, lowest: float) -> np.ndarray:
    k = WAVE_NUMBER
    u = np.sqrt(2.0 * cf / k)
    product = (source_z**2 - u * source_z + cf / k) * (receiver_z**2 - u * receiver_z + cf / k)
    return np.maximum(-10.0 * np.log10(4.0 * k**2 / plane_m**2 * product), lowest)


def diffraction_db(path_difference_m: float, between_m: float) -> np.ndarray:
    """Pure diffraction before the cap; zero where the edge is too far below sight; (band,).

    Parameters
    ----------
    path_difference_m : float
        Path over the edges less the straight one, m.
    between_m : float
        Distance between the outer edges; 0 for one edge, m.

    Returns
    -------
    array
        Attenuation, dB, shape (band,).

    References
    ----------
    CNOSSOS : Directive, equations 2.5.21 to 2.5.23.

    Examples
    --------
    >>> diffraction_db(0.0, 0.0).round(2).tolist()[5]
    4.77
    """
    c = np.ones_like(WAVELENGTH_M)
    if between_m > THIN_M:
        r2 = (5.0 * WAVELENGTH_M / between_m) ** 2
        c = (1.0 + r2) / (1.0 / 3.0 + r2)
    out: np.ndarray = 10.0 * np.log10(np.maximum(3.0 + 40.0 / WAVELENGTH_M * c * path_difference_m, 1.0))
    return out


def ground_beside_edge_db(ground_db: np.ndarray, image_db: np.ndarray, edge_db: np.ndarray) -> np.ndarray:
    """Ground effect on one side of a diffraction, from the same side's image.

    Parameters
    ----------
    ground_db : array
        Ground attenuation, dB.
    image_db : array
        Diffraction with the ground image of the near side, dB.
    edge_db : array
        Diffraction on the straight path, dB.

    Returns
    -------
    array
        Attenuation, dB, shape of the arguments together.

    References
    ----------
    CNOSSOS : Directive, equations 2.5.31, 2.5.32.

    Examples
    --------
    >>> ground_beside_edge_db(np.array(-3.0), np.array(5.0), np.array(5.0)).round(2).item()
    -3.0
    """
    out: np.ndarray = -20.0 * np.log10(1.0 + (10.0 ** (-ground_db / 20.0) - 1.0) * 10.0 ** (-(image_db - edge_db) / 20.0))
    return out


def ray_radius_m(distance_m: float) -> float:
    """Radius of rays in favourable conditions.

    Parameters
    ----------
    distance_m : float
        Distance, m.

    Returns
    -------
    float
        Radius, m.

    References
    ----------
    CNOSSOS : Directive, equation 2.5.24.

    Examples
    --------
    >>> ray_radius_m(50.0), ray_radius_m(200.0)
    (1000.0, 1600.0)
    """
    return max(1000.0, 8.0 * distance_m)


def arc_m(chord_m: np.ndarray, radius_m: float) -> np.ndarray:
    """Length of the arc over a chord.

    Parameters
    ----------
    chord_m : array
        Straight distance, m.
    radius_m : float
        Radius, m.

    Returns
    -------
    array
        Length, m, shape of ``chord_m``.

    References
    ----------
    CNOSSOS : Directive, equation 2.5.25 (equivalent form).

    Examples
    --------
    >>> float(arc_m(np.array(200.0), 1600.0).round(3))
    200.13
    """
    return 2.0 * radius_m * np.arcsin(np.asarray(chord_m) / (2.0 * radius_m))


def long_term_db(favourable_db: np.ndarray, homogeneous_db: np.ndarray, *, favourable_frac: float) -> np.ndarray:
    """Long-term level from the share of favourable time.

    Parameters
    ----------
    favourable_db : array
        Level in favourable conditions, dB.
    homogeneous_db : array
        Level in homogeneous conditions, dB.
    favourable_frac : float
        Share of the time with favourable conditions, 0 to 1.

    Returns
    -------
    array
        Level, dB, shape of the arguments together.

    References
    ----------
    CNOSSOS : Directive, equation 2.5.9.

    Examples
    --------
    >>> float(long_term_db(np.array(50.0), np.array(45.0), favourable_frac=0.5).round(2))
    48.18
    """
    return 10.0 * np.log10(favourable_frac * 10.0 ** (0.1 * favourable_db) + (1.0 - favourable_frac) * 10.0 ** (0.1 * homogeneous_db))
