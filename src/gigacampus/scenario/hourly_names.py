"""Headings by which hourly files name a load or a price, in the languages of their publishers."""

from __future__ import annotations

LOAD = (
    "load", "demand", "power", "facility_load", "facility", "facility_power", "facility_demand", "site_load", "site_power", "site_demand",
    "campus_load", "campus_power", "campus_demand", "total_load", "total_power", "total_demand", "electric_load", "electrical_load",
    "actual_total_load",
    "electricity_demand", "electric_demand", "active_power", "real_power", "average_load", "avg_load", "mean_load", "hourly_load",
    "hourly_demand", "average_power", "avg_power", "mean_power", "user_load", "load_profile", "consumption", "energy", "usage",
    "energy_use", "energy_consumption", "electricity_consumption", "leistung", "last", "wirkleistung", "gesamtleistung", "lastgang",
    "verbrauch", "energie", "puissance", "charge", "consommation", "potencia", "carga", "demanda", "consumo", "potenza", "carico",
)  # fmt: skip
"""Names of the facility's load, as ``normal`` writes them and without unit."""
ENERGY = (
    "consumption", "energy", "usage", "energy_use", "energy_consumption", "electricity_consumption", "verbrauch", "energie", "consommation",
    "consumo",
)  # fmt: skip
"""Names of a load that may as well be the energy of each interval."""
PRICE = (
    "price", "grid_price", "energy_price", "electricity_price", "power_price", "spot_price", "hourly_price", "market_price", "lmp",
    "total_lmp", "price_usd_per_mwh", "usd_per_mwh", "price_usd_per_kwh", "usd_per_kwh", "day_ahead_price", "real_time_price",
    "settlement_point_price", "preis", "strompreis", "prix", "precio", "prezzo", "preco",
)  # fmt: skip
"""Names of the price of grid energy."""
PLAIN = ("", "value", "values", "wert", "valeur", "valor", "valore")
"""Names that say nothing; taken where no other column holds numbers."""
