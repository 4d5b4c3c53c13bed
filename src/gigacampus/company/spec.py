"""Inputs of the company, its market and the county."""

from __future__ import annotations

from gigacampus.scenario.quantity import USD, Count, Frac, Spec, USDPerMMBtu


class MarketSpec(Spec):
    """Prices that the company takes."""

    gas_usd_per_mmbtu: USDPerMMBtu = 3.5


class CountySpec(Spec):
    """Public bodies around one campus."""

    permanent_jobs: Count = 0.0
    property_tax_frac: Frac = 0.015


class CompanySpec(Spec):
    """Opening books, lines of revenue and cost, financing."""

    opening_cash_usd: USD = 1e9
