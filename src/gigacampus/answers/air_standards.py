"""Concentrations held against air standards, each in the form that its standard defines, and against significant impact levels."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from gigacampus.answers.at_place import receptor_here, stage_at, words_of
from gigacampus.answers.figures import Figure, banded
from gigacampus.answers.levels import Band, concentration_band, receptor_distance_m
from gigacampus.neighbours.air.no2 import NO2_UGM3_PER_PPB
from gigacampus.neighbours.health import standard
from gigacampus.registry.variables import short_term
from gigacampus.rerun.address_grid import air_band
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.results.periods import folded, year_ahead, year_period
from gigacampus.results.result import Result

STAGES = ("air",)


class Standard(NamedTuple):
    """Figure, row of the library, the variable that has the standard's form, words, and the campus' background; none for a level."""

    id: str
    key: str
    variable: str
    form: str
    background: str | None
    years: int = 3
    """Years whose mean must meet it."""


AMBIENT = (
    Standard("no2_limit", "no2_1h_ugm3", "no2_98th_1h_ugm3", "NO2, 98th percentile of the daily highest hours", "background_no2_ugm3"),
    Standard("no2_year_limit", "no2_annual_ppb", "no2_ugm3", "NO2, mean of the year", "background_no2_ugm3", 1),
    Standard("pm25_limit", "pm25_annual_ugm3", "pm25_ugm3", "PM2.5, mean of the year", "background_pm25_ugm3"),
    Standard("pm25_day_limit", "pm25_24h_ugm3", "pm25_98th_24h_ugm3", "PM2.5, 98th percentile of the daily means", "background_pm25_ugm3"),
)
SIGNIFICANCE = (
    Standard("no2_sil", "sil_no2_1h_ugm3", "no2_max_1h_ugm3", "NO2 added, highest hour", None),
    Standard("pm25_sil", "sil_pm25_annual_ugm3", "pm25_ugm3", "PM2.5 added, mean of the year", None),
    Standard("pm25_day_sil", "sil_pm25_24h_ugm3", "pm25_max_24h_ugm3", "PM2.5 added, highest daily mean", None),
)


def at_receptor(result: Result, row: int) -> list[Figure]:
    """Every standard at a receptor of the run: the concentration in the standard's form over the standard, with the plume's band."""
    campus, place = result.coords["receptor"][row].split("/")[0], result.coords["receptor"][row]
    out = []
    for rule in _known(result):
        added = folded(rule.variable, result.samples(rule.variable)[:, row, year_ahead(result)])
        far = float(receptor_distance_m(result)[row])
        ends = concentration_band(added, highest_hour=short_term(rule.variable), distance_m=far)
        out.append(_figure(result, rule, campus, added, ends, place=place))
    return out


def at_place(result: Result, place: Place) -> list[Figure]:
    """Every standard at a place: the run's own worlds where a receptor stands there, else the reference world with the worlds' width."""
    row = receptor_here(result, place)
    if row is not None:
        return at_receptor(result, row)
    campus, km = nearest_campus(result, place)
    found, out = stage_at(result, "air", place, year_ahead(result)), []
    for rule in _known(result):
        middle = folded(rule.variable, found[rule.variable])
        low, high = air_band(result, rule.variable, middle, 1000.0 * km)
        out.append(_figure(result, rule, campus, middle, (low[0], middle[0], high[0]), place=words_of(place), axis="reference"))
    return out


def _known(result: Result) -> list[Standard]:
    return [rule for rule in (*AMBIENT, *SIGNIFICANCE) if result.has(rule.variable)]


def limit_ugm3(key: str, day: date) -> float:
    """A standard of the library as known on a day, ug/m3.

    >>> round(limit_ugm3("no2_annual_ppb", date(2026, 1, 16)), 2)
    99.64
    """
    value = float(standard("air", key, as_of=day)["value"])
    return value * NO2_UGM3_PER_PPB if key.endswith("_ppb") else value


def _figure(result: Result, rule: Standard, campus: str, added: np.ndarray, ends: Band, **more: Any) -> Figure:
    limit = limit_ugm3(rule.key, date.fromisoformat(str(result.manifest["as_of"])))
    behind = float(result.scenario["campuses"][campus]["air"][rule.background]) if rule.background else 0.0
    band = (float(ends[0] + behind) / limit, float(ends[1] + behind) / limit, float(ends[2] + behind) / limit)
    note = _words(rule, behind, limit)
    title = (
        f"{rule.form}{', with the background' if behind else ''}, over {'the standard' if rule.background else 'its significance level'}"
    )
    more = {"period": year_period(result), "note": note, "samples": (added + behind) / limit, **more}
    return banded(f"Q04_{rule.id}", title, band, "share", STAGES, **more)


def _words(rule: Standard, behind: float, limit: float) -> str:
    if rule.background is None:
        level = f"increment only, held against a significance level of {limit:.4g} ug/m3"
        return f"{level}; below 100 % the increment alone is called insignificant"
    told = f"one stated background of {behind:g} ug/m3 in every hour" if behind else "increment only, no background is stated"
    met = "met on a mean of three years, for which" if rule.years == 3 else "met by each calendar year, for which"
    return f"{told}; standard {limit:.4g} ug/m3, {met} one year of typical weather stands"
