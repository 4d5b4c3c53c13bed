"""Scores of a set of forecasts: errors, proper scores against baselines, coverage, place of the truth in the band."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np

from gigacampus.company.finance.scores import crps_ensemble, interval_score
from gigacampus.validation.listed_backtest import Forecast

LEVELS = (0.5, 0.8, 0.95)


def with_baseline(forecasts: Sequence[Forecast], name: str) -> list[Forecast]:
    """Forecasts for which a baseline of this name exists."""
    return [f for f in forecasts if name in f.baselines]


def mape(forecasts: Sequence[Forecast], baseline: str = "") -> float:
    """Mean absolute error over truth, of our medians or of a baseline."""
    said = [f.baselines[baseline] if baseline else f.median for f in forecasts]
    return float(np.mean([abs(x - f.truth) / abs(f.truth) for x, f in zip(said, forecasts, strict=True)]))


def mape_of_expert(forecasts: Sequence[Forecast], name: str) -> float:
    """The same for one forecaster of the pool alone (revenue and interest, pooled in logs)."""
    return float(np.mean([abs(exp(f.experts[name][0]) / f.truth - 1.0) for f in forecasts]))


def bias(forecasts: Sequence[Forecast]) -> float:
    """Mean log ratio of our medians to the truth."""
    return float(np.mean([log(f.median / f.truth) for f in forecasts]))


def crps(forecasts: Sequence[Forecast], baseline: str = "", *, relative: bool = True) -> float:
    """Mean score, over truth unless ``relative`` is off; a baseline is a point, whose score is its absolute error."""
    scores = [abs(f.baselines[baseline] - f.truth) if baseline else crps_ensemble(f.ensemble, f.truth) for f in forecasts]
    return float(np.mean([s / (abs(f.truth) if relative else 1.0) for s, f in zip(scores, forecasts, strict=True)]))


def band(forecast: Forecast, level: float) -> tuple[float, float]:
    """Central interval of the ensemble."""
    tail = 50.0 * (1.0 - level)
    low, high = np.percentile(forecast.ensemble, [tail, 100.0 - tail])
    return float(low), float(high)


def coverage(forecasts: Sequence[Forecast], level: float = 0.8) -> float:
    """Share of truths inside the central interval."""
    return float(np.mean([band(f, level)[0] <= f.truth <= band(f, level)[1] for f in forecasts]))


def mean_interval_score(forecasts: Sequence[Forecast], level: float = 0.8, *, relative: bool = True) -> float:
    """Mean width of the interval plus penalties for misses."""
    scale = [abs(f.truth) if relative else 1.0 for f in forecasts]
    return float(np.mean([interval_score(*band(f, level), f.truth, alpha=1.0 - level) / s for f, s in zip(forecasts, scale, strict=True)]))


def pit(forecasts: Sequence[Forecast]) -> list[float]:
    """Where each truth lies in its forecast: share of members below it; even from 0 to 1 for an honest forecaster."""
    return [float(np.mean(f.ensemble < f.truth)) for f in forecasts]


def sharpness(forecasts: Sequence[Forecast], level: float = 0.8, *, relative: bool = True) -> float:
    """Mean width of the central interval, over truth unless ``relative`` is off."""
    widths = [np.subtract(*band(f, level)[::-1]) / (abs(f.truth) if relative else 1.0) for f in forecasts]
    return float(np.mean(widths))
