"""Slip of planned dates: a Gumbel distribution of days, the same for every lead.

The tracker's forecasts show no dependence of the slip on the lead time that the data could carry, so none is modelled.
"""

from __future__ import annotations

import math

EDGE = 0.005
"""Quantiles are held between ``EDGE`` and ``1 - EDGE``: an unbounded tail would otherwise put a date at infinity."""


def slip_quantile_days(quantile: float, location_days: float, *, scale_days: float) -> float:
    """Slip in days at a position of the distribution.

    Parameters
    ----------
    quantile : float
        Position in the distribution, 0 to 1.
    location_days : float
        Mode of the slip, days.
    scale_days : float
        Scale of the Gumbel distribution, days.

    Returns
    -------
    float
        Slip, days.

    Notes
    -----
    Valid for: quantiles from 0 to 1; those within ``EDGE`` of either end are held there.

    References
    ----------
    GUMBEL : the Gumbel distribution (extreme value, type I), inverse of exp(-exp(-(x - location) / scale)).

    Examples
    --------
    >>> round(slip_quantile_days(0.5, 100.0, scale_days=90.0), 1)
    133.0
    """
    held = min(max(quantile, EDGE), 1.0 - EDGE)
    return location_days - scale_days * math.log(-math.log(held))


def slip_days(lead_days: float, quantile: float, *, location_days: float, scale_days: float) -> float:
    """Slip of a date that lies ``lead_days`` ahead: what is not there today cannot have been there yesterday.

    Parameters
    ----------
    lead_days : float
        Days from today to the planned date, days.
    quantile : float
        Position in the distribution, 0 to 1.
    location_days : float
        Mode of the slip, days.
    scale_days : float
        Scale of the Gumbel distribution, days.

    Returns
    -------
    float
        Slip, days; never earlier than today.

    References
    ----------
    GUMBEL

    Examples
    --------
    >>> slip_days(5.0, 0.01, location_days=0.0, scale_days=50.0)
    -5.0
    """
    return max(slip_quantile_days(quantile, location_days, scale_days=scale_days), -lead_days)


def order_lead_days(count: float, world_per_year: float, *, share_frac: float, first_delivery_days: float) -> float:
    """Days from an order to its last accelerator when the buyer gets at most a share of the world's shipments.

    Parameters
    ----------
    count : float
        Accelerators ordered; a number without unit.
    world_per_year : float
        Shipments to all buyers; 0 for unknown, 1/year.
    share_frac : float
        Largest share of the world's shipments for one buyer, 0 to 1.
    first_delivery_days : float
        Days from the order to its first delivery, days.

    Returns
    -------
    float
        Lead time, days.

    Notes
    -----
    Valid for: shipments that stay level while the order is delivered; an unknown stream (0) slows nothing.

    References
    ----------
    DEF : conservation of deliveries; a buyer draws at most ``share_frac`` of a constant stream.

    Examples
    --------
    >>> order_lead_days(110_000, 3.0e6, share_frac=0.15, first_delivery_days=60.0)
    149.22222222222223
    """
    if world_per_year <= 0.0:
        return first_delivery_days
    return first_delivery_days + 365.0 * count / (share_frac * world_per_year)
