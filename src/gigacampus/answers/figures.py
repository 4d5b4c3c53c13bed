"""One shape for every number that a person gets: median, 10-90 % band, unit, model level and the text that shows it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from gigacampus.foundation.units import BILLION, MILLION
from gigacampus.registry.stages import BY_NAME
from gigacampus.results.result import date_quantiles, quantiles


@dataclass(frozen=True)
class Figure:
    """A number with its band. ``None`` in value, low or high means 'not within the horizon'."""

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
    value_text: str = ""
    """The median as a reader sees it: a number with its unit, or a calendar month."""
    band_text: str = ""
    stages: tuple[str, ...] = ()
    """Stages that give the number, without those before them."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def known(value: Any) -> Any:
    """Plain data in which a number that nobody knows is null instead of NaN or an infinity.

    >>> known({"a": [1.0, float("nan")]})
    {'a': [1.0, None]}
    """
    if isinstance(value, dict):
        return {k: known(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [known(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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


CENT = 0.01
COUNTED = ("units", "jobs", "people", "households", "places", "trucks a day", "cars a day")
"""Units of which there are whole ones only."""


def number(value: float | None, unit: str) -> str:
    """A number for reading: three significant digits (four from a thousand on), money in M and bn, a share in per cent, whole things.

    >>> number(1234567.0, "USD"), number(207219.0, "t"), number(2.91, "units")
    ('USD 1.23 M', '207,200 t', '3 units')
    >>> number(0.0421, "1"), number(0.421, "share"), number(0.00761, "share")
    ('0.0421', '42 %', '0.76 %')
    """
    if value is None or not math.isfinite(value):
        return "not within the horizon"
    if unit == "USD":
        return f"USD {_scaled(value if abs(value) >= CENT else 0.0)}"
    if unit == "share":
        return f"{percent(value)} %"
    if unit in COUNTED:
        value = float(round(value))
    text = _scaled(value) if abs(value) >= (MILLION if unit.startswith("USD") else BILLION) else _digits(value)
    return text if unit in ("1", "") else f"{text} {unit}"


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


def figure(id: str, title: str, samples: np.ndarray, unit: str, stages: tuple[str, ...], **more: Any) -> Figure:
    """Figure from the samples of one quantity (NaN is 'never')."""
    band = {k: _plain(v) for k, v in quantiles(np.asarray(samples, dtype=float)).items()}
    low, mid, high = band["p10"], band["p50"], band["p90"]
    value, around = number(mid, unit), f"{number(low, unit)} to {number(high, unit)}"
    single = low == high
    return Figure(
        id,
        title,
        mid,
        low,
        high,
        unit,
        level_of(stages),
        value if single else f"{value} (10-90 %: {around})",
        value_text=value,
        band_text="" if single else around,
        stages=stages,
        **more,
    )


def date_figure(id: str, title: str, months: np.ndarray, labels: list[str], stages: tuple[str, ...], **more: Any) -> Figure:
    """Figure whose samples are month indices (NaN is 'never'); the text shows calendar months and the share that gets there."""
    samples = np.asarray(months, dtype=float)
    band = {k: _plain(v) for k, v in date_quantiles(samples).items()}
    low, mid, high = band["p10"], band["p50"], band["p90"]
    share = float(np.mean(np.isfinite(samples)))
    around = f"{month_label(low, labels)} to {month_label(high, labels)}; {share:.0%} of futures by {labels[-1]}"
    if share == 0.0:
        around = f"not by {labels[-1]} in any future computed"
    value = month_label(mid, labels)
    text = around if share == 0.0 else f"{value} (10-90 %: {around})"
    return Figure(
        id, title, mid, low, high, "month of the horizon", level_of(stages), text, value_text=value, band_text=around, stages=stages, **more
    )


def month_label(index: float | None, labels: list[str]) -> str:
    """``2027-03`` for an index within the horizon, else ``after 2031-12``."""
    if index is None or not math.isfinite(index) or index >= len(labels):
        return f"after {labels[-1]}"
    return labels[max(0, int(index))]


def _plain(value: Any) -> float | None:
    number_ = float(value)
    return number_ if math.isfinite(number_) else None
