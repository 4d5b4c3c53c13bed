"""A published forecast against what came: proper scores, coverage with its binomial band, sharpness, naive forecasts beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.company.finance.scores import binomial_band
from gigacampus.forecasts.publish import SCHEMA, sidecar
from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.money import months_of_period
from gigacampus.rerun.actuals import Actual, read_actuals, refuse_other_scale, scored
from gigacampus.validation import forecast_scores
from gigacampus.validation.listed_backtest import Forecast

LEVEL = 0.8
MOST_BYTES = 50_000_000
KEYS = {"title", "as_of", "published_on", "run_hash", "months", "levels", "lines"}


def read_published(path: Path) -> tuple[dict[str, Any], str]:
    """A published forecast and its SHA-256. Refused where it was changed after it was written, or is none."""
    name = printable(str(path))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise refuse("too large for a forecast", file=name, fix="name the file that `gigacampus forecast publish` wrote")
        raw, sealed = path.read_bytes(), sidecar(path).read_text(encoding="utf-8").split()
    except OSError as error:
        where = printable(str(error.filename))
        raise refuse(error.strerror or "cannot be read", file=where, fix="keep a forecast and its .sha256 file together") from None
    digest = hashlib.sha256(raw).hexdigest()
    if sealed[:1] != [digest]:
        raise refuse("the forecast was changed after it was published", file=name, fix="grade the file as it was published")
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not set(found) >= KEYS or found.get("schema_version") != SCHEMA:
        raise refuse("no forecast that this version reads", file=name, fix="name a file that `gigacampus forecast publish` wrote")
    return found, digest


def grade(path: Path, actuals: Path) -> dict[str, Any]:
    """Score a published forecast on a table of actuals; figures of which it says nothing are listed, not scored."""
    made, digest = read_published(path)
    labels = made["months"]
    lines = {(line["metric"], months_of_period(line["period"], labels)): line for line in made["lines"]}
    rows = read_actuals(actuals, labels)
    told = [row for row in rows if (row.metric, row.months) in lines]
    left = [row for row in rows if (row.metric, row.months) not in lines]

    def futures(metric: str, months: Sequence[int]) -> np.ndarray:
        return np.array(lines[metric, tuple(months)]["quantiles"])

    refuse_other_scale(futures, told, str(actuals))
    judged = [
        {key: value for key, value in row.items() if key != "forecast"} | {"naive_usd": lines[a.metric, a.months]["naive"]}
        for row, a in zip(scored(futures, told, 0), told, strict=True)
    ]
    ended = [row for row in told if labels[row.months[-1]] < made["published_on"][:7]]
    return {
        "forecast": str(path),
        "sha256": digest,
        **{key: made[key] for key in ("title", "as_of", "published_on", "run_hash")},
        "rows": judged,
        "left_out": [{"period": r.period, "metric": r.metric, "line": r.line, "reason": _why(r, made)} for r in left],
        "summary": summary([_forecast(row, lines[a.metric, a.months]) for row, a in zip(judged, told, strict=True)])
        | {"ended_before_publication": len(ended)},
    }


def _why(row: Actual, made: Mapping[str, Any]) -> str:
    """Why a figure is not scored."""
    if made["months"][row.months[-1]] < made["as_of"][:7]:
        return f"the period had ended on the forecast's day, {made['as_of']}"
    return "the forecast says nothing of this figure over this period: it was reported already, or stands within a longer period alone"


def _forecast(row: Mapping[str, Any], line: Mapping[str, Any]) -> Forecast:
    return Forecast(row["period"], row["metric"], np.array(line["quantiles"]), row["actual_usd"], line["naive"], {}, False)


def summary(made: Sequence[Forecast]) -> dict[str, Any]:
    """Scores of all rows together. Scores over the figure leave out figures of zero, which nothing can be a share of."""
    n = len(made)
    if not n:
        return {"n": 0}
    low, high = binomial_band(n, LEVEL)
    inside, some = forecast_scores.coverage(made, LEVEL), [f for f in made if f.truth]
    return {
        "n": n,
        "inside": round(inside * n),
        "coverage_frac": inside,
        "honest_frac": [low, high],
        "honest": [round(low * n), round(high * n)],
        "level_frac": LEVEL,
        "crps_over_actual": forecast_scores.crps(some) if some else None,
        "sharpness_over_actual": forecast_scores.sharpness(some, LEVEL) if some else None,
        "places": forecast_scores.pit(made),
        "naive": {name: _against(some, name) for name in sorted({k for f in some for k in f.baselines})},
    }


def _against(made: Sequence[Forecast], name: str) -> dict[str, Any]:
    """Our score beside that of a naive forecast on the figures that have one; skill above zero: ours is better."""
    both = forecast_scores.with_baseline(made, name)
    ours, theirs = forecast_scores.crps(both), forecast_scores.crps(both, name)
    skill = 1.0 - ours / theirs if theirs else None
    return {"n": len(both), "crps_over_actual": ours, "naive_crps_over_actual": theirs, "skill": skill}
