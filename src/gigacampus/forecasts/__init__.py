"""Forecasts written down with their hash before the truth is known, and graded against it after."""
