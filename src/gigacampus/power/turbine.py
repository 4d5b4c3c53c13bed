"""A generating unit in the air of an hour: power, heat rate, and when it is out of order."""

from __future__ import annotations

import zlib

import numpy as np

from gigacampus.foundation.units import HHV_PER_LHV_GAS, HOURS_PER_YEAR, KW_PER_MW, MJ_PER_MMBTU
from gigacampus.schema.power import GeneratorEntry

Array = np.ndarray

_KJ_PER_MJ = 1000.0
_FAR_C = 60.0
"""Where the last slope of a curve is carried to."""


def ambient_power_frac(dry_bulb_c: Array, entry: GeneratorEntry) -> Array:
    """Power over ISO power at an ambient temperature.

    Parameters
    ----------
    dry_bulb_c : array
        Dry bulb, degC.
    entry : GeneratorEntry
        Library entry of the plant.

    Returns
    -------
    array
        Power over ISO power, no unit, shape of ``dry_bulb_c``.

    Notes
    -----
    Valid for: -10..45 degC.

    References
    ----------
    DEF : the library entry's curve.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> entry = typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10160)
    >>> ambient_power_frac(np.array([-5.0, 15.0, 30.0, 45.0]), entry).round(3)
    array([1.09 , 1.   , 0.895, 0.78 ])
    """
    last_slope = (entry.power_at_40c_frac - entry.power_at_35c_frac) / 5.0
    points = [
        entry.power_at_0c_frac,
        1.0,
        entry.power_at_25c_frac,
        entry.power_at_35c_frac,
        entry.power_at_40c_frac,
        max(entry.power_at_40c_frac + last_slope * (_FAR_C - 40.0), 0.0),
    ]
    out: Array = np.interp(dry_bulb_c, [0.0, 15.0, 25.0, 35.0, 40.0, _FAR_C], points)
    return out


def altitude_power_frac(elevation_m: float, entry: GeneratorEntry) -> float:
    """Power over sea-level power.

    Parameters
    ----------
    elevation_m : float
        Height above sea level, m.
    entry : GeneratorEntry
        Library entry of the plant.

    Returns
    -------
    float
        Power over sea-level power, no unit.

    Notes
    -----
    Valid for: 0-2,000 m.

    References
    ----------
    DEF : the library entry's slope.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> round(altitude_power_frac(500.0, typical("generators", engine="industrial", iso_mw=1, heat_rate_lhv_kj_per_kwh=9000)), 4)
    0.9425
    """
    return max(1.0 - entry.power_loss_frac_per_km * elevation_m / 1000.0, 0.0)


def full_load_mmbtu_per_mwh(dry_bulb_c: Array, entry: GeneratorEntry) -> Array:
    """Fuel (higher heating value) for each MWh at full load.

    Parameters
    ----------
    dry_bulb_c : array
        Dry bulb, degC.
    entry : GeneratorEntry
        Library entry of the plant.

    Returns
    -------
    array
        Fuel, MMBtu/MWh (higher heating value), shape of ``dry_bulb_c``.

    Notes
    -----
    Valid for: pipeline gas, -10..45 degC.

    References
    ----------
    DEF : heat rate of the entry, times the ratio of heating values, times the entry's ambient slope.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> entry = typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10160)
    >>> full_load_mmbtu_per_mwh(np.array([15.0]), entry).round(2)
    array([10.67])
    """
    ambient = np.interp(
        dry_bulb_c,
        [0.0, 15.0, 40.0, _FAR_C],
        [entry.heat_rate_at_0c_frac, 1.0, entry.heat_rate_at_40c_frac, 1.0 + (entry.heat_rate_at_40c_frac - 1.0) * (_FAR_C - 15.0) / 25.0],
    )
    mj_per_mwh = entry.heat_rate_lhv_kj_per_kwh * KW_PER_MW / _KJ_PER_MJ
    out: Array = mj_per_mwh * HHV_PER_LHV_GAS / MJ_PER_MMBTU * ambient
    return out


def units_out(count: int, outage_frac: float, repair_h: float, seed: int, name: str) -> Array:
    """Number of units in forced outage by hour, for fleets of 0 .. ``count`` units; shape (count + 1, hour), integers.

    Each unit alternates between exponential times to failure and to repair, from its own stream (seed and name), so a
    unit more changes no other. The year starts in the steady state.

    Parameters
    ----------
    count : int
        Units of the largest fleet; a number without unit.
    outage_frac : float
        Share of hours out of order, 0 to 1.
    repair_h : float
        Mean time to repair, h.
    seed : int
        Seed of the outages.
    name : str
        Name of the block: its own stream of chance.

    Returns
    -------
    array
        Units out of order, integers, shape (count + 1, hour).

    Notes
    -----
    Valid for: independent failures (no common cause).

    References
    ----------
    DEF : two-state Markov unit.

    Examples
    --------
    >>> out = units_out(40, 0.03, 48.0, 1, "block")
    >>> bool(abs(out[40].mean() / 40 - 0.03) < 0.01), int(out[0].max())
    (True, 0)
    """
    total = np.zeros((count + 1, HOURS_PER_YEAR))
    if outage_frac <= 0.0:
        return total
    run_h = repair_h * (1.0 - outage_frac) / outage_frac
    for unit in range(count):
        rng = np.random.default_rng([seed, zlib.crc32(name.encode()), unit])
        down = rng.random() < outage_frac
        pairs = rng.exponential(1.0, size=int(3 * HOURS_PER_YEAR / (run_h + repair_h)) + 40) * repair_h
        pairs[int(down) :: 2] *= run_h / repair_h
        edges = np.cumsum(pairs)
        flips = np.searchsorted(edges, np.arange(HOURS_PER_YEAR) + 0.5)
        total[unit + 1] = total[unit] + ((flips % 2 == 0) == down)
    return total
