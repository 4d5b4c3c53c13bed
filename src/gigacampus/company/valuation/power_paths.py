"""What a path to power is worth: when it comes, what it costs to build and to run, against what a powered megawatt earns."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import HHV_PER_LHV_GAS, MJ_PER_MMBTU, MONTHS_PER_YEAR


def fuel_usd_per_mwh(heat_rate_kj_per_kwh: np.ndarray, gas_usd_per_mmbtu: np.ndarray) -> np.ndarray:
    """Fuel of a megawatt-hour from a heat rate (lower heating value) and a gas price (higher heating value).

    >>> round(float(fuel_usd_per_mwh(np.array(10_000.0), np.array(4.0))), 2)
    42.01
    """
    mmbtu = heat_rate_kj_per_kwh / MJ_PER_MMBTU
    out: np.ndarray = mmbtu * HHV_PER_LHV_GAS * gas_usd_per_mmbtu
    return out


def months_of_service(lead_months: np.ndarray, months: float, rate_per_year: np.ndarray) -> np.ndarray:
    """Present value of a dollar a month from the lead to the last month; continuous discounting.

    >>> round(float(months_of_service(np.array(12.0), 24.0, np.array(0.0))), 6)
    12.0
    """
    r = np.log1p(rate_per_year) / MONTHS_PER_YEAR
    start = np.minimum(lead_months, months)
    flat = np.abs(r) < 1e-12
    safe = np.where(flat, 1.0, r)
    out: np.ndarray = np.where(flat, months - start, (np.exp(-safe * start) - np.exp(-safe * months)) / safe)
    return out


def path_npv_usd_per_mw(
    *,
    earned_usd_per_mw_month: np.ndarray,
    energy_usd_per_mw_month: np.ndarray,
    capital_usd_per_mw: np.ndarray,
    lead_months: np.ndarray,
    rate_per_year: np.ndarray,
    months: float,
) -> np.ndarray:
    """Net present value, per firm megawatt, of a path over a common span: earnings less energy from its lead on, less capital.

    Capital is paid evenly over the lead. ``earned_usd_per_mw_month`` is what a powered megawatt brings before energy.

    >>> float(path_npv_usd_per_mw(earned_usd_per_mw_month=np.array(3.0), energy_usd_per_mw_month=np.array(1.0),
    ...     capital_usd_per_mw=np.array(5.0), lead_months=np.array(4.0), rate_per_year=np.array(0.0), months=10.0))
    7.0
    """
    lead = np.maximum(lead_months, 1e-9)
    r = np.log1p(rate_per_year) / MONTHS_PER_YEAR
    paid = np.where(np.abs(r) < 1e-12, 1.0, -np.expm1(-r * lead) / np.where(np.abs(r) < 1e-12, 1.0, r * lead))
    margin = earned_usd_per_mw_month - energy_usd_per_mw_month
    out: np.ndarray = margin * months_of_service(lead_months, months, rate_per_year) - capital_usd_per_mw * paid
    return out


def month_of_waiting_usd_per_mw(
    *, earned_usd_per_mw_month: np.ndarray, energy_usd_per_mw_month: np.ndarray, lead_months: np.ndarray, rate_per_year: np.ndarray
) -> np.ndarray:
    """What one month more of lead takes from the path's value: the margin of that month, discounted to today.

    >>> float(month_of_waiting_usd_per_mw(earned_usd_per_mw_month=np.array(3.0), energy_usd_per_mw_month=np.array(1.0),
    ...     lead_months=np.array(12.0), rate_per_year=np.array(1.0)))
    1.0
    """
    out: np.ndarray = (earned_usd_per_mw_month - energy_usd_per_mw_month) * (1.0 + rate_per_year) ** (-lead_months / MONTHS_PER_YEAR)
    return out
