"""One shape for every number that a person gets: median, 10-90 % band, unit, model level and the text that shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

import numpy as np

from gigacampus.foundation.units import BILLION, MILLION
from gigacampus.registry.stages import BY_NAME
from gigacampus.results.result import date_quantiles, quantiles


class State(StrEnum):
    """What a figure without a number says: each its own word."""

    KNOWN = "known"
    NEVER = "never within the horizon"
    NO_LIMIT = "no limit stated"
    NOT_MODELLED = "not modelled"
    NOT_IN_SCENARIO = "not in this scenario"
    NOT_BUILT = "not built yet"
    NOT_CLEARING = "the queue does not clear: no wait can be given"


class Spread(StrEnum):
    """What stands behind the ends of a figure's band."""

    BAND = "10-90 % band"
    SAME = "the same in every future"
    ONE = "one future only"
    REFERENCE = "reference world alone"
    COUNTED = "counted over all futures"
    CERTAIN = "no uncertain input"


INSIDE = ("drivers", "sources", "stages", "axis")
"""Fields of a figure that an answer gives once, for its first figure, or that only the program reads."""
BANDED = (Spread.BAND, Spread.SAME)
"""Spreads whose ends are numbers."""


@dataclass(frozen=True)
class Figure:
    """A number as every door shows it. ``None`` in value, low or high: ``state`` and ``spread`` say why."""

    id: str
    title: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    level: int
    """Lowest level of any stage on the path to this number."""
    text: str
    note: str = ""
    drivers: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    assumed_share: float | None = None
    """Share of the cited inputs on the path that are recalled or assumed; None where none is cited."""
    value_text: str = ""
    """The median as a reader sees it: a number with its unit, a calendar month, or why there is none."""
    band_text: str = ""
    stages: tuple[str, ...] = ()
    """Stages that give the number, without those before them."""
    period: str = ""
    """``month 2026-01``, ``year 2026-02 to 2027-01``, ``horizon ...`` or ``instant 2026-01-16``."""
    place: str = ""
    """Where the number holds: all campuses, one campus, a receptor, a latitude and longitude, or the whole company."""
    perimeter: str = ""
    """The company, which part of it, and the campuses that are counted. Before completion a key of ``PERIMETERS``; empty: the lab."""
    state: State = State.KNOWN
    spread: Spread = Spread.BAND
    computed: str = ""
    """How the number was made from the run's futures."""
    samples: np.ndarray = field(default_factory=lambda: np.zeros(0), repr=False, compare=False)
    """The value by future; NaN where there is none."""
    axis: str = "world"
    """What the samples are: one by ``world``, by ``draw``, the ``reference`` world's, a ``share`` of all futures, or ``fixed``."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "samples"}


def axis_of(stages: tuple[str, ...]) -> str:
    """Whether a number of ``stages`` has a value for each world or for each draw."""
    return "draw" if any(BY_NAME[s].scope == "draws" for s in stages) else "world"


def level_of(stages: tuple[str, ...]) -> int:
    """Lowest level among ``stages`` and all that they need."""
    return min(BY_NAME[s].level for s in path_of(stages))


def path_of(stages: tuple[str, ...]) -> tuple[str, ...]:
    """``stages`` and every stage before them, each once."""
    seen: dict[str, None] = {}
    todo = list(stages)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen[name] = None
            todo.extend(BY_NAME[name].needs)
    return tuple(seen)


DATE_UNIT = "month of the horizon"
NO_END = "no value in some futures"
"""End of a band where the middle has a value and more than a tenth of the futures have none."""
CENT = 0.01
DATED = ("month", "months", "date", DATE_UNIT, "years")
"""Units of things that may never come."""
COUNTED = ("units", "jobs", "people", "households", "places", "trucks a day", "cars a day")
"""Units of which there are whole ones only."""


LEVELS = ("dBA", "dBC")
"""Weighted levels of sound."""
BELOW_HEARING = "below hearing"
"""A weighted level of 0 dB or less: under the threshold of young ears."""


def number(value: float | None, unit: str, absent: str = "") -> str:
    """A number for reading: three significant digits (four from a thousand on), money in M and bn, a share in per cent, whole things.

    >>> number(1234567.0, "USD"), number(207219.0, "t"), number(2.91, "units")
    ('USD 1.23 M', '207,200 t', '3 units')
    >>> number(0.0421, "1"), number(0.421, "share"), number(0.00761, "share")
    ('0.0421', '42 %', '0.76 %')
    """
    if value is None or not math.isfinite(value):
        return absent or (State.NEVER if unit in DATED else "not known")
    if unit == "USD":
        return f"USD {_scaled(value if abs(value) >= CENT else 0.0)}"
    if unit == "share":
        return f"{percent(value)} %"
    if unit in COUNTED:
        value = float(round(value))
    if unit in LEVELS:
        return level(value, unit)
    text = _scaled(value) if abs(value) >= (MILLION if unit.startswith("USD") else BILLION) else _digits(value)
    return text if unit in ("1", "") else f"{text} {unit}"


def level(value: float, unit: str) -> str:
    """A sound level in whole decibels, which is all that its band carries; at zero and below as what nobody hears.

    >>> level(60.84, "dBA"), level(-8.78, "dBA")
    ('61 dBA', 'below hearing')
    """
    return f"{value:.0f} {unit}" if value > 0 else BELOW_HEARING


def percent(share: float) -> str:
    """A share in per cent: whole from a tenth on, two digits below.

    >>> percent(0.421), percent(0.0761), percent(0.0), percent(1.0)
    ('42', '7.6', '0', '100')
    """
    return f"{100.0 * share:.0f}" if abs(share) >= 0.0995 else f"{float(f'{100.0 * share:.2g}'):g}"


def _scaled(value: float) -> str:
    for size, word in ((1e12, " trn"), (BILLION, " bn"), (MILLION, " M")):
        if abs(value) >= size:
            return _digits(value / size) + word if value < 1e16 else f"{value:.3g}"
    return _digits(value)


def _digits(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{float(f'{value:.4g}'):,.0f}"
    return f"{float(f'{value:.3g}'):g}"


def figure(
    id: str, title: str, samples: np.ndarray, unit: str, stages: tuple[str, ...], *, absent: State | None = None, **more: Any
) -> Figure:
    """Figure from the samples of one quantity; a NaN says ``absent``: never of a date or a span of time, else not in this scenario."""
    samples = np.asarray(samples, dtype=float)
    band = {k: _plain(v) for k, v in (date_quantiles if unit in DATED else quantiles)(samples).items()}
    return banded(id, title, (band["p10"], band["p50"], band["p90"]), unit, stages, absent=absent, **{"samples": samples, **more})


def banded(
    id: str,
    title: str,
    band: tuple[float | None, float | None, float | None],
    unit: str,
    stages: tuple[str, ...],
    *,
    absent: State | None = None,
    **more: Any,
) -> Figure:
    """Figure from a median and the ends of its 10-90 % band."""
    absent = absent or (State.NEVER if unit in DATED else State.NOT_IN_SCENARIO)
    low, mid, high = band
    end = NO_END if absent is State.NOT_IN_SCENARIO and mid is not None else absent
    value, around = number(mid, unit, absent), f"{number(low, unit, end)} to {number(high, unit, end)}"
    more = {"axis": axis_of(stages), **more}
    made = Figure(id, title, mid, low, high, unit, level_of(stages), "", value_text=value, band_text=around, stages=stages, **more)
    state = absent if mid is None else State.KNOWN
    return worded(replace(made, state=state, spread=Spread.SAME if low == high else Spread.BAND))


def date_figure(id: str, title: str, months: np.ndarray, labels: list[str], stages: tuple[str, ...], **more: Any) -> Figure:
    """Figure whose samples are month indices (NaN is 'never'); the text shows calendar months and the share that gets there."""
    samples = np.asarray(months, dtype=float)
    band = {k: _plain(v) for k, v in date_quantiles(samples).items()}
    low, mid, high = band["p10"], band["p50"], band["p90"]
    share = float(np.mean(np.isfinite(samples)))
    around = f"{month_label(low, labels)} to {month_label(high, labels)}; {share:.0%} of futures by {labels[-1]}"
    if share == 0.0:
        around = f"not by {labels[-1]} in any future computed"
    made = Figure(
        id,
        title,
        mid,
        low,
        high,
        "month of the horizon",
        level_of(stages),
        "",
        value_text=month_label(mid, labels),
        band_text=around,
        stages=stages,
        state=State.NEVER if mid is None else State.KNOWN,
        **{"samples": samples, "axis": axis_of(stages), "period": f"horizon {labels[0]} to {labels[-1]}", **more},
    )
    return worded(made)


def worded(made: Figure) -> Figure:
    """The figure with its sentence, and with the words for a band that is none."""
    if made.spread is not Spread.BAND:
        band_text = made.band_text if made.unit == DATE_UNIT and made.spread is Spread.SAME else str(made.spread)
        return replace(made, band_text=band_text, text=f"{made.value_text} ({band_text})" if made.state is State.KNOWN else made.value_text)
    if made.value is None and made.low is None and made.high is None:
        return replace(made, text=made.band_text if made.unit == DATE_UNIT else made.value_text)
    return replace(made, text=f"{made.value_text} (10-90 %: {made.band_text})")


def month_label(index: float | None, labels: list[str]) -> str:
    """``2027-03`` for an index within the horizon, else ``after 2031-12``."""
    if index is None or not math.isfinite(index) or index >= len(labels):
        return f"after {labels[-1]}"
    return labels[max(0, int(index))]


def _plain(value: Any) -> float | None:
    number_ = float(value)
    return number_ if math.isfinite(number_) else None
