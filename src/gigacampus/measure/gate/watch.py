"""An outside auditor who samples what is public, the watch on the samples, and a stop rule replayed on dated volumes."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.products import monitor
from gigacampus.scenario import library

AUDITS = 1000
"""Times that the auditor's sample is drawn again to see how often its interval holds the truth."""
RUN_LENGTHS = 400
"""Simulated watches from which delay and false alarms are told."""
FALSE_ALARM_DAYS, RULE_FALSE_ALARM_DAYS = 30.0, 365.0
ALARM_FACTOR = 2.0
"""Share that the watch must find, over the share that may stand."""
RULE_ALLOWED, RULE_ALARM = 0.001, 0.01
RULE_SAMPLES_PER_DAY, RULE_CONTROL_H = (100, 1_000, 10_000), (1.0, 24.0, 72.0)


def audited(violating: int, public: int, *, sample: int, seed: int) -> dict[str, Any]:
    """What a sample of the public stream says, and how often an auditor's interval holds the truth when it is drawn again.

    A sample drawn without return from few items says more than one from many: its size counts (N - 1)/(N - n) times.
    """
    size = min(sample, public // 2)
    found = np.random.default_rng(seed).hypergeometric(violating, public - violating, size, AUDITS)
    worth = (public - 1.0) / (public - size)
    low, high = monitor.jeffreys_interval_frac(found * worth, size * worth)
    truth = violating / public
    return {
        "sample": size,
        "violating_in_sample": int(found[0]),
        "interval_95_frac": [float(low[0]), float(high[0])],
        "true_frac": truth,
        "runs": AUDITS,
        "coverage_frac": float(np.mean((low <= truth) & (truth <= high))),
    }


def watched(allowed_frac: float, *, samples_per_day: float, seed: int) -> dict[str, Any]:
    """Delay to the alarm and false alarms of a Bernoulli CUSUM on the audited items: by its chain, and simulated."""
    alarm_frac = min(ALARM_FACTOR * allowed_frac, 0.5 * (1.0 + allowed_frac))
    spacing = monitor.cusum_spacing(allowed_frac, alarm_frac=alarm_frac)
    level = monitor.cusum_level(allowed_frac, spacing=spacing, false_alarm_items=FALSE_ALARM_DAYS * samples_per_day)
    told: dict[str, Any] = {
        "method": "Bernoulli CUSUM (Reynolds and Stoumbos 1999)",
        "allowed_frac": allowed_frac,
        "alarm_frac": alarm_frac,
        "samples_per_day": samples_per_day,
        "stated_days_between_false_alarms": FALSE_ALARM_DAYS,
    }
    for name, share, unit, scale in (
        ("false_alarm", allowed_frac, "days", samples_per_day),
        ("delay", alarm_frac, "h", samples_per_day / HOURS_PER_DAY),
    ):
        runs = monitor.cusum_runs(share, spacing=spacing, level=level, runs=RUN_LENGTHS, seed=seed) / scale
        told[f"{name}_{unit}"] = monitor.cusum_run_length(share, spacing=spacing, level=level) / scale
        told[f"{name}_{unit}_simulated"] = float(runs.mean())
        told[f"{name}_{unit}_standard_error"] = float(runs.std(ddof=1) / np.sqrt(RUN_LENGTHS))
    return told


@cache
def incident_days() -> list[dict[str, str]]:
    """Dated volumes and controls of the article's case: counts only, each row with its source."""
    with (library.ROOT / "safety" / "incident_days.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def stop_rule() -> dict[str, Any]:
    """What would have leaked in the published wave of images under a rule that samples, gives alarm and closes the stream."""
    wave = next(row for row in incident_days() if row["violating_images"])
    controls = [row for row in incident_days() if row["control"]]
    images, violating, days = float(wave["images"]), float(wave["violating_images"]), float(wave["days"])
    share, per_h = violating / images, violating / days / HOURS_PER_DAY
    spacing = monitor.cusum_spacing(RULE_ALLOWED, alarm_frac=RULE_ALARM)
    return {
        "from": wave["from"],
        "until": controls[0]["from"],
        "days_without_control": (date.fromisoformat(controls[0]["from"]) - date.fromisoformat(wave["from"])).days,
        "images": images,
        "violating_frac": share,
        "leaked_without_rule": violating,
        "allowed_frac": RULE_ALLOWED,
        "alarm_frac": RULE_ALARM,
        "stated_days_between_false_alarms": RULE_FALSE_ALARM_DAYS,
        "with_rule": [row for samples in RULE_SAMPLES_PER_DAY for row in _ruled(share, per_h, violating, spacing, samples)],
        "source": f"{wave['source']}, {controls[0]['source']}: published counts; the stream is taken as even within the {days:g} days",
    }


def _ruled(share: float, per_h: float, all_leaked: float, spacing: int, samples_per_day: float) -> list[dict[str, float]]:
    """Leak by the hours from alarm to control, at one number of samples a day."""
    level = monitor.cusum_level(RULE_ALLOWED, spacing=spacing, false_alarm_items=RULE_FALSE_ALARM_DAYS * samples_per_day)
    delay_h = monitor.cusum_run_length(share, spacing=spacing, level=level) / samples_per_day * HOURS_PER_DAY
    leaked = {control_h: min(per_h * (delay_h + control_h), all_leaked) for control_h in RULE_CONTROL_H}
    return [
        {
            "samples_per_day": samples_per_day,
            "alarm_to_control_h": control_h,
            "delay_to_alarm_h": delay_h,
            "leaked": items,
            "leaked_frac": items / all_leaked,
        }
        for control_h, items in leaked.items()
    ]
