"""What the live page shows of one state: five figures, four series, the coefficients of its estimate, and what a goal needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.answers.figures import Figure
from gigacampus.answers.headline import headline, loudest
from gigacampus.explore.instant_estimate import fitted, has_spread
from gigacampus.foundation.plain_json import known
from gigacampus.report import reading, words
from gigacampus.results.periods import as_of_month, year_ahead
from gigacampus.results.result import Result, quantiles

AREAS = (
    ("date_1_gw", "date_2_gw", "facility_mw_now", "it_mw_now"),
    ("runway", "next_raise"),
    ("burn_month", "escape_ratio"),
    ("noise_night", "pm25"),
    ("county_paid", "water_mgd"),
)
"""Headline figures by area; of each the first that some input moves is shown."""
MORE = ("training_flop_year", "nox_year", "co2_year", "water_mgd", "unmet_hours_year", "gate_delay", "escape")
"""What stands in where an area has none."""
DIGITS = 5
NEVER = 1e4
"""Month that stands for none, where only the spread counts."""


def five(figures: Sequence[Figure]) -> list[str]:
    """Five headline figures of a run, one of each area, those first that its futures spread."""
    spread = [f.id for f in figures if has_spread(np.nan_to_num(np.asarray(f.samples, dtype=float), nan=NEVER))]
    there = [f.id for f in figures]
    picked = [next((i for i in area if i in spread), "") for area in AREAS]
    more = [i for i in (*MORE, *there) if i in spread] + [i for i in (*(area[0] for area in AREAS), *there) if i in there]
    return list(dict.fromkeys([*(i for i in picked if i), *more]))[: len(AREAS)]


def drawn(result: Result, levers: Iterable[str]) -> dict[str, Any]:
    """Five figures, four series and the estimate of a result, as plain data."""
    figures = headline(result)
    names = five(figures)
    data = fitted(result, [f for f in figures if f.id in names], tuple(levers))
    return dict(known({"five": names, "series": series(result), "estimate": data}))


def series(result: Result) -> list[dict[str, Any]]:
    """Power, money, the loudest night and the county by month, or what stands in for them, each as a 10-90 % band."""
    rows = [_power(result), _cash(result) or _sum(result, "co2_t", "CO2 on site"), _noise(result) or _sum(result, "nox_t", "NOx on site")]
    rows.append(_county(result) or _sum(result, "water_m3", "Water drawn"))
    return [row for row in rows if row is not None]


def _row(result: Result, id: str, title: str, unit: str, band: dict[str, np.ndarray]) -> dict[str, Any]:
    kept = {key: [float(f"{v:.{DIGITS}g}") for v in np.asarray(band[key], dtype=float).tolist()] for key in ("p10", "p50", "p90")}
    return {"id": id, "title": reading.in_words(result, title), "unit": unit, "months": list(result.coords["month"]), **kept}


def _power(result: Result) -> dict[str, Any] | None:
    if not result.has("facility_design_mw"):
        return None
    return _row(result, "power", "Power in service", "MW", quantiles(reading.all_campuses(result, "facility_design_mw")))


def _cash(result: Result) -> dict[str, Any] | None:
    if not result.has("cash_usd"):
        return None
    return _row(result, "cash", "Cash, raising as planned", "USD", quantiles(result.samples("cash_usd")))


def _noise(result: Result) -> dict[str, Any] | None:
    if not result.has("noise_night_dba") or not result.coords["receptor"]:
        return None
    row = loudest(result, year_ahead(result))
    bands = reading.level_bands(result, "noise_night_dba")
    return _row(result, "noise", f"Night level, {result.coords['receptor'][row]}", "dBA", {k: v[row] for k, v in bands.items()})


def _county(result: Result) -> dict[str, Any] | None:
    if not result.has("county_paid_usd"):
        return None
    paid = result.samples("county_paid_usd").sum(axis=1)
    paid[:, : as_of_month(result) + 1] = 0.0
    title = words.with_month_names(f"Paid to public bodies since {result.coords['month'][as_of_month(result)]}, added up")
    return _row(result, "county", title, "USD", quantiles(np.cumsum(paid, axis=1)))


def _sum(result: Result, name: str, title: str) -> dict[str, Any] | None:
    from gigacampus.registry.variables import REGISTRY

    if not result.has(name):
        return None
    return _row(result, name, title, REGISTRY[name].unit, quantiles(reading.all_campuses(result, name)))


def solved(result: Result, asked: dict[str, Any]) -> dict[str, Any]:
    """What ``gigacampus solve`` says of a goal, and its lines."""
    from gigacampus.explore.run_session import hold
    from gigacampus.explore.solving import solve

    return solve(hold(result), asked["goal"], tuple(asked["vary"]), share=asked["share"])


def prepared_input(path: Path, asked: dict[str, Any], progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """What small runs along the range of a certain input say of the scenario's figures."""
    from gigacampus import api
    from gigacampus.explore.prepared_input import Span, prepared

    data = prepared(partial(api.first, path, progress=progress), Span(**asked["span"]), worlds=asked["worlds"], draws=asked["draws"])
    return dict(known(data))
