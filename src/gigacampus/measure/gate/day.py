"""A day at the line gate: what leaks against what was predicted, the auditor, the watch, the desk and its clocks, on the proxy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.measure.gate import desk, pipeline, watch
from gigacampus.measure.gate.pipeline import GATES, Items, Mix, Progress
from gigacampus.measure.gate.requests import LINE, PROXY
from gigacampus.products import gates, monitor, queues
from gigacampus.products.roc import Curve, area_delong, roc_curve
from gigacampus.schema.products import RedLinesSpec

ITEMS = 600_000
CALIBRATION_FRAC, LEAST_CALIBRATION = 1.0 / 3.0, 20_000
"""Items of the day before over those of the day, and the fewest: gates are measured on them one by one, and the leak predicted."""
FALSE_POSITIVE_FRAC = 0.01
"""Share of harmless items at which the classifier's threshold is set."""
AUDIT_SAMPLE = 10_000
DESK_DAYS = 20.0
"""Days of the desk that are simulated at the rates of the day."""
DESK_WAIT_H, DESK_LATE_FRAC = 1.0, 0.01
"""The desk is as large as it must be for all but a hundredth of its items to be taken up within the hour."""
Z95 = 1.959964
CURVE_POINTS = (1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3)
"""Shares of harmless items stopped at which the curve is told."""


def gate_day(items: int = ITEMS, *, seed: int = 1, limit_frac: float | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Measure the proxy's gate: train it, measure it on one day, predict the next, and see what happens. All by one seed."""
    seeds = np.random.SeedSequence(seed).spawn(3)
    gate, mix = pipeline.trained(seeds[0]), Mix()
    earlier = max(round(items * CALIBRATION_FRAC), LEAST_CALIBRATION)
    before, _ = pipeline.observed(earlier, gate, mix, seeds[1], name="day before", progress=progress)
    threshold = pipeline.threshold_for(before, FALSE_POSITIVE_FRAC)
    today, spent = pipeline.observed(items, gate, mix, seeds[2], name="the day", progress=progress)
    leak, public = _leak(before, today, threshold), _passed(today, threshold)
    violating, out = int(np.sum(public & today.violates)), int(public.sum())
    found: dict[str, Any] = {
        "proxy": PROXY,
        "line": LINE,
        "items": items,
        "seed": seed,
        "violating_frac": float(today.violates.mean()),
        "gates": _gates(before, threshold),
        "roc": _roc(before, threshold),
        **leak,
        "public_items": out,
        "public_violating_frac": violating / out,
        "false_blocks": int(np.sum(~public & ~today.violates)),
        "auditor": watch.audited(violating, out, sample=AUDIT_SAMPLE, seed=seed),
        "watch": watch.watched(leak["predicted_public_frac"], samples_per_day=AUDIT_SAMPLE, seed=seed),
        "review": reviewed(violating / HOURS_PER_DAY, out / HOURS_PER_DAY, seed=seed),
        "stop_rule": watch.stop_rule(),
        "processor_us_per_item": {step: 1e6 * used / items for step, used in spent.items()},
    }
    if limit_frac is not None:
        found["red_line"] = {
            "name": "violating share of the public stream",
            "limit_frac": limit_frac,
            "kept": violating / out <= limit_frac,
        }
    return found


def _passed(items: Items, threshold: float) -> np.ndarray:
    """Items that no gate stops: the public stream."""
    passed: np.ndarray = np.logical_not(np.logical_or.reduce(list(items.stopped(threshold).values())))
    return passed


def _gates(items: Items, threshold: float) -> list[dict[str, Any]]:
    """Each gate alone, and on what the gates before it let through."""
    reaching: np.ndarray = np.ones(len(items.violates), bool)
    out = []
    for name, stopped in items.stopped(threshold).items():
        row: dict[str, Any] = {"gate": name}
        for word, seen in (("", np.ones_like(reaching)), ("of_reaching_", reaching)):
            for kind, chosen in (("recall", items.violates), ("false_positive", ~items.violates)):
                count, of = int(np.sum(stopped & seen & chosen)), int(np.sum(seen & chosen))
                low, high = monitor.jeffreys_interval_frac(np.array([count]), of)
                row[f"{kind}_{word}frac"] = count / of
                row[f"{kind}_{word}of"] = of
                row[f"{kind}_{word}interval_95_frac"] = [float(low[0]), float(high[0])]
        out.append(row)
        np.logical_and(reaching, ~stopped, out=reaching)
    return out


def _leak(before: Items, today: Items, threshold: float) -> dict[str, Any]:
    """Leak of the day against the one that the day before predicts by the formula of gates in series."""
    rows, count, past = _gates(before, threshold), len(today.violates), len(before.violates)
    share = float(before.violates.mean())
    miss = gates.all_miss_frac([row["recall_of_reaching_frac"] for row in rows], correlation=0.0)
    alone = gates.all_miss_frac([row["recall_frac"] for row in rows], correlation=0.0)
    rate, passed = share * miss, float(_passed(before, threshold).mean())
    error = float(np.sqrt(rate * (1.0 - rate) * count * (1.0 + count / past)))
    measured = int(np.sum(_passed(today, threshold) & today.violates))
    return {
        "measured_leak": measured,
        "predicted_leak": rate * count,
        "leak_standard_error": error,
        "leak_distance_in_standard_errors": abs(measured - rate * count) / error,
        "leak_within_3_standard_errors": bool(abs(measured - rate * count) <= 3.0 * error),
        "predicted_leak_if_gates_were_independent": share * alone * count,
        "predicted_public_frac": rate / passed,
    }


def _roc(items: Items, threshold: float) -> dict[str, Any]:
    area, error = area_delong(items.violates, items.score)
    curve = roc_curve(items.violates, items.score)
    return {
        "classifier": "logistic regression on seven features of the picture's points",
        "area": area,
        "area_interval_95": [area - Z95 * error, min(area + Z95 * error, 1.0)],
        "threshold": threshold,
        "points": [point_of(curve, share, int(items.violates.sum())) for share in CURVE_POINTS],
    }


def point_of(curve: Curve, share: float, violating: int) -> dict[str, Any]:
    """The curve where no more than a share of harmless items is stopped, with the band of its recall."""
    at = max(int(np.searchsorted(curve.false_positive_frac, share, side="right")) - 1, 0)
    recall = float(curve.recall_frac[at])
    low, high = monitor.jeffreys_interval_frac(np.array([round(recall * violating)]), violating)
    return {
        "threshold": float(curve.threshold[at]),
        "false_positive_frac": float(curve.false_positive_frac[at]),
        "recall_frac": recall,
        "recall_interval_95_frac": [float(low[0]), float(high[0])],
    }


def reviewed(violating_per_h: float, public_per_h: float, *, seed: int) -> dict[str, Any]:
    """The desk of the day: people, waits by class in closed form and simulated, share after the statutory clock, stock still public."""
    lines = RedLinesSpec()
    review, clock_h = lines.review, lines.legal_clock_h
    rates = [violating_per_h * review.reported_frac, public_per_h * review.harmless_reports_per_output]
    serve = review.items_per_hour * review.occupancy_max_frac
    servers = queues.fewest_servers(sum(rates), service_rate=serve, wait=DESK_WAIT_H, late_frac=DESK_LATE_FRAC)
    arrive, rank = desk.arrivals(rates, until=DESK_DAYS * HOURS_PER_DAY, seed=seed)
    seen = desk.worked(arrive, rank, service_rate=serve, servers=servers, seed=seed + 1)
    expected = queues.priority_waits(rates, service_rate=serve, servers=servers)
    classes = []
    for k, name in enumerate(("reports of the line", "other reports")):
        mean, error = desk.mean_and_error(seen.wait[rank == k])
        classes.append(
            {
                "class": name,
                "items_per_h": rates[k],
                "mean_wait_h": expected[k],
                "mean_wait_h_simulated": mean,
                "standard_error_h": error,
                "late_frac_simulated": float(np.mean(seen.wait[rank == k] + review.action_h > clock_h)),
            }
        )
    removal_h = review.report_delay_h + expected[0] + review.action_h
    return {
        "on_shift": servers,
        "people": servers * HOURS_PER_DAY * 7.0 / review.hours_per_week,
        "clock_h": clock_h,
        "late_frac": queues.erlang_c_tail(sum(rates), service_rate=serve, servers=servers, wait=clock_h - review.action_h),
        "classes": classes,
        "take_down_h": removal_h,
        "reported_items_still_public": rates[0] * removal_h,
    }


__all__ = ["GATES", "gate_day", "point_of", "reviewed"]
