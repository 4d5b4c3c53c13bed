"""Typical years: stations of the library, and the files that people have, read once and checked before anything runs."""

from __future__ import annotations

from gigacampus.scenario.weather.columns import COLUMNS, TypicalYear
from gigacampus.scenario.weather.year import stations, typical_year

__all__ = ["COLUMNS", "TypicalYear", "stations", "typical_year"]
